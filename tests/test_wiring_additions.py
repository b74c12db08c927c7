"""A template that gets something loses nothing: the cases are in cases/wiring, and any template will do."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.embedding import read_template
from aslsplit.asl.source import Pointer, Source
from aslsplit.errors import ProofError
from aslsplit.wiring.additions import Addition, Replacement, with_changes

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "wiring" / "additions.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_what_a_template_gets_is_inserted(case: dict[str, Any]) -> None:
    source = template(case["template"])
    text = with_changes(source, [Addition(pointer(path), value) for path, value in case["adds"].items()])
    assert changed_lines(case["template"], text) == case["diff"]


def test_a_replacement_may_change_what_it_replaces_and_nothing_else() -> None:
    source = template("Resources:\n  A:\n    Uri: a.json   # where it is\n    B: !Ref C\n")
    text = with_changes(source, [Replacement(("Resources", "A", "Uri"), "b.json")])
    assert text == "Resources:\n  A:\n    Uri: b.json   # where it is\n    B: !Ref C\n"


@pytest.mark.parametrize("path", ["Resources/A", "Resources/A/Uri"])
def test_an_addition_that_would_take_the_place_of_something_is_our_bug(path: str) -> None:
    source = template("Resources:\n  A:\n    Uri: a.json\n")
    with pytest.raises(ProofError):
        with_changes(source, [Addition(pointer(path), "other")])


LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab:#'\"{ -\n", max_size=6)
NAMES = st.text("abc-", min_size=1, max_size=4)
BODIES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


@given(st.dictionaries(NAMES, BODIES, max_size=4), BODIES, st.sampled_from([None, False, True]), st.integers(2, 5))
def test_whatever_a_template_holds_stays_in_it(
    resources: dict[str, Any], value: Any, flow: bool | None, indent: int
) -> None:
    data = {"Resources": resources, "Outputs": {"x": 1}}
    for text in (yaml.safe_dump(data, default_flow_style=flow, indent=indent), json.dumps(data, indent=indent)):
        source = template(text)
        grown = template(with_changes(source, [Addition(("Resources", "Added"), value)]))
        assert grown.data == {"Resources": {**resources, "Added": value}, "Outputs": {"x": 1}}


def template(text: str) -> Source:
    source, findings = read_template("template.yaml", text.encode())
    assert source is not None and findings == ()
    return source


def pointer(path: str) -> Pointer:
    return tuple(int(part) if part.isdigit() else part for part in path.split("/"))


def changed_lines(before: str, after: str) -> str:
    lines = difflib.unified_diff(*(text.splitlines(keepends=True) for text in (before, after)), n=0)
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in changed)
