"""The child can be an EXPRESS machine, if it is to be one: that has five minutes and waits for nobody outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aslsplit.analysis.regions import lies_inside
from aslsplit.analysis.waiting import seconds_waited, waits_for_a_callback, waits_for_a_job
from aslsplit.asl.model import ScopeKind, State
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.call_form import form_of
from aslsplit.plan.claim import Claim

__all__ = ["express_child"]

_SECONDS = 300
"""What an EXPRESS execution has."""

_LEAVE_OUT = "leave the state out of the child, or call the child with `pattern: sync`"


def express_child(claim: Claim, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    if not form_of(claim.boundary.pattern).is_express:
        return
    for state in _in_the_execution(claim.states()):
        why = _forbidden(state)
        if why is not None:
            yield finding(
                "ASL424",
                f'"{state.name}" {why}, which "{claim.child}" cannot do as an EXPRESS machine',
                span=claim.machine.source.span(state.pointer, key=True),
                pointer=format_pointer(state.pointer),
                help=_LEAVE_OUT,
            )
    for other in claims:
        if _is_inside(other, claim) and not form_of(other.boundary.pattern).from_express:
            yield finding(
                "ASL424",
                f'"{other.child}" lies inside "{claim.child}", which cannot wait for it as an EXPRESS machine',
                span=other.in_map(),
                help=f"call {other.child} with `pattern: express` or `pattern: async`",
            )


def _in_the_execution(states: Iterable[State]) -> Iterator[State]:
    """The states and those inside them. A distributed Map is forbidden, and its items are of no interest then."""
    for state in states:
        yield state
        for scope in state.scopes:
            if scope.kind is not ScopeKind.DISTRIBUTED:
                yield from _in_the_execution(scope.states.values())


def _forbidden(state: State) -> str | None:
    if waits_for_a_job(state):
        return "waits for a job to end (.sync)"
    if waits_for_a_callback(state):
        return "waits for somebody to answer"
    if any(scope.kind is ScopeKind.DISTRIBUTED for scope in state.scopes):
        return "is a distributed Map"
    if (seconds_waited(state) or 0) >= _SECONDS:
        return "waits for five minutes or more"
    limit = state.body.get("TimeoutSeconds")
    if isinstance(limit, int) and not isinstance(limit, bool) and limit > _SECONDS:
        return f"may take {limit} seconds, by its TimeoutSeconds"
    return None


def _is_inside(inner: Claim, outer: Claim) -> bool:
    if inner is outer or inner.region is None or outer.region is None:
        return False
    return lies_inside(outer.machine, inner.region, outer.region)
