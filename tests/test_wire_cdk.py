"""The wiring for the CDK: apps that really compile and synthesise, to what CloudFormation is given otherwise."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.moto_api._internal.models import moto_api_backend

from aslsplit.plan.wiring import RETENTIONS
from aslsplit.wiring.cdk_view import RETENTION
from tests.cdk_apps import compile_typescript, python_packages, synthesised, typescript_packages
from tests.deploying import REGION, deploy, loaded
from tests.test_wiring import allowances, called_by, calls_are_allowed, parameters_of
from tests.wired_projects import wired_project

NAMES = ("example", "awkward")

Template = dict[str, Any]


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("cdk")
    return {name: wired_project(name, folder / name, "cdk", "cdk-python", "cloudformation") for name in NAMES}


@pytest.fixture(scope="module")
def from_typescript(projects: Mapping[str, Path], pytestconfig: pytest.Config) -> Mapping[str, Template]:
    packages = typescript_packages(pytestconfig)
    for project in projects.values():
        compile_typescript(project / "cdk", packages)
    return {name: synthesised(project / "cdk", ("node", "app.js")) for name, project in projects.items()}


@pytest.fixture(scope="module")
def from_python(projects: Mapping[str, Path], pytestconfig: pytest.Config) -> Mapping[str, Template]:
    path = str(python_packages(pytestconfig))
    command = (sys.executable, "app.py")
    return {name: synthesised(one / "cdk-python", command, PYTHONPATH=path) for name, one in projects.items()}


@pytest.fixture(autouse=True)
def pretended_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


def test_both_languages_make_the_same_template(
    from_typescript: Mapping[str, Template], from_python: Mapping[str, Template]
) -> None:
    assert from_typescript == from_python


@pytest.mark.usefixtures("from_typescript")
def test_no_template_has_errors_or_warnings(projects: Mapping[str, Path]) -> None:
    from cfnlint.api import lint_by_config
    from cfnlint.config import ManualArgs

    files = [str(file) for one in projects.values() for file in (one / "cdk" / "synthesised").glob("*.template.json")]
    assert len(files) == len(NAMES)
    # W3005: the CDK itself lets a machine wait for its role, to which the machine refers anyway.
    config = ManualArgs(templates=files, ignore_checks=["W3005"], regions=[REGION])
    assert [f"{match.linenumber} {match.rule.id}: {match.message}" for match in lint_by_config(config)] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_deploys_what_cloudformation_deploys(
    name: str, projects: Mapping[str, Path], from_typescript: Mapping[str, Template]
) -> None:
    plain = loaded(projects[name] / "cloudformation" / "template.yaml")
    assert comparable(from_typescript[name]) == comparable(plain)


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_deployed_and_machines_and_roles_are_those_of_cloudformation(
    name: str, projects: Mapping[str, Path], from_typescript: Mapping[str, Template]
) -> None:
    with_cdk = deployed(with_files(from_typescript[name]), projects[name] / "cdk" / "synthesised")
    plain = loaded(projects[name] / "cloudformation" / "template.yaml")
    assert with_cdk == deployed(plain, projects[name] / "cloudformation")


def deployed(template: Template, folder: Path) -> dict[str, tuple[Any, Any]]:
    """By the name of the machine: its definition, and what its role allows."""
    with mock_aws():
        # What an earlier deployment has left there would be in the way.
        moto_api_backend.reset()
        given = {name: value for name, value in parameters_of(template).items() if name != "BootstrapVersion"}
        assert calls_are_allowed(deploy(template, folder, given)) >= 1
        states = boto3.client("stepfunctions", region_name=REGION)
        found = {}
        for machine in states.list_state_machines()["stateMachines"]:
            told = states.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
            assert all(":live" in arn for arn in called_by(told["definition"]))
            found[machine["name"]] = (json.loads(told["definition"]), allowances(told["roleArn"]))
        return found


def with_files(template: Template) -> Template:
    """An asset lies in the folder by another name than in its bucket."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            location = resource["Properties"]["DefinitionS3Location"]
            if not location["Key"].startswith("asset."):
                location["Key"] = f"asset.{location['Key']}"
    return template


# Named by what they are in AWS, not by their logical ids, which the CDK makes up.
def comparable(template: Template) -> Mapping[str, Any]:
    """How many resources of a type there are, and what they say as far as no other is named."""
    resources = template["Resources"].values()
    said = sorted(json.dumps(plain_part(resource), sort_keys=True) for resource in resources)
    return {"types": Counter(resource["Type"] for resource in resources), "said": said}


def plain_part(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what the CDK says in another way: policies, files, and the names of other resources."""
    properties = resource.get("Properties", {})
    left_out = ("Policies", "DefinitionS3Location", "DefinitionSubstitutions", "LogGroupNames", "QueryString")
    kept = {key: without_references(value) for key, value in properties.items() if key not in left_out}
    return {"Type": resource["Type"], **kept}


def without_references(value: Any) -> Any:
    match value:
        case {"Ref": _} | {"Fn::GetAtt": _}:
            return "another"
        case dict():
            return {key: without_references(part) for key, part in value.items()}
        case list():
            return [without_references(part) for part in value]
        case _:
            return value


@pytest.mark.usefixtures("from_typescript")
def test_the_compiler_is_strict(projects: Mapping[str, Path], tmp_path: Path) -> None:
    app = Path(shutil.copytree(projects["example"] / "cdk", tmp_path / "app", symlinks=True))
    (app / "node_modules").unlink()
    file = app / "app.ts"
    file.write_text(file.read_text("utf-8").replace("ordersTableName: ", "ordersTable: "), "utf-8")
    with pytest.raises(AssertionError, match="ordersTable"):
        compile_typescript(app, (projects["example"] / "cdk" / "node_modules").resolve().parent)


def test_the_cdk_has_a_name_for_every_retention() -> None:
    assert tuple(RETENTION) == RETENTIONS


def test_those_names_are_what_the_cdk_calls_them(pytestconfig: pytest.Config) -> None:
    folder = typescript_packages(pytestconfig) / "node_modules" / "aws-cdk-lib" / "aws-logs" / "lib"
    text = (folder / "log-group.d.ts").read_text("utf-8")
    assert [f"{name} = {days}," for days, name in RETENTION.items() if f"{name} = {days}," not in text] == []


def test_what_is_written_in_python_is_sound(projects: Mapping[str, Path]) -> None:
    import subprocess

    checks = (("check", "--select", "E4,E7,E9,F,I"), ("format", "--check", "--diff", "--line-length", "120"))
    for project in projects.values():
        for check in checks:
            command = [sys.executable, "-m", "ruff", check[0], "--isolated", *check[1:], "."]
            ran = subprocess.run(command, cwd=project / "cdk-python", capture_output=True, text=True, check=False)
            assert ran.returncode == 0, ran.stdout + ran.stderr
