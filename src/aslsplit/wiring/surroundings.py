"""What a role must be allowed so that its machine can log and be traced, whatever its states do."""

from __future__ import annotations

from typing import Final

from aslsplit.iam.policy import Statement
from aslsplit.plan.wiring import WiringSettings

__all__ = ["surroundings"]

_LOGS: Final = Statement(
    "DeliverLogs",
    (
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
    ),
    # These are actions on no log group in particular (Developer Guide, Logging using CloudWatch Logs).
    ("*",),
    (),
)
_TRACES: Final = Statement(
    "Trace",
    (
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ),
    ("*",),
    (),
)


def surroundings(settings: WiringSettings) -> tuple[Statement, ...]:
    return (*([_LOGS] if settings.logs.level != "OFF" else []), *([_TRACES] if settings.tracing else []))
