"""What states are for that came or went together with a call of another machine.

Around a call stand the states that build its request, take its answer, and end what it failed with; around the states
that moved into a new machine, those that take the request, answer it or refuse it. They are recognised by where they
stand, whoever wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from aslsplit.analysis.calls import called_arn, key_of_machine, machines_by_name, starts_a_machine
from aslsplit.asl.model import Scope, State, StateMachine, TransitionKind
from aslsplit.asl.source import Pointer
from aslsplit.difference.model import Place, Role, RoleKind

__all__ = ["roles_of"]


def roles_of(
    alone: Iterable[Place], machines: Mapping[str, StateMachine], unpaired: Collection[str]
) -> Mapping[Place, Role]:
    """Of the states of one side that are not on the other. ``machines`` are all of this side, ``unpaired`` those of
    them that are not on the other."""
    by_scope: dict[tuple[str, Pointer], dict[str, Place]] = {}
    for place in alone:
        by_scope.setdefault((place.key, place.scope.pointer), {})[place.name] = place
    known = machines_by_name(machines.values())
    roles: dict[Place, Role] = {}
    for (key, pointer), places in by_scope.items():
        scope = next(iter(places.values())).scope
        found = _around_calls(scope, places, known)
        if key in unpaired and not pointer:
            found = {**_around_members(scope, places, machines[key].source.name), **found}
        roles.update((places[name], role) for name, role in found.items())
    return roles


def _around_calls(scope: Scope, alone: Iterable[str], known: Mapping[str, StateMachine]) -> dict[str, Role]:
    free = {name: scope.states[name] for name in alone}
    roles: dict[str, Role] = {}
    for state in free.values():
        if starts_a_machine(state):
            arn = called_arn(state)
            machine = known.get(key_of_machine(arn)) if arn is not None else None
            called = machine.source.name if machine is not None else arn or "a machine that data names"
            roles[state.name] = Role(RoleKind.CALL, called)
    for name, call in tuple(roles.items()):
        forward, caught = _targets(free[name], caught=False), _targets(free[name], caught=True)
        for kind, near in (
            (RoleKind.ANSWER, _reached(forward, free, roles)),
            (RoleKind.FAILURE, _reached(caught, free, roles)),
            (RoleKind.REQUEST, _leading_to(name, free, roles)),
        ):
            for other in near:
                roles.setdefault(other, Role(kind, call.machine))
    return roles


def _around_members(scope: Scope, alone: Iterable[str], file: str) -> dict[str, Role]:
    """Of a machine into which states have moved; none where all its states are new."""
    free = {name: scope.states[name] for name in alone}
    members = scope.states.keys() - free.keys()
    if not members:
        return {}
    entry = _reached([scope.start_at], free, {})
    behind = [target for name in members for target in _targets(scope.states[name], caught=None)]
    roles: dict[str, Role] = {}
    for name in free:
        if name in entry:
            refuses = not _any_reached(name, scope, members)
            roles[name] = Role(RoleKind.REFUSAL if refuses else RoleKind.ENTRY, file)
    for name in _reached(behind, free, roles):
        roles.setdefault(name, Role(RoleKind.RESPONSE, file))
    return roles


def _reached(starts: Iterable[str], free: Mapping[str, State], taken: Mapping[str, Role]) -> list[str]:
    """Along the transitions, as far as states lead there that are on this side only and have no other purpose."""
    return _closure(starts, lambda name: _targets(free[name], caught=None), free, taken)


def _leading_to(call: str, free: Mapping[str, State], taken: Mapping[str, Role]) -> list[str]:
    def sources(name: str) -> list[str]:
        return [state.name for state in free.values() if name in _targets(state, caught=False)]

    return _closure(sources(call), sources, free, taken)


def _closure(
    starts: Iterable[str], following: Callable[[str], list[str]], free: Mapping[str, State], taken: Mapping[str, Role]
) -> list[str]:
    found: dict[str, None] = {}
    pending = [*starts]
    while pending:
        name = pending.pop()
        if name in free and name not in taken and name not in found:
            found[name] = None
            pending += following(name)
    return [*found]


def _any_reached(start: str, scope: Scope, members: Iterable[str]) -> bool:
    found = _closure([start], lambda name: _targets(scope.states[name], caught=None), scope.states, {})
    return not set(members).isdisjoint(found)


def _targets(state: State, *, caught: bool | None) -> list[str]:
    """Without the ends; only those of catchers, only the others, or all."""
    return [
        way.target
        for way in state.transitions
        if way.target is not None and (caught is None or (way.kind is TransitionKind.CATCH) is caught)
    ]
