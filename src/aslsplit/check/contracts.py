"""A message of a contract: its alternatives, the forms they allow, and where a value does not fit them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from aslsplit.analysis.forms import ANYTHING, NOTHING, Form, literal
from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json

__all__ = ["Alternative", "Misfit", "Trouble", "alternatives", "chosen", "misfits"]


class Trouble(Enum):
    MISSING = "is not there"
    PERHAPS_MISSING = "may not be there"
    OTHER_TYPE = "is of another type"
    OTHER_VALUE = "is another value"


@dataclass(frozen=True, slots=True)
class Misfit:
    """``found`` and ``wanted`` are types or values, where that is the trouble."""

    stem: Stem
    trouble: Trouble
    found: str = ""
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One form of a request or a response. ``name`` is the entry or the exit it is for, if there are several."""

    schema: Mapping[str, Json]
    form: Form
    name: str | None


def alternatives(schema: Mapping[str, Json], told_apart_by: str) -> tuple[Alternative, ...]:
    several = schema.get("oneOf")
    found = several if isinstance(several, list) else [schema]
    return tuple(
        Alternative(one, _form_of_message(one), _constant(one, told_apart_by)) for one in found if isinstance(one, dict)
    )


def _form_of_message(schema: Mapping[str, Json]) -> Form:
    """Where nothing is said of the request or the result, there is nothing in it."""
    form, properties = form_of_schema(schema), schema.get("properties")
    described = properties if isinstance(properties, dict) else {}
    empty = {name: literal({}) for name in ("request", "result") if described.get(name) == {"type": "object"}}
    return replace(form, members={**form.members, **empty})


def chosen(found: tuple[Alternative, ...], form: Form, told_apart_by: str) -> tuple[Alternative, ...]:
    """Those that a value of this form may be."""
    if len(found) == 1 and found[0].name is None:
        return found
    return tuple(one for one in found if _may_agree(one.form.member(told_apart_by), form.member(told_apart_by)))


def _may_agree(one: Form, other: Form) -> bool:
    return not other.absent and (one.values is None or other.values is None or bool(one.values & other.values))


def _constant(schema: Mapping[str, Json], name: str) -> str | None:
    properties = schema.get("properties")
    described = properties.get(name) if isinstance(properties, dict) else None
    value = described.get("const") if isinstance(described, dict) else None
    return value if isinstance(value, str) else None


_UNDERSTOOD = frozenset({"$schema", "title", "description", "type", "properties", "required", "const", "enum"})


def form_of_schema(schema: Json) -> Form:
    """What the schema mentions and nothing else: it allows more, but promises nothing of that."""
    if not isinstance(schema, dict) or not schema.keys() & _UNDERSTOOD or {"$ref", "allOf", "anyOf"} & schema.keys():
        return ANYTHING
    if "const" in schema:
        return literal(schema["const"])
    if isinstance(schema.get("enum"), list):
        found = NOTHING
        for value in schema["enum"]:
            found |= literal(value)
        return found
    kinds = _kinds(schema.get("type"))
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return Form(kinds)
    return Form(kinds, {name: form_of_schema(member) for name, member in properties.items()}, open=False)


def _kinds(type: Json) -> frozenset[str] | None:
    named = [type] if isinstance(type, str) else type
    if not isinstance(named, list):
        return None
    return frozenset("number" if name == "integer" else str(name) for name in named)


def misfits(schema: Json, form: Form, sure: Collection[Stem] | None = None, stem: Stem = ()) -> Iterator[Misfit]:
    """Where a value of this form is not what the schema says. ``sure`` are the places that surely exist, if that is to
    be looked at."""
    if not isinstance(schema, dict):
        return
    kinds = _kinds(schema.get("type"))
    if kinds is not None and form.kinds is not None and not kinds & form.kinds:
        yield Misfit(stem, Trouble.OTHER_TYPE, " or ".join(sorted(form.kinds)), " or ".join(sorted(kinds)))
        return
    allowed = form_of_schema(schema).values
    if allowed is not None and form.values is not None and not allowed & form.values:
        yield Misfit(stem, Trouble.OTHER_VALUE, " or ".join(sorted(form.values)), " or ".join(sorted(allowed)))
        return
    required = schema.get("required")
    for name in _names(required):
        if form.member(name).absent:
            yield Misfit((*stem, name), Trouble.MISSING)
        elif sure is not None and not form.open and (*stem, name) not in sure:
            yield Misfit((*stem, name), Trouble.PERHAPS_MISSING)
    properties = schema.get("properties")
    for name, member in properties.items() if isinstance(properties, dict) else ():
        if not form.member(name).absent:
            yield from misfits(member, form.member(name), sure, (*stem, name))


def _names(value: Json) -> tuple[str, ...]:
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()
