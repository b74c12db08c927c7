"""One child for the parents of several maps: random machines, what each side sees of it, and what is refused."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.errors import AslSplitError, BoundaryError, DefinitionError, OutputError, ProofError
from aslsplit.findings import Severity, has_errors
from aslsplit.operations.pipeline import Outcome, load_project, plan_of
from aslsplit.rewrite.extract import extract
from aslsplit.rewrite.site import literals_of
from tests.command_line import aslsplit, snapshot
from tests.effort import examples
from tests.random_copies import with_copy
from tests.random_jsonata import jsonata_machine
from tests.random_machines import random_machine, rich_machine
from tests.test_random_splits import extracted, inlined, project
from tests.test_shared import Made

_SCENARIOS = 10


@pytest.mark.parametrize("made", [random_machine, rich_machine, jsonata_machine], ids=lambda made: made.__name__)
@examples(25)
@given(data=st.data())
def test_whatever_two_parents_share_is_proved_and_goes_back(made: Made, data: st.DataObject) -> None:
    def pick(options: Any) -> Any:
        return data.draw(st.sampled_from(options))

    machine = made(pick)
    found = with_copy(pick, machine)
    if found is None:
        return
    changed, (states, others) = found
    with tempfile.TemporaryDirectory() as folder:
        # The machine as it was, or the one in which the region occurs twice.
        first = pick((machine, changed))
        writing = _map(Path(folder) / "a", first, states, shared=[{"map": "../b/boundaries.yaml", "child": "y"}])
        served = _map(
            Path(folder) / "b", changed, others, name="y", served_by={"map": "../a/boundaries.yaml", "child": "x"}
        )
        before = snapshot(Path(folder))
        try:
            outcome = extracted(writing, "x", scenarios=_SCENARIOS)
        except DefinitionError:
            return
        if not outcome.artifacts:
            assert has_errors(outcome.findings)
            return
        outcome.project.workspace.write(outcome.artifacts)
        _written(served, "y", scenarios=_SCENARIOS)
        for where, name in ((writing, "x"), (served, "y")):
            again = extracted(where, name)
            assert not has_errors(again.findings)
            assert not again.project.workspace.differing(again.artifacts)
        assert _child_as_seen(writing, "x") == _child_as_seen(served, "y") == _read(writing / "children" / "x.asl.json")
        inlined(served, "y")
        inlined(writing, "x")
        assert snapshot(Path(folder)) == before


TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}


def test_three_parents_and_another_site_in_one_of_them(tmp_path: Path) -> None:
    """What only one of them wants comes back to that one, and what only another one has is sent as a setting."""
    one, two, three = (_machine(function, wants) for function, wants in (("a", ()), ("b", ("id",)), ("c", ("x", "y"))))
    one, two = _twice(one), _twice(two)
    elsewhere = [{"map": f"../{name}/boundaries.yaml", "child": name} for name in ("b", "c")]
    by = {"map": "../a/boundaries.yaml", "child": "x"}
    places = {
        "x": _map(tmp_path / "a", one, ["S"], shared=[{"states": ["S2"]}, *elsewhere]),
        "b": _map(tmp_path / "b", two, ["S"], name="b", served_by=by, shared=[{"states": ["S2"]}]),
        "c": _map(tmp_path / "c", three, ["S"], name="c", served_by=by, alias_arn="${Theirs}"),
    }
    before = snapshot(tmp_path)
    for name, where in places.items():
        _written(where, name, scenarios=20)
    seen = [_child_as_seen(where, name) for name, where in places.items()]
    assert seen[0] == seen[1] == seen[2]
    plans = [plan_of(load_project(str(where / "boundaries.yaml"))) for where in places.values()]
    sent = [[child.site.settings for child in plan.children if child.site is not None] for plan in plans]
    assert sent == [[{"functionName": "a"}] * 2, [{"functionName": "b"}] * 2, [{"functionName": "c"}]]
    wanted = [sorted(value.stem for value in plan.children[0].contract.exits[0].result.values) for plan in plans]
    assert wanted == [[("s", "id"), ("s", "x"), ("s", "y")]] * 3
    assert _read(places["c"] / "machine.asl.json")["States"]["InvokeC"]["Parameters"]["StateMachineArn"] == "${Theirs}"
    for name, where in places.items():
        again = extracted(where, name)
        assert not has_errors(again.findings) and not again.project.workspace.differing(again.artifacts)
        assert aslsplit("check", str(where / "boundaries.yaml")).code == 0
    for name in ("b", "c", "x"):
        inlined(places[name], name)
    assert snapshot(tmp_path) == before


def test_the_contract_says_only_what_is_certain_of_every_machine(tmp_path: Path) -> None:
    """The input schema of one map says what its own callers send, and nothing of the other one's."""
    places = _two(tmp_path)
    for where in places.values():
        machine = _read(where / "machine.asl.json")
        machine["States"]["S"]["Parameters"] |= {"n.$": "$.n", "m.$": "$.m"}
        machine["States"]["S"]["Next"] = "Use"
        machine["States"] = {"Ask": _asks("$.n", "$.m"), **machine["States"]}
        (where / "machine.asl.json").write_text(json.dumps({**machine, "StartAt": "Ask"}, indent=2), "utf-8")
    for where, known in zip(places.values(), (("n", "m"), ("m",)), strict=True):
        boundaries = _read(where / "boundaries.yaml")
        schema = {
            "type": "object",
            "required": list(known),
            "properties": {name: {"type": "integer"} for name in known},
        }
        (where / "boundaries.yaml").write_text(json.dumps({**boundaries, "input_schema": "input.json"}), "utf-8")
        (where / "input.json").write_text(json.dumps(schema), "utf-8")
    for name, where in places.items():
        _written(where, name, scenarios=20)
    request = _read(places["x"] / "contracts" / "x" / "request.schema.json")["properties"]["request"]
    assert request["properties"] == {"m": {"type": "integer"}, "n": {}}


