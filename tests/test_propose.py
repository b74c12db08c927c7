"""Proposals: what is measured and chosen (cases/proposals), and what holds of every proposal."""

from __future__ import annotations

import json
import random
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.analysis.domains import domains_of
from aslsplit.analysis.facts import analyze
from aslsplit.analysis.likeness import copies_in
from aslsplit.analysis.regions import region_of
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.propose.alternatives import alternatives_of
from aslsplit.propose.candidates import Candidate
from aslsplit.propose.dominance import dominance_of
from aslsplit.propose.likes import likes_of
from aslsplit.propose.naming import names_for
from aslsplit.propose.patterns import patterns_of
from aslsplit.propose.profile import Measures, measures_of
from aslsplit.propose.scores import reasons_of
from aslsplit.propose.search import Search, search
from aslsplit.propose.selection import Scored, best_set
from aslsplit.propose.settings import read_settings, with_fixed
from aslsplit.propose.weights import Gates, Weights
from tests.analysis_cases import cases_of, definition_of, machine_of, title_of
from tests.command_line import aslsplit, copy_of_example, small_project, snapshot
from tests.random_machines import random_machine

CASES = cases_of("proposals")


@pytest.mark.parametrize("case", [case for case in CASES if "region" in case], ids=title_of)
def test_scores(case: dict[str, Any]) -> None:
    machine = machine_of(definition_of(case["machine"]))
    facts = analyze(machine).of(machine.top)
    measures = measures_of(facts, likes_of(facts, Weights()), domains_of(machine))
    found = measures.measured(case["region"][0], tuple(case["region"]))
    for name, expected in case["measured"].items():
        value = getattr(found, name)
        assert (list(value) if isinstance(value, tuple) else value) == expected, name
    points = {reason.what: round(reason.points, 3) for reason in reasons_of(found, Weights(), Gates())}
    assert {name: points.get(name, 0) for name in case["points"]} == case["points"]


@pytest.mark.parametrize("case", [case for case in CASES if "chosen" in case], ids=title_of)
def test_choices(case: dict[str, Any]) -> None:
    machine = machine_of(definition_of(case["machine"]))
    source, _ = read_source("weights.yaml", json.dumps(case.get("settings", {})).encode(), "yaml")
    assert source is not None
    settings, findings = read_settings(source, machine.top.states)
    assert not findings
    fixed = {name: frozenset(states) for name, states in case.get("fixed", {}).items()}
    settings = with_fixed(settings, fixed)
    found = search(analyze(machine), (), settings.weights, settings.gates, settings.constraints)
    assert [list(one.candidate.members) for one in balanced(found)] == case["chosen"]


@pytest.mark.parametrize("case", [case for case in CASES if "patterns" in case], ids=title_of)
def test_patterns(case: dict[str, Any]) -> None:
    machine = machine_of(definition_of(case["machine"]))
    facts = analyze(machine).of(machine.top)
    measures = measures_of(facts, likes_of(facts, Weights()), domains_of(machine))
    children = [(name, as_scored(machine, measures, tuple(members))) for name, members in case["children"].items()]
    found = {name: dict(patterns_of(one, measures, children)) for name, one in children}
    assert {name: list(patterns) for name, patterns in found.items()} == case["patterns"]
    assert all(why for patterns in found.values() for why in patterns.values())


def as_scored(machine: StateMachine, measures: Measures, members: tuple[str, ...]) -> Scored:
    candidate = Candidate(members[0], members, "named by the case")
    return Scored(machine.top, candidate, measures.measured(members[0], members), copies=0, worth=0.0)


def balanced(found: Search) -> tuple[Scored, ...]:
    return best_set(found.facts.machine, found.trees, found.scored, found.weights.child)


def test_states_that_share_all_they_share_with_anyone_count_each() -> None:
    """What only one of them uses makes them no less alike."""
    only_data = Weights(words=0, service=0, handling=0, flow=0)
    shared = {f"S{n}": {"Type": "Task", "Parameters": {"a.$": "$.a", "b.$": f"$.b{n}"}} for n in range(4)}
    apart = {f"T{n}": {"Type": "Task", "Parameters": {"a.$": f"$.c{n % 2}"}} for n in range(4)}
    machine = machine_of(definition_of({**shared, **apart}))
    likes = likes_of(analyze(machine).of(machine.top), only_data)
    assert likes.cohesion(shared) == pytest.approx(4.0)
    assert likes.cohesion(apart) == pytest.approx(2.0)
    assert likes.cohesion(["S0", "T0"]) == pytest.approx(1.0)


def test_children_are_named_after_what_they_give_back_and_never_alike() -> None:
    case = next(case for case in CASES if case["title"].startswith("two domains"))
    found = search(analyze(machine_of(definition_of(case["machine"]))))
    chosen = [(one, found.measures[one.scope.pointer]) for one in balanced(found)]
    assert names_for(chosen, ()) == ("payment", "parcel")
    again = names_for([*chosen, *chosen], ("Payment",))
    assert "payment" not in again
    assert len({name.casefold() for name in again}) == 4


