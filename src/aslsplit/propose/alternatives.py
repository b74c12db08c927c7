"""Several answers to "where to cut": the balanced one, fewer and larger, more and smaller, only grouped, and none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aslsplit.propose.search import Search
from aslsplit.propose.selection import Scored, best_set

__all__ = ["Alternative", "alternatives_of"]

_PRICES = (("balanced", 1.0), ("fewer and larger", 2.5), ("more and smaller", 0.5))
"""How many times the price of a child: what is worth less than that stays in the parent."""

_GROUPED = 0.15
"""What the cohesion of a group counts without a contract and a team of its own: it reads better, and that is all."""


_CALL = 3
"""States that a call needs: build, invoke, normalize."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """``worth`` is in states, at the price that the weights name."""

    name: str
    chosen: tuple[Scored, ...]
    worth: float


def alternatives_of(search: Search) -> tuple[Alternative, ...]:
    """Each set of regions once, the best one first, "do nothing" always among them."""
    found: list[Alternative] = []
    price = search.weights.child
    for name, times in _PRICES:
        chosen = best_set(search.facts.machine, search.trees, search.scored, price * times)
        if chosen and not any(chosen == other.chosen for other in found):
            worth = sum(one.worth - price for one in chosen)
            found.append(Alternative(name, chosen, worth - _left(search, chosen)))
    if found:
        ties = sum(_ties(search, one) for one in found[0].chosen)
        found.append(Alternative("only group", (), _GROUPED * ties - _left(search)))
    found.append(Alternative("do nothing", (), 0.0 - _left(search)))
    return tuple(sorted(found, key=lambda one: -one.worth))


def _left(search: Search, chosen: Sequence[Scored] = ()) -> float:
    """What it costs that the parent is still too large to read: beyond 50 elements errors are more likely than not
    (Mendling, Reijers and van der Aalst 2010, guideline G7)."""
    states = sum(len(scope.states) for scope in search.facts.machine.scopes())
    left = states - sum(one.measured.states for one in chosen) + _CALL * len(chosen)
    return search.weights.size * max(0, left - search.gates.parent_to)


def _ties(search: Search, one: Scored) -> float:
    found = one.measured
    return found.cohesion - search.weights.background * found.background * found.states
