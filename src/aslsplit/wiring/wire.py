"""``wire``: the files that deploy parent and children, and what stands in their way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aslsplit.errors import BoundaryError
from aslsplit.findings import Finding
from aslsplit.plan.map_fields import folder_complaint
from aslsplit.project import load_tree
from aslsplit.wiring.assemble import wiring_of
from aslsplit.wiring.renderers import RENDERERS
from aslsplit.wiring.target import Target
from aslsplit.workspace import Artifact, Workspace

__all__ = ["DEFAULT_FOLDER", "Wired", "wire"]

DEFAULT_FOLDER = "wiring"


@dataclass(frozen=True, slots=True)
class Wired:
    """What a run would leave on disk; nothing when there are errors among the findings."""

    workspace: Workspace
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


def wire(map_path: str, target: Target, folder: str | None = None, user_templates: Path | None = None) -> Wired:
    """``folder`` is relative to that of the map. Raises BoundaryError if it leads out of it, and as ``load_tree``."""
    if folder is not None and (complaint := folder_complaint(folder)):
        raise BoundaryError(f'--output is "{folder}", {complaint}; name a folder inside that of the boundary map')
    tree = load_tree(map_path)
    wiring = wiring_of(tree, folder or DEFAULT_FOLDER)
    made = RENDERERS[target](wiring, user_templates or _templates_of_map(tree.workspace, wiring.settings.templates))
    artifacts = tuple(Artifact(f"{wiring.folder}/{name}", text) for name, text in made.items())
    return Wired(tree.workspace, artifacts, ())


def _templates_of_map(workspace: Workspace, folder: str | None) -> Path | None:
    return None if folder is None else workspace.folder / folder
