"""What a call to a child adds to an execution: state transitions, which are paid for, and history events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.plan import ChildPlan, GroupPlan
from aslsplit.rewrite.folding import folding_of
from aslsplit.rewrite.parent import parent_side
from aslsplit.signs.events import EVENTS_AROUND_BRANCHES

__all__ = ["Costs", "costs_of", "costs_of_group"]

_EVENTS_OF_PASS = 2
_CHILD_STATES = 3
"""Validate, unpack and respond. To them come the states that unpack variables that may be missing."""

_ANSWERING_STATES = 2
"""The Parallel state around those of the child, and the one that sends the response."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Per call that succeeds, on its longest way. ``events`` are the parent's; the child's are its own history's."""

    caller: int
    """Transitions of whoever calls, among them that of the call itself."""

    child: int
    """Transitions of the child beside those of the moved states."""

    events: int

    @property
    def transitions(self) -> int:
        return self.caller + self.child


def costs_of(child: ChildPlan, meta: Meta) -> Costs:
    """A Pass or Choice has two events, as recorded on AWS; what the call has depends on its form."""
    side = parent_side(child, meta, "aws")
    states = max(_longest(side.states, first) for first in side.entries.values())
    answering = 0 if child.generated.child.answering is None else _ANSWERING_STATES
    assigning = max(len(found.request.perhaps_assigned) for found in child.contract.entries)
    return Costs(states, _CHILD_STATES + answering + assigning, child.form.events + _EVENTS_OF_PASS * (states - 1))


def costs_of_group(group: GroupPlan) -> Costs:
    """What joining adds to the calls: the Parallel state, and behind it what a compact call would do by itself."""
    exits = [child.contract.exits[0] for child in group.children if folding_of(child).normalize]
    behind = sum(bool(found.writes) for found in exits)
    return Costs(1 + behind, 0, EVENTS_AROUND_BRANCHES + _EVENTS_OF_PASS * behind)


def _longest(states: dict[str, Json], name: str) -> int:
    """States on the longest way out; the generated ones never lead back, and failures are not counted."""
    if name not in states or states[name]["Type"] == "Fail":
        return 0
    return 1 + max((_longest(states, target) for target in dict.fromkeys(_targets(states[name]))), default=0)


def _targets(body: Json) -> Iterator[str]:
    if "Next" in body:
        yield body["Next"]
    yield from (rule["Next"] for rule in body.get("Choices", ()))
