"""Tracing a value forward: who may read it after a point.

Liveness says that a value crosses a border; this says why, and ``sources`` where the value may have come from. Both
follow copies and renames, stop where the value is overwritten, and enter and leave the scopes of Parallel and Map
states. Both are *may* answers: they name every state that could be meant, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import assert_never

from aslsplit.analysis.effects import Effects, Passage, Read
from aslsplit.analysis.facts import Facts, ScopeFacts
from aslsplit.analysis.pathset import EMPTY, WHOLE, PathSet
from aslsplit.analysis.shapes import Copy, Given, New, Record, Shape, Update
from aslsplit.asl.model import Scope, ScopeKind, State, StateType, Transition
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem
from aslsplit.asl.source import Json, Pointer

__all__ = ["Extent", "Leaving", "Move", "Reading", "every_reading", "leavings", "place_in_file", "readers", "value_at"]


@dataclass(frozen=True, slots=True)
class Move:
    """``state`` put the value at ``path``, where it had not been before."""

    state: str
    path: AccessPath


class Extent(Enum):
    """How much of the value a read takes."""

    EXACT = "exact"
    PART = "part"
    AROUND = "around"
    PRESENCE_AROUND = "presence around"
    """The read only wants an object that contains the value to be there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``place`` is where the value lies when the state begins, after ``moves``; ``inside`` is the part of it that was
    taken there, None if it may be several. ``arriving``: the reader does not exist yet, it will stand before the
    state (``Assumptions.also_read``)."""

    state: State
    read: Read
    extent: Extent
    place: AccessPath
    moves: tuple[Move, ...]
    asks_presence: bool
    arriving: bool
    inside: Stem | None = ()


@dataclass(frozen=True, slots=True)
class Leaving:
    """The value leaves along a transition, where it lies at ``place`` and is live."""

    scope: Scope
    transition: Transition
    place: AccessPath
    moves: tuple[Move, ...]


def readers(
    facts: Facts, scope: Scope, start: str, root: str, stem: Stem, within: Collection[str] | None = None
) -> tuple[Reading, ...]:
    """What may read the value that lies at ``root`` and ``stem`` when ``start`` begins, something inside it, or
    something that contains it; ``within`` keeps to these states of the scope. Once per place in the file."""
    found: dict[tuple[Pointer, bool], Reading] = {}
    for reading in every_reading(facts, scope, start, root, stem, within):
        key = (reading.read.pointer, reading.arriving)
        if key not in found or _telling(reading) < _telling(found[key]):
            found[key] = reading
    return tuple(sorted(found.values(), key=lambda reading: place_in_file(facts, reading.read.pointer)))


def every_way(transition: Transition) -> bool:
    return True


def every_reading(
    facts: Facts,
    scope: Scope,
    start: str,
    root: str,
    stem: Stem,
    within: Collection[str] | None = None,
    along: Callable[[Transition], bool] = every_way,
) -> Iterator[Reading]:
    """As ``readers``, with every read that an expression makes, and every place it may find the value at. ``along``
    tells which transitions of the scope control may take."""
    for inner, held in _spread(facts, facts.of(scope), start, root, stem, within, along):
        in_region = within is not None and inner.scope.pointer == scope.pointer
        for name, places in held.items():
            yield from _readings(facts, inner, name, places, in_region)


def leavings(
    facts: Facts, scope: Scope, start: str, root: str, stem: Stem, within: Collection[str] | None = None
) -> tuple[Leaving, ...]:
    """Where the value leaves ``within``, and where it is part of the output that a scope ends with."""
    found: dict[tuple[Pointer, AccessPath], Leaving] = {}
    for inner, held in _spread(facts, facts.of(scope), start, root, stem, within):
        in_region = within is not None and inner.scope.pointer == scope.pointer
        allowed = within if within is not None and in_region else inner.scope.states
        for name, places in held.items():
            for way in inner.effects[name].passages:
                if way.transition.target in allowed:
                    continue
                live = inner.live_behind(way.transition)
                for place in _through(way, places, name):
                    if live.get(place.root, EMPTY).at(place.stem) & place.kept:
                        leaving = Leaving(inner.scope, way.transition, place.path, place.moves)
                        found.setdefault((way.transition.pointer, place.path), leaving)
    return tuple(sorted(found.values(), key=lambda leaving: place_in_file(facts, leaving.transition.pointer)))


_MOST_MOVES = 12
_MOST_PLACES = 64
"""A loop that nests the document in itself would find new places for ever."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the value lies, or the part ``inside`` it; ``kept`` is what of it has not been overwritten there."""

    root: str
    stem: Stem
    kept: PathSet = WHOLE
    moves: tuple[Move, ...] = ()
    inside: Stem | None = ()

    @property
    def path(self) -> AccessPath:
        return AccessPath(self.root, self.stem)


