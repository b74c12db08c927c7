"""Every member can be reached; a state that never runs has no place in a child."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.analysis.regions import largest_legal_subset
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim
from aslsplit.plan.selection import boundaries_snippet

__all__ = ["reachable_members"]


def reachable_members(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    if claim.graph is None:
        return
    unreachable = [state for state in claim.states() if state.name not in claim.graph.reachable]
    if not unreachable:
        return
    reached = claim.members - {state.name for state in unreachable}
    kept: tuple[str, ...] | None = tuple(name for name in claim.graph.scope.states if name in reached)
    if claim.boundary.entries == "single":
        kept = largest_legal_subset(claim.graph, reached)
    help = f"leave it out:\n{boundaries_snippet(claim.child, kept)}" if kept else "leave it out of the boundary map"
    for state in unreachable:
        yield finding(
            "ASL303",
            f'"{state.name}" of child "{claim.child}" is never reached from {claim.graph.scope.start_at}',
            span=claim.machine.source.span(state.pointer, key=True),
            pointer=format_pointer(state.pointer),
            help=help,
        )
