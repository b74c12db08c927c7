"""The best set of regions that do not overlap, over the dominator trees of all scopes at once.

Either a state stays, and what it dominates is decided below it; or it is the entry of a region, and what the region
leaves of the entry's subtree is decided below that. Every legal region is such a piece (see ``dominance``), so the
best set is found exactly, in time that is linear in the candidates and their members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.model import Scope, StateMachine
from aslsplit.asl.source import Pointer
from aslsplit.propose.candidates import Candidate
from aslsplit.propose.dominance import Dominance
from aslsplit.propose.profile import Measured

__all__ = ["Scored", "best_set"]

_EVEN = 1e-9
"""Differences below this are none, so that the order of additions decides nothing."""


@dataclass(frozen=True, slots=True)
class Scored:
    """``worth`` is in states, without the price of a child."""

    scope: Scope
    candidate: Candidate
    measured: Measured
    copies: int
    worth: float


def best_set(
    machine: StateMachine,
    trees: Mapping[Pointer, Dominance],
    scored: Mapping[Pointer, Sequence[Scored]],
    price: float,
) -> tuple[Scored, ...]:
    """In the order in which control comes to them, outer scopes first. Each has to be worth more than ``price``."""
    totals: dict[Pointer, float] = {}
    chosen: dict[Pointer, Callable[[], list[Scored]]] = {}
    for scope in reversed(list(machine.scopes())):
        inner = {
            name: sum(totals[inside.pointer] for inside in state.scopes)
            for name, state in scope.states.items()
            if state.scopes
        }
        totals[scope.pointer], picks = _best(trees[scope.pointer], scored.get(scope.pointer, ()), inner, price)
        chosen[scope.pointer] = picks
    found: list[Scored] = []
    pending = [machine.top]
    while pending:
        scope = pending.pop(0)
        picked = chosen[scope.pointer]()
        found += picked
        covered = {name for one in picked for name in one.candidate.members}
        pending += [i for name, state in scope.states.items() if name not in covered for i in state.scopes]
    return tuple(found)


def _best(
    tree: Dominance, scored: Sequence[Scored], inner: Mapping[str, float], price: float
) -> tuple[float, Callable[[], list[Scored]]]:
    by_entry: dict[str, list[Scored]] = {}
    for one in scored:
        if one.worth > price:
            by_entry.setdefault(one.candidate.entry, []).append(one)
    value: dict[str, float] = {}
    pick: dict[str, Scored | None] = {}
    for name in reversed(tree.order):
        value[name] = inner.get(name, 0.0) + sum(value[child] for child in tree.children[name])
        pick[name] = None
        for one in by_entry.get(name, ()):
            total = one.worth - price + sum(value[left] for left in _fringe(tree, one.candidate))
            if total > value[name] + _EVEN:
                value[name], pick[name] = total, one

    def picks() -> list[Scored]:
        found: list[Scored] = []
        pending = list(tree.order[:1])
        while pending:
            name = pending.pop(0)
            one = pick[name]
            if one is None:
                pending += tree.children[name]
            else:
                found.append(one)
                pending += _fringe(tree, one.candidate)
        position = {name: place for place, name in enumerate(tree.order)}
        return sorted(found, key=lambda one: position[one.candidate.entry])

    return (value[tree.order[0]] if tree.order else 0.0), picks


def _fringe(tree: Dominance, candidate: Candidate) -> list[str]:
    inside = set(candidate.members)
    return [child for name in candidate.members for child in tree.children[name] if child not in inside]
