"""The rows of the tables: what one call of a service needs, as data.

A row says actions and the patterns of their resources, see ``arns``. An action that AWS ties to no resource is allowed
on ``*``, and its row says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from aslsplit.asl.source import Json
from aslsplit.iam.arns import ANY, Place, resolve
from aslsplit.iam.need import Found, Gap, Need, taken_for_name
from aslsplit.iam.payload import Payload, Unsaid

__all__ = [
    "Allow",
    "Ask",
    "Row",
    "Rows",
    "allow",
    "anywhere",
    "ask",
    "found_for",
    "managed_rule",
    "pass_role",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class Allow:
    """``waits``: only where the state waits with ``.sync``; ``given``: only where it gives this parameter.
    ``because``: why the resource is ``*``."""

    actions: tuple[str, ...]
    on: tuple[str, ...]
    conditions: Mapping[str, Json] = field(default_factory=dict)
    waits: bool = False
    given: str | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What the definition cannot tell, whatever it says."""

    what: str
    actions: tuple[str, ...]
    waits: bool = False


Row = Allow | Ask
Rows = Mapping[str, tuple[Row, ...]]
"""By ``service:action`` as the resource of a Task has it."""


def allow(actions: str, *on: str) -> Allow:
    """``actions`` of one service: ``dynamodb:PutItem UpdateItem``."""
    service, _, names = actions.partition(":")
    return Allow(tuple(f"{service}:{name}" for name in names.split()), on)


def anywhere(actions: str, because: str) -> Allow:
    return replace(allow(actions, ANY), because=because)


def ask(what: str, *actions: str) -> Ask:
    return Ask(what, tuple(action for words in actions for action in allow(words).actions))


def waiting(row: Allow) -> Allow:
    """Of what is needed to wait for the end of a job, and to stop it with the execution."""
    return replace(row, waits=True)


def given(parameter: str, row: Allow) -> Allow:
    return replace(row, given=parameter)


def managed_rule(name: str) -> Allow:
    """The rule of EventBridge, made by Step Functions itself, that tells it of the end of a job."""
    return waiting(allow("events:DescribeRule PutRule PutTargets", f"events:region:account:rule/{name}"))


def pass_role(parameter: str, service: str, *, is_arn: bool = False) -> Allow:
    """Where a role is given to a service to act in. ``{RoleArn}`` must be given, ``{RoleArn?}`` may be; some take the
    name of a role, ``is_arn`` those that take nothing but its ARN."""
    condition = {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}
    on = parameter if is_arn else f"iam::account:role/{parameter}"
    return replace(allow("iam:PassRole", on), conditions=condition)


def found_for(rows: tuple[Row, ...], payload: Payload, place: Place, *, waits: bool) -> Iterator[Found]:
    for row in rows:
        if row.waits and not waits:
            continue
        match row:
            case Ask(what, actions):
                yield Gap("ASL564", what, actions)
            case Allow(given=str(parameter)) if payload.values(parameter) == (Unsaid.ABSENT,):
                continue
            case Allow(actions, on, conditions):
                resolved = [resolve(pattern, payload, place) for pattern in on]
                arns = tuple(dict.fromkeys(arn for one in resolved for arn in one.arns))
                if arns:
                    yield Need(actions, arns, conditions)
                for why in dict.fromkeys(why for one in resolved for why in one.missing):
                    yield Gap("ASL561", why, actions)
                for parameter, token in dict.fromkeys(pair for one in resolved for pair in one.names):
                    yield taken_for_name(parameter, token)
