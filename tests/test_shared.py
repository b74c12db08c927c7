"""Shared children: random regions that occur twice, what a call can send, and children that were changed since."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.errors import DefinitionError
from aslsplit.findings import has_errors
from aslsplit.operations.pipeline import load_project
from tests.command_line import snapshot
from tests.effort import examples
from tests.random_copies import with_copy
from tests.random_jsonata import jsonata_machine
from tests.random_machines import Pick, random_machine, rich_machine
from tests.test_random_splits import extracted, inlined, project

_SCENARIOS = 12
Made = Callable[[Pick], dict[str, Any]]


@pytest.mark.parametrize("made", [random_machine, rich_machine, jsonata_machine], ids=lambda made: made.__name__)
@examples(40)
@given(data=st.data())
def test_whatever_is_shared_is_proved_and_goes_back(made: Made, data: st.DataObject) -> None:
    def pick(options: Any) -> Any:
        return data.draw(st.sampled_from(options))

    found = with_copy(pick, made(pick))
    if found is None:
        return
    machine, (states, others) = found
    choices = {"carrier": pick(("variables",) * 3 + ("document",)), "style": pick(("explicit", "compact"))}
    with tempfile.TemporaryDirectory() as folder:
        where = project(
            Path(folder) / "x", machine, {"x": {"states": states, "shared": [{"states": others}], **choices}}
        )
        before = snapshot(where)
        try:
            outcome = extracted(where, "x", scenarios=_SCENARIOS)
        except DefinitionError:
            return
        if not outcome.artifacts:
            assert has_errors(outcome.findings)
            return
        outcome.project.workspace.write(outcome.artifacts)
        again = extracted(where, "x")
        assert not again.project.workspace.differing(again.artifacts)
        inlined(where, "x")
        assert snapshot(where) == before


TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}
IN_JSONATA = {**TASK, "QueryLanguage": "JSONata"}
SENT = [
    (
        {**TASK, "Parameters": {"FunctionName": "a"}},
        {**TASK, "Parameters": {"FunctionName": "b"}},
        {"functionName": "a"},
    ),
    ({**TASK, "Parameters": {"x": ["a", {"b": 1}]}}, {**TASK, "Parameters": {"x": ["a", {"b": 2}]}}, {"b": 1}),
    ({**TASK, "Parameters": {"x": ["a", "b"]}}, {**TASK, "Parameters": {"x": ["a"]}}, {"x": ["a", "b"]}),
    ({**TASK, "Parameters": {"x": {"a": 1}}}, {**TASK, "Parameters": {"x": {"b": 1}}}, {"x": {"a": 1}}),
    ({**TASK, "Parameters": {"x": 1}}, {**TASK, "Parameters": {"x": 1.0}}, {"x": 1}),
    ({**TASK, "Parameters": {"x": None}}, {**TASK, "Parameters": {"x": False}}, {"x": None}),
    ({"Type": "Pass", "Result": {"a": 1}}, {"Type": "Pass", "Result": {"b": 2}}, {"result": {"a": 1}}),
    (
        {**TASK, "Parameters": {"x": "a", "y": {"x": "a"}}},
        {**TASK, "Parameters": {"x": "b", "y": {"x": "b"}}},
        {"x": "a"},
    ),
    (
        {**TASK, "Parameters": {"x": "a", "y": {"x": "a"}}},
        {**TASK, "Parameters": {"x": "b", "y": {"x": "c"}}},
        {"x": "a", "sX": "a"},
    ),
    (
        {**TASK, "Retry": [{"ErrorEquals": ["E"]}], "Parameters": {"x": "a"}},
        {"Retry": [{"ErrorEquals": ["E"]}], **TASK, "Parameters": {"x": "a"}, "Comment": "again"},
        {},
    ),
    ({**TASK, "Parameters": {"x": "a"}, "Comment": "one"}, {**TASK, "Parameters": {"x": "a"}, "Comment": "two"}, {}),
    ({**IN_JSONATA, "Arguments": {"x": ["a", "b"]}}, {**IN_JSONATA, "Arguments": {"x": ["a", "c"]}}, {"x": "b"}),
    ({**IN_JSONATA, "TimeoutSeconds": 5}, {**IN_JSONATA, "TimeoutSeconds": 6}, {"timeoutSeconds": 5}),
    ({**IN_JSONATA, "Output": {"x": []}}, {**IN_JSONATA, "Output": {"x": ["a"]}}, {"x": []}),
]
REFUSED = [
    ({**TASK, "Parameters": {"x.$": "$.a"}}, {**TASK, "Parameters": {"x.$": "$.b"}}, "read other places"),
    ({**TASK, "Parameters": {"x": 1}}, {**TASK, "Parameters": {"x": 1, "y": 2}}, "other fields"),
    ({**TASK, "Parameters": {"x": 1}}, {**TASK, "Parameters": {"x.$": "$.a"}}, "other fields"),
    ({**TASK, "Parameters": {"x": {"a": 1}}}, {**TASK, "Parameters": {"x": {"a.$": "$.b"}}}, "read from the document"),
    ({**TASK, "ResultPath": "$.a"}, {**TASK, "ResultPath": "$.b"}, "no path can stand there"),
    ({**TASK, "TimeoutSeconds": 5}, {**TASK, "TimeoutSeconds": 6}, "no path can stand there"),
    (
        {**TASK, "Retry": [{"ErrorEquals": ["A"]}]},
        {**TASK, "Retry": [{"ErrorEquals": ["B"]}]},
        "no path can stand there",
    ),
    ({**TASK, "Retry": [{"ErrorEquals": ["A"]}]}, TASK, "no path can stand there"),
    ({**TASK, "Resource": "arn:aws:states:::sns:publish"}, TASK, "a Resource takes no reference"),
    ({"Type": "Pass", "Result": None}, {"Type": "Pass", "Result": 1}, "null"),
    ({"Type": "Pass", "Result": 1, "InputPath": "$"}, {"Type": "Pass", "Result": 2, "InputPath": "$"}, "no path"),
    ({**IN_JSONATA, "Arguments": {"x": "{% 1 %}"}}, {**IN_JSONATA, "Arguments": {"x": 1}}, "it is an expression"),
    ({**IN_JSONATA, "Assign": {"x": 1}}, {**IN_JSONATA, "Assign": {"y": 1}}, "other variables"),
    (
        {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "I1", "States": {}}},
        {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "I2", "States": {}}},
        "the execution of an item",
    ),
    (
        {"Type": "Map", "ItemProcessor": {"StartAt": "I1", "States": {}}},
        {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "I2", "States": {}}},
        "S and T hold other kinds of scopes, or not as many",
    ),
]


@pytest.mark.parametrize(("one", "other", "sent"), SENT, ids=map(str, range(len(SENT))))
def test_literals_are_sent_and_come_back(one: Any, other: Any, sent: Any, tmp_path: Path) -> None:
    where = _sites(tmp_path, one, other)
    before = snapshot(where)
    outcome = extracted(where, "x", scenarios=20)
    assert not has_errors(outcome.findings)
    first = outcome.plan.child("x")
    assert first is not None and first.site is not None and first.site.settings == sent
    outcome.project.workspace.write(outcome.artifacts)
    inlined(where, "x")
    assert snapshot(where) == before


@pytest.mark.parametrize("optional", [False, True], ids=["by a template", "by an expression"])
def test_literals_are_sent_in_the_document_as_well(optional: bool, tmp_path: Path) -> None:
    """What may not be there travels by an expression, and the settings with it."""
    first, second = (
        {**IN_JSONATA, "Arguments": {"x": x, "i": "{% $states.input.o %}"}, "Output": "{% {'o': $states.input.o} %}"}
        if optional
        else {**TASK, "ResultPath": "$.r", "Parameters": {"x": x, "i.$": "$.o"}}
        for x in "ab"
    )
    # So that the document is an object before, and nobody sees what a call leaves in it behind.
    begin = {"Type": "Pass", "Result": 1, "ResultPath": "$.begun", "Next": "S"}
    end = {"Type": "Pass", "Result": "ended", "End": True}
    states = {"H": begin, "S": {**first, "Next": "T"}, "T": {**second, "Next": "U"}, "U": end}
    child = {"states": ["S"], "shared": [{"states": ["T"]}], "carrier": "document"}
    where = project(tmp_path / "x", {"StartAt": "H", "States": states}, {"x": child})
    before = snapshot(where)
    outcome = extracted(where, "x", scenarios=20)
    assert not has_errors(outcome.findings)
    outcome.project.workspace.write(outcome.artifacts)
    inlined(where, "x")
    assert snapshot(where) == before


@pytest.mark.parametrize(("one", "other", "reason"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_what_cannot_be_sent_is_refused_with_a_reason(one: Any, other: Any, reason: str, tmp_path: Path) -> None:
    for number, body in enumerate((one, other), start=1):
        if "ItemProcessor" in body:
            inner = {**TASK, "Parameters": {"x": number}, "End": True}
            body["ItemProcessor"]["States"][f"I{number}"] = inner
    outcome = extracted(_sites(tmp_path, one, other), "x")
    assert not outcome.artifacts
    refused = [found for found in outcome.findings if found.code in ("ASL341", "ASL342", "ASL343")]
    assert refused and all(reason in found.message and found.help and found.span for found in refused)


def test_two_sites_may_differ_where_a_third_has_nothing(tmp_path: Path) -> None:
    bodies = [
        {**TASK, "Parameters": {"x": {"a": 1}}},
        {**TASK, "Parameters": {"x": {"a": 2}}},
        {**TASK, "Parameters": {}},
    ]
    outcome = extracted(_sites(tmp_path, *bodies), "x")
    assert [found.code for found in outcome.findings if found.code == "ASL342"] == ["ASL342"]
    bodies[2]["Parameters"] = {"x": {"b": 3}}
    outcome = extracted(_sites(tmp_path / "alike", *bodies), "x", scenarios=10)
    sent = [child.site.settings["x"] for child in outcome.plan.children if child.site is not None]
    assert outcome.artifacts
    assert sent == [{"a": 1}, {"a": 2}, {"b": 3}]


def test_a_site_need_not_have_what_only_another_one_wants(tmp_path: Path) -> None:
    """``$.x`` is there at both sites in the monolith; ahead of the second one a child makes it, and does not return it
    since nobody there reads it."""

    def site(number: int, following: str) -> dict[str, Any]:
        rule = {"Variable": "$.again", "BooleanEquals": True, "Next": f"Set{number}"}
        return {
            f"Ask{number}": {"Type": "Choice", "Choices": [rule], "Default": f"Go{number}"},
            f"Set{number}": {**TASK, "Parameters": {"n": 1}, "ResultPath": "$.x", "Next": f"Go{number}"},
            f"Go{number}": {"Type": "Pass", "Next": following},
        }

    states = {
        "Which": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.first", "BooleanEquals": True, "Next": "Make1"}],
            "Default": "Make2",
        },
        "Make1": {"Type": "Pass", "Result": 1, "ResultPath": "$.x", "Next": "Ask1"},
        **site(1, "Use"),
        "Use": {**TASK, "Parameters": {"x.$": "$.x"}, "ResultPath": None, "Next": "Done"},
        "Make2": {**TASK, "Parameters": {"n": 2}, "ResultPath": "$.x", "Next": "Ask2"},
        **site(2, "Done"),
        "Done": {"Type": "Pass", "Parameters": {"done": True}, "End": True},
    }
    names = [[f"{word}{number}" for word in ("Ask", "Set", "Go")] for number in (1, 2)]
    children = {"x": {"states": names[0], "shared": [{"states": names[1]}]}, "make": {"states": ["Make2"]}}
    where = project(tmp_path / "x", {"StartAt": "Which", "States": states}, children)
    outcome = extracted(where, "x", "make", scenarios=40)
    (made,) = [child for child in outcome.plan.children if child.boundary.name == "make"]
    (second,) = [child for child in outcome.plan.children if child.boundary.name == "x#2"]
    assert not made.contract.exits[0].result.values
    assert [(value.stem, value.strict) for value in second.contract.entries[0].request.document.values] == [
        (("again",), True),
        (("x",), False),
    ]
    assert outcome.artifacts


def test_what_a_team_adds_to_a_shared_child_is_there_at_each_site(tmp_path: Path) -> None:
    where = _sites(tmp_path, *SENT[0][:2])
    outcome = extracted(where, "x")
    outcome.project.workspace.write(outcome.artifacts)
    file = where / "children" / "x.asl.json"
    child = json.loads(file.read_text("utf-8"))
    added = child["States"]["S"]
    child["States"]["S"] = {**added, "Next": "Added"}
    child["States"]["Added"] = {"Type": "Pass", "Next": added["Next"]}
    file.write_text(json.dumps(child, indent=2), "utf-8")
    states = load_project(str(where / "boundaries.yaml")).machine.source.data["States"]
    assert [states[name].get("Next") for name in ("S", "Added", "T", "Added2")] == ["Added", "T", "Added2", None]
    assert [states[name]["Parameters"] for name in ("S", "T")] == [{"FunctionName": "a"}, {"FunctionName": "b"}]


def _sites(folder: Path, *bodies: Any, **more: Any) -> Path:
    """One state per site, one behind the other."""
    names = "STUV"[: len(bodies)]
    ways: list[dict[str, Any]] = [*({"Next": name} for name in names[1:]), {"End": True}]
    states = {name: {**body, **way} for name, body, way in zip(names, bodies, ways, strict=True)}
    folder.mkdir(exist_ok=True)
    others = [{"states": [name]} for name in names[1:]]
    return project(folder / "x", {"StartAt": "S", "States": states}, {"x": {"states": ["S"], "shared": others, **more}})
