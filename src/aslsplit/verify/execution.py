"""The proof by execution: monolith and parent with its children run side by side, and the outside world is compared.

A ``States.Runtime`` comes from data the definition does not expect and cannot be caught. Where the monolith ends in
one, parent and children must have made the same calls and end in one too; its text quotes another document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from aslsplit.asl.source import Json
from aslsplit.findings import Finding, finding
from aslsplit.interpreter import Result
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.extract import Extraction
from aslsplit.verify.compare import Relaxed, difference
from aslsplit.verify.scenario import Scenario, play

__all__ = ["Mismatch", "Pair", "mismatches", "pair_of", "prove_by_execution", "shrunk"]

_BUDGET = 4_000
_SHRINKING_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class Pair:
    """What is run side by side. ``children`` are definitions by the ARN that the parent calls."""

    monolith: Json
    parent: Json
    children: Mapping[str, Json]
    relaxed: Relaxed

    def difference(self, scenario: Scenario) -> str | None:
        """None also when the monolith does not end within its budget: then there is nothing to compare."""
        expected = play(self.monolith, scenario, budget=_BUDGET)
        if expected.status == "ABORTED":
            return None
        return difference(expected, play(self.parent, scenario, self.children, budget=4 * _BUDGET), self.relaxed)


@dataclass(frozen=True, slots=True)
class Mismatch:
    scenario: Scenario
    what: str


def pair_of(plan: Plan, parent: Json, children: Mapping[str, Json], extraction: Extraction) -> Pair:
    """``parent`` and ``children`` are definitions, the latter by the names of the boundary map."""
    boundaries = plan.boundaries
    observe = boundaries.observe
    relaxed = Relaxed(
        observed="all" if observe == "all" else () if observe == "none" else tuple(path.stem for path in observe),
        payloads=frozenset(name for child in boundaries.children for name in child.assume_reads),
        surfacing=any(child.plan.boundary.errors == "surface" for child in extraction.children.values()),
    )
    by_arn = {child.plan.boundary.alias_arn: children[name] for name, child in extraction.children.items()}
    return Pair(plan.facts.machine.source.data, parent, by_arn, relaxed)


def mismatches(pair: Pair, scenarios: Iterable[Scenario]) -> Iterator[Mismatch]:
    for scenario in scenarios:
        what = pair.difference(scenario)
        if what is not None:
            yield Mismatch(scenario, what)


def prove_by_execution(pair: Pair, scenarios: Iterable[Scenario]) -> tuple[Finding, Mismatch] | None:
    """The first mismatch, made as small as it gets; None if there is none."""
    for mismatch in mismatches(pair, scenarios):
        small = shrunk(pair, mismatch)
        remark = finding(
            "ASL703",
            f"parent and children do something else than the monolith ({small.scenario.why}): {small.what}",
        )
        return remark, small
    return None


def shrunk(pair: Pair, mismatch: Mismatch) -> Mismatch:
    """The same kind of difference with less: parts are left out as long as the machines still differ."""
    best = mismatch
    progress, tries = True, 0
    while progress and tries < _SHRINKING_TRIES:
        progress = False
        for scenario in _smaller(best.scenario):
            tries += 1
            what = pair.difference(scenario)
            if what is not None:
                best, progress = Mismatch(scenario, what), True
                break
    return best


def _smaller(scenario: Scenario) -> Iterator[Scenario]:
    for task in scenario.scripts:
        yield replace(scenario, scripts={name: script for name, script in scenario.scripts.items() if name != task})
    for task, script in scenario.scripts.items():
        if len(script) > 1:
            yield replace(scenario, scripts={**scenario.scripts, task: script[1:]})
            yield replace(scenario, scripts={**scenario.scripts, task: script[:-1]})
        for position, answer in enumerate(script):
            if isinstance(answer, Result):
                for value in _less(answer.value):
                    shorter = (*script[:position], Result(value), *script[position + 1 :])
                    yield replace(scenario, scripts={**scenario.scripts, task: shorter})
    for value in _less(scenario.input):
        yield replace(scenario, input=value)


def _less(value: Json) -> Iterator[Json]:
    """The value with one part less, outer parts first."""
    if isinstance(value, dict):
        for name in value:
            yield {key: member for key, member in value.items() if key != name}
        for name, member in value.items():
            yield from ({**value, name: smaller} for smaller in _less(member))
    elif isinstance(value, list):
        for position in range(len(value)):
            yield value[:position] + value[position + 1 :]
        for position, member in enumerate(value):
            yield from ([*value[:position], smaller, *value[position + 1 :]] for smaller in _less(member))
