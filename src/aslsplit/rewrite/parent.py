"""The parent's side of one child: build the request, invoke, route on the outcome, normalize the result, fail alike.

Every generated state leaves no trace in the document with ``carrier: variables``; with ``carrier: document`` the
call and the execution stay in it under two fresh names.
"""

from __future__ import annotations

from dataclasses import dataclass

from aslsplit.asl.paths import CONTEXT, AccessPath, format_path
from aslsplit.asl.references import parse_path
from aslsplit.asl.source import Json
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.edits import AddStates, Edit, RemoveState, SetValue
from aslsplit.rewrite.envelope import STARTED_BY, context_expression, request_meta, variable_members
from aslsplit.rewrite.folding import Folding, folding_of
from aslsplit.rewrite.jsonata_parent import (
    build_in_jsonata,
    catcher_in_jsonata,
    failure_in_jsonata,
    invoke_in_jsonata,
    outcome_is,
)
from aslsplit.rewrite.normalize import Continuation, normalize_states, normalizing_fields
from aslsplit.rewrite.packing import (
    Template,
    expression,
    jsonata_path,
    object_expression,
    packed_expression,
    template_member,
)

__all__ = ["ParentSide", "parent_edits", "parent_side"]

States = dict[str, Json]

_START_ERRORS = ["StepFunctions.ExecutionLimitExceeded", "StepFunctions.ExecutionLimitExceededException"]
"""Both spellings: AWS's own sample and its naming rule disagree. Never more, or a failed child would run again."""


@dataclass(frozen=True, slots=True)
class ParentSide:
    """``states`` in the order in which they stand; the first one is where control enters."""

    states: States
    first: str


def parent_edits(plan: ChildPlan, side: ParentSide) -> tuple[Edit, ...]:
    """The members leave, the generated states take the place of the first, and what led in leads to them."""
    region = plan.region
    scope = region.scope
    edits: list[Edit] = [AddStates(scope.pointer, region.members[0], side.states)]
    edits += [RemoveState(scope.pointer, name) for name in region.members]
    if scope.start_at == region.entry:
        edits.append(SetValue((*scope.pointer, "StartAt"), side.first))
    for state in scope.states.values():
        if state.name not in region.members:
            edits += [SetValue(t.pointer, side.first) for t in state.transitions if t.target == region.entry]
    return tuple(edits)


def parent_side(plan: ChildPlan, meta: Meta, partition: str) -> ParentSide:
    """``partition`` is the one of the monolith's own ARNs (``aws``, ``aws-cn``, ``aws-us-gov``)."""
    folding = folding_of(plan)
    names = plan.generated.parent
    in_jsonata = plan.query_language == "JSONata"
    states: States = {}
    if not folding.build:
        states |= build_in_jsonata(plan, meta) if in_jsonata else _build(plan, meta)
    after, following = _after_call(plan, folding)
    states[names.invoke] = _invoke(plan, meta, partition, folding, after)
    states |= following
    if plan.boundary.errors == "rethrow":
        states |= failure_in_jsonata(plan) if in_jsonata else _failure(plan)
    return ParentSide(states, next(iter(states)))


