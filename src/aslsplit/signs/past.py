"""Earlier versions of a definition, as plain data; they need not be valid ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aslsplit.asl.source import Json

__all__ = ["Revision", "states_of"]


@dataclass(frozen=True, slots=True)
class Revision:
    """``states`` are those of one version by name; None where the version cannot be read."""

    commit: str
    author: str
    states: Mapping[str, Json] | None


def states_of(definition: Json) -> Mapping[str, Json]:
    """The bodies of all states, each without the states inside it."""
    return dict(_states(definition))


def _states(scope: Json) -> Iterator[tuple[str, Json]]:
    states = scope.get("States") if isinstance(scope, dict) else None
    for name, body in states.items() if isinstance(states, dict) else ():
        if not isinstance(body, dict):
            continue
        inner = [body.get("ItemProcessor"), body.get("Iterator")]
        branches = body.get("Branches")
        inner += branches if isinstance(branches, list) else []
        yield name, {key: _outside(value) for key, value in body.items()}
        for one in inner:
            yield from _states(one)


def _outside(value: Json) -> Json:
    if isinstance(value, list):
        return [_outside(item) for item in value]
    return {key: item for key, item in value.items() if key != "States"} if isinstance(value, dict) else value
