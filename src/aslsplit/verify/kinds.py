"""What kind of value something can be used with, and a typical value of each kind."""

from __future__ import annotations

import json
from enum import Enum
from zlib import crc32

from aslsplit.asl.source import Json
from aslsplit.asl.timestamps import parse_timestamp

__all__ = ["Kind", "fits", "sample"]


class Kind(Enum):
    ANY = "anything"
    SCALAR = "a string, a number, a boolean or null"
    TEXT = "a string"
    NUMBER = "a number"
    INTEGER = "a whole number that is not negative"
    NUMERIC = "a number, or a string that holds one"
    BOOLEAN = "a boolean"
    ARRAY = "an array"
    OBJECT = "an object"
    MOMENT = "a timestamp"
    NULL = "null"
    JSON_TEXT = "a string that holds JSON"


def fits(kind: Kind, value: Json) -> bool:
    match kind:
        case Kind.ANY:
            return True
        case Kind.SCALAR:
            return not isinstance(value, dict | list)
        case Kind.TEXT:
            return isinstance(value, str)
        case Kind.NUMBER:
            return _is_number(value)
        case Kind.INTEGER:
            return isinstance(value, int) and _is_number(value) and value >= 0
        case Kind.NUMERIC:
            return _is_number(value) or (isinstance(value, str) and _holds_number(value))
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.ARRAY:
            return isinstance(value, list)
        case Kind.OBJECT:
            return isinstance(value, dict)
        case Kind.NULL:
            return value is None
        case Kind.MOMENT:
            return parse_timestamp(value) is not None
        case Kind.JSON_TEXT:
            return isinstance(value, str) and _holds_json(value)


def sample(kind: Kind, name: str) -> Json:
    """A value that another field is unlikely to have as well, so that mixing them up shows."""
    match kind:
        case Kind.NUMBER | Kind.INTEGER | Kind.NUMERIC:
            return 2 + crc32(name.encode()) % 7
        case Kind.BOOLEAN:
            return True
        case Kind.ARRAY:
            return [f"{name} 1", f"{name} 2"]
        case Kind.OBJECT:
            return {}
        case Kind.NULL:
            return None
        case Kind.MOMENT:
            return f"2024-06-{1 + crc32(name.encode()) % 28:02}T00:00:00Z"
        case Kind.JSON_TEXT:
            return json.dumps({})
        case Kind.ANY | Kind.SCALAR | Kind.TEXT:
            return f"{name} 1"


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _holds_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _holds_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
