"""Random JSONata machines, whole and split, on documents with arrays and scalars where objects are expected.

A path goes through arrays, an index counts in the array it finds, what is nothing is left out: whatever a region reads
of such a document, it must find in what was sent.
"""

from __future__ import annotations

import json
import random
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from aslsplit.analysis.facts import analyze
from aslsplit.analysis.regions import largest_legal_subset
from aslsplit.interpreter import Error, Execution, Result
from aslsplit.operations.pipeline import load_project, plan_of
from aslsplit.project.rewritten import rewritten
from aslsplit.rewrite.extract import extract
from aslsplit.verify.execution import pair_of
from aslsplit.verify.scenario import Scenario
from aslsplit.verify.static import prove_statically
from aslsplit.verify.structural import prove_structure
from tests.analysis_cases import machine_of
from tests.random_jsonata import FIELDS, an_expression, an_output, without_nothing

DOCUMENTS = 10
SERVICE, FUNCTION = "arn:aws:states:::lambda:invoke", "arn:aws:lambda:eu-west-1:123456789012:function:f"


def a_machine(chance: random.Random) -> dict[str, Any]:
    names = [f"S{number}" for number in range(chance.choice((4, 5, 6)))]
    states: dict[str, Any] = {"Init": {"Type": "Pass", "Assign": {"v": 1, "w": {"b": {"c": 1}}}, "Next": "S0"}}
    for position, name in enumerate(names):
        states[name] = a_state(chance, names[position + 1 : position + 4])
    reached, pending = set(), ["Init"]
    while pending:
        name = pending.pop()
        reached.add(name)
        ways = (states[name], *states[name].get("Choices", ()), *states[name].get("Catch", ()))
        pending += {way[key] for way in ways for key in ("Next", "Default") if key in way} - reached
    kept = {name: body for name, body in states.items() if name in reached}
    return {"QueryLanguage": "JSONata", "StartAt": "Init", "States": kept}


def a_state(chance: random.Random, later: list[str]) -> dict[str, Any]:
    kind = chance.choice(("Pass", "Task", "Task", "Choice")) if later else chance.choice(("Task", "Pass", "Succeed"))
    body: dict[str, Any] = {"Type": kind}
    result = "$states.result" if kind == "Task" else None
    if kind == "Choice":
        condition = f"{{% $boolean({an_expression(chance.choice, None, 1)}) = true %}}"
        rule = {"Condition": condition, "Output": an_output(chance.choice, None), "Next": chance.choice(later)}
        return {**body, "Choices": [without_nothing(rule)], "Default": chance.choice(later)}
    if kind == "Task":
        body |= {"Resource": chance.choice((SERVICE, FUNCTION))}
        body |= {"Arguments": {"p": f"{{% [{an_expression(chance.choice, None)}] %}}"}}
        if later and chance.random() < 0.4:
            errors = [chance.choice(("States.ALL", "E1", "States.QueryEvaluationError"))]
            output = an_output(chance.choice, "$states.errorOutput")
            body["Catch"] = [without_nothing({"ErrorEquals": errors, "Output": output, "Next": chance.choice(later)})]
    body["Output"] = an_output(chance.choice, result)
    if kind != "Succeed":
        if chance.random() < 0.25:
            body["Assign"] = {chance.choice("vw"): f"{{% [{an_expression(chance.choice, result, 1)}] %}}"}
        body |= {"Next": chance.choice(later)} if later else {"End": True}
    return without_nothing(body)


def a_value(chance: random.Random, depth: int = 3) -> Any:
    kind = chance.random()
    if not depth or kind < 0.25:
        return chance.choice((1, 2, "s", None, True, 0, "", {}))
    if kind < 0.7:
        return {name: a_value(chance, depth - 1) for name in FIELDS if chance.random() < 0.7}
    return [a_value(chance, depth - 1) for _ in range(chance.choice((1, 1, 2, 3)))]


def a_scenario(chance: random.Random, machine: dict[str, Any]) -> Scenario:
    answers = {}
    for name, body in machine["States"].items():
        if body["Type"] == "Task":
            fails = chance.random() < 0.2
            value = a_value(chance)
            if body["Resource"] == SERVICE and not isinstance(value, dict):
                value = {"a": value}
            answers[name] = (Error(chance.choice(("E1", "E2")), "c") if fails else Result(value),)
    return Scenario({name: a_value(chance) for name in FIELDS if chance.random() < 0.85}, answers)


def merges_into_no_object(machine: dict[str, Any], members: Collection[str], execution: Execution) -> bool:
    """What ASL509 asks for does not hold."""
    texts = {name: json.dumps(body) for name, body in machine["States"].items() if name in members}
    for step in execution.steps:
        text = texts.get(step.state, "")
        if "$merge" in text and not isinstance(step.input, dict):
            return True
        inside = [name for name in FIELDS if f"$merge([$states.input.{name}," in text]
        if any(not isinstance(step.input.get(name, {}), dict) for name in inside):
            return True
    return False


@pytest.mark.parametrize("seed", range(60))
def test_a_random_machine_does_the_same_when_it_is_split(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    machine = a_machine(chance)
    graph = analyze(machine_of(machine)).of(machine_of(machine).top).graph
    members = [name for name in machine["States"] if name != "Init" and chance.random() < 0.5]
    region = largest_legal_subset(graph, members)
    if region is None:
        return
    (tmp_path / "m.asl.json").write_text(json.dumps(machine), "utf-8")
    boundaries = {
        "version": 1,
        "monolith": "m.asl.json",
        "observe": chance.choice(("all", "none")),
        "children": {
            "part": {
                "states": list(region),
                "style": chance.choice(("explicit", "compact")),
                "pattern": chance.choice(("sync", "callback")),
            }
        },
    }
    (tmp_path / "boundaries.yaml").write_text(json.dumps(boundaries), "utf-8")
    project = load_project(str(tmp_path / "boundaries.yaml"))
    plan = plan_of(project)
    assert plan.child("part") is not None, plan.findings
    extraction = extract(plan, ["part"])
    made = rewritten(project, extraction)
    assert not list(prove_structure(project.machine, made.parent, made.children, extraction))
    assert not list(prove_statically(plan, made.parent, made.children, extraction))
    pair = pair_of(plan, *made.definitions(), extraction)
    in_doubt = any(remark.code == "ASL509" for _, remark in plan.findings)
    for _ in range(DOCUMENTS):
        scenario = a_scenario(chance, machine)
        expected = pair.comparable(scenario)
        excluded = expected is not None and in_doubt and merges_into_no_object(machine, region, expected)
        if not excluded:
            assert pair.difference(scenario) is None, (machine, region, scenario)
