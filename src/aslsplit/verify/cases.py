"""Scenarios that lead a machine everywhere: into each state, along each transition, through each catcher and retry.

First comes a search guided by coverage, then variations of what it found. The same seed gives the same scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice

from aslsplit.analysis.facts import Facts
from aslsplit.verify.coverage import Coverage, Edge, Goals
from aslsplit.verify.progress import Progress, unseen
from aslsplit.verify.reasons import reasons_of
from aslsplit.verify.scenario import Scenario, play
from aslsplit.verify.search import Search
from aslsplit.verify.variations import variations

__all__ = ["Cases", "cases_of"]


@dataclass(frozen=True)
class Cases:
    """``coverage`` is what the scenarios reach of ``goals`` on the machine they were made for."""

    scenarios: tuple[Scenario, ...]
    goals: Goals
    coverage: Coverage
    seed: int
    explain: Callable[[], Mapping[Edge | str, str]]

    @cached_property
    def unreached(self) -> Mapping[Edge | str, str]:
        """Of each transition that they do not take, by its state's name of each state they do not reach or do not see
        tried again, why not. To find that out may take longer than the search, and few ask."""
        return self.explain()

    @property
    def missed_states(self) -> frozenset[str]:
        return self.goals.states - self.coverage.states

    @property
    def missed_edges(self) -> frozenset[Edge]:
        return self.goals.edges - self.coverage.edges


def cases_of(facts: Facts, *, limit: int = 200, seed: int = 0, progress: Progress = unseen) -> Cases:
    """At most ``limit`` scenarios for the machine, those that add coverage first. None of them runs without end."""
    search = Search(facts.machine, limit, progress)
    search.run()
    kept = list(search.scenarios)
    reached = {name: search.bases(name)[0][0] for name in search.states if search.bases(name)}
    for scenario in islice(variations(search.scenarios, reached, search.states, seed), 2 * limit):
        if len(kept) >= limit:
            break
        if play(facts.machine.source.data, scenario, budget=search.step_budget).status != "ABORTED":
            kept.append(scenario)
            progress("making scenarios", len(kept), limit)
    return Cases(tuple(kept), search.goals, search.coverage, seed, partial(reasons_of, search))
