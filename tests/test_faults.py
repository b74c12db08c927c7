"""Faults planted into a rewrite that is right, and the proofs that catch each of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.pipeline import load_project, plan_of
from aslsplit.rewrite.extract import extract
from aslsplit.verify.cases import cases_of
from aslsplit.verify.execution import pair_of, run_side_by_side
from aslsplit.verify.static import prove_statically
from aslsplit.verify.structural import prove_structure

States = dict[str, Any]
Fault = Callable[[States, States], None]

LAMBDA = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}

MONOLITH = {
    "StartAt": "Receive",
    "States": {
        "Receive": {"Type": "Pass", "Assign": {"attempts": 0}, "Next": "Score"},
        "Score": {
            **LAMBDA,
            "Parameters": {"order.$": "$.order.id", "run.$": "$$.Execution.Id", "attempts.$": "$attempts"},
            "ResultSelector": {"points.$": "$.Payload.points"},
            "ResultPath": "$.score",
            "Assign": {"attempts": 1},
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["Down"], "ResultPath": "$.failure", "Next": "ReviewManually"}],
            "Next": "HasCoupon",
        },
        "HasCoupon": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.order.coupon", "IsPresent": True, "Next": "RedeemCoupon"}],
            "Default": "IsGood",
        },
        "RedeemCoupon": {
            **LAMBDA,
            "Parameters": {"coupon.$": "$.order.coupon"},
            "ResultSelector": {"value.$": "$.Payload.value"},
            "ResultPath": "$.discount",
            "Next": "IsGood",
        },
        "IsGood": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.score.points", "NumericGreaterThan": 50, "Next": "Approve"}],
            "Default": "Refuse",
        },
        "Approve": {
            **LAMBDA,
            "Parameters": {"points.$": "$.score.points", "attempts.$": "$attempts", "order.$": "$.order.id"},
            "ResultPath": "$.approval",
            "End": True,
        },
        "ReviewManually": {**LAMBDA, "Parameters": {"why.$": "$.failure.Error", "all.$": "$"}, "End": True},
        "Refuse": {"Type": "Fail", "Error": "Refused", "Cause": "too few points"},
    },
}
IN_JSONATA = {
    "QueryLanguage": "JSONata",
    "StartAt": "Receive",
    "States": {
        "Receive": {"Type": "Pass", "Assign": {"attempts": 0}, "Next": "Score"},
        "Score": {
            **LAMBDA,
            "Arguments": {
                "order": "{% $states.input.order.id %}",
                "run": "{% 'score ' & $states.context.Execution.Id %}",
                "attempts": "{% $attempts %}",
            },
            "Output": "{% $merge([$states.input, {'score': $states.result.Payload}]) %}",
            "Assign": {"attempts": "{% $attempts + 1 %}"},
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
            "Catch": [
                {
                    "ErrorEquals": ["Down"],
                    "Output": "{% $merge([$states.input, {'failure': $states.errorOutput}]) %}",
                    "Next": "ReviewManually",
                }
            ],
            "Next": "HasCoupon",
        },
        "HasCoupon": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $exists($states.input.order.coupon) %}", "Next": "RedeemCoupon"}],
            "Default": "IsGood",
        },
        "RedeemCoupon": {
            **LAMBDA,
            "Arguments": {"coupon": "{% $states.input.order.coupon %}"},
            "Output": "{% $merge([$states.input, {'discount': $states.result}]) %}",
            "Next": "IsGood",
        },
        "IsGood": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.score.points > 50 %}", "Next": "Approve"}],
            "Default": "Refuse",
        },
        "Approve": {
            **LAMBDA,
            "Arguments": {
                "points": "{% $states.input.score.points %}",
                "attempts": "{% $attempts %}",
                "order": "{% {'id': $states.input.order.id, 'discount': $states.input.discount} %}",
            },
            "End": True,
        },
        "ReviewManually": {
            **LAMBDA,
            "Arguments": {"why": "{% $states.input.failure.Error %}", "all": "{% $states.input %}"},
            "End": True,
        },
        "Refuse": {"Type": "Fail", "Error": "Refused", "Cause": "{% 'only ' & $states.input.score.points %}"},
    },
}
MAP = """
version: 1
monolith: order.asl.json
children:
  scoring: {states: [Score, HasCoupon, RedeemCoupon, IsGood]}
