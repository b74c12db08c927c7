"""The parent's side of one child: build the request, invoke, route on the outcome, normalize the result, fail alike.

Every generated state leaves no trace in the document with ``carrier: variables``; with ``carrier: document`` the
call and the execution stay in it under two fresh names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aslsplit.asl.paths import CONTEXT, AccessPath, format_path
from aslsplit.asl.references import parse_path
from aslsplit.asl.source import Json, Pointer
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.call_form import Failure
from aslsplit.plan.contract import EntryContract
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.answer import express_answer, kept_acceptance, kept_for_a_look, reading_state
from aslsplit.rewrite.edits import AddStates, Edit, RemoveState, SetValue
from aslsplit.rewrite.envelope import (
    OWN_TOKEN,
    STARTED_BY,
    OwnContext,
    context_expression,
    context_member,
    parts_of_call,
    request_meta,
    settings_sent,
    time_limit,
    variable_members,
    variables_expression,
)
from aslsplit.rewrite.execution_name import execution_name
from aslsplit.rewrite.failure import catcher, failure_states
from aslsplit.rewrite.folding import Folding, folding_of
from aslsplit.rewrite.jsonata_parent import (
    build_in_jsonata,
    invoke_in_jsonata,
    kept_in_jsonata,
    outcome_is,
)
from aslsplit.rewrite.normalize import Continuation, normalize_states, normalizing_fields
from aslsplit.rewrite.packing import (
    Template,
    expression,
    jsonata_path,
    literal_expression,
    object_expression,
    packed_expression,
    template_member,
    value_expression,
)

__all__ = ["Branch", "ParentSide", "assigned_from", "calling_states", "parent_edits", "parent_side"]

States = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Branch:
    """The states of a child that runs beside others: those in its branch, and the Parallel state ``join`` around them,
    of which it is the branch with this ``number``."""

    states: States
    join: str
    body: Json
    number: int

    @property
    def scope(self) -> Pointer:
        """Relative to the scope that the Parallel state stands in."""
        return ("States", self.join, "Branches", self.number)


@dataclass(frozen=True, slots=True)
class ParentSide:
    """``states`` in the order in which they stand; ``entries`` lead from each entry to the one control enters. Of a
    child that runs beside others, ``states`` are those behind the Parallel state."""

    states: States
    entries: Mapping[str, str]
    branch: Branch | None = None

    @property
    def standing(self) -> States:
        """The states in the scope of the call."""
        return self.states if self.branch is None else {self.branch.join: self.branch.body, **self.states}

    @property
    def own(self) -> States:
        """The states that were made for this child alone, wherever they stand."""
        return self.states if self.branch is None else {**self.branch.states, **self.states}

    @property
    def generated(self) -> States:
        return {**self.standing, **self.own}


def parent_edits(plan: ChildPlan, side: ParentSide) -> tuple[Edit, ...]:
    """The members leave, the generated states take the place of the first, and what led in leads to them."""
    region = plan.region
    scope = region.scope
    # The Parallel state takes the place of the first of those that it joins.
    added = side.standing if side.branch is None or side.branch.number == 0 else side.states
    edits: list[Edit] = [AddStates(scope.pointer, region.members[0], added)]
    edits += [RemoveState(scope.pointer, name) for name in region.members]
    if scope.start_at in side.entries:
        edits.append(SetValue((*scope.pointer, "StartAt"), side.entries[scope.start_at]))
    for state in scope.states.values():
        if state.name not in region.members:
            entering = [t for t in state.transitions if t.target in side.entries]
            edits += [SetValue(t.pointer, side.entries[t.target or ""]) for t in entering]
    return tuple(edits)


def parent_side(plan: ChildPlan, meta: Meta, partition: str, own: OwnContext = "all") -> ParentSide:
    """``partition`` is the one of the monolith's own ARNs (``aws``, ``aws-cn``, ``aws-us-gov``)."""
    folding = folding_of(plan)
    kept = (kept_in_jsonata if plan.query_language == "JSONata" else _kept_result)(plan, folding)
    if plan.form.failure is Failure.IN_ANSWER:
        reading = reading_state(plan, kept)
        after, following = _after_call(plan, folding, behind_choice=reading is None)
        after, following = express_answer(plan, reading, after, following)
        kept = kept_for_a_look(plan)
    else:
        after, following = _after_call(plan, folding)
        kept = kept if plan.form.waits else kept_acceptance(plan)
    states, entries = calling_states(plan, meta, partition, own, folding, kept, after)
    states |= following
    if plan.rethrows:
        states |= failure_states(plan)
    return ParentSide(states, entries)


