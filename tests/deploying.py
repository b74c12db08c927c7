"""Templates of CloudFormation carried out resource by resource against services that only pretend to be AWS.

Whatever a resource refers to is created before it, so a template whose resources wait in a circle cannot be deployed.
What the wiring writes is created; of all else there is only the name, and an ARN.
"""

from __future__ import annotations

import graphlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from aslsplit.asl.yaml_reading import read_yaml_template

__all__ = ["REGION", "Deployed", "deploy", "loaded", "serverless_as_cloudformation"]

REGION = "eu-west-1"
ACCOUNT = "123456789012"
PSEUDO = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::StackName": "orders"}


@dataclass
class Deployed:
    """Physical ids by logical ids, and what ``Fn::GetAtt`` gives of them."""

    template: Mapping[str, Any]
    folder: Path
    refs: dict[str, str] = field(default_factory=dict)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


def loaded(file: Path) -> dict[str, Any]:
    """With functions in the long form, and ``Fn::GetAtt`` as a list."""
    data: dict[str, Any] = _listed(read_yaml_template(file.read_text("utf-8")).data)
    return data


def serverless_as_cloudformation(template: dict[str, Any]) -> dict[str, Any]:
    """What the transform of SAM makes of it; definitions keep their files as keys of a bucket."""
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("DefinitionUri", "CodeUri"):
            if isinstance(properties.get(key), str):
                properties[key] = {"Bucket": "local", "Key": properties[key]}
    policies = {"AWSXRayDaemonWriteAccess": "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"}
    names = {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}
    policies |= {name: f"arn:aws:iam::aws:policy/{name}" for name in names}
    translator = Translator(policies, Parser(), boto_session=boto3.Session(region_name=REGION))
    made: dict[str, Any] = translator.translate(template, {})
    return json.loads(json.dumps(made))


def deploy(template: Mapping[str, Any], folder: Path, parameters: Mapping[str, str]) -> Deployed:
    """``folder`` is where the template lies. Raises graphlib.CycleError for resources that wait for each other."""
    deployed = Deployed(template, folder, {**PSEUDO, **parameters})
    resources = template["Resources"]
    waits = {name: {one for one in _referred(resource) if one in resources} for name, resource in resources.items()}
    for name in graphlib.TopologicalSorter(waits).static_order():
        resource = resources[name]
        properties = _resolved(resource.get("Properties", {}), deployed)
        CREATE.get(resource["Type"], _other)(name, properties, deployed)
        deployed.order.append(name)
    return deployed


def _role(name: str, properties: Mapping[str, Any], deployed: Deployed) -> None:
    iam = boto3.client("iam", region_name=REGION)
    document = json.dumps(properties["AssumeRolePolicyDocument"])
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    for policy in properties.get("Policies", ()):
        # The policy templates of SAM leave the version out, which real services allow.
        text = json.dumps({"Version": "2012-10-17", **policy["PolicyDocument"]})
        iam.put_role_policy(RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=text)
    deployed.refs[name] = name
    deployed.attributes[name, "Arn"] = f"arn:aws:iam::{ACCOUNT}:role/{name}"


def _log_group(name: str, properties: Mapping[str, Any], deployed: Deployed) -> None:
    logs = boto3.client("logs", region_name=REGION)
    group = properties["LogGroupName"]
    logs.create_log_group(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=properties["RetentionInDays"])
    deployed.refs[name] = group
    deployed.attributes[name, "Arn"] = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*"


def _machine(name: str, properties: Mapping[str, Any], deployed: Deployed) -> None:
    states = boto3.client("stepfunctions", region_name=REGION)
    text = _definition(properties, deployed.folder)
    for token, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace(f"${{{token}}}", value)
    assert re.search(r"\$\{[^!]", text) is None, text
    logging = properties.get("LoggingConfiguration")
    found = states.create_state_machine(
        name=properties.get("StateMachineName", name),
        type=properties.get("StateMachineType", "STANDARD"),
        definition=text,
        roleArn=properties["RoleArn"],
        **({"loggingConfiguration": _lower(logging)} if logging else {}),
        tracingConfiguration=_lower(properties.get("TracingConfiguration", {})),
        # What pretends to be AWS can publish a version only together with its machine.
        publish=True,
    )
    deployed.attributes[found["stateMachineArn"], "version"] = found["stateMachineVersionArn"]
    deployed.refs[name] = deployed.attributes[name, "Arn"] = found["stateMachineArn"]
    deployed.attributes[name, "StateMachineRevisionId"] = "INITIAL"
    deployed.attributes[name, "Name"] = found["stateMachineArn"].rpartition(":")[2]


