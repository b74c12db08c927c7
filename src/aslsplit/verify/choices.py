"""What has to hold for a Choice to take a transition: values for the paths that its rules test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.model import State
from aslsplit.asl.source import Json
from aslsplit.verify.vocabulary import values_for

__all__ = ["ABSENT", "assignments"]


class _Absent:
    """In the place of a value: the field is not there."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()

Assignment = dict[str, Json]


def assignments(state: State, target: str | None) -> Iterator[Mapping[str, Json]]:
    """Ways to make the Choice go to ``target``: a rule that leads there holds, and none of those before it.

    What a rule needs is written over what the ones before it must not have.
    """
    rules = [rule for rule in state.body.get("Choices") or () if isinstance(rule, dict)]
    for position, rule in enumerate(rules):
        if rule.get("Next") == target:
            for holds in _ways(rule, True):
                yield {**_none_of(rules[:position]), **holds}
                yield holds
    if state.body.get("Default") == target:
        yield _none_of(rules)
        for position in range(2):
            yield _none_of(rules, position)


def _none_of(rules: list[dict[str, Json]], choice: int = 0) -> Assignment:
    found: Assignment = {}
    for rule in rules:
        ways = list(_ways(rule, False))
        if ways:
            found |= ways[min(choice, len(ways) - 1)]
    return found


def _ways(rule: dict[str, Json], outcome: bool) -> Iterator[Assignment]:
    """Assignments that give the rule this outcome, simplest first."""
    if "Not" in rule:
        yield from _ways(rule["Not"], not outcome)
        return
    for name in ("And", "Or"):
        operands = rule.get(name)
        if isinstance(operands, list):
            if (name == "And") == outcome:
                # All of them together; the alternatives of each one in step.
                ways = [list(_ways(operand, outcome)) for operand in operands]
                for turn in range(max((len(alternatives) for alternatives in ways), default=0)):
                    merged: Assignment = {}
                    for alternatives in ways:
                        merged |= alternatives[min(turn, len(alternatives) - 1)] if alternatives else {}
                    yield merged
            else:
                for operand in operands:
                    yield from _ways(operand, outcome)
            return
    variable = rule.get("Variable")
    if isinstance(variable, str):
        yield from _of_comparison(variable, rule, outcome)


def _of_comparison(variable: str, rule: dict[str, Json], outcome: bool) -> Iterator[Assignment]:
    for operator, operand in rule.items():
        if operator in ("Variable", "Next", "Comment", "Assign"):
            continue
        if operator == "IsPresent":
            yield {} if operand is outcome else {variable: ABSENT}
            if operand is outcome:
                yield {variable: "present"}
            continue
        values = values_for(operator, operand)
        if operator.endswith("Path") and isinstance(operand, str) and len(values) > 1:
            equal = operator.endswith(("EqualsPath", "OrEqualsPath"))
            first, second = values[0], values[1]
            low, high = (first, first) if equal == outcome else (first, second)
            yield {variable: low, operand: high}
            yield {variable: high, operand: low}
            continue
        yield from ({variable: value} for value in (values[:1] if outcome else values[1:]))
        yield from ({variable: value} for value in (values[1:2] if outcome else values[:1]))
