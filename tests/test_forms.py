"""What a value may be before each state; the cases are in cases/forms."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import pytest

from aslsplit.analysis.forms import ANYTHING, Form, forms_before, literal
from aslsplit.asl.paths import CONTEXT
from tests.analysis_cases import cases_of, facts_of, title_of


@pytest.mark.parametrize("case", cases_of("forms"), ids=title_of)
def test_forms(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    start = {root: literal(value) for root, value in case.get("at_start", {"$": {}}).items()}
    known = forms_before(facts, facts.machine.top, {facts.machine.top.start_at: start})
    found = {
        name: {root: form_text(form) for root, form in known[name].items() if root != CONTEXT}
        for name in case["before"]
    }
    assert found == case["before"]


def form_text(form: Form) -> str:
    """``…``: an object may have more members. A value that is known stands for its type."""
    if form == ANYTHING:
        return "anything"
    if form.absent:
        return "nothing"
    if form.values is not None and not form.members:
        return " | ".join(sorted(form.values))
    kinds = " | ".join(sorted(form.kinds or ("any",)))
    members = [f"{name}: {form_text(member)}" for name, member in form.members.items()]
    if form._may_be("object"):
        members += ["…"] * form.open
        kinds += " {" + ", ".join(members) + "}"
    return kinds


def test_values_are_told_apart_as_long_as_there_are_few() -> None:
    def one_of(count: int) -> Form:
        return reduce(or_, (literal(number) for number in range(count)))

    assert one_of(24).values == frozenset(map(str, range(24)))
    assert one_of(25) == Form(frozenset({"number"}), open=False)
