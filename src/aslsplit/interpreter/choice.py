"""Rules of a Choice state in JSONPath mode."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from aslsplit.asl.timestamps import parse_timestamp
from aslsplit.interpreter.errors import runtime_failure
from aslsplit.interpreter.paths import View
from aslsplit.interpreter.templates import look_up
from aslsplit.interpreter.values import MISSING, Json, is_number

__all__ = ["COMPARISONS", "TYPE_TESTS", "matches"]

Test = Callable[[Json, Json], bool]


def matches(rule: Mapping[str, Json], view: View) -> bool:
    """``And`` and ``Or`` stop at the first condition that decides, so a later one may read what is missing."""
    if "And" in rule:
        return all(matches(inner, view) for inner in rule["And"])
    if "Or" in rule:
        return any(matches(inner, view) for inner in rule["Or"])
    if "Not" in rule:
        return not matches(rule["Not"], view)
    operator = next((key for key in rule if key in TYPE_TESTS or key.removesuffix("Path") in COMPARISONS), None)
    if operator is None or "Variable" not in rule:
        raise runtime_failure("The choice rule has no condition")
    if operator == "IsPresent":
        present = look_up(rule["Variable"], view) is not MISSING
        return present is rule[operator]
    value = _require(rule["Variable"], view)
    if operator in TYPE_TESTS:
        return TYPE_TESTS[operator](value) is rule[operator]
    if operator in COMPARISONS:
        return COMPARISONS[operator](value, rule[operator])
    return COMPARISONS[operator.removesuffix("Path")](value, _require(rule[operator], view))


def _require(path: str, view: View) -> Json:
    value = look_up(path, view)
    if value is MISSING:
        raise runtime_failure(f"Invalid path '{path}': The choice state's condition path references an invalid value.")
    return value


def _number(test: Test) -> Test:
    return lambda left, right: is_number(left) and is_number(right) and test(left, right)


def _boolean(left: Json, right: Json) -> bool:
    return isinstance(left, bool) and isinstance(right, bool) and left is right


def _string(test: Test) -> Test:
    """Strings are compared by UTF-16 code units, as Java compares them."""

    def compare(left: Json, right: Json) -> bool:
        if not isinstance(left, str) or not isinstance(right, str):
            return False
        return test(left.encode("utf-16-be", "surrogatepass"), right.encode("utf-16-be", "surrogatepass"))

    return compare


def _timestamp(test: Test) -> Test:
    def compare(left: Json, right: Json) -> bool:
        first, second = parse_timestamp(left), parse_timestamp(right)
        return first is not None and second is not None and test(first, second)

    return compare


def _matches_pattern(value: Json, pattern: Json) -> bool:
    return isinstance(value, str) and isinstance(pattern, str) and _pattern(pattern).fullmatch(value) is not None


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    r"""``*`` matches any text; ``\*`` is a star and ``\\`` a backslash.

    What stands between two stars is looked for once: if it does not fit where it is found first, it fits nowhere.
    """
    pieces = [""]
    for part in re.findall(r"\\[*\\]|\*|[^*\\]+|\\", pattern):
        if part == "*":
            pieces.append("")
        else:
            pieces[-1] += re.escape(part[-1:] if part[0] == "\\" else part)
    first, *between = pieces
    last = f".*{between.pop()}" if between else ""
    return re.compile(first + "".join(f"(?>.*?{piece})" for piece in between) + last, re.DOTALL)


_ORDERINGS: dict[str, Test] = {
    "Equals": lambda left, right: bool(left == right),
    "LessThan": lambda left, right: bool(left < right),
    "GreaterThan": lambda left, right: bool(left > right),
    "LessThanEquals": lambda left, right: bool(left <= right),
    "GreaterThanEquals": lambda left, right: bool(left >= right),
}

COMPARISONS: dict[str, Test] = {
    **{f"Numeric{name}": _number(test) for name, test in _ORDERINGS.items()},
    **{f"String{name}": _string(test) for name, test in _ORDERINGS.items()},
    **{f"Timestamp{name}": _timestamp(test) for name, test in _ORDERINGS.items()},
    "BooleanEquals": _boolean,
    "StringMatches": _matches_pattern,
}

TYPE_TESTS: dict[str, Callable[[Json], bool]] = {
    "IsNull": lambda value: value is None,
    "IsPresent": lambda value: True,
    "IsNumeric": is_number,
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: parse_timestamp(value) is not None,
}
