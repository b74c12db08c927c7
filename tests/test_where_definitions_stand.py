"""``propose`` and ``inspect`` on a definition wherever it may stand: the same signs, the same children, and a map that
``extract`` takes as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

from tests.analysis_cases import cases_of, definition_of
from tests.command_line import Ran, aslsplit, snapshot

DEFINITION: dict[str, Any] = next(
    definition_of(case["machine"]) for case in cases_of("proposals") if case["title"].startswith("two domains")
)
DEFINITION["States"]["Look Up Order"] |= {"Resource": "${LookUpFunctionArn}", "TimeoutSeconds": 900}


def in_yaml(data: object) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=200)


def template(kind: str, properties: Mapping[str, object]) -> dict[str, object]:
    other = {"Type": "AWS::SNS::Topic"}
    return {"Resources": {"Alerts": other, "OrderStateMachine": {"Type": kind, "Properties": properties}}}


def in_sam() -> str:
    return in_yaml(template("AWS::Serverless::StateMachine", {"Definition": DEFINITION, "Type": "STANDARD"}))


def in_definition_string() -> str:
    text = json.dumps(DEFINITION, indent=2)
    properties = {"DefinitionString": {"Fn::Sub": text}}
    return json.dumps(template("AWS::StepFunctions::StateMachine", properties), indent=2)


def in_block() -> str:
    head = "Resources:\n  OrderStateMachine:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n"
    return head + "      DefinitionString: !Sub |\n" + indent(json.dumps(DEFINITION, indent=2), " " * 8) + "\n"


def in_serverless() -> str:
    machines = {"OrderStateMachine": {"name": "orders", "definition": DEFINITION}}
    return in_yaml({"service": "shop", "stepFunctions": {"stateMachines": machines}})


def for_terraform() -> str:
    return json.dumps(DEFINITION, indent=2).replace('"TimeoutSeconds": 900', '"TimeoutSeconds": ${timeout}')


STANDS: Mapping[str, tuple[Callable[[], str], str | None]] = {
    "order.asl.json": (lambda: json.dumps(DEFINITION, indent=2), None),
    "order.asl.yaml": (lambda: in_yaml(DEFINITION), None),
    "sam/template.yaml": (in_sam, "OrderStateMachine"),
    "template.json": (in_definition_string, "OrderStateMachine"),
    "template.yaml": (in_block, "OrderStateMachine"),
    "serverless.yml": (in_serverless, "OrderStateMachine"),
    "order.asl.json.tftpl": (for_terraform, None),
}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, object]:
    folder = tmp_path_factory.mktemp("plain")
    (folder / "order.asl.json").write_text(json.dumps(DEFINITION))
    return children_of(proposed(folder, "order.asl.json")), figures_of(inspected(folder, "order.asl.json"))


@pytest.mark.parametrize("file", STANDS)
def test_proposals_and_signs_are_the_same_wherever_a_definition_stands(
    tmp_path: Path, file: str, expected: tuple[object, object]
) -> None:
    written, resource = STANDS[file]
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(written(), encoding="utf-8")
    before = snapshot(tmp_path)
    found = proposed(tmp_path, file)
    assert children_of(found) == expected[0]
    signs = inspected(tmp_path, file)
    assert figures_of(signs) == expected[1]
    assert found.get("resource") == signs.get("resource") == resource
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("file", STANDS)
def test_the_map_of_a_proposal_is_extracted_as_it_is(tmp_path: Path, file: str) -> None:
    written, resource = STANDS[file]
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(written(), encoding="utf-8")
    ran = aslsplit("propose", file, "-o", "proposed.yaml", "-q", folder=tmp_path)
    assert ran.code == 0, ran.err
    boundaries = yaml.safe_load((tmp_path / "proposed.yaml").read_text(encoding="utf-8"))
    assert boundaries["monolith"] == file
    assert boundaries.get("resource") == resource
    assert ("parent" in boundaries) == (resource is None)
    extracted = aslsplit("extract", "proposed.yaml", "--all", folder=tmp_path)
    assert extracted.code == 0, extracted.err
    assert aslsplit("extract", "proposed.yaml", "--all", "--check", folder=tmp_path).code == 0


def proposed(folder: Path, file: str) -> dict[str, object]:
    return the_data(aslsplit("propose", file, "--format", "json", folder=folder))


def inspected(folder: Path, file: str) -> dict[str, object]:
    machines = the_data(aslsplit("inspect", file, "--format", "json", folder=folder))["machines"]
    assert isinstance(machines, list)
    (machine,) = machines
    assert isinstance(machine, dict)
    return machine


def the_data(ran: Ran) -> dict[str, object]:
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    return found


def children_of(proposal: Mapping[str, object]) -> object:
    options = proposal["options"]
    assert isinstance(options, list)
    return [[(child["name"], child["states"], child["exits"]) for child in one["children"]] for one in options]


def figures_of(machine: Mapping[str, object]) -> object:
    """Without the size of the definition, which counts the text as it stands."""
    signs = machine["signs"]
    assert isinstance(signs, list)
    return {sign["name"]: sign["figure"] for sign in signs if sign["name"] != "definition-size"}


def test_what_stands_around_a_definition_is_not_its_size(tmp_path: Path) -> None:
    machine = template("AWS::StepFunctions::StateMachine", {"Definition": DEFINITION})
    text = json.dumps({**machine, "Metadata": {"Note": "x" * 600_000}}, indent=2)
    (tmp_path / "template.json").write_text(text, encoding="utf-8")
    signs = inspected(tmp_path, "template.json")["signs"]
    assert isinstance(signs, list)
    assert [sign["figure"] for sign in signs if sign["name"] == "definition-size"] == [0]
