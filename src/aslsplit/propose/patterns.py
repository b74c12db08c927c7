"""Other ways to call a child that its region would allow. Suggestions only: what is made calls and waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aslsplit.asl.model import StateType
from aslsplit.asl.paths import Stem
from aslsplit.propose.profile import Measures
from aslsplit.propose.selection import Scored

__all__ = ["patterns_of"]


def patterns_of(one: Scored, measures: Measures, others: Sequence[Scored]) -> Iterator[tuple[str, str]]:
    """Pattern and reason."""
    found = one.measured
    calls = "calls" in found.profiles or len(found.profiles) > 0
    # A parent that does not wait does not learn that the child failed on purpose.
    fails = any(one.scope.states[name].type is StateType.FAIL for name in one.candidate.members)
    if calls and not fails and found.result == 0 and len(found.exits) == 1 and not found.error_exits:
        yield "async", "nothing of what it makes is needed behind it, and it always goes on at one place"
    if "waits for an answer" in found.profiles:
        yield "callback", "it waits for an answer from outside"
    if found.profiles == ("calls",) and found.states <= 20:
        yield "express", "it only makes quick calls; check that it ends within five minutes and may run twice"
    if one.copies:
        yield "shared", "there is a copy of it elsewhere in the machine, and one child could serve both"
    for other in others:
        neighbours = other.scope.pointer == one.scope.pointer and one.measured.exits == (other.candidate.entry,)
        if neighbours and not fails and not _needs(measures, other, one) and not _needs(measures, one, other):
            yield "parallel", f"it and the child from {other.candidate.entry} on do not need each other"


def _needs(measures: Measures, one: Scored, other: Scored) -> bool:
    """One reads or writes what the other writes, or something inside or around it."""
    written = _places(measures, measures.writes, other)
    used = _places(measures, measures.reads, one) | _places(measures, measures.writes, one)
    return any(
        root == place and (stem[: len(below)] == below or below[: len(stem)] == stem)
        for root, stem in written
        for place, below in used
    )


def _places(measures: Measures, masks: Mapping[str, int], one: Scored) -> set[tuple[str, Stem]]:
    mask = 0
    for name in one.candidate.members:
        mask |= masks[name]
    return {place for bit, place in enumerate(measures.places) if mask & (1 << bit)}
