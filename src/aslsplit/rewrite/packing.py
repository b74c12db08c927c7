"""Packing values into an envelope and taking them out again, as JSONPath templates and as JSONata.

JSONPath fails on a missing value; a JSONata object leaves it out. What must be present travels by JSONPath, what may
be absent by JSONata. Both mirror the document's shape, so that unpacking is one ``InputPath``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping

from aslsplit.asl.paths import Stem, format_path
from aslsplit.asl.source import Json
from aslsplit.plan.payload import Carried, Payload

__all__ = [
    "expression",
    "guarded_path",
    "jsonata_path",
    "literal_expression",
    "nested",
    "object_expression",
    "packed_expression",
    "packed_template",
    "template_member",
    "template_of",
    "value_expression",
]

Template = dict[str, Json]


def template_member(name: str, payload: Payload) -> Template:
    """``name`` and its value for a JSONPath template, read where the payload is packed."""
    if not payload.renamed and payload.whole:
        return {f"{name}.$": format_path(payload.root, ())}
    places = {payload.place_of(value): format_path(payload.root, value.stem) for value in payload.values}
    return {name: nested(places)}


def nested(places: Mapping[Stem, str]) -> Template:
    """A template object with these paths at these places.

    >>> nested({("order", "id"): "$.id", ("kind",): "$.kind"})
    {'order': {'id.$': '$.id'}, 'kind.$': '$.kind'}
    """
    template: Template = {}
    for place, path in places.items():
        inner = template
        for name in place[:-1]:
            inner = inner.setdefault(name, {})
        inner[f"{place[-1]}.$"] = path
    return template


def packed_template(payload: Payload, base: str) -> Json:
    """The payload for a field of a JSONata state: a template where everything must be there, else one expression,
    since an expression of its own that finds nothing is an error."""
    if not payload.values:
        return {}
    if payload.whole and not payload.renamed:
        return expression(base)
    if all(value.certain for value in payload.values):
        return template_of({payload.place_of(value): jsonata_path(base, value.stem) for value in payload.values})
    return expression(_bare(packed_expression(payload, base)))


def _bare(text: str) -> str:
    """Without the parentheses around a choice, which only matter inside another expression."""
    return text[1:-1] if text.startswith("($type(") else text


def template_of(places: Mapping[Stem, str]) -> Json:
    """
    >>> template_of({("order", "id"): "$r.id", ("kind",): "$r.kind"})
    {'order': {'id': '{% $r.id %}'}, 'kind': '{% $r.kind %}'}
    """
    if () in places:
        return expression(places[()])
    template: Template = {}
    for place, text in places.items():
        inner = template
        for name in place[:-1]:
            inner = inner.setdefault(name, {})
        inner[place[-1]] = expression(text)
    return template


def expression(text: str) -> str:
    """A JSONata expression as ASL writes it."""
    return "{% " + text + " %}"


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_RESERVED = frozenset({"and", "or", "in", "true", "false", "null"})


def jsonata_path(base: str, stem: Stem) -> str:
    """
    >>> jsonata_path("$states.input", ("order", "line items"))
    '$states.input.order.`line items`'
    """
    for name in stem:
        if _PLAIN.match(name) and name not in _RESERVED:
            base = f"{base}.{name}"
        elif name and "`" not in name:
            base = f"{base}.`{name}`"
        else:
            # Backquotes cannot be escaped.
            base = f"$lookup({base}, {literal_expression(name)})"
    return base


def guarded_path(base: str, stem: Stem, objects: Collection[Stem]) -> str:
    """The value at ``stem``, or nothing: unlike JSONPath, a JSONata path also looks into the members of arrays.

    >>> guarded_path("$r", ("order", "id"), {()})
    "($type($r.order) = 'object' ? $r.order.id)"
    """
    found = jsonata_path(base, stem)
    for length in reversed(range(len(stem))):
        if stem[:length] not in objects:
            found = f"($type({jsonata_path(base, stem[:length])}) = 'object' ? {found})"
    return found


def object_expression(members: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{literal_expression(name)}: {value}" for name, value in members.items()) + "}"


def packed_expression(payload: Payload, base: str, stem: Stem = ()) -> str:
    """The payload as a JSONata expression over the value ``base``; what is absent stays absent. With ``stem`` the part
    of it that lies there.

    A value on the way that is not an object travels as it is, since nothing inside it can be read.
    """
    if payload.renamed:
        members = {
            "".join(payload.place_of(value)): guarded_path(base, value.stem, payload.objects | {()})
            for value in payload.values
        }
        packed = object_expression(members)
        return packed if () in payload.objects or payload.whole else f"($type({base}) = 'object' ? {packed} : {{}})"
    return _pack(payload, {value.stem: value for value in payload.values}, stem, base)


def _pack(payload: Payload, values: Mapping[Stem, Carried], stem: Stem, base: str) -> str:
    here = jsonata_path(base, stem)
    if stem in values:
        return here
    depth = len(stem)
    names = dict.fromkeys(value[depth] for value in values if value[:depth] == stem)
    packed = object_expression({name: _pack(payload, values, (*stem, name), base) for name in names})
    if stem in payload.objects or not values:
        return packed
    return f"($type({here}) = 'object' ? {packed} : {here})"


def tree_expression(places: Mapping[Stem, str], wrap: Callable[[Stem, str], str], stem: Stem = ()) -> str:
    """Nested objects with these expressions at these places, each object passed through ``wrap``."""
    if stem in places:
        return places[stem]
    depth = len(stem)
    names = dict.fromkeys(place[depth] for place in places if place[:depth] == stem)
    members = {name: tree_expression(places, wrap, (*stem, name)) for name in names}
    return wrap(stem, object_expression(members))


def value_expression(value: Json) -> str:
    """
    >>> value_expression({"tables": ["orders", 1], "open": True})
    "{'tables': ['orders', 1], 'open': true}"
    """
    match value:
        case dict():
            return object_expression({name: value_expression(member) for name, member in value.items()})
        case list():
            return "[" + ", ".join(map(value_expression, value)) + "]"
        case str():
            return literal_expression(value)
        case _:
            return json.dumps(value)


def literal_expression(name: str) -> str:
    """JSONata knows the escapes of JSON, which do not include the single quote."""
    return json.dumps(name, ensure_ascii=False) if re.search(r"['\\\x00-\x1f]", name) else f"'{name}'"
