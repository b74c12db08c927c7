"""What is said of a child that answers a task token: when its caller waits in vain, and what nobody stops."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.model import ScopeKind, StateType
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, Severity, finding
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import failing
from aslsplit.plan.plan import ChildPlan

__all__ = ["answered"]


def answered(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if not child.form.waits_for_token:
        return
    yield from _waits_in_vain(claim)
    yield from _runs_on(claim, child)
    yield from _surfaces_anyway(claim)
    yield from _without_name(claim, child)


_UNTOLD = "a States.Runtime, a StopExecution or a full history"
"""The ends of an execution that none of its own states sees."""


def _waits_in_vain(claim: Claim) -> Iterator[Finding]:
    limit = claim.boundary.timeout_seconds
    if limit is None:
        yield finding(
            "ASL531",
            f'nothing limits how long the caller of "{claim.child}" waits, and {_UNTOLD} ends the child unanswered',
            span=claim.in_map("pattern"),
            help="say with timeout_seconds how long the child takes at worst, retries included",
        )
    else:
        yield finding(
            "ASL532",
            f'where {_UNTOLD} ends "{claim.child}", its caller fails with States.Timeout after {limit} seconds',
            span=claim.in_map("timeout_seconds"),
            help="it does so as well if the child is only slow; the child's own execution tells what it ended with",
        )


def _runs_on(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    """With ``.sync:2`` AWS stops the child with its caller; nobody does here."""
    around = [owner for _, owner in claim.machine.enclosing(child.region.scope)]
    beside = next((owner for owner in around if owner.type is StateType.MAP or len(owner.scopes) > 1), None)
    if beside is None:
        when, severity = "its caller is stopped or runs out of time", Severity.NOTE
    else:
        of_map = any(scope.kind in (ScopeKind.PROCESSOR, ScopeKind.DISTRIBUTED) for scope in beside.scopes)
        part = "another item" if of_map else "another branch"
        when, severity = f'{part} of "{beside.name}" fails', Severity.WARNING
    yield finding(
        "ASL533",
        f'"{claim.child}" runs on where {when}, and its answer comes to nobody',
        span=claim.in_map("pattern"),
        help="the monolith would have stopped there; with `pattern: sync` AWS stops the child",
        severity=severity,
    )


def _surfaces_anyway(claim: Claim) -> Iterator[Finding]:
    if claim.boundary.errors == "surface":
        yield finding(
            "ASL534",
            f'errors: surface changes nothing for "{claim.child}": what it fails with arrives under its own name',
            span=claim.in_map("errors"),
            help="leave it out, or write `errors: rethrow`, which is what happens",
        )


def _without_name(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if not child.contract.errors.unnamed:
        return
    members = (child.region.scope.states[name] for name in child.region.members)
    for state in failing(members):
        if state.type is StateType.FAIL and "Error" not in state.body and "ErrorPath" not in state.body:
            yield finding(
                "ASL535",
                f'"{state.name}" fails without an error name, and a token that is answered without one may get another',
                span=claim.machine.source.span(state.pointer, key=True),
                pointer=format_pointer(state.pointer),
                help="give it an Error, or use `pattern: sync`",
            )
