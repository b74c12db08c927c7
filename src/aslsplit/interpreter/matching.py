"""What an execution may spend on a text that is matched, a value that is made or an expression that runs on.

Whoever spends more is stopped, and the execution ends undecided: what Step Functions would do is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aslsplit.asl.jsonata_text import regex_engine
from aslsplit.asl.limits import MAX_EVALUATIONS, MAX_TEXT_BYTES, MAX_TRIES, MAX_VALUES
from aslsplit.asl.patterns import tries
from aslsplit.interpreter.errors import BudgetExhausted

__all__ = ["BoundedPattern", "Sizes", "Spending", "affordable", "bounded_engine"]

Sizes = dict[int, tuple[Any, int]]
"""Lists and objects by their ``id``, and how many values each is. They are kept together with their sizes, so that no
other one gets the number meanwhile."""


def affordable(pattern: re.Pattern[str], text: str) -> re.Pattern[str]:
    """The pattern, if it can be tried on the text from one place. Raises BudgetExhausted."""
    if tries(pattern.pattern, pattern.flags, len(text)) > MAX_TRIES:
        raise BudgetExhausted
    return pattern


class BoundedPattern:
    """A compiled pattern for the JSONata library, which looks for it anywhere in a text."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern.pattern
        self.flags = pattern.flags
        self._pattern = pattern

    def search(self, string: str) -> re.Match[str] | None:
        return self._for(string).search(string)

    def finditer(self, string: str) -> Iterator[re.Match[str]]:
        return self._for(string).finditer(string)

    def sub(self, repl: Any, string: str, count: int = 0) -> str:
        return self._for(string).sub(repl, string, count)

    def split(self, string: str, maxsplit: int = 0) -> list[str | Any]:
        return self._for(string).split(string, maxsplit)

    def _for(self, text: str) -> re.Pattern[str]:
        if tries(self.pattern, self.flags, len(text)) * (len(text) + 1) > MAX_TRIES:
            raise BudgetExhausted
        return self._pattern


def bounded_engine(pattern: str, flags: Any) -> BoundedPattern:
    return BoundedPattern(regex_engine(pattern, flags))


class Spending:
    """Counts what the evaluation of one expression evaluates, and how much it makes of what it is given."""

    def __init__(self, given: Sizes) -> None:
        self.evaluations = 0
        self.made = 0
        self.given = given
        self.sizes: Sizes = {}

    def begins(self, *_: Any) -> None:
        self.evaluations += 1
        if self.evaluations > MAX_EVALUATIONS:
            raise BudgetExhausted

    def ends(self, expression: Any, input: Any, environment: Any, result: Any) -> None:
        if isinstance(result, str):
            if len(result) > MAX_TEXT_BYTES:
                raise BudgetExhausted
        elif isinstance(result, list | dict) and self.size(result) > MAX_VALUES:
            raise BudgetExhausted

    def size(self, value: Any) -> int:
        """How many values it is, those that it holds twice counted twice."""
        if not isinstance(value, list | dict):
            return 1
        known = self.given.get(id(value)) or self.sizes.get(id(value))
        # A function may have made it longer.
        if known is not None and known[0] is value and len(value) < known[1]:
            return known[1]
        size = 1 + len(value)
        self.made += len(value)
        if self.made > MAX_VALUES:
            raise BudgetExhausted
        if size <= MAX_VALUES:
            parts = value.values() if isinstance(value, dict) else value
            size = 1 + sum(map(self.size, parts))
        self.sizes[id(value)] = (value, size)
        return size
