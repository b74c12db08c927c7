"""Settings: literals that differ between the sites of a shared child, and that each call therefore sends along.

A literal can become one where the field takes a reference instead, so that the state does the same with it as before.
Where none can stand the sites are not equal, and the difference is told with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.model import State, StateType
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.placeholders import Placeholder, tokens_in
from aslsplit.asl.source import Json, Pointer
from aslsplit.plan.naming import camel, free, words_of

__all__ = [
    "Same",
    "Setting",
    "Spot",
    "Unequal",
    "Unsettable",
    "same_where_deployed",
    "settings_of",
    "spots_of",
    "value_in",
]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the sites have different literals: a state of the first site, the way to the field in it, and what the
    field is called that holds a reference instead."""

    state: str
    field: Pointer
    key: str | int


@dataclass(frozen=True, slots=True)
class Unequal:
    """A field in which two states differ although none of them could be sent: for which ``reason``."""

    one: State
    other: State
    field: Pointer
    reason: str


@dataclass(frozen=True, slots=True)
class Setting:
    """``values`` are those of the sites, the first one's first."""

    name: str
    spots: tuple[Spot, ...]
    values: tuple[Json, ...]


Same = Callable[[Json, Json], bool]


def same_where_deployed(vouched: Collection[str]) -> Same:
    """For two machines that are deployed apart: a text with a placeholder in it may become two things, unless somebody
    has ``vouched`` for each."""

    def same(one: Json, other: Json) -> bool:
        filled = {*_tokens(one)} - _SAME_WHEREVER_IT_IS_CALLED
        return strictly_equal(one, other) and all(f"${{{token}}}" in vouched for token in filled)

    return same


_SAME_WHEREVER_IT_IS_CALLED: Final = frozenset({"AWS::Partition", "AWS::Region"})
"""A state machine is not called from another region."""


