"""How the values that a schema allows changed from one version to the next: fewer, more, others, or nobody can tell.

Only what a schema says of the value itself is looked at; its fields and items are values of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aslsplit.asl.source import Json
from aslsplit.compatibility.shift import ANNOTATIONS, Aspect, Says, Shift, Way
from aslsplit.compatibility.values import ALTERNATIVES, VALUES, are_disjoint, shifts_of_values, simpler
from aslsplit.difference.bodies import canonical

__all__ = ["is_closed", "shifts"]

_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_FORMATS: Final = ("format", "pattern", "contentEncoding", "contentMediaType")
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


def is_closed(says: Says) -> bool:
    """An object of which it is said that it has no other fields than those named."""
    return any(says.get(key) is False for key in _CLOSING)


def shifts(before: Says, after: Says) -> tuple[Shift, ...]:
    """
    >>> [(shift.aspect.value, shift.way.value) for shift in shifts({"type": "integer"}, {"type": ["number", "null"]})]
    [('null', 'widened'), ('type', 'widened')]
    """
    one, other = simpler(before), simpler(after)
    if _has_alternatives(one) or _has_alternatives(other):
        # Alternatives are compared with alternatives.
        one, other = before, after
    return tuple(_shifts(one, other))


def _has_alternatives(says: Says) -> bool:
    return any(key in says for key in ALTERNATIVES)


def _shifts(before: Says, after: Says) -> Iterator[Shift]:
    yield from shifts_of_values(before, after)
    entangled = _entangled(before, after)
    otherwise = any(before.get(key) != after.get(key) for key in VALUES)
    if otherwise and _has_alternatives(before) != _has_alternatives(after):
        # What one side says with alternatives, the other may say with types and values.
        entangled |= set(ALTERNATIVES)
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
    if key in ALTERNATIVES:
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
    if key == "oneOf" and not (are_disjoint(one) and are_disjoint(other)):
        return Way.UNKNOWN
    return Way.WIDENED if was < now else Way.NARROWED if now < was else Way.UNKNOWN


def _of_multiples(one: Json, other: Json) -> Way:
    if one <= 0 or other <= 0:
        return Way.UNKNOWN
    if isinstance(one, int) and isinstance(other, int):
        return Way.NARROWED if other % one == 0 else Way.WIDENED if one % other == 0 else Way.CROSSED
    return Way.UNKNOWN


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _told(key: str, value: Json) -> str:
    return f"no {key}" if value is _NOTHING else f"{key} {canonical(value)}"
