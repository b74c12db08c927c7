"""A project as it lies on disk: the boundary map, the definition it names, and what was extracted before.

The monolith is read, or made again: when it is rewritten in place, it is the parent with the extracted children put
back. So every run starts from the same machine, and what it writes does not depend on the order of the runs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Json, Pointer, read_source
from aslsplit.errors import BoundaryError, InputError
from aslsplit.findings import Finding, finding, has_errors
from aslsplit.plan.boundaries import BoundaryMap, read_boundaries
from aslsplit.rewrite.inline import Extracted, inline
from aslsplit.rewrite.lock import NO_LOCK, Lock, read_lock
from aslsplit.rewrite.record import digest
from aslsplit.workspace import Workspace, open_workspace

__all__ = ["Project", "child_file", "load_project", "read_machine"]


@dataclass(frozen=True, slots=True)
class Project:
    """``machine`` is the monolith; ``findings`` are about it and about what lies on disk."""

    workspace: Workspace
    boundaries: BoundaryMap
    lock: Lock
    lock_file: str
    machine: StateMachine
    input_schema: Json | None
    findings: tuple[Finding, ...]

    @property
    def parent_file(self) -> str:
        return self.boundaries.parent or self.boundaries.monolith

    @property
    def in_place(self) -> bool:
        return self.parent_file == self.boundaries.monolith


def child_file(boundaries: BoundaryMap, name: str) -> str:
    """Where a child lies, relative to the map: in the monolith's format."""
    monolith = boundaries.monolith
    suffix = ".asl.yaml" if monolith.endswith((".yaml", ".yml")) else ".asl.json"
    return f"{boundaries.children_dir}/{name}{suffix}"


def load_project(map_path: str) -> Project:
    """Raises BoundaryError when the map cannot be used, InputError when a definition cannot."""
    workspace, shown, raw = open_workspace(map_path)
    boundaries, found = _read_map(shown, raw)
    findings = list(found)
    lock_file = _lock_file(map_path)
    lock = _read_lock(workspace, lock_file, boundaries)
    monolith, more = read_machine(workspace, boundaries.monolith)
    findings += more
    if lock.children and boundaries.parent in (None, boundaries.monolith):
        monolith, more = _made_again(workspace, lock, monolith)
        findings += more
    return Project(workspace, boundaries, lock, lock_file, monolith, _schema(workspace, boundaries), tuple(findings))


def read_machine(workspace: Workspace, name: str) -> tuple[StateMachine, tuple[Finding, ...]]:
    """Raises InputError, with its findings, when the file holds no usable definition."""
    raw = workspace.read(name)
    if raw is None:
        raise InputError(f"there is no file {workspace.shown(name)}")
    source, problems = read_source(workspace.shown(name), raw)
    if source is None:
        raise InputError(f"{workspace.shown(name)} cannot be read", problems)
    machine, found = parse(source)
    if machine is None:
        raise InputError(f"{workspace.shown(name)} is no usable definition", (*problems, *found))
    return machine, (*problems, *found)


def _read_map(shown: str, raw: bytes) -> tuple[BoundaryMap, tuple[Finding, ...]]:
    source, problems = read_source(shown, raw, "yaml")
    if source is None:
        source = _no_mapping(shown, raw) if _is_text(raw) else None
        if source is None:
            raise BoundaryError("the boundary map cannot be read", problems)
        problems = ()
    boundaries, found = read_boundaries(source)
    if boundaries is None or has_errors(problems):
        raise BoundaryError("the boundary map has errors", (*problems, *found))
    return boundaries, (*problems, *found)


def _made_again(
    workspace: Workspace, boundaries: BoundaryMap, lock: Lock, parent: StateMachine
) -> tuple[StateMachine, tuple[Finding, ...]]:
    """The monolith that the parent and the children on disk came from."""
    _refuse_edited_states(parent, lock)
    children: dict[str, Extracted] = {}
    findings: list[Finding] = []
    for name, locked in lock.children.items():
        machine, found = read_machine(workspace, locked.file)
        findings += found
        children[name] = Extracted(locked.record, machine)
    inlined = inline(parent, children)
    origins: dict[Pointer, Origin | None] = {(): Origin(parent.source, ())}
    for pointer, name in inlined.restored.items():
        origins[pointer] = Origin(children[name].machine.source, ("States", pointer[-1]))
    text = dump(inlined.definition, origins, like=parent.source)
    shown = f"{parent.source.name} with {', '.join(children)} put back"
    source, problems = read_source(shown, text.encode("utf-8"), parent.source.format)
    if source is None:
        raise InputError("the extracted children cannot be put back", problems)
    machine_again, found = parse(source)
    if machine_again is None:
        raise InputError("the extracted children cannot be put back", found)
    return machine_again, (*findings, *found)


def _refuse_edited_states(parent: StateMachine, lock: Lock) -> None:
    """Raises InputError when a generated state is not what was generated."""
    states = {state.name: state for scope in parent.scopes() for state in scope.states.values()}
    remarks: list[Finding] = []
    for name, locked in lock.children.items():
        for generated, recorded in locked.record.generated.items():
            state = states.get(generated)
            if state is not None and digest(state.body) == recorded:
                continue
            what = "is gone" if state is None else "was changed by hand"
            remarks.append(
                finding(
                    "ASL601",
                    f'"{generated}", generated for "{name}", {what}',
                    span=parent.source.span(state.pointer if state else (), key=True),
                    help="put the change into the boundary map where it has a key, restore the state, or inline the child",
                )
            )
    if remarks:
        raise InputError("generated states were edited", tuple(remarks))


def _read_lock(workspace: Workspace, name: str, boundaries: BoundaryMap) -> Lock:
    raw = workspace.read(name)
    if raw is None:
        return NO_LOCK
    source, problems = read_source(workspace.shown(name), raw, "yaml")
    if source is None:
        raise BoundaryError("the lock file cannot be read", _as_lock_findings(problems))
    lock, found = read_lock(source)
    if lock is None:
        raise BoundaryError("the lock file cannot be used", found)
    known = {child.name for child in boundaries.children}
    unknown = [child for child in lock.children if child not in known]
    if unknown:
        remark = finding(
            "ASL605",
            f"the lock file records {', '.join(unknown)}, and the boundary map has no such child",
            span=source.span(("children", unknown[0]), key=True),
            help="put the child back into the map, and inline it if it is no longer wanted",
        )
        raise BoundaryError("the lock file and the boundary map disagree", (remark,))
    return lock


def _as_lock_findings(problems: tuple[Finding, ...]) -> tuple[Finding, ...]:
    help = "restore it from version control; it is written by aslsplit only"
    return tuple(finding("ASL605", problem.message, span=problem.span, help=help) for problem in problems)


def _schema(workspace: Workspace, boundaries: BoundaryMap) -> Json | None:
    name = boundaries.input_schema
    if name is None:
        return None
    raw = workspace.read(name)
    if raw is None:
        raise BoundaryError(f"there is no file {workspace.shown(name)}, which input_schema names")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise BoundaryError(f"{workspace.shown(name)}, which input_schema names, is not JSON") from None
