"""What roles must be allowed: for people, for a pull request, and as policy documents."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.findings import Finding, printable
from aslsplit.iam.changes import RoleChange
from aslsplit.iam.policy import Policy, Statement, Unknown, policy_document
from aslsplit.render.findings_text import findings_data, findings_markdown
from aslsplit.render.markdown import code_span, plain
from aslsplit.render.phrases import listed

__all__ = ["Role", "permissions_data", "permissions_markdown", "permissions_text", "told", "told_conditions"]

_LABEL = 8


@dataclass(frozen=True, slots=True)
class Role:
    """``file`` has the definition of its machine."""

    file: str
    change: RoleChange


def told(unknown: Unknown) -> str:
    """What is not known, in one sentence."""
    states = listed([f'"{name}"' for name in unknown.states], 3)
    if unknown.actions:
        needs = f"{states} {'needs' if len(unknown.states) == 1 else 'need'} {listed(unknown.actions, 5)}"
        if unknown.code == "ASL565":
            return f"{needs}; {unknown.what}"
        return f"{needs} on what the definition does not tell: {unknown.what}"
    return f"{states}: {'it is not known ' if unknown.code == 'ASL562' else ''}{unknown.what}"


def permissions_text(roles: Sequence[Role], refused: Sequence[str], *, width: int) -> str:
    sections = ["\n".join([_heading(role), *_role(role.change, width)]) for role in roles]
    sections += [f"{name} is refused; the findings say why" for name in refused]
    return "\n\n".join(sections) + "\n"


def _heading(role: Role) -> str:
    change = role.change
    if change.child is not None:
        return printable(f"{change.child}: {change.workflow}, {role.file}")
    return printable(role.file)


def _role(change: RoleChange, width: int) -> Iterator[str]:
    parts = _parts(change)
    if not any(policy.statements for _, policy in parts):
        yield "  needs nothing that is known"
    for label, policy in parts:
        for statement in policy.statements:
            yield from _statement(label, statement, width)
            label = ""


def _parts(change: RoleChange) -> tuple[tuple[str, Policy], ...]:
    """A role that is new has nothing to compare with."""
    if change.gains == change.needs and not change.loses.statements:
        return (("needs", change.needs),)
    return (("gains", change.gains), ("loses", change.loses), ("keeps", change.keeps))


def _statement(label: str, statement: Statement, width: int) -> Iterator[str]:
    indent = " " * (_LABEL + 4)
    yield from _wrapped(f"  {label:<{_LABEL}}", indent[:-2], ", ".join(statement.actions), width)
    for resource in statement.resources:
        yield f"{indent}{printable(resource)}"
    for condition in told_conditions(statement):
        yield f"{indent}where {printable(condition)}"
    yield from _wrapped(f"{indent}for ", f"{indent}    ", ", ".join(statement.states), width)


def _wrapped(first: str, other: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        printable(text),
        width,
        initial_indent=first,
        subsequent_indent=other,
        break_long_words=False,
        break_on_hyphens=False,
    )


def told_conditions(statement: Statement) -> Iterator[str]:
    """``states:HTTPMethod StringEquals GET``"""
    for operator, keys in statement.conditions.items():
        for key, value in keys.items():
            values = value if isinstance(value, list) else [value]
            yield f"{key} {operator} {', '.join(map(str, values))}"


def permissions_data(roles: Sequence[Role], refused: Sequence[str], findings: Sequence[Finding]) -> Json:
    return {
        "roles": [_role_data(role) for role in roles],
        "refused": list(refused),
        "findings": findings_data(findings),
    }


def _role_data(role: Role) -> Json:
    change = role.change
    return {
        "child": change.child,
        "workflow": change.workflow,
        "file": role.file,
        **{label: _document(policy) for label, policy in _documents(change)},
        "states": {statement.sid: list(statement.states) for statement in change.needs.statements},
        "unknown": [
            {"code": one.code, "what": one.what, "actions": list(one.actions), "states": list(one.states)}
            for one in change.needs.unknown
        ],
    }


def _documents(change: RoleChange) -> tuple[tuple[str, Policy], ...]:
    return (("needs", change.needs), ("gains", change.gains), ("loses", change.loses))


def _document(policy: Policy) -> Json:
    """AWS takes no policy without statements."""
    return policy_document(policy) if policy.statements else None


def permissions_markdown(roles: Sequence[Role], refused: Sequence[str], findings: Sequence[Finding]) -> str:
    parts = ["# Permissions", ""]
    for role in roles:
        change = role.change
        parts += [f"## {plain(change.workflow or role.file)}", ""]
        for label, policy in _parts(change):
            if policy.statements:
                parts += [f"**{label.capitalize()}**", "", "| actions | on | for |", "|---|---|---|"]
                parts += [*map(_row, policy.statements), ""]
    parts += [f"**{plain(name)}** is refused; see the findings.\n" for name in refused]
    if findings:
        parts += ["## Findings", "", findings_markdown(findings)]
    return "\n".join(parts).rstrip() + "\n"


def _row(statement: Statement) -> str:
    conditions = [f"where {plain(condition)}" for condition in told_conditions(statement)]
    on = "<br>".join([*map(_cell, statement.resources), *conditions])
    return f"| {'<br>'.join(map(_cell, statement.actions))} | {on} | {', '.join(map(_cell, statement.states))} |"


def _cell(text: str) -> str:
    return code_span(text).replace("|", "\\|")
