"""Liveness: what may still be read; the cases are in cases/liveness, and random machines are run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.model import ScopeKind
from tests.analysis_cases import cases_of, facts_of, paths_text, title_of
from tests.effort import examples
from tests.reference_executor import NotAnObject, World, ending
from tests.split_runs import narrowed, random_scenario

CASES = cases_of("liveness")


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_live(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    found = {name: paths_text(paths) for scope in facts.scopes.values() for name, paths in scope.live.items()}
    assert {name: found[name] for name in case["live"]} == {name: sorted(paths) for name, paths in case["live"].items()}


@examples(40)
@given(st.data())
def test_an_execution_goes_on_alike_with_nothing_but_what_is_live(data: st.DataObject) -> None:
    scenario = random_scenario(lambda options: data.draw(st.sampled_from(options)), nested=True)
    done = scenario.execution()
    if done is None:
        return
    whole, end = done
    for arrival in whole.arrivals:
        scope = scenario.scope_of(arrival.state)
        if scope.kind is not ScopeKind.TOP:
            continue
        live = scenario.facts.of(scope).live[arrival.state]
        document, variables = narrowed(arrival.document, arrival.variables, live)
        rest = World(scenario.answer, calls=whole.calls[: arrival.calls_before])
        machine = {**scenario.definition, "StartAt": arrival.state}
        try:
            assert (scenario.seen(ending(rest, machine, document, variables)), rest.calls) == (end, whole.calls)
        except NotAnObject:
            pytest.fail("less of the document cannot be in the way of a write")
