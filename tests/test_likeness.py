"""Copies of regions; the cases are in cases/likeness."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from aslsplit.analysis.canonical_forms import label_of
from aslsplit.analysis.graph import flow_graph
from aslsplit.analysis.likeness import Copies, copies_in
from aslsplit.analysis.regions import region_of
from tests.analysis_cases import cases_of, definition_of, machine_of, title_of


@pytest.mark.parametrize("case", cases_of("likeness"), ids=title_of)
def test_copies(case: dict[str, Any]) -> None:
    machines = [machine_of(definition_of(states)) for states in (case["machine"], *case.get("extra", ()))]
    found = copies_in(machines)
    assert [[list(copy.members) for copy in copies.regions] for copies in found] == case["copies"]
    for copies in found:
        assert_sound(copies)


def assert_sound(copies: Copies) -> None:
    """Regions that could leave as one, apart from each other, with one label."""
    members = [(id(copy.scope), name) for copy in copies.regions for name in copy.members]
    assert len(members) == len(set(members))
    for copy in copies.regions:
        region = region_of(flow_graph(copy.scope), copy.members)
        assert region is not None
        assert region.entries == (copy.entry,)
        assert label_of(copy.scope, copy.entry, copy.members) == copies.label


def test_a_machine_with_other_names_and_literals_is_a_copy_as_a_whole() -> None:
    text = json.dumps(definition_of({
        "Start": {"Type": "Task", "Parameters": {"id.$": "$.id", "kind": "x"}, "Catch": [{"Next": "Recover"}]},
        "Look": {"Type": "Choice", "Choices": [{"Variable": "$.a", "StringEquals": "x", "Next": "Each"}],
                 "Default": "Recover"},
        "Each": {"Type": "Map", "ItemProcessor": {"One": {"Type": "Task"}, "Two": {}}, "Next": "Start"},
        "Recover": {"Type": "Fail", "Error": "x"},
    }))  # fmt: skip
    other = text
    for name in ("Start", "Look", "Each", "One", "Two", "Recover"):
        other = other.replace(f'"{name}"', f'"{name} again"')
    machines = [machine_of(json.loads(text)), machine_of(json.loads(other.replace('"x"', '"y"')))]
    (copies,) = copies_in(machines)
    assert copies.size == 6
    assert copies.surplus == 6
    assert [copy.entry for copy in copies.regions] == ["Start", "Start again"]


def test_the_work_grows_with_the_states_and_not_with_their_pairs() -> None:
    def seconds(size: int) -> float:
        machine = machine_of(definition_of({f"S{number}": {"Type": "Wait"} for number in range(size)}))
        began = time.process_time()
        copies_in([machine, machine])
        return time.process_time() - began

    seconds(50)
    assert seconds(1600) < 12 * max(seconds(400), 0.01)
