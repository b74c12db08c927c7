"""Control arrives from outside at one member only, unless the child dispatches."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.analysis.graph import FlowGraph
from aslsplit.analysis.regions import entering, entry_points, largest_legal_subset, smallest_legal_superset
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim
from aslsplit.plan.selection import boundaries_snippet

__all__ = ["single_entry"]


def single_entry(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    """One finding per transition that arrives, since any may be the one to keep; the first has the repairs."""
    if claim.graph is None or claim.boundary.entries == "dispatch":
        return
    points = entry_points(claim.graph, claim.members)
    if len(points) < 2:
        return
    others = f"which is one of {len(points)} entries: {', '.join(points)}"
    help: str | None = _repairs(claim, claim.graph)
    if claim.graph.scope.start_at in claim.members:
        pointer = (*claim.graph.scope.pointer, "StartAt")
        yield finding(
            "ASL302",
            f'child "{claim.child}" is entered by StartAt → {claim.graph.scope.start_at}, {others}',
            span=claim.in_machine(pointer),
            pointer=format_pointer(pointer),
            help=help,
        )
        help = None
    for transition in entering(claim.graph, claim.members):
        yield finding(
            "ASL302",
            f'child "{claim.child}" is entered by {transition.source} → {transition.target}'
            f" ({transition.kind.value}), {others}",
            span=claim.in_machine(transition.pointer),
            pointer=format_pointer(transition.pointer),
            help=help,
        )
        help = None


def _repairs(claim: Claim, graph: FlowGraph) -> str:
    parts = [f"let the request name the entry, `entries: dispatch` under {claim.child}, or change the region"]
    if len(claim.boundaries.sites(claim.boundary.of)) > 1:
        parts = ["change the region: a site of a shared child has one entry"]
    larger = smallest_legal_superset(graph, claim.members)
    if larger is not None:
        added = [name for name in larger if name not in claim.members]
        parts.append(f"the smallest legal region around them adds {_listed(added)}:")
        parts.append(boundaries_snippet(claim.child, larger))
    smaller = largest_legal_subset(graph, claim.members)
    if smaller is not None:
        left = [name for name in graph.scope.states if name in claim.members and name not in smaller]
        parts.append(f"the largest legal region among them leaves out {_listed(left)}:")
        parts.append(boundaries_snippet(claim.child, smaller))
    return "\n".join(parts)


def _listed(names: list[str]) -> str:
    """A few names as they are; more are in the snippet below anyway."""
    return ", ".join(names) if len(names) <= 6 else f"{len(names)} states"
