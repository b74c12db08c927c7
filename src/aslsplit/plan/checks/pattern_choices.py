"""What the map chooses for a child goes together: what is said of failures and of the start, with the pattern."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.findings import Finding, finding
from aslsplit.plan.call_form import form_of
from aslsplit.plan.claim import Claim

__all__ = ["pattern_choices"]


def pattern_choices(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    chosen, waits = claim.boundary, form_of(claim.boundary.pattern).waits
    if waits and chosen.errors == "ignore":
        message = (
            f'failures of "{claim.child}" cannot be ignored, since its caller waits for it (pattern: {chosen.pattern})'
        )
        help = "write `pattern: async` under it, or `errors: rethrow`"
        yield finding("ASL525", message, span=claim.in_map("errors"), help=help)
    if not waits and chosen.errors == "surface":
        message = (
            f'a failure of "{claim.child}" does not surface, since nobody waits for it (pattern: {chosen.pattern})'
        )
        help = "write `errors: ignore` under it if nobody has to learn of one, or `pattern: sync`"
        yield finding("ASL525", message, span=claim.in_map("errors"), help=help)
    if waits and chosen.accepted_at is not None:
        message = f'nothing is accepted that could be stored: the caller of "{claim.child}" waits for its result'
        help = "leave accepted_at out, or write `pattern: async`"
        yield finding("ASL525", message, span=claim.in_map("accepted_at"), help=help)
