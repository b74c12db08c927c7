"""Findings about a contract: what the user's renames lack, what makes it wide, what may be absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aslsplit.analysis.effects import Read
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.pathset import EMPTY, PathSet
from aslsplit.analysis.presence import with_paths
from aslsplit.analysis.shapes import Presence, change
from aslsplit.asl.jsonata import CALLED, CALLED_ON_FAILURE, FUNCTIONS
from aslsplit.asl.model import StateType
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem, format_path
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import missing_names, scopes_of_execution
from aslsplit.plan.payload import Payload, payload
from aslsplit.plan.plan import ChildPlan

__all__ = ["contract_remarks", "opaque_reads"]


def contract_remarks(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    yield from _opaque(facts, claim, child)
    yield from _renames(claim, child)
    yield from _meta(facts, claim, child)
    yield from _variables(claim, child)
    yield from _hidden_functions(facts, claim, child)
    yield from _whole_context(facts, claim, child)
    yield from _optional(claim, child)
    yield from _vouched_for(claim)


def opaque_reads(facts: Facts, child: ChildPlan) -> tuple[tuple[str, Read], ...]:
    """The members that read all of their input, each with the read that says why."""
    effects = facts.of(child.region.scope).effects
    return tuple(
        (name, read)
        for name in child.region.members
        for read in effects[name].reads
        if read.opaque and not read.path.stem
    )


def _opaque(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    reads = opaque_reads(facts, child)
    for name, read in reads:
        yield finding(
            "ASL201",
            f'"{name}" {read.opaque}',
            span=facts.machine.source.span(read.pointer),
            pointer=format_pointer(read.pointer),
            help=_how_to_narrow(facts, name, read),
        )
    if any(found.request.document.whole for found in child.contract.entries):
        because, advice = _why_whole(facts, child, reads)
        yield finding(
            "ASL403",
            f'the request of "{claim.child}" is the whole document, {because}',
            span=claim.in_map(),
            help=f"{advice}, and the contract narrows with it; request and response share 256 KiB",
        )


def _why_whole(facts: Facts, child: ChildPlan, reads: Sequence[tuple[str, Read]]) -> tuple[str, str]:
    """Why a request is the whole document, and what can be done about it."""
    if reads:
        return f"read whole by {', '.join(dict.fromkeys(name for name, _ in reads))}", "narrow those reads"
    effects = facts.of(child.region.scope).effects
    holders = [name for name in child.region.members if effects[name].inner.get(DOCUMENT, EMPTY).rest]
    if holders:
        because = f"with which branches or items of {', '.join(holders)} end"
        return because, "let those end with what is read of the result"
    replacing = (n for n in child.region.members if any(change(w.document, EMPTY).rest for w in effects[n].passages))
    because = f"which goes back whole: replaced on some ways, by {', '.join(replacing)}"
    field = "a ResultPath" if child.query_language == "JSONPath" else "an Output that merges what they make"
    return because, f"give those states {field}, or narrow what reads the document later"


def _how_to_narrow(facts: Facts, name: str, read: Read) -> str:
    scope = facts.machine.scope_of(name)
    assert scope is not None
    state = scope.states[name]
    if state.query_language == "JSONPath":
        return f"give it Parameters with the fields it needs, or vouch for them: assume.reads.{name} in the map"
    if state.type is StateType.TASK and (read.pointer == state.pointer or "Arguments" in read.pointer):
        return f"give it Arguments with the fields it needs, or vouch for them: assume.reads.{name} in the map"
    return "name the fields that it needs, such as $states.input.order"


def _renames(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    boundary, contract = claim.boundary, child.contract
    if boundary.request:
        used: set[str | None] = set()
        remarks: dict[Finding, None] = {}
        for arrival, entry in zip(child.flow.entries, contract.entries, strict=True):
            sent = entry.request.document
            used |= {value.name for value in sent.values}
            wanted = arrival.wanted.get(DOCUMENT)
            if wanted is not None:
                present = with_paths(arrival.present, boundary.assume_present)
                needed = payload(DOCUMENT, wanted, present, arrival.anticipated, optional=boundary.optional)
                remarks |= dict.fromkeys(_missing(claim, "request", needed, boundary.request))
                remarks |= dict.fromkeys(_unshown(claim, "request", wanted, sent, present))
                remarks |= dict.fromkeys(_through_arrays(claim, "request", sent, sent.objects))
        yield from remarks
        yield from _unused(claim, "request", boundary.request, used)
    if boundary.result:
        used = set()
        for flow, found in zip(child.flow.exits, contract.exits, strict=True):
            used |= {value.name for value in found.result.values}
            returned = flow.returned.get(DOCUMENT)
            if returned is not None:
                needed = payload(DOCUMENT, returned, flow.present, flow.anticipated, optional="exact")
                yield from _missing(claim, "result", needed, boundary.result)
                yield from _unshown(claim, "result", returned, found.result, flow.present)
                # Where nothing took the document's place, what is no object is still what it was in the parent.
                known = found.result.objects | (frozenset() if found.replaced else {()})
                yield from _through_arrays(claim, "result", found.result, known)
        yield from _unused(claim, "result", boundary.result, used)


def _through_arrays(claim: Claim, part: str, given: Payload, known: frozenset[Stem]) -> Iterator[Finding]:
    """``known`` are places that are taken to be objects. A JSONPath never goes through an array by a name."""
    if all(state.query_language == "JSONPath" for scope in claim.machine.scopes() for state in scope.states.values()):
        return
    for value in given.values:
        around = next((value.stem[:n] for n in range(len(value.stem)) if value.stem[:n] not in known), None)
        if value.name is not None and around is not None:
            path, outer = given.path_of(value), AccessPath(given.root, around)
            yield finding(
                "ASL410",
                f'contract.{part} of "{claim.child}" names {path}, and {outer} may be no object',
                span=claim.in_map("contract", part, value.name),
                help=f"JSONata goes through arrays: prove with input_schema or assume.present: [{path}] that it is one,"
                f" or name {outer} instead",
            )


def _missing(claim: Claim, part: str, needed: Payload, names: Mapping[str, AccessPath]) -> Iterator[Finding]:
    for path in missing_names(needed, names):
        suggested = path.stem[-1] if path.stem else "document"
        yield finding(
            "ASL401",
            f'contract.{part} of "{claim.child}" names no field for {path}, which it needs',
            span=claim.in_map("contract", part),
            help=f"add a line such as `{suggested}: {path}`",
        )


def _unshown(claim: Claim, part: str, wanted: PathSet, given: Payload, present: Presence) -> Iterator[Finding]:
    """Objects that may be absent and are asked for: fields named inside do not tell whether they were there."""
    known = present.get(DOCUMENT, frozenset())
    for stem in _asked_for(wanted, ()):
        sent = any(stem[: len(value.stem)] == value.stem for value in given.values)
        sure = stem in known or (given.strict and any(value.stem[: len(stem)] == stem for value in given.values))
        if stem and not sent and not sure:
            path = AccessPath(DOCUMENT, stem)
            yield finding(
                "ASL401",
                f'contract.{part} of "{claim.child}" names fields inside {path}, and it matters whether that is there',
                span=claim.in_map("contract", part),
                help=f"add a line such as `{stem[-1]}: {path}` in place of those fields",
            )


def _asked_for(wanted: PathSet, stem: Stem) -> Iterator[Stem]:
    """The objects inside which something is wanted and which are wanted themselves, to be there."""
    if wanted.here and wanted.members:
        yield stem
    for name, member in wanted.members.items():
        yield from _asked_for(member, (*stem, name))


def _unused(claim: Claim, part: str, names: Mapping[str, AccessPath], used: set[str | None]) -> Iterator[Finding]:
    for name, path in names.items():
        if name not in used and not path.is_variable:
            does = "reads" if part == "request" else "returns"
            yield finding(
                "ASL402",
                f'contract.{part} of "{claim.child}" names {path}, which the child never {does}',
                span=claim.in_map("contract", part, name),
                help="take the line out; the field is not sent",
            )


def _meta(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    vouched = {path.stem for path in claim.boundary.assume_present if path.root == DOCUMENT}
    meta = claim.boundaries.meta
    for key, path in (("correlation_id", meta.correlation_id), ("entity_id", meta.entity_id)):
        known = path is None or all(path.stem in found.present.get(DOCUMENT, ()) for found in child.flow.entries)
        if path is None or known or any(stem[: len(path.stem)] == path.stem for stem in vouched):
            continue
        yield finding(
            "ASL404",
            f'meta.{key} is {path}, which may be absent where "{claim.child}" is called',
            span=claim.boundaries.source.span(("meta", key)),
            help=f"prove it with input_schema, or vouch for it: assume.present: [{path}]",
        )


def _variables(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    coming = ((variable, "read") for found in child.contract.entries for variable in found.request.variables)
    going = ((variable, "assigned") for found in child.contract.exits for variable in found.variables)
    for root, how in dict.fromkeys((part.root, how) for part, how in (*coming, *going) if not part.strict):
        yield finding(
            "ASL405",
            f'variable {root}, {how} by "{claim.child}", is not assigned on every way to where it crosses',
            span=claim.in_map(),
            help="it travels if it is there, by a JSONata state; with a first value on every way that is plain",
        )
        # A name that nothing was assigned to means the function, and no function travels.
        if root[1:] in FUNCTIONS:
            yield finding(
                "ASL411",
                f'{root}, which may not have been assigned, is a function in the JSONata states of "{claim.child}"',
                span=claim.in_map(),
                help=f"rename the variable, or assign {root} a first value in a state that every way passes",
            )


def _hidden_functions(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    """Variables of the machine with the names of functions that a generated JSONata state calls."""
    requests = [found.request for found in child.contract.entries]
    exits = child.contract.exits
    in_jsonpath = all(request.strict for request in requests) and all(
        found.strict and not found.result.renamed for found in exits
    )
    called = CALLED_ON_FAILURE if child.rethrows else frozenset()
    if not in_jsonpath or child.query_language == "JSONata":
        called |= CALLED
    ways = (way for scope in facts.scopes.values() for effects in scope.effects.values() for way in effects.passages)
    said = {part.root for request in requests for part in request.perhaps_assigned}
    said |= {part.root for found in exits for part in found.perhaps_assigned}
    for root in sorted({root for way in ways for root in way.variables if root[1:] in called} - said):
        yield finding(
            "ASL411",
            f'{root} is a variable of the machine and a function in the JSONata states of "{claim.child}"',
            span=claim.in_map(),
            help="rename the variable, or make what travels sure, so that no JSONata state is needed"
            if root[1:] in CALLED
            else "rename the variable, or use `errors: surface`, so that no state reads what the child failed with",
        )


def _whole_context(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if not any(found.request.context.whole for found in child.contract.entries):
        return
    members = (child.region.scope.states[name] for name in child.region.members)
    for scope, state in scopes_of_execution(child.region.scope, members):
        for read in facts.of(scope).effects[state.name].reads:
            if read.path.root == CONTEXT and not read.path.stem:
                yield finding(
                    "ASL406",
                    f'"{state.name}" reads all of the context object, which is another one inside a child',
                    span=claim.in_machine(read.pointer),
                    pointer=format_pointer(read.pointer),
                    help="read the fields it needs, such as $$.Execution.Id",
                )


def _optional(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if child.query_language == "JSONata":
        # Every state leaves out what is absent, so it costs nothing and there is nothing to do about it.
        return
    contract = child.contract
    packed = [
        (f'request "{found.entry}"' if contract.dispatched else "request", part, "is entered")
        for found in contract.entries
        for part in (found.request.document, found.request.context)
    ]
    packed += [(f'result "{found.outcome}"', found.result, "is left") for found in contract.exits]
    for where, part, when in packed:
        absent = [format_path(part.root, value.stem) for value in part.values if not part.requires(value)]
        if absent:
            yield finding(
                "ASL407",
                f'{", ".join(absent)} in the {where} of "{claim.child}" may be absent where it {when}',
                span=claim.in_map(),
                help=_HOW_OPTIONAL[claim.boundary.optional],
            )


_HOW_OPTIONAL = {
    "exact": "it travels exactly, by a JSONata state; to stay in JSONPath, prove it with input_schema or assume.present"
    ", or set `optional: widen` for a wider contract",
    "widen": "it travels exactly, by a JSONata state, since nothing around it that surely exists can be sent instead",
}


def _vouched_for(claim: Claim) -> Iterator[Finding]:
    for name, paths in claim.boundary.assume_reads.items():
        yield finding(
            "ASL408",
            f'"{name}" of "{claim.child}" is sent only what the map says it reads: {", ".join(map(str, paths))}',
            span=claim.in_map("assume", "reads", name),
            help="nothing proves this; the Task receives less than it did in the monolith",
        )
