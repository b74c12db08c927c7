"""Faults planted into a rewrite that is right, and the proofs that catch each of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.operations.pipeline import load_project, plan_of
from aslsplit.project.rewritten import seen_by_sites
from aslsplit.project.tree import published_contracts
from aslsplit.rewrite.extract import extract
from aslsplit.verify.cases import cases_of
from aslsplit.verify.execution import pair_of, run_side_by_side
from aslsplit.verify.static import prove_statically
from aslsplit.verify.structural import prove_structure

States = dict[str, Any]
Machines = Mapping[str, States]
"""The states of the parent, under ``parent``, and of the children."""

Fault = Callable[[Machines], None]

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
    """Leaves out a member; the path begins with ``parent`` or the name of a child."""
    return lambda machines: _holder(machines, path).pop(_last(path))


def _set(path: str, value: Any) -> Fault:
    return lambda machines: _holder(machines, path).__setitem__(_last(path), value)


def _last(path: str) -> Any:
    name = path.rsplit("/", 1)[1]
    return int(name) if name.isdigit() else name


def _holder(machines: Machines, path: str) -> Any:
    found: Any = machines
    for name in path.split("/")[:-1]:
        found = found[int(name) if name.isdigit() else name]
    return found


def _swap(one: str, other: str) -> Fault:
    def swap(machines: Machines) -> None:
        left, right = _holder(machines, one), _holder(machines, other)
        left[_last(one)], right[_last(other)] = right[_last(other)], left[_last(one)]

    return swap


def _swap_conditions(machines: Machines) -> None:
    choices = machines["parent"]["RouteScoring"]["Choices"]
    choices[0]["Condition"], choices[1]["Condition"] = choices[1]["Condition"], choices[0]["Condition"]


def _lift_retry(machines: Machines) -> None:
    machines["parent"]["InvokeScoring"]["Retry"] = [{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2}]


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
    "the outcomes are swapped": (
        _swap("parent/RouteScoring/Choices/0/StringEquals", "parent/RouteScoring/Choices/1/StringEquals"),
        {"execution"},
    ),
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
    "a moved catcher is lost": (_drop("scoring/Score/Catch"), {"execution", "structural"}),
    "a moved catcher loses its ResultPath": (_drop("scoring/Score/Catch/0/ResultPath"), {"execution", "structural"}),
    "a moved Retry is lost": (_drop("scoring/Score/Retry"), {"execution", "structural"}),
    "a context reference is not rewritten": (
        _set("scoring/Score/Parameters/run.$", "$$.Execution.Id"),
        {"execution", "static"},
    ),
    "a moved transition leads elsewhere": (
        _set("scoring/HasCoupon/Default", "RedeemCoupon"),
        {"execution", "structural"},
    ),
    "the child begins with another state": (_set("scoring/UnpackRequest/Next", "HasCoupon"), {"execution"}),
    "an optional value is required": (
        _set("scoring/ValidateRequest/Choices/0/And/2/Variable", "$.request.order.coupon"),
        {"execution"},
    ),
    "a variable is not unpacked": (_drop("scoring/UnpackRequest/Assign"), {"execution"}),
    "an answer has the outcome of another exit": (
        _set("scoring/BuildApproveResponse/Output/outcome", "Refuse"),
        {"execution"},
    ),
    "an answer lacks a result": (
        _set("scoring/BuildApproveResponse/Output/result", "{% {'discount': $states.input.discount} %}"),
        {"execution"},
    ),
    "an answer has another version": (
        _set("scoring/BuildApproveResponse/Output/meta/contractVersion", "2"),
        {"replay"},
    ),
    "an answer has a value of another type": (_set("scoring/BuildApproveResponse/Output/result", True), {"execution"}),
    "the child insists on what its contract does not mention": (
        _set(
            "scoring/ValidateRequest/Choices/0/And/2/Variable",
            "$.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID",
        ),
        {"replay"},
    ),
    "an answer lacks a variable": (_set("scoring/BuildApproveResponse/Output/variables", "{% {} %}"), {"execution"}),
}


ENTERED_TWICE = {
    "StartAt": "IsUrgent",
    "States": {
        "IsUrgent": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.urgent", "IsPresent": True, "Assign": {"level": 2}, "Next": "Ship"}],
            "Default": "Pack",
        },
        "Pack": {**LAMBDA, "Parameters": {"items.$": "$.items"}, "ResultPath": "$.parcel", "Next": "Ship"},
        "Ship": {
            **LAMBDA,
            "Parameters": {"to.$": "$.address", "run.$": "$$.Execution.Id"},
            "ResultPath": "$.shipment",
            "Next": "IsTracked",
        },
        "IsTracked": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.shipment.code", "IsPresent": True, "Next": "Track"}],
            "Default": "Close",
        },
        "Track": {
            **LAMBDA,
            "Parameters": {"code.$": "$.shipment.code", "urgent.$": "$.urgent"},
            "ResultPath": None,
            "Next": "Close",
        },
        "Close": {**LAMBDA, "Parameters": {"all.$": "$"}, "End": True},
    },
}
DISPATCHING_MAP = """
version: 1
monolith: order.asl.json
children:
  shipping: {entries: dispatch, states: [Pack, Ship, IsTracked]}
