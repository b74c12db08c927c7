"""What a JSON Schema tells of each value, as a flat list of fields: its alternatives, the steps to each field, and what
is said there. References within the file are followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aslsplit.asl.source import Json, Pointer
from aslsplit.difference.bodies import canonical, plain

__all__ = ["ITEMS", "ContractField", "Fields", "Form", "Steps", "forms_of"]

ITEMS = "[]"
"""The step from an array to its items."""

MOST_FIELDS = 20_000
"""References can make a small file tell of more fields than anybody waits for."""

Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractField:
    """``says`` is everything the schema tells of the value but its fields and items; a ``$ref`` that is left there
    leads elsewhere, or in a circle. ``pointer`` is where it says so."""

    required: bool
    says: Mapping[str, Json]
    pointer: Pointer = field(default=(), compare=False)


Fields = Mapping[Steps, ContractField]
Form = tuple[str, Fields]
"""An alternative by its name, empty for what all have in common; and its fields."""


def forms_of(schema: Json) -> tuple[Form, ...]:
    """What all forms have in common, then each form under its name."""
    schema = plain(schema)
    forms = schema.get("oneOf") if isinstance(schema, dict) else None
    if not isinstance(forms, list) or not all(isinstance(form, dict) for form in forms):
        return (("", _Reader(schema).fields((), schema)),)
    told = [_name(form, forms) for form in forms]
    names = [name if name and told.count(name) == 1 else str(number) for number, name in enumerate(told, 1)]
    common = {key: value for key, value in schema.items() if key != "oneOf"}
    read = [_Reader(schema).fields(("oneOf", number), form) for number, form in enumerate(forms)]
    return (("", _Reader(schema).fields((), common)), *zip(names, read, strict=True))


def _name(form: Json, forms: Sequence[Json]) -> str:
    """The constants that no two forms have alike."""
    own = _constants(form)
    others = [_constants(other) for other in forms if other is not form]
    telling = [text for name, text in own.items() if all(other.get(name, text) != text for other in others)]
    return ", ".join(telling)


def _constants(form: Json) -> dict[str, str]:
    properties = form.get("properties")
    named = properties.items() if isinstance(properties, dict) else ()
    constants = {name: part["const"] for name, part in named if isinstance(part, dict) and "const" in part}
    return {name: value if isinstance(value, str) else canonical(value) for name, value in constants.items()}


class _Reader:
    """Of one file; counts the fields that it has read."""

    def __init__(self, root: Json) -> None:
        self._root = root
        self._count = 0

    def fields(self, pointer: Pointer, schema: Json) -> dict[Steps, ContractField]:
        return dict(self._fields(schema, pointer, (), True, ()))

    def _fields(
        self, schema: Json, pointer: Pointer, path: Steps, required: bool, followed: tuple[str, ...]
    ) -> Iterator[tuple[Steps, ContractField]]:
        self._count += 1
        if self._count > MOST_FIELDS:
            yield path, ContractField(required, {"$ref": f"more than {MOST_FIELDS} fields"}, pointer)
            return
        at = pointer
        while isinstance(schema, dict) and (found := self._followed(schema, followed)) is not None:
            schema, at, name = found
            followed = (*followed, name)
        if isinstance(schema, bool):
            schema = {} if schema else {"not": {}}
        if not isinstance(schema, dict):
            yield path, ContractField(required, {"schema": schema}, pointer)
            return
        schema = _joined(schema)
        properties, named = schema.get("properties"), schema.get("required")
        read = {"$defs", "definitions"}
        read |= {"properties"} if isinstance(properties, dict) else set()
        read |= {"required"} if isinstance(named, list) else set()
        read |= {"items"} if isinstance(schema.get("items"), dict | bool) and "prefixItems" not in schema else set()
        says = {key: value for key, value in schema.items() if key not in read}
        yield path, ContractField(required, says, pointer)
        members = properties if isinstance(properties, dict) else {}
        needed = [name for name in named if isinstance(name, str)] if isinstance(named, list) else []
        for name, below in members.items():
            yield from self._fields(below, (*at, "properties", name), (*path, name), name in needed, followed)
        for name in dict.fromkeys(needed):
            if name not in members:
                yield (*path, name), ContractField(True, {}, (*at, "required"))
        if "items" in read:
            yield from self._fields(schema["items"], (*at, "items"), (*path, ITEMS), True, followed)

    def _followed(self, schema: Mapping[str, Json], followed: Sequence[str]) -> tuple[Json, Pointer, str] | None:
        """What a reference within the file leads to, joined with what stands beside it."""
        name = schema.get("$ref")
        if not isinstance(name, str) or not name.startswith("#") or name in followed:
            return None
        place = tuple(part.replace("~1", "/").replace("~0", "~") for part in name[1:].split("/")[1:])
        target = self._root
        for part in place:
            if not isinstance(target, dict) or part not in target:
                return None
            target = target[part]
        if name != "#" and not place:
            return None
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if not beside:
            return target, place, name
        joined = _join([target, beside]) if isinstance(target, dict) else None
        return None if joined is None else (joined, place, name)


def _joined(schema: dict[str, Json]) -> dict[str, Json]:
    """What ``allOf`` says, said directly, where no two parts speak of the same."""
    parts = schema.get("allOf")
    if not isinstance(parts, list) or not all(isinstance(part, dict) and "$ref" not in part for part in parts):
        return schema
    joined = _join([{key: value for key, value in schema.items() if key != "allOf"}, *parts])
    return schema if joined is None else joined


_LOOKING_ASIDE = (
    frozenset({"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"}),
    frozenset({"items", "prefixItems", "unevaluatedItems"}),
    frozenset({"contains", "minContains", "maxContains"}),
    frozenset({"if", "then", "else"}),
)
"""Keywords that mean something with those of their group that stand beside them."""


def _join(parts: Sequence[dict[str, Json]]) -> dict[str, Json] | None:
    """None where two parts say different things of one matter, or what one says depends on what stands beside it."""
    for together in _LOOKING_ASIDE:
        speaking = [part.keys() & together for part in parts if part.keys() & together]
        if len(speaking) > 1 and any(keys - {"properties"} for keys in speaking):
            return None
    joined: dict[str, Json] = {}
    for part in parts:
        for key, value in part.items():
            if key not in joined or canonical(joined[key]) == canonical(value):
                joined[key] = value
            elif key == "required" and isinstance(joined[key], list) and isinstance(value, list):
                joined[key] = [*joined[key], *(name for name in value if name not in joined[key])]
            elif key == "properties" and isinstance(joined[key], dict) and isinstance(value, dict):
                if any(canonical(joined[key].get(name, below)) != canonical(below) for name, below in value.items()):
                    return None
                joined[key] = {**joined[key], **value}
            else:
                return None
    return joined
