"""What states are for that came or went together with a call of another machine.

Around a call stand the states that build its request, take its answer, and end what it failed with; around the states
that moved into a new machine, those that take the request, answer it or refuse it. They are recognised by where they
stand, whoever wrote them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from aslsplit.analysis.calls import called_arn, machine_key, machines_by_name, starts_a_machine
from aslsplit.asl.model import Scope, State, StateMachine, StateType, TransitionKind
from aslsplit.asl.paths import DOCUMENT
from aslsplit.asl.source import Pointer
from aslsplit.difference.access import Access
from aslsplit.difference.model import Place, Role, RoleKind, file_of

__all__ = ["roles_of"]

_UNKNOWN = "a machine that data names"


def roles_of(
    alone: Iterable[Place],
    copies: Collection[Place],
    machines: Mapping[str, StateMachine],
    access: Mapping[str, Access],
    unpaired: Collection[str],
) -> Mapping[Place, Role]:
    """Of the states of one side that are not on the other. ``machines`` are all of this side, ``unpaired`` those of
    them that are not on the other; ``copies`` are states that are on the other side too, in another machine."""
    by_scope: dict[tuple[str, Pointer], dict[str, Place]] = {}
    for place in alone:
        by_scope.setdefault((place.key, place.scope.pointer), {})[place.name] = place
    known = machines_by_name(machines.values())
    called = {id(found) for machine in machines.values() for found in _called_by(machine, known)}
    copied = Counter(place.key for place in copies if place.scope.owner is None)
    roles: dict[Place, Role] = {}
    for (key, pointer), places in by_scope.items():
        scope = next(iter(places.values())).scope
        found = _around_calls(scope, places, access[key], known)
        have_moved = len(scope.states) > len(places) + copied[key]
        if key in unpaired and not pointer and (have_moved or id(machines[key]) in called):
            found = {**_around_members(scope, places, file_of(machines[key])), **found}
        roles.update((places[name], role) for name, role in found.items())
    return roles


def _called_by(machine: StateMachine, known: Mapping[str, StateMachine]) -> Iterator[StateMachine]:
    for scope in machine.scopes():
        for state in scope.states.values():
            found = _machine_of(state, known)
            if found is not None:
                yield found


def _machine_of(call: State, known: Mapping[str, StateMachine]) -> StateMachine | None:
    arn = called_arn(call) if starts_a_machine(call) else None
    return None if arn is None else known.get(machine_key(arn))


def _around_calls(
    scope: Scope, alone: Iterable[str], access: Access, known: Mapping[str, StateMachine]
) -> dict[str, Role]:
    free = {name: scope.states[name] for name in alone}
    calls: dict[str, str] = {}
    for state in free.values():
        if starts_a_machine(state):
            calls[state.name] = _called(state, known)
        elif state.type is StateType.PARALLEL and (branches := _called_side_by_side(state, known)):
            calls[state.name] = " and ".join(branches)
    roles = {name: Role(RoleKind.CALL, called) for name, called in calls.items()}
    # What builds the request of one call stands behind the answer of another.
    for name, called in calls.items():
        for other in _leading_to(name, free, access, roles):
            roles[other] = Role(RoleKind.REQUEST, called)
    for caught, kind in ((False, RoleKind.ANSWER), (True, RoleKind.FAILURE)):
        for name, called in calls.items():
            for other in _reached(_targets(free[name], caught=caught), free, roles):
                roles[other] = Role(kind, called)
    return roles


def _called(call: State, known: Mapping[str, StateMachine]) -> str:
    machine = _machine_of(call, known)
    return file_of(machine) if machine is not None else called_arn(call) or _UNKNOWN


def _called_side_by_side(state: State, known: Mapping[str, StateMachine]) -> tuple[str, ...]:
    """What the branches call, if each of them calls one machine and has nothing else to do."""
    calls = [[one for one in branch.states.values() if starts_a_machine(one)] for branch in state.scopes]
    others = (one for branch in state.scopes for one in branch.states.values() if one.type in _WORKING)
    if not all(len(found) == 1 for found in calls) or any(not starts_a_machine(one) for one in others):
        return ()
    return tuple(_called(found[0], known) for found in calls)


_WORKING = (StateType.TASK, StateType.MAP, StateType.PARALLEL, StateType.WAIT)


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


def _leading_to(call: str, free: Mapping[str, State], access: Access, taken: Mapping[str, Role]) -> list[str]:
    """Those that write what the call reads, as far back as they stand in a row."""
    reads = access.reads_of[call]

    def writers(name: str) -> list[str]:
        sources = [state.name for state in free.values() if name in _targets(state, caught=False)]
        return [source for source in sources if _meet(access.writes_of[source], reads)]

    return _closure(writers(call), writers, free, taken)


def _meet(writes: Iterable[str], reads: Iterable[str]) -> bool:
    """Whether something written is part of something read, or the other way round; all of the document says nothing."""
    return any(
        write == read or write.startswith((f"{read}.", f"{read}[")) or read.startswith((f"{write}.", f"{write}["))
        for write in writes
        for read in reads
        if DOCUMENT not in (write, read) or write == read
    )


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
