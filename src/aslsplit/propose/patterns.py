"""Other ways to call a child that its region would allow. Suggestions only: what is made calls and waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.propose.profile import Measures
from aslsplit.propose.selection import Scored

__all__ = ["patterns_of"]


def patterns_of(one: Scored, measures: Measures, others: Sequence[Scored]) -> Iterator[tuple[str, str]]:
    """Pattern and reason."""
    found = one.measured
    calls = "calls" in found.profiles or len(found.profiles) > 0
    if calls and found.result == 0 and len(found.exits) == 1 and not found.error_exits:
        yield "async", "nothing of what it makes is needed behind it, and it always goes on at one place"
    if "waits for an answer" in found.profiles:
        yield "callback", "it waits for an answer from outside"
    if found.profiles == ("calls",) and found.states <= 20:
        yield "express", "it only makes quick calls; check that it ends within five minutes and may run twice"
    if one.copies:
        yield "shared", "there is a copy of it elsewhere in the machine, and one child could serve both"
    for other in others:
        if other.scope.pointer == one.scope.pointer and one.measured.exits == (other.candidate.entry,):
            mine, theirs = (_writes(measures, some) for some in (one, other))
            if not (mine & (_reads(measures, other) | theirs) or theirs & _reads(measures, one)):
                yield "parallel", f"it and the child from {other.candidate.entry} on do not need each other"


def _writes(measures: Measures, one: Scored) -> int:
    return _union(measures.writes[name] for name in one.candidate.members)


def _reads(measures: Measures, one: Scored) -> int:
    return _union(measures.reads[name] for name in one.candidate.members)


def _union(masks: Iterator[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
