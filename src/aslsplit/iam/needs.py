"""What the role of a machine must be allowed, derived from its states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aslsplit.asl.model import State, StateMachine, StateType
from aslsplit.iam.arns import Place
from aslsplit.iam.calls import Owner, needs_of_call
from aslsplit.iam.functions import invoked, taken_for_function
from aslsplit.iam.integration import Activity, Call, Function, Other, partition_of, resource_of
from aslsplit.iam.maps import needs_of_map
from aslsplit.iam.need import ASSUMED, Found, Gap
from aslsplit.iam.payload import Payload, payload_of
from aslsplit.iam.policy import Policy
from aslsplit.iam.rules import allow, found_for
from aslsplit.iam.statements import policy_for

__all__ = ["needs_of", "policy_of"]


def policy_of(machine: StateMachine, *, name: str | None = None, workflows: Mapping[str, str] | None = None) -> Policy:
    """Of a whole machine, whoever wrote it: a monolith, a parent, a child.

    ``name`` is the state machine's own, which it needs where it starts executions of itself. ``workflows`` are the
    names of state machines that it calls, by the ARNs in its definition: ``{"${PaymentAliasArn}": "Payment"}``.
    What the role needs besides, to log and to trace, depends on how the machine is deployed: see ``surroundings``.
    """
    return policy_for(needs_of(machine, name, workflows or {}))


def needs_of(machine: StateMachine, name: str | None, workflows: Mapping[str, str]) -> tuple[tuple[str, Found], ...]:
    """State by state, in the order of the machine."""
    owner = Owner(Place(partition_of(machine)), name, workflows)
    return tuple((state.name, found) for state in machine.states() for found in _needs(state, owner))


def _needs(state: State, owner: Owner) -> Iterator[Found]:
    if state.type is StateType.MAP:
        yield from needs_of_map(state, owner)
    elif state.type is StateType.TASK:
        found = _of_task(state, owner)
        yield from found if "Credentials" not in state.body else _in_role(state, owner, found)


def _of_task(state: State, owner: Owner) -> Iterator[Found]:
    match resource_of(str(state.body.get("Resource"))):
        case Function(arn):
            yield invoked(arn)
        case Activity():
            # Workers come for the work by themselves.
            return
        case Call() as call:
            yield from needs_of_call(call, payload_of(state), owner)
        case Other(text) if taken_for_function(text):
            yield Gap(ASSUMED, f"{text}, given as Resource, is taken for the ARN of a function")
            yield invoked(text)
        case Other(text):
            yield Gap("ASL562", f"what {text} is in the place of a resource")


_ASSUME: Final = allow("sts:AssumeRole", "iam::account:role/{RoleArn}")


def _in_role(state: State, owner: Owner, found: Iterator[Found]) -> Iterator[Found]:
    """The machine's own role takes on another one, and that one makes the call."""
    credentials = Payload(state.body["Credentials"], state.query_language)
    yield from found_for((_ASSUME,), credentials, owner.place, waits=False)
    actions = tuple(dict.fromkeys(action for one in found for action in one.actions))
    yield Gap("ASL564", "the role that Credentials names, which makes the call", actions)
