"""Inlining: extracted children put back into the parent. The inverse of extraction, and one of its proofs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aslsplit.analysis.facts import Facts, analyze
from aslsplit.asl.model import Scope, ScopeKind, State, StateMachine
from aslsplit.asl.paths import CONTEXT
from aslsplit.asl.placeholders import Placeholder
from aslsplit.asl.source import Json, Pointer
from aslsplit.rewrite.edits import Edit, ReplaceField, SetValue, apply, part_at, value_at
from aslsplit.rewrite.moved_context import MOVED, restored_references
from aslsplit.rewrite.record import ChildRecord, Run

__all__ = ["Extracted", "Inlined", "inline"]


@dataclass(frozen=True, slots=True)
class Extracted:
    """A child as it is now, and what was recorded when it was extracted."""

    record: ChildRecord
    machine: StateMachine

    @property
    def own(self) -> StateMachine:
        """The machine that the moved states are in: without those around it that answer a task token."""
        return self.machine.inside(self.record.inside)


@dataclass(frozen=True, slots=True)
class Inlined:
    """``restored`` leads each place where a state was put back to the child it came from."""

    definition: Json
    restored: Mapping[Pointer, str]


def inline(parent: StateMachine, children: Mapping[str, Extracted]) -> Inlined:
    """The machine before these children were extracted."""
    called = {name: child for name, child in children.items() if child.record.caller is None}
    definition = apply(parent.source.data, _edits_of_callers(parent, called))
    restored: dict[Pointer, str] = {}
    runs: dict[Pointer, list[tuple[Run, ChildRecord]]] = {}
    states: dict[str, Json] = {}
    for name, child in children.items():
        record = child.record
        members = _restored_states(child, {n: other for n, other in children.items() if other.record.caller == name})
        added = tuple(member for member in members if member not in record.members)
        # The states of a child inside another one of the same scope are in the runs of that one.
        outer = None if record.caller is None else children[record.caller].record
        own = () if outer is not None and outer.scope == record.scope else record.runs
        runs.setdefault(record.scope, []).extend((run, record) for run in own)
        # A state that its team has added since stands behind the last of those that moved.
        runs[record.scope] += [(Run(record.members[-1], added), record)] if added else []
        states |= members
        restored |= {(*record.scope, "States", member): name for member in members}
    # What lies in a state that has moved has its place back with that.
    for scope, missing in sorted(runs.items(), key=lambda item: len(item[0])):
        holder = value_at(definition, scope)
        holder["States"] = _placed(holder["States"], missing, states)
    return Inlined(definition, restored)


def _edits_of_callers(parent: StateMachine, children: Mapping[str, Extracted]) -> Iterator[Edit]:
    """What led to the calls leads to the entries again, in the parent or in a child that calls these."""
    entries = {first: entry for child in children.values() for entry, first in child.record.entries.items()}
    generated = {name for child in children.values() for name in child.record.generated}
    for scope in parent.scopes():
        if scope.start_at in entries:
            yield SetValue((*scope.pointer, "StartAt"), entries[scope.start_at])
        for state in scope.states.values():
            if state.name in generated:
                continue
            for transition in state.transitions:
                if transition.target in entries:
                    yield SetValue(transition.pointer, entries[transition.target])


def _placed(
    parent: Mapping[str, Json], missing: list[tuple[Run, ChildRecord]], states: Mapping[str, Json]
) -> dict[str, Json]:
    """One scope with its states back in their places, each run behind the state that stood before it.

    That state may have moved too, so a run waits for the one before it; if it is gone altogether the run stands
    where the call stands.
    """
    entries = list(parent.items())
    pending = list(missing)
    while pending:
        names = [name for name, _ in entries]
        placeable = (pair for pair in pending if pair[0].after is None or pair[0].after in names)
        run, record = chosen = next(placeable, pending[0])
        pending.remove(chosen)
        if run.after is None:
            position = 0
        elif run.after in names:
            position = names.index(run.after) + 1
        else:
            position = min((names.index(name) for name in record.generated if name in names), default=len(names))
        entries[position:position] = [(name, states[name]) for name in run.states if name in states]
    generated = {name for _, record in missing for name in record.generated}
    return {name: body for name, body in entries if name not in generated}


def _restored_states(child: Extracted, called: Mapping[str, Extracted]) -> dict[str, Json]:
    """``called`` are the children whose calls stand in this one; those go where they are put back."""
    machine, record = child.own, child.record
    facts = analyze(machine)
    own = {*record.responses, *record.checks, *(name for other in called.values() for name in other.record.generated)}
    kept = [name for name in machine.top.states if name not in own]
    edits = [edit for name in kept for edit in _restoring_edits(machine.top.states[name], record, facts)]
    edits += _edits_of_callers(machine, called)
    states = value_at(apply(machine.source.data, edits), machine.top.pointer)["States"]
    _restore_functions(states, record)
    return {name: states[name] for name in kept}


def _restore_functions(states: dict[str, Json], record: ChildRecord) -> None:
    """Where the child still has the text that was written for one."""
    for function in record.functions:
        holder = part_at({"States": states}, function.at[:-1])
        if part_at(holder, function.at[-1:]) == function.text:
            holder[function.at[-1]] = Placeholder(function.text, function.written, ())


def _restoring_edits(state: State, record: ChildRecord, facts: Facts) -> Iterator[Edit]:
    for transition in state.transitions:
        if transition.target is None or transition.target not in record.responses:
            continue
        target = record.responses[transition.target]
        if target is not None:
            yield SetValue(transition.pointer, target)
        elif state.name in record.succeeds:
            yield SetValue((*state.pointer, "Type"), "Succeed")
            yield ReplaceField(state.pointer, "Next", None)
        else:
            yield ReplaceField(state.pointer, "Next", "End", True)
    yield from _context_edits(state, facts.machine.top, facts)


def _context_edits(state: State, scope: Scope, facts: Facts) -> Iterator[Edit]:
    for read in facts.of(scope).effects[state.name].reads:
        text = value_at(facts.machine.source.data, read.pointer)
        if read.path.root == CONTEXT and read.path.stem[:3] == MOVED and isinstance(text, str):
            yield SetValue(read.pointer, restored_references(text, state.query_language))
    for inner in state.scopes:
        if inner.kind is ScopeKind.DISTRIBUTED:
            # An item runs in an execution of its own, whose context was never moved.
            continue
        for inside in inner.states.values():
            yield from _context_edits(inside, inner, facts)
