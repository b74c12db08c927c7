"""What a JSON Schema of the execution's input proves to be present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json

__all__ = ["object_stems", "required_stems", "type_at", "typed_stems"]

_DEPTH = 32


def required_stems(schema: Json) -> frozenset[Stem]:
    """The paths that every valid input has: ``required`` along ``properties``, local ``$ref`` and ``allOf``.

    Of a schema that is none, or that leads back into itself, only what can be read is taken.
    """
    found: set[Stem] = set()
    visited: set[tuple[int, Stem]] = set()
    pending: list[tuple[Json, Stem]] = [(schema, ())]
    while pending:
        node, stem = pending.pop()
        found.add(stem)
        node = _resolved(node, schema)
        if not isinstance(node, dict) or (id(node), stem) in visited or len(stem) > _DEPTH:
            continue
        visited.add((id(node), stem))
        properties = node.get("properties")
        for name in _list(node.get("required")):
            if isinstance(name, str):
                below = properties.get(name) if isinstance(properties, dict) else None
                pending.append((below, (*stem, name)))
        pending += [(part, stem) for part in _list(node.get("allOf"))]
    return frozenset(found)


def object_stems(schema: Json) -> frozenset[Stem]:
    """The paths that are objects if they are there. ``properties`` say nothing about what is no object, so what is
    around one must be said to be an object as well."""
    said = {stem for stem, types in typed_stems(schema) if types == ("object",)}
    return frozenset(stem for stem in said if all(stem[:length] in said for length in range(len(stem))))


def type_at(schema: Json, stem: Stem) -> Json:
    """The ``type`` the schema gives to a path, one or a list of them; None if it gives none that there is."""
    node = _resolved(schema, schema)
    for name in stem:
        properties = node.get("properties") if isinstance(node, dict) else None
        node = _resolved(properties.get(name), schema) if isinstance(properties, dict) else None
    return node.get("type") if isinstance(node, dict) and _types_in(node) else None


def typed_stems(schema: Json) -> Iterator[tuple[Stem, tuple[str, ...]]]:
    """Every path along ``properties`` for which the schema has a ``type``, with the types it may have.

    A schema that leads back into itself is followed once around.
    """
    yield from _typed(schema, schema, (), ())


def _typed(node: Json, root: Json, stem: Stem, around: tuple[int, ...]) -> Iterator[tuple[Stem, tuple[str, ...]]]:
    node = _resolved(node, root)
    if not isinstance(node, dict) or id(node) in around:
        return
    if types := _types_in(node):
        yield stem, types
    properties = node.get("properties")
    if isinstance(properties, dict):
        for name, below in properties.items():
            yield from _typed(below, root, (*stem, name), (*around, id(node)))


_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def _types_in(node: Mapping[str, Json]) -> tuple[str, ...]:
    given = node.get("type")
    types = given if isinstance(given, list) else [given]
    known = tuple(name for name in _TYPES if name in types)
    return known if len(known) == len(types) else ()


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _resolved(node: Json, root: Json) -> Json:
    for _ in range(_DEPTH):
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return node
        node = root
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            node = node.get(name) if isinstance(node, dict) else None
    return node
