"""JSON values and the texts AWS makes of them.

Values are never changed in place: whoever writes into a document gets a new one that shares the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Final

from aslsplit.asl.source import Json

__all__ = [
    "MISSING",
    "Json",
    "Missing",
    "ScopePath",
    "compact",
    "equal",
    "is_number",
    "java_text",
    "quantity",
    "size",
    "type_name",
]

ScopePath = tuple[str | int, ...]
"""Which branch or iteration: the name of each Map or Parallel state around, followed by the index."""


class Missing(Enum):
    """What a path that leads nowhere selects. JSON null is a value and never means *missing*."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def compact(value: Json) -> str:
    """JSON text without blanks, as Step Functions writes it into causes and strings."""
    return _ENCODER.encode(value)


def size(value: Json) -> int:
    """Bytes the value takes in a state's input or output."""
    return len(compact(value).encode("utf-8", "surrogatepass"))


def is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def quantity(block: Mapping[str, Json], field: str) -> float | None:
    """A number as it stands in a definition. A placeholder (``${Seconds}``) counts as absent."""
    value: float | None = block.get(field)
    return value if is_number(value) else None


def equal(left: Json, right: Json) -> bool:
    """Equality of JSON: numbers by value, but ``true`` is not ``1``."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if is_number(left) and is_number(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def type_name(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def java_text(value: Json) -> str:
    """The value as ``States.Format`` inserts it: containers come out as Java prints maps and lists."""
    match value:
        case str():
            return value
        case list():
            return "[" + ", ".join(java_text(item) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{key}={java_text(item)}" for key, item in value.items()) + "}"
        case _:
            return compact(value)
