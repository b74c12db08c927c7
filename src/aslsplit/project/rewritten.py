"""The rewritten machines as text, and read again as they would be from disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.embedding import read_again, read_child
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.placeholders import without_intrinsics
from aslsplit.asl.source import Json, Pointer, Source
from aslsplit.errors import ProofError
from aslsplit.findings import Finding
from aslsplit.project.definitions import read_child_machine, read_machine
from aslsplit.project.load import Project
from aslsplit.rewrite.extract import ExtractedChild, Extraction
from aslsplit.rewrite.site import seen_from

__all__ = ["Afterwards", "Rewritten", "afterwards", "rewritten", "seen_by_sites"]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """All by the names of the boundary map; ``child_texts`` and ``files`` are what is written, ``children`` the same as
    each site of a shared child sees it. ``site_texts`` are the states of other sites as they would stand there."""

    parent_text: str
    parent: StateMachine
    child_texts: Mapping[str, str]
    site_texts: Mapping[str, str]
    files: Mapping[str, StateMachine]
    children: Mapping[str, StateMachine]

    def definitions(self) -> tuple[Json, Mapping[str, Json]]:
        """The parent's and the children's, as data."""
        return self.parent.source.data, {name: machine.source.data for name, machine in self.files.items()}


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What there is of an extraction, on disk or as it would be written; with what was found on reading."""

    parent: StateMachine
    children: Mapping[str, StateMachine]
    findings: tuple[Finding, ...]


def afterwards(project: Project, extraction: Extraction) -> Afterwards:
    """Children that were extracted are what lies on disk, and so is the parent if all were.

    Raises InputError when a file on disk cannot be read, ProofError when what would be written cannot.
    """
    found: list[Finding] = []
    made = rewritten(project, extraction)
    locked, workspace = project.lock.children, project.workspace
    parent = made.parent
    # As their files hold them: what a site sees is made of that.
    children = {name: made.files[child.plan.boundary.of] for name, child in extraction.children.items()}
    if all(name in locked for name in children):
        parent, remarks = read_machine(workspace, project.boundaries.parent_file, project.boundaries)
        found += remarks
    for name in children:
        if name in locked:
            children[name], remarks = read_child_machine(workspace, locked[name].file, project.machine.source)
            found += remarks
    return Afterwards(parent, children, tuple(found))


def rewritten(project: Project, extraction: Extraction) -> Rewritten:
    """Raises ProofError: what we wrote ourselves must be readable."""
    monolith = project.machine.source
    origins: dict[Pointer, Origin | None] = {(): Origin(monolith, ())}
    origins |= dict.fromkeys(extraction.generated_at())
    parent_text = dump(extraction.parent, origins, like=monolith)
    generated = {name: extraction.generated_at(name) for name in extraction.children}
    texts = {
        # How the child of another map looks is a matter of that one's.
        name: _child_text(child.written, child.moved_to if child.plan.is_written else {}, generated[name], child.like)
        for name, child in extraction.children.items()
        if child.plan.is_child
    }
    shown = project.workspace.shown
    parent_file = shown(project.boundaries.parent_file)
    files = {
        name: _child_again(shown(project.child_file(name)), text, extraction.children[name].like)
        for name, text in texts.items()
    }
    return Rewritten(
        parent_text,
        _again(parent_file, read_again(monolith, parent_file, parent_text)),
        texts,
        {name: _site_text(child, monolith) for name, child in extraction.children.items() if not child.plan.is_written},
        files,
        seen_by_sites(files, extraction),
    )


def seen_by_sites(files: Mapping[str, StateMachine], extraction: Extraction) -> Mapping[str, StateMachine]:
    """The children as they are, and shared ones as each of their sites sees them."""
    return {
        name: seen_from(files[child.plan.boundary.of], child.record.site, child.record.own)
        for name, child in extraction.children.items()
    }


def _child_text(
    definition: Json, moved_to: Mapping[Pointer, Pointer], generated_at: Iterable[Pointer], monolith: Source
) -> str:
    origins: dict[Pointer, Origin | None] = {(): None}
    origins |= {place: Origin(monolith, pointer) for place, pointer in moved_to.items()}
    if not monolith.functions_move:
        definition = without_intrinsics(definition)
    origins |= dict.fromkeys(generated_at)
    return dump(definition, origins, like=monolith)


def _site_text(child: ExtractedChild, monolith: Source) -> str:
    states = {name: child.definition["States"][name] for name in child.moved_from}
    return _child_text({"StartAt": child.plan.region.entries[0], "States": states}, child.moved_to, (), monolith)


def _child_again(name: str, text: str, monolith: Source) -> StateMachine:
    return _again(name, read_child(monolith, name, text.encode("utf-8", "surrogatepass")))


def _again(name: str, read: tuple[Source | None, tuple[Finding, ...]]) -> StateMachine:
    source, problems = read
    machine, found = parse(source) if source is not None else (None, ())
    if machine is None:
        raise ProofError(f"{name} as it would be written cannot be read", (*problems, *found))
    return machine
