"""Scopes, failures, retries, time, nesting: what machines do as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from aslsplit.interpreter import Error, Result, TaskAnswer, TaskCall, TimedOut, neutral_cause, run

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
START = "arn:aws:states:::states:startExecution"
SYNC2 = START + ".sync:2"
CHILD = "${ChildArn}"


def _machine(*states: tuple[str, dict[str, Any]], **top: Any) -> dict[str, Any]:
    """States in a row; each leads to the next unless it says otherwise."""
    bodies: dict[str, Any] = {}
    for index, (name, body) in enumerate(states):
        leads = {"Next", "End", "Choices"} & body.keys() or body["Type"] in ("Succeed", "Fail")
        after = {"Next": states[index + 1][0]} if index + 1 < len(states) else {"End": True}
        bodies[name] = body if leads else {**body, **after}
    return {**top, "StartAt": states[0][0], "States": bodies}


def _echo(call: TaskCall) -> TaskAnswer:
    return Result({"got": call.payload})


def _script(*answers: TaskAnswer) -> Callable[[TaskCall], TaskAnswer]:
    remaining = list(answers)
    return lambda call: remaining.pop(0)


TASK = {"Type": "Task", "Resource": LAMBDA}


def test_fields_apply_in_order() -> None:
    task = {
        **TASK,
        "InputPath": "$.in",
        "Parameters": {"p.$": "$.x"},
        "Assign": {"raw.$": "$.got.p", "whole.$": "$$.Execution.Input.in.x"},
        "ResultSelector": {"s.$": "$.got"},
        "ResultPath": "$.r.s",
        "OutputPath": "$.r",
    }
    execution = run(
        _machine(("T", task), ("P", {"Type": "Pass", "Parameters": {"v.$": "$raw", "d.$": "$"}})),
        {"in": {"x": 5}},
        _echo,
    )
    assert execution.output == {"v": 5, "d": {"s": {"s": {"p": 5}}}}
    assert execution.calls == [TaskCall("T", LAMBDA, {"p": 5}, machine="machine")]
    assert execution.steps[0].assigned == {"raw": 5, "whole": 5}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"InputPath": None}, {}),
        ({"OutputPath": None}, {}),
        ({"Result": 1, "ResultPath": None}, {"a": 1}),
        ({"Result": None}, None),
        ({"Result": {"x.$": "$.a"}}, {"x.$": "$.a"}),
        ({"Result": 2, "ResultPath": "$.b"}, {"a": 1, "b": 2}),
        ({"InputPath": "$.a", "ResultPath": "$.b"}, {"a": 1, "b": 1}),
    ],
)
def test_null_and_default_paths(body: dict[str, Any], expected: object) -> None:
    assert run(_machine(("P", {"Type": "Pass", **body})), {"a": 1}, _echo).output == expected


def test_assignments_see_the_values_at_entry() -> None:
    machine = _machine(
        ("A", {"Type": "Pass", "Assign": {"x": 1, "y": 2}}),
        ("B", {"Type": "Pass", "Assign": {"x.$": "$y", "y.$": "$x"}}),
        ("C", {"Type": "Pass", "Parameters": {"x.$": "$x", "y.$": "$y"}}),
    )
    assert run(machine, {}, _echo).output == {"x": 2, "y": 1}


def test_inner_scopes_read_outer_variables_and_keep_their_own() -> None:
    branch = _machine(
        ("I", {"Type": "Pass", "Assign": {"inner.$": "$outer"}}), ("J", {"Type": "Pass", "InputPath": "$inner"})
    )
    machine = _machine(
        ("A", {"Type": "Pass", "Assign": {"outer": 1}}),
        ("P", {"Type": "Parallel", "Branches": [branch]}),
        ("Z", {"Type": "Pass", "InputPath": "$inner"}),
    )
    execution = run(machine, {}, _echo)
    assert execution.steps[3].output == 1
    assert execution.error == "States.Runtime"


def test_iterations_do_not_see_each_others_variables() -> None:
    seen = {"Type": "Choice", "Choices": [{"Variable": "$v", "IsPresent": True, "Next": "Old"}], "Default": "New"}
    inner = _machine(
        ("C", seen),
        ("Old", {"Type": "Pass", "Result": "old", "End": True}),
        ("New", {"Type": "Pass", "Assign": {"v": 1}, "Result": "new", "End": True}),
    )
    assert run(_machine(("M", {"Type": "Map", "ItemProcessor": inner})), [1, 2], _echo).output == ["new", "new"]


def test_map_and_parallel_tell_branch_and_iteration() -> None:
    inner = _machine(("T", TASK))
    machine = _machine(
        (
            "M",
            {
                "Type": "Map",
                "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
                "ItemProcessor": _machine(("P", {"Type": "Parallel", "Branches": [inner, inner]})),
            },
        ),
    )
    execution = run(machine, ["a", "b"], _echo)
    assert [call.path for call in execution.calls] == [
        ("M", 0, "P", 0),
        ("M", 0, "P", 1),
        ("M", 1, "P", 0),
        ("M", 1, "P", 1),
    ]
    assert execution.output[1] == [{"got": {"v": "b", "i": 1}}] * 2


def test_retriers_count_apart_and_the_first_match_decides() -> None:
    retry = [{"ErrorEquals": ["A"], "MaxAttempts": 1}, {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5}]
    catch = [{"ErrorEquals": ["A"], "Next": "H", "ResultPath": "$.e"}]
    machine = _machine(
        ("T", {**TASK, "Retry": retry, "Catch": catch, "End": True}),
        ("H", {"Type": "Pass", "Parameters": {"e.$": "$.e", "t.$": "$$.State.EnteredTime"}}),
    )
    execution = run(machine, {"k": 1}, _script(Error("A", "1"), Error("B", "2"), Error("A", "3")))
    assert execution.output == {"e": {"Error": "A", "Cause": "3"}, "t": "2024-01-01T00:00:06.000Z"}
    assert [call.attempt for call in execution.calls] == [0, 1, 2]


@pytest.mark.parametrize(
    ("name", "answer", "caught"),
    [
        ("States.ALL", Error("X"), True),
        ("States.ALL", Error(), True),
        ("States.ALL", TimedOut(), True),
        ("States.TaskFailed", Error("X"), True),
        ("States.TaskFailed", TimedOut(), False),
        ("States.Timeout", TimedOut(), True),
        ("States.Timeout", Error("States.HeartbeatTimeout"), True),
        ("States.ALL", Error("States.Runtime"), False),
        ("States.Runtime", Error("States.Runtime"), False),
        ("Y", Error("X"), False),
    ],
)
def test_error_names(name: str, answer: TaskAnswer, caught: bool) -> None:
    machine = _machine(
        ("T", {**TASK, "Catch": [{"ErrorEquals": [name], "Next": "H"}], "End": True}), ("H", {"Type": "Pass"})
    )
    execution = run(machine, {}, lambda call: answer)
    assert (execution.status == "SUCCEEDED") is caught


def test_runtime_failures_pass_every_catch() -> None:
    inner = _machine(("P", {"Type": "Pass", "InputPath": "$.gone"}))
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "H"}]
    machine = _machine(
        ("M", {"Type": "Map", "ItemProcessor": inner, "Catch": catch, "End": True}), ("H", {"Type": "Pass"})
    )
    execution = run(machine, [{}], _echo)
    assert execution.error == "States.Runtime"
    assert neutral_cause(execution.cause) == (
        "An error occurred while executing the state 'P' (entered). "
        "Invalid path '$.gone' : No results for path: $['gone']"
    )


def test_distributed_iterations_are_executions_of_their_own() -> None:
    inner = {
        **_machine(("P", {"Type": "Pass", "Parameters": {"d.$": "$.x", "in.$": "$$.Execution.Input"}})),
        "ProcessorConfig": {"Mode": "DISTRIBUTED"},
    }
    body = {"Type": "Map", "ItemProcessor": inner}
    good, bad = {"x": 1}, {"y": 1}
    assert run(_machine(("M", body)), [good], _echo).output == [{"d": 1, "in": good}]
    assert run(_machine(("M", body)), [good, bad], _echo).error == "States.ExceedToleratedFailureThreshold"
    tolerant = run(_machine(("M", {**body, "ToleratedFailurePercentage": 50})), [good, bad], _echo)
    assert tolerant.output == [{"d": 1, "in": good}]
    ends = [(item.path, item.status, item.output, item.error) for item in tolerant.items]
    assert ends == [
        (("M", 0), "SUCCEEDED", {"d": 1, "in": good}, None),
        (("M", 1), "FAILED", None, "States.Runtime"),
    ]


def test_batches_and_items_that_are_read() -> None:
    inner = {**_machine(("P", {"Type": "Pass"})), "ProcessorConfig": {"Mode": "DISTRIBUTED"}}
    body = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV"},
            "Parameters": {"Bucket": "b"},
        },
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"k.$": "$.k"}},
        "ItemProcessor": inner,
    }
    execution = run(_machine(("M", body)), {"k": 1}, lambda call: Result("h\n1\n2\n3\n"))
    assert execution.output == [
        {"BatchInput": {"k": 1}, "Items": [{"h": "1"}, {"h": "2"}]},
        {"BatchInput": {"k": 1}, "Items": [{"h": "3"}]},
    ]
    assert execution.calls[0].payload == {"Bucket": "b"}


def test_time_limits() -> None:
    wait = {"Type": "Wait", "Seconds": 60}
    assert run(_machine(("W", wait), TimeoutSeconds=59), {}, _echo).status == "TIMED_OUT"
    assert run(_machine(("W", wait), TimeoutSeconds=60), {}, _echo).status == "SUCCEEDED"
    parallel = {"Type": "Parallel", "Branches": [_machine(("A", wait)), _machine(("B", wait))]}
    assert run(_machine(("P", parallel), TimeoutSeconds=61), {}, _echo).status == "SUCCEEDED"
    assert run(_machine(("W", {**wait, "Seconds": "${Seconds}"}), TimeoutSeconds=1), {}, _echo).status == "SUCCEEDED"


def test_the_budget_ends_a_loop() -> None:
    execution = run(_machine(("P", {"Type": "Pass", "Next": "P"})), {}, _echo, step_budget=10)
    assert (execution.status, len(execution.steps)) == ("ABORTED", 10)


def test_the_budget_ends_machines_that_start_themselves() -> None:
    machine = _machine(("C", _call(Parameters={"StateMachineArn": CHILD, "Input": {}})))
    execution = run(machine, {}, _echo, machines={CHILD: machine}, depth_budget=5)
    assert (execution.status, len(execution.steps)) == ("ABORTED", 5)
    assert run(machine, {}, _echo, machines={CHILD: machine}).status == "ABORTED"


@pytest.mark.parametrize(
    "body",
    [
        {"Type": "Pass", "InputPath": "$.a["},
        {"Type": "Pass", "ResultPath": "$.a["},
        {"Type": "Pass", "Parameters": {"a.$": "a["}},
        {"Type": "Wait", "SecondsPath": "${Path}"},
        {"Type": "Choice", "Choices": [{"Variable": "a", "IsPresent": True, "Next": "S"}]},
    ],
)
def test_what_reading_rejects_fails_where_it_is_run(body: dict[str, Any]) -> None:
    assert run(_machine(("S", body)), {}, _echo).error == "States.Runtime"


def test_jsonata_is_loaded_only_where_it_is_used() -> None:
    code = "import sys, aslsplit.interpreter.states; sys.exit('jsonata' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- Machines that call machines ---------------------------------------------------------------------------------


def _call(form: str = SYNC2, **body: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": form, "Parameters": {"StateMachineArn": CHILD, "Input.$": "$"}, **body}


def test_sync2_runs_the_child_inside() -> None:
    execution = run(_machine(("C", _call())), {"x": 1}, _echo, machines={CHILD: _machine(("T", TASK))})
    assert execution.output["Output"] == {"got": {"x": 1}}
    assert execution.output["Input"] == {"x": 1}
    assert execution.output["Status"] == "SUCCEEDED"
    assert [(call.state, call.path, call.machine) for call in execution.calls] == [("T", (), "ChildArn")]
    assert [child.call.state for child in execution.children] == ["C"]


def test_sync_gives_texts() -> None:
    execution = run(_machine(("C", _call(START + ".sync"))), {"x": 1}, _echo, machines={CHILD: _machine(("T", TASK))})
    assert execution.output["Output"] == '{"got":{"x":1}}'
    assert execution.output["Input"] == '{"x":1}'


def test_a_machine_that_is_not_given_is_a_service() -> None:
    execution = run(_machine(("C", _call())), {}, _echo)
    assert [call.state for call in execution.calls] == ["C"]


@pytest.mark.parametrize(
    ("child", "answer", "expected"),
    [
        (
            _machine(("F", {"Type": "Fail", "Error": "E", "Cause": "C"})),
            None,
            {"Status": "FAILED", "Error": "E", "Cause": "C"},
        ),
        (_machine(("F", {"Type": "Fail"})), None, {"Status": "FAILED"}),
        (_machine(("T", {**TASK, "TimeoutSeconds": 5})), TimedOut(), {"Status": "FAILED", "Error": "States.Timeout"}),
        (_machine(("W", {"Type": "Wait", "Seconds": 9}), TimeoutSeconds=5), None, {"Status": "TIMED_OUT"}),
    ],
)
def test_a_child_that_fails(child: dict[str, Any], answer: Any, expected: dict[str, str]) -> None:
    execution = run(_machine(("C", _call())), {"x": 1}, lambda call: answer, machines={CHILD: child})
    assert execution.error == "States.TaskFailed"
    cause = json.loads(str(execution.cause))
    assert {key: cause[key] for key in ("Status", "Error", "Cause") if key in cause} == expected
    assert cause["Input"] == '{"x":1}'
    assert "Output" not in cause
    assert list(cause) == sorted(cause)


def test_the_callers_own_time_limit_is_a_timeout() -> None:
    child = _machine(("W", {"Type": "Wait", "Seconds": 60}))
    execution = run(_machine(("C", _call(TimeoutSeconds=5))), {}, _echo, machines={CHILD: child})
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "States.Timeout", None)


def test_the_parents_time_limit_covers_the_child() -> None:
    child = _machine(("W", {"Type": "Wait", "Seconds": 60}))
    assert run(_machine(("C", _call()), TimeoutSeconds=5), {}, _echo, machines={CHILD: child}).status == "TIMED_OUT"


def test_start_execution_does_not_wait_nor_fail() -> None:
    child = _machine(("T", TASK), ("W", {"Type": "Wait", "Seconds": 60}), ("F", {"Type": "Fail"}))
    machine = _machine(("C", _call(START)), ("Z", {"Type": "Pass"}), TimeoutSeconds=5)
    execution = run(machine, {}, _echo, machines={CHILD: child})
    assert execution.status == "SUCCEEDED"
    assert execution.output.keys() == {"ExecutionArn", "StartDate", "SdkHttpMetadata", "SdkResponseMetadata"}
    assert [call.state for call in execution.calls] == ["T"]
    assert execution.children[0].status == "FAILED"


def test_a_machine_that_nobody_waits_for_takes_its_time_if_its_caller_is_slow() -> None:
    machine = _machine(("C", _call(START)), ("Z", {"Type": "Pass"}), TimeoutSeconds=5)
    for seconds, status in ((4, "SUCCEEDED"), (6, "TIMED_OUT")):
        child = {CHILD: _machine(("W", {"Type": "Wait", "Seconds": seconds}))}
        assert run(machine, {}, _echo, machines=child).status == "SUCCEEDED"
        execution = run(machine, {}, _echo, machines=child, awaits_all=True)
        assert execution.status == status


def test_express_reports_failure_as_status() -> None:
    child = _machine(("F", {"Type": "Fail", "Error": "E"}))
    execution = run(
        _machine(("C", _call("arn:aws:states:::aws-sdk:sfn:startSyncExecution"))), {}, _echo, machines={CHILD: child}
    )
    assert (execution.output["Status"], execution.output["Error"]) == ("FAILED", "E")
    assert "Output" not in execution.output


def test_a_name_is_used_once() -> None:
    call = _call(Parameters={"StateMachineArn": CHILD, "Name": "fixed"})
    execution = run(_machine(("C", call), ("D", call)), {}, _echo, machines={CHILD: _machine(("P", {"Type": "Pass"}))})
    assert execution.error == "StepFunctions.ExecutionAlreadyExistsException"


def _token_machine(send: dict[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    parameters = {"StateMachineArn": CHILD, "Input": {"token.$": "$$.Task.Token"}}
    parent = _machine(("C", _call(START + ".waitForTaskToken", Parameters=parameters, TimeoutSeconds=30)))
    return parent, _machine(("S", send or {"Type": "Pass"}), ("T", TASK))


def test_the_child_answers_the_token() -> None:
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
        "Parameters": {"TaskToken.$": "$.token", "Output": {"a": 1}},
    }
    parent, child = _token_machine(send)
    assert run(parent, {}, _echo, machines={CHILD: child}).output == {"a": 1}


def test_the_child_answers_the_token_with_an_error() -> None:
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:sendTaskFailure",
        "Parameters": {"TaskToken.$": "$.token", "Error": "E", "Cause": "C"},
    }
    parent, child = _token_machine(send)
    execution = run(parent, {}, _echo, machines={CHILD: child})
    assert (execution.error, execution.cause) == ("E", "C")


def test_nobody_answers_the_token() -> None:
    parent, child = _token_machine(None)
    execution = run(parent, {}, _echo, machines={CHILD: child})
    assert execution.error == "States.Timeout"
    assert [(call.status, call.unanswered) for call in execution.children] == [("SUCCEEDED", True)]


def test_a_child_that_still_works_when_its_caller_gives_up() -> None:
    parent, child = _token_machine({"Type": "Wait", "Seconds": 31})
    execution = run(parent, {}, _echo, machines={CHILD: child})
    assert execution.error == "States.Timeout"
    assert [(call.status, call.unanswered) for call in execution.children] == [("TIMED_OUT", True)]


def test_a_child_that_ends_too_late_to_answer_is_told_of_once() -> None:
    parent, child = _token_machine({"Type": "Wait", "Seconds": 30})
    execution = run(parent, {}, _echo, machines={CHILD: child})
    assert execution.error == "States.Timeout"
    assert [(call.status, call.unanswered) for call in execution.children] == [("SUCCEEDED", True)]


def test_somebody_outside_waits_for_the_token() -> None:
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
        "Parameters": {"TaskToken.$": "$.token", "Output": {}},
    }
    machine = _machine(("S", send))
    assert run(machine, {"token": "t"}, _echo, awaited=["t"]).calls == []
    assert len(run(machine, {"token": "t"}, _echo).calls) == 1, "nobody waits, so it is a service like any other"


def test_a_branch_that_does_not_count_in_paths() -> None:
    waiting = {**TASK, "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {}}
    token = {"Type": "Pass", "Parameters": {"t.$": "$$.Execution.Name"}}
    branch = _machine(("W", {**waiting, "Parameters": {"t.$": "$$.Task.Token"}}), ("P", token))
    holder = ("H", {"Type": "Parallel", "Branches": [branch]})
    seen = run(_machine(holder), {}, _echo).calls[0]
    unseen = run(_machine(holder), {}, _echo, in_turn=["H"]).calls[0]
    assert (seen.path, seen.payload) == (("H", 0), {"t": "H/0/W/token-1"})
    assert (unseen.path, unseen.payload) == ((), {"t": "W/token-1"})


def test_jsonata_task_with_catch() -> None:
    task = {
        **TASK,
        "Arguments": {"v": "{% $states.input.x %}"},
        "Assign": {"seen": "{% $states.result.got.v %}"},
        "Output": {"r": "{% $states.result.gone %}"},
        "Catch": [
            {
                "ErrorEquals": ["States.QueryEvaluationError"],
                "Output": {"e": "{% $states.errorOutput.Error %}"},
                "Assign": {"c": 1},
                "Next": "H",
            }
        ],
        "End": True,
    }
    machine = _machine(
        ("T", task),
        ("H", {"Type": "Pass", "Output": {"in": "{% $states.input %}", "c": "{% $c %}", "s": "{% $exists($seen) %}"}}),
        QueryLanguage="JSONata",
    )
    assert run(machine, {"x": 4}, _echo).output == {"in": {"e": "States.QueryEvaluationError"}, "c": 1, "s": False}


def test_jsonata_catch_gives_the_error_by_default() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "H"}]
    machine = _machine(("T", {**TASK, "Catch": catch, "End": True}), ("H", {"Type": "Pass"}), QueryLanguage="JSONata")
    assert run(machine, {"x": 1}, lambda call: Error("E", "C")).output == {"Error": "E", "Cause": "C"}


def test_a_variable_that_is_null_is_there() -> None:
    machine = _machine(
        ("A", {"Type": "Pass", "Assign": {"v": None}}),
        ("B", {"Type": "Pass", "Output": {"v": "{% $v %}", "there": "{% $exists($v) %}"}}),
        QueryLanguage="JSONata",
    )
    assert run(machine, {}, _echo).output == {"v": None, "there": True}
