"""Children that answer a task token: whatever can be written with ``.sync:2`` can be written so, and is proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aslsplit.interpreter import Error, Result, TaskAnswer, TaskCall, TimedOut, run
from aslsplit.operations.pipeline import inline_outcome, load_project, plan_of
from aslsplit.project.rewritten import rewritten
from aslsplit.rewrite.extract import extract
from aslsplit.verify.execution import Pair, pair_of
from aslsplit.verify.scenario import Scenario, play
from tests.analysis_cases import title_of
from tests.test_extraction import WRITTEN, extracted, project_of, tree, written

_RUNS = 20
_WAITED_FOR = [
    case
    for case in WRITTEN
    if "parallel" not in case and not any({"pattern", "shared"} & child.keys() for child in case["children"].values())
]


@pytest.mark.parametrize("case", _WAITED_FOR, ids=title_of)
def test_every_child_may_be_called_by_task_token(case: dict[str, Any], tmp_path: Path) -> None:
    children = {name: {**child, "pattern": "callback"} for name, child in case["children"].items()}
    folder = project_of({**case, "children": children}, tmp_path)
    before = tree(folder)
    written(extracted(folder, runs=_RUNS))
    # Children around others first.
    for name in reversed(case["orders"][0]) if "orders" in case else children:
        project = load_project(str(folder / "boundaries.yaml"))
        written(inline_outcome(project, plan_of(project), name, cases=0))
    assert tree(folder) == before


LAMBDA = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}
MACHINES: dict[str, Any] = {
    "JSONPath": {
        "StartAt": "Ask",
        "States": {
            "Ask": {
                **LAMBDA,
                "Parameters": {"id.$": "$.id"},
                "ResultPath": "$.answer",
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 20}],
                "Next": "Use",
            },
            "Use": {"Type": "Pass", "Parameters": {"n.$": "$.answer.n"}, "ResultPath": "$.used", "Next": "Rest"},
            "Rest": {"Type": "Wait", "Seconds": 30, "Next": "Tell"},
            "Tell": {**LAMBDA, "Parameters": {"n.$": "$.used.n"}, "End": True},
        },
    },
    "JSONata": {
        "QueryLanguage": "JSONata",
        "StartAt": "Ask",
        "States": {
            "Ask": {
                **LAMBDA,
                "Arguments": {"id": "{% $states.input.id %}"},
                "Output": "{% $merge([$states.input, {'answer': $states.result}]) %}",
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 20}],
                "Next": "Use",
            },
            "Use": {"Type": "Pass", "Output": {"used": {"n": "{% $states.input.answer.n %}"}}, "Next": "Rest"},
            "Rest": {"Type": "Wait", "Seconds": 30, "Next": "Tell"},
            "Tell": {**LAMBDA, "Arguments": {"n": "{% $states.input.used.n %}"}, "End": True},
        },
    },
}
INPUT = {"id": 1}
WELL, BUSY = Result({"n": 1}), Error("Busy")


def the_pair(folder: Path, language: str, **said: Any) -> Pair:
    (folder / "m.asl.json").write_text(json.dumps(MACHINES[language]), "utf-8")
    child = {"states": ["Ask", "Use", "Rest"], "pattern": "callback", **said}
    (folder / "boundaries.yaml").write_text(
        json.dumps({"version": 1, "monolith": "m.asl.json", "children": {"part": child}}), "utf-8"
    )
    project = load_project(str(folder / "boundaries.yaml"))
    plan = plan_of(project)
    extraction = extract(plan, ["part"])
    return pair_of(plan, *rewritten(project, extraction).definitions(), extraction)


def asking(*answers: TaskAnswer) -> Scenario:
    return Scenario(INPUT, {"Ask": answers})


@pytest.mark.parametrize("language", MACHINES)
@pytest.mark.parametrize("failure", [Error("Down", "maintenance"), Error("Down"), Error(cause="no name"), TimedOut()])
def test_the_child_ends_as_it_has_answered(failure: TaskAnswer, language: str, tmp_path: Path) -> None:
    pair = the_pair(tmp_path, language)
    split = pair.split(asking(failure))
    assert pair.difference(asking(failure)) is None
    child = split.children[-1]
    assert (child.status, child.unanswered) == ("FAILED", False)
    assert (child.error, child.cause) == (split.error or "UnnamedError", split.cause or "no cause was given")


@pytest.mark.parametrize("language", MACHINES)
def test_what_a_pass_state_fails_with_is_told_if_anything_can_catch_it(language: str, tmp_path: Path) -> None:
    pair = the_pair(tmp_path, language, timeout_seconds=60)
    nothing_to_use = asking(Result({}))
    split = pair.split(nothing_to_use)
    # In JSONPath it is a States.Runtime, which ends the child at once.
    assert split.error == ("States.QueryEvaluationError" if language == "JSONata" else "States.Timeout")
    assert split.children[-1].unanswered is (language == "JSONPath")
    assert pair.difference(nothing_to_use) is None


@pytest.mark.parametrize("language", MACHINES)
def test_a_child_that_takes_longer_than_its_caller_waits_is_compared_up_to_there(language: str, tmp_path: Path) -> None:
    pair = the_pair(tmp_path, language, timeout_seconds=45)
    assert pair.split(asking(WELL)).status == "SUCCEEDED"
    late = pair.split(asking(BUSY, WELL))
    assert (late.status, late.error, late.children[-1].status) == ("FAILED", "States.Timeout", "TIMED_OUT")
    assert pair.difference(asking(BUSY, WELL)) is None


def silenced(definition: Any) -> Any:
    """The child without the catcher that reports what it fails with."""
    run_part = {name: value for name, value in definition["States"]["RunPart"].items() if name != "Catch"}
    return {**definition, "States": {**definition["States"], "RunPart": run_part}}


@pytest.mark.parametrize("language", MACHINES)
def test_an_answer_that_could_have_been_sent_is_missed(language: str, tmp_path: Path) -> None:
    pair = the_pair(tmp_path, language)
    for arn, child in list(pair.children.items()):
        pair.children[arn] = silenced(child)  # type: ignore[index]
    assert pair.difference(asking(Error("Down", "maintenance"))) == (
        "the monolith ended FAILED with Down, parent and children FAILED with States.Timeout"
    )


@pytest.mark.parametrize("language", MACHINES)
@pytest.mark.parametrize("carrier", ["variables", "document"])
@pytest.mark.parametrize("style", ["explicit", "compact"])
def test_a_child_that_is_not_started_fails_the_parent_with_that_error(
    style: str, carrier: str, language: str, tmp_path: Path
) -> None:
    pair = the_pair(tmp_path, language, style=style, carrier=carrier, assume={"present": ["$.id"]})
    for error in (Error("StepFunctions.ExecutionLimitExceeded", "too many"), Error("StepFunctions.X", "{not JSON}")):
        ended = play(pair.parent, Scenario(INPUT, {"InvokePart": (error,)}))
        assert (ended.status, ended.error, ended.cause) == ("FAILED", error.error, error.cause)
        assert len(ended.calls) == 1, "a child that failed like this must not run again"


@pytest.mark.parametrize("language", MACHINES)
def test_a_token_that_nobody_waits_for_fails_the_child_with_what_sending_fails_with(
    language: str, tmp_path: Path
) -> None:
    (child,) = the_pair(tmp_path, language).children.values()
    request = {"meta": {"contractVersion": "1.0"}, "taskToken": "given up", "request": INPUT}
    refused = Error("Sfn.TaskTimedOutException", "Task Timed Out: 'Provided task does not exist anymore'")

    def answer(call: TaskCall) -> TaskAnswer:
        return refused if ":sfn:sendTask" in call.resource else WELL

    ended = run(child, request, answer)
    sent = [call.payload for call in ended.calls if call.resource.endswith(":sendTaskFailure")]
    assert (ended.status, ended.error, ended.cause) == ("FAILED", refused.error, refused.cause)
    assert sent[-1] == {"TaskToken": "given up", "Error": refused.error, "Cause": refused.cause}

    def down(call: TaskCall) -> TaskAnswer:
        return refused if ":sfn:sendTask" in call.resource else Error("Down", "maintenance")

    assert run(child, request, down).error == "Down", "what became of the message is not what the child failed with"


@pytest.mark.parametrize("language", MACHINES)
def test_a_request_without_a_token_is_rejected(language: str, tmp_path: Path) -> None:
    (child,) = the_pair(tmp_path, language).children.values()
    request = {"meta": {"contractVersion": "1.0"}, "request": INPUT}
    ended = run(child, request, lambda call: Error("Sfn.SfnException", "TaskToken is missing"))
    assert (ended.status, ended.error) == ("FAILED", "ContractValidationError")
