"""Inputs as the user's schema describes them: with all that it requires, and of the types that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json
from aslsplit.verify.kinds import Kind, fits, sample

__all__ = ["NOTHING_EXPECTED", "Expected", "kinds_of"]


@dataclass(frozen=True, slots=True)
class Expected:
    """``required`` are the places that every input has, ``kinds`` what a value may be if it is there."""

    required: frozenset[Stem] = frozenset()
    kinds: Mapping[Stem, tuple[Kind, ...]] = field(default_factory=dict)

    def fulfilled(self, value: Json) -> Json:
        """The value itself where it is as expected already."""
        # What is around a place is made with it.
        for stem in sorted(self.required, key=lambda stem: (-len(stem), stem)):
            value = _with(value, stem, self.kinds.get(stem, (Kind.TEXT,))[0])
        for stem in sorted(self.kinds):
            value = _of_kind(value, stem, self.kinds[stem])
        return value


NOTHING_EXPECTED = Expected()


def kinds_of(types: Sequence[str]) -> tuple[Kind, ...]:
    """Of the types in a JSON Schema."""
    return tuple(_KINDS[name] for name in types)


_KINDS: Mapping[str, Kind] = {
    "string": Kind.TEXT,
    "number": Kind.NUMBER,
    "integer": Kind.INTEGER,
    "boolean": Kind.BOOLEAN,
    "array": Kind.ARRAY,
    "object": Kind.OBJECT,
    "null": Kind.NULL,
}


def _with(value: Json, stem: Stem, kind: Kind) -> Json:
    """``value`` itself where the place exists."""
    if not stem:
        return value
    if not isinstance(value, dict):
        value = {}
    name, below = stem[0], stem[1:]
    if name not in value:
        return {**value, name: _with({}, below, kind) if below else sample(kind, name)}
    member = _with(value[name], below, kind)
    return value if member is value[name] else {**value, name: member}


def _of_kind(value: Json, stem: Stem, kinds: Sequence[Kind], name: str = "input") -> Json:
    if not stem:
        return value if any(fits(kind, value) for kind in kinds) else sample(kinds[0], name)
    if not isinstance(value, dict) or stem[0] not in value:
        return value
    member = _of_kind(value[stem[0]], stem[1:], kinds, stem[0])
    return value if member is value[stem[0]] else {**value, stem[0]: member}
