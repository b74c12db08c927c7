"""The parent can wait for a child: an EXPRESS machine cannot (``.sync`` is refused when it is created)."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim

__all__ = ["express_parent"]


def express_parent(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    if claim.boundaries.machine_type == "EXPRESS":
        yield finding(
            "ASL306",
            f'child "{claim.child}" would be called with .sync:2, which an EXPRESS parent cannot do',
            span=claim.boundaries.source.span(("type",)),
            help="split a STANDARD machine, or make the parent STANDARD (the type cannot be changed in place)",
        )
