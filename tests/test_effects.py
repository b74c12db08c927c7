"""What one state reads and makes; the cases are in cases/effects."""

from __future__ import annotations

from typing import Any

import pytest

from aslsplit.analysis.effects import Effects
from tests.analysis_cases import cases_of, facts_of, paths_text, read_text, shape_text, title_of

CASES = cases_of("effects")


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_effects(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    name = case.get("state", next(iter(case["machine"])))
    scope = facts.machine.scope_of(name)
    assert scope is not None
    effects = facts.of(scope).effects[name]
    expected = {key: case[key] for key in case if key not in ("title", "machine", "state", "assume_reads")}
    found = described(effects)
    assert {key: found[key] for key in expected} == expected


def described(effects: Effects) -> dict[str, Any]:
    """``before``: read on every way. ``ways``: what the document becomes. The rest only where it is anything."""
    ways = {_name(way.transition.kind.value, way.transition.target): way for way in effects.passages}
    return {
        "before": [read_text(read) for read in effects.before],
        "opaque": [read.opaque for read in effects.before if read.opaque],
        "inner": paths_text(effects.inner),
        "items": [shape_text(shape) for shape in effects.inputs],
        "external": effects.external,
        "fallible": effects.fallible,
        "ways": {name: shape_text(way.document) for name, way in ways.items()},
        "reads": {name: [read_text(read) for read in way.reads] for name, way in ways.items() if way.reads},
        "proves": {name: sorted(map(str, way.proves)) for name, way in ways.items() if way.proves},
        "assigns": {
            name: {root: shape_text(shape) for root, shape in way.variables.items()}
            for name, way in ways.items()
            if way.variables
        },
    }


def _name(kind: str, target: str | None) -> str:
    return kind if kind in ("next", "end") else f"{kind} {target}"