def _tokens(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield from tokens_in(value)
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from (*tokens_in(key), *_tokens(member))
    elif isinstance(value, list):
        for item in value:
            yield from _tokens(item)


class Unsettable(ValueError):
    """Says why no reference can stand in a field."""


def spots_of(one: State, other: State, *, apart: bool, same: Same = strictly_equal) -> Iterator[Spot | Unequal]:
    """Where two states differ, beside names, targets and comments. ``apart``: they run in an execution of their own,
    that of an item of a distributed Map, which is not sent anything. ``same`` says whether two values are."""
    for field in _differences(one.body, other.body, same):
        try:
            if apart:
                raise Unsettable("it runs in the execution of an item, which the call does not reach")
            yield _spot(one, other, field)
        except Unsettable as reason:
            yield Unequal(one, other, field, str(reason))


def settings_of(spots: Collection[Spot], sites: Sequence[Mapping[str, State]]) -> tuple[Setting, ...]:
    """``sites`` have, for the first site and each other, the states that stand where a state of the first one does.

    Equal values under one name are sent once.
    """
    outermost = [spot for spot in spots if not any(_lies_inside(spot, other) for other in spots)]
    found: list[Setting] = []
    for spot in dict.fromkeys(outermost):
        values = tuple(value_in(site[spot.state].body, spot.field) for site in sites)
        word = next(part for part in reversed(spot.field) if isinstance(part, str))
        wanted = camel(words_of(word.removesuffix(".$")))
        same = (one for one in found if one.name == wanted and strictly_equal(list(one.values), list(values)))
        if (known := next(same, None)) is not None:
            found[found.index(known)] = Setting(known.name, (*known.spots, spot), values)
            continue
        taken = [setting.name for setting in found]
        if wanted in taken:
            wanted = camel((*words_of(spot.state), *words_of(word)))
        found.append(Setting(free(wanted, taken), (spot,), values))
    return tuple(found)


def value_in(body: Json, field: Pointer) -> Json:
    for part in field:
        body = body[part]
    return body


def _lies_inside(inner: Spot, outer: Spot) -> bool:
    length = len(outer.field)
    return inner.state == outer.state and len(inner.field) > length and inner.field[:length] == outer.field


# --- where two states differ ----------------------------------------------------------------------------------------

_ELSEWHERE: Final = ("Comment", "Next", "End", "Default", "StartAt", "States")
"""What is a matter of names and transitions, or of none at all."""

_RULES: Final = ("Choices", "Catch", "Retry")
_SCOPES: Final = ("ItemProcessor", "Iterator", "Branches")


def _differences(one: Mapping[str, Json], other: Mapping[str, Json], same: Same) -> Iterator[Pointer]:
    for key in dict.fromkeys((*one, *other)):
        if key in _ELSEWHERE:
            continue
        if key not in one or key not in other:
            yield (key,)
        elif key in (*_RULES, *_SCOPES):
            left, right = (value if isinstance(value, list) else [value] for value in (one[key], other[key]))
            if len(left) != len(right):
                yield (key,)
                continue
            numbers = [(number,) if isinstance(one[key], list) else () for number in range(len(left))]
            for number, mine, theirs in zip(numbers, left, right, strict=True):
                yield from ((key, *number, *below) for below in _differences(mine, theirs, same))
        else:
            yield from ((key, *below) for below in _apart(one[key], other[key], same))


def _apart(one: Json, other: Json, same: Same) -> Iterator[Pointer]:
    """The innermost values that differ, whatever the order of fields."""
    if (
        isinstance(one, dict)
        and isinstance(other, dict)
        and one.keys() == other.keys()
        and all(same(k, k) for k in one)
    ):
        for key in one:
            yield from ((key, *below) for below in _apart(one[key], other[key], same))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from ((number, *below) for below in _apart(mine, theirs, same))
    elif not same(one, other):
        yield ()


# --- where a reference can stand ------------------------------------------------------------------------------------

_EXPRESSIONS: Final = ("Arguments", "Output", "Assign", "ItemSelector")
_SINGLE_EXPRESSIONS: Final = ("Seconds", "Timestamp", "TimeoutSeconds", "HeartbeatSeconds")
_TEMPLATES: Final = ("Parameters", "ItemSelector", "ResultSelector", "Assign")
_COMPARED: Final = tuple(
    f"{kind}{operator}"
    for kind in ("String", "Numeric", "Timestamp", "Boolean")
    for operator in ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
    if kind != "Boolean" or operator == "Equals"
)
"""The comparisons that may also be made with what a path leads to."""


def _spot(one: State, other: State, field: Pointer) -> Spot:
    """Raises Unsettable."""
    if field[0] == "Resource":
        raise Unsettable("a Resource takes no reference")
    found = _in_jsonata(one, field) if one.query_language == "JSONata" else _in_jsonpath(one, field)
    for state in (one, other):
        try:
            value = value_in(state.body, found.field)
        except (KeyError, IndexError, TypeError):
            raise Unsettable("only one of them has it") from None
        if value is None and found.key == "InputPath":
            raise Unsettable("a path to null and no path are different things there")
        _check_literal(value, state)
    return found


def _in_jsonata(state: State, field: Pointer) -> Spot:
    root = field[2:] if field[0] in ("Choices", "Catch") else field
    if not root or not (root[0] in _EXPRESSIONS or (len(field) == 1 and field[0] in _SINGLE_EXPRESSIONS)):
        raise Unsettable("no expression can stand there instead")
    if root == ("Assign",):
        raise Unsettable("they assign other variables")
    return Spot(state.name, field, field[-1])


def _in_jsonpath(state: State, field: Pointer) -> Spot:
    if field[0] == "Result" and state.type is StateType.PASS and not {"InputPath", "Parameters"} & state.body.keys():
        return Spot(state.name, ("Result",), "InputPath")
    if field[0] == "Choices" and field[-1] in _COMPARED:
        return Spot(state.name, field, f"{field[-1]}Path")
    root = 2 if field[0] in ("Choices", "Catch") else 0
    if len(field) <= root or field[root] not in _TEMPLATES:
        raise Unsettable("no path can stand there instead")
    # An item of a list takes no reference; the field that holds the list does.
    while isinstance(field[-1], int):
        field = field[:-1]
    if len(field) <= root + 1:
        raise Unsettable("they have other fields")
    if str(field[-1]).endswith(".$"):
        raise Unsettable("it is no literal: they read other places, or make something else of them")
    return Spot(state.name, field, f"{field[-1]}.$")


def _check_literal(value: Json, state: State) -> None:
    if isinstance(value, Placeholder):
        raise Unsettable("the template fills it in")
    if isinstance(value, str) and state.query_language == "JSONata" and expression_in(value) is not None:
        raise Unsettable("it is an expression and no literal")
    if isinstance(value, dict):
        if state.query_language == "JSONPath" and any(key.endswith(".$") for key in value):
            raise Unsettable("it is no literal: part of it is read from the document")
        for member in value.values():
            _check_literal(member, state)
    if isinstance(value, list):
        for item in value:
            _check_literal(item, state)
