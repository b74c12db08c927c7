"""The comparisons of Choice rules in JSONPath mode, and values on both sides of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.source import Json

__all__ = ["NO_OPERATORS", "comparisons", "values_for"]

NO_OPERATORS = ("Variable", "Next", "Comment", "Assign", "And", "Or", "Not")

_PATTERN: Mapping[str, tuple[Json, ...]] = {"S": ("a", "b"), "N": (1, 2), "B": (True, False)}
_MOMENTS = ("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")


def comparisons(rule: Json) -> Iterator[tuple[str, str, Json]]:
    """Variable, operator and operand of each comparison in a rule."""
    if not isinstance(rule, dict):
        return
    for key in ("And", "Or"):
        for operand in rule.get(key) or ():
            yield from comparisons(operand)
    yield from comparisons(rule.get("Not"))
    if isinstance(variable := rule.get("Variable"), str):
        for operator, operand in rule.items():
            if operator not in NO_OPERATORS:
                yield variable, operator, operand


def values_for(operator: str, operand: Json) -> tuple[Json, ...]:
    """Values on both sides of a comparison: the first satisfies it, the second does not; more may follow.

    For two paths: two different values, the smaller one first. Empty for IsPresent.
    """
    if operator.endswith("Path"):
        return _PATTERN.get(operator[:1], _MOMENTS)
    match operator:
        case "StringMatches":
            return (_matching(str(operand)), "other")
        case "IsNull":
            return _test(None, "value", operand)
        case "IsString":
            return _test("text", 1, operand)
        case "IsNumeric":
            return _test(1, "text", operand)
        case "IsBoolean":
            return _test(True, "text", operand)
        case "IsTimestamp":
            return _test(_MOMENTS[0], "text", operand)
    if operator.startswith("Boolean"):
        return (operand, not operand)
    if operator.startswith("Timestamp"):
        return _around(operator.removeprefix("Timestamp"), operand, "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")
    if operator.startswith("String"):
        return _around(operator.removeprefix("String"), operand, "", f"{operand}~")
    if operator.startswith("Numeric") and isinstance(operand, int | float):
        return _around(operator.removeprefix("Numeric"), operand, operand - 1, operand + 1)
    return ()


def _test(passing: Json, failing: Json, operand: Json) -> tuple[Json, ...]:
    return (passing, failing) if operand else (failing, passing)


def _around(relation: str, same: Json, less: Json, more: Json) -> tuple[Json, ...]:
    match relation:
        case "Equals":
            other = "other" if isinstance(same, str) and "T" not in same[10:11] else more
            return (same, other, less)
        case "LessThan":
            return (less, same, more)
        case "LessThanEquals":
            return (same, more, less)
        case "GreaterThan":
            return (more, same, less)
        case _:
            return (same, less, more)


def _matching(pattern: str) -> str:
    r"""A text that the pattern matches; ``\*`` in it stands for a star."""
    return "*".join(part.replace("*", "x").replace("\\\\", "\\") for part in pattern.split("\\*"))
