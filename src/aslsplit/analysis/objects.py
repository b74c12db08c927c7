"""Objects: which values are certain to be objects, if they are there at all, when a state begins (forward, must).

What has a member that must exist is an object, and so is what was written as one, what was written into, what a
service returns, and what an error is described by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import assert_never

from aslsplit.analysis.effects import Effects, Passage
from aslsplit.analysis.forward import followed
from aslsplit.analysis.presence import present_on
from aslsplit.analysis.shapes import Copy, Given, New, Presence, Record, Shape, Update
from aslsplit.analysis.stems import Places, Stems, places_in
from aslsplit.asl.paths import DOCUMENT, Stem
from aslsplit.asl.source import Json

__all__ = ["Objects", "objects_above", "objects_before", "objects_inside"]

Objects = Mapping[str, Set[Stem]]
"""Per root the stems of objects; closed upward: what is around an object is one."""


def objects_before(
    start: str, at_start: Objects, present: Mapping[str, Presence], effects: Mapping[str, Effects]
) -> Mapping[str, Objects]:
    """For each state that control reaches from ``start``; ``present`` is what surely exists before it runs."""

    def behind(effect: Effects, way: Passage, before: Objects) -> Objects:
        here = _with(before, present_on(effect, way, present[effect.state.name]))
        after = {root: stems for root, stems in here.items() if root != DOCUMENT and root not in way.variables}
        places = places_in(here)
        made = {root: _objects_in(shape, here, places) for root, shape in way.variables.items()}
        return {**after, **made, DOCUMENT: _objects_in(way.document, here, places)}

    return followed({start: at_start}, effects, behind, _both)


def objects_inside(effects: Effects, before: Objects) -> tuple[Objects, ...]:
    """At the start of each inner scope of a Parallel or Map state."""
    outer = {root: stems for root, stems in before.items() if root != DOCUMENT}
    return tuple({**outer, DOCUMENT: _objects_in(handed, before, places_in(before))} for handed in effects.inputs)


def objects_above(stems: Iterable[Stem]) -> frozenset[Stem]:
    """What has a member that is there is an object."""
    return frozenset(stem[:length] for stem in stems for length in range(len(stem)))


def _with(known: Objects, present: Presence) -> Objects:
    places = places_in(present)
    found = {r: Stems.of(s, places).above(Stems.of(known.get(r, ()), places)) for r, s in present.items()}
    return {**known, **found}


def _objects_in(shape: Shape, before: Objects, places: Places) -> Stems:
    """The stems of objects in the value, relative to it; the value itself is ``()``."""
    itself, none = Stems(places, 1 << places.number(())), Stems(places)
    match shape:
        case Copy(root, stem):
            return Stems.of(before.get(root, ()), places).at(stem)
        case New(is_object=is_object):
            return itself if is_object else none
        case Given(value):
            return Stems.of(_objects_of(value), places)
        case Record(members):
            inside = ((name, *tail) for name, part in members.items() for tail in _objects_in(part, before, places))
            return Stems.of(inside, places) | itself
        case Update(base, stem, value, sure):
            around = _objects_in(base, before, places)
            put = Stems.of((stem + tail for tail in _objects_in(value, before, places)), places)
            made = Stems.of((stem[:length] for length in range(len(stem))), places)
            return around.without(stem) | made | (put if sure else put & around)
        case _ as unreachable:
            assert_never(unreachable)


def _objects_of(value: Json, stem: Stem = ()) -> Iterator[Stem]:
    if isinstance(value, dict):
        yield stem
        for name, member in value.items():
            yield from _objects_of(member, (*stem, name))


def _both(left: Objects, right: Objects) -> Objects:
    return {root: left[root] & right[root] for root in left if root in right}
