"""The child: validate the request, unpack it, run the moved states, answer per exit.

Moved states keep their name and their text. Only three things in them change: a transition that leaves the region
leads to the exit's response, the end of the scope does too, and context references follow the value that was sent.
In a shared child so does a literal that its sites have their own of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from aslsplit.analysis.facts import Facts
from aslsplit.asl.model import Scope, ScopeKind, State, StateType, TransitionKind
from aslsplit.asl.paths import CONTEXT, AccessPath, Stem, format_path
from aslsplit.asl.source import Json, Pointer
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.contract import EntryContract, ExitContract, Request, members_inside
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.answering import answering
from aslsplit.rewrite.edits import Edit, ReplaceField, SetValue, apply, value_at
from aslsplit.rewrite.envelope import (
    TASK_TOKEN,
    assigned_if_present,
    response_meta,
    response_meta_jsonata,
    variable_members,
    variables_expression,
)
from aslsplit.rewrite.jsonata_child import is_request_in_jsonata, respond_in_jsonata, unpack_in_jsonata
from aslsplit.rewrite.moved_context import moved_references
from aslsplit.rewrite.packing import (
    expression,
    jsonata_path,
    nested,
    packed_expression,
    template_member,
    tree_expression,
)
from aslsplit.rewrite.site import reference_to

__all__ = ["NO_CALLS", "Calls", "child_definition", "moved_states"]


@dataclass(frozen=True, slots=True)
class Calls:
    """The children that lie in another one: what their calls change of the monolith, and where they are entered."""

    edits: tuple[Edit, ...] = ()
    entries: Mapping[str, str] = field(default_factory=dict)


NO_CALLS = Calls()

_SENT_VARIABLES = AccessPath(CONTEXT, ("Execution", "Input", "variables"))


def child_definition(plan: ChildPlan, facts: Facts, meta: Meta, partition: str, calls: Calls = NO_CALLS) -> Json:
    """The whole child as data: generated states around the moved ones, some of which other children may have become."""
    plan = replace(plan, contract=plan.published)
    names = plan.generated.child
    body = facts.machine.source.data
    states: dict[str, Json] = {
        names.validate: _validate(plan, meta),
        **{name: body for found in plan.contract.entries for name, body in _unpacking(plan, found, calls).items()},
        **moved_states(plan, facts, calls),
        **{names.respond[found.outcome]: _respond(plan, found, meta) for found in plan.contract.exits},
        names.reject: _reject(plan, meta),
    }
    comment = plan.boundary.description or f"{plan.contract.workflow}, contract version {plan.contract.version}"
    definition: dict[str, Json] = {"Comment": comment}
    definition |= {key: body[key] for key in ("QueryLanguage", "Version") if key in body}
    flow: dict[str, Json] = {"StartAt": names.validate, "States": states}
    if names.answering is not None:
        flow = answering(names.answering, flow, partition, plan.query_language)
    return {**definition, **flow}


def _required(plan: ChildPlan, arrival: EntryContract, meta: Meta) -> Iterator[Stem]:
    """Places of the envelope that must be there."""
    request = arrival.request
    if plan.generated.child.answering is not None:
        yield (TASK_TOKEN,)
    if meta.correlation_id is not None:
        yield ("meta", "correlationId")
    if not any(request.document.requires(value) for value in request.document.values):
        yield ("request",)
    for part, below in ((request.document, "request"), (request.context, "context")):
        for value in part.values:
            if part.requires(value):
                yield (below, *part.place_of(value))
    for variable in request.surely_assigned:
        for value in variable.values:
            if variable.requires(value):
                yield ("variables", variable.root[1:], *value.stem)
    yield from (("settings", name) for name in plan.contract.settings)


def _validate(plan: ChildPlan, meta: Meta) -> Json:
    """One rule per entry: a request is taken as one for this entry, or it is none of the contract's."""
    names = plan.generated.child
    rules: list[Json] = []
    for found in plan.contract.entries:
        required = tuple(_required(plan, found, meta))
        if plan.query_language == "JSONata":
            test: dict[str, Json] = is_request_in_jsonata(plan, found, required)
        else:
            test = {"And": _tests(plan, found, required)}
        rules.append({**test, "Next": names.unpack[found.entry]})
    return {"Type": "Choice", "Choices": rules, "Default": names.reject}


