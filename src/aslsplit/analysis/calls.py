"""Calls of other state machines: which states make them, what they send, and what comes back.

The answer to a call is a root of its own, so that whoever reads of it can be found as with any other value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Final

from aslsplit.analysis.effects import Effects
from aslsplit.analysis.jsonata_states import jsonata_effects, sent_in_jsonata
from aslsplit.analysis.jsonpath_states import jsonpath_effects, sent_in_jsonpath
from aslsplit.analysis.shapes import Copy, Given, Record, Shape, project
from aslsplit.asl.model import Scope, State, StateMachine, StateType
from aslsplit.asl.placeholders import PART_OF_ARN, TOKEN
from aslsplit.asl.source import Json, Pointer

__all__ = [
    "Waiting",
    "answer_of",
    "called_arn",
    "input_sent",
    "machine_key",
    "machines_by_name",
    "names_a_version",
    "place_of_arn",
    "starts_a_machine",
    "taken_apart",
    "waiting_of",
    "with_answer",
]

_STARTS: Final = re.compile(
    rf"arn:{PART_OF_ARN}:states:{PART_OF_ARN}:{PART_OF_ARN}:(states:startExecution|aws-sdk:sfn:start(Sync)?Execution)"
    r"(\.sync(:2)?|\.waitForTaskToken)?"
)


class Waiting(Enum):
    """What the answer of a call is."""

    AS_JSON = "the output of the child, as JSON"
    AS_TEXT = "the output of the child, as text"
    STARTED = "that the execution was started"
    TOKEN = "what somebody sends with the task token"


def starts_a_machine(state: State) -> bool:
    resource = state.body.get("Resource")
    return state.type is StateType.TASK and isinstance(resource, str) and _STARTS.fullmatch(resource) is not None


def waiting_of(state: State) -> Waiting:
    """Of a state that starts a machine."""
    resource: str = state.body["Resource"]
    if resource.endswith(".waitForTaskToken"):
        return Waiting.TOKEN
    if resource.endswith(".sync:2"):
        return Waiting.AS_JSON
    return Waiting.AS_TEXT if resource.endswith((".sync", ":startSyncExecution")) else Waiting.STARTED


def _payload(state: State) -> Json:
    return state.body.get("Arguments" if state.query_language == "JSONata" else "Parameters")


def called_arn(state: State) -> str | None:
    """None if data decides."""
    payload = _payload(state)
    arn = payload.get("StateMachineArn") if isinstance(payload, dict) else None
    return arn if isinstance(arn, str) and not arn.startswith("{%") else None


def machines_by_name(machines: Iterable[StateMachine]) -> Mapping[str, StateMachine]:
    found: dict[str, StateMachine] = {}
    for machine in machines:
        file = machine.source.name.replace("\\", "/").rpartition("/")[2].partition(".")[0]
        key = machine_key(machine.source.resource or file)
        if key:
            found.setdefault(key, machine)
    return found


def place_of_arn(state: State) -> Pointer:
    """Relative to the state."""
    field = "Arguments" if state.query_language == "JSONata" else "Parameters"
    payload = _payload(state)
    keys = ("StateMachineArn", "StateMachineArn.$")
    found = next((key for key in keys if isinstance(payload, dict) and key in payload), None)
    return () if found is None else (field, found)


def names_a_version(arn: str) -> bool:
    """A qualifier behind the name, or a placeholder whose name says that there will be one."""
    if re.search(r"alias|version", arn, re.IGNORECASE):
        return True
    return ":" in re.sub(TOKEN, "", arn.partition(":stateMachine:")[2])


_SAYS_NOTHING = re.compile(r"statemachine|workflow|machine|alias|version|arn|sfn")


def machine_key(text: str) -> str:
    """Makes ``${PaymentWorkflowAliasArn}``, ``…:stateMachine:Payment:live`` and ``payment.asl.json`` one."""
    name = text.partition(":stateMachine:")[2].partition(":")[0] or text
    return _SAYS_NOTHING.sub("", re.sub(r"[^a-z0-9]", "", name.lower()))


_PARSED: Final = re.compile(r"(?:States\.StringToJson|\$parse)\((\$[\w.]*\.Output)\)")


def taken_apart(machine: StateMachine) -> StateMachine:
    """As if calls that answer with text answered with JSON: where an Output is parsed stands the Output itself."""
    return replace(machine, top=_apart_in(machine.top))


def _apart_in(scope: Scope) -> Scope:
    states = {
        name: replace(
            state,
            body={key: _apart(value) for key, value in state.body.items()},
            scopes=tuple(map(_apart_in, state.scopes)),
        )
        for name, state in scope.states.items()
    }
    return replace(scope, states=states)


def _apart(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _apart(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_apart(member) for member in value]
    return _PARSED.sub(r"\1", value) if isinstance(value, str) else value


def input_sent(state: State) -> Shape:
    """What the child gets as its input, over what was there when the state began."""
    payload = (sent_in_jsonata if state.query_language == "JSONata" else sent_in_jsonpath)(state)
    if isinstance(payload, Record) and "Input" not in payload.members:
        return Given({})
    sent = project(payload, ("Input",))
    return Given({}) if sent == Given(None) else sent


def answer_of(state: State) -> str:
    """The root at which the answer to this call is found, in the state itself and behind it."""
    return f"answer of {state.name}"


def with_answer(effects: Effects) -> Effects:
    """The effects of a call, in which the answer is a value at ``answer_of`` and not something unknown."""
    state, answer = effects.state, Copy(answer_of(effects.state))
    again = jsonata_effects if state.query_language == "JSONata" else jsonpath_effects
    return replace(effects, passages=again(state, (), result=answer).passages)