"""
FAULTS_OF_DISPATCHING: dict[str, tuple[Fault, set[str]]] = {
    "the entries are swapped": (
        _swap("parent/BuildShippingPackRequest/Assign", "parent/BuildShippingShipRequest/Assign"),
        {"execution"},
    ),
    "a transition leads to the other entry": (
        _set("parent/IsUrgent/Default", "BuildShippingShipRequest"),
        {"execution", "structural"},
    ),
    "the entry is not named": (
        _drop("parent/InvokeShipping/Parameters/Input/entry.$"),
        {"execution"},
    ),
    "a field of one entry is not sent": (
        _set(
            "parent/BuildShippingShipRequest/Assign/shippingCall",
            "{% {'entry': 'Ship', 'request': {'parcel': $states.input.parcel},"
            " 'context': {'Execution': {'Id': $states.context.Execution.Id}}} %}",
        ),
        {"execution"},
    ),
    "the context is not sent from one entry": (
        _set(
            "parent/BuildShippingShipRequest/Assign/shippingCall",
            "{% {'entry': 'Ship', 'request': $states.input, 'context': {}} %}",
        ),
        {"execution"},
    ),
    "a request is unpacked for the other entry": (
        _swap("shipping/UnpackPackRequest/Next", "shipping/UnpackShipRequest/Next"),
        {"execution"},
    ),
    "a field of one entry is required of the other": (
        _set("shipping/ValidateRequest/Choices/1/And/4/Variable", "$.request.items"),
        {"execution"},
    ),
    "what only one entry writes is not returned": (
        _set("shipping/BuildCloseResponse/Output/result", "{% {'shipment': $states.input.shipment} %}"),
        {"execution"},
    ),
    "an entry is not known to the child": (
        _set("shipping/ValidateRequest/Choices/0/And/3/StringEquals", "Packed"),
        {"execution"},
    ),
}

NESTED = {
    "StartAt": "Receive",
    "States": {
        "Receive": {"Type": "Pass", "Assign": {"tries": 3}, "Next": "Pick"},
        "Pick": {**LAMBDA, "Parameters": {"sku.$": "$.sku"}, "ResultPath": "$.picked", "Next": "Deliver"},
        "Deliver": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": "Label",
                    "States": {
                        "Label": {
                            **LAMBDA,
                            "Parameters": {"picked.$": "$.picked", "run.$": "$$.Execution.Id", "tries.$": "$tries"},
                            "ResultPath": "$.label",
                            "Next": "Hand",
                        },
                        "Hand": {**LAMBDA, "Parameters": {"label.$": "$.label"}, "End": True},
                    },
                }
            ],
            "Catch": [{"ErrorEquals": ["NoLabel"], "ResultPath": "$.error", "Next": "Return"}],
            "ResultPath": "$.delivery",
            "Next": "IsDone",
        },
        "IsDone": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.delivery[0].late", "IsPresent": True, "Next": "Return"}],
            "Default": "Close",
        },
        "Return": {**LAMBDA, "Parameters": {"picked.$": "$.picked"}, "ResultPath": "$.returned", "Next": "Close"},
        "Close": {**LAMBDA, "Parameters": {"all.$": "$"}, "End": True},
    },
}
NESTED_MAP = """
version: 1
monolith: order.asl.json
children:
  delivery: {states: [Pick, Deliver, IsDone]}
  labelling: {states: [Label]}
  deciding: {states: [IsDone]}
