"""A project as it lies on disk: the boundary map, the definition it names, and what was extracted before.

The monolith is read, or made again: when it is rewritten in place, it is the parent with the extracted children put
back. So every run starts from the same machine, and what it writes does not depend on the order of the runs.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.embedding import read_again, read_child, read_definition
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Json, Pointer, Source, read_source
from aslsplit.asl.yaml_reading import read_yaml
from aslsplit.errors import BoundaryError, DefinitionError, InputError
from aslsplit.findings import Finding, finding, has_errors, in_order
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.map_reading import read_boundaries
from aslsplit.rewrite.inline import Extracted, inline
from aslsplit.rewrite.lock import NO_LOCK, Lock, read_lock, unusable_lock
from aslsplit.rewrite.record import ChildRecord, digest
from aslsplit.workspace import STDIN, Workspace, open_workspace

__all__ = ["Project", "load_project", "machine_in", "read_child_machine", "read_machine"]


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

    def definition_on_disk(self, child: str) -> Json | None:
        """What the file of an extracted child holds; None when it cannot be read."""
        file = self.lock.children[child].file
        raw = self.workspace.read(file)
        source = read_child(self.machine.source, file, raw)[0] if raw is not None else None
        return None if source is None else source.data

    def child_file(self, child: str) -> str:
        return child_file(self.boundaries, child, self.machine.source)


def child_file(boundaries: BoundaryMap, name: str, monolith: Source) -> str:
    """Where a child lies, relative to the map: in the format of the monolith's definition."""
    is_yaml = boundaries.monolith.endswith((".yaml", ".yml"))
    if monolith.embedded is not None:
        is_yaml = monolith.format == "yaml"
    return f"{boundaries.children_dir}/{name}{'.asl.yaml' if is_yaml else '.asl.json'}"


def load_project(map_path: str) -> Project:
    """Raises BoundaryError when the map cannot be used, InputError when a definition cannot be read, DefinitionError
    when it has errors: what AWS would refuse is not worth planning on."""
    workspace, shown, raw = open_workspace(map_path)
    boundaries, found = _read_map(shown, raw)
    findings = list(found)
    lock_file = _lock_file(map_path)
    if clashes := tuple(_clashes(boundaries, lock_file)):
        raise BoundaryError("the boundary map has errors", (*found, *clashes))
    monolith, more = read_machine(workspace, boundaries.monolith, boundaries)
    if refused := tuple(_parent_outside(boundaries, monolith.source)):
        raise BoundaryError("the boundary map has errors", (*found, *refused))
    lock = _read_lock(workspace, lock_file, boundaries, monolith.source)
    findings += more
    if lock.children and boundaries.parent in (None, boundaries.monolith) and not has_errors(findings):
        monolith, more = _made_again(workspace, lock, monolith)
        findings += more
    if has_errors(findings):
        raise DefinitionError("the definition has errors", in_order(findings))
    return Project(workspace, boundaries, lock, lock_file, monolith, _schema(workspace, boundaries), tuple(findings))


def read_machine(workspace: Workspace, name: str, boundaries: BoundaryMap) -> tuple[StateMachine, tuple[Finding, ...]]:
    """The monolith or the parent. Raises InputError, with its findings, when the file holds no usable definition."""
    map_source = boundaries.source
    asked_at = map_source.span(("monolith" if boundaries.resource is None else "resource",))
    shown = workspace.shown(name)
    return machine_in(shown, *read_definition(shown, _present(workspace, name), boundaries.resource, asked_at))


def read_child_machine(workspace: Workspace, name: str, monolith: Source) -> tuple[StateMachine, tuple[Finding, ...]]:
    """Raises InputError, with its findings, when the file holds no usable definition."""
    shown = workspace.shown(name)
    return machine_in(shown, *read_child(monolith, shown, _present(workspace, name)))


def _present(workspace: Workspace, name: str) -> bytes:
    raw = workspace.read(name)
    if raw is None:
        raise InputError(f"there is no file {workspace.shown(name)}")
    return raw


def machine_in(
    shown: str, source: Source | None, problems: tuple[Finding, ...]
) -> tuple[StateMachine, tuple[Finding, ...]]:
    """The machine of a definition that was read. Raises InputError, with the findings, when there is none."""
    if source is None:
        is_template = any(remark.code in ("ASL120", "ASL121", "ASL122") for remark in problems)
        raise InputError(f"{shown} {'gives no definition to split' if is_template else 'cannot be read'}", problems)
    machine, found = parse(source)
    if machine is None:
        raise InputError(f"{shown} is no usable definition", (*problems, *found))
    return machine, (*problems, *found)


