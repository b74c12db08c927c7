"""What has to hold for a Choice to take a transition, in JSONata mode: values for what its conditions test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from aslsplit.asl.jsonata_tree import Array, Binary, Block, Call, Conditional, Literal, Node
from aslsplit.asl.source import Json
from aslsplit.verify.places import LENGTH, PRESENT, Value
from aslsplit.verify.refs import Environment, Ref, bound, other_than, refs_of_node

__all__ = ["Assignment", "all_of", "ways_of_node"]

Assignment = Mapping[Ref, Value]
"""What to put where. For PRESENT among the steps, whether it is there."""

_MOST_WAYS = 8
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def all_of(alternatives: Sequence[Sequence[Assignment]]) -> Iterator[Assignment]:
    """All of them together; the alternatives of each one in step, then one varied while the others stay."""
    if any(not ways for ways in alternatives):
        return
    for turn in range(max((len(ways) for ways in alternatives), default=1)):
        yield _merged([ways[min(turn, len(ways) - 1)] for ways in alternatives])
    for position, ways in enumerate(alternatives):
        for way in ways[1:]:
            yield _merged([way if other == position else known[0] for other, known in enumerate(alternatives)])


def _merged(assignments: Sequence[Assignment]) -> Assignment:
    merged: dict[Ref, Value] = {}
    for assignment in assignments:
        merged |= assignment
    return merged


def ways_of_node(node: Node, outcome: bool, known: Environment) -> Iterator[Assignment]:
    """Assignments that give the expression this outcome, simplest first."""
    yield from islice(_ways(node, outcome, known), _MOST_WAYS)


def _ways(node: Node, outcome: bool, known: Environment) -> Iterator[Assignment]:
    match node:
        case Literal(value):
            if bool(value) is outcome:
                yield {}
        case Block(expressions) if expressions:
            yield from _ways(expressions[-1], outcome, bound(expressions[:-1], known))
        case Binary("and" | "or" as operator, left, right):
            if (operator == "and") is outcome:
                yield from all_of([list(ways_of_node(side, outcome, known)) for side in (left, right)])
            else:
                yield from ways_of_node(left, outcome, known)
                yield from ways_of_node(right, outcome, known)
        case Call("not", (inner,)):
            yield from _ways(inner, not outcome, known)
        case Call("boolean", (inner,)):
            yield from _ways(inner, outcome, known)
        case Call("exists", (inner,)):
            refs = list(refs_of_node(inner, (), known))
            if refs:
                yield {ref.at(PRESENT): outcome for ref in refs}
        case Call("contains" | "match", (text, Literal(str(part)))):
            yield from _put(text, [part] if outcome else ["other"], known)
        case Conditional(condition, then, otherwise):
            for chosen, holds in ((then, True), (otherwise, False)):
                if chosen is not None:
                    yield from all_of(
                        [list(ways_of_node(condition, holds, known)), list(ways_of_node(chosen, outcome, known))]
                    )
        case Binary(operator, left, right) if operator in _OPERATORS:
            yield from _compared(operator, left, right, outcome, known)
        case _:
            yield from _truthy(node, outcome, known)


_OPERATORS = ("=", "!=", "<", ">", "<=", ">=", "in")


def _truthy(node: Node, outcome: bool, known: Environment) -> Iterator[Assignment]:
    for ref in refs_of_node(node, (), known):
        if ref.steps[-1:] == (LENGTH,):
            yield {ref: 2 if outcome else 0}
        else:
            yield {ref: outcome}


def _compared(operator: str, left: Node, right: Node, outcome: bool, known: Environment) -> Iterator[Assignment]:
    match left, right:
        case _, Literal(value) if operator != "in":
            yield from _put(left, _values(operator, value, outcome), known)
        case Literal(value), _ if operator != "in":
            yield from _put(right, _values(_FLIPPED.get(operator, operator), value, outcome), known)
        case _, Array(items) if operator == "in":
            members = [item.value for item in items if isinstance(item, Literal)]
            yield from _put(left, members if outcome else ["other"], known)
        case Literal(value), _:
            yield from _put(right, [[value]] if outcome else [["other"]], known)
        case _:
            low, high = (1, 1) if (operator in ("=", "<=", ">=", "in")) is outcome else (1, 2)
            first, second = list(refs_of_node(left, (), known)), list(refs_of_node(right, (), known))
            for one, other in ((low, high), (high, low)):
                yield {**dict.fromkeys(first, one), **dict.fromkeys(second, [other] if operator == "in" else other)}


def _put(node: Node, values: Sequence[Json], known: Environment) -> Iterator[Assignment]:
    refs = list(refs_of_node(node, (), known))
    for value in values:
        if refs:
            yield dict.fromkeys(refs, value)


def _values(operator: str, value: Json, outcome: bool) -> Sequence[Json]:
    """Values that give ``value at the left, operator, this value`` the outcome."""
    if operator in ("=", "!="):
        return [value] if (operator == "=") is outcome else [other_than(value), *_lower(value)]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return []
    more: Json = value + "~" if isinstance(value, str) else value + 1
    less: Json = "" if isinstance(value, str) else value - 1
    match operator, outcome:
        case (">", True) | ("<=", False):
            return [more]
        case ("<", True) | (">=", False):
            return [less]
        case (">=", True) | ("<", False):
            return [value, more]
        case _:
            return [value, less]


def _lower(value: Json) -> Sequence[Json]:
    return [value - 1] if isinstance(value, int | float) and not isinstance(value, bool) else []
