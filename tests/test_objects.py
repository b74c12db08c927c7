"""Objects: what is certain to be one; the cases are in cases/objects, and random machines are run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.paths import CONTEXT, DOCUMENT, format_path
from aslsplit.plan.input_schema import object_stems
from tests.analysis_cases import cases_of, facts_of, title_of
from tests.effort import examples
from tests.reference_executor import MISSING, get
from tests.split_runs import random_scenario

CASES = cases_of("objects")


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_certain_objects(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    known = {name: objects for scope in facts.scopes.values() for name, objects in scope.objects.items()}
    found = {
        name: {format_path(root, stem) for root, stems in known[name].items() if root != CONTEXT for stem in stems}
        for name in case["objects"]
    }
    assert found == {name: set(paths) for name, paths in case["objects"].items()}


@examples(60)
@given(st.data())
def test_what_is_said_to_be_an_object_is_one_or_absent_whenever_control_arrives(data: st.DataObject) -> None:
    scenario = random_scenario(lambda options: data.draw(st.sampled_from(options)), nested=True)
    done = scenario.execution()
    for arrival in done[0].arrivals if done else ():
        objects = scenario.facts.of(scenario.scope_of(arrival.state)).objects[arrival.state]
        view = {DOCUMENT: arrival.document, **arrival.variables}
        for root, stems in objects.items():
            for stem in stems if root != CONTEXT else ():
                value = get(view.get(root, MISSING), stem)
                assert value is MISSING or isinstance(value, dict), (arrival.state, root, stem)


def test_a_schema_says_what_is_an_object_only_inside_objects() -> None:
    order = {"type": "object", "properties": {"lines": {"type": "object"}, "id": {"type": ["object", "null"]}}}
    untyped = {"properties": {"inside": {"type": "object"}}}
    schema = {"type": "object", "properties": {"order": order, "untyped": untyped}}
    assert object_stems(schema) == {(), ("order",), ("order", "lines")}
    assert object_stems({"properties": {"order": {"type": "object"}}}) == frozenset()
    assert object_stems(None) == frozenset()
