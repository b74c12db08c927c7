"""When the child cannot be started, the parent fails with that error as it is; its cause is a sentence and no JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aslsplit.interpreter import Error, Result, TimedOut
from aslsplit.operations.pipeline import load_project, plan_of
from aslsplit.project.rewritten import rewritten
from aslsplit.rewrite.extract import extract
from aslsplit.verify.scenario import Scenario, play

DENIED = Error(
    "StepFunctions.AWSStepFunctionsException",
    "User: arn:aws:sts::123456789012:assumed-role/parent/x is not authorized to perform: states:StartExecution",
)
EXISTS = Error("StepFunctions.ExecutionAlreadyExistsException", "Execution Already Exists: 'x' {not JSON}")
NUMBER = Error("StepFunctions.ThrottlingException", "429")
STARTS = [DENIED, EXISTS, NUMBER]


def a_machine(language: str, fails: str) -> dict[str, Any]:
    """``fails``: what the child may do beyond failing with a name and a cause of its own."""
    work = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage" + (".waitForTaskToken" if fails == "unnamed" else ""),
        **({"Parameters": {"Body.$": "$.a"}} if language == "JSONPath" else {"Arguments": {"Body": 1}}),
        "Next": "After",
    }
    if fails == "surely":
        work["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Stop"}]
    states = {
        "Work": work,
        "Stop": {"Type": "Fail", "Error": "Stopped", "Cause": "on purpose"},
        "After": {"Type": "Pass", "End": True},
    }
    if fails != "surely":
        del states["Stop"]
    return {"QueryLanguage": language, "StartAt": "Work", "States": states}


def the_parent(folder: Path, machine: dict[str, Any], carrier: str, style: str, **chosen: str) -> tuple[Any, str]:
    (folder / "m.asl.json").write_text(json.dumps(machine), "utf-8")
    members = [name for name in machine["States"] if name != "After"]
    child: dict[str, Any] = {"states": members, "carrier": carrier, "style": style, **chosen}
    child["assume"] = {"present": ["$.a"]}
    boundaries = {"version": 1, "monolith": "m.asl.json", "observe": "none", "children": {"part": child}}
    (folder / "boundaries.yaml").write_text(json.dumps(boundaries), "utf-8")
    project = load_project(str(folder / "boundaries.yaml"))
    plan = plan_of(project)
    made = plan.child("part")
    assert made is not None, plan.findings
    parent, _ = rewritten(project, extract(plan, ["part"])).definitions()
    return parent, made.generated.parent.invoke


@pytest.mark.parametrize("style", ["explicit", "compact"])
@pytest.mark.parametrize("carrier", ["variables", "document"])
@pytest.mark.parametrize("fails", ["surely", "uncaused", "unnamed"])
@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_a_child_that_is_not_started_fails_the_parent_with_that_error(
    language: str, fails: str, carrier: str, style: str, tmp_path: Path
) -> None:
    parent, invoke = the_parent(tmp_path, a_machine(language, fails), carrier, style)
    for error in STARTS:
        execution = play(parent, Scenario({"a": 1}, {invoke: (error,)}))
        assert (execution.status, execution.error, execution.cause) == ("FAILED", error.error, error.cause)
    execution = play(parent, Scenario({"a": 1}, {invoke: (TimedOut(),)}))
    assert (execution.status, execution.error) == ("FAILED", "States.Timeout")


@pytest.mark.parametrize("carrier", ["variables", "document"])
@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_a_child_that_failed_with_the_error_of_a_start_is_told_from_one(
    language: str, carrier: str, tmp_path: Path
) -> None:
    parent, invoke = the_parent(tmp_path, a_machine(language, "uncaused"), carrier, "explicit")
    described = json.dumps({"Status": "FAILED", "Error": DENIED.error, "Cause": "inside"})
    execution = play(parent, Scenario({"a": 1}, {invoke: (Error("States.TaskFailed", described),)}))
    assert (execution.error, execution.cause) == (DENIED.error, "inside")


@pytest.mark.parametrize("chosen", [{"pattern": "express"}, {"pattern": "async", "errors": "ignore"}], ids=str)
@pytest.mark.parametrize("carrier", ["variables", "document"])
@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_however_it_is_called_a_start_that_fails_is_the_parents_own_error(
    language: str, carrier: str, chosen: dict[str, str], tmp_path: Path
) -> None:
    parent, invoke = the_parent(tmp_path, a_machine(language, "uncaused"), carrier, "explicit", **chosen)
    error = Error("Sfn.StateMachineDoesNotExistException", "State Machine Does Not Exist")
    execution = play(parent, Scenario({"a": 1}, {invoke: (error,)}))
    assert (execution.status, execution.error, execution.cause) == ("FAILED", error.error, error.cause)


@pytest.mark.parametrize("carrier", ["variables", "document"])
@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_an_express_child_that_runs_out_of_its_five_minutes_is_a_timeout(
    language: str, carrier: str, tmp_path: Path
) -> None:
    parent, invoke = the_parent(tmp_path, a_machine(language, "uncaused"), carrier, "explicit", pattern="express")
    execution = play(parent, Scenario({"a": 1}, {invoke: (Result({"Status": "TIMED_OUT", "Input": "{}"}),)}))
    assert (execution.status, execution.error) == ("FAILED", "States.Timeout")
