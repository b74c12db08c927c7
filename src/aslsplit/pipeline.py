"""The passes, in their order: read, plan, rewrite, prove, render. The only module that knows it.

Nothing is written here; an outcome is a set of files to be, and everything there is to say about them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Json, Pointer, Source, read_source
from aslsplit.errors import ProofError
from aslsplit.findings import Finding, Severity, finding, has_errors, in_order
from aslsplit.plan.make import make_plan
from aslsplit.plan.plan import Plan
from aslsplit.plan.types import ValueTypes, types_of
from aslsplit.project import Project, child_file, load_project
from aslsplit.render.contract_page import contract_page
from aslsplit.render.contract_schema import (
    contract_digest,
    error_schema,
    request_schema,
    response_schema,
    schema_text,
)
from aslsplit.rewrite.extract import Extraction, extract
from aslsplit.rewrite.folding import folding_of
from aslsplit.rewrite.lock import Lock, LockedChild, lock_text
from aslsplit.rewrite.record import digest_of_text
from aslsplit.verify.static import prove_statically
from aslsplit.verify.structural import prove_structure
from aslsplit.workspace import Artifact

__all__ = ["Outcome", "extraction_outcome", "inline_outcome", "load_project", "plan_of"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run would leave on disk. ``artifacts`` is empty when there are errors among the findings."""

    project: Project
    plan: Plan
    extracted: tuple[str, ...]
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


def plan_of(project: Project) -> Plan:
    return make_plan(project.boundaries, project.machine, project.input_schema)


def extraction_outcome(project: Project, plan: Plan, names: Collection[str]) -> Outcome:
    """Extract these children and all that were extracted before.

    Raises ProofError when the result is not proved equivalent.
    """
    wanted = [
        child.name
        for child in project.boundaries.children
        if child.name in names or child.name in project.lock.children
    ]
    return _outcome(project, plan, wanted, gone=())


def inline_outcome(project: Project, plan: Plan, name: str) -> Outcome:
    """Put one extracted child back; the others stay extracted."""
    if name not in project.lock.children:
        remark = finding(
            "ASL606",
            f'"{name}" was not extracted, so there is nothing to put back',
            help=f"extracted so far: {', '.join(project.lock.children) or 'none'}",
        )
        return Outcome(project, plan, tuple(project.lock.children), (), (remark,))
    kept = [child for child in project.lock.children if child != name]
    return _outcome(project, plan, kept, gone=(name,))


def _outcome(project: Project, plan: Plan, names: list[str], gone: tuple[str, ...]) -> Outcome:
    remarks = (*project.findings, *plan.findings_of(frozenset(names)))
    if has_errors(remarks):
        return Outcome(project, plan, tuple(names), (), in_order(remarks))
    extraction = extract(plan, names)
    texts = _Texts(project, extraction)
    _prove(project, plan, extraction, texts)
    remarks += tuple(_not_folded(project, extraction))
    types = {
        name: types_of(plan.facts, child.plan, project.input_schema) for name, child in extraction.children.items()
    }
    remarks += tuple(_about_files(project, plan, extraction, texts, types, gone))
    artifacts: tuple[Artifact, ...] = ()
    if not has_errors(remarks):
        artifacts = _artifacts(project, plan, extraction, texts, types, gone)
    return Outcome(project, plan, tuple(names), artifacts, in_order(remarks))


class _Texts:
    """The rewritten definitions as text, and read again as they would be from disk."""

    def __init__(self, project: Project, extraction: Extraction) -> None:
        monolith = project.machine.source
        origins: dict[Pointer, Origin | None] = {(): Origin(monolith, ())}
        origins |= dict.fromkeys(extraction.generated_at())
        self.parent = dump(extraction.parent, origins, like=monolith)
        self.children = {
            name: _child_text(child.definition, child.moved_from, monolith)
            for name, child in extraction.children.items()
        }
        shown = project.workspace.shown
        self.parent_machine = _again(shown(project.parent_file), self.parent, monolith)
        self.child_machines = {
            name: _again(shown(child_file(project.boundaries, name)), text, monolith)
            for name, text in self.children.items()
        }


def _child_text(definition: Json, moved_from: Mapping[str, Pointer], monolith: Source) -> str:
    origins: dict[Pointer, Origin | None] = {(): None}
    origins |= {("States", name): Origin(monolith, pointer) for name, pointer in moved_from.items()}
    return dump(definition, origins, like=monolith)


def _again(name: str, text: str, like: Source) -> StateMachine:
    """Raises ProofError: what we wrote ourselves must be readable."""
    source, problems = read_source(name, text.encode("utf-8"), like.format)
    machine, found = parse(source) if source is not None else (None, ())
    if machine is None:
        raise ProofError(f"{name} as it would be written cannot be read", (*problems, *found))
    return machine


def _prove(project: Project, plan: Plan, extraction: Extraction, texts: _Texts) -> None:
    failures = [
        *_new_mistakes(project, texts),
        *prove_statically(plan, texts.parent_machine, texts.child_machines, extraction),
        *prove_structure(project.machine, texts.parent_machine, texts.child_machines, extraction),
    ]
    if failures:
        raise ProofError("the result could not be proved equivalent to the monolith", tuple(failures))


def _new_mistakes(project: Project, texts: _Texts) -> list[Finding]:
    """Structural errors in what would be written that the monolith does not have."""
    known = {remark.code for remark in parse(project.machine.source)[1]}
    machines = (texts.parent_machine, *texts.child_machines.values())
    found = [remark for machine in machines for remark in parse(machine.source)[1]]
    return [
        finding("ASL701", f"{remark.span}: {remark.message}", pointer=remark.pointer)
        for remark in found
        if remark.code not in known and remark.code != _NO_END
    ]