"""


def _drop(path: str) -> Fault:
    """Leaves out a member; the path begins with ``parent`` or ``child``."""
    return lambda parent, child: _holder(parent, child, path).pop(_last(path))


def _set(path: str, value: Any) -> Fault:
    return lambda parent, child: _holder(parent, child, path).__setitem__(_last(path), value)


def _last(path: str) -> Any:
    name = path.rsplit("/", 1)[1]
    return int(name) if name.isdigit() else name


def _holder(parent: States, child: States, path: str) -> Any:
    root, *names = path.split("/")[:-1]
    found: Any = parent if root == "parent" else child
    for name in names:
        found = found[int(name) if name.isdigit() else name]
    return found


def _swap_outcomes(parent: States, child: States) -> None:
    choices = parent["RouteScoring"]["Choices"]
    choices[0]["StringEquals"], choices[1]["StringEquals"] = choices[1]["StringEquals"], choices[0]["StringEquals"]


def _swap_conditions(parent: States, child: States) -> None:
    choices = parent["RouteScoring"]["Choices"]
    choices[0]["Condition"], choices[1]["Condition"] = choices[1]["Condition"], choices[0]["Condition"]


def _lift_retry(parent: States, child: States) -> None:
    parent["InvokeScoring"]["Retry"] = [{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2}]


FAULTS: dict[str, tuple[Fault, set[str]]] = {
    "a request field is not sent": (
        _set(
            "parent/BuildScoringRequest/Assign/scoringRequest",
            "{% {'order': {'coupon': $states.input.order.coupon}} %}",
        ),
        {"execution"},
    ),
    "an optional request field is not sent": (
        _set("parent/BuildScoringRequest/Assign/scoringRequest", "{% {'order': {'id': $states.input.order.id}} %}"),
        {"execution"},
    ),
    "a variable is not sent": (_drop("parent/InvokeScoring/Parameters/Input/variables/attempts.$"), {"execution"}),
    "a context value is not sent": (
        _drop("parent/InvokeScoring/Parameters/Input/context/Execution/Id.$"),
        {"execution"},
    ),
    "another version than the child's is called": (
        _set("parent/InvokeScoring/Parameters/Input/meta/contractVersion", "2.0"),
        {"execution"},
    ),
    "another machine is called": (
        _set("parent/InvokeScoring/Parameters/StateMachineArn", "${OtherArn}"),
        {"execution"},
    ),
    "a residue stays in the document": (_drop("parent/InvokeScoring/ResultPath"), {"execution"}),
    "Retry is lifted to the call": (_lift_retry, {"execution"}),
    "the catcher of the call is lost": (_drop("parent/InvokeScoring/Catch"), {"execution"}),
    "the outcomes are swapped": (_swap_outcomes, {"execution"}),
    "an outcome leads past its normalize state": (
        _set("parent/RouteScoring/Choices/1/Next", "Approve"),
        {"execution", "static"},
    ),
    "a result is put at another place": (
        _set("parent/NormalizeScoringReviewManuallyResult/ResultPath", "$.reason"),
        {"execution", "static"},
    ),
    "a live field is overwritten": (
        _set(
            "parent/NormalizeScoringApproveResult/Output",
            "{% $merge([$states.input, $scoringResult, {'order': {}}]) %}",
        ),
        {"execution"},
    ),
    "an optional result is not put back": (
        _set(
            "parent/NormalizeScoringApproveResult/Output",
            "{% $merge([$states.input, {'score': $scoringResult.score}]) %}",
        ),
        {"execution", "static"},
    ),
    "a variable is not assigned again": (_drop("parent/NormalizeScoringApproveResultVariables/Assign"), {"execution"}),
    "the failure has another error name": (
        _set("parent/ScoringFailed/ErrorPath", "$scoringError.Status"),
        {"execution"},
    ),
    "the failure has no cause": (_drop("parent/ScoringFailed/CausePath"), {"execution"}),
    "a failure without a cause is not told apart": (
        _set("parent/ClassifyScoringFailure/Default", "ScoringFailed"),
        {"execution"},
    ),
    "an untouched state of the parent is changed": (
        _set("parent/Approve/ResultPath", "$.approved"),
        {"execution", "structural"},
    ),
    "a moved catcher is lost": (_drop("child/Score/Catch"), {"execution", "structural"}),
    "a moved catcher loses its ResultPath": (_drop("child/Score/Catch/0/ResultPath"), {"execution", "structural"}),
    "a moved Retry is lost": (_drop("child/Score/Retry"), {"execution", "structural"}),
    "a context reference is not rewritten": (
        _set("child/Score/Parameters/run.$", "$$.Execution.Id"),
        {"execution", "static"},
    ),
    "a moved transition leads elsewhere": (
        _set("child/HasCoupon/Default", "RedeemCoupon"),
        {"execution", "structural"},
    ),
    "the child begins with another state": (_set("child/UnpackRequest/Next", "HasCoupon"), {"execution"}),
    "an optional value is required": (
        _set("child/ValidateRequest/Choices/0/And/2/Variable", "$.request.order.coupon"),
        {"execution"},
    ),
    "a variable is not unpacked": (_drop("child/UnpackRequest/Assign"), {"execution"}),
    "an answer has the outcome of another exit": (
        _set("child/BuildApproveResponse/Output/outcome", "Refuse"),
        {"execution"},
    ),
    "an answer lacks a result": (
        _set("child/BuildApproveResponse/Output/result", "{% {'discount': $states.input.discount} %}"),
        {"execution"},
    ),
    "an answer lacks a variable": (_set("child/BuildApproveResponse/Output/variables", "{% {} %}"), {"execution"}),
}


_SENT = "parent/InvokeScoring/Arguments/Input"

FAULTS_IN_JSONATA: dict[str, tuple[Fault, set[str]]] = {
    "a request field is not sent": (
        _set("parent/BuildScoringRequest/Assign/scoringRequest", "{% {'order': $states.input.order} %}"),
        {"execution"},
    ),
    "a value that may be absent is read on its own": (
        _set(
            "parent/BuildScoringRequest/Assign/scoringRequest",
            {"order": {"id": "{% $states.input.order.id %}", "coupon": "{% $states.input.order.coupon %}"}},
        ),
        {"execution"},
    ),
    "a variable is not sent": (_drop(f"{_SENT}/variables/attempts"), {"execution"}),
    "a context value is not sent": (_drop(f"{_SENT}/context/Execution/Id"), {"execution"}),
    "the document is replaced by the envelope": (_drop("parent/InvokeScoring/Output"), {"execution"}),
    "the catcher of the call is lost": (_drop("parent/InvokeScoring/Catch"), {"execution"}),
    "the outcomes are swapped": (_swap_conditions, {"execution"}),
    "a result is put at another place": (
        _set(
            "parent/NormalizeScoringReviewManuallyResult/Output",
            "{% $merge([$states.input, {'reason': $scoringResult.failure}]) %}",
        ),
        {"execution", "static"},
    ),
    "a live field is overwritten": (
        _set(
            "parent/NormalizeScoringApproveResult/Output",
            "{% $merge([$states.input, $scoringResult, {'order': {}}]) %}",
        ),
        {"execution"},
    ),
    "a variable is not assigned again": (_drop("parent/NormalizeScoringApproveResult/Assign"), {"execution"}),
    "the failure has another error name": (
        _set("parent/ScoringFailed/Error", "{% $scoringError.Status %}"),
        {"execution"},
    ),
    "a failure without a cause is not told apart": (
        _set("parent/ClassifyScoringFailure/Default", "ScoringFailed"),
        {"execution"},
    ),
    "a captured context reference is not rewritten": (
        _set("child/Score/Arguments/run", "{% 'score ' & $states.context.Execution.Id %}"),
        {"execution", "static"},
    ),
    "a moved catcher is lost": (_drop("child/Score/Catch"), {"execution", "structural"}),
    "a moved catcher loses its Output": (_drop("child/Score/Catch/0/Output"), {"execution", "structural"}),
    "an expression is changed on the way": (
        _set("child/IsGood/Choices/0/Condition", "{% $states.input.score.points >= 50 %}"),
        {"structural"},
    ),
    "an optional value is required": (
        _set(
            "child/ValidateRequest/Choices/0/Condition",
            "{% $states.input.meta.contractVersion = '1.0' and $exists($states.input.request.order.coupon) %}",
        ),
        {"execution"},
    ),
    "a variable is not unpacked": (_drop("child/UnpackRequest/Assign"), {"execution"}),
    "the request is not unpacked": (_set("child/UnpackRequest/Output", "{% $states.input %}"), {"execution"}),
    "an answer lacks a result": (
        _set("child/BuildApproveResponse/Output/result", "{% {'discount': $states.input.discount} %}"),
        {"execution"},
    ),
}


def machines(folder: Path, monolith: Any) -> Any:
    (folder / "order.asl.json").write_text(json.dumps(monolith, indent=2))
    (folder / "boundaries.yaml").write_text(MAP)
    project = load_project(str(folder / "boundaries.yaml"))
    plan = plan_of(project)
    return project, plan, extract(plan, ["scoring"])


def proofs_that_fail(folder: Path, monolith: Any, fault: Fault) -> set[str]:
    project, plan, extraction = machines(folder, monolith)
    parent = copy.deepcopy(extraction.parent)
    child = copy.deepcopy(extraction.children["scoring"].definition)
    fault(parent["States"], child["States"])
    around, inside = read_again(parent), read_again(child)
    failing = set()
    if list(prove_structure(project.machine, around, {"scoring": inside}, extraction)):
        failing.add("structural")
    elif list(prove_statically(plan, around, {"scoring": inside}, extraction)):
        failing.add("static")
    pair = pair_of(plan, parent, {"scoring": child}, extraction)
    if run_side_by_side(pair, cases_of(plan.facts, limit=80).scenarios).mismatch is not None:
        failing.add("execution")
    return failing


def read_again(definition: Any) -> StateMachine:
    source, _ = read_source("x.asl.json", json.dumps(definition).encode())
    assert source is not None
    machine, _ = parse(source)
    assert machine is not None
    return machine


@pytest.mark.parametrize("monolith", [MONOLITH, IN_JSONATA], ids=["JSONPath", "JSONata"])
def test_without_a_fault_every_proof_holds(monolith: Any, tmp_path: Path) -> None:
    assert proofs_that_fail(tmp_path, monolith, lambda parent, child: None) == set()


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(name: str, tmp_path: Path) -> None:
    fault, caught_by = FAULTS[name]
    assert proofs_that_fail(tmp_path, MONOLITH, fault) == caught_by


@pytest.mark.parametrize("name", FAULTS_IN_JSONATA)
def test_a_fault_planted_into_jsonata_is_caught(name: str, tmp_path: Path) -> None:
    fault, caught_by = FAULTS_IN_JSONATA[name]
    assert proofs_that_fail(tmp_path, IN_JSONATA, fault) == caught_by
