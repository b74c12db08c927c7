"""All members lie in one ``States`` map, since no transition crosses from one to another."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.model import Scope
from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim
from aslsplit.plan.selection import boundaries_snippet

__all__ = ["one_scope"]


def one_scope(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    if len(claim.scopes) < 2:
        return
    places = [
        f"{_where(scope)}: {', '.join(name for name in scope.states if name in claim.members)}"
        for scope in claim.scopes
    ]
    largest = max(claim.scopes, key=lambda scope: len(claim.members & scope.states.keys()))
    kept = [name for name in largest.states if name in claim.members]
    yield finding(
        "ASL301",
        f'child "{claim.child}" has states of {len(claim.scopes)} scopes: {"; ".join(places)}',
        span=claim.in_map(),
        help=f"keep the states of one scope:\n{boundaries_snippet(claim.child, kept)}",
    )


def _where(scope: Scope) -> str:
    return "top level" if scope.owner is None else f'inside "{scope.owner}"'
