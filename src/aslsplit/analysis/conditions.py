"""The conditions of a Choice state, and how they come out when something is known of the values they compare.

Whether a value is there at all can be left open: what is missing is looked for as well, and must not hide itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from aslsplit.analysis.evaluation import evaluate_path
from aslsplit.analysis.forms import Forms, form_of, json_type
from aslsplit.analysis.jsonpath_states import effective_input
from aslsplit.analysis.shapes import Copy, New, Shape
from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.jsonata_tree import Array, Binary, Block, Call, Literal, Name, Node, Path, Variable, parse_jsonata
from aslsplit.asl.model import State, StateType, Transition, TransitionKind
from aslsplit.asl.paths import CONTEXT, DOCUMENT
from aslsplit.asl.source import Json, Pointer

__all__ = ["Comparison", "comparisons", "may_be_taken", "may_be_taken_asking", "plain_value"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``value`` with one of the ``literals``; without any, it only has to be of a ``kind`` of JSON."""

    pointer: Pointer
    value: Shape
    kind: str
    literals: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class _All:
    parts: tuple[_Condition, ...]


@dataclass(frozen=True, slots=True)
class _Any:
    parts: tuple[_Condition, ...]


@dataclass(frozen=True, slots=True)
class _Not:
    part: _Condition


@dataclass(frozen=True, slots=True)
class _IsThere:
    value: Shape


@dataclass(frozen=True, slots=True)
class _Open:
    """Nothing is known of how it comes out."""


_Condition = _All | _Any | _Not | _IsThere | _Open | Comparison


def comparisons(state: State) -> Iterator[Comparison]:
    """Those that its rules are made of."""
    if state.type is StateType.CHOICE:
        for index in range(len(state.body["Choices"])):
            yield from _leaves(_condition(state, index))


def may_be_taken(state: State, transition: Transition, before: Forms) -> bool:
    """False for a rule that cannot match, and for whatever stands behind one that surely does."""
    return _may_be_taken(state, transition, before, asking=False)


def may_be_taken_asking(state: State, transition: Transition, before: Forms) -> bool:
    """The same, where asking for what is certainly not there finds nothing."""
    return _may_be_taken(state, transition, before, asking=True)


def _may_be_taken(state: State, transition: Transition, before: Forms, *, asking: bool) -> bool:
    if state.type is not StateType.CHOICE:
        return True
    taken = transition.index if transition.kind is TransitionKind.CHOICE else len(state.body["Choices"])
    assert taken is not None
    if any(_outcome(_condition(state, index), before, asking) is True for index in range(taken)):
        return False
    if transition.kind is not TransitionKind.CHOICE:
        return True
    return _outcome(_condition(state, taken), before, asking) is not False


def _leaves(condition: _Condition) -> Iterator[Comparison]:
    match condition:
        case _All(parts) | _Any(parts):
            for part in parts:
                yield from _leaves(part)
        case _Not(part):
            yield from _leaves(part)
        case Comparison():
            yield condition
        case _IsThere() | _Open():
            pass
        case _ as unreachable:
            assert_never(unreachable)


def _outcome(condition: _Condition, before: Forms, asking: bool) -> bool | None:
    """None if it may come out either way."""
    match condition:
        case _All(parts):
            return _combined([_outcome(part, before, asking) for part in parts], False)
        case _Any(parts):
            return _combined([_outcome(part, before, asking) for part in parts], True)
        case _Not(part):
            found = _outcome(part, before, asking)
            return None if found is None else not found
        case Comparison(_, value, _, literals):
            known = form_of(value, before).values
            if not literals or not known:
                return None
            matching = known & {json.dumps(literal) for literal in literals}
            return False if not matching else True if matching == known else None
        case _IsThere(value):
            return False if asking and form_of(value, before).absent else None
        case _Open():
            return None
        case _ as unreachable:
            assert_never(unreachable)


def _combined(outcomes: Sequence[bool | None], decisive: bool) -> bool | None:
    if decisive in outcomes:
        return decisive
    return None if None in outcomes else not decisive


