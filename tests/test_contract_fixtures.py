"""Fixtures of a child: which there are, that they hold, and that they notice when the child changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aslsplit.verify.fixture import FIXTURE_KINDS, fixture_data, fixture_from
from tests.command_line import aslsplit, copy_of_example
from tests.golden import GOLDEN

CASE = GOLDEN / "contract-fixtures" / "input"
QUOTE = "contracts/quote/fixtures"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One child, extracted, with fixtures."""
    folder = tmp_path / "project"
    shutil.copytree(CASE, folder)
    shutil.rmtree(folder / "contracts")
    assert aslsplit("extract", "boundaries.yaml", "--all", "-q", folder=folder).code == 0
    assert aslsplit("contract", "fixtures", "boundaries.yaml", "-q", folder=folder).code == 0
    assert aslsplit("contract", "fixtures", "boundaries.yaml", "--replay", folder=folder).code == 0
    return folder


def fixtures_in(folder: Path) -> dict[str, Any]:
    return {file.stem: json.loads(file.read_text()) for file in sorted(folder.glob("contracts/*/fixtures/*.json"))}


def test_there_is_one_of_every_kind(project: Path) -> None:
    assert {data["kind"] for data in fixtures_in(project).values()} == set(FIXTURE_KINDS)


def test_what_is_written_is_what_is_read(project: Path) -> None:
    for data in fixtures_in(project).values():
        assert fixture_data(fixture_from(data)) == data


def test_made_again_they_are_the_same_bytes(project: Path) -> None:
    before = {file: file.read_bytes() for file in project.rglob("*") if file.is_file()}
    assert aslsplit("contract", "fixtures", "boundaries.yaml", folder=project).code == 0
    assert {file: file.read_bytes() for file in project.rglob("*") if file.is_file()} == before


def test_the_calls_and_answers_are_those_of_the_way_it_goes(project: Path) -> None:
    found = fixtures_in(project)
    assert [call["state"] for call in found["happy-path"]["expected"]["calls"]] == ["QuoteParcel", "InsureParcel"]
    assert found["retry"]["expected"]["calls"][0] == found["retry"]["expected"]["calls"][1]
    assert found["business-failure-ParcelRefused"]["expected"]["error"] == "ParcelRefused"
    assert found["timeout"]["answers"]["QuoteParcel"] == [{"timed_out": True}]
    without = found["missing-optional-request-parcel-insuredValue"]
    assert "insuredValue" not in without["input"]["request"]["parcel"]
    assert [call["state"] for call in without["expected"]["calls"]] == ["QuoteParcel"]
    extra = found["unexpected-extra"]
    assert extra["input"]["request"]["unknownField"] and extra["input"]["meta"]["unknownField"]
    assert extra["expected"] == found["happy-path"]["expected"]


def set_in(*path: str, to: Any) -> Callable[[Any], None]:
    def change(definition: Any) -> None:
        holder = definition["States"]
        for part in path[:-1]:
            holder = holder[int(part) if part.isdecimal() else part]
        holder[path[-1]] = to

    return change


CHANGES = {
    "another error": set_in("TooHeavy", "Error", to="TooHeavy"),
    "another cause": set_in("TooHeavy", "Cause", to="no"),
    "another way": set_in("CanBeSent", "Default", to="BuildPossibleResponse"),
    "less is sent": set_in("QuoteParcel", "Parameters", "Payload", to={"grams.$": "$.weight.grams"}),
    "no retry": set_in("QuoteParcel", "Retry", to=[]),
    "another exit": set_in("QuoteParcel", "Catch", "0", "ErrorEquals", to=["CarrierAsleep"]),
    "no insurance": set_in("WantsInsurance", "Choices", "0", "Next", to="CanBeSent"),
    "everything is taken": set_in("ValidateRequest", "Default", to="UnpackRequest"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_child_fails_one(change: Callable[[Any], None], project: Path) -> None:
    file = project / "children" / "quote.asl.json"
    definition = json.loads(file.read_text())
    change(definition)
    assert definition != json.loads(file.read_text())
    file.write_text(json.dumps(definition, indent=2))
    ran = aslsplit("contract", "fixtures", "boundaries.yaml", "--replay", folder=project)
    assert ran.code == 1
    assert f"error ASL705: {QUOTE}/" in ran.err


def test_a_child_that_leads_nowhere_is_told(project: Path) -> None:
    file = project / "children" / "quote.asl.json"
    file.write_text(file.read_text().replace('"Next": "CanBeSent"', '"Next": "CanBeSend"'))
    ran = aslsplit("contract", "fixtures", "boundaries.yaml", "--replay", folder=project)
    assert ran.refused()
    assert "children/quote.asl.json" in ran.err


def test_what_people_change_is_kept_and_what_nothing_makes_any_more_goes(project: Path) -> None:
    folder = project / QUOTE
    ours = json.loads((folder / "retry.json").read_text())
    del ours["made_by"]
    (folder / "retry.json").write_text(json.dumps(ours))
    (folder / "of-before.json").write_text((folder / "timeout.json").read_text())
    (folder / "ours.txt").write_text("notes")
    ran = aslsplit("contract", "fixtures", "boundaries.yaml", folder=project)
    assert f"kept as it is: {QUOTE}/retry.json" in ran.out
    assert json.loads((folder / "retry.json").read_text()) == ours
    assert not (folder / "of-before.json").exists()
    assert (folder / "ours.txt").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "{", '{"fixture": "x", "kind": "exit", "contract": "1", "expected": {"status": "DONE"}}']
)
def test_what_is_no_fixture_is_told(text: str, project: Path) -> None:
    (project / QUOTE / "bad.json").write_text(text)
    ran = aslsplit("contract", "fixtures", "boundaries.yaml", "--replay", folder=project)
    assert (ran.code, ran.err.count("ASL705")) == (1, 1)
    assert "it is no fixture" in ran.err


def test_before_there_are_any(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path / "order")
    ran = aslsplit("contract", "fixtures", "boundaries.yaml", "--replay", folder=folder)
    assert (ran.code, ran.out) == (0, "there are no fixtures yet\n")


@pytest.mark.parametrize(
    "name", ["entries-dispatch", "child-inside-child", "region-in-map", "jsonata-machine", "context-captured"]
)
def test_other_kinds_of_children_have_some_that_hold(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(GOLDEN / name / "input", folder)
    assert aslsplit("contract", "fixtures", "boundaries.yaml", "-q", folder=folder).code == 0
    found = fixtures_in(folder)
    assert {"happy path", "malformed", "unexpected extra"} <= {data["kind"] for data in found.values()}
    assert aslsplit("contract", "fixtures", "boundaries.yaml", "--replay", folder=folder).code == 0
