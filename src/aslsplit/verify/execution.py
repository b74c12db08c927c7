"""The proof by execution: monolith and parent with its children run side by side, and the outside world is compared.

A ``States.Runtime`` comes from data the definition does not expect and cannot be caught. Where the monolith ends in
one, parent and children must have made the same calls and end in one too; its text quotes another document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from aslsplit.asl.paths import DOCUMENT, Stem
from aslsplit.asl.source import Json
from aslsplit.findings import Finding, finding
from aslsplit.interpreter import Execution, Result, called_from
from aslsplit.plan.input_schema import typed_stems
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.extract import Extraction
from aslsplit.rewrite.site import named_as_at
from aslsplit.verify.compare import Relaxed, difference, misses_object, together
from aslsplit.verify.contract_replay import NOTHING_REPLAYED, Replay, replay_of
from aslsplit.verify.inputs import NOTHING_EXPECTED, Expected, kinds_of
from aslsplit.verify.progress import Progress, unseen
from aslsplit.verify.published import Published
from aslsplit.verify.scenario import Scenario, play

__all__ = ["Mismatch", "Pair", "Remembered", "Runs", "pair_of", "run_side_by_side", "shrunk"]

_BUDGET = 4_000
_SPLIT_BUDGET = 4 * _BUDGET
_SHRINKING_TRIES = 1_000

Remembered = dict[str, Execution]
"""What one monolith did, by scenario: it does the same whatever is split off from it."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """``present`` are the places that surely exist when control arrives in a region from outside."""

    entries: tuple[str, ...]
    members: tuple[str, ...]
    present: tuple[Stem, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What is run side by side. ``children`` are definitions by the ARN that the parent calls, and by ``called_from``
    where the states of a shared child answer to the names that they have at that site.

    ``expected`` is what the user has said of the input, ``vouched`` of the regions. ``merged`` are places of what a
    state gets that JSONata puts something into, and of which the plan warned that they may be no objects (ASL509).
    ``joined`` are the Parallel states that run children side by side. What their branches do cannot be seen from one
    another, so they are run in the monolith's order, in which everything must be the same, whatever fails.
    """

    monolith: Json
    parent: Json
    children: Mapping[str, Json]
    relaxed: Relaxed
    expected: Expected = NOTHING_EXPECTED
    vouched: tuple[Vouched, ...] = ()
    merged: Mapping[str, tuple[Stem, ...]] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=dict)
    joined: Collection[str] = ()

    def completed(self, scenario: Scenario) -> Scenario:
        """With an input that the machine is called with."""
        value = self.expected.fulfilled(scenario.input)
        return scenario if value is scenario.input else replace(scenario, input=value)

    def difference(self, scenario: Scenario) -> str | None:
        """The first difference; None also when there is nothing to compare (see ``comparable``)."""
        expected = self.comparable(scenario)
        return None if expected is None else difference(expected, self.split(scenario), self.relaxed)

    def split(self, scenario: Scenario) -> Execution:
        """What the parent and its children do."""
        return play(self.parent, scenario, self.children, budget=_SPLIT_BUDGET, in_turn=self.joined)

    def comparable(self, scenario: Scenario) -> Execution | None:
        """What the monolith does. None if it does not end within its budget, if it puts something into what is no
        object, or if the scenario is one that the user has ruled out with ``assume.present``."""
        key = repr((scenario.input, scenario.scripts))
        if key not in self.remembered:
            self.remembered[key] = play(self.monolith, scenario, budget=_BUDGET)
        expected = self.remembered[key]
        # Where the monolith fails to put a result in place, a child may succeed and go round until the budget is spent.
        no_object = misses_object(expected) or self._merges_into_no_object(expected)
        unfit = expected.status == "ABORTED" or no_object or self._ruled_out(expected)
        return None if unfit else expected

    def _merges_into_no_object(self, execution: Execution) -> bool:
        return any(
            _is_no_object(step.input, stem) for step in execution.steps for stem in self.merged.get(step.state, ())
        )

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


def _holds(value: Json, stem: Stem) -> bool:
    for name in stem:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


def _is_no_object(value: Json, stem: Stem) -> bool:
    """A JSONata path goes through arrays, so what it finds behind one are the items' values."""
    for name in stem:
        if not isinstance(value, dict):
            return isinstance(value, list)
        if name not in value:
            return False
        value = value[name]
    return not isinstance(value, dict)


@dataclass(frozen=True, slots=True)
class Mismatch:
    scenario: Scenario
    what: str


