"""A project as it lies on disk: the boundary map, the definition it names, and what was extracted before.

The monolith is read, or made again: when it is rewritten in place, it is the parent with the extracted children put
back. So every run starts from the same machine, and what it writes does not depend on the order of the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.embedding import read_again, read_child
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Json, Pointer, Source
from aslsplit.disk.workspace import Workspace
from aslsplit.errors import AslSplitError, BoundaryError, DefinitionError, InputError
from aslsplit.findings import Finding, finding, has_errors, in_order
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.project.definitions import read_child_machine, read_machine
from aslsplit.project.linked_maps import LinkedMap, LinkedMaps, Seat, open_linked
from aslsplit.project.map_files import child_file, input_schema, lock_beside
from aslsplit.rewrite.inline import Extracted, inline
from aslsplit.rewrite.lock import Lock
from aslsplit.rewrite.record import ChildRecord, digest_of_state
from aslsplit.rewrite.site import seen_from, setting_readers

__all__ = [
    "Project",
    "Tree",
    "edited_states",
    "load_project",
    "load_tree",
]


_Loaded = TypeVar("_Loaded")


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
    identity: str = ""
    """Of the boundary map."""

    others: Mapping[str, Project] = field(default_factory=dict)
    """Those of the maps with which this one shares children, by their identity."""

    circles: Mapping[str, tuple[Seat, ...]] = field(default_factory=dict)
    """See ``LinkedMaps``."""

    def definition_on_disk(self, child: str) -> Json | None:
        """What the file of an extracted child holds; None when it cannot be read."""
        file = self.lock.children[child].file
        raw = self.workspace.read(file)
        source = read_child(self.machine.source, file, raw)[0] if raw is not None else None
        return None if source is None else source.data

    def child_file(self, child: str) -> str:
        return child_file(self.boundaries, child, self.machine.source)


@dataclass(frozen=True, slots=True)
class Tree:
    """The parent and what is recorded about it, as they lie on disk; the monolith is not made again."""

    workspace: Workspace
    boundaries: BoundaryMap
    lock: Lock
    parent: StateMachine
    input_schema: Json | None
    identity: str = ""
    others: Mapping[str, Tree] = field(default_factory=dict)
    circles: Mapping[str, tuple[Seat, ...]] = field(default_factory=dict)


def load_tree(map_path: str) -> Tree:
    """Raises as ``load_project`` does. What people did to generated states is no reason to."""
    maps = open_linked(map_path)
    others = {identity: _beside(maps, other, _tree) for identity, other in maps.others.items()}
    return replace(_tree(maps.own), others=others, circles=maps.circles)


def _tree(opened: LinkedMap) -> Tree:
    workspace, boundaries, findings = opened.workspace, opened.boundaries, opened.findings
    name = boundaries.parent_file
    # Before anything was extracted there is only the monolith.
    machine, found = read_machine(workspace, boundaries.monolith if workspace.read(name) is None else name, boundaries)
    if has_errors(found):
        raise DefinitionError("the definition has errors", in_order((*findings, *found)))
    lock = lock_beside(workspace, opened.lock_file, boundaries, machine.source)
    return Tree(workspace, boundaries, lock, machine, input_schema(workspace, boundaries), opened.identity)


def load_project(map_path: str) -> Project:
    """Raises BoundaryError when the map cannot be used, InputError when a definition cannot be read, DefinitionError
    when it has errors: what AWS would refuse is not worth planning on. So it does about a map that shares a child."""
    maps = open_linked(map_path)
    own = _project(maps.own)
    others = {identity: _beside(maps, other, _project) for identity, other in maps.others.items()}
    return replace(own, others=others, circles=maps.circles)


def _beside(maps: LinkedMaps, other: LinkedMap, load: Callable[[LinkedMap], _Loaded]) -> _Loaded:
    """What belongs to another map. Raises BoundaryError with what is wrong there."""
    try:
        return load(other)
    except AslSplitError as error:
        remark = finding(
            "ASL015",
            f"what belongs to {other.boundaries.source.name} cannot be used: {error.message}",
            span=maps.place_of(other.identity),
            help="one state machine has to serve both, so both machines have to be right",
        )
        raise BoundaryError("a map that shares a child cannot be used", (remark, *error.findings)) from error


def _project(opened: LinkedMap) -> Project:
    workspace, boundaries, lock_file = opened.workspace, opened.boundaries, opened.lock_file
    findings = list(opened.findings)
    monolith, more = read_machine(workspace, boundaries.monolith, boundaries)
    if refused := tuple(_parent_outside(boundaries, monolith.source)):
        raise BoundaryError("the boundary map has errors", (*findings, *refused))
    lock = lock_beside(workspace, lock_file, boundaries, monolith.source)
    findings += more
    if lock.children and boundaries.in_place and not has_errors(findings):
        monolith, more = _made_again(workspace, lock, monolith)
        findings += more
    if has_errors(findings):
        raise DefinitionError("the definition has errors", in_order(findings))
    schema = input_schema(workspace, boundaries)
    return Project(workspace, boundaries, lock, lock_file, monolith, schema, tuple(findings), opened.identity)


def _parent_outside(boundaries: BoundaryMap, monolith: Source) -> Iterator[Finding]:
    if monolith.embedded is not None and not boundaries.in_place:
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
        findings += found if locked.is_child else ()
    records = _records_where_they_are(parent, machines, lock)
    children = {
        name: Extracted(record, seen_from(machines[name], record.site, record.own)) for name, record in records.items()
    }
    _refuse_clashes(parent, children)
    _refuse_settings(children, machines)
    inlined = inline(parent, children)
    origins: dict[Pointer, Origin | None] = {(): Origin(parent.source, ())}
    looks = {name: _look_of(machine.source, records[name], parent.source) for name, machine in machines.items()}
    for pointer, name in inlined.restored.items():
        origins[pointer] = Origin(looks[name], (*records[name].inside, "States", pointer[-1]))
    text = dump(inlined.definition, origins, like=parent.source)
    shown = f"{parent.source.name} with {', '.join(children)} put back"
    source, problems = read_again(parent.source, shown, text)
    if source is None:
        raise InputError("the extracted children cannot be put back", problems)
    machine_again, found = parse(source)
    if machine_again is None:
        raise InputError("the extracted children cannot be put back", found)
    return machine_again, (*findings, *found)


def _look_of(child: Source, record: ChildRecord, parent: Source) -> Source:
    """Where the states have their looks from: another site of a shared child had its own."""
    if record.site is None or not record.site.text:
        return child
    source, _ = read_child(parent, child.name, record.site.text.encode("utf-8", "surrogatepass"), parent.format)
    return child if source is None else source


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
        around: Pointer = () if record.caller is None else records[record.caller].scope
        inside: Pointer = () if record.caller is None else records[record.caller].inside
        place = record.scope
        for scope in caller.scopes():
            # They lead to each other, so they can only be in one scope, and in the branches of a state there.
            if not record.generated.keys().isdisjoint(scope.states):
                place = (*around, *scope.pointer[len(inside) :])
                break
        remarks += edited_states(caller, child, record)
        records[child] = replace(record, scope=place)
    if remarks:
        raise DefinitionError("generated states were edited", tuple(remarks))
    return {name: records[name] for name in lock.children}


def _callers_first(lock: Lock) -> list[str]:
    def depth(name: str) -> int:
        caller = lock.children[name].record.caller
        return 0 if caller is None else 1 + depth(caller)

    return sorted(lock.children, key=depth)


def edited_states(caller: StateMachine, child: str, record: ChildRecord) -> Iterator[Finding]:
    """The states generated for a child that are not as they were generated."""
    states = {name: state for scope in caller.scopes() for name, state in scope.states.items()}
    for name, recorded in record.generated.items():
        if name not in states:
            yield _edited(caller, child, name, (), "is gone")
        elif digest_of_state(states[name].body) != recorded:
            yield _edited(caller, child, name, states[name].pointer, "was changed by hand")


def _edited(parent: StateMachine, child: str, name: str, pointer: Pointer, what: str) -> Finding:
    return finding(
        "ASL601",
        f'"{name}", generated for "{child}", {what}',
        span=parent.source.span(pointer, key=True),
        help="put the change into the boundary map where it has a key, and restore the state from version control",
    )


def _refuse_settings(children: Mapping[str, Extracted], machines: Mapping[str, StateMachine]) -> None:
    """Raises InputError when a shared child reads what a call sends where no site had a literal of its own."""
    remarks: list[Finding] = []
    for name, child in children.items():
        site = child.record.site
        for state in setting_readers(child.machine, child.record.own) if site is not None and site.of is None else ():
            source = machines[name].source
            remarks.append(
                finding(
                    "ASL551",
                    f'"{state}" reads a setting that is no literal of the monolith\'s',
                    span=source.span(("States", state), key=True),
                    help="read it in the field that had the literal, alone; or take it from the request instead",
                )
            )
    if remarks:
        raise InputError("the extracted children cannot be put back", tuple(remarks))


def _refuse_clashes(parent: StateMachine, children: Mapping[str, Extracted]) -> None:
    """Raises InputError when putting a child back would overwrite a state that has come by the same name since."""
    generated = {name for child in children.values() for name in child.record.generated}
    holder = {name: parent for scope in parent.scopes() for name in scope.states if name not in generated}
    remarks: list[Finding] = []
    for child in children.values():
        own = {*child.record.responses, *child.record.checks, *generated}
        for name in child.own.top.states:
            if name in own:
                continue
            other = holder.setdefault(name, child.machine)
            if other is not child.machine:
                place = child.machine.source.span((*child.record.inside, "States", name), key=True)
                message = f'"{name}" is also a state of {other.source.name}'
                remarks.append(finding("ASL107", message, span=place, help="rename one of them"))
    if remarks:
        raise InputError("the extracted children cannot be put back", tuple(remarks))