"""
_INVOKE_LABELLING = "delivery/Deliver/Branches/0/States/InvokeLabelling"
FAULTS_OF_NESTING: dict[str, tuple[Fault, set[str]]] = {
    "the context is not sent on": (
        _drop(f"{_INVOKE_LABELLING}/Parameters/Input/context/Execution/Id.$"),
        {"execution"},
    ),
    "the outer child's own context is sent on": (
        _set(f"{_INVOKE_LABELLING}/Parameters/Input/context/Execution/Id.$", "$$.Execution.Id"),
        {"execution"},
    ),
    "a variable is not sent on": (_drop(f"{_INVOKE_LABELLING}/Parameters/Input/variables/tries.$"), {"execution"}),
    "the context is not sent to the outer child": (
        _drop("parent/InvokeDelivery/Parameters/Input/context/Execution/Id.$"),
        {"execution"},
    ),
    "a failure of the inner child loses its name": (
        _set("delivery/Deliver/Branches/0/States/LabellingFailed/ErrorPath", "$labellingError.Status"),
        {"execution"},
    ),
    "the inner child is called where it does not begin": (
        _set("delivery/Deliver/Branches/0/StartAt", "Hand"),
        {"execution", "structural"},
    ),
    "a way out of both leads to another answer": (
        _swap("delivery/RouteDeciding/Choices/0/Next", "delivery/RouteDeciding/Choices/1/Next"),
        {"execution"},
    ),
    "a result of the inner child is dropped": (
        _set("delivery/Deliver/Branches/0/States/NormalizeLabellingResult/ResultPath", None),
        {"execution", "static"},
    ),
    "the outer child does not send what only the inner one reads": (
        _drop("parent/InvokeDelivery/Parameters/Input/variables/tries.$"),
        {"execution"},
    ),
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
        _set("scoring/Score/Arguments/run", "{% 'score ' & $states.context.Execution.Id %}"),
        {"execution", "static"},
    ),
    "a moved catcher is lost": (_drop("scoring/Score/Catch"), {"execution", "structural"}),
    "a moved catcher loses its Output": (_drop("scoring/Score/Catch/0/Output"), {"execution", "structural"}),
    "an expression is changed on the way": (
        _set("scoring/IsGood/Choices/0/Condition", "{% $states.input.score.points >= 50 %}"),
        {"structural"},
    ),
    "an optional value is required": (
        _set(
            "scoring/ValidateRequest/Choices/0/Condition",
            "{% $states.input.meta.contractVersion = '1.0' and $exists($states.input.request.order.coupon) %}",
        ),
        {"execution"},
    ),
    "a variable is not unpacked": (_drop("scoring/UnpackRequest/Assign"), {"execution"}),
    "the request is not unpacked": (_set("scoring/UnpackRequest/Output", "{% $states.input %}"), {"execution"}),
    "an answer lacks a result": (
        _set("scoring/BuildApproveResponse/Output/result", "{% {'discount': $states.input.discount} %}"),
        {"execution"},
    ),
}


CAUGHT = {
    "StartAt": "Pay",
    "States": {
        "Pay": {
            **LAMBDA,
            "Parameters": {"id.$": "$.id"},
            "ResultPath": "$.payment",
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Report"}],
            "Next": "Ship",
        },
        "Ship": {**LAMBDA, "Parameters": {"payment.$": "$.payment"}, "ResultPath": None, "Next": "Report"},
        "Report": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.id", "IsPresent": True, "Next": "Tell"}],
            "Default": "Done",
        },
        "Tell": {**LAMBDA, "Parameters": {"id.$": "$.id"}, "Next": "Done"},
        "Done": {"Type": "Succeed"},
    },
}
CAUGHT_MAP = """
version: 1
monolith: order.asl.json
observe: none
children:
  paying: {states: [Pay]}