def pair_of(
    plan: Plan,
    parent: Json,
    children: Mapping[str, Json],
    extraction: Extraction,
    remembered: Remembered | None = None,
) -> Pair:
    """``parent`` and ``children`` are definitions, the latter by the names of the boundary map. ``remembered`` is what
    is known of the plan's monolith from other pairs, and is added to."""
    boundaries = plan.boundaries
    observe = boundaries.observe
    children_called = [child.plan for child in extraction.children.values()]
    relaxed = Relaxed(
        observed="all" if observe == "all" else () if observe == "none" else tuple(path.stem for path in observe),
        payloads=frozenset(name for child in boundaries.children for name in child.assume_reads),
        surfacing=frozenset(child.boundary.alias_arn for child in children_called if child.surfaces),
        ignored=frozenset(child.boundary.alias_arn for child in children_called if child.boundary.errors == "ignore"),
        hasty=frozenset(child.boundary.alias_arn for child in children_called if child.form.is_express),
    )
    by_arn = {
        child.plan.boundary.alias_arn: children[name]
        for name, child in extraction.children.items()
        if child.plan.is_child
    }
    for child in extraction.children.values():
        site, boundary = child.record.site, child.plan.boundary
        if site is not None and site.names:
            # The world answers a state by its name, which is another one at each site in the monolith.
            arn = boundary.alias_arn
            called = arn if child.plan.is_child else called_from(arn, child.plan.generated.parent.invoke)
            by_arn[called] = named_as_at(children[boundary.of], site, child.record.own)
    regions = [(child.plan.region, child.plan.boundary.assume_present) for child in extraction.children.values()]
    vouched = tuple(
        Vouched(region.entries, region.members, tuple(path.stem for path in present if path.root == DOCUMENT))
        for region, present in regions
        if present
    )
    known = {} if remembered is None else remembered
    machine = plan.facts.machine.source.data
    merged = _merged_in(plan, extraction)
    joined = tuple(group.state for group in plan.joined(extraction.children))
    return Pair(machine, parent, by_arn, relaxed, _expected_of(plan), vouched, merged, known, joined)


def _merged_in(plan: Plan, extraction: Extraction) -> Mapping[str, tuple[Stem, ...]]:
    """Nothing, unless the user was told so of one of these children."""
    if all(said.code != "ASL509" for said in plan.findings_of(frozenset(extraction.children))):
        return {}
    scopes = [plan.facts.of(scope) for scope in plan.facts.machine.scopes()]
    places = {
        name: tuple(
            path.stem
            for path, _ in effects.merged
            if path.root == DOCUMENT and path.stem not in scope.objects.get(name, {}).get(DOCUMENT, ())
        )
        for scope in scopes
        for name, effects in scope.effects.items()
    }
    return {name: stems for name, stems in places.items() if stems}


def _expected_of(plan: Plan) -> Expected:
    kinds = {stem: kinds_of(types) for stem, types in typed_stems(plan.input_schema)}
    required = plan.facts.assumptions.present.get(DOCUMENT, frozenset())
    return Expected(frozenset(required), kinds)


@dataclass(frozen=True, slots=True)
class Runs:
    """``compared`` counts the scenarios in which there was something to compare, up to the mismatch if there is one.
    ``replay`` is what became of the children's requests meanwhile."""

    compared: int
    mismatch: Mismatch | None = None
    replay: Replay = NOTHING_REPLAYED

    @property
    def findings(self) -> tuple[Finding, ...]:
        if self.mismatch is None:
            return self.replay.findings
        what = f"parent and children do something else than the monolith ({self.mismatch.scenario.why})"
        return (finding("ASL703", f"{what}: {self.mismatch.what}"),)


def run_side_by_side(
    pair: Pair,
    scenarios: Collection[Scenario],
    published: Mapping[str, Published] | None = None,
    progress: Progress = unseen,
) -> Runs:
    """Up to the first mismatch, which is then made as small as it gets.

    ``published`` are the contracts, by the ARN that calls the child; the first request that contradicts one is told.
    """
    compared, replayed = 0, NOTHING_REPLAYED
    for number, scenario in enumerate(map(pair.completed, scenarios)):
        progress("running side by side", number, len(scenarios))
        expected = pair.comparable(scenario)
        if expected is None:
            continue
        compared += 1
        actual = pair.split(scenario)
        what = difference(expected, actual, pair.relaxed)
        if what is not None:
            return Runs(compared, shrunk(pair, Mismatch(scenario, what)))
        if published and not replayed.findings:
            children, in_turn, compared_to = pair.children, pair.joined, together(actual, pair.relaxed)
            replayed |= replay_of(
                scenario, expected, compared_to, children, published, budget=_SPLIT_BUDGET, in_turn=in_turn
            )
    return Runs(compared, replay=replayed)


def shrunk(pair: Pair, mismatch: Mismatch) -> Mismatch:
    """The same kind of difference with less: parts are left out as long as the machines still differ."""
    best = mismatch
    progress, tries = True, 0
    while progress and tries < _SHRINKING_TRIES:
        progress = False
        for smaller in _smaller(best.scenario):
            scenario = pair.completed(smaller)
            tries += 1
            if scenario.input == best.scenario.input and scenario.scripts == best.scenario.scripts:
                continue
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
