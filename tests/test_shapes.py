"""Symbolic values against values: what a shape says must hold for whatever it makes of a real document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.analysis.pathset import EMPTY, HERE, WHOLE, PathSet, at_stem
from aslsplit.analysis.shapes import (
    Copy,
    Given,
    New,
    Record,
    Shape,
    Update,
    change,
    demand,
    presence,
    project,
)
from aslsplit.asl.paths import DOCUMENT, Stem
from tests.analysis_cases import paths_text, shape_text
from tests.reference_executor import MISSING, NotAnObject, get, put
from tests.split_runs import changes_beyond, narrowed

NAMES = st.sampled_from(("a", "b", "c"))
STEMS = st.lists(NAMES, max_size=3).map(tuple)
SCALARS = st.sampled_from((0, 1, "x", None))
VALUES = st.recursive(SCALARS, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)
DOCUMENTS = st.fixed_dictionaries({}, optional=dict.fromkeys(("a", "b", "c"), VALUES))
NEW = {"a": {"b": "made"}, "c": "made"}


@st.composite
def shapes(draw: st.DrawFn, depth: int = 3) -> Shape:
    kinds = ("copy", "copy", "new", "given", *(("record", "update", "update") if depth else ()))
    match draw(st.sampled_from(kinds)):
        case "copy":
            return Copy(draw(st.sampled_from((DOCUMENT, DOCUMENT, "$v"))), draw(STEMS))
        case "new":
            return New("made")
        case "given":
            return Given(draw(VALUES))
        case "record":
            members = draw(st.dictionaries(NAMES, shapes(depth - 1), max_size=2))
            return Record(members, frozenset(name for name in members if draw(st.booleans())))
        case _:
            # A result is put into the document, or into what an OutputPath selects of it.
            base = Copy(DOCUMENT, draw(STEMS)) if draw(st.booleans()) else Copy(DOCUMENT)
            if draw(st.booleans()):
                stem = draw(STEMS)
                inner = draw(shapes(depth - 1))
                # An object of the document with a member of its own, as a merge inside a merge makes it.
                kept = Update(Copy(DOCUMENT, stem), (draw(NAMES),), inner, sure=draw(st.booleans()))
                return Update(base, stem, kept if draw(st.booleans()) else inner)
            # What is merged into an object is one of its members.
            return Update(base, (draw(NAMES),), draw(shapes(depth - 1)), sure=False)


@st.composite
def wanted_sets(draw: st.DrawFn) -> PathSet:
    found = EMPTY
    for deep, stem in draw(st.lists(st.tuples(st.booleans(), STEMS), max_size=3)):
        found |= at_stem(WHOLE if deep else HERE, stem)
    return found.without(draw(STEMS.filter(bool))) if draw(st.booleans()) else found


def made(shape: Shape, document: Any, variable: Any) -> Any:
    """The value, or MISSING if it cannot be made."""
    match shape:
        case Copy(root, stem):
            return get(document if root == DOCUMENT else variable, stem)
        case New():
            return NEW
        case Given(value):
            return value
        case Record(members, optional):
            values = {name: made(member, document, variable) for name, member in members.items()}
            there = {name: value for name, value in values.items() if value is not MISSING or name not in optional}
            return MISSING if MISSING in there.values() else there
        case Update(base, stem, value, sure):
            below, inner = made(base, document, variable), made(value, document, variable)
            if not sure and (inner is MISSING or not isinstance(below, dict)):
                return below if isinstance(below, dict) else MISSING
            try:
                return MISSING if inner is MISSING or below is MISSING else put(below, stem, inner)
            except NotAnObject:
                return MISSING


def seen(wanted: PathSet, value: Any) -> list[Any]:
    """Everything that somebody with these wishes gets to see of a value."""
    if wanted.rest and not wanted.members:
        return [value]
    if isinstance(value, dict):
        names = sorted({*wanted.members, *(value if wanted.rest else ())})
        return [wanted.here, *(part for name in names for part in seen(wanted.member(name), value.get(name, MISSING)))]
    return [value] if wanted.rest else [wanted.here and value is MISSING]


@given(shapes(), wanted_sets(), DOCUMENTS, DOCUMENTS)
def test_what_is_demanded_is_enough_to_make_what_is_wanted(
    shape: Shape, wanted: PathSet, document: Any, variable: Any
) -> None:
    value = made(shape, document, variable)
    if value is MISSING:
        return
    rest, variables = narrowed(document, {"$v": variable}, demand(shape, wanted))
    # Making a value reads what it is copied from; that is no part of the demand, which is about what is in there.
    less = variables.get("$v", {})
    again = made(_forgiving(shape, (document, variable), (rest, less)), rest, less)
    assert seen(wanted, value) == seen(wanted, again)


def _forgiving(shape: Shape, whole: tuple[Any, Any], narrow: tuple[Any, Any]) -> Shape:
    """The shape with a neutral value where the narrowed document has none and the whole one has."""
    match shape:
        case Copy():
            return Given({}) if made(shape, *narrow) is MISSING is not made(shape, *whole) else shape
        case Record(members, optional):
            return Record({name: _forgiving(member, whole, narrow) for name, member in members.items()}, optional)
        case Update(base, stem, value, sure):
            return Update(_forgiving(base, whole, narrow), stem, _forgiving(value, whole, narrow), sure)
        case _:
            return shape


@given(shapes(), STEMS, DOCUMENTS, DOCUMENTS)
def test_a_projection_is_the_part_of_the_value(shape: Shape, stem: Stem, document: Any, variable: Any) -> None:
    whole, part = made(shape, document, variable), made(project(shape, stem), document, variable)
    if whole is MISSING or get(whole, stem) is MISSING or isinstance(project(shape, stem), New):
        return
    assert part == get(whole, stem)


@given(shapes(), DOCUMENTS, DOCUMENTS)
def test_what_is_said_to_be_present_is(shape: Shape, document: Any, variable: Any) -> None:
    value = made(shape, document, variable)
    if value is MISSING:
        return
    known = {DOCUMENT: frozenset(_stems(document)), "$v": frozenset(_stems(variable))}
    found = presence(shape, known)
    assert all(get(value, stem) is not MISSING for stem in found)
    assert all(stem[:-1] in found for stem in found if stem), "closed upward"


@given(shapes(), DOCUMENTS, DOCUMENTS)
def test_what_is_not_said_to_change_stays(shape: Shape, document: Any, variable: Any) -> None:
    value = made(shape, document, variable)
    if value is not MISSING:
        assert not changes_beyond(change(shape, EMPTY), document, value)


@given(shapes(), STEMS)
def test_a_change_before_is_not_forgotten_unless_it_is_overwritten(shape: Shape, stem: Stem) -> None:
    before = at_stem(WHOLE, stem)
    after = change(shape, before)
    assert after.covers(change(shape, EMPTY))
    if isinstance(shape, Update) and shape.base == Copy(DOCUMENT) and stem[: len(shape.stem)] != shape.stem:
        assert after.covers(before)


def _stems(value: Any, stem: Stem = ()) -> set[Stem]:
    members = value.items() if isinstance(value, dict) else ()
    return {stem, *(found for name, member in members for found in _stems(member, (*stem, name)))}


@pytest.mark.parametrize(
    ("shape", "stem", "part"),
    [
        (Record({"a": Copy("$", ("x",))}), ("a", "b"), "$.x.b"),
        (Record({"a": Copy("$", ("x",))}), ("b",), "new"),
        (Given({"a": {"b": 1}}), ("a",), '{"b": 1}'),
        (Given([1]), ("a",), "new"),
        (Update(Copy("$"), ("a", "b"), Given(1)), ("a",), "$.a with b: 1"),
        (Update(Copy("$"), ("a",), Record({"b": Copy("$v")})), ("a", "b"), "$v"),
        (Update(Copy("$"), ("a",), Given(1)), ("c",), "$.c"),
    ],
    ids=str,
)
def test_projections_keep_what_is_known(shape: Shape, stem: Stem, part: str) -> None:
    assert shape_text(project(shape, stem)) == part


@pytest.mark.parametrize(
    ("shape", "wanted", "demanded"),
    [
        (Update(Copy("$"), ("a",), New("")), WHOLE, ["$ without a"]),
        (Update(Copy("$"), ("a", "b"), New("")), at_stem(HERE, ("a",)), []),
        (Update(Copy("$"), ("a", "b"), New("")), at_stem(WHOLE, ("a",)), ["$.a without b"]),
        (Record({"a": Copy("$", ("x",)), "b": Copy("$v")}), at_stem(WHOLE, ("a", "c")), ["$.x.c"]),
        (Copy("$", ("x",)), HERE, ["whether $.x"]),
    ],
    ids=str,
)
def test_demands_are_no_larger_than_they_must_be(shape: Shape, wanted: PathSet, demanded: list[str]) -> None:
    assert paths_text(demand(shape, wanted)) == demanded
