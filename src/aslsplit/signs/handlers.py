"""Retry and Catch blocks that stand in several states."""

from __future__ import annotations

import json

from aslsplit.asl.model import State
from aslsplit.asl.source import Json
from aslsplit.signs.sign import Evidence, Kind, Sign, Survey, at_state, names

__all__ = ["COPIED_HANDLER", "copied_handler"]

COPIED_HANDLER = Kind(
    code="ASL804",
    title="Copied Retry and Catch blocks",
    unit="copy",
    units="copies",
    threshold=6,
)


def copied_handler(survey: Survey) -> Sign:
    """Blocks are equal if they handle the same errors in the same way; where a catcher leads is not compared."""
    alike: dict[str, list[tuple[State, str]]] = {}
    for scope in survey.machine.scopes():
        for state in scope.states.values():
            for field in ("Retry", "Catch"):
                if isinstance(block := state.body.get(field), list) and block:
                    alike.setdefault(field + json.dumps(_handling(block), sort_keys=True), []).append((state, field))
    groups = sorted((group for group in alike.values() if len(group) > 1), key=lambda group: -len(group))
    evidence = [_evidence(survey, group) for group in groups]
    return survey.sign(COPIED_HANDLER, sum(len(group) - 1 for group in groups), evidence)


def _handling(block: Json) -> Json:
    return [
        {key: value for key, value in handler.items() if key not in ("Next", "Comment")}
        if isinstance(handler, dict)
        else handler
        for handler in block
    ]


def _evidence(survey: Survey, group: list[tuple[State, str]]) -> Evidence:
    state, field = group[0]
    found = [state.name for state, _ in group]
    text = f"{field} on {_errors(state.body[field])} in {len(group)} states: {names(found)}"
    return at_state(survey.machine, state, text, field, others=found[1:])


def _errors(block: Json) -> str:
    errors = [
        error
        for handler in block
        if isinstance(handler, dict) and isinstance(handler.get("ErrorEquals"), list)
        for error in handler["ErrorEquals"]
        if isinstance(error, str)
    ]
    return names(list(dict.fromkeys(errors)), most=3) or "nothing"
