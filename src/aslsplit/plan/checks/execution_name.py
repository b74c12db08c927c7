"""A name that is derived from the caller's execution is given once: for 90 days AWS refuses to start a second execution
under it (StartExecution, ``name``)."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.analysis.graph import FlowGraph, flow_graph
from aslsplit.analysis.regions import Region
from aslsplit.asl.model import ScopeKind
from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim

__all__ = ["execution_name"]


def execution_name(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    if claim.boundary.execution_name != "derived" or claim.region is None or claim.graph is None:
        return
    for why in (*_unfit_call(claim), *_comes_again(claim, claim.graph, claim.region)):
        yield finding(
            "ASL351",
            f'an execution of "{claim.child}" cannot have a name derived from its caller\'s: {why}',
            span=claim.in_map("execution_name"),
            help="leave out execution_name for this child, and AWS names each execution",
        )


def _unfit_call(claim: Claim) -> Iterator[str]:
    pattern = claim.boundary.pattern
    if pattern == "callback":
        yield "a start that is tried again brings another task token, and is refused under the same name"
    if pattern == "express":
        yield "an EXPRESS machine takes a name any number of times, so it would prevent nothing"
    if claim.boundaries.machine_type == "EXPRESS":
        yield "the caller is EXPRESS, and may itself run more than once under the same execution"


def _comes_again(claim: Claim, graph: FlowGraph, region: Region) -> Iterator[str]:
    """Why control may come to the call more than once in an execution."""
    if any(graph.leads(found.target, entry) for found in region.exits for entry in region.entries):
        yield "control comes back to it, and would start it under the same name"
    for outer, owner in claim.machine.enclosing(region.scope):
        if owner.body.get("Retry"):
            yield f"{owner.name} around it has a Retry, which would start it under the same name"
        if any(owner.name in loop for loop in flow_graph(outer).loops):
            yield f"control comes back to {owner.name} around it, which would start it under the same name"
        if outer.kind is ScopeKind.PROCESSOR:
            yield f"{owner.name} around it is in a Map, and which item that is at is not known where the name is made"
    scopes = (region.scope, *(outer for outer, _ in claim.machine.enclosing(region.scope)))
    if any(scope.kind is ScopeKind.DISTRIBUTED for scope in scopes):
        yield "an item of a distributed Map may be run again in the same execution"