"""

FAULTS_OF_EMPTYING: dict[str, tuple[Fault, set[str]]] = {
    "the parent keeps the document that surely is not there": (
        _drop("parent/NormalizePayingReportResult/Result"),
        {"execution", "static"},
    ),
    "the parent puts something into the object that takes its place": (
        _set("parent/NormalizePayingReportResult/Result", {"id": "of nobody"}),
        {"execution", "static"},
    ),
}

EACH = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Ask",
                "States": {
                    "Ask": {**LAMBDA, "Parameters": {"id.$": "$.id"}, "ResultPath": "$.answer", "Next": "Done"},
                    "Done": {"Type": "Succeed"},
                },
            },
            "ResultPath": None,
            "End": True,
        },
    },
}
EACH_MAP = """
version: 1
monolith: order.asl.json
children:
  asking: {states: [Ask]}
"""

FAULTS_OF_ITEMS: dict[str, tuple[Fault, set[str]]] = {
    "an item of a distributed Map ends with its result at another place": (
        _set("parent/Each/ItemProcessor/States/NormalizeAskingResult/ResultPath", "$.reply"),
        {"execution", "static"},
    ),
}


CALLBACK_MAP = MAP.replace("states:", "pattern: callback, states:")

_CHILD = "scoring/RunScoring/Branches/0/States"

FAULTS_OF_CALLBACK: dict[str, tuple[Fault, set[str]]] = {
    "the token is not sent": (_drop("parent/InvokeScoring/Parameters/Input/taskToken.$"), {"execution"}),
    "another token is sent": (
        _set("parent/InvokeScoring/Parameters/Input/taskToken.$", "$$.Execution.Id"),
        {"execution"},
    ),
    "the call does not wait": (
        _set("parent/InvokeScoring/Resource", "arn:aws:states:::states:startExecution"),
        {"execution"},
    ),
    "the call waits for the execution": (
        _set("parent/InvokeScoring/Resource", "arn:aws:states:::states:startExecution.sync:2"),
        {"execution"},
    ),
    "the call is tried again": (_lift_retry, {"execution"}),
    "the answer is looked for below Output": (
        _set("parent/InvokeScoring/Assign/scoringOutcome.$", "$.Output.outcome"),
        {"execution"},
    ),
    "the response is not sent": (_set("scoring/SendResponse", {"Type": "Pass", "End": True}), {"execution"}),
    "only the result is sent": (
        _set("scoring/SendResponse/Parameters/Output.$", "$.result"),
        {"execution"},
    ),
    "the child answers with what its branches end with": (_drop("scoring/RunScoring/OutputPath"), {"execution"}),
    "the child ends with what sending answers": (_drop("scoring/SendResponse/ResultPath"), {"replay"}),
    "failures are not caught": (_drop("scoring/RunScoring/Catch"), {"execution"}),
    "failures are caught and not sent": (
        _set("scoring/SendFailure", {"Type": "Fail", "Error": "Untold"}),
        {"execution"},
    ),
    "failures are sent without their name": (
        _set("scoring/SendFailure/Arguments", "{% {'TaskToken': $states.context.Execution.Input.taskToken} %}"),
        {"execution"},
    ),
    "failures are sent to nobody": (
        _set("scoring/SendFailure/Arguments", "{% {'TaskToken': $states.context.Execution.Id} %}"),
        {"execution"},
    ),
    "a failure is sent as a response": (
        _set("scoring/RunScoring/Catch/0/Next", "SendResponse"),
        {"execution"},
    ),
    "a moved catcher is lost": (_drop(f"{_CHILD}/Score/Catch"), {"execution", "structural"}),
    "a moved Retry is lost": (_drop(f"{_CHILD}/Score/Retry"), {"execution", "structural"}),
    "a context reference is not rewritten": (
        _set(f"{_CHILD}/Score/Parameters/run.$", "$$.Execution.Id"),
        {"execution", "static"},
    ),
    "an answer lacks a value": (
        _set(f"{_CHILD}/BuildReviewManuallyResponse/Parameters/result", {}),
        {"execution"},
    ),
}
FAULTS_OF_CALLBACK_IN_JSONATA: dict[str, tuple[Fault, set[str]]] = {
    "the token is not sent": (_drop("parent/InvokeScoring/Arguments/Input/taskToken"), {"execution"}),
    "the response is sent as the branches end": (_drop("scoring/RunScoring/Output"), {"replay"}),
    "only the result is sent": (
        _set("scoring/SendResponse/Arguments/Output", "{% $states.input.result %}"),
        {"execution"},
    ),
    "failures are not caught": (_drop("scoring/RunScoring/Catch"), {"execution"}),
    "failures are sent without their cause": (
        _set(
            "scoring/SendFailure/Arguments",
            "{% {'TaskToken': $states.context.Execution.Input.taskToken, 'Error': $states.input.Error} %}",
        ),
        {"execution"},
    ),
}


NEIGHBOURS = {
    "StartAt": "Receive",
    "States": {
        "Receive": {"Type": "Pass", "Assign": {"country": "DE"}, "Next": "Score"},
        "Score": {
            **LAMBDA,
            "Parameters": {"order.$": "$.order.id", "country.$": "$country"},
            "ResultPath": "$.fraud",
            "Next": "IsBad",
        },
        "IsBad": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.fraud.bad", "IsPresent": True, "Next": "Bad"}],
            "Default": "Tax",
        },
        "Bad": {"Type": "Fail", "Error": "Bad", "Cause": "it is"},
        "Tax": {
            **LAMBDA,
            "Parameters": {"order.$": "$.order.id", "items.$": "$.order.items"},
            "Assign": {"rate.$": "$.Payload"},
            "ResultPath": "$.tax",
            "Next": "Ship",
        },
        "Ship": {**LAMBDA, "Parameters": {"all.$": "$", "rate.$": "$rate"}, "End": True},
    },
}
NEIGHBOURS_MAP = """
version: 1
monolith: order.asl.json
children:
  fraud: {states: [Score, IsBad, Bad]}
  tax: {states: [Tax]}