_Places = Mapping[tuple[str, Stem], _Place]


def _spread(
    facts: Facts,
    scope: ScopeFacts,
    start: str,
    root: str,
    stem: Stem,
    within: Collection[str] | None,
    along: Callable[[Transition], bool] = every_way,
) -> Iterator[tuple[ScopeFacts, Mapping[str, _Places]]]:
    """Per scope, from the outer to the inner ones, the places of the value where each of its states begins."""
    pending: list[tuple[ScopeFacts, str, _Places, Collection[str]]] = []
    pending.append((scope, start, {(root, stem): _Place(root, stem)}, scope.scope.states if within is None else within))
    while pending:
        current, first, places, allowed = pending.pop(0)
        held = _held(current, first, places, allowed, along)
        yield current, held
        for name, found in held.items():
            for inner, handed in _handed_inward(current.effects[name], found):
                pending.append((facts.of(inner), inner.start_at, handed, inner.states))


def _held(
    scope: ScopeFacts, start: str, places: _Places, allowed: Collection[str], along: Callable[[Transition], bool]
) -> Mapping[str, _Places]:
    held: dict[str, _Places] = {start: places}
    pending = [start]
    while pending:
        name = pending.pop(0)
        for way in scope.effects[name].passages:
            target = way.transition.target
            if target is None or target not in allowed or not along(way.transition):
                continue
            known = held.get(target, {})
            joined = _joined(known, _through(way, held[name], name))
            if joined != known:
                held[target] = joined
                if target not in pending:
                    pending.append(target)
    return held


def _joined(known: _Places, arriving: Iterable[_Place]) -> _Places:
    """The first chain of moves to a place is kept: control gets there by the fewest transitions."""
    joined = dict(known)
    for place in arriving:
        key = (place.root, place.stem)
        if key in joined:
            before = joined[key]
            inside = before.inside if before.inside == place.inside else None
            joined[key] = _Place(place.root, place.stem, before.kept | place.kept, before.moves, inside)
        elif len(joined) < _MOST_PLACES and len(place.moves) <= _MOST_MOVES:
            joined[key] = place
    return joined


def _through(way: Passage, places: _Places, state: str) -> Iterator[_Place]:
    for place in places.values():
        yield from _moved(place, DOCUMENT, way.document, state)
        for root, shape in way.variables.items():
            yield from _moved(place, root, shape, state)
        if place.root != DOCUMENT and place.root not in way.variables:
            yield place


def _moved(place: _Place, root: str, shape: Shape, state: str) -> Iterator[_Place]:
    """The value's places below ``root`` when it has become ``shape``."""
    for stem, kept, part in _images(shape, place):
        moves = place.moves
        if (root, stem) != (place.root, place.stem):
            moves = (*moves, Move(state, AccessPath(root, stem)))
        yield _Place(root, stem, kept, moves, None if place.inside is None else place.inside + part)


