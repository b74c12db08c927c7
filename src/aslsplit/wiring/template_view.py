"""What the templates for SAM and CloudFormation are given: texts that are YAML already, in the order of deployment.

docs/how-to/wire.md lists these names for people who write templates of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from aslsplit.asl.source import Json
from aslsplit.asl.yaml_scalars import write_scalar
from aslsplit.findings import printable
from aslsplit.iam.policy import Policy, Statement
from aslsplit.wiring.model import Machine, Token, Wiring
from aslsplit.wiring.values import filled_in, short, substitutions

__all__ = ["machine_view", "parameter_view", "statements_of", "template_view"]


def template_view(wiring: Wiring, alias_id: Callable[[Machine], str]) -> Mapping[str, object]:
    """``alias_id`` is the logical id that an alias has in the language."""
    machines = [machine_view(wiring, machine, alias_id) for machine in wiring.machines]
    return {
        "settings": wiring.settings,
        "parameters": [view for token in wiring.parameters() if (view := parameter_view(token)) is not None],
        "machines": machines,
        "children": machines[:-1],
        "parent": machines[-1],
    }


def machine_view(wiring: Wiring, machine: Machine, alias_id: Callable[[Machine], str]) -> Mapping[str, object]:
    def alias_of(child: str) -> Json:
        return {"Ref": alias_id(wiring.child(child))}

    values = substitutions(machine, alias_of)
    return {
        "name": machine.name,
        "title": machine.title,
        "is_child": machine.name is not None,
        "logical_id": machine.logical_id,
        "alias_id": alias_id(machine),
        "workflow": write_scalar(machine.workflow),
        "type": machine.type,
        "definition": write_scalar(wiring.path_to(machine)),
        "substitutions": [{"name": write_scalar(name), "value": short(value)} for name, value in values.items()],
        "statements": statements_of(machine.policy, values),
        "unknown": [printable(f"{one.what} ({', '.join(one.states)})") for one in machine.policy.unknown],
        "alarms": [{"id": f"{machine.logical_id}{suffix}", "metric": metric} for suffix, metric in machine.alarms],
    }


def statements_of(policy: Policy, values: Mapping[str, Json]) -> list[Mapping[str, object]]:
    """``values`` are what the tokens in it stand for."""
    return [_statement(statement, values) for statement in policy.statements]


def _statement(statement: Statement, values: Mapping[str, Json]) -> Mapping[str, object]:
    return {
        "sid": statement.sid,
        "states": printable(", ".join(statement.states)),
        "actions": [write_scalar(action) for action in statement.actions],
        "resources": [short(filled_in(resource, values)) for resource in statement.resources],
        "condition": short(_filled_in_below(dict(statement.conditions), values)) if statement.conditions else None,
    }


def _filled_in_below(value: Json, values: Mapping[str, Json]) -> Json:
    if isinstance(value, str):
        return filled_in(value, values)
    if isinstance(value, dict):
        return {key: _filled_in_below(part, values) for key, part in value.items()}
    return [_filled_in_below(part, values) for part in value] if isinstance(value, list) else value


def parameter_view(token: Token) -> Mapping[str, str] | None:
    """None if the template has a value for it, or CloudFormation does."""
    if token.child is not None or token.meaning is not None or token.name.startswith("AWS::"):
        return None
    told = ", ".join(token.uses) if token.name == token.identifier else f"{token.name}: {', '.join(token.uses)}"
    shown = told if len(told) <= _LONGEST_DESCRIPTION else f"{told[: _LONGEST_DESCRIPTION - 1]}…"
    return {"id": token.identifier, "description": write_scalar(printable(shown), style='"')}


_LONGEST_DESCRIPTION: Final = 200
