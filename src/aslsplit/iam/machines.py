"""Calls of other state machines, and executions that a machine starts of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from aslsplit.analysis.calls import names_a_version
from aslsplit.asl.placeholders import PART_OF_ARN
from aslsplit.iam.arns import Place, missing_of, no_arn_of
from aslsplit.iam.need import Found, Gap, Need
from aslsplit.iam.payload import Payload, Unsaid
from aslsplit.iam.rules import found_for, managed_rule

__all__ = ["WATCH", "call_of_machine"]

WATCH: Final = ("states:DescribeExecution", "states:StopExecution")
_RULE: Final = managed_rule("StepFunctionsGetEventsForStepFunctionsExecutionRule")
_ARN: Final = "StateMachineArn"
_MACHINE: Final = re.compile(
    rf"(?P<place>arn:{PART_OF_ARN}:states:{PART_OF_ARN}:{PART_OF_ARN}):stateMachine:(?P<name>{PART_OF_ARN})(?::.+)?"
)


def call_of_machine(
    payload: Payload, place: Place, workflows: Mapping[str, str], *, waits: bool, action: str = "states:StartExecution"
) -> Iterator[Found]:
    """A version or an alias is authorised as the state machine that it belongs to: a policy that names it denies the
    call. ``workflows`` are the names of state machines by the ARNs with which they are called."""
    for arn in payload.values(_ARN):
        if isinstance(arn, Unsaid):
            yield Gap("ASL561", missing_of(_ARN, arn, payload), (action, *(WATCH if waits else ())))
        elif (named := _named(arn, place, workflows)) is not None:
            machine, executions = named
            yield Need((action,), (machine,))
            if waits:
                yield Need(WATCH, (executions,))
        else:
            yield from _not_named(arn, waits, action)
    if waits:
        yield from found_for((_RULE,), payload, place, waits=True)


def _named(arn: str, place: Place, workflows: Mapping[str, str]) -> tuple[str, str] | None:
    """The ARNs of the state machine and of its executions."""
    found = _MACHINE.fullmatch(arn)
    if found is not None:
        return f"{found['place']}:stateMachine:{found['name']}", f"{found['place']}:execution:{found['name']}:*"
    name = workflows.get(arn)
    if name is None:
        return None
    here = "states:region:account"
    return place.arn(f"{here}:stateMachine:{name}"), place.arn(f"{here}:execution:{name}:*")


def _not_named(arn: str, waits: bool, action: str) -> Iterator[Found]:
    if not arn.startswith("${") or names_a_version(arn):
        is_token = arn.startswith("${")
        why = f"the state machine that {arn} is a version or an alias of" if is_token else no_arn_of(_ARN, arn)
        yield Gap("ASL561", why, (action, *(WATCH if waits else ())))
        return
    yield Need((action,), (arn,))
    if waits:
        yield Gap("ASL561", f"the name of the state machine {arn}, by which its executions are called", WATCH)
