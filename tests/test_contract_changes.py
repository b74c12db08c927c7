"""Two versions of a contract: which rule a change is in each direction; the cases are in cases/contract_changes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from aslsplit.compatibility.compare import ContractChange, compare_one
from aslsplit.compatibility.remark import Order
from aslsplit.findings import RULES
from tests.contract_cases import contract

FOLDER = Path(__file__).parent / "cases" / "contract_changes"
CASES: list[tuple[str, dict[str, Any]]] = [
    (file.stem, case) for file in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(file.read_text("utf-8"))
]
FIRST = {
    "child": Order.CHILD_FIRST,
    "parent": Order.PARENT_FIRST,
    "neither": Order.TOGETHER,
    "unknown": None,
}
OF_FOLDERS = {"CTR414", "CTR415"}
"""Rules about a contract that is on one side only."""


def told(change: ContractChange, about: str) -> list[str]:
    """Rules about versions are for the cases about them, and the others for the others."""
    found = [remark.finding for remark in change.remarks]
    return sorted(
        f"{one.severity.value} {one.code}"
        for one in found
        if one.code.startswith("CTR4") == (about == "versions") or one.code in ("CTR411", "CTR413")
    )


@pytest.mark.parametrize(("about", "case"), CASES, ids=[f"{about}: {case['title']}" for about, case in CASES])
class TestCases:
    def test_forwards(self, about: str, case: dict[str, Any]) -> None:
        change = compare_one("payment", contract(**case["before"]), contract(**case["after"]))
        assert told(change, about) == sorted(case["found"])
        if "first" in case:
            (order,) = {remark.order for remark in change.remarks if remark.finding.code[:4] != "CTR4"}
            assert order is FIRST[case["first"]]
        if "next" in case:
            assert change.proposed == case["next"]

    def test_backwards(self, about: str, case: dict[str, Any]) -> None:
        change = compare_one("payment", contract(**case["after"]), contract(**case["before"]))
        assert told(change, about) == sorted(case["swapped"])

    def test_every_remark_has_a_place_in_the_new_files(self, about: str, case: dict[str, Any]) -> None:
        after = contract(**case["after"])
        files = {source.name: source.text.splitlines() for source in after.sources}
        for remark in compare_one("payment", contract(**case["before"]), after).remarks:
            span = remark.finding.span
            assert span is not None and span.line <= len(files[span.file])


def test_every_rule_has_a_case() -> None:
    expected = Counter(line.split()[1] for _, case in CASES for side in ("found", "swapped") for line in case[side])
    rules = {rule.code for rule in RULES if rule.code.startswith("CTR")} - OF_FOLDERS
    assert expected.keys() == rules
    assert len(rules) >= 30


def test_every_rule_has_the_level_that_the_cases_expect() -> None:
    levels = {rule.code: rule.severity.value for rule in RULES}
    assert not [line for _, case in CASES for line in case["found"] if levels[line.split()[1]] != line.split()[0]]
