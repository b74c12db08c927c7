"""Which state of one region stands where which state of another does, if the two lead alike throughout.

What the states do is not asked here, beyond their types: ``likeness`` finds such regions, this module takes two of
them, in one scope or in two, and either pairs every state, those inside them included, or says where they part.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from aslsplit.analysis.regions import Region
from aslsplit.asl.model import Scope, State, Transition, TransitionKind
from aslsplit.asl.source import Pointer

__all__ = ["Correspondence", "Parting", "correspondence_of"]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """``exits`` lead each target of an exit to the other region's (None: the end of the scope)."""

    states: tuple[tuple[State, State], ...]
    exits: dict[str | None, str | None]

    @property
    def names(self) -> dict[str, str]:
        return {one.name: other.name for one, other in self.states}


@dataclass(frozen=True, slots=True)
class Parting:
    """The first place where the regions do not lead alike, on both sides, and in words what each does there."""

    one: Pointer
    other: Pointer
    what: str


def correspondence_of(one: Region, other: Region) -> Correspondence | Parting:
    """Of regions with one entry each."""
    states: list[tuple[State, State]] = []
    left = _Side(one.scope, one.members, one.entries[0])
    exits = _walked(left, _Side(other.scope, other.members, other.entries[0]), states)
    return exits if isinstance(exits, Parting) else Correspondence(tuple(states), exits)


@dataclass(frozen=True, slots=True)
class _Side:
    scope: Scope
    members: Collection[str]
    start: str


_Targets = dict[str | None, str | None]


def _walked(one: _Side, other: _Side, states: list[tuple[State, State]]) -> _Targets | Parting:
    """Both sides at once, from their starts on; the exits if they lead alike. ``states`` takes the pairs."""
    members: _Targets = {one.start: other.start}
    exits: _Targets = {}
    pending = [(one.start, other.start)]
    while pending:
        mine, theirs = pending.pop(0)
        left, right = one.scope.states[mine], other.scope.states[theirs]
        states.append((left, right))
        if parting := _differently(left, right):
            return parting
        for way, its in zip(left.transitions, right.transitions, strict=True):
            known = members if way.target in one.members else exits
            is_new = way.target not in known
            if is_new and its.target in known.values():
                return _parting(way, its)
            if (way.target in one.members) != (its.target in other.members):
                return _parting(way, its)
            if known.setdefault(way.target, its.target) != its.target:
                return _parting(way, its)
            if known is members and is_new and way.target is not None and its.target is not None:
                pending.append((way.target, its.target))
        for inner, its_inner in zip(left.scopes, right.scopes, strict=True):
            ended = _walked(_whole(inner), _whole(its_inner), states)
            if isinstance(ended, Parting):
                return ended
    if len(members) < max(len(one.members), len(other.members)):
        what = f"from {one.start} {len(members)} of {len(one.members)} states are reached, from {other.start}"
        start, there = one.scope.states[one.start].pointer, other.scope.states[other.start].pointer
        return Parting(start, there, f"{what} as many of {len(other.members)}")
    return exits


def _whole(scope: Scope) -> _Side:
    return _Side(scope, scope.states, scope.start_at)


def _differently(one: State, other: State) -> Parting | None:
    ways = [[_kind(way) for way in state.transitions] for state in (one, other)]
    if one.type is not other.type:
        what = f"{one.name} is a {one.type.value}, {other.name} a {other.type.value}"
    elif one.query_language != other.query_language:
        what = f"{one.name} is {one.query_language}, {other.name} {other.query_language}"
    elif [scope.kind for scope in one.scopes] != [scope.kind for scope in other.scopes]:
        what = f"{one.name} and {other.name} hold other kinds of scopes, or not as many"
    elif ways[0] != ways[1]:
        shown = [", ".join(kinds) or "nothing" for kinds in ways]
        what = f"{one.name} leads on by {shown[0]}, {other.name} by {shown[1]}"
    else:
        return None
    return Parting(one.pointer, other.pointer, what)


def _kind(way: Transition) -> str:
    # Whether what follows is a state or the end of the scope is a matter of the region's exits.
    return TransitionKind.NEXT.value if way.kind is TransitionKind.END else way.kind.value


def _parting(one: Transition, other: Transition) -> Parting:
    what = f"{one.source} leads to {one.target or 'the end'}, {other.source} to {other.target or 'the end'}"
    return Parting(one.pointer, other.pointer, what)
