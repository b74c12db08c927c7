"""SARIF logs of every verb that writes them, on every kind of finding that the golden cases show."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.command_line import SMALL_MAP, aslsplit, small_project
from tests.golden import Case, cases, commands_of, input_of
from tests.sarif import assert_sarif

pytestmark = pytest.mark.usefixtures("few_scenarios")


def planned(case: Case) -> str | None:
    """The boundary map that the first command of a case reads."""
    command = commands_of(case)[0]
    if command.arguments[0] not in ("plan", "extract") or command.stdin is not None:
        return None
    maps = [word for word in command.arguments[1:] if word.endswith((".yaml", ".yml"))]
    return maps[0] if maps and (input_of(case) / maps[0]).is_file() else None


@pytest.mark.parametrize("case", [case for case in cases() if planned(case)], ids=lambda case: case.name)
def test_a_plan_is_a_valid_log(case: Case, tmp_path: Path) -> None:
    map_file = planned(case)
    assert map_file is not None
    # Each in a folder of its own: what an interrupted run has left is put in order by the first that comes by.
    text, log = (
        aslsplit("plan", map_file, "--format", format, folder=Path(shutil.copytree(input_of(case), tmp_path / format)))
        for format in ("text", "sarif")
    )
    assert text.code == log.code
    data = json.loads(log.out)
    assert_sarif(data)
    (run,) = data["runs"]
    told = [line for line in text.err.splitlines() if any(f"{level} ASL" in line for level in ("error", "warning"))]
    listed = [result for result in run["results"] if result["level"] != "note"]
    assert len(listed) == len(told)
    assert run["invocations"][0]["executionSuccessful"] is not text.err.rstrip().split("\n")[-1].startswith(
        "aslsplit: "
    )


def test_a_verification_is_a_valid_log(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project", boundaries={**SMALL_MAP, "parent": "parent.asl.json"})
    assert aslsplit("extract", "boundaries.yaml", "--all", folder=folder).code == 0
    child = folder / "children/pay.asl.json"
    child.write_text(child.read_text().replace('"$.payment.ok"', '"$.payment.fine"'))
    ran = aslsplit("verify", "boundaries.yaml", "--format", "sarif", "--cases", "20", folder=folder)
    assert ran.code == 1
    log = json.loads(ran.out)
    assert_sarif(log)
    assert [result for result in log["runs"][0]["results"] if result["level"] == "error"]


def test_what_has_no_place_stands_at_the_beginning_of_the_map(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "my project")
    (folder / "boundaries.yaml").unlink()
    ran = aslsplit("plan", "my project/boundaries.yaml", "--format", "sarif", folder=tmp_path)
    assert ran.code == 2
    (run,) = json.loads(ran.out)["runs"]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == "there is no file my project/boundaries.yaml"
    assert run["results"] == []
