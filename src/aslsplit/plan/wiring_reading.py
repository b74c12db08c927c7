"""Reading the part ``wiring`` of the boundary map."""

from __future__ import annotations

import re
from typing import Final

from aslsplit.plan.map_fields import Node, check_keys, choice, file_name, flag, is_mapping, machine_name, number, text
from aslsplit.plan.wiring import (
    DEPLOYMENT_TYPES,
    LOG_LEVELS,
    RETENTIONS,
    Alarms,
    Deployment,
    Logs,
    WiringSettings,
)

__all__ = ["wiring_in"]

WIRING_KEYS: Final = ("alias", "workflow", "template", "templates", "logs", "tracing", "deployment", "alarms")
LOGS_KEYS: Final = ("level", "retention_days", "include_execution_data")
DEPLOYMENT_KEYS: Final = ("type", "percentage", "interval_minutes")
ALARMS_KEYS: Final = ("threshold", "period_minutes")

_ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9]{0,31}")
_ALIAS_SHAPE = "at most 32 letters and digits, beginning with a letter"


def wiring_in(node: Node | None) -> WiringSettings:
    usual = WiringSettings()
    if node is None or not is_mapping(node):
        return usual
    check_keys(node, WIRING_KEYS)
    tracing = flag(node.member("tracing"))
    return WiringSettings(
        alias=text(node.member("alias"), pattern=_ALIAS, shape=_ALIAS_SHAPE) or usual.alias,
        workflow=machine_name(node.member("workflow")),
        template=file_name(node.member("template")),
        templates=file_name(node.member("templates"), folder=True),
        logs=_logs(node.member("logs")),
        tracing=usual.tracing if tracing is None else tracing,
        deployment=_deployment(node.member("deployment")),
        alarms=_alarms(node.member("alarms")),
    )


def _logs(node: Node | None) -> Logs:
    usual = Logs()
    if node is None or not is_mapping(node):
        return usual
    check_keys(node, LOGS_KEYS)
    include = flag(node.member("include_execution_data"))
    return Logs(
        level=choice(node.member("level"), LOG_LEVELS) or usual.level,
        retention_days=number(node.member("retention_days"), RETENTIONS) or usual.retention_days,
        include_execution_data=usual.include_execution_data if include is None else include,
    )


def _deployment(node: Node | None) -> Deployment:
    usual = Deployment()
    if node is None or not is_mapping(node):
        return usual
    check_keys(node, DEPLOYMENT_KEYS)
    return Deployment(
        type=choice(node.member("type"), DEPLOYMENT_TYPES) or usual.type,
        percentage=number(node.member("percentage"), range(1, 100)) or usual.percentage,
        interval_minutes=number(node.member("interval_minutes"), range(1, 2101)) or usual.interval_minutes,
    )


def _alarms(node: Node | None) -> Alarms:
    usual = Alarms()
    if node is None or not is_mapping(node):
        return usual
    check_keys(node, ALARMS_KEYS)
    return Alarms(
        threshold=number(node.member("threshold"), range(1, 1_000_001)) or usual.threshold,
        period_minutes=number(node.member("period_minutes"), range(1, 1441)) or usual.period_minutes,
    )
