"""What is wrong with where control goes: dangling targets, names given twice, states that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.model import Scope, State, StateMachine, StateType, Transition
from aslsplit.asl.remarks import nearest, remark
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding

__all__ = ["dangling_findings", "duplicate_name_findings", "reachability_findings"]


def duplicate_name_findings(machine: StateMachine) -> Iterator[Finding]:
    first: dict[str, State] = {}
    for scope in machine.scopes():
        for name, state in scope.states.items():
            other = first.setdefault(name, state)
            if other is state:
                continue
            line = machine.source.span(other.pointer, key=True).line
            yield remark(
                machine.source,
                "ASL107",
                f'there is another state "{name}" in line {line}, at {format_pointer(other.pointer)}',
                state.pointer,
                key=True,
                help="rename one of them; names are unique over the whole machine",
            )


def dangling_findings(machine: StateMachine) -> Iterator[Finding]:
    for scope in machine.scopes():
        known = _names_as_written(machine, scope)
        for state in scope.states.values():
            for transition in state.transitions:
                if transition.target is not None and transition.target not in known:
                    yield _dangling(machine, known, transition, transition.target)


def reachability_findings(machine: StateMachine) -> Iterator[Finding]:
    """Only for scopes whose states were all understood: elsewhere they would report consequences of other mistakes."""
    for scope in machine.scopes():
        known = _names_as_written(machine, scope)
        if scope.start_at not in scope.states or len(known) != len(scope.states):
            continue
        if any(not _is_understood(state, known) for state in scope.states.values()):
            continue
        reachable = _reachable(scope)
        for name, state in scope.states.items():
            if name not in reachable:
                yield remark(
                    machine.source,
                    "ASL108",
                    f'nothing leads to state "{name}"',
                    state.pointer,
                    key=True,
                    help="remove it, or add the transition that should lead to it",
                )
        if not any(_can_end(scope.states[name]) for name in reachable):
            yield remark(
                machine.source,
                "ASL114",
                f'from "{scope.start_at}" no state can be reached at which {_described(scope)} could end',
                (*scope.pointer, "StartAt"),
                help='add "End": true, a Succeed or a Fail state',
            )


def _names_as_written(machine: StateMachine, scope: Scope) -> list[str]:
    """Also of the states that could not be understood: a transition to them is not dangling."""
    body = machine.source.data
    for part in scope.pointer:
        body = body[part]
    states = body.get("States")
    return list(states) if isinstance(states, dict) else []


def _dangling(machine: StateMachine, known: list[str], transition: Transition, target: str) -> Finding:
    elsewhere = machine.scope_of(target)
    help = nearest(target, known)
    if elsewhere is not None:
        help = f'"{target}" is a state of {_described(elsewhere)}; transitions stay within their scope'
    return remark(
        machine.source,
        "ASL104",
        f'state "{transition.source}" leads to "{target}", which does not exist in its scope',
        transition.pointer,
        help=help,
    )


def _described(scope: Scope) -> str:
    return "the machine" if scope.owner is None else f'a scope inside "{scope.owner}"'


def _is_understood(state: State, known: list[str]) -> bool:
    if state.type is not StateType.FAIL and not state.transitions:
        return False
    return all(transition.target is None or transition.target in known for transition in state.transitions)


def _reachable(scope: Scope) -> set[str]:
    reached = {scope.start_at}
    pending = [scope.start_at]
    while pending:
        for transition in scope.states[pending.pop()].transitions:
            if transition.target is not None and transition.target not in reached:
                reached.add(transition.target)
                pending.append(transition.target)
    return reached


def _can_end(state: State) -> bool:
    return state.type is StateType.FAIL or any(transition.target is None for transition in state.transitions)