parallel: {RunChecks: [fraud, tax]}
"""
_BRANCHES = "parent/RunChecks/Branches"
FAULTS_OF_NEIGHBOURS: dict[str, tuple[Fault, set[str]]] = {
    "the results are taken of each other's answers": (
        _swap("parent/RunChecks/Assign/fraudResult.$", "parent/RunChecks/Assign/taxResult.$"),
        {"execution"},
    ),
    "the branches change places": (_swap(f"{_BRANCHES}/0", f"{_BRANCHES}/1"), {"execution"}),
    "a branch is lost": (_drop(f"{_BRANCHES}/1"), {"execution"}),
    "the answers take the document's place": (_drop("parent/RunChecks/ResultPath"), {"execution"}),
    "a branch ends with more than the answer": (_drop(f"{_BRANCHES}/0/States/InvokeFraud/OutputPath"), {"execution"}),
    "a variable is not taken out of the answers": (_drop("parent/RunChecks/Assign/rate.$"), {"execution"}),
    "a result is not put in place": (_set("parent/RunChecks/Next", "NormalizeTaxResult"), {"execution"}),
    "a result is put at another place": (
        _set("parent/NormalizeTaxResult/ResultPath", "$.fraud"),
        {"execution", "static"},
    ),
    "what failed is tried again": (
        _set("parent/RunChecks/Retry", [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]),
        {"execution"},
    ),
    "a failure in a branch has another name": (
        _set(f"{_BRANCHES}/0/States/FraudFailed/ErrorPath", "$fraudError.Status"),
        {"execution"},
    ),
    "a failure in a branch is swallowed": (
        _set("parent/RunChecks/Catch", [{"ErrorEquals": ["Bad"], "ResultPath": None, "Next": "Ship"}]),
        {"execution"},
    ),
    "a request field is not sent": (
        _drop(f"{_BRANCHES}/1/States/BuildTaxRequest/Assign/taxRequest/order/items.$"),
        {"execution"},
    ),
    "the branches get something else than the document": (_set("parent/RunChecks/InputPath", "$.order"), {"execution"}),
    "a state comes in past the branches": (
        _set("parent/Receive/Next", "NormalizeTaxResult"),
        {"execution", "structural"},
    ),
}


def mails(number: str, subject: str, topic: str, caught: str, following: str) -> States:
    return {
        f"Build{number}": {
            "Type": "Pass",
            "Parameters": {"to.$": "$.customer", "subject": subject},
            "ResultPath": "$.mail",
            "Next": f"Send{number}",
        },
        f"Send{number}": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"TopicArn": topic, "Message.$": "$.mail"},
            "ResultSelector": {"id.$": "$.MessageId", "at.$": "$.At"},
            "ResultPath": "$.sent",
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.problem", "Next": caught}],
            "Next": following,
        },
    }


SHARED = {
    "StartAt": "Build1",
    "States": {
        **mails("1", "Thank you", "receipts", "Record", "Count"),
        "Count": {**LAMBDA, "Parameters": {"id.$": "$.sent.id"}, "ResultPath": None, "Next": "Build2"},
        "Record": {**LAMBDA, "Parameters": {"why.$": "$.problem.Cause"}, "ResultPath": None, "Next": "Build2"},
        **mails("2", "It is late", "delays", "Done", "Note"),
        "Note": {**LAMBDA, "Parameters": {"at.$": "$.sent.at"}, "ResultPath": None, "Next": "Done"},
        "Done": {"Type": "Pass", "Parameters": {"mail.$": "$.mail"}, "End": True},
    },
}
SHARED_MAP = """\
version: 1
monolith: order.asl.json
children:
  notify:
    states: [Build1, Send1]
    shared:
      - states: [Build2, Send2]
