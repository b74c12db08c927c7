"""Payload templates: objects whose ``.$`` members are paths or intrinsic functions."""

from __future__ import annotations

from random import Random

from aslsplit.asl.intrinsics import parse_expression
from aslsplit.asl.path_reader import ReferenceSyntaxError
from aslsplit.interpreter.errors import runtime_failure
from aslsplit.interpreter.intrinsics import value_of
from aslsplit.interpreter.paths import View, evaluate, why_missing
from aslsplit.interpreter.values import MISSING, Json, Missing

__all__ = ["fill", "look_up", "read_field", "read_path"]


def fill(template: Json, view: View, random: Random) -> Json:
    """Strings in arrays stay literal: only members of objects can be references."""
    if isinstance(template, dict):
        filled: dict[str, Json] = {}
        for key, value in template.items():
            if key.endswith(".$") and isinstance(value, str):
                filled[key[:-2]] = read_field(value, view, random, key)
            else:
                filled[key] = fill(value, view, random)
        return filled
    if isinstance(template, list):
        return [fill(item, view, random) for item in template]
    return template


def read_field(text: str, view: View, random: Random, field: str) -> Json:
    """The value of a path or intrinsic function; what is missing fails with ``States.Runtime``."""
    try:
        return value_of(parse_expression(text), text, view, random, field)
    except ReferenceSyntaxError as problem:
        raise runtime_failure(
            f"The expression '{text}' for the field '{field}' is not valid: {problem.message}"
        ) from None


def look_up(text: str, view: View) -> Json | Missing:
    """For the fields that know better than ``read_path`` what it means that a value is missing."""
    try:
        return evaluate(text, view)
    except ReferenceSyntaxError as problem:
        raise runtime_failure(f"Invalid path '{text}' : {problem.message}") from None


def read_path(text: str, view: View) -> Json:
    """The value of InputPath, OutputPath, ItemsPath and their like."""
    value = look_up(text, view)
    if value is MISSING:
        raise runtime_failure(f"Invalid path '{text}' : {why_missing(text, view)}")
    return value