def _condition(state: State, index: int) -> _Condition:
    rule, pointer = state.body["Choices"][index], (*state.pointer, "Choices", index)
    if state.query_language == "JSONata":
        text = rule.get("Condition")
        expression = expression_in(text) if isinstance(text, str) else None
        return _Open() if expression is None else _in_jsonata(parse_jsonata(expression.strip()), pointer)
    return _in_jsonpath(rule, effective_input(state), pointer)


_KINDS = {"String": "string", "Numeric": "number", "Boolean": "boolean", "Timestamp": "string"}


def _in_jsonpath(rule: Json, value: Shape, pointer: Pointer) -> _Condition:
    if not isinstance(rule, Mapping):
        return _Open()
    for name, combined in (("And", _All), ("Or", _Any)):
        if isinstance(rule.get(name), list):
            parts = enumerate(rule[name])
            return combined(tuple(_in_jsonpath(part, value, (*pointer, name, position)) for position, part in parts))
    if "Not" in rule:
        return _Not(_in_jsonpath(rule["Not"], value, (*pointer, "Not")))
    operator = next((key for key in rule if key.startswith(tuple(_KINDS))), None)
    variable = rule.get("Variable")
    if not isinstance(variable, str):
        return _Open()
    if isinstance(rule.get("IsPresent"), bool):
        asked = _IsThere(evaluate_path(variable, value, (*pointer, "Variable"), deep=False)[0])
        return asked if rule["IsPresent"] else _Not(asked)
    if operator is None:
        return _Open()
    kind = next(kind for prefix, kind in _KINDS.items() if operator.startswith(prefix))
    compared = evaluate_path(variable, value, (*pointer, "Variable"), deep=True)[0]
    return Comparison(pointer, compared, kind, (rule[operator],) if operator.endswith("Equals") else ())


def _in_jsonata(node: Node, pointer: Pointer) -> _Condition:
    match node:
        case Block((single,)):
            return _in_jsonata(single, pointer)
        case Binary("and", left, right):
            return _All((_in_jsonata(left, pointer), _in_jsonata(right, pointer)))
        case Binary("or", left, right):
            return _Any((_in_jsonata(left, pointer), _in_jsonata(right, pointer)))
        case Call("exists", (asked,)):
            return _IsThere(plain_value(asked))
        case Call("not", (negated,)):
            return _Not(_in_jsonata(negated, pointer))
        case Binary("=", Literal(value), other) | Binary("=", other, Literal(value)):
            return _compared(other, (value,), pointer)
        case Binary("!=", Literal(value), other) | Binary("!=", other, Literal(value)):
            return _Not(_compared(other, (value,), pointer))
        case Binary("in", other, Array(items)) if all(isinstance(item, Literal) for item in items):
            return _compared(other, tuple(item.value for item in items if isinstance(item, Literal)), pointer)
        case _:
            return _Open()


def _compared(node: Node, literals: tuple[Json, ...], pointer: Pointer) -> _Condition:
    value = plain_value(node)
    kinds = {json_type(literal) for literal in literals}
    if isinstance(value, New) or len(kinds) != 1:
        return _Open()
    return Comparison((*pointer, "Condition"), value, kinds.pop(), literals)


def plain_value(node: Node, result: str | None = None) -> Shape:
    """A variable, or a path of names; anything else is unknown. ``result`` is the root of the state's own result."""
    first, names = node, list[str]()
    if isinstance(node, Path):
        first = node.first
        names = [link.name for link in node.links if isinstance(link, Name)]
        if len(names) != len(node.links):
            return New("a path that is not followed")
    match first, names:
        case Variable("states"), ["input", *rest]:
            return Copy(DOCUMENT, tuple(rest))
        case Variable("states"), ["context", *rest]:
            return Copy(CONTEXT, tuple(rest))
        case Variable("states"), ["result", *rest] if result is not None:
            return Copy(result, tuple(rest))
        case Variable(name), rest if name not in ("", "$", "states"):
            return Copy(f"${name}", tuple(rest))
        case _:
            return New("a value that is not followed")