def _definition(properties: Mapping[str, Any], folder: Path) -> str:
    match properties:
        case {"DefinitionS3Location": str(file)} | {"DefinitionS3Location": {"Key": str(file)}}:
            text = (folder / file).read_text("utf-8")
            # A definition in YAML means what it means in JSON.
            return text if file.endswith(".json") else json.dumps(read_yaml_template(text).data)
        case {"DefinitionString": str(text)}:
            return text
        case _:
            return json.dumps(properties["Definition"])


def _other(name: str, properties: Mapping[str, Any], deployed: Deployed) -> None:
    is_topic = deployed.template["Resources"][name]["Type"] == "AWS::SNS::Topic"
    deployed.refs[name] = f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}" if is_topic else name
    deployed.attributes[name, "Arn"] = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def _version(name: str, properties: Mapping[str, Any], deployed: Deployed) -> None:
    assert properties["StateMachineRevisionId"] == "INITIAL"
    deployed.refs[name] = deployed.attributes[properties["StateMachineArn"], "version"]
    deployed.attributes[name, "Arn"] = deployed.refs[name]


def _alias(name: str, properties: Mapping[str, Any], deployed: Deployed) -> None:
    states = boto3.client("stepfunctions", region_name=REGION)
    preference = properties["DeploymentPreference"]
    # People's own alias may have none.
    named = preference.get("Alarms", [])
    alarms = boto3.client("cloudwatch", region_name=REGION).describe_alarms(AlarmNames=named)["MetricAlarms"]
    assert {alarm["AlarmName"] for alarm in alarms} >= set(named)
    routing = [{"stateMachineVersionArn": preference["StateMachineVersionArn"], "weight": 100}]
    found = states.create_state_machine_alias(name=properties["Name"], routingConfiguration=routing)
    deployed.refs[name] = deployed.attributes[name, "Arn"] = found["stateMachineAliasArn"]


def _alarm(name: str, properties: Mapping[str, Any], deployed: Deployed) -> None:
    boto3.client("cloudwatch", region_name=REGION).put_metric_alarm(AlarmName=name, **properties)
    deployed.refs[name] = name


def _query(name: str, properties: Mapping[str, Any], deployed: Deployed) -> None:
    logs = boto3.client("logs", region_name=REGION)
    groups = {group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]}
    assert groups.issuperset(properties["LogGroupNames"])
    deployed.refs[name] = name


CREATE: Mapping[str, Callable[[str, Mapping[str, Any], Deployed], None]] = {
    "AWS::IAM::Role": _role,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::Logs::QueryDefinition": _query,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::StepFunctions::StateMachine": _machine,
    "AWS::StepFunctions::StateMachineVersion": _version,
    "AWS::StepFunctions::StateMachineAlias": _alias,
}


def _lower(value: Any) -> Any:
    """As the API spells what CloudFormation spells with a capital."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _lower(part) for key, part in value.items()}
    return [_lower(part) for part in value] if isinstance(value, list) else value


_TOKEN = re.compile(r"\$\{([^!}]+)\}")


def _referred(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text) | [str(text), *_] as argument}:
            yield from (name.partition(".")[0] for name in _TOKEN.findall(text))
            yield from _referred(argument[1:] if isinstance(argument, list) else None)
        case dict():
            for part in value.values():
                yield from _referred(part)
        case list():
            for part in value:
                yield from _referred(part)


def _resolved(value: Any, deployed: Deployed) -> Any:
    def token(name: str) -> str:
        return deployed.attributes[tuple(name.split("."))] if "." in name else deployed.refs[name]  # type: ignore[index]

    match value:
        case {"Ref": str(name)}:
            return deployed.refs[name]
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return deployed.attributes[name, attribute]
        case {"Fn::Sub": str(text)}:
            return _TOKEN.sub(lambda found: token(found[1]), text)
        case {"Fn::Sub": [str(text), dict(variables)]}:
            known = {key: _resolved(part, deployed) for key, part in variables.items()}
            return _TOKEN.sub(lambda found: known[found[1]] if found[1] in known else token(found[1]), text)
        case {"Fn::ImportValue": imported}:
            return f"arn:aws:iam::{ACCOUNT}:role/{_resolved(imported, deployed)}"
        case {"Fn::Join": [str(joint), list(parts)]}:
            return joint.join(_resolved(part, deployed) for part in parts)
        case dict():
            return {key: _resolved(part, deployed) for key, part in value.items()}
        case list():
            return [_resolved(part, deployed) for part in value]
        case _:
            return value


def _listed(value: Any) -> Any:
    match value:
        case {"Fn::GetAtt": str(target)}:
            return {"Fn::GetAtt": target.split(".", 1)}
        case dict():
            return {key: _listed(part) for key, part in value.items()}
        case list():
            return [_listed(part) for part in value]
        case _:
            return value
