"""Residues: differences that no rewrite can repair, each of them said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.analysis.facts import Facts, ScopeFacts
from aslsplit.analysis.objects import objects_above
from aslsplit.analysis.region_flow import EntryFlow, ExitFlow, region_origins
from aslsplit.asl.model import ScopeKind, StateType
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.answered import answered
from aslsplit.plan.boundaries import BoundaryMap, ChildBoundary
from aslsplit.plan.call_form import Failure, form_of
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import scopes_of_execution
from aslsplit.plan.plan import ChildPlan

__all__ = ["is_put_into_an_object", "redrive", "residues"]


def residues(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    yield from _catchable_runtime(claim, child)
    yield from _visible_carrier(facts, claim, child)
    yield from _no_object(claim, child)
    yield from _merged(facts, claim, child)
    yield from _surfaced_errors(claim, child)
    yield from _ended_inside(claim)
    yield from _kept_tokens(facts, claim)
    yield from _forgotten(claim, child)
    yield from _five_minutes(claim, child)
    yield from answered(claim, child)


def redrive(boundaries: BoundaryMap, names: Sequence[str]) -> Iterator[Finding]:
    """Said once for all children that are waited for and whose failure ends the parent in the same kind of state."""
    waited = [child for child in boundaries.children if child.name in names and form_of(child.pattern).waits]
    behind = [child.name for child in waited if _fails_behind_the_call(child)]
    span = boundaries.source.span(("children",), key=True)
    if at_the_call := [child.name for child in waited if child.name not in behind]:
        yield finding(
            "ASL503",
            f"redriving a failed parent starts the child that failed from its beginning ({', '.join(at_the_call)})",
            span=span,
            help="what the child had done by then is done again; keep its tasks idempotent",
        )
    if behind:
        yield finding(
            "ASL503",
            "redriving a parent that failed with its child fails it again, and does not start the child "
            f"({', '.join(behind)})",
            span=span,
            help="start the parent anew; with `pattern: sync` and `errors: surface` a redrive starts the child again",
        )


def _fails_behind_the_call(child: ChildBoundary) -> bool:
    """The call is handled or answered, and a Fail state ends the parent. Otherwise the call itself has failed."""
    failure = form_of(child.pattern).failure
    return failure is Failure.IN_ANSWER or (failure is Failure.DESCRIBED and child.errors == "rethrow")


def _catchable_runtime(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if child.region.scope.kind is ScopeKind.TOP or not child.form.waits:
        return
    arrives = "States.Timeout" if child.form.waits_for_token else "States.TaskFailed"
    for _, owner in claim.machine.enclosing(child.region.scope):
        for handler in ("Retry", "Catch"):
            names = {name for entry in owner.body.get(handler) or () for name in entry.get("ErrorEquals") or ()}
            if names & {"States.ALL", arrives}:
                yield finding(
                    "ASL501",
                    f'a States.Runtime inside "{claim.child}" can be handled by the {handler} of "{owner.name}";'
                    " in the monolith nothing could",
                    span=claim.in_machine((*owner.pointer, handler)),
                    pointer=format_pointer((*owner.pointer, handler)),
                    help="it comes from data the definition does not expect; keep it in mind when you read alarms",
                )


def _visible_carrier(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    """With ``carrier: document`` the call and the execution stay in the document, where all of it may be read."""
    if claim.boundary.carrier != "document":
        return
    scope = facts.of(child.region.scope)
    for flow, found in zip(child.flow.exits, child.contract.exits, strict=True):
        everything = flow.live.get(DOCUMENT)
        if everything is None or not everything.rest or (found.replaced and found.writes):
            continue
        reader, pointer = _reader_of_everything(scope, flow)
        carrier = child.generated.carrier
        yield finding(
            "ASL502",
            f'$.{carrier.call} and $.{carrier.execution} of "{claim.child}" would be seen by {reader}',
            span=claim.in_machine(pointer),
            pointer=format_pointer(pointer),
            help="use `carrier: variables`, narrow that read, or say with `observe` what callers read",
        )


def _no_object(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    """A call can be put into the document only if that is an object."""
    if claim.boundary.carrier == "document" and not is_put_into_an_object(claim, child):
        yield finding(
            "ASL507",
            f'nothing proves that the document is an object where "{claim.child}" is called',
            span=claim.in_map(),
            help="use `carrier: variables`, or prove a field of the document with input_schema or assume.present",
        )


def is_put_into_an_object(claim: Claim, child: ChildPlan) -> bool:
    """What the caller puts into the document where the child is called."""
    # A request that reads a field of what is no object fails before anything is put into it, as the child would.
    sent = [found.request.document for found in child.contract.entries]
    reads = [any(value.strict and value.stem for value in document.values) for document in sent]
    return all(
        read or _is_object(claim, found, _DOCUMENT) for read, found in zip(reads, child.flow.entries, strict=True)
    )


_DOCUMENT = AccessPath(DOCUMENT)


def _is_object(claim: Claim, arrival: EntryFlow, path: AccessPath) -> bool:
    """Whether a value is certain to be an object, if it is there, where the child is called."""
    vouched = objects_above(said.stem for said in claim.boundary.assume_present if said.root == path.root)
    return path.stem in arrival.objects.get(path.root, ()) or path.stem in vouched


def _merged(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    """What JSONata puts something into is taken for an object. Of an array it merges the items, and what is made of
    those in the child does not come back; of a text it makes an error, and the text is not sent if nobody reads it."""
    scope = facts.of(child.region.scope)
    places: dict[AccessPath, list[tuple[str, Pointer]]] = {}
    for name in child.region.members:
        known = scope.objects.get(name, {})
        for path, pointer in scope.effects[name].merged:
            if path.root != CONTEXT and path.stem not in known.get(path.root, ()):
                for place in _in_doubt(scope, claim, child, name, path):
                    places.setdefault(place, []).append((name, pointer))
    for place, states in places.items():
        names = ", ".join(f'"{name}"' for name in dict.fromkeys(name for name, _ in states))
        what = "the document" if place == _DOCUMENT else str(place)
        yield finding(
            "ASL509",
            f'nothing proves that {what} is an object where "{claim.child}" is called, and {names} merges into it',
            span=claim.in_machine(states[0][1]),
            pointer=format_pointer(states[0][1]),
            help="$merge takes an array as well, and the split machine is exact for objects only; "
            "prove a field of it with input_schema or assume.present",
        )


def _in_doubt(scope: ScopeFacts, claim: Claim, child: ChildPlan, name: str, path: AccessPath) -> Iterator[AccessPath]:
    """The places of what the parent has that the value at ``path`` may come from, and that may be no objects."""
    origins = region_origins(scope, child.region, name, path)
    for arrival in child.flow.entries:
        for root, paths in origins[arrival.entry].items():
            for place in (AccessPath(root, stem) for stem in paths.leaves() if root != CONTEXT):
                if not _is_object(claim, arrival, place):
                    yield place


def _reader_of_everything(scope: ScopeFacts, flow: ExitFlow) -> tuple[str, tuple[str | int, ...]]:
    if flow.exit.target is not None:
        for name in scope.scope.states:
            if name not in scope.graph.reached_from(flow.exit.target, scope.scope.states):
                continue
            for read in scope.effects[name].reads:
                if read.path.root == DOCUMENT and not read.path.stem and read.deep:
                    return f'"{name}", which {read.opaque or "reads all of it"}', read.pointer
    what = "whoever reads the execution's output" if scope.scope.kind is ScopeKind.TOP else "the state around the scope"
    return what, flow.exit.transitions[0].pointer


def _surfaced_errors(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if child.surfaces:
        yield finding(
            "ASL504",
            f'a failure of "{claim.child}" shows as States.TaskFailed, whatever the child failed with',
            span=claim.in_map("errors"),
            help="use `errors: rethrow` to keep error names and causes",
        )


def _ended_inside(claim: Claim) -> Iterator[Finding]:
    for state in claim.states():
        if state.type is StateType.SUCCEED:
            yield finding(
                "ASL506",
                f'"{state.name}" becomes a Pass state in "{claim.child}", so that the child can answer before it ends',
                span=claim.machine.source.span(state.pointer, key=True),
                pointer=format_pointer(state.pointer),
                help="the parent ends with the same output; leave it out of the child to keep it as it is",
            )


def _kept_tokens(facts: Facts, claim: Claim) -> Iterator[Finding]:
    """A Task sends its own token as it did before; whoever keeps one has that of a Task of the child."""
    for scope in claim.scopes:
        for owner, state in scopes_of_execution(scope, (state for state in claim.states())):
            for read in facts.of(owner).effects[state.name].reads:
                field = read.pointer[len(state.pointer) : len(state.pointer) + 1]
                if read.path.root != CONTEXT or read.path.stem[:1] != ("Task",) or field in _SENT:
                    continue
                yield finding(
                    "ASL508",
                    f'"{state.name}" keeps {read.path}, which in "{claim.child}" is the token of a Task of the child',
                    span=claim.in_machine(read.pointer),
                    pointer=format_pointer(read.pointer),
                    help="send the token in the Parameters of the Task that waits for it, and nowhere else",
                )


def _forgotten(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    """Each time anew, since it is what the user asks for by not waiting."""
    if child.form.waits:
        return
    yield finding(
        "ASL521",
        f'"{claim.child}" is started and not waited for: what follows may happen before or beside what it does',
        span=claim.in_map("pattern"),
        help="both make the calls that they made, in no common order; with `pattern: sync` they keep it",
    )
    if claim.boundary.errors == "ignore":
        yield finding(
            "ASL522",
            f'where "{claim.child}" fails the monolith failed, and its caller goes on',
            span=claim.in_map("errors"),
            help="set an alarm on the failed executions of the child, or handle its errors inside",
        )


def _five_minutes(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if child.form.is_express:
        yield finding(
            "ASL523",
            f'"{claim.child}" is an EXPRESS machine: it ends after five minutes, keeps no history and is not redriven',
            span=claim.in_map("pattern"),
            help="check how long it takes at worst, retries included, and send its log to CloudWatch",
        )


_SENT = (("Parameters",), ("Arguments",))
