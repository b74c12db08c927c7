"""What deploys parent and children is well formed and can be deployed, and the parent may call what it calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from aslsplit.project.load import load_tree
from aslsplit.wiring.assemble import wiring_of
from aslsplit.wiring.dialect import CLOUDFORMATION, SAM, template_files
from tests.command_line import aslsplit, copy_of_example
from tests.deploying import ACCOUNT, REGION, Deployed, deploy, loaded, serverless_as_cloudformation
from tests.golden import GOLDEN

# Everything that the golden cases about `wire` leave and that is to be deployed.
TEMPLATES = sorted(
    file
    for pattern in ("wiring/template.yaml", "deploy/aws/template.yaml", "template.y*ml", "template.json")
    for file in GOLDEN.glob(f"wire*/expected/tree/{pattern}")
    if "wire-mistakes" not in file.parts
)


def name_of(file: Path) -> str:
    return file.relative_to(GOLDEN).parts[0]


@pytest.fixture(scope="module", autouse=True)
def pretended_aws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        yield


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, split and wired in both dialects."""
    folder = copy_of_example(tmp_path_factory.mktemp("wiring") / "example")
    map = str(folder / "boundaries.yaml")
    assert aslsplit("extract", map, "--all", "--cases", "3", "-q").code == 0
    for target in ("sam", "cloudformation"):
        assert aslsplit("wire", map, "--target", target, "-o", target, "-q").code == 0
    return folder


def test_no_template_has_errors_or_warnings(example: Path) -> None:
    """All at once, since reading the schemas takes longer than anything else."""
    from cfnlint.api import lint_by_config
    from cfnlint.config import ManualArgs

    files = [*TEMPLATES, *(example / target / "template.yaml" for target in ("sam", "cloudformation"))]
    # W3002: a local file as the definition is uploaded by `package`, as the head of the template says.
    config = ManualArgs(templates=[str(file) for file in files], ignore_checks=["W3002"], regions=[REGION])
    found = lint_by_config(config)
    assert [f"{match.filename}:{match.linenumber} {match.rule.id}: {match.message}" for match in found] == []


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_a_template_can_be_deployed(file: Path) -> None:
    with mock_aws():
        deployed = deployed_from(file)
        assert calls_are_allowed(deployed) >= 1


def test_the_example_is_deployed_and_calls_its_children_by_their_aliases(example: Path) -> None:
    children = ("PaymentProcessingWorkflow", "InventoryReservationWorkflow", "FulfillmentSubmissionWorkflow")
    for target in ("sam", "cloudformation"):
        with mock_aws():
            deployed = deployed_from(example / target / "template.yaml")
            assert calls_are_allowed(deployed) == len(children)
            states = boto3.client("stepfunctions", region_name=REGION)
            base = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine"
            parent = states.describe_state_machine(stateMachineArn=f"{base}:OrderOrchestrator")
            assert called_by(parent["definition"]) == [f"{base}:{child}:live" for child in children]
            for child in children:
                alias = states.describe_state_machine_alias(stateMachineAliasArn=f"{base}:{child}:live")
                (route,) = alias["routingConfiguration"]
                assert route == {"stateMachineVersionArn": f"{base}:{child}:1", "weight": 100}
                assert states.describe_state_machine(stateMachineArn=f"{base}:{child}")["type"] == "STANDARD"


def test_the_stack_of_the_translated_template_has_roles_and_log_groups(example: Path) -> None:
    """Of these resources alone, for what pretends to be CloudFormation knows no versions and no aliases."""
    template = serverless_as_cloudformation(loaded(example / "sam" / "template.yaml"))
    known = ("AWS::IAM::Role", "AWS::Logs::LogGroup")
    template["Resources"] = {name: one for name, one in template["Resources"].items() if one["Type"] in known}
    template.pop("Outputs")
    with mock_aws():
        client = boto3.client("cloudformation", region_name=REGION)
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters_of(template).items()]
        client.create_stack(StackName="orders", TemplateBody=json.dumps(template), Parameters=given)
        found = client.list_stack_resources(StackName="orders")["StackResourceSummaries"]
        assert {one["ResourceType"] for one in found} == {*known}
        assert len(found) == len(template["Resources"]) == 8


def test_an_express_child_is_deployed_as_one_and_has_no_quota_of_transitions(example: Path) -> None:
    tree = load_tree(str(example / "boundaries.yaml"))
    first, *others = tree.boundaries.children
    boundaries = replace(tree.boundaries, children=(replace(first, pattern="express"), *others))
    wiring, _ = wiring_of(replace(tree, boundaries=boundaries), "wiring", None)
    assert [machine.type for machine in wiring.machines] == ["EXPRESS", "STANDARD", "STANDARD", "STANDARD"]
    for dialect in (SAM, CLOUDFORMATION):
        text = template_files(dialect, wiring, None)["template.yaml"]
        assert "Type: EXPRESS" in text
        assert "PaymentProcessingWorkflowTimedOut" in text
        assert "PaymentProcessingWorkflowThrottled" not in text


def deployed_from(file: Path) -> Deployed:
    template = loaded(file)
    if "Transform" in template:
        template = serverless_as_cloudformation(template)
    return deploy(template, file.parent, parameters_of(template))


def parameters_of(template: dict[str, Any]) -> dict[str, str]:
    asked = template.get("Parameters", {})
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
    return {name: described.get("Default", f"{arn}:{name}") for name, described in asked.items()}


def calls_are_allowed(deployed: Deployed) -> int:
    """How many calls of children there are. The role of each caller, where it is deployed too, allows them."""
    states, count = boto3.client("stepfunctions", region_name=REGION), 0
    for machine in states.list_state_machines()["stateMachines"]:
        described = states.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
        for alias_arn in called_by(described["definition"]):
            count += 1
            states.describe_state_machine_alias(stateMachineAliasArn=alias_arn)
            arn = alias_arn.rpartition(":")[0]
            allowed = allowances(described["roleArn"])
            if allowed is None:
                continue
            assert arn in allowed["states:StartExecution"]
            assert alias_arn not in allowed["states:StartExecution"]
            executions = arn.replace(":stateMachine:", ":execution:") + ":*"
            assert executions in allowed["states:DescribeExecution"]
            assert executions in allowed["states:StopExecution"]
            assert any("StepFunctionsGetEvents" in rule for rule in allowed["events:PutRule"])
    return count


def called_by(definition: str) -> list[str]:
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, dict):
            found.extend([value["StateMachineArn"]] if "StateMachineArn" in value else [])
            for part in value.values():
                look(part)
        elif isinstance(value, list):
            for part in value:
                look(part)

    look(json.loads(definition)["States"])
    return found


def allowances(role_arn: str) -> dict[str, set[str]] | None:
    """What a role allows, by action; None if the role is not one of those that were deployed."""
    iam = boto3.client("iam", region_name=REGION)
    role = role_arn.rpartition("/")[2]
    if role not in {one["RoleName"] for one in iam.list_roles()["Roles"]}:
        return None
    allowed: dict[str, set[str]] = {}
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in document["Statement"]:
            actions, resources = (
                [value] if isinstance(value := statement[key], str) else value for key in ("Action", "Resource")
            )
            for action in actions:
                allowed.setdefault(action, set()).update(resources)
    return allowed
