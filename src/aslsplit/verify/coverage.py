"""What of a machine a set of executions has exercised: states, transitions, caught errors and retries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aslsplit.analysis.graph import flow_graph
from aslsplit.asl.model import Scope, StateMachine, TransitionKind
from aslsplit.verify.timeline import Timeline, Visit

__all__ = ["Coverage", "Edge", "Goals", "covered_by", "goals_of"]

Edge = tuple[str, str | None, str]
"""Source, target (None: the end of the scope), and ``catch`` or ``next`` for every other kind."""


@dataclass(frozen=True, slots=True)
class Goals:
    """All that control can reach. ``retries`` are the states with a Retry."""

    states: frozenset[str]
    edges: frozenset[Edge]
    retries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """``turns`` are transitions that followed each other, ``rounds`` states that were left more than once before the
    execution succeeded. None is a goal, but what one round of a loop leaves to the next is seen only like this."""

    states: frozenset[str] = frozenset()
    edges: frozenset[Edge] = frozenset()
    retries: frozenset[str] = frozenset()
    turns: frozenset[tuple[Edge, Edge]] = frozenset()
    rounds: frozenset[str] = frozenset()

    def __or__(self, other: Coverage) -> Coverage:
        return Coverage(
            self.states | other.states,
            self.edges | other.edges,
            self.retries | other.retries,
            self.turns | other.turns,
            self.rounds | other.rounds,
        )

    def adds_to(self, known: Coverage) -> bool:
        return not (
            self.states <= known.states
            and self.edges <= known.edges
            and self.retries <= known.retries
            and self.turns <= known.turns
            and self.rounds <= known.rounds
        )


def goals_of(machine: StateMachine) -> Goals:
    states: set[str] = set()
    edges: set[Edge] = set()
    retries: set[str] = set()
    for scope in machine.scopes():
        for name in _reachable(scope):
            state = scope.states[name]
            states.add(name)
            retries |= {name} if state.body.get("Retry") else set()
            edges |= {(name, t.target, _kind(t.kind)) for t in state.transitions}
    return Goals(frozenset(states), frozenset(edges), frozenset(retries))


def covered_by(timeline: Timeline) -> Coverage:
    edges: set[Edge] = set()
    turns: set[tuple[Edge, Edge]] = set()
    for visit in timeline.visits:
        edge = _left_by(visit)
        if edge is None:
            continue
        edges.add(edge)
        before = _left_by(visit.before) if visit.before is not None else None
        if before is not None:
            turns.add((before, edge))
    retried = {call.state for call in timeline.execution.calls if call.attempt} | timeline.again
    names = frozenset(visit.state.name for visit in timeline.visits)
    rounds: frozenset[str] = frozenset()
    if timeline.execution.status == "SUCCEEDED":
        visits = Counter((visit.state.name, visit.step.path) for visit in timeline.visits)
        rounds = frozenset(name for (name, _), count in visits.items() if count > 1)
    return Coverage(names, frozenset(edges), frozenset(retried), frozenset(turns), rounds)


def _left_by(visit: Visit) -> Edge | None:
    name = visit.state.name
    if visit.behind is not None:
        return name, visit.behind.state.name, "next" if visit.catcher is None else "catch"
    if visit.step.left and any(t.target is None for t in visit.state.transitions):
        return name, None, "next"
    return None


def _reachable(scope: Scope) -> Iterable[str]:
    return flow_graph(scope).reachable


def _kind(kind: TransitionKind) -> str:
    return "catch" if kind is TransitionKind.CATCH else "next"
