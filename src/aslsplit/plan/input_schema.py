"""What a JSON Schema of the execution's input proves to be present."""

from __future__ import annotations

from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json

__all__ = ["required_stems", "type_at"]

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


def type_at(schema: Json, stem: Stem) -> Json:
    """The ``type`` the schema gives to a path, or None."""
    node = _resolved(schema, schema)
    for name in stem:
        properties = node.get("properties") if isinstance(node, dict) else None
        node = _resolved(properties.get(name), schema) if isinstance(properties, dict) else None
    return node.get("type") if isinstance(node, dict) else None


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
