"""What the boundary map says about deploying parent and children: alias, logs, tracing, alarms, gradual deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["DEPLOYMENT_TYPES", "LOG_LEVELS", "RETENTIONS", "Alarms", "Deployment", "Logs", "WiringSettings"]

LogLevel = Literal["ALL", "ERROR", "FATAL", "OFF"]
DeploymentType = Literal["CANARY", "LINEAR", "ALL_AT_ONCE"]

LOG_LEVELS: Final[tuple[LogLevel, ...]] = ("ALL", "ERROR", "FATAL", "OFF")
DEPLOYMENT_TYPES: Final[tuple[DeploymentType, ...]] = ("CANARY", "LINEAR", "ALL_AT_ONCE")
RETENTIONS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The days for which CloudWatch Logs can keep a log group (API reference, PutRetentionPolicy)."""


@dataclass(frozen=True, slots=True)
class Logs:
    """OFF: nothing is logged, and there is no log group."""

    level: LogLevel = "ERROR"
    retention_days: int = 30
    include_execution_data: bool = False


@dataclass(frozen=True, slots=True)
class Deployment:
    """How calls move from one version of a child to the next. The last two say nothing with ALL_AT_ONCE."""

    type: DeploymentType = "CANARY"
    percentage: int = 10
    interval_minutes: int = 5


@dataclass(frozen=True, slots=True)
class Alarms:
    """A child alarms, and a deployment of it rolls back, when as many executions go wrong within the period."""

    threshold: int = 1
    period_minutes: int = 1


@dataclass(frozen=True, slots=True)
class WiringSettings:
    alias: str = "live"
    """The name of each child's alias, in letters and digits: logical ids are made of it."""

    workflow: str | None = None
    """The name of the parent's state machine. None: it is made of the name of the parent's file."""

    template: str | None = None
    """The template that deploys the parent already; the children are added to it."""

    templates: str | None = None
    """The folder with templates of the user that stand in for ours."""

    logs: Logs = Logs()
    tracing: bool = True
    deployment: Deployment = Deployment()
    alarms: Alarms = Alarms()
