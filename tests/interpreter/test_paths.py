"""Paths: what they select, what missing means, how results are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonpath_ng.ext import parse as jsonpath_ng

from aslsplit.asl.references import ReferenceSyntaxError
from aslsplit.interpreter.paths import View, compile_path, evaluate, why_missing, write
from aslsplit.interpreter.values import MISSING

DOCUMENT = {
    "a": {"b c": [10, {"x": None}], "d.e": 1, "it's": 2},
    "items": [
        {"id": 1, "kind": "book", "price": 5.5, "tags": ["x"]},
        {"id": 2, "kind": "pen", "price": 20},
        {"id": 3, "kind": "book", "price": 30, "gift": True},
    ],
    "limit": 20,
}

SELECTED = [
    ("$", DOCUMENT),
    ("$.a['b c'][0]", 10),
    ("$.a['b c'][-1].x", None),
    ("$['a']['d.e']", 1),
    (r"$.a.d\.e", 1),
    (r"$.a['it\'s']", 2),
    ("$.items[0].id", 1),
    ("$.[ 'limit' ]", 20),
    ("$.items[5]", MISSING),
    ("$.nowhere.at.all", MISSING),
    ("$.limit.deeper", MISSING),
    ("$.items[*].id", [1, 2, 3]),
    ("$.items.*.id", [1, 2, 3]),
    ("$.items[1:].id", [2, 3]),
    ("$.items[:-1].id", [1, 2]),
    ("$.items[0,2].id", [1, 3]),
    ("$.items[0]['id','kind']", {"id": 1, "kind": "book"}),
    ("$.items[1:]['id','gift']", [{"id": 2}, {"id": 3, "gift": True}]),
    ("$.items['id','kind']", MISSING),
    ("$['a','items']['it\\'s']", [2]),
    ("$..id", [1, 2, 3]),
    ("$.items[*].tags[*]", ["x"]),
    ("$.nowhere[*]", []),
    ("$.items[?(@.price > 10)].id", [2, 3]),
    ("$.items[?(@.kind == 'book' && @.price < $.limit)].id", [1]),
    ("$.items[?(@.gift)].id", [3]),
    ("$.items[?(!@.gift)].id", [1, 2]),
    ('$.items[?(@.kind == "pen" || @.id == 1)].id', [1, 2]),
    ("$.items[?(@.kind in ['pen', 'ink'])].id", [2]),
    ("$.items[?(@.kind =~ /B.*/i)].id", [1, 3]),
    ("$.items[?(@.price >= '5')].id", []),
    ("$.items[?(@.kind==pen)].id", [2]),
    ("$.items[?(@.id == '2')].id", [2]),
    ("$.items[?('5.50' == @.price)].id", []),
    ("$.items[?(@.price == '5.50')].id", [1]),
    ("$.items[?(@.gift == true)].id", [3]),
    ("$.items[?(@.gift == 1)].id", []),
    ("$.items[?(@.gift != true)].id", [1, 2]),
    ("$.items[?(@.gone == null)].id", []),
    ("$.items[?(@.kind nin ['pen'])].id", [1, 3]),
    ("$.items[?(@.kind contains 'oo')].id", [1, 3]),
    ("$.items[?(@.tags contains 'x')].id", [1]),
    ("$.items[?(@.tags size 1)].id", [1]),
    ("$.items[?(@.tags empty false)].id", [1]),
    ("$.items[?(@.tags subsetof ['x', 'y'])].id", [1]),
    ("$.items[?(@.tags anyof ['y'])].id", []),
    ("$.items[?(@.tags noneof ['y'])].id", [1]),
    ("$.items[?(@.tags.length() == 1)].id", [1]),
    ("$.items[?(!(@.id == 1 || @.id == 2) && @.price)].id", [3]),
    ("$.items[0][?(@.kind == 'book')].id", [1]),
    ("$.limit[?(@ > 1)]", []),
    ("$..[?(@.id > 1)].id", [2, 3]),
    ("$.a['b c'][?(@ > 1)]", [10]),
    ("$.a.*", [[10, {"x": None}], 1, 2]),
    ("$.limit.*", []),
    ("$.items[-2:].id", [2, 3]),
    ("$.items[::2].id", [1, 3]),
    ("$.items.length()", 3),
    ("$.items[*].price.sum()", 55.5),
    ("$$.Execution.Name", "run"),
    ("$name.first", "Ada"),
    ("$other", MISSING),
]


@pytest.mark.parametrize(("text", "expected"), SELECTED)
def test_selects(text: str, expected: object) -> None:
    view = View(DOCUMENT, {"Execution": {"Name": "run"}}, {"name": {"first": "Ada"}})
    assert evaluate(text, view) == expected


READ_ALIKE = [
    "$.items[*].id",
    "$.items[1:].id",
    "$.items[:-1].id",
    "$.items[0,2].id",
    "$.a.*",
    "$.limit[*]",
    "$..id",
    "$..*",
    "$.items[?(@.price > 10)].id",
    "$.items[?(@.kind == 'book' && @.price < $.limit)].id",
    "$.items[?(@.kind == 'pen' || @.id == 1)].id",
    "$.items[?(!@.gift)].id",
    "$.items[?(@.gift != 1)].id",
]


@pytest.mark.parametrize("text", READ_ALIKE)
def test_agrees_with_jsonpath_ng_where_that_agrees_with_jayway(text: str) -> None:
    assert evaluate(text, View(DOCUMENT)) == [match.value for match in jsonpath_ng(text).find(DOCUMENT)]


@pytest.mark.parametrize(
    "text",
    ["", "a.b", "$.", "$.a[", "$.a[b]", "$a-b.c", "$[1 2]", "$.a.reverse()", "$.a.length().b"]
    + [f"$.a[?({condition})]" for condition in ("@.x ==", "5", "@.x in [1 2]", "@.x && ", "!(@.x", "@.x =~ 5 6")],
)
def test_refuses_what_is_no_path(text: str) -> None:
    with pytest.raises(ReferenceSyntaxError):
        compile_path(text)


def test_a_syntax_failure_names_the_path() -> None:
    with pytest.raises(ReferenceSyntaxError, match=r"a name is missing"):
        compile_path("$.a.")


@pytest.mark.parametrize(
    ("text", "explanation"),
    [
        ("$.gone", "No results for path: $['gone']"),
        ("$.gone.deeper", "Missing property in path $['gone']"),
        ("$.a.gone", "No results for path: $['a']['gone']"),
    ],
)
def test_says_where_the_path_ends(text: str, explanation: str) -> None:
    assert why_missing(text, View(DOCUMENT)) == explanation


@pytest.mark.parametrize(
    ("path", "document", "expected"),
    [
        ("$", {"a": 1}, 9),
        ("$.b", {"a": 1}, {"a": 1, "b": 9}),
        ("$.a", {"a": 1}, {"a": 9}),
        ("$.b.c", {"a": 1}, {"a": 1, "b": {"c": 9}}),
        ("$.l[1]", {"l": [1, 2]}, {"l": [1, 9]}),
        ("$.l[2]", {"l": [1, 2]}, MISSING),
        ("$.a.b", {"a": 1}, MISSING),
        ("$.a", [1], MISSING),
        ("$.a", "text", MISSING),
    ],
)
def test_writes(path: str, document: object, expected: object) -> None:
    assert write(path, document, 9) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.lists(st.sampled_from("abc"), min_size=1, max_size=3), json_values)
def test_what_is_written_is_read_and_nothing_else_changes(document: object, names: list[str], value: object) -> None:
    path = "$." + ".".join(names)
    before = repr(document)
    written = write(path, document, value)
    assert repr(document) == before
    if written is not MISSING:
        assert evaluate(path, View(written)) == value
        assert isinstance(document, dict)
        others = {key: item for key, item in document.items() if key != names[0]}
        assert {key: item for key, item in written.items() if key != names[0]} == others
