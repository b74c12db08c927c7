"""Which executions are compared: what the user was not told of is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aslsplit.pipeline import load_project, plan_of
from aslsplit.rewrite.extract import extract
from aslsplit.rewritten import rewritten
from aslsplit.verify.execution import Pair, pair_of
from aslsplit.verify.scenario import Scenario

MERGING: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "${Ask}",
            "Output": "{% $merge([$states.input, {'n': 1}]) %}",
            "Next": "Put",
        },
        "Put": {
            "Type": "Pass",
            "Output": "{% $merge([$states.input, {'b': $merge([$states.input.b, {'x': 1}])}]) %}",
            "Next": "Use",
        },
        "Use": {"Type": "Task", "Resource": "${Use}", "Arguments": {"b": "{% $states.input.b %}"}, "End": True},
    },
}
CHILDREN = {"asking": {"states": ["Ask"]}, "putting": {"states": ["Put"]}, "using": {"states": ["Use"]}}


def pair_with(name: str, folder: Path) -> tuple[Pair, set[str]]:
    (folder / "m.asl.json").write_text(json.dumps(MERGING), "utf-8")
    boundaries = {"version": 1, "monolith": "m.asl.json", "observe": "none", "children": CHILDREN}
    (folder / "boundaries.yaml").write_text(json.dumps(boundaries), "utf-8")
    project = load_project(str(folder / "boundaries.yaml"))
    plan = plan_of(project)
    extraction = extract(plan, [name])
    made = rewritten(project, extraction)
    told = {said.code for said in plan.findings_of(frozenset([name]))}
    return pair_of(plan, *made.definitions(), extraction), told


@pytest.mark.parametrize(("name", "warned"), [("putting", True), ("using", False)])
def test_what_merges_into_no_object_is_left_out_only_where_the_plan_warns(
    name: str, warned: bool, tmp_path: Path
) -> None:
    pair, told = pair_with(name, tmp_path)
    assert ("ASL509" in told) is warned
    assert (pair.comparable(Scenario({"b": [{"y": 1}]}, {})) is None) is warned
    assert pair.comparable(Scenario({"b": {"y": 1}}, {})) is not None, "an object is always compared"
