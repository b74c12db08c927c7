"""What one state needs, before it becomes part of a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aslsplit.asl.source import Json

__all__ = ["ASSUMED", "OWN_NAME", "Found", "Gap", "Need", "taken_for_name"]

ASSUMED: Final = "ASL563"
"""The code of a gap that was bridged by what a token is called."""

OWN_NAME: Final = "the name of the state machine itself"
"""What is not known where a machine needs something on itself."""


@dataclass(frozen=True, slots=True)
class Need:
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not known, as ``policy.Unknown`` has it."""

    code: str
    what: str
    actions: tuple[str, ...] = ()


Found = Need | Gap


def taken_for_name(parameter: str, token: str) -> Gap:
    return Gap(ASSUMED, f"{token}, given as {parameter}, is taken for a name")
