"""Comparing what was recorded with what happened: elided values, task tokens, causes that are JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from aslsplit.interpreter.values import Json, compact, equal

__all__ = ["cause_differs", "differences", "neutral_cause"]

_ELIDED = "<elided>"
_TOKEN = re.compile(r"(a_)?task[-_]token(-\d+)?\Z")
_EVENT = re.compile(r"\(entered at the event id #\d+\)")
_LEFT_OUT = re.compile(r"json-input-\d+")


def differences(expected: Json, actual: Json, where: str = "") -> Iterator[str]:
    """One line for each place where the two differ."""
    if expected == _ELIDED or _is_token(expected, actual):
        return
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in expected.keys() | actual.keys():
            if key not in actual:
                yield f"{where}/{key} is missing"
            elif key not in expected:
                yield f"{where}/{key} is extra: {_brief(actual[key])}"
            else:
                yield from differences(expected[key], actual[key], f"{where}/{key}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (left, right) in enumerate(zip(expected, actual, strict=True)):
            yield from differences(left, right, f"{where}/{index}")
    elif not equal(expected, actual):
        yield f"{where or 'value'}: expected {_brief(expected)}, got {_brief(actual)}"


def _is_token(expected: Json, actual: Json) -> bool:
    return isinstance(expected, str) and _TOKEN.match(expected) is not None and isinstance(actual, str)


def cause_differs(expected: str | None, actual: str | None) -> Iterator[str]:
    """JSON text is compared parsed; ``json-input-1`` stands for any text that was left out."""
    if expected == actual:
        return
    if expected is None or actual is None:
        yield f"cause: expected {_brief(expected)}, got {_brief(actual)}"
        return
    try:
        yield from differences(json.loads(expected), json.loads(actual), "cause")
        return
    except ValueError:
        pass
    pattern = ".*".join(re.escape(part) for part in _LEFT_OUT.split(expected))
    if not re.fullmatch(pattern, actual, re.DOTALL):
        yield f"cause: expected {_brief(expected)}, got {_brief(actual)}"


def neutral_cause(cause: str | None) -> str | None:
    """The cause without its event number, which counts the events of the machine the state stands in."""
    return None if cause is None else _EVENT.sub("(entered)", cause)


def _brief(value: Json) -> str:
    text = compact(value)
    return text if len(text) <= 240 else text[:237] + "..."
