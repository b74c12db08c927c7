"""The transitions of a scope as they are drawn: one arrow from state to state, caught errors apart from the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aslsplit.asl.model import Scope, ScopeKind, State, StateType, Transition, TransitionKind

__all__ = ["Arrow", "Direction", "arrows_of", "ends_here", "title_of"]


Direction = Literal["down", "right"]
"""Where control goes on, on paper."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """``transitions`` are those that it stands for; either all are caught errors or none is."""

    source: str
    target: str
    transitions: tuple[Transition, ...]
    label: str

    @property
    def caught(self) -> bool:
        return self.transitions[0].kind is TransitionKind.CATCH


def arrows_of(scope: Scope) -> tuple[Arrow, ...]:
    """In the order of the file."""
    found: dict[tuple[str, str, bool], list[Transition]] = {}
    for state in scope.states.values():
        for way in state.transitions:
            if way.target is not None and way.target in scope.states:
                found.setdefault((way.source, way.target, way.kind is TransitionKind.CATCH), []).append(way)
    return tuple(
        Arrow(source, target, tuple(ways), _label(scope.states[source], ways))
        for (source, target, _), ways in found.items()
    )


def ends_here(state: State) -> bool:
    """An execution, or the scope, may end with this state."""
    return state.type is StateType.FAIL or any(way.target is None for way in state.transitions)


def title_of(scope: Scope, number: int) -> str:
    """What is run inside a Map or Parallel state: one of its branches, counted from 0, or its processor."""
    if scope.kind is ScopeKind.BRANCH:
        return f"branch {number + 1}"
    return "each item, an execution of its own" if scope.kind is ScopeKind.DISTRIBUTED else "each item"


def _label(state: State, ways: Sequence[Transition]) -> str:
    said: dict[str, None] = {}
    for way in ways:
        if way.kind is TransitionKind.CATCH and way.index is not None:
            said |= dict.fromkeys(map(str, state.body["Catch"][way.index].get("ErrorEquals") or ()))
        elif way.kind is TransitionKind.CHOICE and way.index is not None:
            said[f"rule {way.index + 1}"] = None
        elif way.kind is TransitionKind.DEFAULT:
            said["otherwise"] = None
    return ", ".join(said)
