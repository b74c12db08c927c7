"""``propose --history``: what was changed together in the git log of the file belongs together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Ran, aslsplit
from tests.repositories import commit_file, needs_git, new_repository

TOGETHER = ("Step 3", "Step 4", "Step 5", "Step 6", "Step 7")


def definition(**timeouts: int) -> dict[str, Any]:
    """Twelve tasks of which neither names nor data say what belongs together."""
    names = [f"Step {number}" for number in range(1, 13)]
    states = {
        name: {
            "Type": "Task",
            "Resource": f"arn:aws:lambda:eu-west-1:123456789012:function:f{number}",
            "Parameters": {"v.$": f"$.v{number}"},
            "ResultPath": None,
            "TimeoutSeconds": timeouts.get(name.replace(" ", ""), 1),
            **({"Next": names[number]} if number < len(names) else {"End": True}),
        }
        for number, name in enumerate(names, 1)
    }
    return {"StartAt": names[0], "States": states}


def commit_versions(folder: Path, written: Any = json.dumps, name: str = "steps.asl.json") -> None:
    """Again and again some states are changed together, and others each alone."""
    timeouts: dict[str, int] = {}
    commit_file(folder, name, written(definition()))
    for seconds in range(2, 6):
        for changed in (TOGETHER, ("Step 1",), ("Step 10",)):
            timeouts |= {state.replace(" ", ""): seconds for state in changed}
            commit_file(folder, name, written(definition(**timeouts)))


def regions(ran: Ran) -> list[list[str]]:
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    split = next((option for option in found["options"] if option["children"]), {"children": []})
    return [child["states"] for child in split["children"]]


WEIGHTS = "weights: {data: 0, words: 0, flow: 0, service: 0, handling: 0, path: 0}\n"


@needs_git
def test_what_changed_together_is_one_child(tmp_path: Path) -> None:
    folder = new_repository(tmp_path / "repository")
    commit_versions(folder)
    (folder / "weights.yaml").write_text(WEIGHTS, encoding="utf-8")
    asked = ("propose", "steps.asl.json", "--weights", "weights.yaml", "--format", "json")
    assert list(TOGETHER) not in regions(aslsplit(*asked, folder=folder))
    ran = aslsplit(*asked, "--history", folder=folder)
    assert regions(ran) == [list(TOGETHER)]
    (child,) = json.loads(ran.out)["options"][0]["children"]
    (cohesion,) = [reason["words"] for reason in child["reasons"] if reason["what"] == "cohesion"]
    assert cohesion.endswith("; changed together 4 times")
    assert aslsplit(*asked, "--history", folder=folder) == ran


@needs_git
def test_the_history_of_a_machine_in_a_template(tmp_path: Path) -> None:
    def template(definition: object) -> str:
        body = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": definition}}
        other = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {}}}
        return json.dumps({"Resources": {"Other": other, "Steps": body}}, indent=1)

    folder = new_repository(tmp_path / "repository")
    commit_versions(folder, template, "template.json")
    (folder / "weights.yaml").write_text(WEIGHTS, encoding="utf-8")
    asked = ("propose", "template.json", "--resource", "Steps", "--weights", "weights.yaml", "--format", "json")
    assert regions(aslsplit(*asked, "--history", folder=folder)) == [list(TOGETHER)]


@pytest.mark.parametrize("file", ["-", "steps.asl.json"])
def test_without_a_history_it_is_said_and_proposed(tmp_path: Path, file: str) -> None:
    text = json.dumps(definition())
    (tmp_path / "steps.asl.json").write_text(text, encoding="utf-8")
    ran = aslsplit(
        "propose", file, "--history", folder=tmp_path, typed=text.encode(), GIT_CEILING_DIRECTORIES=str(tmp_path.parent)
    )
    assert ran.code == 0
    assert "steps" not in ran.out or ran.out.startswith("steps.asl.json: 12 states")
    assert "warning ASL831: no history of" in ran.err
