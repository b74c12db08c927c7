"""What crosses a border; the cases are in cases/region_flow, and random machines run whole and split."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.analysis.pathset import EMPTY
from aslsplit.analysis.region_flow import EntryFlow, RegionFlow, region_flow
from aslsplit.analysis.regions import region_of
from aslsplit.asl.paths import CONTEXT, DOCUMENT, format_path
from tests.analysis_cases import cases_of, facts_of, paths_text, presence_text, title_of
from tests.effort import examples
from tests.reference_executor import MISSING, Arrival, Failure, NotAnObject, World, ending, get, run_region
from tests.split_runs import Scenario, changes_beyond, missing, random_region, random_scenario, split_at

CASES = cases_of("region_flow")


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_flow(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    scope = facts.machine.scope_of(case["region"][0])
    assert scope is not None
    region = region_of(facts.of(scope).graph, case["region"])
    assert region is not None
    flow = region_flow(facts, region)
    arrival = flow.entries[0]
    assert paths_text(arrival.wanted) == sorted(case["request"])
    assert {found.exit.target or "end": paths_text(found.returned) for found in flow.exits} == {
        target: sorted(paths) for target, paths in case["exits"].items()
    }
    if "present" in case.get("at_entry", {}):
        assert presence_text(arrival.present) == sorted(case["at_entry"]["present"])
    if "read_first" in case.get("at_entry", {}):
        assert _read_first(arrival) == sorted(case["at_entry"]["read_first"])
    for target, emptied in case.get("emptied", {}).items():
        found = next(found for found in flow.exits if (found.exit.target or "end") == target)
        assert [format_path(DOCUMENT, stem) for stem in found.emptied] == emptied
    for target, changed in case.get("changed", {}).items():
        found = next(found for found in flow.exits if (found.exit.target or "end") == target)
        assert paths_text(found.changed) == sorted(changed)


def _read_first(arrival: EntryFlow) -> list[str]:
    return sorted(format_path(root, stem) for root, stem in arrival.anticipated if stem)


@examples(100)
@given(st.data(), st.booleans())
def test_whole_and_split_machines_cannot_be_told_apart(data: st.DataObject, nested: bool) -> None:
    """The same calls with the same payloads, the same end; nothing crosses the border but what the flow says."""
    scenario = random_scenario(lambda options: data.draw(st.sampled_from(options)), nested=nested)
    flow = random_region(scenario.facts, scenario.pick)
    done = scenario.execution()
    if flow is None or done is None:
        return
    whole, end = done
    split = World(scenario.answer, split_at(flow))
    try:
        assert (scenario.seen(ending(split, scenario.definition, scenario.document)), split.calls) == (end, whole.calls)
    except NotAnObject:
        pytest.fail("a write that succeeds in the monolith must succeed when it is split")
    for arrival in whole.arrivals:
        if arrival.state in flow.region.entries:
            check_region(scenario, flow, arrival, whole)


def check_region(scenario: Scenario, flow: RegionFlow, arrival: Arrival, whole: World) -> None:
    """One way through the region, on the whole document: what was promised about it holds."""
    alone = World(scenario.answer, calls=whole.calls[: arrival.calls_before])
    body = scenario.body_of(flow.region.scope)
    view = {DOCUMENT: arrival.document, **arrival.variables}
    try:
        left = run_region(alone, body, flow.region.members, *arrival[:3], context=arrival.context)
    except Failure:
        left = None
    awaited = next(found.anticipated for found in flow.entries if found.entry == arrival.state)
    for root, stem in awaited:
        if root != CONTEXT and get(view.get(root, MISSING), stem) is MISSING:
            assert left is None and len(alone.calls) == arrival.calls_before, "it fails either way, and at once"
    if left is None:
        return
    target, document, variables = left
    found = next(found for found in flow.exits if found.exit.target == target)
    assert not changes_beyond(found.changed.get(DOCUMENT, EMPTY), arrival.document, document)
    for root in {*arrival.variables, *variables} - found.changed.keys():
        assert arrival.variables.get(root, MISSING) == variables.get(root, MISSING)
    for root, stems in found.present.items():
        assert root == CONTEXT or not missing({DOCUMENT: document, **variables}.get(root, MISSING), list(stems))
