"""Presence: what must exist; the cases are in cases/presence, and random machines are run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.paths import CONTEXT, DOCUMENT
from tests.analysis_cases import cases_of, facts_of, presence_text, title_of
from tests.effort import examples
from tests.reference_executor import MISSING
from tests.split_runs import missing, random_scenario

CASES = cases_of("presence")


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_present(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    known = {name: present for scope in facts.scopes.values() for name, present in scope.present.items()}
    found = {name: presence_text(known[name], context=case.get("context", False)) for name in case["surely"]}
    assert found == {name: sorted(paths) for name, paths in case["surely"].items()}


@examples(40)
@given(st.data())
def test_what_is_said_to_be_present_is_there_whenever_control_arrives(data: st.DataObject) -> None:
    scenario = random_scenario(lambda options: data.draw(st.sampled_from(options)), nested=True)
    done = scenario.execution()
    for arrival in done[0].arrivals if done else ():
        present = scenario.facts.of(scenario.scope_of(arrival.state)).present[arrival.state]
        view = {DOCUMENT: arrival.document, **arrival.variables}
        for root, stems in present.items():
            assert root == CONTEXT or not missing(view.get(root, MISSING), list(stems))
