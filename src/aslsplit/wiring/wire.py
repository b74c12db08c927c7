"""``wire``: the files that deploy parent and children, and what stands in their way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aslsplit.disk.workspace import Artifact, Workspace
from aslsplit.errors import BoundaryError
from aslsplit.findings import Finding, Span, finding, has_errors, in_order
from aslsplit.plan.map_fields import folder_complaint
from aslsplit.project.load import Tree, load_tree
from aslsplit.render.templates import TemplateFailure
from aslsplit.wiring.assemble import wiring_of
from aslsplit.wiring.in_place import added_to
from aslsplit.wiring.model import Wiring
from aslsplit.wiring.record import recorded_files
from aslsplit.wiring.renderers import DIALECTS, RENDERERS
from aslsplit.wiring.site import Site, site_of
from aslsplit.wiring.target import Target

__all__ = ["DEFAULT_FOLDER", "Wired", "wire"]

DEFAULT_FOLDER = "wiring"


@dataclass(frozen=True, slots=True)
class Wired:
    """What a run would leave on disk; nothing when there are errors among the findings."""

    workspace: Workspace
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _UserTemplates:
    """``shown`` is how people name the folder."""

    folder: Path
    shown: str


def wire(map_path: str, target: Target, folder: str | None = None, templates: str | None = None) -> Wired:
    """``folder`` is relative to that of the map, ``templates`` to where the command runs.

    Raises BoundaryError if one of them cannot be used, and as ``load_tree``.
    """
    if folder is not None and (complaint := folder_complaint(folder)):
        raise BoundaryError(f'--output is "{folder}", {complaint}; name a folder inside that of the boundary map')
    tree = load_tree(map_path)
    own = _user_templates(tree, templates)
    site = site_of(tree)
    if site is not None and folder is not None:
        raise BoundaryError(f"the children are added to {tree.workspace.shown(site.file)}; leave --output out")
    wiring, remarks = wiring_of(tree, site.folder if site is not None else folder or DEFAULT_FOLDER, site)
    try:
        if site is not None:
            artifacts, findings = _in_place(tree, site, wiring, target, own)
        else:
            files = RENDERERS[target](wiring, None if own is None else own.folder)
            artifacts, findings = recorded_files(tree.workspace, wiring.folder, files)
    except TemplateFailure as failure:
        return Wired(tree.workspace, (), (_failed(failure, own),))
    findings = in_order((*tree.workspace.found, *remarks, *_express(wiring, tree), *findings))
    return Wired(tree.workspace, () if has_errors(findings) else artifacts, findings)


def _express(wiring: Wiring, tree: Tree) -> Iterator[Finding]:
    for machine in wiring.machines:
        if machine.type == "EXPRESS" and wiring.settings.logs.level == "OFF":
            yield finding(
                "ASL577",
                f"{machine.workflow} is EXPRESS and logs nothing, so nothing will tell what became of its executions",
                span=tree.boundaries.source.span(("wiring", "logs")),
                help="log at least errors: logs: {level: ERROR}",
            )


def _in_place(
    tree: Tree, site: Site, wiring: Wiring, target: Target, own: _UserTemplates | None
) -> tuple[tuple[Artifact, ...], tuple[Finding, ...]]:
    dialect = DIALECTS.get(target)
    if dialect is None:
        shown = tree.workspace.shown(site.file)
        known = " or ".join(f"--target {one.value}" for one in DIALECTS)
        message = f"{shown} deploys the parent, and cannot take children in the language of {target.value}"
        return (), (finding("ASL574", message, help=f"wire with {known}"),)
    text, findings = added_to(site, wiring, dialect, None if own is None else own.folder)
    return () if text is None else (Artifact(site.file, text),), findings


def _user_templates(tree: Tree, templates: str | None) -> _UserTemplates | None:
    of_map = tree.boundaries.wiring.templates
    if templates is not None:
        found = _UserTemplates(Path(templates), templates.rstrip("/"))
    elif of_map is not None:
        found = _UserTemplates(tree.workspace.inside(of_map), tree.workspace.shown(of_map))
    else:
        return None
    if not found.folder.is_dir():
        raise BoundaryError(f"there is no folder {found.shown} with templates")
    return found


def _failed(failure: TemplateFailure, own: _UserTemplates | None) -> Finding:
    if own is None or not (own.folder / failure.template).is_file():
        # One of ours: only a template of the user's can hand it something else, or there is none of that name.
        place, file = None, failure.template
    else:
        file = f"{own.shown}/{failure.template}"
        place = Span(file, failure.line, 1, failure.line, 1) if failure.line else None
    help = "docs/how-to/wire.md lists the values that templates are given"
    return finding("ASL573", f"{file} cannot be rendered: {failure.what}", span=place, help=help)