def _tests(plan: ChildPlan, arrival: EntryContract, required: Iterable[Stem]) -> list[Json]:
    version, entry = "$.meta.contractVersion", "$.entry"
    accepted: list[Json] = [{"Variable": version, "StringEquals": known} for known in plan.contract.accepts]
    named: list[Json] = [
        {"Variable": entry, "IsPresent": True},
        {"Variable": entry, "StringEquals": arrival.entry},
    ]
    return [
        {"Variable": version, "IsPresent": True},
        accepted[0] if len(accepted) == 1 else {"Or": accepted},
        *(named if plan.contract.dispatched else []),
        *({"Variable": format_path("$", stem), "IsPresent": True} for stem in required),
    ]


def _reject(plan: ChildPlan, meta: Meta) -> Json:
    contract = plan.contract
    versions = " or ".join(contract.accepts)
    forms: list[str] = []
    for found in contract.entries:
        needed = [format_path("$", stem).removeprefix("$.") for stem in _required(plan, found, meta)]
        forms.append(
            (f" at {found.entry}" if contract.dispatched else "") + (f" with {', '.join(needed)}" * bool(needed))
        )
    cause = f"{contract.workflow} takes contract version {versions}{' or'.join(forms)}"
    return {"Type": "Fail", "Error": "ContractValidationError", "Cause": cause[:1024]}


def _unpacking(plan: ChildPlan, found: EntryContract, calls: Calls) -> dict[str, Json]:
    """The request taken apart, and behind that a Choice per variable that may not have been sent: only a Choice
    assigns or does not."""
    names, entry = plan.generated.child, found.entry
    following = calls.entries.get(entry, entry)
    states: dict[str, Json] = {}
    for variable in reversed(found.request.perhaps_assigned):
        state = assigned_if_present(variable.root[1:], _SENT_VARIABLES, following, plan.query_language)
        following = names.assign[entry, variable.root]
        states = {following: state, **states}
    unpack = unpack_in_jsonata if plan.query_language == "JSONata" else _unpack
    return {names.unpack[entry]: unpack(found.request, following), **states}


def _names(variables: Iterable[Payload]) -> list[str]:
    return [variable.root[1:] for variable in variables]


def _unpack(request: Request, following: str) -> Json:
    arrival = {"Next": following}
    variables = {f"{name}.$": f"{_SENT_VARIABLES}.{name}" for name in _names(request.surely_assigned)}
    assigned: dict[str, Json] = {"Assign": variables} if variables else {}
    document = request.document
    if not document.renamed:
        return {"Type": "Pass", "InputPath": "$.request", **assigned, **arrival}
    places = {value.stem: document.place_of(value) for value in document.values}
    if () in places:
        return {"Type": "Pass", "InputPath": format_path("$", ("request", *places[()])), **assigned, **arrival}
    if request.strict:
        template = nested({stem: format_path("$", ("request", *place)) for stem, place in places.items()})
        return {"Type": "Pass", "Parameters": template, **assigned, **arrival}
    return {"Type": "Pass", "QueryLanguage": "JSONata", **_unpack_jsonata(request, places), **arrival}


def _unpack_jsonata(request: Request, places: Mapping[Stem, Stem]) -> dict[str, Json]:
    reads = {stem: jsonata_path("$states.input.request", place) for stem, place in places.items()}
    body: dict[str, Json] = {"Output": expression(tree_expression(reads, lambda _, members: members))}
    if request.surely_assigned:
        base = "$states.input.variables"
        body["Assign"] = {name: expression(jsonata_path(base, (name,))) for name in _names(request.surely_assigned)}
    return body


