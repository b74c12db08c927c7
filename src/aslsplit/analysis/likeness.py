"""Copies: regions that are equal up to names, ARNs and literals, in one machine or in several.

Two states are alike if they do the same in the same way: type, service action, access paths, error handling. From
every two like states a match grows along their transitions in lockstep, until one side does something else; what is
left after trimming both sides to legal regions is a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from aslsplit.analysis.canonical_forms import canonical_order, digest, forms_of, label_of_members
from aslsplit.analysis.graph import FlowGraph, flow_graph
from aslsplit.asl.model import Scope, State, StateMachine, Transition

__all__ = ["Copies", "Copy", "copies_in"]

SMALLEST = 3
"""States in the smallest copy worth naming; a Wait, a Task and a Choice make a poll loop."""

_WINDOW = 8
"""With how many of its likes a state is matched. Likes are sorted by what follows them, so the ones that go on alike
are neighbours; equal labels bring together what was matched apart. This keeps the work linear in the states."""

_ROUNDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """A legal region. ``members`` stand in canonical order, the entry first: the nth member of one copy is the nth of
    every other."""

    machine: StateMachine
    scope: Scope
    members: tuple[str, ...]

    @property
    def entry(self) -> str:
        return self.members[0]

    @property
    def states(self) -> tuple[State, ...]:
        """The members and everything inside them."""
        return tuple(inner for name in self.members for inner in _with_inner(self.scope.states[name]))


@dataclass(frozen=True, slots=True)
class Copies:
    """At least two regions with one label, which do not overlap; in the order of the machines and of their files."""

    label: str
    regions: tuple[Copy, ...]

    @property
    def size(self) -> int:
        """States in each, inner ones included."""
        return len(self.regions[0].states)

    @property
    def surplus(self) -> int:
        """States that would go if there were one of it."""
        return self.size * (len(self.regions) - 1)


def copies_in(machines: Iterable[StateMachine], at_least: int = SMALLEST) -> tuple[Copies, ...]:
    """The largest regions that occur more than once, those with the most surplus first.

    What lies in the copies of a larger region is not told again, unless it occurs elsewhere too.
    """
    places = [
        _Place(machine, flow_graph(scope), number, forms_of(scope))
        for number, machine in enumerate(machines)
        for scope in machine.scopes()
    ]
    found: dict[str, dict[tuple[int, tuple[str, ...]], Copy]] = {}
    for one, other in _matches(places):
        for place, members in (one, other):
            if sum(1 for name in members for _ in _with_inner(place.scope.states[name])) >= at_least:
                copy = Copy(place.machine, place.scope, members)
                found.setdefault(label_of_members(place.scope, members, place.forms), {})[place.number, members] = copy
    # Likes were sorted by digests; from here on the order of the files counts.
    in_order = sorted(found.items(), key=lambda item: min(_position(*region) for region in item[1].items()))
    return _outermost([Copies(label, apart) for label, regions in in_order if len(apart := _apart(regions)) > 1])


# --- matching ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A scope, the number of its machine, and the forms of its states."""

    machine: StateMachine
    graph: FlowGraph
    number: int
    forms: Mapping[str, str]

    @property
    def scope(self) -> Scope:
        return self.graph.scope


_Side = tuple[_Place, tuple[str, ...]]


def _matches(places: Sequence[_Place]) -> Iterator[tuple[_Side, _Side]]:
    futures = [_futures(place) for place in places]
    everywhere = [(number, name) for number, place in enumerate(places) for name in place.scope.states]
    everywhere.sort(key=lambda where: (places[where[0]].forms[where[1]], futures[where[0]][where[1]]))
    covered: set[tuple[int, str, int, str]] = set()
    for _, group in groupby(everywhere, key=lambda where: places[where[0]].forms[where[1]]):
        likes = list(group)
        for position, (left, one) in enumerate(likes):
            for right, other in likes[position + 1 : position + 1 + _WINDOW]:
                if (left, one, right, other) in covered:
                    continue
                alike = _Alike(places[left], places[right])
                pairs = alike.grown(one, other)
                for mine, theirs in pairs.items():
                    covered.update(((left, mine, right, theirs), (right, theirs, left, mine)))
                if pairs:
                    yield (
                        (places[left], canonical_order(places[left].scope, one, frozenset(pairs))),
                        (places[right], canonical_order(places[right].scope, other, frozenset(pairs.values()))),
                    )


