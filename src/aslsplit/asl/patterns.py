"""Regular expressions that people wrote: compiled, and only if trying them out comes to an end.

The library tries one way of matching after the other, so that ``(a+)+b`` takes longer than anybody waits. How many ways
there may be can be counted before anything is tried.
"""

from __future__ import annotations

import re
from functools import lru_cache

# The library's own reader of patterns has no public name and no types.
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

from aslsplit.asl.limits import MAX_PATTERN, MAX_TRIES

__all__ = ["PatternError", "compile_pattern", "tries"]

_USUAL_LENGTH: Final = 40


class PatternError(ValueError):
    """``intricate`` where the pattern means something and would take too long."""

    def __init__(self, message: str, *, intricate: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.intricate = intricate


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Raises PatternError.

    >>> compile_pattern("[a-z]+-[0-9]+").fullmatch("order-12").group()
    'order-12'
    >>> compile_pattern("(a+)+b")
    Traceback (most recent call last):
    aslsplit.asl.patterns.PatternError: the regular expression /(a+)+b/ repeats what can repeat or choose itself
    """
    shown = pattern if len(pattern) <= 60 else pattern[:57] + "..."
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"the regular expression /{shown}/ has more than {MAX_PATTERN} characters", intricate=True)
    try:
        compiled = re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError, ValueError) as problem:
        raise PatternError(f"the regular expression /{shown}/ cannot be read: {problem}") from None
    if tries(pattern, flags, _USUAL_LENGTH) > MAX_TRIES:
        message = f"the regular expression /{shown}/ repeats what can repeat or choose itself"
        raise PatternError(message, intricate=True)
    return compiled


@lru_cache(maxsize=4096)
def tries(pattern: str, flags: int, length: int) -> int:
    """In how many ways the pattern may be tried on a text of that length from one place; ``MAX_TRIES`` and one stand
    for any greater number. What is certain to fail early counts as well, so it is never less than the truth."""
    return _ways(_parser.parse(pattern, flags), length)


_TOO_MANY: Final = MAX_TRIES + 1


def _ways(parts: Any, length: int) -> int:
    ways = 1
    for kind, detail in parts:
        ways = min(_TOO_MANY, ways * _ways_of(str(kind), detail, length))
    return ways


def _ways_of(kind: str, detail: Any, length: int) -> int:
    match kind:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            fewest, most, body = detail
            return _repeated(int(fewest), min(int(most), max(length, int(fewest))), _ways(body, length))
        case "SUBPATTERN":
            return _ways(detail[-1], length)
        case "ATOMIC_GROUP":
            return _ways(detail, length)
        case "ASSERT" | "ASSERT_NOT":
            return _ways(detail[1], length)
        case "BRANCH":
            return sum(_ways(branch, length) for branch in detail[1])
        case "GROUPREF_EXISTS":
            return sum(_ways(branch, length) for branch in detail[1:] if branch is not None)
        case _:
            return 1


def _repeated(fewest: int, most: int, ways: int) -> int:
    if ways == 1:
        return most - fewest + 1
    # Each repetition has all the ways again.
    return _TOO_MANY if most * (ways.bit_length() - 1) > _TOO_MANY.bit_length() else ways**most * (most - fewest + 1)
