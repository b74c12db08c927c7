"""Answers that are not the child's output as it is: of an EXPRESS child, and that a child has been started.

An EXPRESS child that fails makes no error: the answer has a ``Status``, and an output, as text, or an error. So a
Choice looks at the status, a state behind it takes the output apart, and from there on all is as with any other child.
"""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.asl.source import Json
from aslsplit.plan.call_form import Failure
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.failure import failure_rules
from aslsplit.rewrite.normalize import Continuation
from aslsplit.rewrite.packing import expression, jsonata_path, object_expression

__all__ = ["answer_in_jsonata", "express_answer", "kept_acceptance", "kept_for_a_look", "reading_state"]

States = dict[str, Json]

_UNCHANGED = expression("$states.input")
_ARN, _STARTED = "ExecutionArn", "StartDate"
_LOOKED_AT = (_ARN, "Status", "Output", "Error", "Cause")


def answer_in_jsonata(plan: ChildPlan) -> str:
    """The child's output as a value, where the state that keeps parts of it is evaluated."""
    if plan.form.failure is Failure.IN_ANSWER:
        return f"$parse({_execution_in_jsonata(plan)}.Output)"
    return jsonata_path("$states.result", plan.form.output or ())


def kept_for_a_look(plan: ChildPlan) -> States:
    """The fields of the invoke state with which the answer of an EXPRESS child is kept until it has been looked at."""
    name = plan.generated.carrier.execution
    in_document = plan.boundary.carrier == "document"
    if plan.query_language == "JSONPath":
        return {"ResultPath": f"$.{name}"} if in_document else {"Assign": {f"{name}.$": "$"}, "ResultPath": None}
    answer = object_expression({part: f"$states.result.{part}" for part in _LOOKED_AT})
    if in_document:
        return {"Output": _merged(name, answer)}
    return {"Assign": {name: expression(answer)}, "Output": _UNCHANGED}


def kept_acceptance(plan: ChildPlan) -> States:
    """What the invoke state keeps of the answer that the child has been started: what the map has a place for."""
    place = plan.boundary.accepted_at
    if place is None:
        return {"ResultPath": None} if plan.query_language == "JSONPath" else {"Output": _UNCHANGED}
    if plan.query_language == "JSONPath":
        return {"ResultSelector": {f"{part}.$": f"$.{part}" for part in (_ARN, _STARTED)}, "ResultPath": str(place)}
    accepted = object_expression({part: f"$states.result.{part}" for part in (_ARN, _STARTED)})
    return {"Output": _merged(place.stem[0], accepted)}


def reading_state(plan: ChildPlan, kept: Mapping[str, Json]) -> States | None:
    """The state that takes the output of an EXPRESS child apart, without its transition. ``kept`` are the fields with
    which a call that is answered in JSON keeps what is needed. None if nothing is."""
    if not kept.get("Assign") and (kept.get("Output", _UNCHANGED), kept.get("ResultPath")) == (_UNCHANGED, None):
        return None
    if plan.query_language == "JSONata":
        return {"Type": "Pass", **{key: value for key, value in kept.items() if (key, value) != ("Output", _UNCHANGED)}}
    name = plan.generated.carrier.execution
    execution = f"$.{name}" if plan.boundary.carrier == "document" else f"${name}"
    answer = {"Output.$": f"States.StringToJson({execution}.Output)"}
    return {"Type": "Pass", "Parameters": answer, **{k: v for k, v in kept.items() if k != "ResultSelector"}}


def express_answer(
    plan: ChildPlan, reading: States | None, after: Continuation, following: States
) -> tuple[Continuation, States]:
    """How the invoke state goes on if the child is an EXPRESS machine, and the states behind it. ``after`` and
    ``following`` are what comes behind an answer that has been taken apart."""
    names = plan.generated.parent
    states: States = {}
    if reading is not None:
        states[names.read] = {**reading, **after}
        after = {"Next": names.read}
    rules: list[Json] = [{**_status_is(plan, "SUCCEEDED"), "Next": after["Next"]}]
    default = names.failed
    failing: States = {}
    if plan.boundary.errors == "rethrow":
        rules.append({**_status_is(plan, "TIMED_OUT"), "Next": names.timed_out})
        choices, default = failure_rules(plan)
        rules += choices
        cause = f"{plan.contract.workflow} did not end within the five minutes that an EXPRESS execution has"
        failing[names.timed_out] = {"Type": "Fail", "Error": "States.Timeout", "Cause": cause}
    else:
        failing[names.failed] = _surfacing(plan)
    check = {"Type": "Choice", "Choices": rules, "Default": default}
    return {"Next": names.check}, {names.check: check, **states, **following, **failing}


def _status_is(plan: ChildPlan, status: str) -> States:
    if plan.query_language == "JSONata":
        return {"Condition": expression(f"{_execution_in_jsonata(plan)}.Status = '{status}'")}
    name = plan.generated.carrier.execution
    variable = f"$.{name}.Status" if plan.boundary.carrier == "document" else f"${name}.Status"
    return {"Variable": variable, "StringEquals": status}


def _surfacing(plan: ChildPlan) -> States:
    """The error that a Task would show whose child has failed. What the answer lacks is left out of the description,
    which only a JSONata state can do."""
    execution = _execution_in_jsonata(plan)
    described = object_expression({part: f"{execution}.{part}" for part in _LOOKED_AT if part != "Output"})
    language = {} if plan.query_language == "JSONata" else {"QueryLanguage": "JSONata"}
    cause = expression(f"$string({described})")
    return {"Type": "Fail", **language, "Error": "States.TaskFailed", "Cause": cause}


def _execution_in_jsonata(plan: ChildPlan) -> str:
    name = plan.generated.carrier.execution
    return jsonata_path("$states.input", (name,)) if plan.boundary.carrier == "document" else f"${name}"


def _merged(name: str, value: str) -> str:
    return expression(f"$merge([$states.input, {object_expression({name: value})}])")