@dataclass(frozen=True, slots=True)
class _Alike:
    """Two scopes, which may be one, in which two regions are grown in lockstep."""

    left: _Place
    right: _Place

    def grown(self, one: str, other: str) -> dict[str, str]:
        """The largest match from these two states that is a legal region on both sides; none if there is none."""
        pairs = self._reached(one, other, self._are_like)
        while True:
            inside = frozenset(pairs.values())
            kept = {mine: pairs[mine] for mine in pairs if mine == one or self._stands(mine, pairs, inside)}
            if not self._leads_alike(one, kept, frozenset(kept.values())):
                return {}
            smaller = self._reached(one, other, _pairing(kept))
            if smaller == pairs:
                return pairs
            pairs = smaller

    def _are_like(self, mine: str, theirs: str) -> bool:
        return self.left.forms[mine] == self.right.forms[theirs]

    def _reached(self, one: str, other: str, may_join: Callable[[str, str], bool]) -> dict[str, str]:
        """Both sides walked at once; they never meet."""
        pairs = {one: other}
        taken = {other}
        pending = [one]
        while pending:
            mine = pending.pop()
            for left, right in self._transitions(mine, pairs[mine]):
                here, there = left.target, right.target
                if here is None or there is None or here in pairs or there in taken or not may_join(here, there):
                    continue
                if self.left is self.right and (here == there or here in taken or there in pairs):
                    continue
                pairs[here] = there
                taken.add(there)
                pending.append(here)
        return pairs

    def _transitions(self, mine: str, theirs: str) -> Iterator[tuple[Transition, Transition]]:
        return zip(self.left.scope.states[mine].transitions, self.right.scope.states[theirs].transitions, strict=True)

    def _stands(self, mine: str, pairs: Mapping[str, str], inside: frozenset[str]) -> bool:
        """Leads alike on both sides, and control arrives at it from inside only."""
        theirs = pairs[mine]
        return (
            self._leads_alike(mine, pairs, inside)
            and self.left.scope.start_at != mine
            and self.right.scope.start_at != theirs
            and all(way.source in pairs for way in self.left.graph.incoming[mine])
            and all(way.source in inside for way in self.right.graph.incoming[theirs])
        )

    def _leads_alike(self, mine: str, pairs: Mapping[str, str], inside: frozenset[str]) -> bool:
        return all(
            pairs[left.target] == right.target
            if left.target is not None and left.target in pairs
            else right.target not in inside
            for left, right in self._transitions(mine, pairs[mine])
        )


def _pairing(pairs: Mapping[str, str]) -> Callable[[str, str], bool]:
    return lambda mine, theirs: pairs.get(mine) == theirs


def _futures(place: _Place) -> Mapping[str, str]:
    """What each state does and what follows it, a few transitions far."""
    labels = dict(place.forms)
    for _ in range(_ROUNDS):
        labels = {
            name: digest([labels[name], *(labels.get(way.target or "", "") for way in state.transitions)])
            for name, state in place.scope.states.items()
        }
    return labels


# --- from matches to copies --------------------------------------------------------------------------------------


def _apart(regions: Mapping[tuple[int, tuple[str, ...]], Copy]) -> tuple[Copy, ...]:
    """As many as do not overlap, in the order of the files: equal states in a row match at every offset."""
    used: set[tuple[int, str]] = set()
    apart: list[Copy] = []
    for (number, members), copy in sorted(regions.items(), key=lambda item: _position(*item)):
        if not any((number, name) in used for name in members):
            used.update((number, name) for name in members)
            apart.append(copy)
    return tuple(apart)


def _position(key: tuple[int, tuple[str, ...]], copy: Copy) -> tuple[int, int]:
    extent = copy.machine.source.extents.get(copy.scope.states[copy.entry].pointer)
    return key[0], extent.start if extent is not None else 0


def _outermost(classes: Sequence[Copies]) -> tuple[Copies, ...]:
    """Without copies that cut across those of a larger class, and without classes that lie in a larger one."""
    kept: list[Copies] = []
    around: dict[tuple[int, str], set[tuple[int, int]]] = {}
    for copies in sorted(classes, key=lambda copies: -copies.size):
        holders = {copy: [around.get(_key(copy, state), set()) for state in copy.states] for copy in copies.regions}
        whole = tuple(copy for copy, found in holders.items() if set.union(*found) == set.intersection(*found))
        if len(whole) < 2 or all(holders[copy][0] for copy in whole):
            continue
        for place, copy in enumerate(whole):
            for state in copy.states:
                around.setdefault(_key(copy, state), set()).add((len(kept), place))
        kept.append(replace(copies, regions=whole))
    return tuple(sorted(kept, key=lambda copies: -copies.surplus))


def _key(copy: Copy, state: State) -> tuple[int, str]:
    return id(copy.machine), state.name


def _with_inner(state: State) -> Iterator[State]:
    yield state
    for scope in state.scopes:
        for inner in scope.states.values():
            yield from _with_inner(inner)
