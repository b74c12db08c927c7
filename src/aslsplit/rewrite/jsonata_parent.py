"""The parent's side of one child in a machine that is JSONata throughout, where no state may use JSONPath.

The same story as in ``parent``: build, invoke, route, normalize. An absent value is simply left out by an
object expression, so it needs no state of its own kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.asl.paths import CONTEXT, AccessPath
from aslsplit.asl.source import Json
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.contract import EntryContract
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.answer import answer_in_jsonata
from aslsplit.rewrite.envelope import (
    TASK_TOKEN,
    OwnContext,
    context_expression,
    context_in_jsonata,
    parts_of_call,
    settings_sent,
    time_limit,
    variables_expression,
    variables_in_jsonata,
)
from aslsplit.rewrite.execution_name import execution_name
from aslsplit.rewrite.folding import Folding
from aslsplit.rewrite.packing import (
    expression,
    jsonata_path,
    literal_expression,
    object_expression,
    packed_expression,
    packed_template,
    value_expression,
)

__all__ = [
    "assigned_in_jsonata",
    "build_in_jsonata",
    "invoke_in_jsonata",
    "kept_in_jsonata",
    "outcome_is",
]

States = dict[str, Json]

_INPUT, _CONTEXT = "$states.input", "$states.context"
_EXECUTION = expression(f"{_CONTEXT}.Execution.Id")


def build_in_jsonata(plan: ChildPlan, arrival: EntryContract, meta: Meta, own: OwnContext) -> States:
    document, names, carrier = arrival.request.document, plan.generated.parent, plan.generated.carrier
    if plan.boundary.carrier == "document":
        call = object_expression({carrier.call: _call_expression(plan, arrival, meta, own)})
        fields: States = {"Output": expression(f"$merge([{_INPUT}, {call}])")}
    elif plan.contract.dispatched:
        fields = {"Assign": {carrier.call: expression(_call_expression(plan, arrival, None, own))}}
    elif document.values:
        fields = {"Assign": {carrier.request: packed_template(document, _INPUT)}}
    else:
        return {}
    return {names.build[arrival.entry]: {"Type": "Pass", **fields, "Next": names.invoke}}


def _call_expression(plan: ChildPlan, arrival: EntryContract, meta: Meta | None, own: OwnContext) -> str:
    """The call as one expression, since it is merged into the document, or chosen by entry. Without ``meta`` the
    invoke state adds that."""
    request = arrival.request
    members = {
        "entry": literal_expression(arrival.entry),
        "request": packed_expression(request.document, _INPUT),
        "variables": variables_expression(request.variables),
        "context": context_expression(request, own),
        "settings": value_expression(settings_sent(plan)),
    }
    call: dict[str, str] = {}
    if meta is not None:
        envelope = _meta(meta, plan.contract.version)
        call["meta"] = object_expression({name: _text_of(value) for name, value in envelope.items()})
    return object_expression(call | {part: members[part] for part in parts_of_call(plan.contract)})


def _meta(meta: Meta, version: str) -> Mapping[str, AccessPath | str]:
    named = {"correlationId": meta.correlation_id, "entityId": meta.entity_id}
    given = {name: path for name, path in named.items() if path is not None}
    return {**given, "causationId": AccessPath(CONTEXT, ("Execution", "Id")), "contractVersion": version}


def _text_of(value: AccessPath | str) -> str:
    if isinstance(value, str):
        return literal_expression(value)
    return jsonata_path(_CONTEXT if value.root == CONTEXT else _INPUT, value.stem)


def invoke_in_jsonata(plan: ChildPlan, meta: Meta, partition: str, folding: Folding, own: OwnContext) -> States:
    """The fields of the invoke state up to what it keeps of the answer."""
    return {
        "Type": "Task",
        "Resource": plan.form.resource(partition),
        "Arguments": {
            "StateMachineArn": plan.boundary.alias_arn,
            **execution_name(plan, own),
            "Input": {
                **_envelope(plan, meta, folding, own),
                **({TASK_TOKEN: expression(f"{_CONTEXT}.Task.Token")} if plan.form.waits_for_token else {}),
                "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": _EXECUTION,
            },
        },
        **time_limit(plan.boundary),
    }


def _envelope(plan: ChildPlan, meta: Meta, folding: Folding, own: OwnContext) -> States:
    carrier, parts = plan.generated.carrier, parts_of_call(plan.contract)
    if plan.boundary.carrier == "document" and not folding.build:
        return {part: expression(jsonata_path(_INPUT, (carrier.call, part))) for part in ("meta", *parts)}
    envelope = _meta(meta, plan.contract.version)
    found: States = {
        "meta": {
            name: value if isinstance(value, str) else expression(_text_of(value)) for name, value in envelope.items()
        }
    }
    if plan.contract.dispatched:
        return found | {part: expression(jsonata_path(f"${carrier.call}", (part,))) for part in parts}
    request = plan.contract.entries[0].request
    built = request.document.values and not folding.build
    found["request"] = expression(f"${carrier.request}") if built else packed_template(request.document, _INPUT)
    if request.variables:
        found["variables"] = variables_in_jsonata(request.variables)
    if request.context.values:
        found["context"] = context_in_jsonata(request, own)
    if plan.contract.settings:
        found["settings"] = settings_sent(plan)
    return found


def kept_in_jsonata(plan: ChildPlan, folding: Folding) -> States:
    """What of the answer is kept, and where: never the envelope, whose fields AWS may add to."""
    contract, carrier = plan.contract, plan.generated.carrier
    output = answer_in_jsonata(plan)
    in_document = plan.boundary.carrier == "document"
    returns = any(found.taken for found in contract.exits)
    assigned = assigned_in_jsonata(output, plan, folding)
    kept: States = {"Assign": assigned} if assigned else {}
    if folding.normalize:
        return {**kept, **folding.result}
    if in_document and (returns or contract.routed):
        execution = object_expression({carrier.execution: object_expression({"Output": output})})
        return {**kept, "Output": expression(f"$merge([{_INPUT}, {execution}])")}
    return {**kept, "Output": expression(_INPUT)}


def assigned_in_jsonata(answer: str, plan: ChildPlan, folding: Folding) -> States:
    """The variables that are taken of an answer; ``answer`` is the expression for it in the state's own terms."""
    contract, carrier = plan.contract, plan.generated.carrier
    in_document = plan.boundary.carrier == "document"
    returns = any(found.result.values for found in contract.exits)
    assigned: States = {}
    if not in_document and returns and not folding.normalize:
        assigned[carrier.result] = expression(f"{answer}.result")
    if not in_document and contract.routed:
        assigned[carrier.outcome] = expression(f"{answer}.outcome")
    if contract.sorts_variables:
        assigned[carrier.variables] = expression(f"{answer}.variables")
    if not contract.routed:
        for name in (variable.root[1:] for found in contract.exits for variable in found.surely_assigned):
            assigned[name] = expression(jsonata_path(f"{answer}.variables", (name,)))
    return assigned


def outcome_is(plan: ChildPlan, outcome: str) -> States:
    """The condition of the rule for an exit."""
    carrier = plan.generated.carrier
    found = f"${carrier.outcome}"
    if plan.boundary.carrier == "document":
        found = jsonata_path(_INPUT, (carrier.execution, "Output", "outcome"))
    return {"Condition": expression(f"{found} = {literal_expression(outcome)}")}
