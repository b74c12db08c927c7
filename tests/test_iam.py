"""What roles need, derived from states; the cases are in cases/iam."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aslsplit.asl.model import StateMachine, StateType
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.iam.calls import OPTIMISED, rows_of
from aslsplit.iam.changes import Callee, role_changes
from aslsplit.iam.integration import Call, resource_of
from aslsplit.iam.needs import policy_of
from aslsplit.iam.policy import Policy, policy_document
from aslsplit.iam.rules import Allow
from aslsplit.iam.services.sdk import SDK
from aslsplit.iam.services.storage import STORAGE
from aslsplit.iam.surroundings import logging_statement, tracing_statement
from tests.analysis_cases import title_of
from tests.aws_models import ENDED, WITHOUT_OPERATION, is_operation
from tests.test_iam_models import rows

CASES = Path(__file__).parent / "cases" / "iam"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
HERE = "${AWS::Region}:${AWS::AccountId}"

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")


def machine_in(file: str) -> StateMachine | None:
    source, _ = read_source(file, (CORPUS / file).read_bytes())
    return None if source is None else parse(source)[0]


def resources(policy: Policy, action: str) -> list[str]:
    found = {name for one in policy.statements if action in one.actions for name in one.resources}
    return sorted(name.replace(HERE, "HERE") for name in found)


KNOWN = yaml.safe_load((CASES / "corpus.yaml").read_text(encoding="utf-8"))


@needs_corpus
@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["file"].rpartition("/")[2][:60])
def test_a_real_machine_needs_what_it_needs(case: dict[str, Any]) -> None:
    machine = machine_in(case["file"])
    assert machine is not None
    policy = policy_of(machine, name=case.get("name"))
    assert sorted({action for one in policy.statements for action in one.actions}) == case["actions"]
    assert sorted({action for one in policy.unknown for action in one.actions}) == case.get("unknown", [])
    assert {action: resources(policy, action) for action in case.get("on", {})} == case.get("on", {})


def test_the_table_is_long_enough() -> None:
    assert len({case["file"] for case in KNOWN}) >= 20


# --- integrations ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", yaml.safe_load((CASES / "integrations.yaml").read_text(encoding="utf-8")), ids=title_of
)
def test_integration(case: dict[str, Any]) -> None:
    policy = policy_of(machine_with(case), name=case.get("name"), workflows=case.get("workflows"))
    allowed = {
        " ".join(one.actions): [name.replace(HERE, "HERE") for name in one.resources] for one in policy.statements
    }
    assert allowed == case.get("allows", {})
    assert {one.what: list(one.actions) for one in policy.unknown} == case.get("unknown", {})
    assert [one.what for one in policy.assumed] == case.get("assumed", [])
    for one in policy.statements:
        if (action := one.actions[0]) in case.get("conditions", {}):
            assert dict(one.conditions) == case["conditions"][action]
        else:
            assert set(one.conditions) <= {"StringEquals"}
            assert not one.conditions or action == "iam:PassRole"
    assert_sound(policy)


def machine_with(case: dict[str, Any]) -> StateMachine:
    if "map" in case:
        body = {"Type": "Map", **case["map"], "End": True}
        body["ItemProcessor"] |= {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}}
    else:
        resource = case["resource"]
        whole = resource if resource.startswith(("arn:", "${")) else f"arn:aws:states:::{resource}"
        body = {"Type": "Task", "Resource": whole, **case.get("more", {}), "End": True}
        if "parameters" in case:
            body["Arguments" if case.get("language") == "JSONata" else "Parameters"] = case["parameters"]
    definition = {"QueryLanguage": case.get("language", "JSONPath"), "StartAt": "A", "States": {"A": body}}
    source, problems = read_source("m.asl.json", json.dumps(definition).encode())
    assert source is not None, problems
    machine, found = parse(source)
    assert machine is not None, found
    return machine


# --- any machine -------------------------------------------------------------------------------------------------


def assert_sound(policy: Policy) -> None:
    for one in policy.statements:
        assert one.sid.isalnum() and one.sid.isascii()
        assert one.actions and one.resources and one.states
        assert (list(one.actions), list(one.resources)) == (sorted(set(one.actions)), sorted(set(one.resources)))
        assert "*" not in one.resources or set(one.actions) <= EVERYWHERE, one
        for name in one.resources:
            assert name == "*" or name.startswith(("arn:", "${")), name
            assert name == "*" or name.count(":") >= 5 or name.startswith("${"), name
    for one in (*policy.statements, *policy.unknown):
        for action in one.actions:
            assert is_operation(action) or action in WITHOUT_OPERATION or action.partition(":")[0] in ENDED, action
    sids = [one.sid for one in policy.statements]
    assert len(sids) == len(set(sids))
    pairs = [
        (action, name, str(one.conditions))
        for one in policy.statements
        for action in one.actions
        for name in one.resources
    ]
    assert len(pairs) == len(set(pairs))


EVERYWHERE = {action for row in rows() if isinstance(row, Allow) and row.because for action in row.actions}


@cache
def corpus_machines() -> tuple[StateMachine, ...]:
    with (CORPUS / "index.csv").open(encoding="utf-8", newline="") as index:
        found = (machine_in(row["file"]) for row in csv.DictReader(index))
        return tuple(machine for machine in found if machine is not None)


@needs_corpus
def test_policies_of_real_machines_are_sound() -> None:
    assert len(corpus_machines()) > 300
    for machine in corpus_machines():
        policy = policy_of(machine, name="Me")
        assert_sound(policy)
        assert json.loads(json.dumps(policy_document(policy)))["Version"] == "2012-10-17"


@needs_corpus
def test_every_task_of_a_real_machine_is_allowed_something_or_said_to_be_unknown() -> None:
    for machine in corpus_machines():
        policy = policy_of(machine)
        told = {state for one in (*policy.statements, *policy.unknown) for state in one.states}
        silent = {state.name for state in machine.states() if state.type is StateType.TASK} - told
        for state in machine.states():
            if state.name in silent:
                assert needs_nothing(str(state.body["Resource"])) or "AuthType" not in state.body["Parameters"], state


def needs_nothing(resource: str) -> bool:
    return ":activity:" in resource


NAMES = sorted(OPTIMISED) + [f"aws-sdk:{name}" for name in (*SDK, *STORAGE)]
NAMES += ["lambda:invoke", "states:startExecution", "apigateway:invoke", "http:invoke", "aws-sdk:sfn:startExecution"]
SLOT = re.compile(r"[{]([A-Za-z.@]+)")
BY_HAND = "FunctionName Qualifier StateMachineArn ApiEndpoint AuthType Method Path Authentication.ConnectionArn"


def parameters_of(name: str) -> list[str]:
    call = resource_of(f"arn:aws:states:::{name}")
    assert isinstance(call, Call)
    patterns = [pattern for row in rows_of(call) or () if isinstance(row, Allow) for pattern in row.on]
    return sorted({slot for pattern in patterns for slot in SLOT.findall(pattern)}) or BY_HAND.split()


VALUES = st.one_of(
    st.sampled_from(["orders", "/a/b", "${Orders}", "${OrdersArn}", "${Orders}:7", "orders:live", "s3://b/k", "", "*"]),
    st.sampled_from(
        ["arn:aws:sns:eu-west-1:111122223333:orders", "https://sqs.eu-west-1.amazonaws.com/1/q", "http://x"]
    ),
    st.sampled_from([None, 7, True, [], {}, ["a", "${B}"], {"Arn.$": "$.a"}, "{% $x %}", "{% 'orders' %}"]),
)


@given(data=st.data())
@settings(max_examples=400)
def test_whatever_parameters_say_the_policy_is_sound(data: st.DataObject) -> None:
    name, language = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from(["JSONPath", "JSONata"]))
    pattern = data.draw(st.sampled_from(["", ".sync", ".sync:2", ".waitForTaskToken"]))
    parameters: dict[str, Any] = {}
    for path in data.draw(st.lists(st.sampled_from(parameters_of(name)), unique=True)):
        *around, last = path.split(".")
        holder = parameters
        for step in around:
            inner = holder.setdefault(step, {})
            holder = inner if isinstance(inner, dict) else {}
        from_data = language == "JSONPath" and data.draw(st.booleans())
        holder[f"{last}.$" if from_data else last] = "$.x" if from_data else data.draw(VALUES)
    case = {"resource": f"{name}{pattern}", "language": language, "parameters": parameters}
    policy = policy_of(machine_with(case), name="Me")
    assert_sound(policy)
    assert policy == policy_of(machine_with(case), name="Me")


# --- what a split changes ----------------------------------------------------------------------------------------


def grants(policy: Policy) -> set[tuple[str, str]]:
    return {grant for one in policy.statements for grant in product(one.actions, one.resources)}


def test_the_parent_gains_and_loses_what_is_between_it_and_the_monolith() -> None:
    call = {"Resource": "arn:aws:states:::states:startExecution", "Parameters": {"StateMachineArn": "${CAliasArn}"}}
    monolith = machine_of_tasks({"A": "a", "B": "b", "C": "a"})
    parent = machine_of_tasks({"A": "a", "Call": call})
    child = machine_of_tasks({"B": "b", "C": "a"})
    of_parent, of_child = role_changes(monolith, parent, {"c": Callee(child, "C", "${CAliasArn}")})
    start = ("states:StartExecution", f"arn:aws:states:{HERE}:stateMachine:C")
    functions = {
        name: {("lambda:InvokeFunction", f"arn:aws:lambda:r:1:function:{name}{more}") for more in ("", ":*")}
        for name in "ab"
    }
    assert (of_parent.child, of_child.child, of_child.workflow) == (None, "c", "C")
    assert grants(of_parent.gains) == {start}
    assert grants(of_parent.loses) == functions["b"]
    assert grants(of_parent.keeps) == functions["a"]
    assert grants(of_parent.needs) == {start} | functions["a"]
    assert grants(of_child.needs) == grants(of_child.gains) == functions["a"] | functions["b"]
    assert [one.states for one in of_parent.loses.statements] == [("B",)]


def test_a_child_that_calls_another_one_needs_the_call() -> None:
    call = {"Resource": "arn:aws:states:::states:startExecution", "Parameters": {"StateMachineArn": "${InnerArn}"}}
    outer = Callee(machine_of_tasks({"Call": call}), "Outer", "${OuterArn}")
    inner = Callee(machine_of_tasks({"B": "b"}), "Inner", "${InnerArn}")
    monolith = machine_of_tasks({"B": "b"})
    parent = machine_of_tasks({"Call": {**call, "Parameters": {"StateMachineArn": "${OuterArn}"}}})
    of_parent, of_outer, of_inner = role_changes(monolith, parent, {"outer": outer, "inner": inner})
    assert grants(of_parent.gains) == {("states:StartExecution", f"arn:aws:states:{HERE}:stateMachine:Outer")}
    assert grants(of_outer.needs) == {("states:StartExecution", f"arn:aws:states:{HERE}:stateMachine:Inner")}
    assert {action for action, _ in grants(of_inner.needs)} == {"lambda:InvokeFunction"}


def test_what_was_unknown_before_is_no_news() -> None:
    unknown = {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName.$": "$.f"}}
    machine = machine_of_tasks({"A": unknown})
    (of_parent,) = role_changes(machine, machine, {})
    assert of_parent.needs.unknown
    assert not of_parent.gains.unknown
    assert of_parent.keeps.unknown == of_parent.needs.unknown


def machine_of_tasks(tasks: dict[str, Any]) -> StateMachine:
    states: dict[str, Any] = {}
    for name, task in tasks.items():
        body = {"Resource": f"arn:aws:lambda:r:1:function:{task}"} if isinstance(task, str) else task
        states[name] = {"Type": "Task", **body, "End": True}
    source, _ = read_source("m.asl.json", json.dumps({"StartAt": next(iter(states)), "States": states}).encode())
    assert source is not None
    machine, _ = parse(source)
    assert machine is not None
    return machine


def test_statements_do_not_depend_on_the_order_of_states() -> None:
    tasks = {
        "A": "a",
        "B": "b",
        "C": {"Resource": "arn:aws:states:::dynamodb:getItem", "Parameters": {"TableName": "t"}},
    }
    forth, back = (policy_of(machine_of_tasks(dict(order))) for order in (tasks.items(), reversed(tasks.items())))
    assert policy_document(forth) == policy_document(back)


def test_logging_and_tracing_are_of_the_deployment() -> None:
    policy = Policy((logging_statement(), tracing_statement()))
    assert {action.partition(":")[0] for action, _ in grants(policy)} == {"logs", "xray"}
    assert {name for _, name in grants(policy)} == {"*"}
