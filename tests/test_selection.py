"""Which states the children of a boundary map consist of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.findings import Finding
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.map_reading import read_boundaries
from aslsplit.plan.selection import boundaries_snippet, select

ROOT = Path(__file__).parents[1]
CASES = yaml.safe_load((ROOT / "tests" / "cases" / "boundaries" / "selection.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["title"]))
def test_selection(case: dict[str, Any]) -> None:
    boundaries = boundaries_of(case["children"])
    members, findings = select(boundaries, machine_of(case["machine"]))
    assert {child: sorted(states) for child, states in members.items()} == case["members"]
    assert [f"{one.code} {pointed_at(one, boundaries)}" for one in findings] == case.get("findings", [])
    said = "\n".join(f"{one.message}\n{one.help}" for one in findings)
    for words in case.get("says", ()):
        assert words in said


def test_a_place_in_an_until_without_a_list_is_the_value_itself() -> None:
    _, (remark,) = select(boundaries_of("a: {from: A, until: X}"), machine_of({"A": "end"}))
    assert remark.pointer == "/children/a/until"
    _, (remark,) = select(boundaries_of("a: {from: A, until: [X]}"), machine_of({"A": "end"}))
    assert remark.pointer == "/children/a/until/0"


def test_the_example_selects_without_findings() -> None:
    folder = ROOT / "examples" / "order-processing"
    if not (folder / "boundaries.yaml").exists():
        pytest.skip("examples/order-processing is not there")
    source, _ = read_source("boundaries.yaml", (folder / "boundaries.yaml").read_bytes())
    assert source is not None
    boundaries, remarks = read_boundaries(source)
    assert boundaries is not None, remarks
    definition, _ = read_source(boundaries.monolith, (folder / boundaries.monolith).read_bytes())
    assert definition is not None
    machine, _ = parse(definition)
    assert machine is not None
    members, findings = select(boundaries, machine)
    assert findings == ()
    assert all(members.values())


def test_a_long_list_of_states_is_a_block() -> None:
    names = [f"State number {index}" for index in range(1, 7)]
    assert boundaries_snippet("pay", names) == "children:\n  pay:\n    states:\n" + "\n".join(
        f"      - {name}" for name in names
    )


def test_a_snippet_without_states() -> None:
    assert yaml.safe_load(boundaries_snippet("pay", [])) == {"children": {"pay": {"states": []}}}


@pytest.mark.parametrize("word", ["yes", "No", "on", "null", "~", "1e3", "0x10", "2024-01-01", "a: b", "a #b", "- a"])
def test_words_that_yaml_takes_for_something_else_are_quoted(word: str) -> None:
    assert f'"{word}"' in boundaries_snippet("pay", [word])


@given(st.text(min_size=1), st.lists(st.text(st.characters(exclude_categories=[])), max_size=6))
def test_yaml_reads_a_snippet_back(child: str, states: list[str]) -> None:
    assert yaml.safe_load(boundaries_snippet(child, states)) == {"children": {child: {"states": states}}}


def test_a_snippet_is_itself_a_piece_of_a_map() -> None:
    snippet = boundaries_snippet("on", ["Deployed?", "Größe prüfen", "yes"])
    source, findings = read_source("boundaries.yaml", f"version: 1\nmonolith: m.json\n{snippet}\n".encode())
    assert source is not None and not findings
    boundaries, remarks = read_boundaries(source)
    assert boundaries is not None, remarks
    assert boundaries.children[0].states == ("Deployed?", "Größe prüfen", "yes")


def pointed_at(remark: Finding, boundaries: BoundaryMap) -> str:
    assert remark.span is not None
    line = boundaries.source.text.splitlines()[remark.span.line - 1]
    return line[remark.span.column - 1 : remark.span.end_column - 1]


def boundaries_of(children: str) -> BoundaryMap:
    text = f"version: 1\nmonolith: m.asl.json\nchildren: {{{children}}}\n"
    source, _ = read_source("boundaries.yaml", text.encode())
    assert source is not None
    boundaries, findings = read_boundaries(source)
    assert boundaries is not None, findings
    return boundaries


def machine_of(states: dict[str, Any]) -> StateMachine:
    source, _ = read_source("m.asl.json", json.dumps(scope_of(states)).encode())
    assert source is not None
    machine, findings = parse(source)
    assert machine is not None, findings
    return machine


def scope_of(states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": {name: state_of(after) for name, after in states.items()}}


def state_of(after: Any) -> dict[str, Any]:
    if isinstance(after, list):
        rules = [{"Variable": "$.x", "NumericEquals": index, "Next": name} for index, name in enumerate(after)]
        return {"Type": "Choice", "Choices": rules}
    if isinstance(after, str):
        return {"Type": "Pass", **onward(after)}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": after["catch"]}] if "catch" in after else []
    if "scopes" in after:
        branches = [scope_of(states) for states in after["scopes"]]
        return {"Type": "Parallel", "Branches": branches, "Catch": catch, **onward(after["next"])}
    return {"Type": "Task", "Resource": "arn:aws:lambda:::f", "Catch": catch, **onward(after["next"])}


def onward(after: str) -> dict[str, Any]:
    return {"End": True} if after == "end" else {"Next": after}
