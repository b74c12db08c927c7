"""Following one value through a machine, and the text that explains a field of a contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from aslsplit.analysis.facts import Facts, analyze
from aslsplit.analysis.sources import Writing, sure_reader, writers, writers_behind
from aslsplit.analysis.trace import Move, Reading, leavings, readers
from aslsplit.asl.model import Scope, StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.paths import AccessPath
from aslsplit.asl.references import parse_path
from aslsplit.asl.source import Pointer, read_source
from aslsplit.plan.make import make_plan
from aslsplit.plan.map_reading import read_boundaries
from aslsplit.plan.plan import Plan
from aslsplit.render.why import explain_field

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "trace"


def cases(name: str) -> list[Any]:
    found: list[Any] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


@pytest.mark.parametrize("case", cases("readers"), ids=lambda case: str(case["title"]))
def test_readers(case: dict[str, Any]) -> None:
    facts = facts_of(case["states"])
    path, top, within = parse_path(case["value"]), facts.machine.top, case.get("within")
    start = case.get("at", top.start_at)
    found = readers(facts, top, start, path.root, path.stem, within)
    assert [shown_reading(reading) for reading in found] == case["readers"]
    gone = leavings(facts, top, start, path.root, path.stem, within)
    shown = [f"{leaving.transition.source} {leaving.place}{shown_moves(leaving.moves)}" for leaving in gone]
    assert shown == case.get("leaves", [])


@pytest.mark.parametrize("case", cases("writers"), ids=lambda case: str(case["title"]))
def test_writers(case: dict[str, Any]) -> None:
    facts = facts_of(case["states"])
    path, within = parse_path(case["value"]), case.get("within", ())
    if "behind" in case:
        scope = scope_of(facts.machine, case["behind"])
        ways = scope.states[case["behind"]].transitions
        found = writers_behind(facts, scope, ways, path.root, path.stem, within)
    else:
        scope = scope_of(facts.machine, case["at"])
        found = writers(facts, scope, case["at"], path.root, path.stem, case.get("ignoring", ()))
    assert [shown_writing(writing) for writing in found] == case["from"]


@pytest.mark.parametrize("case", cases("why"), ids=lambda case: str(case["title"]))
def test_why(case: dict[str, Any]) -> None:
    plan = plan_of(case)
    for query, expected in case["why"].items():
        text, remarks = explain_field(plan, query)
        said = [f"{remark.code} {remark.message}; {remark.help}\n" for remark in remarks]
        assert (text or "".join(said)) == expected


def test_the_nearest_state_that_would_have_failed() -> None:
    rule = {"Variable": "$.p", "IsPresent": True, "Next": "C"}
    facts = facts_of(
        {
            "A": {"Type": "Task", "Parameters": {"x.$": "$.o.x"}, "ResultPath": None, "Next": "B"},
            "B": {"Type": "Choice", "Choices": [rule], "Default": "F"},
            "C": {"Type": "Choice", "Choices": [is_null("$.q"), is_null("$.s")], "Default": "E"},
            "D": {"Type": "Task", "Parameters": {"x.$": "$.r"}, "ResultPath": None, "Next": "E"},
            "E": {"Type": "Succeed"},
            "F": {"Type": "Fail"},
        }
    )

    # The second rule of C is tested only when the first one does not match.
    def surely_read(path: str) -> str | None:
        parsed = parse_path(path)
        found = sure_reader(facts, facts.machine.top, "E", parsed.root, parsed.stem)
        return f"{found[0].name} {relative(found[1], found[0].pointer)}" if found else None

    assert surely_read("$.o") == "A Parameters.x.$"
    assert surely_read("$.o.x") == "A Parameters.x.$"
    assert surely_read("$.p") == "B Choices[0].Variable"
    assert surely_read("$.q") == "C Choices[0].Variable"
    assert surely_read("$.s") is None
    assert surely_read("$.r") is None
    assert surely_read("$.o.x.y") is None


def test_a_child_that_is_refused_has_errors_instead_of_a_contract() -> None:
    """Control arrives at B and at C from outside; the notes on the machine as a whole are no answer."""
    states = {
        "A": {"Type": "Choice", "Choices": [{**is_null("$.k"), "Next": "B"}], "Default": "C"},
        "B": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Succeed"},
    }
    text, remarks = explain_field(plan_of({"states": states, "child": {"states": ["B", "C"]}}), "pay.request")
    assert text is None
    assert {remark.code for remark in remarks} == {"ASL302"}


def test_every_field_of_the_example_has_a_reader_and_a_source() -> None:
    plan = example()
    for child in plan.children:
        text, remarks = explain_field(plan, child.boundary.name)
        assert text and not remarks
        for line in text.splitlines():
            field, status, read_by, source = (part.strip() for part in line.split("   ") if part.strip())
            assert status in ("required", "optional")
            assert read_by.removeprefix("read by").strip() and source.removeprefix("from").strip(), line
            block, remarks = explain_field(plan, field)
            assert block and block.startswith(f"{field}   {status}\n") and not remarks
            assert [part for part in ("carries", "read by", "comes from", "because") if part in block] != []


def is_null(path: str) -> dict[str, Any]:
    return {"Variable": path, "IsNull": True, "Next": "D"}


def facts_of(states: dict[str, Any]) -> Facts:
    return analyze(machine_of(states))


def machine_of(states: dict[str, Any]) -> StateMachine:
    """One field per line, so that places in the text stay readable; what a Task must have is filled in."""
    definition = {"StartAt": next(iter(states)), "States": completed(states)}
    source, _ = read_source("m.asl.json", json.dumps(definition, indent=1).encode())
    assert source is not None
    machine, remarks = parse(source)
    assert machine is not None, remarks
    return machine


def completed(states: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, state in states.items():
        body = dict(state)
        if body["Type"] == "Task":
            body = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", **body}
        for branch in (*body.get("Branches", ()), *filter(None, [body.get("ItemProcessor")])):
            branch["States"] = completed(branch["States"])
        found[name] = body
    return found


def scope_of(machine: StateMachine, state: str) -> Scope:
    scope = machine.scope_of(state)
    assert scope is not None
    return scope


def plan_of(case: dict[str, Any]) -> Plan:
    children = {"pay": case["child"], **case.get("others", {})}
    given = {"version": 1, "monolith": "m.asl.json", **case.get("map", {}), "children": children}
    if "input_schema" in case:
        given["input_schema"] = "input.schema.json"
    source, _ = read_source("boundaries.yaml", yaml.safe_dump(given).encode())
    assert source is not None
    boundaries, remarks = read_boundaries(source)
    assert boundaries is not None, remarks
    return make_plan(boundaries, machine_of(case["states"]), case.get("input_schema"))


def example() -> Plan:
    folder = ROOT / "examples" / "order-processing"
    if not (folder / "boundaries.yaml").exists():
        pytest.skip("examples/order-processing is not there")
    source, _ = read_source("boundaries.yaml", (folder / "boundaries.yaml").read_bytes())
    assert source is not None
    boundaries, _ = read_boundaries(source)
    assert boundaries is not None and boundaries.input_schema is not None
    definition, _ = read_source(boundaries.monolith, (folder / boundaries.monolith).read_bytes())
    assert definition is not None
    machine, _ = parse(definition)
    assert machine is not None
    return make_plan(boundaries, machine, json.loads((folder / boundaries.input_schema).read_text("utf-8")))


def shown_reading(reading: Reading) -> str:
    field = relative(reading.read.pointer, reading.state.pointer)
    moved = f" as {reading.place}{shown_moves(reading.moves, ', ')}" if reading.moves else ""
    asks = " asks" if reading.asks_presence else ""
    return " ".join(filter(None, (reading.state.name, field, reading.extent.value))) + asks + moved


def shown_writing(writing: Writing) -> str:
    shown = f"{writing.origin.name} {writing.path}"
    if writing.state is not None:
        shown += f" {writing.state.name} {relative(writing.pointer, writing.state.pointer)}".rstrip()
    if writing.inside:
        shown += f" part {AccessPath('', writing.inside)}".replace("part .", "part ")
    return shown + shown_moves(writing.moves)


def shown_moves(moves: tuple[Move, ...], joint: str = " and ") -> str:
    return f" by {joint.join(move.state for move in moves)}" if moves else ""


def relative(pointer: Pointer, state: Pointer) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in pointer[len(state) :])
    return "".join(parts).removeprefix(".")