def _asks(*paths: str) -> dict[str, Any]:
    rules = [{"Variable": path, "IsPresent": True} for path in paths]
    return {"Type": "Choice", "Choices": [{"And": rules, "Next": "S"}], "Default": "S"}


@pytest.mark.parametrize("formats", [("json", "yaml"), ("yaml", "json"), ("yaml", "yaml")], ids="-".join)
def test_each_machine_keeps_its_own_format(formats: tuple[str, str], tmp_path: Path) -> None:
    places = _two(tmp_path)
    for where, format in zip(places.values(), formats, strict=True):
        if format == "yaml":
            machine = _read(where / "machine.asl.json")
            (where / "machine.asl.json").unlink()
            text = yaml.safe_dump(machine, sort_keys=False).replace("  S:\n", "  # what was copied\n  S:\n")
            (where / "machine.asl.yaml").write_text(text, "utf-8")
            boundaries = (where / "boundaries.yaml").read_text("utf-8")
            (where / "boundaries.yaml").write_text(boundaries.replace("machine.asl.json", "machine.asl.yaml"), "utf-8")
    before = _contents(tmp_path)
    for name, where in places.items():
        _written(where, name)
    assert (places["x"] / "children" / f"x.asl.{formats[0]}").is_file()
    for name, where in reversed(places.items()):
        inlined(where, name)
    assert _contents(tmp_path) == before