def _build(plan: ChildPlan, meta: Meta) -> States:
    request, names, carrier = plan.contract.request, plan.generated.parent, plan.generated.carrier
    next_state = {"Next": names.invoke}
    if plan.boundary.carrier == "document":
        call: Template = {
            "meta": request_meta(meta, plan.contract.version),
            **template_member("request", request.document),
        }
        call |= variable_members(request.variables)
        if request.context.values:
            call |= template_member("context", request.context)
        if request.strict:
            body: Json = {"Type": "Pass", "Parameters": call, "ResultPath": f"$.{carrier.call}"}
        else:
            merged = f"$merge([$states.input, {{'{carrier.call}': {_call_expression(plan, meta)}}}])"
            body = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": expression(merged)}
        return {names.build: {**body, **next_state}}
    if request.strict:
        if not request.document.values:
            return {}
        assigned = template_member(carrier.request, request.document)
        return {names.build: {"Type": "Pass", "Assign": assigned, **next_state}}
    assigned = {carrier.request: expression(packed_expression(request.document, "$states.input"))}
    if not request.context.strict:
        assigned[carrier.context] = expression(context_expression(request))
    return {names.build: {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": assigned, **next_state}}


def _call_expression(plan: ChildPlan, meta: Meta) -> str:
    request = plan.contract.request
    fields: dict[str, str] = {}
    for key, value in request_meta(meta, plan.contract.version).items():
        name = key.removesuffix(".$")
        fields[name] = _jsonata_of(parse_path(value)) if key.endswith(".$") else f"'{value}'"
    members = {"meta": object_expression(fields), "request": packed_expression(request.document, "$states.input")}
    if request.variables:
        packed = {variable.root[1:]: packed_expression(variable, variable.root) for variable in request.variables}
        members["variables"] = object_expression(packed)
    if request.context.values:
        members["context"] = context_expression(request)
    return object_expression(members)


def _jsonata_of(path: AccessPath) -> str:
    """A plain document or context path in JSONata."""
    return jsonata_path("$states.context" if path.root == CONTEXT else "$states.input", path.stem)


def _invoke(plan: ChildPlan, meta: Meta, partition: str, folding: Folding, after: Continuation) -> Json:
    if plan.query_language == "JSONata":
        body = invoke_in_jsonata(plan, meta, partition, folding)
    else:
        body = {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::states:startExecution.sync:2",
            "Parameters": {
                "StateMachineArn": plan.boundary.alias_arn,
                "Input": {**_input(plan, meta, folding), **STARTED_BY},
            },
            **_kept_result(plan, folding),
        }
    body["Retry"] = [{"ErrorEquals": _START_ERRORS, "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 3}]
    if plan.boundary.errors == "rethrow":
        body["Catch"] = [_catcher(plan)]
    return {**body, **after}


def _catcher(plan: ChildPlan) -> Json:
    if plan.query_language == "JSONata":
        return catcher_in_jsonata(plan, _failure_entry(plan))
    carrier, names = plan.generated.carrier, plan.generated.parent
    catcher: dict[str, Json] = {"ErrorEquals": ["States.TaskFailed"]}
    if plan.boundary.carrier == "variables":
        catcher |= {"Assign": {f"{carrier.error}.$": "States.StringToJson($.Cause)"}, "ResultPath": None}
        return {**catcher, "Next": _failure_entry(plan)}
    return {**catcher, "ResultPath": f"$.{carrier.error}", "Next": names.read_error}


def _input(plan: ChildPlan, meta: Meta, folding: Folding) -> Template:
    request, carrier = plan.contract.request, plan.generated.carrier
    if plan.boundary.carrier == "document" and not folding.build:
        parts = ["meta", "request"]
        parts += ["variables"] if request.variables else []
        parts += ["context"] if request.context.values else []
        return {f"{part}.$": f"$.{carrier.call}.{part}" for part in parts}
    found: Template = {"meta": request_meta(meta, plan.contract.version)}
    if folding.build or not (request.document.values or not request.strict):
        found |= template_member("request", request.document)
    else:
        found["request.$"] = f"${carrier.request}"
    found |= variable_members(request.variables)
    if request.context.values:
        strict = request.context.strict
        found |= template_member("context", request.context) if strict else {"context.$": f"${carrier.context}"}
    return found


def _kept_result(plan: ChildPlan, folding: Folding) -> dict[str, Json]:
    """What of the task's result is kept, and where: never the envelope, whose fields AWS may add to."""
    contract, carrier = plan.contract, plan.generated.carrier
    in_document = plan.boundary.carrier == "document"
    returns = any(found.result.values for found in contract.exits)
    returned_variables = [variable for found in contract.exits for variable in found.variables]
    assigned: Template = {}
    if not in_document and returns and not folding.normalize:
        assigned[f"{carrier.result}.$"] = "$.Output.result"
    if not in_document and contract.routed:
        assigned[f"{carrier.outcome}.$"] = "$.Output.outcome"
    if returned_variables and contract.routed:
        assigned[f"{carrier.variables}.$"] = "$.Output.variables"
    elif returned_variables:
        for variable in returned_variables:
            assigned[f"{variable.root[1:]}.$"] = format_path("$", ("Output", "variables", variable.root[1:]))
    kept: dict[str, Json] = {"Assign": assigned} if assigned else {}
    if folding.normalize:
        return {**kept, **folding.result}
    if in_document and (returns or contract.routed):
        return {**kept, "ResultSelector": {"Output.$": "$.Output"}, "ResultPath": f"$.{carrier.execution}"}
    return {**kept, "ResultPath": None}


def _after_call(plan: ChildPlan, folding: Folding) -> tuple[Continuation, States]:
    """How the invoke state goes on, and the states behind it."""
    contract, names = plan.contract, plan.generated.parent
    if not contract.exits:
        # The region never comes back: it ends in failures only, or not at all. Nothing follows a success.
        return {"Next": names.unknown}, {names.unknown: _unknown_outcome(plan)}
    if not contract.routed:
        return normalize_states(plan, contract.exits[0], done=folding.normalize)
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


def _failure_entry(plan: ChildPlan) -> str:
    names, errors = plan.generated.parent, plan.contract.errors
    return names.which_failure if errors.unnamed or errors.uncaused else names.failed


def _failure(plan: ChildPlan) -> States:
    """Fail with the child's own error name and cause, so that alarms, callers and enclosing handlers still see them.

    A timed out task has no cause and a bare Fail state has neither; a path to what is absent would be an error of
    its own, so what may be absent is asked for first.
    """
    names, errors, carrier = plan.generated.parent, plan.contract.errors, plan.generated.carrier
    states: States = {}
    error = f"${carrier.error}"
    if plan.boundary.carrier == "document":
        error = f"$.{carrier.error}.execution"
        states[names.read_error] = {
            "Type": "Pass",
            "Parameters": {"execution.$": f"States.StringToJson($.{carrier.error}.Cause)"},
            "ResultPath": f"$.{carrier.error}",
            "Next": _failure_entry(plan),
        }
    with_error, with_cause = {"ErrorPath": f"{error}.Error"}, {"CausePath": f"{error}.Cause"}
    has_error = {"Variable": f"{error}.Error", "IsPresent": True}
    has_cause = {"Variable": f"{error}.Cause", "IsPresent": True}
    lacking = names.failed_without
    if errors.unnamed:
        choices: list[Json] = [
            {"And": [has_error, has_cause], "Next": names.failed},
            {**has_error, "Next": lacking["cause"]},
            {**has_cause, "Next": lacking["error"]},
        ]
        states[names.which_failure] = {"Type": "Choice", "Choices": choices, "Default": lacking["both"]}
    elif errors.uncaused:
        choices = [{**has_cause, "Next": names.failed}]
        states[names.which_failure] = {"Type": "Choice", "Choices": choices, "Default": lacking["cause"]}
    states[names.failed] = {"Type": "Fail", **with_error, **with_cause}
    if errors.unnamed or errors.uncaused:
        states[lacking["cause"]] = {"Type": "Fail", **with_error}
    if errors.unnamed:
        states[lacking["error"]] = {"Type": "Fail", **with_cause}
        states[lacking["both"]] = {"Type": "Fail"}
    return states