def calling_states(
    plan: ChildPlan,
    meta: Meta,
    partition: str,
    own: OwnContext,
    folding: Folding,
    kept: Mapping[str, Json],
    after: Continuation,
) -> tuple[States, Mapping[str, str]]:
    """The states that build the request and the one that invokes the child, with its fields for what is ``kept`` of the
    result and how it goes on; and what control enters for each entry."""
    names = plan.generated.parent
    in_jsonata = plan.query_language == "JSONata"
    states: States = {}
    entries: dict[str, str] = {}
    for found in plan.contract.entries:
        built: States = {}
        if not folding.build:
            built = (build_in_jsonata if in_jsonata else _build)(plan, found, meta, own)
        entries[found.entry] = next(iter(built), names.invoke)
        states |= built
    states[names.invoke] = {**_invoke(plan, meta, partition, folding, kept, own), **after}
    return states, entries


def _build(plan: ChildPlan, arrival: EntryContract, meta: Meta, own: OwnContext) -> States:
    request, carrier = arrival.request, plan.generated.carrier
    name, next_state = plan.generated.parent.build[arrival.entry], {"Next": plan.generated.parent.invoke}
    if plan.boundary.carrier == "document":
        if request.strict:
            call = _call(plan, arrival, meta, own)
            body: Json = {"Type": "Pass", "Parameters": call, "ResultPath": f"$.{carrier.call}"}
        else:
            merged = f"$merge([$states.input, {{'{carrier.call}': {_call_expression(plan, arrival, meta, own)}}}])"
            body = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": expression(merged)}
        return {name: {**body, **next_state}}
    if request.strict:
        if plan.contract.dispatched:
            assigned: Template = {carrier.call: _call(plan, arrival, None, own)}
        elif request.document.values:
            assigned = template_member(carrier.request, request.document)
        else:
            return {}
        return {name: {"Type": "Pass", "Assign": assigned, **next_state}}
    if plan.contract.dispatched:
        assigned = {carrier.call: expression(_call_expression(plan, arrival, None, own))}
    else:
        assigned = {carrier.request: expression(packed_expression(request.document, "$states.input"))}
        if not request.context.strict:
            assigned[carrier.context] = expression(context_expression(request, own))
        if request.perhaps_assigned:
            assigned[carrier.variables] = expression(variables_expression(request.variables))
    return {name: {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": assigned, **next_state}}


def _call(plan: ChildPlan, arrival: EntryContract, meta: Meta | None, own: OwnContext) -> Template:
    """The call for one entry, as a template. Without ``meta`` the invoke state adds that."""
    request = arrival.request
    members: dict[str, Template] = {
        "entry": {"entry": arrival.entry},
        "request": template_member("request", request.document),
        "variables": variable_members(request.variables) or {"variables": {}},
        "context": context_member(request, own),
        "settings": {"settings": settings_sent(plan)},
    }
    call: Template = {} if meta is None else {"meta": request_meta(meta, plan.contract.version)}
    for part in parts_of_call(plan.contract):
        call |= members[part]
    return call


def _call_expression(plan: ChildPlan, arrival: EntryContract, meta: Meta | None, own: OwnContext) -> str:
    request = arrival.request
    members = {
        "entry": literal_expression(arrival.entry),
        "request": packed_expression(request.document, "$states.input"),
        "variables": variables_expression(request.variables),
        "context": context_expression(request, own),
        "settings": value_expression(settings_sent(plan)),
    }
    call: dict[str, str] = {}
    if meta is not None:
        fields: dict[str, str] = {}
        for key, value in request_meta(meta, plan.contract.version).items():
            name = key.removesuffix(".$")
            fields[name] = _jsonata_of(parse_path(value)) if key.endswith(".$") else f"'{value}'"
        call["meta"] = object_expression(fields)
    return object_expression(call | {part: members[part] for part in parts_of_call(plan.contract)})


def _jsonata_of(path: AccessPath) -> str:
    """A plain document or context path in JSONata."""
    return jsonata_path("$states.context" if path.root == CONTEXT else "$states.input", path.stem)


def _invoke(
    plan: ChildPlan, meta: Meta, partition: str, folding: Folding, kept: Mapping[str, Json], own: OwnContext
) -> States:
    """All but where it leads. ``kept`` are the fields that keep what is needed of the answer."""
    if plan.query_language == "JSONata":
        body = {**invoke_in_jsonata(plan, meta, partition, folding, own), **kept}
    else:
        body = {
            "Type": "Task",
            "Resource": plan.form.resource(partition),
            "Parameters": {
                "StateMachineArn": plan.boundary.alias_arn,
                **execution_name(plan, own),
                "Input": {
                    **_input(plan, meta, folding, own),
                    **(OWN_TOKEN if plan.form.waits_for_token else {}),
                    **STARTED_BY,
                },
            },
            **time_limit(plan.boundary),
            **kept,
        }
    if plan.form.start_errors:
        body["Retry"] = [
            {"ErrorEquals": list(plan.form.start_errors), "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 3}
        ]
    if plan.rethrows and plan.form.failure is Failure.DESCRIBED:
        body["Catch"] = [catcher(plan)]
    return body


def _input(plan: ChildPlan, meta: Meta, folding: Folding, own: OwnContext) -> Template:
    carrier = plan.generated.carrier
    if plan.boundary.carrier == "document" and not folding.build:
        return {f"{part}.$": f"$.{carrier.call}.{part}" for part in ("meta", *parts_of_call(plan.contract))}
    found: Template = {"meta": request_meta(meta, plan.contract.version)}
    if plan.contract.dispatched:
        return found | {f"{part}.$": f"${carrier.call}.{part}" for part in parts_of_call(plan.contract)}
    request = plan.contract.entries[0].request
    if folding.build or not (request.document.values or not request.strict):
        found |= template_member("request", request.document)
    else:
        found["request.$"] = f"${carrier.request}"
    found |= (
        {"variables.$": f"${carrier.variables}"} if request.perhaps_assigned else variable_members(request.variables)
    )
    if request.context.values:
        strict = request.context.strict
        found |= context_member(request, own) if strict else {"context.$": f"${carrier.context}"}
    if plan.contract.settings:
        found["settings"] = settings_sent(plan)
    return found


def _kept_result(plan: ChildPlan, folding: Folding) -> dict[str, Json]:
    """What of the task's result is kept, and where: never the envelope, whose fields AWS may add to."""
    contract, carrier, output = plan.contract, plan.generated.carrier, plan.form.output or ()
    in_document = plan.boundary.carrier == "document"
    returns = any(found.taken for found in contract.exits)
    assigned = assigned_from(format_path("$", output), plan, folding)
    kept: dict[str, Json] = {"Assign": assigned} if assigned else {}
    if folding.normalize:
        return {**kept, **folding.result}
    if in_document and (returns or contract.routed):
        return {
            **kept,
            "ResultSelector": {"Output.$": format_path("$", output)},
            "ResultPath": f"$.{carrier.execution}",
        }
    return {**kept, "ResultPath": None}


def assigned_from(answer: str, plan: ChildPlan, folding: Folding) -> Template:
    """The variables that are taken of an answer; ``answer`` is the path to it in the result of the state."""
    contract, carrier = plan.contract, plan.generated.carrier
    in_document = plan.boundary.carrier == "document"
    returns = any(found.taken for found in contract.exits)
    assigned: Template = {}
    if not in_document and returns and not folding.normalize:
        assigned[f"{carrier.result}.$"] = f"{answer}.result"
    if not in_document and contract.routed:
        assigned[f"{carrier.outcome}.$"] = f"{answer}.outcome"
    if contract.sorts_variables:
        assigned[f"{carrier.variables}.$"] = f"{answer}.variables"
    else:
        for variable in (variable for found in contract.exits for variable in found.variables):
            name = variable.root[1:]
            assigned[f"{name}.$"] = format_path(answer, ("variables", name))
    return assigned


def _after_call(plan: ChildPlan, folding: Folding, *, behind_choice: bool = False) -> tuple[Continuation, States]:
    """How it goes on from where the result is kept, and the states behind that."""
    contract, names = plan.contract, plan.generated.parent
    if not contract.exits:
        # The region never comes back: it ends in failures only, or not at all. Nothing follows a success.
        return {"Next": names.unknown}, {names.unknown: _unknown_outcome(plan)}
    if not contract.routed:
        return normalize_states(plan, contract.exits[0], done=folding.normalize, behind_choice=behind_choice)
    following: States = {}
    choices: list[Json] = []
    for found in contract.exits:
        entry, states = normalize_states(plan, found, done=folding.route, behind_choice=True)
        normalizing = normalizing_fields(plan, found) if folding.route else {}
        choices.append({**_outcome_test(plan, found.outcome), **normalizing, "Next": entry["Next"]})
        following |= states
    route = {"Type": "Choice", "Choices": choices, "Default": names.unknown}
    return {"Next": names.route}, {names.route: route, **following, names.unknown: _unknown_outcome(plan)}


def _outcome_test(plan: ChildPlan, outcome: str) -> Template:
    if plan.query_language == "JSONata":
        return outcome_is(plan, outcome)
    carrier = plan.generated.carrier
    in_document = plan.boundary.carrier == "document"
    variable = f"$.{carrier.execution}.Output.outcome" if in_document else f"${carrier.outcome}"
    return {"Variable": variable, "StringEquals": outcome}


def _unknown_outcome(plan: ChildPlan) -> Json:
    known = ", ".join(found.outcome for found in plan.contract.exits) or "none"
    cause = f"{plan.contract.workflow} returned an outcome that its contract {plan.contract.version} does not have"
    return {"Type": "Fail", "Error": "UnknownOutcome", "Cause": f"{cause} (known: {known})"}
