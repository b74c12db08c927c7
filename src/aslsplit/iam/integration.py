"""What the ``Resource`` of a Task names: a function, an activity, or a call of a service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.model import State, StateMachine
from aslsplit.asl.placeholders import PART_OF_ARN

__all__ = ["Activity", "Call", "Function", "Other", "Resource", "partition_of", "resource_of"]


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function whose ARN is the resource itself."""

    arn: str


@dataclass(frozen=True, slots=True)
class Activity:
    arn: str


@dataclass(frozen=True, slots=True)
class Call:
    """``sdk``: one of the AWS SDK integrations, ``aws-sdk:service:action``. ``waits``: with ``.sync``."""

    service: str
    action: str
    sdk: bool
    waits: bool

    @property
    def name(self) -> str:
        return f"{self.service}:{self.action}"


@dataclass(frozen=True, slots=True)
class Other:
    """A token in the place of the whole resource, or what is no resource of a Task."""

    text: str


Resource = Function | Activity | Call | Other


_ARN: Final = re.compile(
    rf"arn:(?P<partition>{PART_OF_ARN}):(?P<service>\w+):{PART_OF_ARN}:{PART_OF_ARN}:(?P<rest>.*)", re.DOTALL
)
_CALL: Final = re.compile(
    r"(?P<sdk>aws-sdk:)?(?P<service>[A-Za-z0-9-]+):(?P<action>[A-Za-z0-9]+)"
    r"(?P<pattern>\.sync(?::\d+)?|\.waitForTaskToken)?"
)


def resource_of(text: str) -> Resource:
    """
    >>> resource_of("arn:aws:states:::ecs:runTask.sync")
    Call(service='ecs', action='runTask', sdk=False, waits=True)
    >>> resource_of("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:Charge")
    Function(arn='arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:Charge')
    >>> resource_of("${ChargeAction}")
    Other(text='${ChargeAction}')
    """
    found = _ARN.fullmatch(text)
    if found is None:
        return Other(text)
    if found["service"] == "lambda" and found["rest"].startswith("function:"):
        return Function(text)
    if found["service"] != "states":
        return Other(text)
    if found["rest"].startswith("activity:"):
        return Activity(text)
    call = _CALL.fullmatch(found["rest"])
    if call is None:
        return Other(text)
    waits = (call["pattern"] or "").startswith(".sync")
    return Call(call["service"], call["action"], call["sdk"] is not None, waits)


def partition_of(machine: StateMachine) -> str:
    """The one that the machine's resources name; left open where they name none, or several."""
    named = {found["partition"] for text in _resources(machine) if (found := _ARN.fullmatch(text)) is not None}
    return named.pop() if len(named) == 1 else "${AWS::Partition}"


def _resources(machine: StateMachine) -> Iterator[str]:
    for state in machine.states():
        for holder in (state.body, *_holders(state)):
            if isinstance(text := holder.get("Resource"), str):
                yield str(text)


def _holders(state: State) -> Iterator[dict[str, object]]:
    for field in ("ItemReader", "ResultWriter"):
        if isinstance(value := state.body.get(field), dict):
            yield value