def _read_map(shown: str, raw: bytes) -> tuple[BoundaryMap, tuple[Finding, ...]]:
    source, problems = read_source(shown, raw, "yaml")
    if source is None:
        source = _no_mapping(shown, raw) if all(problem.code == "ASL101" for problem in problems) else None
        if source is None:
            raise BoundaryError("the boundary map cannot be read", problems)
        problems = ()
    boundaries, found = read_boundaries(source)
    if boundaries is None or has_errors(problems):
        raise BoundaryError("the boundary map has errors", (*problems, *found))
    return boundaries, (*problems, *found)


def _no_mapping(shown: str, raw: bytes) -> Source | None:
    """A list or a word: no source for a definition, but the boundary map says better what it should be."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    reading = read_yaml(text)
    return Source(shown, text, "yaml", reading.data, reading.extents) if text.strip() and not reading.problems else None


def _lock_file(map_path: str) -> str:
    """Next to the map; standard input stands for a boundaries.yaml."""
    name = "boundaries.yaml" if map_path == STDIN else PurePath(map_path).name
    return f"{name.rsplit('.', 1)[0] or name}.lock.yaml"


def _clashes(boundaries: BoundaryMap, lock_file: str) -> Iterator[Finding]:
    """What the map names, where aslsplit keeps files of its own; upper and lower case do not count."""
    named = {"monolith": boundaries.monolith, "parent": boundaries.parent, "input_schema": boundaries.input_schema}
    for role, name in named.items():
        folded = (name or "").casefold()
        owners = [
            f"the contract of {child.name}"
            for child in boundaries.children
            if folded.startswith(posixpath.normpath(f"{boundaries.contracts_dir}/{child.name}/").casefold() + "/")
        ]
        if folded == lock_file.casefold():
            owners.append("the lock file")
        if owners:
            place = boundaries.source.span((role,))
            message = f"{role} is {name}, which is where {owners[0]} lies"
            yield finding("ASL012", message, span=place, pointer=f"/{role}", help="give it a place of its own")


def _parent_outside(boundaries: BoundaryMap, monolith: Source) -> Iterator[Finding]:
    if monolith.embedded is not None and boundaries.parent not in (None, boundaries.monolith):
        yield finding(
            "ASL126",
            f'the parent takes the place of "{monolith.embedded.resource}" in {boundaries.monolith}, '
            f"and cannot go to {boundaries.parent}",
            span=boundaries.source.span(("parent",)),
            pointer="/parent",
            help="leave parent out",
        )


def _made_again(workspace: Workspace, lock: Lock, parent: StateMachine) -> tuple[StateMachine, tuple[Finding, ...]]:
    """The monolith that the parent and the children on disk came from."""
    machines: dict[str, StateMachine] = {}
    findings: list[Finding] = []
    for name, locked in lock.children.items():
        machines[name], found = read_child_machine(workspace, locked.file, parent.source)
        findings += found
    records = _records_where_they_are(parent, machines, lock)
    children = {name: Extracted(record, machines[name]) for name, record in records.items()}
    _refuse_clashes(parent, children)
    inlined = inline(parent, children)
    origins: dict[Pointer, Origin | None] = {(): Origin(parent.source, ())}
    for pointer, name in inlined.restored.items():
        origins[pointer] = Origin(children[name].machine.source, ("States", pointer[-1]))
    text = dump(inlined.definition, origins, like=parent.source)
    shown = f"{parent.source.name} with {', '.join(children)} put back"
    source, problems = read_again(parent.source, shown, text)
    if source is None:
        raise InputError("the extracted children cannot be put back", problems)
    machine_again, found = parse(source)
    if machine_again is None:
        raise InputError("the extracted children cannot be put back", found)
    return machine_again, (*findings, *found)


def _records_where_they_are(
    parent: StateMachine, machines: Mapping[str, StateMachine], lock: Lock
) -> Mapping[str, ChildRecord]:
    """What was recorded, in the scope in which the generated states are now: it may have been renamed around them.

    Raises InputError when a generated state is not what was generated.
    """
    records: dict[str, ChildRecord] = {}
    remarks: list[Finding] = []
    for child in _callers_first(lock):
        record = lock.children[child].record
        caller = parent if record.caller is None else machines[record.caller]
        around = () if record.caller is None else records[record.caller].scope
        states = {name: (scope, state) for scope in caller.scopes() for name, state in scope.states.items()}
        place = record.scope
        for name, recorded in record.generated.items():
            scope, state = states.get(name, (caller.top, None))
            if state is None:
                remarks.append(_edited(caller, child, name, (), "is gone"))
                continue
            # They lead to each other, so they can only be in one scope.
            place = (*around, *scope.pointer)
            if digest(state.body) != recorded:
                remarks.append(_edited(caller, child, name, state.pointer, "was changed by hand"))
        records[child] = replace(record, scope=place)
    if remarks:
        raise DefinitionError("generated states were edited", tuple(remarks))
    return {name: records[name] for name in lock.children}


def _callers_first(lock: Lock) -> list[str]:
    def depth(name: str) -> int:
        caller = lock.children[name].record.caller
        return 0 if caller is None else 1 + depth(caller)

    return sorted(lock.children, key=depth)


def _edited(parent: StateMachine, child: str, name: str, pointer: Pointer, what: str) -> Finding:
    return finding(
        "ASL601",
        f'"{name}", generated for "{child}", {what}',
        span=parent.source.span(pointer, key=True),
        help="put the change into the boundary map where it has a key, and restore the state from version control",
    )


def _refuse_clashes(parent: StateMachine, children: Mapping[str, Extracted]) -> None:
    """Raises InputError when putting a child back would overwrite a state that has come by the same name since."""
    generated = {name for child in children.values() for name in child.record.generated}
    holder = {name: parent for scope in parent.scopes() for name in scope.states if name not in generated}
    remarks: list[Finding] = []
    for child in children.values():
        own = {*child.record.responses, *child.record.checks, *generated}
        for name in child.machine.top.states:
            if name in own:
                continue
            other = holder.setdefault(name, child.machine)
            if other is not child.machine:
                place = child.machine.source.span(("States", name), key=True)
                message = f'"{name}" is also a state of {other.source.name}'
                remarks.append(finding("ASL107", message, span=place, help="rename one of them"))
    if remarks:
        raise InputError("the extracted children cannot be put back", tuple(remarks))


def _read_lock(workspace: Workspace, name: str, boundaries: BoundaryMap, monolith: Source) -> Lock:
    raw = workspace.read(name)
    if raw is None:
        return NO_LOCK
    source, problems = read_source(workspace.shown(name), raw, "yaml")
    if source is None or problems:
        raise BoundaryError("the lock file cannot be read", _about_lock(problems, raw))
    lock, found = read_lock(source)
    if lock is None:
        raise BoundaryError("the lock file cannot be used", found)
    remarks = tuple(_disagreements(lock, source, boundaries, monolith))
    if remarks:
        raise BoundaryError("the lock file and the boundary map disagree", remarks)
    return lock


def _about_lock(problems: tuple[Finding, ...], raw: bytes) -> tuple[Finding, ...]:
    if any(line.startswith(_CONFLICT_MARKS) for line in raw.splitlines()):
        problem = unusable_lock("the lock file holds the marks of a merge conflict", problems[0].span)
        help = "take the lock file and the parent from one side, then extract the children of the other side again"
        return (replace(problem, help=help),)
    return tuple(unusable_lock(problem.message, problem.span) for problem in problems)


_CONFLICT_MARKS = (b"<<<<<<< ", b"=======", b">>>>>>> ")


def _disagreements(lock: Lock, source: Source, boundaries: BoundaryMap, monolith: Source) -> Iterator[Finding]:
    known = {child.name for child in boundaries.children}
    for name, locked in lock.children.items():
        place = source.span(("children", name), key=True)
        if name not in known:
            yield finding(
                "ASL605",
                f'the lock file records "{name}", and the boundary map has no such child',
                span=place,
                help="put the child back into the map, and inline it if it is no longer wanted",
            )
        elif locked.file != (file := child_file(boundaries, name, monolith)):
            yield finding(
                "ASL605",
                f'"{name}" was extracted into {locked.file}, and by the boundary map it would be {file}',
                span=place,
                help="undo that change of the map, or: undo it, inline the child, make it again, extract the child",
            )
    parent = boundaries.parent or boundaries.monolith
    if lock.parent is not None and lock.parent != parent:
        yield finding(
            "ASL605",
            f"the parent was written to {lock.parent}, and by the boundary map it would be {parent}",
            span=source.span(("parent", "file"), key=True),
            help="undo that change of the map, or: undo it, inline the children, make it again, extract the children",
        )


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
