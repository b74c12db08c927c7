"""What the role of a machine must be allowed, derived from its states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aslsplit.asl.model import State, StateMachine, StateType
from aslsplit.iam.arns import Place
from aslsplit.iam.functions import invoke, invoked, taken_for_function
from aslsplit.iam.integration import Activity, Call, Function, Other, partition_of, resource_of
from aslsplit.iam.machines import call_of_machine
from aslsplit.iam.need import ASSUMED, Found, Gap
from aslsplit.iam.payload import payload_of
from aslsplit.iam.policy import Policy
from aslsplit.iam.statements import policy_for

__all__ = ["policy_of"]


@dataclass(frozen=True, slots=True)
class _Machine:
    place: Place
    name: str | None
    workflows: Mapping[str, str] = field(default_factory=dict)


def policy_of(machine: StateMachine, *, name: str | None = None, workflows: Mapping[str, str] | None = None) -> Policy:
    """Of a whole machine, whoever wrote it: a monolith, a parent, a child.

    ``name`` is the state machine's own, which it needs where it starts executions of itself. ``workflows`` are the
    names of state machines that it calls, by the ARNs in its definition: ``{"${PaymentAliasArn}": "Payment"}``.
    What the role needs besides, to log and to trace, depends on how the machine is deployed: see ``surroundings``.
    """
    own = _Machine(Place(partition_of(machine)), name, workflows or {})
    return policy_for((state.name, found) for state in machine.states() for found in _needs(state, own))


def _needs(state: State, own: _Machine) -> Iterator[Found]:
    if state.type is StateType.TASK:
        yield from _of_task(state, own)


def _of_task(state: State, own: _Machine) -> Iterator[Found]:
    match resource_of(str(state.body.get("Resource"))):
        case Function(arn):
            yield invoked(arn)
        case Activity():
            # Workers come for the work by themselves.
            return
        case Call() as call:
            yield from _of_call(call, state, own)
        case Other(text) if taken_for_function(text):
            yield Gap(ASSUMED, f"{text}, given as Resource, is taken for the ARN of a function")
            yield invoked(text)
        case Other(text):
            yield Gap("ASL562", f"what {text} stands for in the place of a resource")


def _of_call(call: Call, state: State, own: _Machine) -> Iterator[Found]:
    payload = payload_of(state)
    if call.name == "lambda:invoke":
        yield from invoke(payload, own.place)
    elif call.name in ("states:startExecution", "sfn:startExecution"):
        yield from call_of_machine(payload, own.place, own.workflows, waits=call.waits)
    elif call.name == "sfn:startSyncExecution":
        action = "states:StartSyncExecution"
        yield from call_of_machine(payload, own.place, own.workflows, waits=False, action=action)
    else:
        yield Gap("ASL562", f"what {call.name} needs")
