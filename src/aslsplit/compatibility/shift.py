"""How what a schema says of one value changed: in which respect, and which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aslsplit.asl.source import Json

__all__ = ["ANNOTATIONS", "Aspect", "Says", "Shift", "Way"]


class Way(StrEnum):
    NARROWED = "narrowed"
    WIDENED = "widened"
    CROSSED = "crossed"
    """Some values are no longer allowed, and some are that were not."""

    UNKNOWN = "unknown"

    @property
    def reversed(self) -> Way:
        match self:
            case Way.NARROWED:
                return Way.WIDENED
            case Way.WIDENED:
                return Way.NARROWED
            case Way.CROSSED | Way.UNKNOWN:
                return self


class Aspect(StrEnum):
    TYPE = "type"
    VALUES = "values"
    NULL = "null"
    BOUNDS = "bounds"
    FORMAT = "format"
    MORE_FIELDS = "more fields"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Shift:
    """``before`` and ``after`` are what the schema says, in words."""

    aspect: Aspect
    way: Way
    before: str
    after: str


Says = Mapping[str, Json]
"""All that a schema says of a value but its fields and items."""

ANNOTATIONS: Final = frozenset(
    {"$schema", "$id", "$anchor", "$comment", "title", "description", "examples", "default", "deprecated"}
    | {"readOnly", "writeOnly"}
)
"""What allows and forbids nothing."""
