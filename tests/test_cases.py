"""Scenarios for verification: which transitions of a machine they reach; the machines are in cases/scenarios."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from aslsplit.analysis.facts import Facts, analyze
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.interpreter import Error, Execution, Result, TaskAnswer, TimedOut
from aslsplit.verify.cases import Cases, cases_of
from aslsplit.verify.coverage import Edge
from aslsplit.verify.places import (
    ABSENT,
    DECODED,
    LENGTH,
    PARSED,
    PRESENT,
    TYPE,
    Compared,
    Item,
    Offset,
    Place,
    Split,
    Steps,
    found_at,
    put,
    put_at,
)
from aslsplit.verify.scenario import Scenario, play, scenario_data, scenario_from
from tests.analysis_cases import cases_of as machines_of
from tests.analysis_cases import facts_of, title_of

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


@pytest.mark.parametrize("case", machines_of("scenarios"), ids=title_of)
def test_every_transition_is_reached_or_it_is_said_why_not(case: dict[str, Any]) -> None:
    cases = cases_of(facts_of(case))
    assert {text_of(goal): reason for goal, reason in cases.unreached.items()} == case.get("unreached", {})
    assert {text_of(edge) for edge in cases.missed_edges} | cases.missed_states <= set(case.get("unreached", {}))


def text_of(goal: Edge | str) -> str:
    if isinstance(goal, str):
        return goal
    source, target, kind = goal
    return f"{source} -> {target or 'end'}{' (catch)' if kind == 'catch' else ''}"


@pytest.mark.parametrize("case", machines_of("scenarios"), ids=title_of)
def test_the_same_seed_gives_the_same_scenarios(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    first, again = (cases_of(facts, limit=40, seed=3).scenarios for _ in range(2))
    assert [scenario_data(scenario) for scenario in first] == [scenario_data(scenario) for scenario in again]
    assert 0 < len(first) <= 40


POLLING = {
    "machine": {
        "Poll": {"Type": "Task", "ResultPath": "$.job"},
        "Done": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.job.status", "StringEquals": "RUNNING", "Next": "Poll"}],
            "Default": "Each",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {"Item": {"Type": "Task", "Parameters": {"id.$": "$.id"}}},
        },
    }
}


def test_beyond_coverage_there_are_rounds_lengths_absences_and_unforeseen_errors() -> None:
    facts = facts_of(POLLING)
    executions = [play(facts.machine.source.data, scenario) for scenario in cases_of(facts).scenarios]
    assert {0, 1, 3} <= {visits_of(execution, "Done") - 1 for execution in executions}
    assert {0, 1, 2, 3} <= {visits_of(execution, "Item") for execution in executions}
    assert {(execution.error, execution.cause) for execution in executions} >= {
        ("Unforeseen", None),
        ("Unforeseen", "nobody knows this error"),
    }
    assert any(execution.error == "States.Runtime" for execution in executions)
    assert all(execution.status != "ABORTED" for execution in executions)


HANDED_ON: dict[str, Any] = {
    "machine": {
        "Check": {"Type": "Task", "Parameters": {"job.$": "$.job", "tag.$": "$.tag"}},
        "Done": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.state", "StringEquals": "READY", "Next": "Tell"}],
            "Default": "Wait",
        },
        "Wait": {"Type": "Wait", "Next": "Check"},
        "Tell": {"Type": "Task", "Parameters": {"job.$": "$.job"}},
    }
}


def test_a_round_of_a_loop_finds_what_the_one_before_has_to_leave() -> None:
    facts = facts_of(HANDED_ON)
    executions = [play(facts.machine.source.data, scenario) for scenario in cases_of(facts).scenarios]
    assert any(visits_of(found, "Check") == 2 and found.status == "SUCCEEDED" for found in executions)


def visits_of(execution: Execution, state: str) -> int:
    return sum(step.state == state for step in execution.steps)


def test_a_small_limit_is_kept() -> None:
    assert len(cases_of(facts_of(POLLING), limit=2).scenarios) == 2


PLACES: list[tuple[Any, Steps, Any, Any]] = [
    ({}, ("a", "b"), 1, {"a": {"b": 1}}),
    ({"a": "text", "c": 2}, ("a", "b"), 1, {"a": {"b": 1}, "c": 2}),
    ({"a": {"b": 1, "c": 2}}, ("a", "b"), ABSENT, {"a": {"c": 2}}),
    ([{"a": 1}, {"a": 2}], ("a",), 3, [{"a": 3}, {"a": 3}]),
    (["x"], (2,), "y", ["x", "x", "y"]),
    ('{"a": 1}', (PARSED, "a"), 2, '{"a": 2}'),
    ("YQ==", (DECODED,), "b", "Yg=="),
    ([1, 2], (LENGTH,), 5, [1, 2, 1, 2, 1]),
    ([1, 2], (LENGTH,), 0, []),
    ({"a": 1}, ("a", PRESENT), False, {}),
    ({}, ("a", PRESENT), True, {"a": "present"}),
    (7, (TYPE,), "string", "text"),
    (7, (Offset(2),), 10, 8),
    ("x", (Compared("DONE", "other"),), True, "DONE"),
    ("a/b/c", (Split("/"), Item(1)), "z", "a/z/c"),
    ({"a": 1}, (Item(0), "a"), 2, {"a": 2}),
]


@pytest.mark.parametrize(("whole", "where", "value", "expected"), PLACES, ids=str)
def test_what_is_put_somewhere_is_found_there(whole: Any, where: Steps, value: Any, expected: Any) -> None:
    before = json.dumps(whole)
    changed = put(whole, where, value)
    assert changed == expected
    assert json.dumps(whole) == before
    assert set(map(str, found_at(changed, where))) == {str(value)}


def test_one_turn_or_all_of_them() -> None:
    scenario = Scenario({}, {"T": (Result({"s": 1}),)})
    place = Place("T", ("s",), turn=1)
    assert put_at(scenario, place, 2, every_turn=False).scripts["T"] == tuple(Result({"s": s}) for s in (1, 2, 1))
    assert put_at(scenario, place, 2, every_turn=True).scripts["T"] == (Result({"s": 2}),)


@pytest.mark.parametrize("answer", [Result([1]), Error("E", None), Error(None, "why"), TimedOut()], ids=str)
def test_a_scenario_survives_being_saved(answer: TaskAnswer) -> None:
    scenario = Scenario({"a": None}, {"T": (answer, Result({}))}, "because")
    assert scenario_from(json.loads(json.dumps(scenario_data(scenario)))) == scenario


def corpus() -> list[Facts]:
    """The machines with at least eight states."""
    found = []
    for file in sorted(CORPUS.glob("*/*.json")):
        source, _ = read_source(str(file), file.read_bytes())
        machine = parse(source)[0] if source is not None else None
        if machine is not None and sum(len(scope.states) for scope in machine.scopes()) >= 8:
            found.append(analyze(machine))
    return found


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_real_machines_are_covered() -> None:
    # Without variations: they do not add to the coverage.
    covered: list[Cases] = [cases_of(facts, limit=120) for facts in corpus()]
    states = [1 - len(cases.missed_states) / len(cases.goals.states) for cases in covered]
    edges = [1 - len(cases.missed_edges) / len(cases.goals.edges) for cases in covered]
    assert median(states) >= 0.95
    assert median(edges) >= 0.90
    assert sum(edges) / len(edges) >= 0.90
    for cases in covered:
        assert set(cases.unreached) >= cases.missed_edges | cases.missed_states
