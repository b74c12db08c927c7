"""Which ways of a Choice may be taken when its document is known; the cases are in cases/conditions."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import pytest

from aslsplit.analysis.conditions import comparisons, may_be_taken, may_be_taken_asking
from aslsplit.analysis.forms import Form, literal
from tests.analysis_cases import cases_of, definition_of, machine_of, shape_text, title_of


@pytest.mark.parametrize("case", cases_of("conditions"), ids=title_of)
def test_conditions(case: dict[str, Any]) -> None:
    machine = machine_of(definition_of({"A": choice(case["rules"]), "X": {}, "Y": {}, "Else": {}}))
    state = machine.top.states["A"]
    before = {root: reduce(or_, map(literal, values), Form(frozenset())) for root, values in case["before"].items()}
    taken = [way.target for way in state.transitions if may_be_taken(state, way, before)]
    assert taken == case["taken"]
    asking = [way.target for way in state.transitions if may_be_taken_asking(state, way, before)]
    assert asking == case.get("asking", taken)
    if "compares" in case:
        described = [
            " ".join(["/".join(map(str, found.pointer[len(state.pointer) + 1 :])), shape_text(found.value), found.kind])
            + "".join(f" {value}" for value in found.literals)
            for found in comparisons(state)
        ]
        assert described == case["compares"]


def choice(rules: list[Any]) -> dict[str, Any]:
    """A text is a condition in JSONata. The rules lead to X and Y in turn."""
    jsonata = any(isinstance(rule, str) for rule in rules)
    choices = [
        {**({"Condition": f"{{% {rule} %}}"} if jsonata else rule), "Next": target}
        for rule, target in zip(rules, "XY", strict=False)
    ]
    return {"Type": "Choice", "Choices": choices, "Default": "Else"} | ({"QueryLanguage": "JSONata"} if jsonata else {})