# --- what holds of every proposal --------------------------------------------------------------------------------


def some_machine(seed: int) -> StateMachine | None:
    draw = random.Random(seed)
    definition = random_machine(lambda options: draw.choice(list(options)))
    source, _ = read_source("random.asl.json", json.dumps(definition).encode())
    assert source is not None
    return parse(source)[0]


@given(st.integers(0, 10**6))
def test_children_are_legal_and_do_not_overlap(seed: int) -> None:
    machine = some_machine(seed)
    if machine is None:
        return
    found = search(analyze(machine), copies_in((machine,)), Weights(child=0.1, background=0.0))
    for alternative in alternatives_of(found):
        taken: set[str] = set()
        for one in alternative.chosen:
            region = region_of(found.facts.of(one.scope).graph, one.candidate.members)
            assert region is not None
            assert region.entries == (one.candidate.entry,)
            inside = everything_in(one)
            assert taken.isdisjoint(inside)
            taken |= inside


def everything_in(one: Scored) -> set[str]:
    pending = [one.scope.states[name] for name in one.candidate.members]
    found: set[str] = set()
    while pending:
        state = pending.pop()
        found.add(state.name)
        pending += [inner for scope in state.scopes for inner in scope.states.values()]
    return found


@given(st.integers(0, 10**6))
def test_no_other_set_of_candidates_is_worth_more(seed: int) -> None:
    """The dynamic program against trying every set, in the top scope of small machines."""
    machine = some_machine(seed)
    if machine is None:
        return
    weights = Weights(child=0.3, background=0.0, small=0.0)
    found = search(analyze(machine), (), weights, Gates(least_states=1))
    scored = found.scored[machine.top.pointer]
    worthy = sorted((one for one in scored if one.worth > weights.child), key=lambda one: -one.worth)[:12]
    only = {machine.top.pointer: tuple(worthy)}
    chosen = best_set(machine, found.trees, only, weights.child)
    best = best_by_trying([(frozenset(o.candidate.members), o.worth - weights.child) for o in worthy])
    assert sum(one.worth - weights.child for one in chosen) == pytest.approx(best)


def best_by_trying(regions: list[tuple[frozenset[str], float]]) -> float:
    if not regions:
        return 0.0
    (members, worth), *others = regions
    apart = [other for other in others if members.isdisjoint(other[0])]
    return max(best_by_trying(others), worth + best_by_trying(apart))


@given(st.integers(0, 10**6))
def test_the_dominator_tree_agrees_with_the_graph(seed: int) -> None:
    machine = some_machine(seed)
    if machine is None:
        return
    graph = analyze(machine).of(machine.top).graph
    tree = dominance_of(graph)
    assert set(tree.order) == graph.reachable
    for name in tree.order:
        chain = graph.dominators(name)
        assert [top for top in tree.order if tree.within(name, top)] == list(reversed(chain))


def test_no_weight_is_without_effect() -> None:
    """Each changes the worth of something in the example, or of what is made to show it."""
    folder = Path(__file__).parents[1] / "examples" / "order-processing"
    source, _ = read_source("order.asl.json", (folder / "order-processing.asl.json").read_bytes())
    assert source is not None
    machine = parse(source)[0]
    assert machine is not None
    together = (("ScoreFraud", "AuthorizePayment"),)

    def worths(weights: Weights) -> list[float]:
        from aslsplit.propose.weights import Constraints

        constraints = Constraints(changed_together=together)
        found = search(analyze(machine), (), weights, Gates(band_to=8), constraints)
        return [one.worth for some in found.scored.values() for one in some]

    before = worths(Weights())
    shown_elsewhere = {"copy", "child", "capture", "opaque"}
    for field in fields(Weights):
        if field.name not in shown_elsewhere:
            value = getattr(Weights(), field.name)
            assert worths(Weights(**{field.name: value + 1})) != before, field.name


# --- through the command line ------------------------------------------------------------------------------------


def test_the_example_is_cut_where_its_own_map_cuts_it(tmp_path: Path) -> None:
    """From the monolith alone: payment, inventory and fulfillment."""
    folder = copy_of_example(tmp_path / "example")
    (folder / "boundaries.yaml").rename(folder / "shipped.yaml")
    ran = aslsplit("propose", "order-processing.asl.json", "--format", "json", folder=folder)
    assert ran.code == 0, ran.err
    best = json.loads(ran.out)["options"][0]
    proposed = [sorted(child["states"]) for child in best["children"]]
    planned = json.loads(aslsplit("plan", "shipped.yaml", "--format", "json", folder=folder).out)
    assert {child["name"] for child in planned["children"]} == {"payment", "inventory", "fulfillment"}
    for child in planned["children"]:
        assert sorted(child["states"]) in proposed, child["name"]
    decisions = {"PaymentDecision", "InventoryDecision", "FulfillmentDecision"}
    assert decisions <= set(best["parent"])


