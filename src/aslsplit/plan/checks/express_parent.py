"""The caller can call: an EXPRESS machine cannot wait for a job (``.sync`` is refused when it is created)."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.model import ScopeKind
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.call_form import form_of
from aslsplit.plan.claim import Claim

__all__ = ["express_parent"]

_HELP = "call it with `pattern: express` or `pattern: async`"


def express_parent(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    form = form_of(claim.boundary.pattern)
    if form.from_express:
        return
    called = f"would be called with {form.service.removeprefix('states:')}"
    around = _express_items(claim)
    if around is not None:
        yield finding(
            "ASL306",
            f'child "{claim.child}" {called}, and the items of this Map are EXPRESS executions, which cannot do that',
            span=claim.in_machine(around),
            pointer=format_pointer(around),
            help=_HELP,
        )
    elif claim.boundaries.machine_type == "EXPRESS":
        yield finding(
            "ASL306",
            f'child "{claim.child}" {called}, which an EXPRESS parent cannot do',
            span=claim.boundaries.source.span(("type",)),
            help=f"{_HELP}, or make the parent STANDARD (the type cannot be changed in place)",
        )


def _express_items(claim: Claim) -> Pointer | None:
    """Where it says so, if the region runs in an execution for an item. Nothing around that one matters."""
    if not claim.scopes:
        return None
    outward = (claim.scopes[0], *(scope for scope, _ in claim.machine.enclosing(claim.scopes[0])))
    own = next((scope for scope in outward if scope.kind is ScopeKind.DISTRIBUTED), None)
    if own is None or own.owner is None:
        return None
    place = (*own.pointer, "ProcessorConfig", "ExecutionType")
    processor = claim.machine.source.data
    for part in own.pointer:
        processor = processor[part]
    return place if processor.get("ProcessorConfig", {}).get("ExecutionType") == "EXPRESS" else None
