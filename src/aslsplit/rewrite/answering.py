"""A child that answers a task token, which its caller waits for.

All its other states run in the one branch of a Parallel state, so that a single catcher sees whatever they fail with,
Pass and Choice states included (``docs/decisions/0027-callback.md``). One state sends the response, one the failure.
The child's own output and error are what it has sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aslsplit.asl.model import QueryLanguage, State, StateMachine
from aslsplit.asl.source import Json
from aslsplit.plan.generated import AnsweringNames
from aslsplit.rewrite.envelope import TASK_TOKEN
from aslsplit.rewrite.packing import expression, object_expression

__all__ = ["answering", "changed_answering", "running_state"]

_TOKEN: Final = f"$$.Execution.Input.{TASK_TOKEN}"
_TOKEN_IN_JSONATA: Final = f"$states.context.Execution.Input.{TASK_TOKEN}"
_INPUT: Final = "$states.input"
_RETRY: Final = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 3}]
"""An answer that is lost leaves the caller waiting, and a token that has been answered takes no second one."""

_SENDING: Final = (":sfn:sendTaskSuccess", ":sfn:sendTaskFailure")
_UNNAMED: Final = "UnnamedError"
_UNCAUSED: Final = "no cause was given"


def answering(names: AnsweringNames, inside: Json, partition: str, language: QueryLanguage) -> dict[str, Json]:
    """``StartAt`` and ``States`` of the child whose other states are ``inside``."""
    in_jsonata = language == "JSONata"
    return {
        "StartAt": names.run,
        "States": {
            names.run: {
                "Type": "Parallel",
                "Branches": [inside],
                **({"Output": expression("$states.result[0]")} if in_jsonata else {"OutputPath": "$[0]"}),
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": names.send_failure}],
                "Next": names.send_response,
            },
            names.send_response: {
                "Type": "Task",
                "Resource": f"arn:{partition}:states:::aws-sdk:sfn:sendTaskSuccess",
                **(_response_in_jsonata() if in_jsonata else _response()),
                "Retry": _RETRY,
                # A response that cannot be sent, for its size, is a failure to be told like any other.
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": names.send_failure}],
                "End": True,
            },
            names.send_failure: {
                "Type": "Task",
                **_language(in_jsonata),
                "Resource": f"arn:{partition}:states:::aws-sdk:sfn:sendTaskFailure",
                "Arguments": expression(_failure()),
                "Output": expression(_INPUT),
                "Retry": _RETRY,
                # Whatever became of the message, the child ends with its own error.
                "Catch": [{"ErrorEquals": ["States.ALL"], "Output": expression(_INPUT), "Next": names.failed}],
                "Next": names.failed,
            },
            names.failed: {
                "Type": "Fail",
                **_language(in_jsonata),
                "Error": expression(_if_there("Error", _UNNAMED)),
                "Cause": expression(_if_there("Cause", _UNCAUSED)),
            },
        },
    }


def running_state(definition: Json) -> str | None:
    """The state of a child as it lies on disk in whose branch its other states run."""
    name, states = definition["StartAt"], definition["States"]
    holds_all = states[name]["Type"] == "Parallel" and len(states[name]["Branches"]) == 1
    sends = any(str(body.get("Resource")).endswith(_SENDING) for body in states.values())
    return name if holds_all and sends else None


def changed_answering(machine: StateMachine, names: AnsweringNames) -> Iterator[tuple[str, State | None]]:
    """The states of a child as it lies on disk that no longer pass on how the others end, or that are gone. When and
    how often they try is the child's own affair."""
    written = answering(names, {}, "aws", machine.query_language)["States"]
    for name, body in written.items():
        state = machine.top.states.get(name)
        if state is None or _essence(state.body) != _essence(body):
            yield name, state


def _essence(body: Mapping[str, Json]) -> Json:
    kept = {key: value for key, value in body.items() if key not in ("Branches", "Comment", "Retry")}
    return kept | ({"Resource": kept["Resource"].rpartition(":::")[2]} if "Resource" in kept else {})


def _language(in_jsonata: bool) -> dict[str, Json]:
    """Only an object expression leaves out what is absent."""
    return {} if in_jsonata else {"QueryLanguage": "JSONata"}


def _response() -> dict[str, Json]:
    return {"Parameters": {"TaskToken.$": _TOKEN, "Output.$": "$"}, "ResultPath": None}


def _response_in_jsonata() -> dict[str, Json]:
    sent = {"TaskToken": expression(_TOKEN_IN_JSONATA), "Output": expression(_INPUT)}
    return {"Arguments": sent, "Output": expression(_INPUT)}


def _failure() -> str:
    error = {part: f"{_INPUT}.{part}" for part in ("Error", "Cause")}
    return object_expression({"TaskToken": _TOKEN_IN_JSONATA, **error})


def _if_there(part: str, otherwise: str) -> str:
    return f"$exists({_INPUT}.{part}) ? {_INPUT}.{part} : '{otherwise}'"
