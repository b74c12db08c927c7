"""No child lies inside a state that another child takes along."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim

__all__ = ["nested_children"]


def nested_children(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    for other in claims:
        if other.child == claim.child or len(claim.scopes) != 1:
            continue
        owners = [state.name for _, state in claim.machine.enclosing(claim.scopes[0])]
        for owner in owners:
            if owner in other.members:
                pointer = next(state.pointer for state in other.states() if state.name == owner)
                yield finding(
                    "ASL304",
                    f'child "{claim.child}" lies inside "{owner}", which child "{other.child}" takes along',
                    span=claim.in_map(),
                    pointer=format_pointer(pointer),
                    help=f'leave "{owner}" out of "{other.child}", or drop "{claim.child}" from the map',
                )