def _images(shape: Shape, place: _Place) -> Iterator[tuple[Stem, PathSet, Stem]]:
    """Where in ``shape`` the value lies, what is left of it there, and which part of it that is."""
    match shape:
        case Copy(root, base):
            if root == place.root and place.stem[: len(base)] == base:
                yield place.stem[len(base) :], place.kept, ()
            elif root == place.root and base[: len(place.stem)] == place.stem:
                part = base[len(place.stem) :]
                if place.kept.at(part):
                    yield (), place.kept.at(part), part
        case New() | Given():
            return
        case Record(members):
            for name, member in members.items():
                for stem, kept, part in _images(member, place):
                    yield (name, *stem), kept, part
        case Update(base_shape, at, value, sure):
            for stem, kept, part in _images(base_shape, place):
                if sure and at[: len(stem)] == stem:
                    kept = kept.without(at[len(stem) :])
                if kept and not (sure and stem[: len(at)] == at):
                    yield stem, kept, part
            for stem, kept, part in _images(value, place):
                yield (*at, *stem), kept, part
        case _ as unreachable:
            assert_never(unreachable)


def _handed_inward(effects: Effects, places: _Places) -> Iterator[tuple[Scope, _Places]]:
    state = effects.state
    for inner, handed in zip(state.scopes, effects.inputs, strict=True):
        found: dict[tuple[str, Stem], _Place] = {}
        for place in places.values():
            inward = [*_moved(place, DOCUMENT, handed, state.name), *_seen_inside(place, inner, state)]
            found |= {(moved.root, moved.stem): moved for moved in inward}
        if found:
            yield inner, found


def _seen_inside(place: _Place, inner: Scope, state: State) -> Iterator[_Place]:
    """Variables and the context are visible inward, but a Map has an item of its own and a distributed one all."""
    if place.root == DOCUMENT or inner.kind is ScopeKind.DISTRIBUTED:
        return
    if place.root == CONTEXT and state.type is StateType.MAP:
        if place.stem[:1] == ("Map",):
            return
        if not place.stem:
            place = replace(place, kept=place.kept.without(("Map",)))
    yield place


def _readings(facts: Facts, scope: ScopeFacts, name: str, places: _Places, in_region: bool) -> Iterator[Reading]:
    effects = scope.effects[name]
    # The envelope of a child is built by the parent, before the region begins: its reads are not the region's.
    expected = () if in_region else facts.assumptions.also_read.get(name, ())
    arriving = [(Read(path, effects.state.pointer, sure=False), True) for path in expected]
    for read, early in (*((read, False) for read in effects.reads), *arriving):
        for place in places.values():
            extent = _extent(read, place)
            if extent is not None:
                asks = _asks_presence(facts.machine.source.data, read.pointer)
                yield Reading(effects.state, read, extent, place.path, place.moves, asks, early, place.inside)


def _extent(read: Read, place: _Place) -> Extent | None:
    wanted = read.path.stem
    if read.path.root != place.root:
        return None
    if wanted[: len(place.stem)] == place.stem:
        below = wanted[len(place.stem) :]
        if not place.kept.at(below):
            return None
        return Extent.PART if below or len(read.path.steps) > len(wanted) else Extent.EXACT
    if place.stem[: len(wanted)] == wanted:
        return Extent.AROUND if read.deep else Extent.PRESENCE_AROUND
    return None


def _telling(reading: Reading) -> tuple[bool, int, bool]:
    """Of several ways in which one reference meets the value, the plainest comes first."""
    return reading.extent is Extent.PRESENCE_AROUND, len(reading.moves), reading.extent is Extent.AROUND


def _asks_presence(data: Json, pointer: Pointer) -> bool:
    return "Choices" in pointer and "IsPresent" in value_at(data, pointer[:-1])


def value_at(data: Json, pointer: Pointer) -> Json:
    for part in pointer:
        data = data[part]
    return data


def place_in_file(facts: Facts, pointer: Pointer) -> tuple[int, int]:
    """What stands nowhere in the file, such as the execution's input, comes first."""
    if not pointer:
        return (0, 0)
    place = facts.machine.source.span(pointer)
    return (place.line, place.column)