"""


def the_literal_of_the_other_site_is_sent(machines: Machines) -> None:
    sent = [machines["parent"][name]["Parameters"]["Input"]["settings"] for name in ("InvokeNotify", "InvokeNotify2")]
    sent[1]["topicArn"] = sent[0]["topicArn"]


def a_setting_is_not_sent(machines: Machines) -> None:
    del machines["parent"]["InvokeNotify2"]["Parameters"]["Input"]["settings"]["subject"]


def the_child_keeps_the_literal_of_the_first_site(machines: Machines) -> None:
    parameters = machines["notify"]["Send1"]["Parameters"]
    del parameters["TopicArn.$"]
    parameters["TopicArn"] = "receipts"


def two_settings_are_exchanged(machines: Machines) -> None:
    machines["notify"]["Build1"]["Parameters"]["subject.$"] = "$$.Execution.Input.settings.topicArn"


def the_second_site_goes_on_where_the_first_does(machines: Machines) -> None:
    route = machines["parent"]["RouteNotify2"]["Choices"]
    route[0]["Next"] = "Count"


def what_only_the_second_site_wants_stays_away(machines: Machines) -> None:
    answer = next(body for name, body in machines["notify"].items() if name.startswith("BuildCount"))
    del answer["Parameters"]["result"]["sent"]["at.$"]


def the_second_site_puts_nothing_back(machines: Machines) -> None:
    states = machines["parent"]
    first = states["RouteNotify2"]["Choices"][0]
    while first["Next"].startswith("Normalize"):
        first["Next"] = states[first["Next"]]["Next"]


FAULTS_OF_SHARING: dict[str, tuple[Fault, set[str]]] = {
    "the literal of the other site is sent": (the_literal_of_the_other_site_is_sent, {"execution"}),
    "a setting is not sent": (a_setting_is_not_sent, {"execution"}),
    "the child keeps the literal of the first site": (
        the_child_keeps_the_literal_of_the_first_site,
        {"structural", "execution"},
    ),
    "two settings are exchanged": (two_settings_are_exchanged, {"structural", "execution"}),
    "the second site goes on where the first does": (
        the_second_site_goes_on_where_the_first_does,
        {"static", "execution"},
    ),
    "what only the second site wants stays away": (what_only_the_second_site_wants_stays_away, {"execution"}),
    "the second site puts nothing back": (the_second_site_puts_nothing_back, {"static", "execution"}),
}


EXPRESS_MAP = """
version: 1
monolith: order.asl.json
children:
  scoring: {pattern: express, states: [Score, HasCoupon, RedeemCoupon, IsGood]}
