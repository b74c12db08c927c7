"""The sweep on a few machines: every region is written and proved, and what goes wrong is counted."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import benchmarks.sweep
from aslsplit.analysis.graph import flow_graph
from aslsplit.analysis.regions import region_of
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.extract import Extraction, extract
from aslsplit.verify.minimality import without_one
from benchmarks.candidates import regions
from benchmarks.sweep import Effort, Report, Subject, last_line, subjects_in, sweep, table
from tests.analysis_cases import cases_of, definition_of, machine_of
from tests.effort import examples
from tests.random_jsonata import jsonata_machine, mixed_machine
from tests.random_machines import Pick, random_machine, rich_machine

EXAMPLES = Path(__file__).parents[1] / "examples"

REFUSALS = {
    "ASL306": "a child that is waited for, in items that are EXPRESS executions",
    "ASL406": "the whole context object is read",
    "ASL411": "a variable named like a function of JSONata",
    "ASL502": "carrier: document, and something reads all of the document",
    "ASL507": "carrier: document, where nothing says that the document is an object",
}

REFUSED_SIDE_BY_SIDE = {
    "ASL334": "one needs or writes what another writes",
    "ASL336": "what one is sent need not be there before the first",
    "ASL337": "a failure without a name",
}
REFUSALS_BY_PATTERN = {
    "ASL421": "async, and what the child makes is needed",
    "ASL422": "async, and the child decides where to go on",
    "ASL423": "async, and the child may fail",
    "ASL424": "express, and the child waits for somebody",
    "ASL524": "async, and the place for the acceptance is read",
    "ASL525": "async, and errors: surface was drawn",
}
PATTERNS = (
    {"pattern": "express"},
    {"pattern": "async"},
    {"pattern": "async", "errors": "ignore"},
    {"pattern": "async", "errors": "ignore", "accepted_at": "$.accepted"},
)

POLLING: dict[str, Any] = {
    "Begin": {"Type": "Task", "Parameters": {"i.$": "$.id"}, "ResultPath": "$.job"},
    "Ask": {"Type": "Task", "Parameters": {"id.$": "$.job.id"}, "ResultPath": "$.answer", "Catch": [{"Next": "Tell"}]},
    "Done": {
        "Type": "Choice",
        "Choices": [{"Variable": "$.answer.state", "StringEquals": "done", "Next": "Tell"}],
        "Default": "Wait",
    },
    "Wait": {"Type": "Wait", "Next": "Ask"},
    "Tell": {"Type": "Task", "Parameters": {"a.$": "$.answer"}},
}


def subject(states: dict[str, Any], name: str = "machine") -> Subject:
    return Subject(name, json.dumps(definition_of(states), indent=2) + "\n")


def failed(reports: list[Report]) -> list[str]:
    return [
        f"{t.end} {t.machine} {t.children} {dict(t.options)}: {t.what}" for r in reports for t in r.trials if t.what
    ]


def check(reports: list[Report], allowed: set[str]) -> None:
    trials = [trial for report in reports for trial in report.trials]
    assert not [what for what in failed(reports) if what.startswith(("mismatch", "crash"))]
    assert {code for trial in trials for code in trial.codes} <= allowed
    assert not any(report.stopped for report in reports)


def test_every_region_of_the_cases_and_examples() -> None:
    cases = [subject(c["machine"], c["title"]) for folder in ("extraction", "region_flow") for c in cases_of(folder)]
    effort = Effort(regions=3, pairs=1, sets=1, cases=12, fields=0, states=2)
    reports = list(sweep([*subjects_in(EXAMPLES), *cases], effort))
    check(reports, set(REFUSALS))
    written = sum(trial.end == "written" for report in reports for trial in report.trials)
    assert len(reports) > 40 and written > 90, "or there is little to be seen here"


def test_neighbours_side_by_side() -> None:
    cases = [subject(case["machine"], case["title"]) for case in cases_of("extraction")[::2]]
    effort = Effort(regions=0, pairs=0, sets=0, groups=1, cases=10, fields=0, states=3)
    reports = list(sweep([*subjects_in(EXAMPLES), *cases], effort))
    check(reports, {*REFUSALS, *REFUSED_SIDE_BY_SIDE})
    written = sum(trial.end == "written" for report in reports for trial in report.trials)
    assert len(reports) > 20 and written > 10, "or there is little to be seen here"


@examples(30)
@given(st.sampled_from((rich_machine, mixed_machine, jsonata_machine)), st.randoms(use_true_random=False))
def test_every_region_of_a_generated_machine(made: Callable[[Pick], dict[str, Any]], chance: random.Random) -> None:
    text = json.dumps(made(chance.choice), indent=2) + "\n"
    effort = Effort(regions=3, pairs=1, sets=0, groups=2, cases=12, fields=0, states=3, seed=chance.randrange(1000))
    check(list(sweep([Subject("generated", text)], effort)), {*REFUSALS, *REFUSED_SIDE_BY_SIDE})


@examples(25)
@given(
    st.sampled_from((rich_machine, mixed_machine, jsonata_machine)),
    st.randoms(use_true_random=False),
    st.sampled_from(PATTERNS),
    st.sampled_from(("all", "none")),
)
def test_however_it_is_called(
    made: Callable[[Pick], dict[str, Any]], chance: random.Random, chosen: dict[str, str], observe: str
) -> None:
    text = json.dumps(made(chance.choice), indent=2) + "\n"
    said, seed = {"observe": observe}, chance.randrange(1000)
    effort = Effort(regions=4, pairs=0, sets=1, cases=12, fields=0, states=3, seed=seed, said=said, chosen=chosen)
    check(list(sweep([Subject("generated", text)], effort)), set(REFUSALS) | set(REFUSALS_BY_PATTERN))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_region_is_missed(chance: random.Random) -> None:
    machine = machine_of(random_machine(chance.choice))
    expected = set()
    for scope in machine.scopes():
        graph = flow_graph(scope)
        names = [name for name in scope.states if name in graph.reachable]
        sizes = range(2, len(scope.states) + (scope.owner is not None))
        for members in chain.from_iterable(combinations(names, size) for size in sizes):
            region = region_of(graph, members)
            if region is not None:
                expected.add((scope.owner, frozenset(members), len(region.exits)))
    found = regions(machine, 10_000, random.Random(0))
    assert {(c.scope.owner, frozenset(c.members), c.exits) for c in found} == expected
    assert len(found) == len(expected)


def test_the_same_seed_tries_the_same() -> None:
    effort = Effort(regions=6, cases=5)
    first, second = (next(iter(sweep([subject(POLLING)], effort))) for _ in range(2))
    assert first.trials == second.trials and first.fields == second.fields


def test_a_value_that_is_not_carried_is_a_mismatch(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(plan: Plan, names: Any) -> Extraction:
        child = plan.children[0]
        _, contract = next(iter(without_one(child.contract)))
        object.__setattr__(child, "contract", contract)
        return extract(plan, names)

    monkeypatch.setattr(benchmarks.sweep, "extract", careless)
    reports = list(sweep([subject(POLLING)], Effort(regions=1, pairs=0, sets=0, cases=20)))
    assert [trial.end for trial in reports[0].trials] == ["mismatch"]
    assert "mismatches=1" in last_line(reports)
    assert any("MISMATCH 1 times" in line for line in table(reports, 0))


def test_an_exception_is_a_crash_and_the_sweep_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Extraction:
        raise KeyError("S1")

    monkeypatch.setattr(benchmarks.sweep, "extract", broken)
    reports = list(sweep([subject(POLLING), subject(POLLING)], Effort(regions=2, pairs=0, sets=0, cases=5)))
    assert "machines=2 regions=4 written=0 refused=0 mismatches=0 crashes=4" in last_line(reports)


def test_a_machine_that_takes_too_long_is_named() -> None:
    reports = list(sweep([subject(POLLING, "slow")], Effort(seconds=0.001)))
    assert reports[0].stopped
    assert any("slow: 5 states" in line for line in table(reports, 0))


def test_a_definition_with_errors_of_its_own_is_counted_apart() -> None:
    broken = {**POLLING, "Tell": {"Type": "Pass", "Next": "Nowhere"}}
    reports = list(sweep([subject(broken)], Effort()))
    assert reports[0].unusable and not reports[0].trials
    assert "machines 1, of which 1 have errors of their own" in table(reports, 0)
