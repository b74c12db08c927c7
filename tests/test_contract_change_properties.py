"""What holds of any two versions of a contract, whatever their schemas say."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aslsplit.compatibility.changes import Change, Presence, changes
from aslsplit.compatibility.compare import compare_one
from aslsplit.compatibility.shift import Shift
from aslsplit.compatibility.versions import Extent
from aslsplit.difference.schema_fields import forms_of
from aslsplit.findings import Severity
from tests.contract_cases import contract
from tests.effort import examples

NAMES = ("a", "b", "c")
KINDS = ("null", "boolean", "integer", "number", "string", "object", "array")
MIRRORED = {
    Presence.ADDED: Presence.REMOVED,
    Presence.REMOVED: Presence.ADDED,
    Presence.NOW_REQUIRED: Presence.NOW_OPTIONAL,
    Presence.NOW_OPTIONAL: Presence.NOW_REQUIRED,
}

scalars = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 2.0]) | st.sampled_from(["", "x", "yy"])
)
instances = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
kinds = st.sampled_from(KINDS) | st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True)
bounds = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.integers(-2, 3) for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")},
        **{name: st.integers(0, 3) for name in ("minLength", "maxLength", "minItems", "maxItems", "minProperties")},
        "multipleOf": st.integers(1, 4),
        "uniqueItems": st.booleans(),
        "pattern": st.sampled_from(["x", "^y"]),
    },
)


def bodies(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {},
        optional={
            "type": kinds,
            "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
            "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            "items": inner,
            "additionalProperties": st.booleans() | inner,
            "description": st.sampled_from(["one", "two"]),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
        },
    )


leaves = (
    st.booleans()
    | st.builds(lambda kind, bound: {"type": kind, **bound}, kinds, bounds)
    | bounds
    | st.builds(lambda values: {"enum": values}, st.lists(scalars, min_size=1, max_size=3))
    | st.builds(lambda value: {"const": value}, scalars)
)
schemas = st.recursive(leaves, bodies, max_leaves=6)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """A schema and what a few changes make of it: two that were made apart have little in common."""
    before = draw(schemas)
    after = before
    for _ in range(draw(st.integers(1, 2))):
        after = _changed(draw, after)
    return before, after


def _changed(draw: st.DrawFn, schema: Any) -> Any:
    if not isinstance(schema, dict) or not schema or draw(st.integers(0, 3)) == 0:
        other = draw(schemas)
        return {**schema, **other} if isinstance(schema, dict) and isinstance(other, dict) else other
    key = draw(st.sampled_from(sorted(schema)))
    value = schema[key]
    if draw(st.integers(0, 3)) == 0:
        return {name: member for name, member in schema.items() if name != key}
    if key == "properties" and value:
        name = draw(st.sampled_from(sorted(value)))
        return {**schema, key: {**value, name: _changed(draw, value[name])}}
    if key in ("items", "not"):
        return {**schema, key: _changed(draw, value)}
    return {**schema, key: draw(bodies(schemas)).get(key, value)}


def found(before: Any, after: Any, part: str) -> list[Severity]:
    change = compare_one("payment", contract(**{part: before}), contract(**{part: after}))
    return [remark.finding.severity for remark in change.remarks if not remark.finding.code.startswith("CTR4")]


def fields(schema: Any) -> Any:
    return forms_of({"properties": {"x": schema}})[0][1]


@given(schemas)
def test_a_contract_differs_in_nothing_from_itself(schema: Any) -> None:
    same = contract(request=schema, result=schema)
    change = compare_one("payment", same, contract(request=schema, result=schema))
    assert change.remarks == ()
    assert change.extent is Extent.NOTHING


@given(pairs())
@examples(100)
def test_swapping_the_sides_reverses_each_change(pair: tuple[Any, Any]) -> None:
    before, after = map(fields, pair)

    def told(change: Change, *, reverse: bool) -> tuple[object, ...]:
        match change.what:
            case Shift(aspect, way):
                return change.path, aspect, way.reversed if reverse else way
            case presence:
                return change.path, MIRRORED[presence] if reverse else presence, change.required, change.closed

    forwards = {told(change, reverse=False) for change in changes(before, after)}
    backwards = {told(change, reverse=True) for change in changes(after, before)}
    assert forwards == backwards


@given(schemas, schemas)
def test_a_new_optional_field_of_the_request_breaks_nobody(around: Any, field: Any) -> None:
    if not isinstance(around, dict) or not isinstance(around.get("properties", {}), dict):
        return
    new = {**around, "properties": {**around.get("properties", {}), "new": field}}
    assert Severity.ERROR not in found(around, new, "request")


def known_only(value: Any, schema: Any) -> Any:
    """Without the fields that a schema does not name: of those it promises nothing."""
    said = schema if isinstance(schema, dict) else {}
    if isinstance(value, dict):
        named = said.get("properties", {})
        return {name: known_only(member, named[name]) for name, member in value.items() if name in named}
    if isinstance(value, list):
        return [known_only(item, said.get("items")) for item in value]
    return value


@given(pairs(), st.lists(instances, min_size=5, max_size=20))
@examples(120)
def test_what_is_no_longer_allowed_is_told_of_a_request_and_what_newly_is_of_a_result(
    pair: tuple[Any, Any], values: list[Any]
) -> None:
    """Held against a validator: nothing that a validator notices goes by without an error or a warning."""
    before, after = (Draft202012Validator(schema) for schema in pair)
    for value in values:
        sent = known_only(value, pair[0])
        if before.is_valid(sent) and not after.is_valid(sent):
            assert set(found(*pair, "request")) & {Severity.ERROR, Severity.WARNING}, (pair, sent)
            # Read in the other direction, the same value is a result that parents do not know yet.
            assert set(found(pair[1], pair[0], "result")) & {Severity.ERROR, Severity.WARNING}, (pair, sent)


def test_a_deep_schema_is_compared_too() -> None:
    def deep(kind: str) -> Any:
        schema: Any = {"type": kind}
        for _ in range(80):
            schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
        return schema

    assert found(deep("integer"), deep("string"), "request") == [Severity.ERROR]


def test_references_that_multiply_end() -> None:
    definitions: Any = {"n0": {"type": "string"}}
    for number in range(1, 40):
        below = {"$ref": f"#/$defs/n{number - 1}"}
        definitions[f"n{number}"] = {"properties": {"a": below, "b": below}}
    request = {"$ref": "#/$defs/n39"}
    change = compare_one(
        "payment",
        contract(request=request, definitions=definitions),
        contract(request=request, definitions=definitions),
    )
    assert {remark.finding.code for remark in change.remarks} <= {"CTR130"}
