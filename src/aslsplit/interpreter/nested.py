"""Machines that call machines: requests, result envelopes, failures, task tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Final, Literal

from aslsplit.interpreter.clock import Clock, format_instant
from aslsplit.interpreter.errors import TASK_FAILED, TIMEOUT, DeadlinePassed, StateFailure
from aslsplit.interpreter.frame import Machine, Visit, World, identity
from aslsplit.interpreter.trace import ChildCall, Execution, TaskCall
from aslsplit.interpreter.values import MISSING, Json, compact

__all__ = ["called_from", "child_of", "complete_token", "run_child"]

_FORMS: Final = (
    ":states:startExecution",
    ":states:startExecution.sync",
    ":states:startExecution.sync:2",
    ":states:startExecution.waitForTaskToken",
    ":aws-sdk:sfn:startExecution",
    ":aws-sdk:sfn:startExecution.waitForTaskToken",
    ":aws-sdk:sfn:startSyncExecution",
)
_TOKEN_FORM: Final = ".waitForTaskToken"
_DEFAULT_TIMEOUT: Final = 99_999_999


def child_of(call: TaskCall, machines: Mapping[str, Mapping[str, Json]]) -> Mapping[str, Json] | None:
    """The definition of the machine that the call starts, if it was given."""
    if not call.resource.endswith(_FORMS) or not isinstance(call.payload, dict):
        return None
    arn = str(call.payload.get("StateMachineArn"))
    return machines.get(called_from(arn, call.state), machines.get(arn))


def called_from(arn: str, state: str) -> str:
    """What a definition is given by that is meant for the calls of one state only."""
    return f"{arn} called from {state}"


def run_child(visit: Visit, call: TaskCall, definition: Mapping[str, Json]) -> Json:
    """The task result of the call. Raises ``StateFailure`` as AWS fails the Task."""
    recorder = visit.world.recorder
    before, entered = len(recorder.calls), len(recorder.steps)
    with visit.world.clock.deadline(call.timeout_seconds) as number:
        try:
            return _result(visit, call, definition)
        except DeadlinePassed as passed:
            if passed.number != number:
                raise
            at_work = not (recorder.children and recorder.children[-1].call is call)
            if at_work and call.resource.endswith(_TOKEN_FORM):
                made, gone_through = range(before, len(recorder.calls)), range(entered, len(recorder.steps))
                recorder.children.append(ChildCall(call, "TIMED_OUT", calls=made, steps=gone_through, unanswered=True))
            raise StateFailure(TIMEOUT, None) from None


def _result(visit: Visit, call: TaskCall, definition: Mapping[str, Json]) -> Json:
    world = visit.world
    form = call.resource.split(":startExecution")[-1] if ":startExecution" in call.resource else "express"
    machine, given = _machine(world, call, definition, form)
    token = visit.token if form in (_TOKEN_FORM, ".sync", ".sync:2") else None
    if token is not None:
        world.tokens[token] = MISSING
    began, before, entered = world.clock.now, len(world.recorder.calls), len(world.recorder.steps)
    with world.clock.aside() if form == "" and not world.awaits_all else nullcontext():
        ended = world.run_machine(machine, given)
    made, gone_through = range(before, len(world.recorder.calls)), range(entered, len(world.recorder.steps))
    sent = world.tokens.pop(token, MISSING) if token is not None else MISSING
    unanswered = form == _TOKEN_FORM and sent is MISSING
    ending = (ended.status, ended.output, ended.error, ended.cause)
    world.recorder.children.append(ChildCall(call, *ending, made, gone_through, unanswered))
    if isinstance(sent, StateFailure):
        raise sent
    if sent is not MISSING:
        return sent
    match form:
        case "":
            return _started(call, machine, began)
        case _ if unanswered:
            # Nobody is left who could send the token.
            world.clock.advance(call.timeout_seconds or call.heartbeat_seconds or _DEFAULT_TIMEOUT)
            raise StateFailure(TIMEOUT, None)
        case "express":
            return _express(call, machine, given, ended, began, world.clock)
    return _synchronous(call, machine, given, ended, began, world.clock, parsed=form == ".sync:2")


def complete_token(world: World, call: TaskCall) -> Json | None:
    """Answers SendTaskSuccess and SendTaskFailure for a Task that waits in this run; None for any other call."""
    action = call.resource.rsplit(":", 1)[-1]
    if action not in ("sendTaskSuccess", "sendTaskFailure") or not isinstance(call.payload, dict):
        return None
    token = call.payload.get("TaskToken")
    if world.tokens.get(str(token)) is not MISSING:
        return None
    if action == "sendTaskSuccess":
        output = call.payload.get("Output")
        world.tokens[str(token)] = json.loads(output) if isinstance(output, str) else output
    else:
        world.tokens[str(token)] = StateFailure(call.payload.get("Error"), call.payload.get("Cause"))
    world.recorder.children.append(ChildCall(call, "SUCCEEDED", {}))
    return {}


def _machine(world: World, call: TaskCall, definition: Mapping[str, Json], form: str) -> tuple[Machine, Json]:
    """The execution that the call starts, and its input."""
    arn = str(call.payload["StateMachineArn"])
    prefix, name = identity(arn)
    given = _input(call)
    number = world.count(("execution", name))
    execution = call.payload.get("Name") or f"{name}-{number}"
    identifier = f"{prefix}:{'express' if form == 'express' else 'execution'}:{name}:{execution}"
    if form != "express":
        if (arn, execution) in world.names:
            raise _refused(call, "ExecutionAlreadyExists", f"Execution Already Exists: '{identifier}'")
        world.names.add((arn, execution))
    context = {
        "Execution": {
            "Id": identifier,
            "Input": given,
            "Name": execution,
            "RoleArn": f"arn:aws:iam::123456789012:role/{name}",
            "StartTime": world.clock.text,
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": f"{prefix}:stateMachine:{name}", "Name": name},
    }
    kind: Literal["STANDARD", "EXPRESS"] = "EXPRESS" if form == "express" else "STANDARD"
    return Machine(name, definition, context, world, kind, call.path), given


def _input(call: TaskCall) -> Json:
    """Null and absent become ``{}``; a string is taken as JSON text."""
    given = call.payload.get("Input")
    if given is None:
        return {}
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        raise _refused(call, "InvalidExecutionInput", "Invalid State Machine Execution Input") from None


def _refused(call: TaskCall, code: str, text: str) -> StateFailure:
    if ":aws-sdk:" in call.resource:
        return StateFailure(f"Sfn.{code}Exception", f"{text} (Service: Sfn, Status Code: 400, Request ID: request)")
    detail = f"(Service: AWSStepFunctions; Status Code: 400; Error Code: {code}; Request ID: request; Proxy: null)"
    return StateFailure(f"StepFunctions.{code}Exception", f"{text} {detail}")


def _started(call: TaskCall, machine: Machine, began: float) -> Json:
    sdk = ":aws-sdk:" in call.resource
    started = {
        "ExecutionArn": machine.context["Execution"]["Id"],
        "StartDate": format_instant(began) if sdk else round(began * 1000),
    }
    if sdk:
        return started
    return {
        **started,
        "SdkHttpMetadata": {"AllHttpHeaders": {}, "HttpHeaders": {}, "HttpStatusCode": 200},
        "SdkResponseMetadata": {"RequestId": "request"},
    }


def _synchronous(
    call: TaskCall, machine: Machine, given: Json, ended: Execution, began: float, clock: Clock, *, parsed: bool
) -> Json:
    """DescribeExecution in PascalCase, keys in alphabetical order; failures carry it as the text of the cause."""
    succeeded = ended.status == "SUCCEEDED"
    described: dict[str, Json] = {
        "ExecutionArn": machine.context["Execution"]["Id"],
        "Input": given if parsed and succeeded else compact(given),
        "InputDetails": {"Included": True},
        "Name": machine.context["Execution"]["Name"],
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE" if succeeded else "REDRIVABLE",
        "StartDate": round(began * 1000),
        "StateMachineArn": machine.context["StateMachine"]["Id"],
        "Status": ended.status,
        "StopDate": clock.milliseconds,
        **_qualified(str(call.payload["StateMachineArn"])),
    }
    if succeeded:
        described["Output"] = ended.output if parsed else compact(ended.output)
        described["OutputDetails"] = {"Included": True}
        described["RedriveStatusReason"] = "Execution is SUCCEEDED and cannot be redriven"
        return dict(sorted(described.items()))
    if ended.error is not None:
        described["Error"] = ended.error
    if ended.cause is not None:
        described["Cause"] = ended.cause
    raise StateFailure(TASK_FAILED, compact(dict(sorted(described.items()))))


def _qualified(arn: str) -> dict[str, str]:
    """What the answer tells when an alias or a version was called."""
    parts = arn.split(":")
    if len(parts) != 8 or parts[5] != "stateMachine":
        return {}
    if parts[7].isdecimal():
        return {"StateMachineVersionArn": arn}
    return {"StateMachineAliasArn": arn, "StateMachineVersionArn": ":".join(parts[:7]) + ":1"}


def _express(call: TaskCall, machine: Machine, given: Json, ended: Execution, began: float, clock: Clock) -> Json:
    """StartSyncExecution succeeds even where the child failed: its ``Status`` tells."""
    response: dict[str, Json] = {
        "BillingDetails": {"BilledDurationInMilliseconds": 100, "BilledMemoryUsedInMB": 64},
        "ExecutionArn": machine.context["Execution"]["Id"],
        "Input": compact(given),
        "InputDetails": {"Included": True},
        "Name": machine.context["Execution"]["Name"],
        "StartDate": format_instant(began),
        "StateMachineArn": call.payload["StateMachineArn"],
        "Status": ended.status,
        "StopDate": clock.text,
    }
    if ended.status == "SUCCEEDED":
        response["Output"] = compact(ended.output)
        response["OutputDetails"] = {"Included": True}
    if ended.error is not None:
        response["Error"] = ended.error
    if ended.cause is not None:
        response["Cause"] = ended.cause
    return dict(sorted(response.items()))
