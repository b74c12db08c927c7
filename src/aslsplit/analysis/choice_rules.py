"""What testing the rules of a JSONPath Choice state reads, and what the outcome proves to be present.

Rules are tested in order and ``And``/``Or`` stop early, so only the first operand is surely evaluated. A comparison
whose ``Variable`` is missing fails the execution; ``IsPresent`` alone does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aslsplit.analysis.effects import Read, proved
from aslsplit.analysis.evaluation import evaluate_path
from aslsplit.analysis.shapes import Shape
from aslsplit.asl.paths import AccessPath
from aslsplit.asl.source import Json, Pointer

__all__ = ["proved_by_rule", "reads_of_rule"]

_COMBINERS = ("And", "Or")


def reads_of_rule(rule: Mapping[str, Json], value: Shape, pointer: Pointer) -> tuple[Read, ...]:
    """Every reference in a rule, on the effective input ``value``; the surely evaluated ones are marked so."""
    for name in _COMBINERS:
        if name in rule:
            first, *others = _operands(rule, name)
            return (
                *reads_of_rule(first, value, (*pointer, name, 0)),
                *(
                    replace(read, sure=False)
                    for position, other in enumerate(others, start=1)
                    for read in reads_of_rule(other, value, (*pointer, name, position))
                ),
            )
    if "Not" in rule:
        return reads_of_rule(_negated(rule), value, (*pointer, "Not"))
    return tuple(
        replace(read, sure=False, deep=False) if "IsPresent" in rule else read
        for key, text in rule.items()
        if isinstance(text, str) and (key == "Variable" or key.endswith("Path"))
        for read in evaluate_path(text, value, (*pointer, key), deep=True)[1]
    )


def proved_by_rule(rule: Mapping[str, Json], outcome: bool, value: Shape, pointer: Pointer) -> frozenset[AccessPath]:
    """The paths that exist when the rule came out as ``outcome``."""
    for name in _COMBINERS:
        if name in rule:
            operands = _operands(rule, name)
            inner = [
                proved_by_rule(operand, outcome, value, (*pointer, name, position))
                for position, operand in enumerate(operands)
            ]
            # All operands of an And came out true, all of an Or false; otherwise any single one may have decided.
            if (name == "And") == outcome:
                return frozenset().union(*inner)
            surely_evaluated = frozenset(proved(reads_of_rule(rule, value, pointer)))
            return surely_evaluated | frozenset.intersection(*inner)
    if "Not" in rule:
        return proved_by_rule(_negated(rule), not outcome, value, (*pointer, "Not"))
    if "IsPresent" in rule:
        if rule["IsPresent"] is not outcome or not isinstance(rule.get("Variable"), str):
            return frozenset()
        reads = evaluate_path(rule["Variable"], value, pointer, deep=False)[1]
        return frozenset(read.path for read in reads if read.sure and read.path.definite)
    return frozenset(proved(reads_of_rule(rule, value, pointer)))


def _operands(rule: Mapping[str, Json], name: str) -> list[Mapping[str, Json]]:
    """What is no rule is an error of the definition (ASL111), and counts as one that reads nothing."""
    operands = rule[name]
    if not isinstance(operands, list) or not operands:
        return [{}]
    return [operand if isinstance(operand, dict) else {} for operand in operands]


def _negated(rule: Mapping[str, Json]) -> Mapping[str, Json]:
    return rule["Not"] if isinstance(rule["Not"], dict) else {}
