"""What is different once children run side by side, said each time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from aslsplit.asl.model import StateType
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.contract import members_inside
from aslsplit.plan.plan import ChildPlan, Plan

__all__ = ["side_by_side"]


def side_by_side(plan: Plan, names: Collection[str]) -> Iterator[Finding]:
    """Of each group, by what is extracted of it: its children run at the same time, or will."""
    source = plan.boundaries.source
    joined = plan.joined(names)
    for group in plan.groups:
        missing = [name for name in group.names if name not in names]
        span, place = source.span(group.boundary.pointer, key=True), format_pointer(group.boundary.pointer)
        if group in joined:
            each = ((_calls_of(child), child.boundary.name) for child in group.children)
            calls = ", and ".join(f'{", ".join(names)} of "{child}"' for names, child in each if names)
            yield finding(
                "ASL541",
                f"{group.state} runs {_and(group.names)} at the same time, and their calls may be made in any order"
                f"{calls and f': {calls}'}; when one of them fails, the others may have made calls that the monolith"
                " would not",
                span=span,
                pointer=place,
                help="the error is that of whichever failed first in time, not of the first in order; "
                f"leave {group.boundary.state} out of parallel to keep the order",
            )
        elif len(missing) < len(group.names):
            there = [name for name in group.names if name not in missing]
            yield finding(
                "ASL542",
                f"{group.state} joins {_and(group.names)} once {_and(missing)} {_is(missing)} extracted as well",
                span=span,
                pointer=place,
                help=f"until then {_and(there)} {_is(there)} called in the monolith's order",
            )


def _calls_of(child: ChildPlan) -> list[str]:
    """What the outside world sees of a child."""
    members = (child.region.scope.states[name] for name in child.region.members)
    return [state.name for state in members_inside(members) if state.type is StateType.TASK or _READS & set(state.body)]


_READS = {"ItemReader", "ResultWriter"}
"""Of a distributed Map, which calls a service with them."""


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
