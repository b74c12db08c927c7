"""A JSON Schema as the shapes that type systems have: structures, lists, alternatives, literals.

What a schema says beyond that (bounds, patterns, what must not be) is not lost on those who validate; for a type it is
too much. A keyword that changes what a value may be, and that is not known here, makes it ``ANYTHING``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from itertools import count
from typing import Final

from aslsplit.asl.source import Json

__all__ = [
    "Alternatives",
    "Basic",
    "Field",
    "Listing",
    "Literals",
    "Mapped",
    "Reader",
    "Shape",
    "Struct",
    "Title",
    "pascal_case",
    "structs_in",
]


class Basic(Enum):
    ANYTHING = "anything"
    TEXT = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Literals:
    """One of these scalars; never empty."""

    values: tuple[str | int | float | bool | None, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    item: Shape


@dataclass(frozen=True, slots=True)
class Mapped:
    """An object whose keys are data."""

    value: Shape


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    shape: Shape
    required: bool
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Struct:
    """``name`` is unique in a ``Reader``. Values may have more fields than these: contracts are open."""

    name: str
    fields: tuple[Field, ...]
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Alternatives:
    options: tuple[Shape, ...]


Shape = Basic | Literals | Listing | Mapped | Struct | Alternatives

_OTHER_KEYWORDS: Final = (
    "allOf",
    "not",
    "if",
    "dependentSchemas",
    "prefixItems",
    "$dynamicRef",
    "unevaluatedProperties",
)
_BASIC: Final = {basic.value: basic for basic in Basic if basic is not Basic.ANYTHING}
_DEEPEST: Final = 60


@dataclass(frozen=True, slots=True)
class Title:
    """What a structure is called: by the child, the outcome or entry if there are several, and the part of a
    contract."""

    child: str
    part: str
    which: str = ""

    def __str__(self) -> str:
        return f"{self.child}{self.which}{self.part}"

    def inside(self, key: str) -> Title:
        """The parts of a message are called by their own names: the request of ``PaymentInput`` is ``PaymentRequest``.
        What every message of a kind has alike is called after the kind."""
        if self.part not in ("Input", "Output"):
            return Title(self.child, f"{self.part}{pascal_case(key)}", self.which)
        if key == "meta":
            return Title(self.child, f"{self.part}Meta")
        return Title(self.child, pascal_case(key), self.which)


class Reader:
    """Reads the schemas of one file to be; its structures have names of their own."""

    def __init__(self) -> None:
        self._taken: dict[str, Struct | None] = {}

    def shape_of(self, schema: Json, title: Title) -> Shape:
        return self._shape(schema, title, schema if isinstance(schema, dict) else {}, 0)

    def _shape(self, schema: Json, title: Title, root: Mapping[str, Json], depth: int) -> Shape:
        if not isinstance(schema, dict) or depth > _DEEPEST or any(key in schema for key in _OTHER_KEYWORDS):
            return Basic.ANYTHING
        if "$ref" in schema:
            found = _definition(schema["$ref"], root)
            return Basic.ANYTHING if found is None else self._shape(found, title, root, depth + 1)
        if "const" in schema:
            return _literals([schema["const"]])
        if isinstance(schema.get("enum"), list):
            return _literals(schema["enum"])
        for several in ("oneOf", "anyOf"):
            if isinstance(schema.get(several), list):
                return self._alternatives(schema[several], title, root, depth)
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return _one_or_several([self._of_kind(kind, schema, title, root, depth) for kind in kinds])
        return self._of_kind(kinds, schema, title, root, depth)

    def _alternatives(self, schemas: list[Json], title: Title, root: Mapping[str, Json], depth: int) -> Shape:
        words = [_told_apart(schema) or f"Form{number}" for number, schema in enumerate(schemas, start=1)]
        titles = [replace(title, which=title.which + word) for word in words]
        return _one_or_several(
            [self._shape(schema, one, root, depth + 1) for schema, one in zip(schemas, titles, strict=True)]
        )

    def _of_kind(
        self, kind: Json, schema: Mapping[str, Json], title: Title, root: Mapping[str, Json], depth: int
    ) -> Shape:
        if kind == "array":
            return Listing(self._shape(schema.get("items", {}), title.inside("item"), root, depth + 1))
        if kind == "object":
            return self._object(schema, title, root, depth)
        # Without a type nothing makes it an object, even where the schema says what an object would hold.
        return _BASIC.get(kind, Basic.ANYTHING) if isinstance(kind, str) else Basic.ANYTHING

    def _object(self, schema: Mapping[str, Json], title: Title, root: Mapping[str, Json], depth: int) -> Shape:
        properties, rest = schema.get("properties"), schema.get("additionalProperties", {})
        if not isinstance(properties, dict) or not properties:
            return Mapped(self._shape(rest, title.inside("value"), root, depth + 1))
        required = schema.get("required")
        fields = tuple(
            Field(
                key,
                self._shape(below, title.inside(key), root, depth + 1),
                isinstance(required, list) and key in required,
                _description(below),
            )
            for key, below in properties.items()
        )
        return self._named(str(title), fields, _description(schema))

    def _named(self, name: str, fields: tuple[Field, ...], description: str | None) -> Struct:
        """Under a free name; one that says the same may have the same."""
        for free in _names_like(name):
            struct = Struct(free, fields, description)
            if self._taken.setdefault(free, struct) == struct:
                break
        return struct

    def reserved(self, name: str) -> str:
        """A name like this one for something that is no structure."""
        free = next(like for like in _names_like(name) if like not in self._taken)
        self._taken[free] = None
        return free


def _names_like(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}{number}" for number in count(2))


def pascal_case(text: str) -> str:
    """
    >>> pascal_case("order-items"), pascal_case("orderId"), pascal_case("2nd")
    ('OrderItems', 'OrderId', 'X2nd')
    """
    joined = "".join(word[:1].upper() + word[1:] for word in re.split(r"[^0-9A-Za-z]+", text))
    return f"X{joined}" if not joined or joined[0].isdigit() else joined


def structs_in(shape: Shape) -> Iterator[Struct]:
    """Those inside before those around them."""
    match shape:
        case Listing(inner) | Mapped(inner):
            yield from structs_in(inner)
        case Alternatives(options):
            for option in options:
                yield from structs_in(option)
        case Struct():
            for field in shape.fields:
                yield from structs_in(field.shape)
            yield shape
        case _:
            pass


def _told_apart(schema: Json) -> str:
    """The outcome or the entry that one of several forms is for; empty if nothing tells it."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    for key in ("outcome", "entry"):
        told = properties.get(key) if isinstance(properties, dict) else None
        if isinstance(told, dict) and isinstance(told.get("const"), str):
            return pascal_case(told["const"])
    return ""


def _definition(reference: Json, root: Mapping[str, Json]) -> Json | None:
    """Within the same file; other files are not read."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    found: Json = root
    for part in reference[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found


def _literals(values: list[Json]) -> Shape:
    scalars = [value for value in values if not isinstance(value, dict | list)]
    return Literals(tuple(scalars)) if scalars and len(scalars) == len(values) else Basic.ANYTHING


def _one_or_several(shapes: list[Shape]) -> Shape:
    # By how they are written: True is equal to 1.
    options = tuple({repr(shape): shape for shape in shapes}.values())
    if Basic.ANYTHING in options or not options:
        return Basic.ANYTHING
    return options[0] if len(options) == 1 else Alternatives(options)


def _description(schema: Json) -> str | None:
    text = schema.get("description") if isinstance(schema, dict) else None
    return text if isinstance(text, str) else None