"""
_OUTPUT_OF_SCORING = "parent/ReadScoringAnswer/Parameters/Output.$"

FAULTS_OF_EXPRESS: dict[str, tuple[Fault, set[str]]] = {
    "nobody looks at the status": (
        _set("parent/InvokeScoring/Next", "ReadScoringAnswer"),
        {"execution"},
    ),
    "a failure is taken for an answer": (
        _set("parent/CheckScoringStatus/Choices/0/StringEquals", "FAILED"),
        {"execution"},
    ),
    "an error without a cause is not told apart": (
        _set("parent/CheckScoringStatus/Default", "ScoringFailed"),
        {"execution"},
    ),
    "the answer is not taken apart": (_set(_OUTPUT_OF_SCORING, "$scoringExecution.Output"), {"execution"}),
    "what was sent is taken for the answer": (
        _set(_OUTPUT_OF_SCORING, "States.StringToJson($scoringExecution.Input)"),
        {"execution"},
    ),
    "the failure has another error name": (
        _set("parent/ScoringFailed/ErrorPath", "$scoringExecution.Status"),
        {"execution"},
    ),
    "the failure has no cause": (_drop("parent/ScoringFailed/CausePath"), {"execution"}),
    "the execution stays in the document": (_drop("parent/InvokeScoring/ResultPath"), {"execution"}),
    "the answer stays in the document": (_drop("parent/ReadScoringAnswer/ResultPath"), {"execution"}),
    "the call does not wait": (
        _set("parent/InvokeScoring/Resource", "arn:aws:states:::states:startExecution"),
        {"execution"},
    ),
    "the call answers in another form": (
        _set("parent/InvokeScoring/Resource", "arn:aws:states:::states:startExecution.sync:2"),
        {"execution"},
    ),
    "an outcome leads past its normalize state": (
        _set("parent/RouteScoring/Choices/1/Next", "Approve"),
        {"execution", "static"},
    ),
}

FORGOTTEN = {
    "StartAt": "Charge",
    "States": {
        "Charge": {**LAMBDA, "Parameters": {"card.$": "$.card"}, "ResultPath": "$.payment", "Next": "Render"},
        "Render": {
            **LAMBDA,
            "Parameters": {"payment.$": "$.payment", "run.$": "$$.Execution.Id", "name.$": "$.name"},
            "ResultPath": "$.receipt",
            "Next": "Send",
        },
        "Send": {
            **LAMBDA,
            "Parameters": {"receipt.$": "$.receipt"},
            "ResultPath": "$.sent",
            "Catch": [{"ErrorEquals": ["Down"], "ResultPath": "$.failure", "Next": "Remember"}],
            "Next": "Book",
        },
        "Remember": {**LAMBDA, "Parameters": {"why.$": "$.failure.Error"}, "ResultPath": None, "Next": "Book"},
        "Book": {**LAMBDA, "Parameters": {"payment.$": "$.payment", "card.$": "$.card"}, "End": True},
    },
}
FORGETTING_MAP = """
version: 1
monolith: order.asl.json
children:
  receipt: {pattern: async, errors: ignore, accepted_at: $.accepted, states: [Render, Send, Remember]}
