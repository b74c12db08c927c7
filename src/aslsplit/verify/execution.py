"""The proof by execution: monolith and parent with its children run side by side, and the outside world is compared.

A ``States.Runtime`` comes from data the definition does not expect and cannot be caught. Where the monolith ends in
one, parent and children must have made the same calls and end in one too; its text quotes another document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from aslsplit.asl.paths import DOCUMENT, Stem
from aslsplit.asl.source import Json
from aslsplit.findings import Finding, finding
from aslsplit.interpreter import Execution, Result
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.extract import Extraction
from aslsplit.verify.compare import Relaxed, difference, misses_object
from aslsplit.verify.scenario import Scenario, play

__all__ = ["Mismatch", "Pair", "Runs", "pair_of", "run_side_by_side", "shrunk"]

_BUDGET = 4_000
_SHRINKING_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class Vouched:
    """``present`` are the places that surely exist when control arrives in a region from outside."""

    entries: tuple[str, ...]
    members: tuple[str, ...]
    present: tuple[Stem, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What is run side by side. ``children`` are definitions by the ARN that the parent calls.

    ``vouched`` is what the user has said of the regions.
    """

    monolith: Json
    parent: Json
    children: Mapping[str, Json]
    relaxed: Relaxed
    required: frozenset[Stem] = frozenset()
    vouched: tuple[Vouched, ...] = ()

    def completed(self, scenario: Scenario) -> Scenario:
        """With all that the input schema requires; an input without it is none that the machine is called with."""
        value = scenario.input
        for stem in sorted(self.required):
            value = _with(value, stem)
        return scenario if value is scenario.input else replace(scenario, input=value)

    def difference(self, scenario: Scenario) -> str | None:
        """The first difference; None also when there is nothing to compare (see ``comparable``)."""
        expected = self.comparable(scenario)
        # Where the monolith fails to put a result in place, a child may succeed and go round until the budget is spent.
        if expected is None or misses_object(expected):
            return None
        return difference(expected, play(self.parent, scenario, self.children, budget=4 * _BUDGET), self.relaxed)

    def comparable(self, scenario: Scenario) -> Execution | None:
        """What the monolith does. None if it does not end within its budget, or if the scenario is one that the
        user has ruled out with ``assume.present``."""
        expected = play(self.monolith, scenario, budget=_BUDGET)
        return None if expected.status == "ABORTED" or self._ruled_out(expected) else expected

    def _ruled_out(self, execution: Execution) -> bool:
        """What is vouched for holds on each arrival from outside; inside, a region comes back to an entry on its own
        account."""
        before: dict[object, str] = {}
        for step in execution.steps:
            for said in self.vouched:
                arrives = step.state in said.entries and before.get(step.path) not in said.members
                if arrives and not all(_holds(step.input, stem) for stem in said.present):
                    return True
            before[step.path] = step.state
        return False


def _with(value: Json, stem: Stem) -> Json:
    """``value`` itself where the place exists, or cannot."""
    if not stem or not isinstance(value, dict):
        return value
    name, below = stem[0], stem[1:]
    if name not in value:
        return {**value, name: _with({}, below) if below else f"{name} 1"}
    member = _with(value[name], below)
    return value if member is value[name] else {**value, name: member}


def _holds(value: Json, stem: Stem) -> bool:
    for name in stem:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


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
    regions = [(child.plan.region, child.plan.boundary.assume_present) for child in extraction.children.values()]
    vouched = tuple(
        Vouched(region.entries, region.members, tuple(path.stem for path in present if path.root == DOCUMENT))
        for region, present in regions
        if present
    )
    required = plan.facts.assumptions.present.get(DOCUMENT, frozenset())
    return Pair(plan.facts.machine.source.data, parent, by_arn, relaxed, required, vouched)


@dataclass(frozen=True, slots=True)
class Runs:
    """``compared`` counts the scenarios in which there was something to compare, up to the mismatch if there is one."""

    compared: int
    mismatch: Mismatch | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        if self.mismatch is None:
            return ()
        what = f"parent and children do something else than the monolith ({self.mismatch.scenario.why})"
        return (finding("ASL703", f"{what}: {self.mismatch.what}"),)


def run_side_by_side(pair: Pair, scenarios: Iterable[Scenario]) -> Runs:
    """Up to the first mismatch, which is then made as small as it gets."""
    compared = 0
    for scenario in map(pair.completed, scenarios):
        if pair.comparable(scenario) is None:
            continue
        compared += 1
        what = pair.difference(scenario)
        if what is not None:
            return Runs(compared, shrunk(pair, Mismatch(scenario, what)))
    return Runs(compared)


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
