"""Which executions are compared: what the user was not told of is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aslsplit.interpreter import Error
from aslsplit.operations.pipeline import load_project, plan_of
from aslsplit.project.rewritten import rewritten
from aslsplit.rewrite.extract import extract
from aslsplit.verify.counterexample import Counterexample, counterexample_data, counterexample_from
from aslsplit.verify.execution import Mismatch, Pair, pair_of
from aslsplit.verify.scenario import Scenario
from tests.analysis_cases import definition_of

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
FAILING = definition_of({name: {"Type": "Task"} for name in ("Loud", "Quiet")})
FAILING_CHILDREN = {"loud": {"states": ["Loud"], "errors": "surface"}, "quiet": {"states": ["Quiet"]}}


def pair_with(folder: Path, definition: dict[str, Any], children: dict[str, Any], *names: str) -> tuple[Pair, set[str]]:
    (folder / "m.asl.json").write_text(json.dumps(definition), "utf-8")
    boundaries = {"version": 1, "monolith": "m.asl.json", "observe": "none", "children": children}
    (folder / "boundaries.yaml").write_text(json.dumps(boundaries), "utf-8")
    project = load_project(str(folder / "boundaries.yaml"))
    plan = plan_of(project)
    extraction = extract(plan, names)
    made = rewritten(project, extraction)
    told = {said.code for said in plan.findings_of(frozenset(names))}
    return pair_of(plan, *made.definitions(), extraction), told


@pytest.mark.parametrize(("name", "warned"), [("putting", True), ("using", False)])
def test_what_merges_into_no_object_is_left_out_only_where_the_plan_warns(
    name: str, warned: bool, tmp_path: Path
) -> None:
    pair, told = pair_with(tmp_path, MERGING, CHILDREN, name)
    assert ("ASL509" in told) is warned
    assert (pair.comparable(Scenario({"b": [{"y": 1}]}, {})) is None) is warned
    assert pair.comparable(Scenario({"b": {"y": 1}}, {})) is not None, "an object is always compared"


def test_only_the_child_whose_errors_surface_may_fail_otherwise(tmp_path: Path) -> None:
    pair, _ = pair_with(tmp_path, FAILING, FAILING_CHILDREN, "loud", "quiet")
    loud, quiet = (Scenario({}, {state: (Error("Bad", "it is bad"),)}) for state in ("Loud", "Quiet"))
    assert pair.split(loud).error == "States.TaskFailed"
    assert pair.difference(loud) is None, "the map says so"
    assert pair.split(quiet).error == "Bad"
    assert pair.difference(quiet) is None
    broken = replace(pair, parent=failing_with(pair.parent, "Worse"))
    saved = json.loads(json.dumps(counterexample_data(Counterexample(broken, Mismatch(quiet, "")))))
    for found in (broken, counterexample_from(saved).pair):
        assert found.difference(loud) is None
        assert found.difference(quiet) == "the monolith ended FAILED with Bad, parent and children FAILED with Worse"


def failing_with(parent: Any, error: str) -> Any:
    """With each of its Fail states failing so."""
    states = {
        name: {"Type": "Fail", "Error": error} if body["Type"] == "Fail" else body
        for name, body in parent["States"].items()
    }
    return {**parent, "States": states}
