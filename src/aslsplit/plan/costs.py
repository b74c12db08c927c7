"""What a call to a child adds to an execution: state transitions, which are paid for, and history events."""

from __future__ import annotations

from dataclasses import dataclass

from aslsplit.plan.plan import ChildPlan

__all__ = ["Costs", "costs_of"]

_EVENTS_OF_CALL = 6
_EVENTS_OF_PASS = 2
_CHILD_STATES = 3
"""Validate, unpack and respond."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Per call that succeeds, on its longest way. ``events`` are the parent's; the child's are its own history's."""

    transitions: int
    events: int


def costs_of(child: ChildPlan) -> Costs:
    """A ``.sync:2`` Task has six events, a Pass or Choice two (recorded on AWS, see ``docs/decisions``)."""
    contract = child.contract
    builds = 1 if contract.request.document.values or child.boundary.carrier == "document" else 0
    routes = 1 if contract.routed else 0
    normalizes = max((_normalizing(child, position) for position in range(len(contract.exits))), default=0)
    if child.boundary.style == "compact":
        builds = 0 if contract.request.strict else builds
    passes = builds + routes + normalizes
    return Costs(passes + 1 + _CHILD_STATES, _EVENTS_OF_CALL + _EVENTS_OF_PASS * passes)


def _normalizing(child: ChildPlan, position: int) -> int:
    found = child.contract.exits[position]
    if not found.result.values:
        return 0
    chained = not found.replaced and found.strict and any(len(stem) > 1 for stem in found.writes)
    return len(found.writes) if chained else 1
