"""Names that are derived from the caller's execution, and the ids that go through all levels of calls."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from aslsplit.interpreter import Execution, Result
from aslsplit.operations.pipeline import load_project, plan_of
from aslsplit.plan import survey
from aslsplit.plan.checks import CHECKS
from aslsplit.plan.checks.execution_name import execution_name
from aslsplit.rewrite.extract import extract
from aslsplit.verify.scenario import Scenario, Script, play
from tests.command_line import aslsplit, small_project
from tests.golden import GOLDEN


def run(folder: Path, value: Any, scripts: Mapping[str, Script] = MappingProxyType({})) -> Execution:
    """Of the parent with its children; a task without a script answers with an empty object."""
    project = load_project((folder / "boundaries.yaml").as_posix())
    plan = plan_of(project)
    extraction = extract(plan, [child.boundary.name for child in plan.children])
    children = {child.plan.boundary.alias_arn: child.definition for child in extraction.children.values()}
    return play(extraction.parent, Scenario(value, scripts), children)


def test_every_call_has_a_name_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(GOLDEN / "execution-names" / "input", folder)
    execution = run(folder, {"amount": 3, "parcels": [{"id": 1}, {"id": 2}, {"id": 3}]})
    assert execution.status == "SUCCEEDED"
    names = [call.call.payload.get("Name") for call in execution.children]
    assert len(names) == 5
    assert names.pop() is None
    assert len(set(names)) == 4
    assert all(len(name) == 64 and name.isalnum() for name in names)
    assert names == [
        call.call.payload.get("Name") for call in run(folder, {"amount": 4, "parcels": [{"id": 9}] * 3}).children[:4]
    ]


def test_without_the_check_the_proof_finds_the_name_that_is_given_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(GOLDEN / "child-in-loop" / "input", folder)
    map_file = folder / "boundaries.yaml"
    assert aslsplit("plan", "boundaries.yaml", "-q", folder=folder).code == 0
    map_file.write_text(map_file.read_text() + "\ndefaults: {execution_name: derived}\n")
    refused = aslsplit("plan", "boundaries.yaml", folder=folder)
    assert (refused.code, "ASL351" in refused.err) == (1, True)
    monkeypatch.setattr(survey, "CHECKS", tuple(check for check in CHECKS if check is not execution_name))
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=folder)
    assert ran.code == 3
    assert "ASL703" in ran.err


def test_ids_go_through_all_levels(tmp_path: Path) -> None:
    """A child that calls another one sends on what it was sent, and itself as the cause."""
    folder = small_project(tmp_path / "project")
    known = {"present": ["$.trace", "$.order.id"]}
    boundaries = {
        "version": 1,
        "monolith": "order.asl.json",
        "meta": {"correlation_id": "$.trace", "entity_id": "$.order.id"},
        "children": {
            "pay": {"states": ["Pay", "Paid?"], "assume": known},
            "outer": {"states": ["Check", "Pay", "Paid?"], "assume": known},
        },
    }
    (folder / "boundaries.yaml").write_text(json.dumps(boundaries))
    execution = run(folder, {"trace": "t-1", "order": {"id": "o-1", "amount": 3}}, {"Pay": (Result({"ok": True}),)})
    inner, outer = execution.children
    for call in (inner, outer):
        meta = call.call.payload["Input"]["meta"]
        assert (meta["correlationId"], meta["entityId"]) == ("t-1", "o-1")
        assert call.output["meta"]["correlationId"] == "t-1"
        assert meta["causationId"] == call.call.payload["Input"]["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"]
    assert outer.call.payload["Input"]["meta"]["causationId"].endswith(":machine:execution")
    assert ":OuterWorkflow" in inner.call.payload["Input"]["meta"]["causationId"]
