"""What has to hold for a Choice to take a transition: values for what its rules test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.jsonata_tree import parse_jsonata
from aslsplit.asl.model import State
from aslsplit.asl.paths import DOCUMENT
from aslsplit.asl.source import Json
from aslsplit.verify.conditions import Assignment, all_of, beside, ways_of_node
from aslsplit.verify.needs import input_of
from aslsplit.verify.operators import NO_OPERATORS, values_for
from aslsplit.verify.places import PRESENT
from aslsplit.verify.refs import NOTHING_BOUND, Ref, ref_of_path

__all__ = ["assignments"]

_MOST_WAYS = 12
_SYMBOLS = {
    "LessThanEquals": ("<=", ">="),
    "GreaterThanEquals": (">=", "<="),
    "LessThan": ("<", ">"),
    "GreaterThan": (">", "<"),
    "Equals": ("=", "="),
}


def assignments(state: State, target: str | None) -> Iterator[Assignment]:
    """Ways to make the Choice go to ``target``: a rule that leads there holds, and none of those before it.

    What a rule needs is written over what the ones before it must not have.
    """
    rules = [rule for rule in state.body.get("Choices") or () if isinstance(rule, dict)]
    for position, rule in enumerate(rules):
        if rule.get("Next") != target:
            continue
        for holds in islice(_ways(state, rule, True), _MOST_WAYS):
            for others in islice(_none_of(state, rules[:position]), 3):
                yield {**others, **holds}
            yield holds
    if state.body.get("Default") == target:
        yield from islice(_none_of(state, rules), _MOST_WAYS)


def _none_of(state: State, rules: list[dict[str, Json]]) -> Iterator[Assignment]:
    """Rules that cannot be made false are left alone: they may be false anyway."""
    alternatives = [list(islice(_ways(state, rule, False), _MOST_WAYS)) for rule in rules]
    yield from all_of([ways for ways in alternatives if ways])


def _ways(state: State, rule: dict[str, Json], outcome: bool) -> Iterator[Assignment]:
    if state.query_language == "JSONata":
        condition = rule.get("Condition")
        expression = expression_in(condition) if isinstance(condition, str) else None
        if expression is not None:
            yield from ways_of_node(parse_jsonata(expression.strip()), outcome, NOTHING_BOUND)
        return
    yield from _ways_of_rule(rule, outcome, input_of(state))


def _ways_of_rule(rule: dict[str, Json], outcome: bool, own: Ref) -> Iterator[Assignment]:
    """Assignments that give the rule this outcome, simplest first."""
    if "Not" in rule:
        yield from _ways_of_rule(rule["Not"], not outcome, own)
        return
    for name in ("And", "Or"):
        operands = rule.get(name)
        if isinstance(operands, list):
            if (name == "And") is outcome:
                yield from all_of([list(_ways_of_rule(operand, outcome, own)) for operand in operands])
            else:
                for operand in operands:
                    yield from _ways_of_rule(operand, outcome, own)
            return
    for operator, operand in rule.items():
        if operator not in NO_OPERATORS and (tested := _tested(rule.get("Variable"), own)) is not None:
            yield from _of_comparison(tested, operator, operand, outcome, own)


def _tested(path: Json, own: Ref) -> Ref | None:
    ref = ref_of_path(path)
    return own.at(*ref.steps) if ref is not None and ref.root == DOCUMENT else ref


def _of_comparison(tested: Ref, operator: str, operand: Json, outcome: bool, own: Ref) -> Iterator[Assignment]:
    if operator == "IsPresent":
        yield {tested.at(PRESENT): operand is outcome}
        return
    other = _tested(operand, own) if operator.endswith("Path") else None
    if other is not None:
        symbol, flipped = next(symbols for name, symbols in _SYMBOLS.items() if operator.endswith(f"{name}Path"))
        yield from beside(symbol, [tested], [other], outcome)
        yield from beside(flipped, [other], [tested], outcome)
        return
    values = values_for(operator, operand)
    yield from ({tested: value} for value in (values[:1] if outcome else values[1:]))
