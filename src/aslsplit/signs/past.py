"""Earlier versions of a definition, as plain data; they need not be valid ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aslsplit.asl.source import Json

__all__ = ["SWEEPING", "Revision", "changes_of", "states_of"]

SWEEPING = 40
"""States; a commit that changes more is a reformatting or a rename, and says nothing about pairs."""


@dataclass(frozen=True, slots=True)
class Revision:
    """``states`` are those of one version by name; None where the version cannot be read."""

    commit: str
    author: str
    states: Mapping[str, Json] | None


def states_of(definition: Json) -> Mapping[str, Json]:
    """The bodies of all states, each without the states inside it."""
    return dict(_states(definition))


def changes_of(revisions: Sequence[Revision]) -> list[tuple[str, frozenset[str]]]:
    """Author and changed, added and removed states of each commit that has any; the first version is no change."""
    readable = [revision for revision in revisions if revision.states is not None]
    found: list[tuple[str, frozenset[str]]] = []
    for old, new in pairwise(readable):
        before, after = old.states or {}, new.states or {}
        changed = frozenset(name for name in {*before, *after} if _differ(before.get(name), after.get(name)))
        if changed:
            found.append((new.author, changed))
    return found


def _differ(one: Json, other: Json) -> bool:
    """A moved state is not a changed one, and nor is one that is described anew."""
    return bool(_work(one) != _work(other))


def _work(body: Json) -> Json:
    return {key: value for key, value in body.items() if key != "Comment"} if isinstance(body, dict) else body


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
