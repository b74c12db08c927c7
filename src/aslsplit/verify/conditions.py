"""What has to hold for a Choice to take a transition, in JSONata mode: values for what its conditions test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from aslsplit.asl.jsonata_tree import Array, Binary, Block, Call, Conditional, Literal, Node
from aslsplit.asl.source import Json
from aslsplit.verify.places import LENGTH, PRESENT, Value
from aslsplit.verify.refs import Environment, Ref, bound, other_than, refs_of_node

__all__ = ["Assignment", "Beside", "all_of", "beside", "ways_of_node"]


@dataclass(frozen=True, slots=True)
class Beside:
    """The value that another reference has at that time, or one a little larger or smaller. ``listed``: in an array."""

    ref: Ref
    by: int = 0
    listed: bool = False

    def of(self, seen: Json) -> Json:
        if self.listed:
            return [seen]
        if self.by == 0:
            return seen
        if isinstance(seen, int | float) and not isinstance(seen, bool):
            return seen + self.by
        if isinstance(seen, str):
            return seen + "~" if self.by > 0 else ""
        return "other"


Assignment = Mapping[Ref, Value | Beside]
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
    merged: dict[Ref, Value | Beside] = {}
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
        case Call("contains", (text, part)):
            ones, others = list(refs_of_node(text, (), known)), list(refs_of_node(part, (), known))
            yield from beside("=", ones, others, outcome)
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
    first, second = constant(left), constant(right)
    if operator == "in":
        yield from _contained(left, right, outcome, known)
    elif second is not None:
        yield from _put(left, _values(operator, second.value, outcome), known)
    elif first is not None:
        yield from _put(right, _values(_FLIPPED.get(operator, operator), first.value, outcome), known)
    else:
        ones, others = list(refs_of_node(left, (), known)), list(refs_of_node(right, (), known))
        yield from beside(operator, ones, others, outcome)
        yield from beside(_FLIPPED.get(operator, operator), others, ones, outcome)


def _contained(left: Node, right: Node, outcome: bool, known: Environment) -> Iterator[Assignment]:
    value = constant(left)
    if isinstance(right, Array):
        members = [item.value for item in right.items if isinstance(item, Literal)]
        yield from _put(left, members if outcome else ["other"], known)
    elif value is not None:
        yield from _put(right, [[value.value]] if outcome else [["other"]], known)
    else:
        for one in refs_of_node(left, (), known):
            for ref in refs_of_node(right, (), known):
                yield {ref: Beside(one, listed=True) if outcome else ["other"]}


def beside(operator: str, tested: Sequence[Ref], others: Sequence[Ref], outcome: bool) -> Iterator[Assignment]:
    """Values for ``tested`` that give its comparison with what one of the others is at that time the outcome."""
    equal = operator in ("=", "<=", ">=") if outcome else operator in ("!=", "<", ">")
    more = operator in (">", ">=", "!=") if outcome else operator in ("<", "<=", "=")
    for other in others:
        if tested:
            yield dict.fromkeys(tested, Beside(other, 0 if equal else 1 if more else -1))


def constant(node: Node) -> Literal | None:
    """The value of an expression that reads nothing."""
    match node:
        case Literal():
            return node
        case Block((inner,)):
            return constant(inner)
        case Binary("+" | "-" | "*" as operator, left, right):
            first, second = constant(left), constant(right)
            if first is None or second is None or not _are_numbers(first.value, second.value):
                return None
            values = {"+": first.value + second.value, "-": first.value - second.value}
            return Literal(values[operator] if operator in values else first.value * second.value)
        case _:
            return None


def _are_numbers(*values: Json) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


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
