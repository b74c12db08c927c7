"""Regions: legal or not, their exits, and the repairs of an illegal one; the cases are in cases/regions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aslsplit.analysis.graph import FlowGraph, flow_graph
from aslsplit.analysis.regions import (
    entering,
    entry_points,
    largest_legal_subset,
    region_of,
    smallest_legal_superset,
)
from tests.analysis_cases import cases_of, machine_of, title_of

CASES = cases_of("regions")


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_region(case: dict[str, Any]) -> None:
    graph = graph_of(case["machine"])
    members = case["members"]
    region = region_of(graph, members)
    if "entry" in case:
        assert region is not None
        assert region.entries == (case["entry"],)
        assert [place.target or "end" for place in region.exits] == case["exits"]
        assert smallest_legal_superset(graph, members) == largest_legal_subset(graph, members) == region.members
    else:
        assert region is None
        assert list(entry_points(graph, members)) == case["entries"]
        assert [f"{arrow.source} -> {arrow.target}" for arrow in entering(graph, members)] == case["arriving"]
        assert list(smallest_legal_superset(graph, members) or ()) == case["superset"]
        assert list(largest_legal_subset(graph, members) or ()) == case["subset"]


@st.composite
def graphs(draw: st.DrawFn) -> FlowGraph:
    """Up to six states, each leading to up to three; some may never be reached."""
    names = "ABCDEF"[: draw(st.integers(1, 6))]
    targets = st.lists(st.sampled_from((*names, "end")), min_size=1, max_size=3, unique=True)
    return graph_of({name: " ".join(draw(targets)) for name in names})


@settings(max_examples=150, derandomize=True, deadline=None)
@given(graphs(), st.data())
def test_legal_is_what_the_definition_says(graph: FlowGraph, data: st.DataObject) -> None:
    members = data.draw(members_of(graph))
    assert (region_of(graph, members) is not None) == is_legal(graph, members)


def test_what_is_never_reached_has_no_dominators() -> None:
    graph = graph_of({"A": "B", "B": "end", "Lost": "B"})
    assert [graph.dominators(name) for name in ("A", "B", "Lost")] == [("A",), ("B", "A"), ()]


@settings(max_examples=150, derandomize=True, deadline=None)
@given(graphs(), st.data())
def test_with_dispatch_any_states_that_are_reached_are_a_region(graph: FlowGraph, data: st.DataObject) -> None:
    assume(graph.reachable == frozenset(graph.scope.states))
    members = data.draw(members_of(graph))
    region = region_of(graph, members, dispatch=True)
    assert region is not None
    assert region.entries == entry_points(graph, members)
    assert set(region.members) == set(members)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(graphs(), st.data())
def test_the_superset_is_the_smallest_region_around(graph: FlowGraph, data: st.DataObject) -> None:
    # What AWS refuses anyway, states that nothing leads to, has no regions around it.
    assume(graph.reachable == frozenset(graph.scope.states))
    members = frozenset(data.draw(members_of(graph)))
    around = [region for region in all_regions(graph) if members <= region]
    found = smallest_legal_superset(graph, members)
    if found is None:
        assert not around
    else:
        assert frozenset(found) in around
        assert all(frozenset(found) <= region for region in around), "it lies in every other"


@settings(max_examples=150, derandomize=True, deadline=None)
@given(graphs(), st.data())
def test_no_region_inside_is_larger_than_the_subset(graph: FlowGraph, data: st.DataObject) -> None:
    members = frozenset(data.draw(members_of(graph)))
    inside = [region for region in all_regions(graph) if region <= members]
    found = largest_legal_subset(graph, members)
    if found is None:
        assert not inside
    else:
        assert frozenset(found) in inside
        assert len(found) == max(map(len, inside))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(graphs(), st.data())
def test_exits_are_all_ways_out_once_each(graph: FlowGraph, data: st.DataObject) -> None:
    region = region_of(graph, data.draw(members_of(graph)))
    if region is None:
        return
    leaving = [
        transition
        for name in region.members
        for transition in graph.scope.states[name].transitions
        if transition.target not in region.members
    ]
    assert sorted((t for place in region.exits for t in place.transitions), key=str) == sorted(leaving, key=str)
    targets = [place.target for place in region.exits]
    assert targets == list(dict.fromkeys(transition.target for transition in leaving))


def graph_of(arrows: dict[str, str]) -> FlowGraph:
    """``A: B C`` is a Choice between B and C, ``A: B!`` a Task caught by B, ``end`` the end and ``fail`` a Fail."""
    return flow_graph(machine_of({"StartAt": next(iter(arrows)), "States": dict(_states(arrows))}).top)


def _states(arrows: dict[str, str]) -> Iterator[tuple[str, Any]]:
    found = {name: _state(text.split()) for name, text in arrows.items()}
    yield from found.items()
    if '"END"' in json.dumps(found):
        yield "END", {"Type": "Succeed"}


def _state(targets: list[str]) -> dict[str, Any]:
    if targets == ["fail"]:
        return {"Type": "Fail"}
    caught = [target.removesuffix("!") for target in targets if target.endswith("!")]
    onward = [target for target in targets if not target.endswith("!")]
    if caught:
        catch = [{"ErrorEquals": ["States.ALL"], "Next": target} for target in caught]
        return {"Type": "Task", "Resource": "arn:aws:lambda:::f", "Catch": catch, **_onward(onward[0])}
    if len(onward) == 1:
        return {"Type": "Pass", **_onward(onward[0])}
    rules = [
        {"Variable": "$.x", "NumericEquals": index, "Next": "END" if name == "end" else name}
        for index, name in enumerate(onward)
    ]
    return {"Type": "Choice", "Choices": rules}


def _onward(target: str) -> dict[str, Any]:
    return {"End": True} if target == "end" else {"Next": target}


def members_of(graph: FlowGraph) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(graph.scope.states)), min_size=1, unique=True)


def all_regions(graph: FlowGraph) -> list[frozenset[str]]:
    names = list(graph.scope.states)
    candidates = chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1))
    return [frozenset(candidate) for candidate in candidates if is_legal(graph, candidate)]


def is_legal(graph: FlowGraph, members: Collection[str]) -> bool:
    """The definition, word by word: control arrives at one member, and from there at every other."""
    states = graph.scope.states
    targets = {name: {str(transition.target) for transition in states[name].transitions} for name in states}
    arrived_at = {graph.scope.start_at} & set(members)
    for name in targets:
        if name not in members:
            arrived_at |= {target for target in targets[name] if target in members}
    reached = set(arrived_at)
    while any(target in members and target not in reached for name in reached for target in targets[name]):
        reached |= {target for name in reached for target in targets[name] if target in members}
    return len(arrived_at) == 1 and reached == set(members)
