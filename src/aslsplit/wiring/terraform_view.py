"""What the templates for Terraform are given: texts in its language already, in the order of deployment.

docs/how-to/wire-terraform-cdk.md lists these names for people who write templates of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aslsplit.findings import printable
from aslsplit.iam.policy import Statement
from aslsplit.plan.naming import NameStyle, free
from aslsplit.rewrite.substitutions import terraform_name
from aslsplit.wiring.hcl import PSEUDO, expression, nested, quoted
from aslsplit.wiring.model import Machine, Token, Wiring
from aslsplit.wiring.names import names_for, snake
from aslsplit.wiring.templatefile import is_template, names_in, spellings

__all__ = ["terraform_view"]

_RESERVED: Final = (
    *("alarm_actions", "rollouts"),
    # What Terraform keeps for itself (Variable block reference).
    *("source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"),
)
_NOT_IN_NAMES_OF_ROLES: Final = re.compile(r"[^A-Za-z0-9_+=,.@-]")
_LONGEST_PREFIX: Final = 38


@dataclass(frozen=True, slots=True)
class _Names:
    """``ids`` are those of the resources, by the child; ``variables`` by the first name of the tokens."""

    ids: Mapping[str | None, str]
    variables: Mapping[str, str]

    def value(self, token: Token) -> str:
        if token.child is not None:
            return f"aws_sfn_alias.{self.ids[token.child]}.arn"
        if token.name in PSEUDO:
            return PSEUDO[token.name]
        first, *others = names_in(token.name)
        steps = (name if name.startswith("[") else f".{name}" for name in others)
        return f"var.{self.variables[first]}{''.join(steps)}"


def terraform_view(wiring: Wiring) -> dict[str, Any]:
    ids: dict[str | None, str] = {}
    for machine in wiring.machines:
        name = machine.name or snake(machine.logical_id)
        ids[machine.name] = free(terraform_name(name), ids.values(), separator="_")
    inputs: dict[str, list[Token]] = {}
    for token in wiring.parameters():
        if token.name not in PSEUDO:
            inputs.setdefault(names_in(token.name)[0], []).append(token)
    names = _Names(ids, names_for(inputs, NameStyle.SNAKE, _RESERVED))
    machines = [_machine(wiring, machine, names) for machine in wiring.machines]
    return {
        "settings": wiring.settings,
        "variables": [_variable(names.variables[name], tokens) for name, tokens in inputs.items()],
        "machines": machines,
        "children": machines[:-1],
        "parent": machines[-1],
    }


def _machine(wiring: Wiring, machine: Machine, names: _Names) -> Mapping[str, object]:
    id, workflow = names.ids[machine.name], machine.workflow
    values = {token.name: names.value(token) for token in machine.tokens}
    prefix = _NOT_IN_NAMES_OF_ROLES.sub("-", workflow)[: _LONGEST_PREFIX - 1]
    alarms = [(snake(end), metric) for end, metric in machine.alarms]
    return {
        "id": id,
        "name": quoted(machine.name or ""),
        "plain_name": machine.name,
        "title": machine.title,
        "is_child": machine.name is not None,
        "workflow": quoted(workflow),
        "plain_workflow": quoted(workflow)[1:-1],
        "role_prefix": quoted(f"{prefix}-"),
        "log_group": quoted(f"/aws/vendedlogs/states/{workflow}"),
        "type": quoted(machine.type),
        "definition": f'"${{path.module}}/{quoted(wiring.path_to(machine))[1:]}',
        "is_json": machine.source.format == "json",
        "is_template": is_template(wiring, machine),
        "substitutions": list(_handed(machine, values)),
        "replacements": [
            {"token": quoted(spelled), "value": values[token.name]}
            for token in machine.tokens
            for spelled in spellings(machine, token)
        ],
        "statements": [_statement(statement, values) for statement in machine.policy.statements],
        "unknown": [printable(f"{one.what} ({', '.join(one.states)})") for one in machine.policy.unknown],
        "alarms": [
            {"id": f"{id}_{end}", "name": quoted(f"{workflow}-{end.replace('_', '-')}"), "metric": quoted(metric)}
            for end, metric in alarms
        ],
    }


def _handed(machine: Machine, values: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """What ``templatefile`` gets, with names as wide as the widest, as Terraform's formatter has them."""
    paths: dict[Sequence[str], str] = {}
    with_child = {names_in(token.name)[0] for token in machine.alias_tokens}
    for token in machine.tokens:
        names = names_in(token.name)
        if names[0] in with_child:
            paths[names] = values[token.name]
        else:
            # Whoever deploys gives the whole of what begins with this name.
            paths[names[:1]] = values[token.name][: len(values[token.name]) - len(token.name) + len(names[0])]
    handed = nested(paths)
    width = max(map(len, handed), default=0)
    return ({"name": name.ljust(width), "value": value} for name, value in handed.items())


def _statement(statement: Statement, values: Mapping[str, str]) -> Mapping[str, object]:
    def text(value: str) -> str:
        return expression(value, lambda token: PSEUDO.get(token) or values[token])

    conditions = [
        {
            "test": quoted(test),
            "variable": quoted(variable),
            "values": [text(str(value)) for value in (given if isinstance(given, list) else [given])],
        }
        for test, variables in statement.conditions.items()
        for variable, given in variables.items()
    ]
    return {
        "sid": quoted(statement.sid),
        "states": printable(", ".join(statement.states)),
        "actions": [quoted(action) for action in statement.actions],
        "resources": [text(resource) for resource in statement.resources],
        "conditions": conditions,
    }


def _variable(name: str, tokens: Sequence[Token]) -> Mapping[str, str]:
    """A token with several names is a part of what the variable holds."""
    is_whole = all(len(names_in(token.name)) == 1 for token in tokens)
    told = (", ".join(token.uses) if is_whole else f"{token.name} in {', '.join(token.uses)}" for token in tokens)
    return {"name": name, "type": "string" if is_whole else "any", "description": quoted(printable("; ".join(told)))}
