"""The signs of sprawl, each absent, at its threshold and beyond it; the cases are in cases/signs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.analysis.domains import domains_of, service_of
from aslsplit.analysis.facts import Assumptions, analyze
from aslsplit.analysis.likeness import copies_in
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.paths import DOCUMENT
from aslsplit.asl.source import read_source
from aslsplit.signs.events import DEFINITION_SIZE, definition_size
from aslsplit.signs.longest import longest_rounds, longest_ways
from aslsplit.signs.measure import KINDS, measure
from aslsplit.signs.past import Revision, states_of
from aslsplit.signs.sign import Sign, Survey, Verdict
from tests.analysis_cases import cases_of, definition_of, title_of
from tests.random_machines import random_machine

CASES = cases_of("signs")


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_sign(case: dict[str, Any]) -> None:
    found = {sign.kind.name: sign for sign in measure(survey_of(case))}
    if case["figure"] == "none":
        assert case["sign"] not in found
        return
    sign = found[case["sign"]]
    assert (sign.figure, sign.verdict.value) == (case["figure"], case["verdict"])
    if "evidence" in case:
        assert [evidence.text for evidence in sign.evidence] == case["evidence"]
    if "remark" in case:
        assert sign.remark == case["remark"]
    for one in found.values():
        assert_sound(one)


def assert_sound(sign: Sign) -> None:
    """Whoever is told that there is too much of something is told where."""
    if sign.verdict is Verdict.EXCEEDED:
        assert sign.evidence
    assert sign.figure is not None or sign.remark
    for evidence in sign.evidence:
        assert evidence.span is not None
        assert evidence.span.line > 0
        assert evidence.pointer is not None


def survey_of(case: Mapping[str, Any]) -> Survey:
    machine = machine_named("m.asl.json", definition_of(with_calls(case["machine"])))
    neighbours = tuple(
        machine_named(name, definition_of(with_calls(states))) for name, states in case.get("neighbours", {}).items()
    )
    authors = case.get("by", [])
    revisions = tuple(
        Revision(str(number), authors[number] if authors else "ann", states)
        for number, states in enumerate(case.get("revisions", ()))
    )
    more: dict[str, Any] = {"revisions": revisions} if revisions else {}
    return Survey(
        analyze(machine, Assumptions({}, {DOCUMENT: frozenset({()})}, {}, {})),
        neighbours=neighbours,
        copies=copies_in([machine, *neighbours]),
        domains=case.get("domains", {}),
        thresholds={case["sign"]: case["threshold"]} if "threshold" in case else {},
        **more,
    )


def with_calls(states: Mapping[str, Any]) -> dict[str, Any]:
    return {name: called(body) if "call" in body else body for name, body in states.items()}


def called(body: Mapping[str, Any]) -> dict[str, Any]:
    field = "Arguments" if body.get("QueryLanguage") == "JSONata" else "Parameters"
    payload = {key: body[key] for key in ("Input", "Input.$") if key in body}
    resource = "arn:aws:states:::states:startExecution.sync:2"
    rest = {key: value for key, value in body.items() if key not in ("call", "Input", "Input.$")}
    return {"Type": "Task", "Resource": resource, field: {"StateMachineArn": body["call"], **payload}, **rest}


def machine_named(name: str, definition: Any) -> StateMachine:
    source, _ = read_source(name, json.dumps(definition).encode())
    assert source is not None
    machine, findings = parse(source)
    assert machine is not None, findings
    return machine


@pytest.mark.parametrize("case", cases_of("domains"), ids=title_of)
def test_domains(case: dict[str, Any]) -> None:
    machine = machine_named("m.asl.json", definition_of(case["machine"]))
    assert domains_of(machine) == case["domains"]
    if "services" in case:
        assert {name: service_of(state) for name, state in machine.top.states.items()} == case["services"]


def test_every_sign_has_a_case_within_and_one_beyond() -> None:
    seen = {(case["sign"], case.get("verdict")) for case in CASES}
    needed = {(kind.name, verdict) for kind in KINDS for verdict in ("within", "exceeded")}
    assert needed - seen == {("definition-size", "within"), ("definition-size", "exceeded")}


def test_a_round_begins_where_executions_come_into_it() -> None:
    definition = definition_of({"Start": {"Next": "Wait"}, "Wait": {"Type": "Wait"}, "Ask": {"Next": "Wait"}})
    states = definition["States"]
    definition["States"] = {name: states[name] for name in ("Ask", "Wait", "Start")}
    survey = Survey(analyze(machine_named("m.asl.json", definition)))
    (sign,) = [sign for sign in measure(survey) if sign.kind.name == "events-per-round"]
    assert sign.evidence[0].text.startswith("4 events per round of Wait, Ask:")


@pytest.mark.parametrize(("bytes_", "verdict"), [(50, Verdict.WITHIN), (51, Verdict.EXCEEDED)])
def test_definition_size_is_a_share_of_the_quota(bytes_: int, verdict: Verdict) -> None:
    definition = definition_of({"A": {"Comment": "x" * (bytes_ * 1024 * 1024 // 100)}})
    machine = machine_named("m.asl.json", definition)
    sign = definition_size(Survey(analyze(machine)))
    assert (sign.figure, sign.verdict, sign.threshold) == (bytes_, verdict, DEFINITION_SIZE.threshold)


def test_inner_states_are_taken_out_of_the_state_around_them() -> None:
    inner = {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}}
    machine = {"States": {"A": {"Type": "Parallel", "Branches": [inner]}, "M": {"ItemProcessor": inner, "x": 1}}}
    assert states_of(machine) == {
        "A": {"Type": "Parallel", "Branches": [{"StartAt": "B"}]},
        "B": {"Type": "Pass", "End": True},
        "M": {"ItemProcessor": {"StartAt": "B"}, "x": 1},
    }
    for nothing in (None, [], {"States": 1}, {"States": {"A": 3}}, {"States": {"A": {"Branches": 1, "Iterator": 2}}}):
        assert set(states_of(nothing)) <= {"A"}


GRAPHS = st.dictionaries(
    st.sampled_from("ABCDEFG"), st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(1, 5), max_size=3), min_size=1
).map(lambda graph: {node: {to: step for to, step in ways.items() if to in graph} for node, ways in graph.items()})


@given(GRAPHS)
def test_longest_ways_and_rounds_are_ways_and_rounds(graph: dict[str, dict[str, int]]) -> None:
    ways = longest_ways(graph, lambda node: 1)
    for node in graph:
        way = ways.way(node)
        steps = [graph[one][other] for one, other in pairwise(way)]
        assert ways.length[node] == sum(steps) + 1
        assert len(set(way)) == len(way)
    for _, round_ in longest_rounds(graph, lambda node: 1):
        assert all(other in graph[one] for one, other in zip(round_, (*round_[1:], round_[0]), strict=True))
        assert len(set(round_)) == len(round_)


@given(st.data())
def test_no_machine_is_too_odd_to_be_measured(data: st.DataObject) -> None:
    definition = random_machine(lambda options: data.draw(st.sampled_from(options)))
    machine = machine_named("m.asl.json", definition)
    facts = analyze(machine, Assumptions({}, {DOCUMENT: frozenset({()})}, {}, {}))
    names = [name for scope in machine.scopes() for name in scope.states]
    domains = {name: name[:1] for name in names}
    for sign in measure(Survey(facts, copies=copies_in([machine, machine]), domains=domains)):
        assert_sound(sign)
