"""Anticipation: what is read on every way from a state, before the outside world sees anything (backward, must).

A read that will surely happen may happen earlier: if the value is missing the execution fails either way, with the
same error and with nothing done in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aslsplit.analysis.effects import Effects, Passage, proved, proved_promptly
from aslsplit.analysis.pathset import DEEPEST
from aslsplit.analysis.shapes import Copy, project
from aslsplit.asl.paths import DOCUMENT, Stem

__all__ = ["Anticipated", "surely_read"]

Anticipated = frozenset[tuple[str, Stem]]
"""Roots and stems; what is above a stem is read with it."""


def surely_read(members: Iterable[str], effects: Mapping[str, Effects]) -> Mapping[str, Anticipated]:
    """For each member what is surely read from there on. Nothing is known of what lies beyond the members.

    Iterated from nothing upward: on a loop that reads nothing this finds less than there is, never more.
    """
    names = tuple(members)
    found: dict[str, Anticipated] = dict.fromkeys(names, frozenset())
    changed = True
    while changed:
        changed = False
        for name in reversed(names):
            reads = _from(effects[name], found)
            if reads != found[name]:
                found[name] = reads
                changed = True
    return found


def _from(effects: Effects, found: Mapping[str, Anticipated]) -> Anticipated:
    own = frozenset((path.root, path.stem) for path in proved_promptly(effects.before))
    if effects.external or effects.fallible or not effects.passages:
        return own
    return own | frozenset.intersection(*(_through(way, found) for way in effects.passages))


def _through(way: Passage, found: Mapping[str, Anticipated]) -> Anticipated:
    reads = {(path.root, path.stem) for path in proved(way.reads)}
    for root, stem in found.get(way.transition.target or "", ()):
        if root == DOCUMENT:
            origin = project(way.document, stem)
        elif root in way.variables:
            origin = project(way.variables[root], stem)
        else:
            origin = Copy(root, stem)
        if isinstance(origin, Copy) and len(origin.stem) <= DEEPEST:
            reads.add((origin.root, origin.stem))
    return frozenset(reads)
