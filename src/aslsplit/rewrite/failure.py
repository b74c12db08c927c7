"""How the parent fails when a child does: with the child's own error name and cause, so that alarms, callers and
enclosing handlers still see them. What goes wrong when the child is started fails the parent as it is.

The error output of a failed child is ``States.TaskFailed`` with a description of the execution as JSON text. Any other
error comes from starting it, and its cause is a sentence. An EXPRESS child that fails is an answer like any other,
which has the error and the cause as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.plan.call_form import Failure
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.packing import Template, expression, jsonata_path, object_expression

__all__ = ["catcher", "failure_rules", "failure_states"]

_ERROR, _CAUSE = "Error", "Cause"


def catcher(plan: ChildPlan) -> Template:
    """Of the invoke state. JSONata can tell the errors apart at once, JSONPath keeps what there is for a state of its
    own."""
    carrier = plan.generated.carrier
    in_document = plan.boundary.carrier == "document"
    if plan.query_language == "JSONata":
        described = _described("$states.errorOutput")
        kept: Template = {"Assign": {carrier.error: expression(described)}, "Output": expression("$states.input")}
        if in_document:
            kept = {"Output": _merged(carrier.error, described)}
        return {"ErrorEquals": ["States.TaskFailed"], **kept, "Next": _first(plan)}
    kept = {"Assign": {f"{carrier.error}.$": "$"}, "ResultPath": None}
    if in_document:
        kept = {"ResultPath": f"$.{carrier.error}"}
    return {"ErrorEquals": ["States.TaskFailed"], **kept, "Next": plan.generated.parent.read_error}


def failure_states(plan: ChildPlan) -> dict[str, Json]:
    """A timed out task has no cause and a bare Fail state has neither name nor cause. A value that is not there would
    be an error of its own, so what may be absent is asked for first."""
    names, errors, words = plan.generated.parent, plan.contract.errors, _words(plan)
    lacking = names.failed_without
    states: dict[str, Json] = {}
    if plan.form.failure is Failure.DESCRIBED:
        if plan.query_language == "JSONPath":
            states[names.read_error] = _reading(plan)
        choices, default = failure_rules(plan)
        if choices:
            states[names.which_failure] = {"Type": "Choice", "Choices": choices, "Default": default}
    states[names.failed] = {"Type": "Fail", **words.given(_ERROR), **words.given(_CAUSE)}
    if errors.unnamed or errors.uncaused:
        states[lacking["cause"]] = {"Type": "Fail", **words.given(_ERROR)}
    if errors.unnamed:
        states[lacking["error"]] = {"Type": "Fail", **words.given(_CAUSE)}
        states[lacking["both"]] = {"Type": "Fail"}
    return states


def failure_rules(plan: ChildPlan) -> tuple[list[Json], str]:
    """The rules that find the Fail state for what there is of an error and a cause, and the one that is left."""
    names, errors, words = plan.generated.parent, plan.contract.errors, _words(plan)
    lacking = names.failed_without
    if errors.unnamed:
        choices = [
            {**words.asks((_ERROR, _CAUSE)), "Next": names.failed},
            {**words.asks((_ERROR,)), "Next": lacking["cause"]},
            {**words.asks((_CAUSE,)), "Next": lacking["error"]},
        ]
        return choices, lacking["both"]
    if errors.uncaused:
        return [{**words.asks((_CAUSE,)), "Next": names.failed}], lacking["cause"]
    return [], names.failed


def _first(plan: ChildPlan) -> str:
    """The state that knows what the child failed with."""
    names, errors = plan.generated.parent, plan.contract.errors
    return names.which_failure if errors.unnamed or errors.uncaused else names.failed


def _reading(plan: ChildPlan) -> Template:
    """The state that takes the description apart, which only a JSONata state can do if there is one."""
    name = plan.generated.carrier.error
    body: Template = {"Type": "Pass", "QueryLanguage": "JSONata"}
    if plan.boundary.carrier == "document":
        return {
            **body,
            "Output": _merged(name, _described(jsonata_path("$states.input", (name,)))),
            "Next": _first(plan),
        }
    return {**body, "Assign": {name: expression(_described(f"${name}"))}, "Next": _first(plan)}


def _described(error: str) -> str:
    """What the child failed with; the error itself if the child was not started."""
    return f"{error}.Error = 'States.TaskFailed' ? $parse({error}.Cause) : {error}"


def _merged(name: str, value: str) -> str:
    return expression(f"$merge([$states.input, {object_expression({name: value})}])")


@dataclass(frozen=True, slots=True)
class _Words:
    """How a language says it: the field of a Fail state for a part of the error, and the rule that asks whether all of
    the parts are there."""

    given: Callable[[str], Template]
    asks: Callable[[tuple[str, ...]], Template]


def _words(plan: ChildPlan) -> _Words:
    carrier = plan.generated.carrier
    name = carrier.execution if plan.form.failure is Failure.IN_ANSWER else carrier.error
    in_document = plan.boundary.carrier == "document"
    if plan.query_language == "JSONata":
        found = jsonata_path("$states.input", (name,)) if in_document else f"${name}"
        return _Words(
            given=lambda part: {part: expression(f"{found}.{part}")},
            asks=lambda parts: {"Condition": expression(" and ".join(f"$exists({found}.{part})" for part in parts))},
        )
    path = f"$.{name}" if in_document else f"${name}"

    def asks(parts: tuple[str, ...]) -> Template:
        tests = [{"Variable": f"{path}.{part}", "IsPresent": True} for part in parts]
        return tests[0] if len(tests) == 1 else {"And": tests}

    return _Words(given=lambda part: {f"{part}Path": f"{path}.{part}"}, asks=asks)
