"""What a split changes for the roles: what the parent gains and loses, and what each child needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from aslsplit.asl.model import StateMachine
from aslsplit.iam.need import Found, Gap, Need
from aslsplit.iam.needs import needs_of, policy_of
from aslsplit.iam.policy import Policy, located
from aslsplit.iam.statements import policy_for

__all__ = ["Callee", "RoleChange", "role_changes"]


_NOTHING: Final = Policy(())


@dataclass(frozen=True, slots=True)
class Callee:
    """A child: the name of its state machine, and the ARN by which it is called."""

    machine: StateMachine
    workflow: str
    arn: str


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Of the parent's role (``child`` is None), which is the monolith's until then, or of the role of a child, which
    is new. What it ``needs`` it ``gains`` or ``keeps``."""

    child: str | None
    workflow: str | None
    needs: Policy
    gains: Policy
    keeps: Policy
    loses: Policy

    @classmethod
    def new(cls, child: str | None, workflow: str | None, needs: Policy) -> Self:
        """Of a role that is made for its machine."""
        return cls(child, workflow, needs, needs, _NOTHING, _NOTHING)

    def located(self, region: str | None, account: str | None) -> Self:
        policies = (self.needs, self.gains, self.keeps, self.loses)
        return type(self)(self.child, self.workflow, *(located(one, region, account) for one in policies))


_Needs = tuple[tuple[str, Found], ...]
"""With the names of the states."""


def role_changes(
    monolith: StateMachine, parent: StateMachine, children: Mapping[str, Callee]
) -> tuple[RoleChange, ...]:
    """The parent first, then the children in their order. A child that calls another one needs that call."""
    workflows = {child.arn: child.workflow for child in children.values()}
    before, after = (needs_of(machine, None, workflows) for machine in (monolith, parent))
    gains = tuple(_beyond(after, before))
    parts = (after, gains, _beyond(after, gains), _beyond(before, after))
    changes = [RoleChange(None, None, *map(policy_for, parts))]
    for name, child in children.items():
        needs = policy_of(child.machine, name=child.workflow, workflows=workflows)
        changes.append(RoleChange.new(name, child.workflow, needs))
    return tuple(changes)


def _beyond(one: _Needs, other: _Needs) -> Iterator[tuple[str, Found]]:
    """What one has and the other has not, by action, resource and condition."""
    had = {grant for _, found in other if isinstance(found, Need) for grant in _grants(found)}
    unknown = {found for _, found in other if isinstance(found, Gap)}
    for state, found in one:
        match found:
            case Need(conditions=conditions):
                yield from (
                    (state, Need((action,), (resource,), conditions))
                    for action, resource, condition in _grants(found)
                    if (action, resource, condition) not in had
                )
            case Gap() if found not in unknown:
                yield state, found


def _grants(need: Need) -> Iterator[tuple[str, str, str]]:
    condition = json.dumps(need.conditions, sort_keys=True)
    for resource in need.resources:
        for action in need.actions:
            yield action, resource, condition
