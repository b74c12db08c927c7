"""A definition whose catchers leave a mark, so that an execution tells which of them it passed.

Its trace alone does not tell: a catcher may lead to the same state as the ordinary transition. The mark is a variable
that nothing reads.
"""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.asl.fields import with_scopes
from aslsplit.asl.source import Json

__all__ = ["catcher_of", "marked"]

_MARK = "aslsplitCatcher"
_CATCHING = ("Task", "Map", "Parallel")


def marked(scope: Mapping[str, Json]) -> Json:
    """The machine, or a scope inside it, with the mark in every catcher."""
    return {**scope, "States": {name: _marked_state(state) for name, state in scope["States"].items()}}


def catcher_of(assigned: Mapping[str, Json]) -> int | None:
    """The position of the catcher by which a state was left; None if it was left in another way."""
    return assigned.get(_MARK)


def _marked_state(state: Mapping[str, Json]) -> Json:
    changed: dict[str, Json] = with_scopes(state, marked)
    if "Catch" in state and state.get("Type") in _CATCHING:
        changed["Catch"] = [
            {**catcher, "Assign": {**(catcher.get("Assign") or {}), _MARK: position}}
            for position, catcher in enumerate(state["Catch"])
        ]
    return changed
