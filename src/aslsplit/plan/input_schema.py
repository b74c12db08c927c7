"""What a JSON Schema of the execution's input proves to be present."""

from __future__ import annotations

from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json

__all__ = ["required_stems", "type_at"]

_DEPTH = 32


def required_stems(schema: Json) -> frozenset[Stem]:
    """The paths that every valid input has: ``required`` along ``properties``, local ``$ref`` and ``allOf``."""
    return frozenset(_required(schema, schema, (), _DEPTH))


def type_at(schema: Json, stem: Stem) -> Json:
    """The ``type`` the schema gives to a path, or None."""
    node = _resolved(schema, schema)
    for name in stem:
        properties = node.get("properties") if isinstance(node, dict) else None
        node = _resolved(properties.get(name), schema) if isinstance(properties, dict) else None
    return node.get("type") if isinstance(node, dict) else None


def _required(node: Json, root: Json, stem: Stem, depth: int) -> set[Stem]:
    found: set[Stem] = {stem}
    node = _resolved(node, root)
    if not isinstance(node, dict) or not depth:
        return found
    properties = node.get("properties")
    for name in node.get("required") or ():
        if isinstance(name, str):
            below = properties.get(name, {}) if isinstance(properties, dict) else {}
            found |= _required(below, root, (*stem, name), depth - 1)
    for part in node.get("allOf") or ():
        found |= _required(part, root, stem, depth - 1)
    return found


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
