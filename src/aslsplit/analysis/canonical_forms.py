"""Canonical forms: equal for states and regions that do the same, up to names, ARNs and literals.

Transitions of a state are ordered, so a region has one canonical order, and equal regions have equal labels.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from aslsplit.asl.model import Scope, State
from aslsplit.asl.references import (
    Call,
    Constant,
    Expression,
    PlaceholderReference,
    Reference,
    ReferenceSyntaxError,
    parse_expression,
)
from aslsplit.asl.source import Json

__all__ = ["canonical_order", "digest", "form_of_state", "form_of_value", "forms_of", "label_of", "label_of_members"]


def label_of(scope: Scope, entry: str, members: Iterable[str]) -> str:
    """Equal for regions that are equal up to names, ARNs and literals."""
    inside = canonical_order(scope, entry, frozenset(members))
    return label_of_members(scope, inside, {name: form_of_state(scope.states[name]) for name in inside})


def form_of_state(state: State) -> str:
    """What a state does, without its name, its targets, ARNs and literals; equal for like states."""
    return digest(_form(state))


def form_of_value(value: Json) -> str:
    """Equal for payloads and templates that differ in literals only."""
    return digest(_without_literals(value))


def _form(state: State) -> Json:
    body = {key: _field(key, value) for key, value in state.body.items() if key not in _NOT_COMPARED}
    scopes = [_scope_form(scope) for scope in state.scopes]
    # Of which kind each way is, type, rules and catchers say; whether there is a Default, only the number of ways.
    return {**body, "Language": state.query_language, "Scopes": scopes, "Ways": len(state.transitions)}


_NOT_COMPARED = frozenset(
    ("Next", "End", "Default", "Comment", "QueryLanguage", "Branches", "ItemProcessor", "Iterator", "Label")
)


def _field(key: str, value: Json) -> Json:
    match key:
        case "Type":
            return value
        case "Resource":
            return _resource_form(value)
        case "Retry" | "Catch":
            return _without_literals(value, errors=True)
    if key.endswith("Path") and isinstance(value, str | None):
        return value
    return _without_literals(value)


def _without_literals(value: Json, *, errors: bool = False) -> Json:
    """Names of errors are kept where errors are handled: other errors are another way of handling them."""
    match value:
        case dict():
            return {key: _member(key, inner, errors) for key, inner in value.items() if key not in ("Next", "Comment")}
        case list():
            return [_without_literals(item, errors=errors) for item in value]
        case str() if value.startswith("{%"):
            return " ".join(value.split())
        case _:
            return "literal"


def _member(key: str, value: Json, errors: bool) -> Json:
    if errors and key == "ErrorEquals":
        return value
    if key.endswith(".$") and isinstance(value, str):
        return _expression(value)
    # Paths in choice rules and catchers; in a payload a name may end like this too, and its text is data.
    if key == "Variable" or (key.endswith("Path") and isinstance(value, str) and value.startswith("$")):
        return value
    return _without_literals(value, errors=errors)


def _expression(text: str) -> str:
    try:
        return _shown(parse_expression(text), text)
    except (PlaceholderReference, ReferenceSyntaxError):
        return text


def _shown(expression: Expression, text: str) -> str:
    match expression:
        case Reference():
            return text[expression.start : expression.end]
        case Call():
            return f"{expression.function}({', '.join(_shown(argument, text) for argument in expression.arguments)})"
        case Constant():
            return "literal"


def _resource_form(resource: Json) -> str:
    """The service action of an integration; of a function or an activity only that it is one."""
    if not isinstance(resource, str):
        return "literal"
    found = _INTEGRATION.fullmatch(resource)
    if found is not None:
        return found["action"]
    return "activity" if ":activity:" in resource else "function"


_INTEGRATION = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:(?!activity:)(?P<action>.+)")


def _scope_form(scope: Scope) -> Json:
    members = canonical_order(scope, scope.start_at, frozenset(scope.states))
    return [scope.kind.value, label_of_members(scope, members, forms_of(scope))]


def forms_of(scope: Scope) -> Mapping[str, str]:
    return {name: form_of_state(state) for name, state in scope.states.items()}


def canonical_order(scope: Scope, entry: str, members: frozenset[str]) -> tuple[str, ...]:
    """In the order in which a walk along the transitions, the first of each state first, comes to them."""
    order: dict[str, None] = {}
    pending = [entry]
    while pending:
        name = pending.pop()
        if name in order or name not in members:
            continue
        order[name] = None
        pending += reversed([way.target for way in scope.states[name].transitions if way.target is not None])
    return tuple(order)


def label_of_members(scope: Scope, members: Sequence[str], forms: Mapping[str, str]) -> str:
    """Of members in canonical order."""
    numbers = {name: number for number, name in enumerate(members)}
    exits: dict[str | None, int] = {}
    rows: list[Json] = []
    for name in numbers:
        leads = [
            numbers[way.target] if way.target in numbers else f"exit {exits.setdefault(way.target, len(exits))}"
            for way in scope.states[name].transitions
        ]
        rows.append([forms[name], leads])
    return digest(rows)


def digest(value: Json) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
