"""What a role needs on account of how its machine is deployed, whatever its states do."""

from __future__ import annotations

from typing import Final

from aslsplit.iam.policy import Statement
from aslsplit.iam.rules import Allow, anywhere

__all__ = ["SURROUNDINGS", "logging_statement", "tracing_statement"]

_LOGGING: Final = anywhere(
    "logs:CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies GetLogDelivery "
    "ListLogDeliveries PutResourcePolicy UpdateLogDelivery",
    "log deliveries are set up for the account, and AWS ties them to no resource",
)
_TRACING: Final = anywhere(
    "xray:GetSamplingRules GetSamplingTargets PutTelemetryRecords PutTraceSegments",
    "AWS X-Ray ties this to no resource",
)
SURROUNDINGS: Final[tuple[Allow, ...]] = (_LOGGING, _TRACING)


def logging_statement() -> Statement:
    """Of a machine that writes its history to a log group."""
    return Statement("LogDelivery", _LOGGING.actions, _LOGGING.on, ())


def tracing_statement() -> Statement:
    """Of a machine with tracing enabled."""
    return Statement("Tracing", _TRACING.actions, _TRACING.on, ())
