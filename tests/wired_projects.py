"""Projects that are split and wired in every language, and what their definitions are when they are filled in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.command_line import aslsplit, copy_of_example, small_project
from tests.golden import GOLDEN

__all__ = ["PROJECTS", "wired_project"]

AWKWARD_MACHINE: dict[str, Any] = {
    "StartAt": "Pay",
    "States": {
        "Pay": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.payment",
                "Parameters": {"FunctionName": "${class}",
                               "Payload": {"id.$": "$.order.id", "no": "`${!x}` %{ \\ } \"'"}},
                "Next": "Keep"},
        "Keep": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "ResultPath": None,
                 "Parameters": {"TableName": "${count}-${AWS::Region}-${Orders table}",
                                "Item": {"id": {"S.$": "$.order.id"}}},
                 "Next": "Tell"},
        "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "ResultPath": None,
                 "Parameters": {"TopicArn": "${TopicArn}", "Message": "$${topicArn} {braces} `ticks`"}, "Next": "Ask"},
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "ResultPath": None,
                "Parameters": {"ApiEndpoint": "https://${host}/orders/\"of\"/a-customer-with-an-address-that-takes-a-line",
                               "Method": "GET",
                               "Authentication": {"ConnectionArn": "${ConnectionArn}"}},
                "Next": "Sweep"},
        "Sweep": {"Type": "Map", "ResultPath": None, "Next": "Done",
                  "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
                                 "Parameters": {"Bucket": "${Bucket}", "Prefix": "new/"}},
                  "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                                    "StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}},
        "Done": {"Type": "Succeed"},
    },
}  # fmt: skip
AWKWARD_MAP: dict[str, Any] = {
    "version": 1,
    "monolith": "order.asl.json",
    "wiring": {
        "workflow": "it's(mine)",
        "logs": {"level": "OFF"},
        "tracing": False,
        "deployment": {"type": "ALL_AT_ONCE"},
    },
    "children": {
        "node": {"states": ["Pay"], "owner": 'a "team" */ \\', "description": "pays ${it} {%x%} `so`"},
        "price_override": {"states": ["Keep"]},
    },
}


def _example(folder: Path) -> Path:
    return copy_of_example(folder)


def _nested(folder: Path) -> Path:
    return Path(shutil.copytree(GOLDEN / "wire" / "input", folder))


def _awkward(folder: Path) -> Path:
    return small_project(folder, AWKWARD_MACHINE, AWKWARD_MAP)


PROJECTS: Mapping[str, Callable[[Path], Path]] = {"example": _example, "nested": _nested, "awkward": _awkward}


def wired_project(name: str, folder: Path, *targets: str) -> Path:
    """Split into its children, and wired into folders that are called as the targets are."""
    made = PROJECTS[name](folder)
    map = str(made / "boundaries.yaml")
    extracted = aslsplit("extract", map, "--all", "--cases", "3", "-q")
    assert extracted.code == 0, extracted.err
    for target in targets:
        wired = aslsplit("wire", map, "--target", target, "-o", target, "-q")
        assert wired.code == 0, wired.err
    return made