def test_nothing_is_written_when_a_parent_of_another_map_is_not_proved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that serves its own parent and not the other one."""
    places = _two(tmp_path)
    before = snapshot(tmp_path)

    def wrong(plan: Any, first: Any) -> Any:
        found = list(literals_of(plan, first))
        return found if plan is first else found[1:]

    monkeypatch.setattr("aslsplit.rewrite.extract.literals_of", wrong)
    with pytest.raises(ProofError):
        extracted(places["x"], "x")
    assert snapshot(tmp_path) == before


def test_what_another_map_says_may_not_change_meanwhile(tmp_path: Path) -> None:
    places = _two(tmp_path)
    outcome = extracted(places["x"], "x")
    machine = places["y"] / "machine.asl.json"
    machine.write_text(machine.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(OutputError, match="was changed by someone else"):
        outcome.project.workspace.write(outcome.artifacts)
    assert not (places["x"] / "children").exists()


def test_only_the_map_that_has_the_child_writes_it(tmp_path: Path) -> None:
    places = _two(tmp_path)
    _written(places["x"], "x")
    before = _contents(places["x"])
    _written(places["y"], "y")
    assert _contents(places["x"]) == before
    assert {path.name for path in places["y"].iterdir()} == {
        "boundaries.yaml",
        "boundaries.lock.yaml",
        "machine.asl.json",
    }


def test_what_a_team_adds_to_a_child_is_seen_by_both_parents(tmp_path: Path) -> None:
    places = _two(tmp_path)
    for name, where in places.items():
        _written(where, name)
    file = places["x"] / "children" / "x.asl.json"
    child = _read(file)
    child["States"]["S"]["Retry"] = [{"ErrorEquals": ["Lambda.TooManyRequestsException"]}]
    file.write_text(json.dumps(child, indent=2), "utf-8")
    for where in places.values():
        loaded = load_project(str(where / "boundaries.yaml"))
        assert "Retry" in loaded.machine.source.data["States"]["S"]
    for name, where in places.items():
        _written(where, name, scenarios=20)
        assert aslsplit("check", str(where / "boundaries.yaml")).code == 0
    inlined(places["y"], "y")
    assert "Retry" in _read(places["y"] / "machine.asl.json")["States"]["S"]


def test_a_parent_begins_to_call_only_what_was_proved(tmp_path: Path) -> None:
    places = _two(tmp_path)
    _written(places["x"], "x")
    file = places["x"] / "children" / "x.asl.json"
    proved = file.read_text("utf-8")
    file.write_text(proved.replace("XWorkflow, contract", "Edited, contract"), "utf-8")
    (found,) = _errors(extracted(places["y"], "y"))
    assert found.code == "ASL612" and "another child" in found.message
    file.write_text(proved, "utf-8")
    _written(places["y"], "y")
    # Afterwards it is its team's.
    file.write_text(proved.replace("XWorkflow, contract", "Edited, contract"), "utf-8")
    for name, where in places.items():
        _written(where, name)
    file.unlink()
    for name in ("y", "x"):
        with pytest.raises(AslSplitError):
            extracted(places[name], name)


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "query language": ({}, {"QueryLanguage": "JSONata"}, "machine.asl.json JSONPath"),
    "version": ({"Version": "1.0"}, {}, "different Versions"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_machines_that_are_too_different(case: str, tmp_path: Path) -> None:
    *more, reason = REFUSED[case]
    places = _two(tmp_path)
    for where, fields in zip(places.values(), more, strict=True):
        machine = _read(where / "machine.asl.json")
        if "QueryLanguage" in fields:
            state = {"Type": "Pass", "Output": "{% $states.input %}"}
            machine["States"] = {"S": {**state, "Next": "T"}, "T": {**state, "End": True}}
        (where / "machine.asl.json").write_text(json.dumps({**machine, **fields}), "utf-8")
    for name, where in places.items():
        (found,) = _errors(extracted(where, name))
        assert found.code == "ASL348" and reason in found.message


def test_a_machine_in_a_template_shares_no_child_with_another_map(tmp_path: Path) -> None:
    places = _two(tmp_path)
    machine = _read(places["y"] / "machine.asl.json")
    resource = {"Type": "AWS::Serverless::StateMachine", "Properties": {"Definition": machine}}
    (places["y"] / "machine.asl.json").write_text(json.dumps({"Resources": {"M": resource}}), "utf-8")
    (found,) = _errors(extracted(places["x"], "x"))
    assert found.code == "ASL348" and "is a template" in found.message


@pytest.mark.parametrize(
    ("text", "same", "sent"),
    [
        ("${Name}", None, True),
        ("${Name}", ["${Name}"], False),
        ("${Name}-${Stage}", ["${Name}"], True),
        ("${AWS::Region}", None, False),
        ("${AWS::AccountId}", None, True),
        ("plain", None, False),
    ],
)
def test_what_a_deployment_fills_in_is_sent_unless_it_is_vouched_for(
    text: str, same: list[str] | None, sent: bool, tmp_path: Path
) -> None:
    places = _two(tmp_path, functions=(text, text), same=same)
    for name, where in places.items():
        _written(where, name)
    child = json.dumps(_read(places["x"] / "children" / "x.asl.json"))
    assert (f'"FunctionName": "{text}"' in child) is not sent


def test_one_map_has_a_child_of_another_one_once(tmp_path: Path) -> None:
    by = {"map": "../a/boundaries.yaml", "child": "x"}
    machine = {"StartAt": "S", "States": {"S": {**TASK, "Next": "T"}, "T": {**TASK, "End": True}}}
    elsewhere = [{"map": "../b/boundaries.yaml", "child": name} for name in ("y", "z")]
    _map(tmp_path / "a", machine, ["S"], shared=elsewhere)
    children = {"y": {"states": ["S"], "served_by": by}, "z": {"states": ["T"], "served_by": by}}
    where = project(tmp_path / "b", machine, children)
    with pytest.raises(BoundaryError) as raised:
        load_project(str(where / "boundaries.yaml"))
    assert [found.code for found in raised.value.findings] == ["ASL012"]


@pytest.mark.parametrize("what", ["pipe", "folder", "loop", "itself", "bytes", "lock"])
def test_whatever_lies_where_another_map_should_be(what: str, tmp_path: Path) -> None:
    places = _two(tmp_path)
    other = places["y"] / "boundaries.yaml"
    known = other.read_text("utf-8")
    other.unlink()
    match what:
        case "pipe":
            os.mkfifo(other)
        case "folder":
            other.mkdir()
        case "loop":
            other.symlink_to(other.name)
        case "itself":
            other.symlink_to("../a/boundaries.yaml")
        case "bytes":
            other.write_bytes(b"\xff\xfe\x00")
        case _:
            other.write_text(known, "utf-8")
            (places["y"] / "boundaries.lock.yaml").write_text("version: 1\nchildren: {y: 1}", "utf-8")
    before = _names(tmp_path)
    for verb in ("plan", "check", "verify"):
        ran = aslsplit(verb, str(places["x"] / "boundaries.yaml"))
        assert ran.refused()
        assert ("ASL347" if what == "itself" else "ASL015") in ran.err
    assert _names(tmp_path) == before


def test_a_child_that_need_not_change_still_has_to_know_whom_it_serves(tmp_path: Path) -> None:
    places = _two(tmp_path, functions=("f", "f"))
    map = places["x"] / "boundaries.yaml"
    both = map.read_text("utf-8")
    map.write_text(json.dumps({**json.loads(both), "children": {"x": {"states": ["S"]}}}), "utf-8")
    _written(places["x"], "x")
    map.write_text(both, "utf-8")
    (found,) = _errors(extracted(places["y"], "y"))
    assert found.code == "ASL611" and "before it was to serve" in found.message
    before = _contents(places["x"])
    _written(places["x"], "x")
    after = _contents(places["x"])
    changed = sorted(name for name in after if after[name] != before.get(name))
    assert changed == ["boundaries.lock.yaml", "contracts/x/README.md"]
    _written(places["y"], "y")


def test_two_maps_may_each_write_a_child_for_the_other(tmp_path: Path) -> None:
    def machine(function: str) -> dict[str, Any]:
        use = {"FunctionName": f"use-{function}", "Payload": {"id.$": "$.s.id"}}
        first = {**TASK, "Parameters": {"FunctionName": function}, "ResultPath": "$.s", "Next": "T"}
        return {"StartAt": "S", "States": {"S": first, "T": {**TASK, "Parameters": use, "End": True}}}

    def named(folder: str, child: str) -> dict[str, str]:
        return {"map": f"../{folder}/boundaries.yaml", "child": child}

    one = {"x": {"states": ["S"], "shared": [named("b", "y")]}, "w": {"states": ["T"], "served_by": named("b", "z")}}
    two = {"y": {"states": ["S"], "served_by": named("a", "x")}, "z": {"states": ["T"], "shared": [named("a", "w")]}}
    places = [project(tmp_path / "a", machine("a"), one), project(tmp_path / "b", machine("b"), two)]
    before = snapshot(tmp_path)
    (found,) = _errors(extracted(places[0], "x", "w"))
    assert found.code == "ASL611"
    order = [(places[0], "x"), (places[1], "z"), (places[1], "y"), (places[0], "w")]
    for where, name in order:
        _written(where, name, scenarios=10)
    for where in places:
        assert aslsplit("check", str(where / "boundaries.yaml")).code == 0
    for where, name in [order[3], order[2], order[1], order[0]]:
        inlined(where, name)
    assert snapshot(tmp_path) == before


# --- made for the tests ----------------------------------------------------------------------------------------------


def _machine(function: str, wants: tuple[str, ...]) -> dict[str, Any]:
    """One Task, and another one that wants these fields of what it gives."""
    sent = {"FunctionName": "use", "Payload": {f"{name}.$": f"$.s.{name}" for name in wants}}
    first = {**TASK, "Parameters": {"FunctionName": function}, "ResultPath": "$.s"}
    use = {**TASK, "Parameters": sent, "ResultSelector": {"done": True}, "End": True}
    return {"StartAt": "S", "States": {"S": {**first, "Next": "Use"}, "Use": use}}


def _twice(machine: dict[str, Any]) -> dict[str, Any]:
    first = machine["States"]["S"]
    return {**machine, "States": {"S": {**first, "Next": "S2"}, "S2": first, "Use": machine["States"]["Use"]}}


def _two(folder: Path, functions: tuple[str, str] = ("f", "g"), same: list[str] | None = None) -> dict[str, Path]:
    by: dict[str, Any] = {"map": "../a/boundaries.yaml", "child": "x"} | ({} if same is None else {"same": same})
    first, second = (_machine(function, ("id",)) for function in functions)
    return {
        "x": _map(folder / "a", first, ["S"], shared=[{"map": "../b/boundaries.yaml", "child": "y"}]),
        "y": _map(folder / "b", second, ["S"], name="y", served_by=by),
    }


def _map(folder: Path, machine: dict[str, Any], states: list[str], name: str = "x", **more: Any) -> Path:
    return project(folder, machine, {name: {"states": states, **more}})


def _written(where: Path, name: str, scenarios: int = 0) -> None:
    outcome = extracted(where, name, scenarios=scenarios)
    assert not has_errors(outcome.findings), outcome.findings
    outcome.project.workspace.write(outcome.artifacts)


def _child_as_seen(where: Path, name: str) -> Any:
    """The child's definition as this map makes it."""
    plan = plan_of(load_project(str(where / "boundaries.yaml")))
    names = [child.boundary.name for child in plan.children]
    return extract(plan, names).children[name].written


def _errors(outcome: Outcome) -> list[Any]:
    assert not outcome.artifacts
    return [found for found in outcome.findings if found.severity is Severity.ERROR]


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
