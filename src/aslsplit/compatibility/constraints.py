"""How the values that a schema allows changed from one version to the next: fewer, more, others, or nobody can tell.

Only what a schema says of the value itself is looked at; its fields and items are values of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from aslsplit.asl.source import Json
from aslsplit.difference.bodies import canonical

__all__ = ["ANNOTATIONS", "Aspect", "Shift", "Way", "is_closed", "shifts"]


class Way(StrEnum):
    NARROWED = "narrowed"
    WIDENED = "widened"
    CROSSED = "crossed"
    """Some values are no longer allowed, and some are that were not."""

    UNKNOWN = "unknown"

    @property
    def reversed(self) -> Way:
        match self:
            case Way.NARROWED:
                return Way.WIDENED
            case Way.WIDENED:
                return Way.NARROWED
            case Way.CROSSED | Way.UNKNOWN:
                return self


class Aspect(StrEnum):
    TYPE = "type"
    VALUES = "values"
    NULL = "null"
    BOUNDS = "bounds"
    FORMAT = "format"
    MORE_FIELDS = "more fields"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Shift:
    """``before`` and ``after`` are what the schema says, in words."""

    aspect: Aspect
    way: Way
    before: str
    after: str


Says = Mapping[str, Json]

ANNOTATIONS: Final = frozenset(
    {"$schema", "$id", "$anchor", "$comment", "title", "description", "examples", "default", "deprecated"}
    | {"readOnly", "writeOnly"}
)
"""What allows and forbids nothing."""

_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_FORMATS: Final = ("format", "pattern", "contentEncoding", "contentMediaType")
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_CLOSING: Final = ("additionalProperties", "unevaluatedProperties")
_ELSEWHERE: Final = ("allOf", "$ref", "$dynamicRef")
"""What is said there may be said directly on the other side."""

_TOGETHER: Final = (
    frozenset({"if", "then", "else"}),
    frozenset({"contains", "minContains", "maxContains"}),
    frozenset({"items", "prefixItems", "unevaluatedItems"}),
    frozenset({"patternProperties", "additionalProperties", "unevaluatedProperties"}),
)
"""Keywords that mean something only with each other: one that comes or goes tells nothing alone."""

_KINDS: Final = frozenset({"null", "boolean", "string", "number", "object", "array"})


def is_closed(says: Says) -> bool:
    """An object of which it is said that it has no other fields than those named."""
    return any(says.get(key) is False for key in _CLOSING)


def shifts(before: Says, after: Says) -> tuple[Shift, ...]:
    """
    >>> [(shift.aspect.value, shift.way.value) for shift in shifts({"type": "integer"}, {"type": ["number", "null"]})]
    [('null', 'widened'), ('type', 'widened')]
    """
    one, other = _simpler(before), _simpler(after)
    if _has_alternatives(one) or _has_alternatives(other):
        # Alternatives are compared with alternatives.
        one, other = before, after
    return tuple(_shifts(one, other))


def _has_alternatives(says: Says) -> bool:
    return any(key in says for key in _ALTERNATIVES)


def _shifts(before: Says, after: Says) -> Iterator[Shift]:
    yield from _of_values(before, after)
    entangled = _entangled(before, after)
    if any(before.get(key) != after.get(key) for key in _VALUES) and _has_alternatives(before) != _has_alternatives(
        after
    ):
        # What one side says with alternatives, the other may say with types and values.
        entangled |= set(_ALTERNATIVES)
    for key in dict.fromkeys((*before, *after)):
        if key in ANNOTATIONS or key in ("type", "enum", "const"):
            continue
        one, other = before.get(key, _NOTHING), after.get(key, _NOTHING)
        foreign = key in ("$ref", "$dynamicRef") and not all(_is_local(side) for side in (one, other))
        if _same(one, other) and not foreign:
            continue
        said_otherwise = _NOTHING in (one, other) and key in _ELSEWHERE
        way = Way.UNKNOWN if foreign or said_otherwise or key in entangled else _way(key, one, other)
        if way is not None:
            yield Shift(_aspect(key), way, _told(key, one), _told(key, other))


_NOTHING: Final = object()


def _is_local(reference: object) -> bool:
    return reference is _NOTHING or (isinstance(reference, str) and reference.startswith("#"))


def _same(one: Json, other: Json) -> bool:
    if one is _NOTHING or other is _NOTHING:
        return one is other
    return canonical(one) == canonical(other)


def _entangled(before: Says, after: Says) -> frozenset[str]:
    """Keywords of a group of which both sides have something, or several are there."""
    found: set[str] = set()
    for group in _TOGETHER:
        present = (before.keys() | after.keys()) & group
        if len(present) > 1:
            found |= present
    return frozenset(found)


def _aspect(key: str) -> Aspect:
    if key in _LOWER or key in _UPPER or key in ("multipleOf", "uniqueItems"):
        return Aspect.BOUNDS
    if key in _FORMATS:
        return Aspect.FORMAT
    return Aspect.MORE_FIELDS if key in _CLOSING else Aspect.OTHER


def _way(key: str, one: Json, other: Json) -> Way | None:
    """None where two ways of saying it allow the same."""
    if key in _CLOSING:
        return _of_closing(one, other)
    if key == "uniqueItems":
        was, now = one is True, other is True
        return None if was == now else Way.NARROWED if now else Way.WIDENED
    if one is _NOTHING or other is _NOTHING:
        # Whatever is said beside what was said before can only forbid.
        return Way.NARROWED if one is _NOTHING else Way.WIDENED
    if key in _ALTERNATIVES:
        return _of_alternatives(key, one, other)
    if not (_is_number(one) and _is_number(other)):
        return Way.CROSSED if key == "format" else Way.UNKNOWN
    if key == "multipleOf":
        return _of_multiples(one, other)
    if key in _LOWER:
        return Way.NARROWED if other > one else Way.WIDENED
    if key in _UPPER:
        return Way.NARROWED if other < one else Way.WIDENED
    return Way.UNKNOWN


def _of_closing(one: Json, other: Json) -> Way | None:
    was, now = (True if side is _NOTHING or side == {} else side for side in (one, other))
    if _same(was, now):
        return None
    if was is True or now is False:
        return Way.NARROWED
    return Way.WIDENED if now is True or was is False else Way.UNKNOWN


def _of_alternatives(key: str, one: Json, other: Json) -> Way:
    """More alternatives allow more; of ``oneOf`` only if no two of them allow the same value."""
    if not isinstance(one, list) or not isinstance(other, list):
        return Way.UNKNOWN
    was, now = {canonical(part) for part in one}, {canonical(part) for part in other}
    if key == "oneOf" and not (_disjoint(one) and _disjoint(other)):
        return Way.UNKNOWN
    return Way.WIDENED if was < now else Way.NARROWED if now < was else Way.UNKNOWN


def _disjoint(parts: list[Json]) -> bool:
    """By their types or their fixed values."""
    if not all(isinstance(part, dict) and _is_readable(part) for part in parts):
        return False
    allowed = [_allowed(part) for part in parts]
    return not any(
        _expanded(kinds) & _expanded(others) and (fixed is None or other is None or fixed & other)
        for (kinds, fixed), (others, other) in combinations(allowed, 2)
    )


def _of_multiples(one: Json, other: Json) -> Way:
    if one <= 0 or other <= 0:
        return Way.UNKNOWN
    if isinstance(one, int) and isinstance(other, int):
        return Way.NARROWED if other % one == 0 else Way.WIDENED if one % other == 0 else Way.CROSSED
    return Way.UNKNOWN


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- types and fixed values -----------------------------------------------------------------------------------------


def _of_values(before: Says, after: Says) -> Iterator[Shift]:
    (was, fixed_before), (now, fixed_after) = _allowed(before), _allowed(after)
    if unreadable := [says for says in (before, after) if not _is_readable(says)]:
        if {key: before.get(key) for key in _VALUES} != {key: after.get(key) for key in _VALUES} or len(unreadable) < 2:
            yield Shift(Aspect.OTHER, Way.UNKNOWN, _values_told(before), _values_told(after))
        return
    told = _values_told(before), _values_told(after)
    if _takes_null_apart(was, now):
        yield Shift(Aspect.NULL, Way.WIDENED if "null" in now else Way.NARROWED, *told)
        was, now = was - {"null"}, now - {"null"}
        fixed_before, fixed_after = (
            None if listed is None else listed - {"null"} for listed in (fixed_before, fixed_after)
        )
    fixed = fixed_before is not None or fixed_after is not None
    way = _of_fixed(fixed_before, was, fixed_after, now) if fixed else _between(_expanded(was), _expanded(now))
    if way is not None:
        yield Shift(Aspect.VALUES if fixed else Aspect.TYPE, way, *told)


_VALUES: Final = ("type", "enum", "const")


def _is_readable(says: Says) -> bool:
    kinds, fixed = says.get("type", []), says.get("enum", [])
    named = kinds if isinstance(kinds, list) else [kinds]
    return isinstance(fixed, list) and all(isinstance(kind, str) and kind in {*_KINDS, "integer"} for kind in named)


def _allowed(says: Says) -> tuple[frozenset[str], frozenset[str] | None]:
    """The types that a value may have, and the values, each as text, if they are listed."""
    kinds = says.get("type")
    named = frozenset([kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else _KINDS)
    fixed: list[Json] | None = None
    if "const" in says:
        fixed = [says["const"]]
    elif isinstance(says.get("enum"), list):
        fixed = says["enum"]
    if fixed is None:
        return named, None
    possible = [value for value in fixed if _kind_of(value) in named or ("number" in named and _is_number(value))]
    return frozenset(map(_kind_of, possible)), frozenset(map(canonical, possible))


def _kind_of(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _takes_null_apart(was: frozenset[str], now: frozenset[str]) -> bool:
    """Null came or went beside other types, where something is said of types at all."""
    return ("null" in was) != ("null" in now) and bool(was - {"null"} and now - {"null"}) and _KINDS not in (was, now)


def _expanded(kinds: frozenset[str]) -> frozenset[str]:
    """A number is an integer or another number."""
    return (kinds - {"number"}) | {"integer", "fraction"} if "number" in kinds else kinds


def _between(was: frozenset[str], now: frozenset[str]) -> Way | None:
    if was == now:
        return None
    return Way.NARROWED if now < was else Way.WIDENED if was < now else Way.CROSSED


def _of_fixed(
    fixed_before: frozenset[str] | None, was: frozenset[str], fixed_after: frozenset[str] | None, now: frozenset[str]
) -> Way | None:
    if fixed_before is not None and fixed_after is not None:
        return _between(fixed_before, fixed_after)
    if fixed_before is None:
        return Way.NARROWED if now <= was or _expanded(now) <= _expanded(was) else Way.CROSSED
    return Way.WIDENED if was <= now or _expanded(was) <= _expanded(now) else Way.CROSSED


def _simpler(says: Says) -> Says:
    """Alternatives that differ in their type alone are a list of types."""
    for key in _ALTERNATIVES:
        parts = says.get(key)
        if "type" in says or not isinstance(parts, list) or not parts:
            continue
        if all(
            isinstance(part, dict) and not part.keys() - ANNOTATIONS - {"type"} and "type" in part for part in parts
        ):
            kinds = [_allowed(part)[0] for part in parts]
            if key == "anyOf" or _disjoint(parts):
                rest = {name: value for name, value in says.items() if name != key}
                return {**rest, "type": sorted(frozenset().union(*kinds))}
    return says


def _values_told(says: Says) -> str:
    if "const" in says:
        return canonical(says["const"])
    if isinstance(says.get("enum"), list):
        return " or ".join(map(canonical, says["enum"])) or "nothing"
    kinds = says.get("type")
    named = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
    return " or ".join(map(str, named)) if named else "anything" if "type" not in says else canonical(kinds)


def _told(key: str, value: Json) -> str:
    return f"no {key}" if value is _NOTHING else f"{key} {canonical(value)}"
