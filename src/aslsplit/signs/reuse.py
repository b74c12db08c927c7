"""Copied orchestration: regions of this machine that occur again, in it or in another file."""

from __future__ import annotations

from aslsplit.analysis.likeness import Copies, Copy
from aslsplit.signs.sign import Evidence, Kind, Sign, Survey, at_state, names

__all__ = ["COPIED_REGION", "copied_region"]

COPIED_REGION = Kind(
    code="ASL812",
    title="States in copies of a region",
    unit="state",
    units="states",
    threshold=4,
)


def copied_region(survey: Survey) -> Sign:
    """Of copies that are all in this machine one is the original; of copies elsewhere too, none is."""
    evidence: list[Evidence] = []
    copied: set[str] = set()
    for copies in survey.copies:
        here = [copy for copy in copies.regions if copy.machine is survey.machine]
        if here:
            again = here if len(here) < len(copies.regions) else here[1:]
            copied.update(state.name for copy in again for state in copy.states)
            evidence.append(_evidence(survey, copies, here))
    return survey.sign(COPIED_REGION, len(copied), evidence)


def _evidence(survey: Survey, copies: Copies, here: list[Copy]) -> Evidence:
    one = here[0]
    places = [_place(survey, copy) for copy in copies.regions if copy is not one]
    inside = f" with {copies.size - len(one.members)} inside" if copies.size > len(one.members) else ""
    members = f"{names(one.members)}{inside}"
    text = f"{copies.size} states {len(copies.regions)} times: {members}; again from {names(places)}"
    others = [*one.members[1:], *(name for copy in here[1:] for name in copy.members)]
    return at_state(survey.machine, one.scope.states[one.entry], text, others=others)


def _place(survey: Survey, copy: Copy) -> str:
    if copy.machine is survey.machine:
        return copy.entry
    return f"{copy.entry} ({copy.machine.source.span(copy.scope.states[copy.entry].pointer, key=True)})"
