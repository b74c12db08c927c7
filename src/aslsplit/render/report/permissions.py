"""Permissions: what the parent's role gains and loses, and what the roles of the children need."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.iam.changes import RoleChange
from aslsplit.iam.policy import Policy, Statement
from aslsplit.render.outline import Code
from aslsplit.render.permissions import told_conditions
from aslsplit.render.report.document import Block, Cell, Paragraph, Section, Table
from aslsplit.render.report.report import After, Report
from aslsplit.rewrite.roles import roles_of

__all__ = ["permission_section"]

_COLUMNS = ("actions", "on", "for")

_MANAGED_RULE = "events:PutRule"
"""Needed where a job is waited for, but not where a child is forgotten, is EXPRESS or answers a token."""


def permission_section(report: Report, after: After) -> Section:
    roles = roles_of(report.monolith, after.parent, after.children, after.extraction)
    return Section("permissions", "Permissions", tuple(_permissions(roles)), folded=True)


def _permissions(roles: tuple[RoleChange, ...]) -> Iterator[Block]:
    for role in roles:
        if role.child is None:
            yield from _table("The parent's role gains", role.gains)
            yield from _table("The parent's role loses", role.loses)
        else:
            yield from _table(f"The role of {role.workflow} needs", role.needs)
    told = ["An alias is authorised as the state machine it belongs to: a policy that names the alias denies the call."]
    if any(_MANAGED_RULE in statement.actions for role in roles for statement in role.gains.statements):
        told.append("Without the three events actions a machine that waits for another one cannot be deployed.")
    yield Paragraph(" ".join(told))
    unknown = tuple(row for role in roles for row in _unknown(role))
    if unknown:
        yield Table(("role of", "not known", "actions", "for"), unknown, "What the definitions do not tell")


def _table(title: str, policy: Policy) -> Iterator[Table]:
    if policy.statements:
        yield Table(_COLUMNS, tuple(map(_statement, policy.statements)), title)


def _statement(statement: Statement) -> tuple[Cell, ...]:
    conditions = (f"where {condition}" for condition in told_conditions(statement))
    on: tuple[str | Code, ...] = (*map(Code, statement.resources), *conditions)
    return tuple(map(Code, statement.actions)), on, Code(", ".join(statement.states))


def _unknown(role: RoleChange) -> Iterator[tuple[Cell, ...]]:
    for one in role.gains.unknown:
        actions = tuple(map(Code, one.actions))
        yield role.workflow or "the parent", one.what, actions, Code(", ".join(one.states))
