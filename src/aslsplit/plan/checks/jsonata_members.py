"""Members are written in JSONPath; what a JSONata expression reads is not resolved yet."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import members_inside

__all__ = ["jsonata_members"]


def jsonata_members(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    for state in members_inside(iter(claim.states())):
        if state.query_language == "JSONata":
            yield finding(
                "ASL305",
                f'"{state.name}" of child "{claim.child}" is a JSONata state',
                span=claim.machine.source.span(state.pointer, key=True),
                pointer=format_pointer(state.pointer),
                help="choose a region of JSONPath states; JSONata states elsewhere in the machine do no harm",
            )
