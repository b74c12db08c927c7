"""Intrinsic functions: the little language behind a key that ends in ``.$``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from aslsplit.asl.limits import MAX_DIGITS
from aslsplit.asl.path_reader import (
    PlaceholderReference,
    Reference,
    ReferenceSyntaxError,
    bounded,
    first_offset,
    refuse_rest,
    scan_path,
    whole_path,
)
from aslsplit.asl.source import Json

__all__ = ["INTRINSICS", "Call", "Constant", "Expression", "parse_expression"]

INTRINSICS: Mapping[str, tuple[int, int | None]] = {
    "States.Array": (0, None),
    "States.ArrayContains": (2, 2),
    "States.ArrayGetItem": (2, 2),
    "States.ArrayLength": (1, 1),
    "States.ArrayPartition": (2, 2),
    "States.ArrayRange": (3, 3),
    "States.ArrayUnique": (1, 1),
    "States.Base64Decode": (1, 1),
    "States.Base64Encode": (1, 1),
    "States.Format": (1, None),
    "States.Hash": (2, 2),
    "States.JsonMerge": (3, 3),
    "States.JsonToString": (1, 1),
    "States.MathAdd": (2, 2),
    "States.MathRandom": (2, 3),
    "States.StringSplit": (2, 2),
    "States.StringToJson": (1, 1),
    "States.UUID": (0, 0),
}
"""The intrinsic functions, with how many arguments each takes (None: any number)."""

_DEEPEST_NESTING = 10


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal argument of an intrinsic function, or any literal scalar in a template.

    ``raw`` is a string argument as written between its quotes, where ``States.Format`` can still tell an escaped
    brace from one that it fills in.
    """

    value: Json
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """An intrinsic function call, and where it stands in the string it was read from."""

    function: str
    arguments: tuple[Expression, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


Expression = Reference | Call | Constant


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Reference | Call:
    """What stands behind a key that ends in ``.$``: a path or an intrinsic function call."""
    start = first_offset(bounded(text))
    if text.startswith("$", start):
        return whole_path(text).reference
    if not _FUNCTION_NAME.match(text, start):
        raise ReferenceSyntaxError("neither a path, which begins with $, nor an intrinsic function", start)
    call, end = _scan_call(text, start, 1)
    refuse_rest(text, end)
    return call


_FUNCTION_NAME = re.compile(r"[A-Za-z_][\w.]*")
_NUMBER = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
_KEYWORD = re.compile(r"(?:true|false|null)(?![\w.(])")
_KEYWORD_VALUES: Mapping[str, Json] = {"true": True, "false": False, "null": None}
_STRING = re.compile(r"'((?:\\['{}\\]|[^'\\])*)'")
_STRING_START = re.compile(r"'(?:\\['{}\\]|[^'\\])*")
_STRING_ESCAPE = re.compile(r"\\(.)")
_BLANKS = re.compile(r"\s*")


def _scan_call(text: str, start: int, depth: int) -> tuple[Call, int]:
    name_match = _FUNCTION_NAME.match(text, start)
    assert name_match is not None, "called only at a name"
    name = name_match.group()
    if name not in INTRINSICS:
        by_lower_case = {known.lower(): known for known in INTRINSICS}
        nearest = get_close_matches(name[:60].lower(), by_lower_case, 1, 0.8)
        hint = f"; the nearest is {by_lower_case[nearest[0]]}" if nearest else ""
        raise ReferenceSyntaxError(f"{name} is not an intrinsic function{hint}", start)
    if depth > _DEEPEST_NESTING:
        raise ReferenceSyntaxError(f"intrinsic functions nest at most {_DEEPEST_NESTING} deep", start)
    position = _after_blanks(text, name_match.end())
    if not text.startswith("(", position):
        raise ReferenceSyntaxError(f'"(" is missing after {name}', position)
    arguments, end = _scan_arguments(text, position + 1, depth)
    fewest, most = INTRINSICS[name]
    if len(arguments) < fewest or (most is not None and len(arguments) > most):
        expected = str(fewest) if fewest == most else f"{fewest} or more" if most is None else f"{fewest} to {most}"
        raise ReferenceSyntaxError(f"{name} takes {expected} arguments, here are {len(arguments)}", start)
    return Call(name, arguments, start, end), end


def _scan_arguments(text: str, start: int, depth: int) -> tuple[tuple[Expression, ...], int]:
    """From behind the opening parenthesis to behind the closing one."""
    arguments: list[Expression] = []
    position = _after_blanks(text, start)
    if text.startswith(")", position):
        return (), position + 1
    while True:
        argument, position = _scan_argument(text, _after_blanks(text, position), depth)
        arguments.append(argument)
        position = _after_blanks(text, position)
        if text.startswith(")", position):
            return tuple(arguments), position + 1
        if not text.startswith(",", position):
            raise ReferenceSyntaxError('"," or ")" is missing after an argument', position)
        position += 1


def _scan_argument(text: str, start: int, depth: int) -> tuple[Expression, int]:
    if text.startswith("${", start):
        raise PlaceholderReference("a placeholder that deployment replaces", start)
    if text.startswith("$", start):
        reference = scan_path(text, start).reference
        return reference, reference.end
    if text.startswith("'", start):
        return _scan_string(text, start)
    if number := _NUMBER.match(text, start):
        digits = number.group()
        value = float(digits) if set(digits) & set(".eE") else int(digits)
        if value in (math.inf, -math.inf):
            raise ReferenceSyntaxError("the number is too large", start)
        return Constant(value), number.end()
    if keyword := _KEYWORD.match(text, start):
        return Constant(_KEYWORD_VALUES[keyword.group()]), keyword.end()
    if _FUNCTION_NAME.match(text, start):
        return _scan_call(text, start, depth + 1)
    raise ReferenceSyntaxError("a path, a 'string', a number, true, false, null or a function is expected", start)


def _scan_string(text: str, start: int) -> tuple[Constant, int]:
    found = _STRING.match(text, start)
    if found:
        return Constant(_STRING_ESCAPE.sub(r"\1", found[1]), raw=found[1]), found.end()
    begun = _STRING_START.match(text, start)
    assert begun is not None, "called only at a quote"
    if text.startswith("\\", begun.end()):
        escape = text[begun.end() : begun.end() + 2]
        raise ReferenceSyntaxError(rf"{escape} is not an escape; there are \' \{{ \}} and \\", begun.end())
    raise ReferenceSyntaxError("a string is never closed", start)


def _after_blanks(text: str, position: int) -> int:
    blanks = _BLANKS.match(text, position)
    return blanks.end() if blanks else position