def _respond(plan: ChildPlan, found: ExitContract, meta: Meta) -> Json:
    if plan.query_language == "JSONata":
        return respond_in_jsonata(plan, found, meta)
    contract = plan.contract
    outcome: dict[str, Json] = {"outcome": found.outcome} if contract.routed else {}
    some_variables = any(other.variables for other in contract.exits)
    if found.strict:
        variables = variable_members(found.variables) or ({"variables": {}} if some_variables else {})
        result = template_member("result", found.result)
        answer = {"meta": response_meta(meta, contract.version), **outcome, **result, **variables}
        return {"Type": "Pass", "Parameters": answer, "End": True}
    answer = {"meta": response_meta_jsonata(meta, contract.version), **outcome}
    answer["result"] = expression(packed_expression(found.result, "$states.input"))
    if some_variables:
        answer["variables"] = expression(variables_expression(found.variables))
    return {"Type": "Pass", "QueryLanguage": "JSONata", "Output": answer, "End": True}


def moved_states(plan: ChildPlan, facts: Facts, calls: Calls = NO_CALLS) -> dict[str, Json]:
    """The members as they stand in the child."""
    scope = plan.region.scope
    edits = tuple(edit for name in plan.region.members for edit in _edits_of_member(plan, facts, scope.states[name]))
    moved = value_at(apply(facts.machine.source.data, (*edits, *calls.edits)), (*scope.pointer, "States"))
    return {name: body for name, body in moved.items() if name in plan.region.members or name not in scope.states}


def _edits_of_member(plan: ChildPlan, facts: Facts, state: State) -> Iterator[Edit]:
    respond = plan.generated.child.respond
    leads_to = {found.target: respond[found.outcome] for found in plan.contract.exits}
    for transition in state.transitions:
        if transition.target in plan.region.members:
            continue
        response = leads_to[transition.target]
        if transition.kind is not TransitionKind.END:
            yield SetValue(transition.pointer, response)
        elif state.type is StateType.SUCCEED:
            # A Succeed would end the child without an answer; a Pass with the same filters hands on the same output.
            yield SetValue((*state.pointer, "Type"), StateType.PASS.value)
            yield ReplaceField(state.pointer, None, "Next", response)
        else:
            yield ReplaceField(state.pointer, "End", "Next", response)
    yield from _context_edits(facts, plan.region.scope, state, inside_map=False)
    yield from _settings_edits(plan, state)


def _settings_edits(plan: ChildPlan, state: State) -> Iterator[Edit]:
    """Literals that each site has its own of read what the call sends along."""
    spots = {} if plan.site is None else plan.site.spots
    for inner in members_inside(iter((state,))):
        for spot, setting in spots.items():
            if spot.state == inner.name:
                pointer = (*inner.pointer, *spot.field)
                text = reference_to(setting, in_jsonata=inner.query_language == "JSONata")
                if isinstance(spot.key, int) or spot.key == spot.field[-1]:
                    yield SetValue(pointer, text)
                else:
                    yield ReplaceField(pointer[:-1], str(spot.field[-1]), spot.key, text)


def _context_edits(facts: Facts, scope: Scope, state: State, *, inside_map: bool) -> Iterator[Edit]:
    """Captured context references, the inner scopes' included, read what was sent along instead."""
    seen: set[Pointer] = set()
    for read in facts.of(scope).effects[state.name].reads:
        # What a Map selects for its items may name the item; so may everything inside it.
        field = read.pointer[len(state.pointer) : len(state.pointer) + 1]
        selects = state.type is StateType.MAP and field in (("ItemSelector",), ("Parameters",))
        own_map = inside_map or selects
        own_item = own_map and read.path.stem[:1] == ("Map",)
        if not read.captures_context or own_item or read.pointer in seen:
            continue
        seen.add(read.pointer)
        text = value_at(facts.machine.source.data, read.pointer)
        if isinstance(text, str):
            yield SetValue(read.pointer, moved_references(text, state.query_language, inside_map=own_map))
    for inner in state.scopes:
        if inner.kind is ScopeKind.DISTRIBUTED:
            continue
        for nested_state in inner.states.values():
            within = inside_map or state.type is StateType.MAP
            yield from _context_edits(facts, inner, nested_state, inside_map=within)
