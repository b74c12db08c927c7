"""Other ways to call a child that its region would allow. Suggestions only: what is proposed calls and waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aslsplit.asl.model import State, StateType
from aslsplit.asl.paths import Stem
from aslsplit.propose.likes import with_inner
from aslsplit.propose.profile import Measures
from aslsplit.propose.selection import Scored

__all__ = ["patterns_of"]

_QUICK = 300
"""Seconds that an Express execution may take."""

_QUICK_STATES = 20


def patterns_of(one: Scored, measures: Measures, others: Sequence[tuple[str, Scored]]) -> Iterator[tuple[str, str]]:
    """Pattern and reason. ``others`` are the children of the same proposal, with their names."""
    found = one.measured
    if found.profiles and not _fails(one) and found.result == 0 and len(found.exits) == 1 and not found.error_exits:
        yield (
            "async",
            "nothing of what it makes is needed behind it, and it always goes on at one place; check that nobody has"
            " to learn that it failed",
        )
    if "waits for an answer" in found.profiles:
        yield "callback", "it waits for an answer from outside, and its caller can limit how long it waits"
    if found.profiles == ("calls",) and found.states <= _QUICK_STATES and not _may_take_long(one):
        yield "express", "it only makes quick calls; check that it ends within five minutes"
    if one.copies:
        yield "shared", "there is a copy of it elsewhere in the machine, and one child could serve both"
    for name, other in others:
        if _is_followed_by(one, other) and not _needs(measures, other, one) and not _needs(measures, one, other):
            yield "parallel", f"it and {name}, which follows at once, do not need each other"


def _fails(one: Scored) -> bool:
    """A parent that does not wait does not learn that the child failed on purpose, and two that run side by side
    do not wait for each other's failure."""
    return any(state.type is StateType.FAIL for state in _inside(one))


def _may_take_long(one: Scored) -> bool:
    timeouts = [state.body.get("TimeoutSeconds") for state in _inside(one)]
    return any(isinstance(seconds, int) and seconds > _QUICK for seconds in timeouts)


def _inside(one: Scored) -> Iterator[State]:
    for name in one.candidate.members:
        yield from with_inner(one.scope.states[name])


def _is_followed_by(one: Scored, other: Scored) -> bool:
    same_scope = other.scope.pointer == one.scope.pointer
    return same_scope and one.measured.exits == (other.candidate.entry,) and not _fails(one) and not _fails(other)


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