_NO_END = "ASL114"
"""Where only the failures inside a region ended a scope, a parent that lets them surface shows no end of its own."""


def _not_folded(project: Project, extraction: Extraction) -> list[Finding]:
    return [
        finding(
            "ASL505",
            f'"{name}" is not called in one state: {reason}',
            span=project.boundaries.source.span(child.plan.boundary.pointer),
        )
        for name, child in extraction.children.items()
        for reason in folding_of(child.plan).reasons
    ]


def _about_files(
    project: Project,
    plan: Plan,
    extraction: Extraction,
    texts: _Texts,
    types: Mapping[str, ValueTypes],
    gone: tuple[str, ...],
) -> list[Finding]:
    """What stands in the way on disk, or was changed there since the last run."""
    workspace, lock = project.workspace, project.lock
    remarks: list[Finding] = []
    if not project.in_place:
        remarks += _about_parent(project, texts)
    for name, child in extraction.children.items():
        file = child_file(project.boundaries, name)
        on_disk = workspace.read_text(file)
        locked = lock.children.get(name)
        if locked is None:
            if on_disk is not None and on_disk != texts.children[name]:
                remarks.append(_in_the_way(project, file))
            continue
        if locked.contract_digest != contract_digest(child.plan.contract, plan, types[name]):
            remarks.append(
                finding(
                    "ASL409",
                    f'the contract of "{name}" is no longer version {locked.contract_version} as it was extracted',
                    span=project.boundaries.source.span(child.plan.boundary.pointer),
                    help=f"undo what changed it, or: inline --child {name}, raise contract.version, extract again",
                )
            )
        remarks += _about_child(project, name, file, on_disk, locked)
    for name in gone:
        file = lock.children[name].file
        on_disk = workspace.read_text(file)
        if not project.in_place and on_disk is not None and digest_of_text(on_disk) != lock.children[name].digest:
            remarks.append(
                finding(
                    "ASL602",
                    f"{workspace.shown(file)} was changed since it was extracted, and the monolith's file was not",
                    help="bring the change into the monolith's file first; inlining would lose it",
                    severity=Severity.ERROR,
                )
            )
    return remarks


def _about_parent(project: Project, texts: _Texts) -> list[Finding]:
    file = project.parent_file
    on_disk = project.workspace.read_text(file)
    if on_disk is None or on_disk == texts.parent:
        return []
    if project.lock.parent_digest is None:
        return [_in_the_way(project, file)]
    if digest_of_text(on_disk) == project.lock.parent_digest:
        return []
    shown = project.workspace.shown
    return [
        finding(
            "ASL607",
            f"{shown(file)} was changed since it was written",
            help=f"make the change in {shown(project.boundaries.monolith)} and restore {shown(file)}",
        )
    ]


def _about_child(project: Project, name: str, file: str, on_disk: str | None, locked: LockedChild) -> list[Finding]:
    shown = project.workspace.shown(file)
    if on_disk is None:
        return [
            finding(
                "ASL605",
                f'"{name}" was extracted, and {shown} is not there',
                help="restore the file from version control",
            )
        ]
    if digest_of_text(on_disk) != locked.digest:
        return [finding("ASL602", f"{shown} was changed since it was extracted; it is left as it is")]
    return []


def _in_the_way(project: Project, file: str) -> Finding:
    return finding(
        "ASL603",
        f"{project.workspace.shown(file)} is there already, and aslsplit did not write it",
        help="move it away, or choose another name in the boundary map",
    )


def _artifacts(
    project: Project,
    plan: Plan,
    extraction: Extraction,
    texts: _Texts,
    types: Mapping[str, ValueTypes],
    gone: tuple[str, ...],
) -> tuple[Artifact, ...]:
    boundaries, lock = project.boundaries, project.lock
    files: list[Artifact] = []
    locked: dict[str, LockedChild] = {}
    for name, child in extraction.children.items():
        file = child_file(boundaries, name)
        text = texts.children[name]
        if name in lock.children:
            text = project.workspace.read_text(file) or text
        else:
            files.append(Artifact(file, text))
        files += _contract_files(project, plan, extraction, name, types[name])
        contract = child.plan.contract
        locked[name] = LockedChild(
            file, digest_of_text(text), contract.version, contract_digest(contract, plan, types[name]), child.record
        )
    for name in gone:
        files.append(Artifact(lock.children[name].file, None))
        files += [Artifact(f"{boundaries.contracts_dir}/{name}/{file}", None) for file in _CONTRACT_FILES]
    parent = Artifact(project.parent_file, texts.parent)
    if not locked:
        parent = parent if project.in_place else Artifact(project.parent_file, None)
        return (*files, parent, Artifact(project.lock_file, None))
    written = Lock(project.parent_file, digest_of_text(texts.parent), locked)
    return (parent, *files, Artifact(project.lock_file, lock_text(written)))


_CONTRACT_FILES = ("README.md", "request.schema.json", "response.schema.json", "errors.schema.json")


def _contract_files(
    project: Project, plan: Plan, extraction: Extraction, name: str, types: ValueTypes
) -> list[Artifact]:
    child = extraction.children[name].plan
    texts = (
        contract_page(child, plan),
        schema_text(request_schema(child.contract, plan, types)),
        schema_text(response_schema(child.contract, plan, types)),
        schema_text(error_schema(child.contract)),
    )
    folder = f"{project.boundaries.contracts_dir}/{name}"
    return [Artifact(f"{folder}/{file}", text) for file, text in zip(_CONTRACT_FILES, texts, strict=True)]
