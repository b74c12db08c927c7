"""What roles need after a split that they did not need before: to start children, and the resources that moved.

A call with ``.sync:2`` starts the child, watches it, stops it when the parent is stopped, and is told of its end by a
rule of EventBridge that Step Functions manages. An alias is authorised as the state machine it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.model import ScopeKind, State, StateMachine, StateType
from aslsplit.rewrite.extract import ExtractedChild, Extraction

__all__ = ["Grant", "Moved", "RoleChange", "permission_changes"]


@dataclass(frozen=True, slots=True)
class Grant:
    actions: tuple[str, ...]
    resource: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A resource whose states are in the child now; ``kept``: the caller has states that need it too."""

    resource: str
    target: str | None
    states: tuple[str, ...]
    kept: bool


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Of one child. ``caller`` is the child whose role is granted the call, None is the parent. ``maps`` are moved
    distributed Maps, whose machine starts executions of itself."""

    child: str
    caller: str | None
    grants: tuple[Grant, ...]
    moved: tuple[Moved, ...]
    maps: tuple[str, ...]


def permission_changes(
    parent: StateMachine, children: Mapping[str, StateMachine], extraction: Extraction
) -> tuple[RoleChange, ...]:
    found: list[RoleChange] = []
    for name, child in extraction.children.items():
        caller = child.record.caller
        left = {_needs(state) for state in (parent if caller is None else children[caller]).states()}
        moved = _moved_states(children[name], name, extraction)
        found.append(
            RoleChange(
                child.plan.boundary.of,
                caller,
                tuple(_grants(child)),
                tuple(_resources(moved, left)),
                tuple(s.name for s in moved if any(scope.kind is ScopeKind.DISTRIBUTED for scope in s.scopes)),
            )
        )
    return tuple(found)


def _grants(child: ExtractedChild) -> Iterator[Grant]:
    machine, executions, rule = _resources_of_call(child)
    yield Grant(("states:StartExecution",), machine)
    yield Grant(("states:DescribeExecution", "states:StopExecution"), executions)
    yield Grant(("events:PutTargets", "events:PutRule", "events:DescribeRule"), rule)


_MACHINE = re.compile(r"arn:(?P<partition>[^:]+):states:(?P<place>[^:]*:[^:]*):stateMachine:(?P<name>[^:]+)(:[^:]+)?")
_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"


def _resources_of_call(child: ExtractedChild) -> tuple[str, str, str]:
    """The unqualified state machine, its executions, and the rule."""
    arn = child.plan.boundary.alias_arn
    found = _MACHINE.fullmatch(arn)
    if found is None:
        workflow = child.plan.contract.workflow
        return (
            f"arn:…:states:…:stateMachine:{workflow}",
            f"arn:…:states:…:execution:{workflow}:*",
            f"arn:…:events:…:rule/{_RULE}",
        )
    partition, place, name = found["partition"], found["place"], found["name"]
    return (
        f"arn:{partition}:states:{place}:stateMachine:{name}",
        f"arn:{partition}:states:{place}:execution:{name}:*",
        f"arn:{partition}:events:{place}:rule/{_RULE}",
    )


def _moved_states(machine: StateMachine, name: str, extraction: Extraction) -> list[State]:
    """Those of the child that were the monolith's."""
    record = extraction.children[name].record
    calls = (
        state for other in extraction.children.values() if other.record.caller == name for state in other.side.states
    )
    own = {*record.responses, *record.checks, *calls}
    return [state for state in machine.states() if state.name not in own]


_Need = tuple[str, str | None]
"""A resource, and what a service integration is pointed at: a function, a table, a queue."""


def _resources(moved: Iterable[State], left: Iterable[_Need | None]) -> Iterator[Moved]:
    by_need: dict[_Need, dict[str, None]] = {}
    for state in moved:
        need = _needs(state)
        if need is not None:
            by_need.setdefault(need, {})[state.name] = None
    for need, states in by_need.items():
        yield Moved(*need, tuple(states), need in left)


def _needs(state: State) -> _Need | None:
    resource = state.body.get("Resource")
    if state.type is StateType.MAP:
        reader = state.body.get("ItemReader")
        resource = reader.get("Resource") if isinstance(reader, dict) else None
    if not isinstance(resource, str):
        return None
    payload = state.body.get("Parameters", state.body.get("Arguments"))
    return resource, _target(payload) if isinstance(payload, dict) else None


_TARGETS = (
    "FunctionName",
    "StateMachineArn",
    "TableName",
    "QueueUrl",
    "TopicArn",
    "Bucket",
    "JobName",
    "JobDefinition",
    "Cluster",
    "ProjectName",
    "EventBusName",
    "SecretId",
    "ApiEndpoint",
)


def _target(payload: Mapping[str, object]) -> str | None:
    for key in _TARGETS:
        value = payload.get(key)
        if isinstance(value, str) and expression_in(value) is None:
            return value
        if value is not None or f"{key}.$" in payload:
            return f"{key} from data"
    return None
