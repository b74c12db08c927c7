"""Which states of a region may fail, and why; the cases are in cases/failing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from aslsplit.analysis.failing import failures_of
from aslsplit.analysis.graph import flow_graph
from aslsplit.analysis.regions import region_of
from aslsplit.asl.paths import CONTEXT, DOCUMENT
from aslsplit.asl.references import parse_path
from tests.analysis_cases import cases_of, facts_of, title_of


@pytest.mark.parametrize("case", cases_of("failing"), ids=title_of)
def test_failing(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    members = [name for name in case["machine"] if name not in ("Before", "Behind")]
    region = region_of(flow_graph(facts.machine.top), members, dispatch=True)
    assert region is not None
    known = {
        entry: {DOCUMENT: stems(texts), CONTEXT: frozenset({()})}
        for entry, texts in case.get("there", dict.fromkeys(region.entries, ())).items()
    }
    assert {state.name: why for state, why in failures_of(facts, region, known)} == case["fails"]


def stems(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    paths = [parse_path(text).stem for text in texts]
    return frozenset({(), *(path[:length] for path in paths for length in range(len(path) + 1))})
