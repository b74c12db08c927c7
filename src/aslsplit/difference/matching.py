"""Which state became which: the same name first, then the same body, then whatever is alike enough.

Every step takes the best pairs first. What decides between equals is the same from both sides, so that swapping the
sides swaps the pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aslsplit.asl.model import StateMachine
from aslsplit.difference.bodies import canonical, entries_of, likeness, own_fields
from aslsplit.difference.model import Place

__all__ = ["continued", "matched", "places_in", "twins_of"]

_CHANGED = 0.5
"""How alike the fields of two states must be, from 0 to 1, to be one that was changed."""

_RENAMED = 0.6
"""How alike they must be together with their names and neighbours, to be one that was renamed too."""

_TELLING = 2
"""Up to so many fields a state says nothing by being like another; there are many plain Succeed states."""


def places_in(machines: Mapping[str, StateMachine]) -> tuple[Place, ...]:
    places: list[Place] = []
    for key, machine in machines.items():
        for scope in machine.scopes():
            places += (
                Place(key, machine, scope, state, len(places) + number)
                for number, state in enumerate(scope.states.values())
            )
    return tuple(places)


def continued(before: Sequence[Place], after: Sequence[Place]) -> Mapping[str, str]:
    """The machines of the old side that are on the new one: namesakes, and of the others those that have at least half
    of the states of the smaller one in common."""
    old, new = _by_machine(before), _by_machine(after)
    pairs = {key: key for key in old if key in new}
    shared = [
        (_in_common(old[one], new[other]), one, other)
        for one in old.keys() - pairs.keys()
        for other in new.keys() - pairs.keys()
    ]
    for common, one, other in sorted(shared, key=lambda found: (-found[0], sorted(found[1:]))):
        is_enough = 2 * common >= min(len(old[one]), len(new[other]))
        if is_enough and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


def matched(before: Sequence[Place], after: Sequence[Place], continues: Mapping[str, str]) -> Mapping[Place, Place]:
    """The states of the old side that are on the new one, with what they became."""
    matching = _Matching(_sides(before), _sides(after), continues)
    namesakes = matching.candidates(lambda side: side.place.name)
    matching.take(namesakes, lambda pair: pair.stays and pair.equal)
    matching.take(namesakes, lambda pair: pair.stays and pair.alike >= _CHANGED)
    matching.take(namesakes, lambda pair: pair.equal)
    equals = matching.candidates(lambda side: side.text)
    while matching.take(equals, matching.is_telling):
        pass
    matching.take(namesakes, lambda pair: pair.alike >= _CHANGED)
    likes = matching.candidates(lambda side: side.place.state.type, lambda pair: pair.score >= _RENAMED)
    while matching.take([*likes, *matching.neighbours()], matching.is_renamed):
        pass
    matching.take(namesakes, lambda pair: pair.stays)
    return {old.place: new.place for old, new in matching.pairs.items()}


def twins_of(alone: Iterable[Place], other: Iterable[Place]) -> Mapping[Place, Place]:
    """For states that are on one side only, the first of the same name that is word for word the same."""
    found: dict[str, Place] = {}
    for place in other:
        found.setdefault(_signature(place), place)
    return {place: found[signature] for place in alone if (signature := _signature(place)) in found}


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """A state as it is compared. ``neighbours`` come before it, behind it, or around it."""

    place: Place
    text: str
    entries: frozenset[str]
    letters: frozenset[str]
    """Every three in a row of its name."""

    neighbours: frozenset[tuple[str, Place]]


@dataclass(frozen=True, slots=True)
class _Pair:
    old: _Side
    new: _Side
    stays: bool
    """In a machine that goes on."""

    @property
    def equal(self) -> bool:
        return self.old.text == self.new.text

    @property
    def alike(self) -> float:
        return likeness(self.old.entries, self.new.entries)

    @property
    def alike_names(self) -> float:
        return likeness(self.old.letters, self.new.letters)

    @property
    def score(self) -> float:
        """Without what is around the states."""
        return 0.6 * self.alike + 0.2 * self.alike_names


@dataclass(slots=True)
class _Matching:
    before: Sequence[_Side]
    after: Sequence[_Side]
    continues: Mapping[str, str]
    pairs: dict[_Side, _Side] = field(default_factory=dict)
    partners: dict[Place, Place] = field(default_factory=dict)
    taken: set[_Side] = field(default_factory=set)
    known: dict[Place, _Side] = field(init=False)

    def __post_init__(self) -> None:
        self.known = {side.place: side for side in (*self.before, *self.after)}

    def candidates(
        self, group: Callable[[_Side], str], worth: Callable[[_Pair], bool] = lambda pair: True
    ) -> list[_Pair]:
        """Of what is not matched yet, all that fall into one group."""
        groups: dict[str, list[_Side]] = defaultdict(list)
        for new in self.after:
            if new not in self.taken:
                groups[group(new)].append(new)
        found = (
            self._pair(old, new) for old in self.before if old not in self.pairs for new in groups.get(group(old), ())
        )
        return [pair for pair in found if worth(pair)]

    def take(self, candidates: Sequence[_Pair], fits: Callable[[_Pair], bool]) -> bool:
        """Whether any of them did."""
        fitting = [pair for pair in candidates if self._is_free(pair) and fits(pair)]
        for pair in sorted(fitting, key=self._rank):
            if self._is_free(pair):
                self.pairs[pair.old] = pair.new
                self.taken.add(pair.new)
        self.partners = {old.place: new.place for old, new in self.pairs.items()}
        return bool(fitting)

    def _pair(self, old: _Side, new: _Side) -> _Pair:
        return _Pair(old, new, self.continues.get(old.place.key) == new.place.key)

    def _is_free(self, pair: _Pair) -> bool:
        return pair.old not in self.pairs and pair.new not in self.taken

    def _rank(self, pair: _Pair) -> tuple[float, ...]:
        i, j = pair.old.place.number, pair.new.place.number
        return not pair.stays, -self.score(pair), i + j, abs(i - j)

    def is_telling(self, pair: _Pair) -> bool:
        """Whether fields that are alike say something; if not, the neighbours or the names must."""
        if min(len(pair.old.entries), len(pair.new.entries)) > _TELLING:
            return True
        return self.neighbourhood(pair) > 0 or pair.alike_names >= _RENAMED

    def is_renamed(self, pair: _Pair) -> bool:
        # A name and a neighbourhood cannot make up for fields that have little in common.
        return pair.alike >= _CHANGED and self.score(pair) >= _RENAMED and self.is_telling(pair)

    def score(self, pair: _Pair) -> float:
        return pair.score + 0.2 * self.neighbourhood(pair)

    def neighbours(self) -> list[_Pair]:
        """What stands at the same side of states that are matched, and is not matched itself. Whoever was renamed and
        has changed much is found only here, so that not every state need be compared with every other."""
        found: dict[tuple[_Side, _Side], _Pair] = {}
        for old, new in self.pairs.items():
            for side, one in old.neighbours:
                for place, other in new.neighbours:
                    pair = self._pair(self.known[one], self.known[other])
                    if side == place and one.state.type == other.state.type and self._is_free(pair):
                        found[pair.old, pair.new] = pair
        return list(found.values())

    def neighbourhood(self, pair: _Pair) -> float:
        """How much of what is around the two states is known to be the same."""
        was = {(side, self.partners[place]) for side, place in pair.old.neighbours if place in self.partners}
        total = len(pair.old.neighbours) + len(pair.new.neighbours)
        return 2 * len(was & pair.new.neighbours) / total if total else 0.0


def _sides(places: Sequence[Place]) -> list[_Side]:
    known = {(place.key, place.name): place for place in places}
    neighbours: dict[Place, set[tuple[str, Place]]] = {place: set() for place in places}
    for place, side, name in _links(places):
        other = known[place.key, name]
        neighbours[place].add((side, other))
        neighbours[other].add(({"behind": "before", "around": "inside"}[side], place))
    sides: list[_Side] = []
    for place in places:
        fields = own_fields(place.state)
        name = f" {place.name.lower()} "
        letters = frozenset(name[at : at + 3] for at in range(len(name) - 2))
        sides.append(_Side(place, canonical(fields), entries_of(fields), letters, frozenset(neighbours[place])))
    return sides


def _links(places: Sequence[Place]) -> Iterator[tuple[Place, str, str]]:
    for place in places:
        if place.scope.owner is not None:
            yield place, "around", place.scope.owner
        for way in place.state.transitions:
            if way.target is not None:
                yield place, "behind", way.target


def _by_machine(places: Sequence[Place]) -> Mapping[str, Mapping[str, frozenset[str]]]:
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for place in places:
        found[place.key][place.name] = entries_of(own_fields(place.state))
    return found


def _in_common(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> float:
    """States of one name, each as far as it is alike."""
    return sum(likeness(entries, other[name]) for name, entries in sorted(one.items()) if name in other)


def _signature(place: Place) -> str:
    return f"{place.name}\n{canonical(own_fields(place.state))}"
