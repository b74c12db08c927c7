"""The types and the fixed values that a schema allows, and whether there are fewer or more of them than there were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from aslsplit.asl.source import Json
from aslsplit.compatibility.shift import ANNOTATIONS, Aspect, Says, Shift, Way
from aslsplit.difference.bodies import canonical
from aslsplit.interpreter.values import type_name

__all__ = ["ALTERNATIVES", "VALUES", "are_disjoint", "shifts_of_values", "simpler"]

VALUES: Final = ("type", "enum", "const")
ALTERNATIVES: Final = ("anyOf", "oneOf")
_KINDS: Final = frozenset({"null", "boolean", "string", "number", "object", "array"})


@dataclass(frozen=True, slots=True)
class _Allowed:
    """``listed`` are the values, as text, if only some are allowed; ``kinds`` are the types of values there can be."""

    kinds: frozenset[str]
    listed: frozenset[str] | None

    @property
    def finer(self) -> frozenset[str]:
        """A number is an integer or another number."""
        return (self.kinds - {"number"}) | {"integer", "fraction"} if "number" in self.kinds else self.kinds

    def without_null(self) -> _Allowed:
        return _Allowed(self.kinds - {"null"}, None if self.listed is None else self.listed - {"null"})


def shifts_of_values(before: Says, after: Says) -> Iterator[Shift]:
    was, now = _allowed(before), _allowed(after)
    told = _told(before), _told(after)
    if was is None or now is None:
        if any(canonical(before.get(key)) != canonical(after.get(key)) for key in VALUES):
            yield Shift(Aspect.OTHER, Way.UNKNOWN, *told)
        return
    if _null_came_or_went(was.kinds, now.kinds):
        yield Shift(Aspect.NULL, Way.WIDENED if "null" in now.kinds else Way.NARROWED, *told)
        was, now = was.without_null(), now.without_null()
    listed = was.listed is not None or now.listed is not None
    if (way := _way(was, now)) is not None:
        yield Shift(Aspect.VALUES if listed else Aspect.TYPE, way, *told)


def are_disjoint(parts: Sequence[Json]) -> bool:
    """No value is allowed by two of the schemas, as their types or fixed values tell."""
    allowed = [_allowed(part) if isinstance(part, dict) else None for part in parts]
    return None not in allowed and not any(
        one.finer & other.finer and (one.listed is None or other.listed is None or one.listed & other.listed)
        for one, other in combinations([one for one in allowed if one is not None], 2)
    )


def simpler(says: Says) -> Says:
    """Alternatives that differ in their type alone are a list of types."""
    for key in ALTERNATIVES:
        parts = says.get(key)
        if "type" in says or not isinstance(parts, list) or not parts or not all(map(_says_a_type_only, parts)):
            continue
        if key == "anyOf" or are_disjoint(parts):
            allowed = [_allowed(part) for part in parts]
            kinds = frozenset().union(*(one.kinds for one in allowed if one is not None))
            return {**{name: value for name, value in says.items() if name != key}, "type": sorted(kinds)}
    return says


def _says_a_type_only(schema: Json) -> bool:
    return (
        isinstance(schema, dict)
        and "type" in schema
        and not schema.keys() - ANNOTATIONS - {"type"}
        and _allowed(schema) is not None
    )


def _allowed(says: Says) -> _Allowed | None:
    """None where it says something that no JSON Schema says."""
    kinds, enum = says.get("type", sorted(_KINDS)), says.get("enum")
    named = kinds if isinstance(kinds, list) else [kinds]
    if not all(isinstance(kind, str) and kind in {*_KINDS, "integer"} for kind in named):
        return None
    if "enum" in says and not isinstance(enum, list):
        return None
    listed = enum if isinstance(enum, list) else None
    if "const" in says:
        agreeing = listed is None or canonical(says["const"]) in map(canonical, listed)
        listed = [says["const"]] if agreeing else []
    if listed is None:
        return _Allowed(frozenset(named), None)
    possible = [value for value in listed if type_name(value) in named or _kind_of(value) in named]
    return _Allowed(frozenset(map(_kind_of, possible)), frozenset(map(canonical, possible)))


def _kind_of(value: Json) -> str:
    return "integer" if type_name(value) == "number" and isinstance(value, int) else type_name(value)


def _null_came_or_went(was: frozenset[str], now: frozenset[str]) -> bool:
    """Beside other types, where something is said of types at all."""
    return ("null" in was) != ("null" in now) and bool(was - {"null"} and now - {"null"}) and _KINDS not in (was, now)


def _way(was: _Allowed, now: _Allowed) -> Way | None:
    if was.listed is not None and now.listed is not None:
        return _between(was.listed, now.listed)
    if was.listed is None and now.listed is None:
        return _between(was.finer, now.finer)
    if was.listed is None:
        return Way.NARROWED if now.finer <= was.finer else Way.CROSSED
    return Way.WIDENED if was.finer <= now.finer else Way.CROSSED


def _between(was: frozenset[str], now: frozenset[str]) -> Way | None:
    if was == now:
        return None
    return Way.NARROWED if now < was else Way.WIDENED if was < now else Way.CROSSED


def _told(says: Says) -> str:
    if "const" in says:
        return canonical(says["const"])
    if isinstance(says.get("enum"), list):
        return " or ".join(map(canonical, says["enum"])) or "nothing"
    kinds = says.get("type")
    named = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
    return " or ".join(map(str, named)) if named else "anything" if "type" not in says else canonical(kinds)