"""

FAULTS_OF_FORGETTING: dict[str, tuple[Fault, set[str]]] = {
    "a request field is not sent": (
        _drop("parent/BuildReceiptRequest/Assign/receiptRequest/payment.$"),
        {"execution"},
    ),
    "a context value is not sent": (
        _drop("parent/InvokeReceipt/Parameters/Input/context/Execution/Id.$"),
        {"execution"},
    ),
    "another version than the child's is called": (
        _set("parent/InvokeReceipt/Parameters/Input/meta/contractVersion", "2.0"),
        {"execution"},
    ),
    "another machine is called": (
        _set("parent/InvokeReceipt/Parameters/StateMachineArn", "${OtherArn}"),
        {"execution"},
    ),
    "the acceptance takes the place of the document": (
        _drop("parent/InvokeReceipt/ResultPath"),
        {"execution"},
    ),
    "the acceptance is put where something is read": (
        _set("parent/InvokeReceipt/ResultPath", "$.payment"),
        {"execution"},
    ),
    "a moved catcher is lost": (_drop("receipt/Send/Catch"), {"execution", "structural"}),
    "the child begins with another state": (_set("receipt/UnpackRequest/Next", "Send"), {"execution"}),
    "the child fails where the monolith does not": (
        _set("receipt/BuildResponse", {"Type": "Fail", "Error": "Lost", "Cause": "on purpose"}),
        {"execution"},
    ),
}


def proofs_that_fail(folder: Path, monolith: Any, boundaries: str, fault: Fault) -> set[str]:
    (folder / "order.asl.json").write_text(json.dumps(monolith, indent=2))
    (folder / "boundaries.yaml").write_text(boundaries)
    project = load_project(str(folder / "boundaries.yaml"))
    plan = plan_of(project)
    extraction = extract(plan, [child.boundary.name for child in plan.children])
    parent = copy.deepcopy(extraction.parent)
    made = {name: child.definition for name, child in extraction.children.items() if child.plan.is_child}
    children = copy.deepcopy(made)
    fault({"parent": parent["States"], **{name: child["States"] for name, child in children.items()}})
    around, files = read_again(parent), {name: read_again(child) for name, child in children.items()}
    inside = seen_by_sites(files, extraction)
    failing = set()
    if list(prove_structure(project.machine, around, inside, extraction)):
        failing.add("structural")
    elif list(prove_statically(plan, around, inside, extraction)):
        failing.add("static")
    pair = pair_of(plan, parent, children, extraction)
    published = published_contracts(plan, extraction)
    runs = run_side_by_side(pair, cases_of(plan.facts, limit=80).scenarios, published)
    if runs.mismatch is not None:
        failing.add("execution")
    elif runs.findings:
        failing.add("replay")
    return failing


def read_again(definition: Any) -> StateMachine:
    source, _ = read_source("x.asl.json", json.dumps(definition).encode())
    assert source is not None
    machine, _ = parse(source)
    assert machine is not None
    return machine


SUITES = {
    "one child": (MONOLITH, MAP, FAULTS),
    "one child in JSONata": (IN_JSONATA, MAP, FAULTS_IN_JSONATA),
    "several entries": (ENTERED_TWICE, DISPATCHING_MAP, FAULTS_OF_DISPATCHING),
    "inside another child": (NESTED, NESTED_MAP, FAULTS_OF_NESTING),
    "a document that makes room": (CAUGHT, CAUGHT_MAP, FAULTS_OF_EMPTYING),
    "answered by task token": (MONOLITH, CALLBACK_MAP, FAULTS_OF_CALLBACK),
    "answered by task token in JSONata": (IN_JSONATA, CALLBACK_MAP, FAULTS_OF_CALLBACK_IN_JSONATA),
    "items of a distributed Map": (EACH, EACH_MAP, FAULTS_OF_ITEMS),
    "side by side": (NEIGHBOURS, NEIGHBOURS_MAP, FAULTS_OF_NEIGHBOURS),
    "a shared child": (SHARED, SHARED_MAP, FAULTS_OF_SHARING),
    "an EXPRESS child": (MONOLITH, EXPRESS_MAP, FAULTS_OF_EXPRESS),
    "a child that nobody waits for": (FORGOTTEN, FORGETTING_MAP, FAULTS_OF_FORGETTING),
}


@pytest.mark.parametrize("suite", SUITES)
def test_without_a_fault_every_proof_holds(suite: str, tmp_path: Path) -> None:
    monolith, boundaries, _ = SUITES[suite]
    assert proofs_that_fail(tmp_path, monolith, boundaries, lambda machines: None) == set()


@pytest.mark.parametrize(
    ("suite", "name"), [(suite, name) for suite, (*_, faults) in SUITES.items() for name in faults]
)
def test_a_planted_fault_is_caught(suite: str, name: str, tmp_path: Path) -> None:
    monolith, boundaries, faults = SUITES[suite]
    fault, caught_by = faults[name]
    assert proofs_that_fail(tmp_path, monolith, boundaries, fault) == caught_by
