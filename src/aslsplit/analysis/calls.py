"""Tasks that start executions of other state machines, and which machine an ARN means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from aslsplit.asl.model import State, StateMachine, StateType

__all__ = ["called_arn", "key_of_machine", "machines_by_name", "starts_a_machine"]


def starts_a_machine(state: State) -> bool:
    resource = state.body.get("Resource")
    return state.type is StateType.TASK and isinstance(resource, str) and _STARTS.fullmatch(resource) is not None


def called_arn(state: State) -> str | None:
    payload = state.body.get("Parameters", state.body.get("Arguments"))
    arn = payload.get("StateMachineArn") if isinstance(payload, dict) else None
    return arn if isinstance(arn, str) and not arn.startswith("{%") else None


def machines_by_name(machines: Iterable[StateMachine]) -> Mapping[str, StateMachine]:
    found: dict[str, StateMachine] = {}
    for machine in machines:
        file = machine.source.name.replace("\\", "/").rpartition("/")[2].partition(".")[0]
        key = key_of_machine(machine.source.resource or file)
        if key:
            found.setdefault(key, machine)
    return found


_SAYS_NOTHING = re.compile(r"statemachine|workflow|machine|alias|version|arn|sfn")


def key_of_machine(text: str) -> str:
    """Makes ``${PaymentWorkflowAliasArn}``, ``…:stateMachine:Payment:live`` and ``payment.asl.json`` one."""
    name = text.partition(":stateMachine:")[2].partition(":")[0] or text
    return _SAYS_NOTHING.sub("", re.sub(r"[^a-z0-9]", "", name.lower()))


_STARTS = re.compile(
    r"arn:[^:]*:states:[^:]*:[^:]*:(states:startExecution|aws-sdk:sfn:start(Sync)?Execution)"
    r"(\.sync(:2)?|\.waitForTaskToken)?"
)
