"""Possibility: where anything may be; the cases are in cases/possible, and random machines are run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.analysis.pathset import PathSet
from aslsplit.asl.paths import DOCUMENT
from tests.analysis_cases import cases_of, facts_of, paths_text, title_of
from tests.effort import examples
from tests.reference_executor import MISSING
from tests.split_runs import random_scenario

CASES = cases_of("possible")


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_possible(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    known = {name: places for scope in facts.scopes.values() for name, places in scope.possible.items()}
    found = {name: paths_text({DOCUMENT: known[name]}) for name in case["somewhere"]}
    assert found == {name: sorted(paths) for name, paths in case["somewhere"].items()}


@examples(100)
@given(st.data())
def test_nothing_is_where_nothing_is_said_to_be_whenever_control_arrives(data: st.DataObject) -> None:
    scenario = random_scenario(lambda options: data.draw(st.sampled_from(options)), nested=True)
    done = scenario.execution()
    for arrival in done[0].arrivals if done else ():
        possible = scenario.facts.of(scenario.scope_of(arrival.state)).possible[arrival.state]
        assert _has_room(possible, arrival.document)


def _has_room(possible: PathSet, value: Any) -> bool:
    if value is MISSING:
        return True
    if isinstance(value, dict):
        inside = (_has_room(possible.member(name), member) for name, member in value.items())
        return (possible.here or possible.rest) and all(inside)
    return possible.rest
