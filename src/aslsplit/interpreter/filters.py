"""Filters of a path, ``[?(@.price > 10 && @.kind == 'book')]``, with Jayway's operators and its notion of equality."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from aslsplit.asl.path_reader import ReferenceSyntaxError, ScannedPath, scan_path_in_filter
from aslsplit.asl.patterns import PatternError, compile_pattern
from aslsplit.interpreter.matching import affordable
from aslsplit.interpreter.values import MISSING, Json, Missing, compact, equal, is_number

__all__ = ["Condition", "Selecting", "read_condition"]

Selecting = Callable[[Json], Json | Missing]
"""A path made ready: from the root to what it selects."""

Test = Callable[[Json, Json], bool]
"""Whether the item, in the document, is selected."""

Operand = Callable[[Json, Json], Json | Missing]
"""What stands beside an operator, for the item and the document."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter made ready: whether it selects the item (first argument) of the document (second)."""

    accepts: Test


def read_condition(text: str, selecting: Callable[[ScannedPath], Selecting]) -> Condition:
    """``selecting`` makes the paths in it ready; the caller gives it, as paths contain filters again."""
    reader = _Reader(text, selecting)
    test = reader.either()
    if reader.rest():
        raise reader.unreadable()
    return Condition(test)


# --- Operators ---------------------------------------------------------------------------------------------------


def _same(left: Json | Missing, right: Json | Missing) -> bool:
    """Beside a number a text counts as a number, beside a text a number counts as text; what is missing is nothing."""
    if left is MISSING or right is MISSING:
        return False
    if is_number(left) and isinstance(right, str):
        try:
            return bool(Decimal(right) == Decimal(compact(left)))
        except InvalidOperation:
            return False
    if isinstance(left, str) and is_number(right):
        return left == compact(right)
    return equal(left, right)


def _in(left: Json | Missing, right: Json | Missing) -> bool:
    return isinstance(right, list) and any(_same(left, item) for item in right)


def _each_in(left: Json | Missing, right: Json | Missing) -> bool:
    return isinstance(left, list) and isinstance(right, list) and all(_in(item, right) for item in left)


def _any_in(left: Json | Missing, right: Json | Missing) -> bool:
    return isinstance(left, list) and isinstance(right, list) and any(_in(item, right) for item in left)


def _none_in(left: Json | Missing, right: Json | Missing) -> bool:
    return isinstance(left, list) and isinstance(right, list) and not _any_in(left, right)


def _contains(left: Json | Missing, right: Json | Missing) -> bool:
    return right in left if isinstance(left, str) and isinstance(right, str) else _in(right, left)


def _has_size(left: Json | Missing, right: Json | Missing) -> bool:
    return isinstance(left, str | list | dict) and is_number(right) and len(left) == right


def _is_empty(left: Json | Missing, right: Json | Missing) -> bool:
    return isinstance(left, str | list | dict) and (len(left) == 0) is right


def _matches(left: Json | Missing, right: Json | Missing) -> bool:
    return (
        isinstance(left, str) and isinstance(right, re.Pattern) and affordable(right, left).fullmatch(left) is not None
    )


def _ordered(test: Callable[[Json, Json], bool]) -> Callable[[Json | Missing, Json | Missing], bool]:
    """Only two numbers or two texts have an order."""

    def compare(left: Json | Missing, right: Json | Missing) -> bool:
        comparable = (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str))
        return comparable and test(left, right)

    return compare


_OPERATORS: Mapping[str, Callable[[Json | Missing, Json | Missing], bool]] = {
    "==": _same,
    "!=": lambda left, right: not _same(left, right),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "=~": _matches,
    "in": _in,
    "nin": lambda left, right: not _in(left, right),
    "subsetof": _each_in,
    "anyof": _any_in,
    "noneof": _none_in,
    "all": lambda left, right: _each_in(right, left),
    "contains": _contains,
    "size": _has_size,
    "empty": _is_empty,
}

# --- Reading the text --------------------------------------------------------------------------------------------

_OPERATOR = re.compile(
    "|".join(re.escape(word) + (r"\b" if word.isalpha() else "") for word in sorted(_OPERATORS, key=len, reverse=True))
)
_STRING = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)+)/([ismx]*)")
# AWS takes words without quotes as text; a placeholder will become one.
_WORD = re.compile(r"(?:[^\W\d][\w-]*+|\$\{[^{}]*\})++")
_CONSTANTS: Mapping[str, Json] = {"true": True, "false": False, "null": None}


class _Reader:
    """Recursive descent: either, both, one comparison, one operand."""

    def __init__(self, text: str, selecting: Callable[[ScannedPath], Selecting]) -> None:
        self.text = text
        self.selecting = selecting
        self.position = 0

    def rest(self) -> str:
        """What is not read yet, without blanks before it."""
        rest = self.text[self.position :].lstrip()
        self.position = len(self.text) - len(rest)
        return rest

    def unreadable(self) -> ReferenceSyntaxError:
        return ReferenceSyntaxError(f"the filter [?{self.text}] cannot be read", self.position)

    def either(self) -> Test:
        tests = [self.both()]
        while self._take("||"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda item, root: any(test(item, root) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self._take("&&"):
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda item, root: all(test(item, root) for test in tests)

    def one(self) -> Test:
        negated = False
        while self._take("!"):
            negated = not negated
        if negated:
            test = self.one()
            return lambda item, root: not test(item, root)
        if self._take("("):
            inner = self.either()
            self._expect(")")
            return inner
        is_path = self.rest()[:1] in ("@", "$")
        left = self.operand()
        if not (found := self._match(_OPERATOR)):
            if not is_path:
                raise self.unreadable()
            return lambda item, root: left(item, root) is not MISSING
        compare, right = _OPERATORS[found.group()], self.operand()
        return lambda item, root: compare(left(item, root), right(item, root))

    def operand(self) -> Operand:
        rest = self.rest()
        if rest.startswith("@") or (rest.startswith("$") and not rest.startswith("${")):
            return self._path(of_item=rest.startswith("@"))
        constant = self._constant()
        return lambda item, root: constant

    def _path(self, *, of_item: bool) -> Operand:
        scanned = scan_path_in_filter(self.text, self.position)
        self.position = scanned.reference.end
        select = self.selecting(scanned)
        return (lambda item, root: select(item)) if of_item else (lambda item, root: select(root))

    def _constant(self) -> Json:
        if self._take("["):
            return self._constants()
        if found := self._match(_STRING):
            return re.sub(r"\\(.)", r"\1", found.group()[1:-1], flags=re.DOTALL)
        if found := self._match(_NUMBER):
            digits = found.group()
            return float(digits) if set(digits) & set(".eE") else int(digits)
        if found := self._match(_PATTERN):
            flags = sum(getattr(re, flag.upper()) for flag in set(found[2]))
            try:
                return compile_pattern(found[1], flags)
            except PatternError as problem:
                raise ReferenceSyntaxError(problem.message, self.position) from None
        if found := self._match(_WORD):
            return _CONSTANTS.get(found.group(), found.group())
        raise self.unreadable()

    def _constants(self) -> list[Json]:
        constants: list[Json] = []
        while not self._take("]"):
            if constants:
                self._expect(",")
            constants.append(self._constant())
        return constants

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self.rest()
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def _take(self, token: str) -> bool:
        if not self.rest().startswith(token):
            return False
        self.position += len(token)
        return True

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise self.unreadable()
