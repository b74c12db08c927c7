"""Calls of other state machines, and executions that a machine starts of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from aslsplit.analysis.calls import names_a_version
from aslsplit.iam.arns import Place
from aslsplit.iam.need import Found, Gap, Need
from aslsplit.iam.payload import Payload, Unsaid

__all__ = ["WATCH", "call_of_machine", "managed_rule"]

WATCH: Final = ("states:DescribeExecution", "states:StopExecution")
_RULE: Final = ("events:DescribeRule", "events:PutRule", "events:PutTargets")
_PART: Final = r"(?:\$\{[^}]*\}|[^:])*"
_MACHINE: Final = re.compile(rf"(?P<place>arn:{_PART}:states:{_PART}:{_PART}):stateMachine:(?P<name>{_PART})(?::.+)?")


def managed_rule(name: str, place: Place) -> Need:
    """The rule of EventBridge by which Step Functions is told of the end of a job that it waits for."""
    return Need(_RULE, (place.arn(f"events:region:account:rule/{name}"),))


def call_of_machine(
    payload: Payload, place: Place, workflows: Mapping[str, str], *, waits: bool, action: str = "states:StartExecution"
) -> Iterator[Found]:
    """A version or an alias is authorised as the state machine that it belongs to: a policy that names it denies the
    call. ``workflows`` are the names of state machines by the ARNs with which they are called."""
    for arn in payload.values("StateMachineArn"):
        if isinstance(arn, Unsaid):
            why = "comes from data" if arn is Unsaid.DATA else "is not given"
            watch = WATCH if waits else ()
            yield Gap("ASL561", f"which state machine is started: StateMachineArn {why}", (action, *watch))
        elif (named := _named(arn, place, workflows)) is not None:
            machine, executions = named
            yield Need((action,), (machine,))
            if waits:
                yield Need(WATCH, (executions,))
        else:
            yield from _behind_token(arn, waits, action)
    if waits:
        yield managed_rule("StepFunctionsGetEventsForStepFunctionsExecutionRule", place)


def _named(arn: str, place: Place, workflows: Mapping[str, str]) -> tuple[str, str] | None:
    """The ARNs of the state machine and of its executions."""
    if arn in workflows:
        name = workflows[arn]
        return place.arn(f"states:region:account:stateMachine:{name}"), place.arn(
            f"states:region:account:execution:{name}:*"
        )
    found = _MACHINE.fullmatch(arn)
    if found is None:
        return None
    return f"{found['place']}:stateMachine:{found['name']}", f"{found['place']}:execution:{found['name']}:*"


def _behind_token(arn: str, waits: bool, action: str) -> Iterator[Found]:
    if names_a_version(arn):
        what = f"the state machine that {arn} is a version or an alias of"
        yield Gap("ASL561", what, (action, *(WATCH if waits else ())))
        return
    yield Need((action,), (arn,))
    if waits:
        yield Gap("ASL561", f"the name of the state machine {arn}, by which its executions are called", WATCH)
