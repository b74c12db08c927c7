"""A typed view over a definition as written.

Nothing is copied or normalised: ``body`` is the data from the file, so unknown fields, key order and comments
survive whatever is done with the view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from aslsplit.asl.source import Json, Pointer, Source

__all__ = ["QueryLanguage", "Scope", "ScopeKind", "State", "StateMachine", "StateType", "Transition", "TransitionKind"]


class StateType(StrEnum):
    TASK = "Task"
    PASS = "Pass"
    CHOICE = "Choice"
    WAIT = "Wait"
    SUCCEED = "Succeed"
    FAIL = "Fail"
    PARALLEL = "Parallel"
    MAP = "Map"


QueryLanguage = Literal["JSONPath", "JSONata"]


class ScopeKind(StrEnum):
    TOP = "top"
    BRANCH = "branch"
    PROCESSOR = "processor"
    DISTRIBUTED = "distributed"


class TransitionKind(StrEnum):
    NEXT = "next"
    CHOICE = "choice"
    DEFAULT = "default"
    CATCH = "catch"
    END = "end"


@dataclass(frozen=True, slots=True)
class Transition:
    """``target`` is None where the scope ends (``End``, Succeed). ``index`` is the rule's or catcher's position.

    ``pointer`` leads to the value that names the target (``…/Next``), or to ``…/End``, or to a Succeed state.
    """

    kind: TransitionKind
    source: str
    target: str | None
    pointer: Pointer
    index: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    name: str
    type: StateType
    body: Mapping[str, Json]
    pointer: Pointer
    query_language: QueryLanguage
    transitions: tuple[Transition, ...]
    scopes: tuple[Scope, ...] = ()
    """The branches of a Parallel state in order, or the one processor of a Map state."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One ``States`` map. ``pointer`` leads to the object that holds ``StartAt`` and ``States``."""

    kind: ScopeKind
    pointer: Pointer
    start_at: str
    states: Mapping[str, State]
    """In the order of the file."""

    owner: str | None = None
    """The Parallel or Map state that contains this scope; None at the top."""

    @property
    def size(self) -> int:
        """Its states and all that are inside them."""
        return sum(1 + sum(scope.size for scope in state.scopes) for state in self.states.values())


@dataclass(frozen=True, slots=True)
class StateMachine:
    source: Source
    top: Scope
    query_language: QueryLanguage
    _scopes: Mapping[str, Scope] = field(init=False, repr=False, compare=False)
    """By the names of their states."""

    def __post_init__(self) -> None:
        found: dict[str, Scope] = {}
        for scope in self.scopes():
            for name in scope.states:
                found.setdefault(name, scope)
        object.__setattr__(self, "_scopes", found)

    def scopes(self) -> Iterator[Scope]:
        """All scopes, outer before inner, in the order of the file."""
        pending = [self.top]
        while pending:
            scope = pending.pop(0)
            yield scope
            pending[0:0] = [inner for state in scope.states.values() for inner in state.scopes]

    def states(self) -> Iterator[State]:
        """The states of all scopes, those of an outer scope before those of an inner one."""
        return (state for scope in self.scopes() for state in scope.states.values())

    def scope_of(self, name: str) -> Scope | None:
        """The scope that holds the state; state names are unique over the whole machine."""
        return self._scopes.get(name)

    def inside(self, pointer: Pointer) -> StateMachine:
        """The scope at this place as if it were the whole machine; the machine itself if there is none."""
        found = next((scope for scope in self.scopes() if scope.pointer == pointer), self.top)
        return replace(self, top=replace(found, kind=ScopeKind.TOP, owner=None))

    def enclosing(self, scope: Scope) -> tuple[tuple[Scope, State], ...]:
        """The scopes around this one, innermost first, each with its state that contains it."""
        chain: list[tuple[Scope, State]] = []
        while scope.owner is not None:
            outer = self.scope_of(scope.owner)
            assert outer is not None
            chain.append((outer, outer.states[scope.owner]))
            scope = outer
        return tuple(chain)