def test_what_is_written_can_be_extracted_as_it_is(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path / "example")
    ran = aslsplit("propose", "order-processing.asl.json", "-o", "proposed.yaml", folder=folder)
    assert ran.code == 0, ran.err
    extracted = aslsplit("extract", "proposed.yaml", "--all", folder=folder)
    assert extracted.code == 0, extracted.err


def test_only_the_map_is_written_and_twice_the_same(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path / "example")
    before = snapshot(folder)
    first = aslsplit("propose", "order-processing.asl.json", folder=folder)
    assert snapshot(folder) == before
    again = [aslsplit("propose", "order-processing.asl.json", "-o", "new.yaml", folder=folder) for _ in range(2)]
    assert [ran.code for ran in again] == [0, 0]
    assert again[0].out == again[1].out == first.out
    after = snapshot(folder)
    assert {name for name in after if name not in before} == {"new.yaml"}


def test_a_map_that_people_wrote_is_not_overwritten(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path / "example")
    before = (folder / "boundaries.yaml").read_bytes()
    ran = aslsplit("propose", "order-processing.asl.json", "-o", "boundaries.yaml", folder=folder)
    assert ran.code == 2
    assert "is there already" in ran.err
    assert (folder / "boundaries.yaml").read_bytes() == before


def test_going_on_from_a_map_keeps_its_text(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path / "example")
    before = (folder / "boundaries.yaml").read_text()
    ran = aslsplit(
        "propose", "order-processing.asl.json", "--map", "boundaries.yaml", "-o", "boundaries.yaml", folder=folder
    )
    assert ran.code == 0, ran.err
    after = (folder / "boundaries.yaml").read_text()
    assert after.startswith(before.rstrip())
    assert len(after) > len(before)
    assert aslsplit("plan", "boundaries.yaml", folder=folder).code == 0


PAYMENT = ["Reserve Payment", "Check Payment", "Score Payment", "Capture Payment"]
IN_BRACES = {
    "on one line": "children: {payment: {workflow: Pay, states: [%s]}}  # ours\nobserve: all\n",
    "over several lines": (
        "children: {\n  payment: {\n    workflow: Pay,  # stays\n    states: [%s]\n  }\n}\nobserve: all\n"
    ),
    "within one child": "children:\n  payment: {workflow: Pay, states: [%s]}\n\nobserve: all\n",
}


@pytest.mark.parametrize("written", IN_BRACES.values(), ids=IN_BRACES)
def test_going_on_from_a_map_in_braces(tmp_path: Path, written: str) -> None:
    before = f"version: 1\nmonolith: two.asl.json\n{written % ', '.join(PAYMENT)}"
    after = gone_on(tmp_path, "map.yaml", before)
    # Whatever stood there still does, in its order.
    position = 0
    for line in before.splitlines():
        position = after.index(line.rstrip("}#ours ").rstrip(), position)


def test_going_on_from_a_map_in_json(tmp_path: Path) -> None:
    children = {"payment": {"workflow": "Pay", "states": PAYMENT}}
    before = json.dumps({"version": 1, "monolith": "two.asl.json", "children": children}, indent=1)
    after = json.loads(gone_on(tmp_path, "map.json", before))
    assert list(after["children"]) == ["payment", "parcel"]


def gone_on(folder: Path, name: str, before: str) -> str:
    case = next(case for case in CASES if case["title"].startswith("two domains"))
    (folder / "two.asl.json").write_text(json.dumps(definition_of(case["machine"])))
    (folder / name).write_text(before)
    ran = aslsplit("propose", "two.asl.json", "--map", name, "-o", name, folder=folder)
    assert ran.code == 0, ran.err
    planned = aslsplit("plan", name, "--format", "json", folder=folder)
    assert planned.code == 0, planned.err
    children = {child["name"]: child["states"] for child in json.loads(planned.out)["children"]}
    assert children["payment"] == PAYMENT
    assert "Pack Parcel" in children["parcel"]
    return (folder / name).read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.json"], "there is no file missing.json"),
        (["-", "-o", "new.yaml"], "name the file instead of -"),
        (["order-processing.asl.json", "-o", "below/new.yaml"], "has to lie in the folder"),
        (["order-processing.asl.json", "--map", "missing.yaml"], "there is no file missing.yaml"),
        (["other.asl.json", "--map", "boundaries.yaml"], "is about order-processing.asl.json"),
        (["order-processing.asl.json", "--weights", "boundaries.yaml"], "unknown key"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, arguments: list[str], said: str) -> None:
    ran = aslsplit("propose", *arguments, folder=copy_of_example(tmp_path / "example"), typed=b"{}")
    assert ran.code == 2
    assert said in ran.err


def test_a_definition_with_errors_is_findings(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project")
    (folder / "bad.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}')
    ran = aslsplit("propose", "bad.asl.json", folder=folder)
    assert ran.code == 2
    assert "bad.asl.json:1:59: error ASL104" in ran.err
