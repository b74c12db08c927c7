"""``timeout_seconds`` says how long a call waits for its token, and is long enough for what the child waits for."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.model import StateType
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.call_form import form_of
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import members_inside

__all__ = ["time_limit"]


def time_limit(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    limit, pattern = claim.boundary.timeout_seconds, claim.boundary.pattern
    if limit is None:
        return
    if not form_of(pattern).waits_for_token:
        yield finding(
            "ASL425",
            f'timeout_seconds is how long a caller waits for a task token, and "{claim.child}" has pattern: {pattern}',
            span=claim.in_map("timeout_seconds"),
            help="leave it out: such a call ends when the child does; or write `pattern: callback`",
        )
        return
    for state in members_inside(iter(claim.states())):
        seconds = state.body.get("Seconds")
        if state.type is StateType.WAIT and isinstance(seconds, int) and seconds >= limit:
            pointer = (*state.pointer, "Seconds")
            yield finding(
                "ASL427",
                f'"{state.name}" waits {seconds} seconds, and the caller of "{claim.child}" gives up after {limit}',
                span=claim.in_machine(pointer),
                pointer=format_pointer(pointer),
                help="give the child more time with timeout_seconds, or leave the Wait state out of it",
            )
