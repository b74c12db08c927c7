"""Paths, intrinsic functions and payload templates; the cases are in cases/references.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.paths import ANY, AccessPath, format_path
from aslsplit.asl.references import (
    Call,
    Constant,
    Evaluated,
    Items,
    Members,
    PlaceholderReference,
    Reference,
    ReferenceSyntaxError,
    parse_expression,
    parse_path,
    parse_reference_path,
    parse_template,
    references_in_path,
    references_of,
    replace_references,
)

CASES: dict[str, list[Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "references.yaml").read_text("utf-8"))


def text_of(case: Any) -> str:
    return str(case["text"] if isinstance(case, dict) else case)


@pytest.mark.parametrize("case", CASES["paths"], ids=text_of)
def test_path(case: dict[str, Any]) -> None:
    assert str(parse_path(case["text"])) == case["path"]
    whole, *inside = references_in_path(case["text"])
    assert case["text"][whole.start : whole.end] == case["text"].strip()
    assert [str(reference.path) for reference in inside] == case.get("inside", [])
    assert [case["text"][reference.start : reference.end] for reference in inside] == case.get("inside", [])


@pytest.mark.parametrize("case", CASES["bad_paths"], ids=text_of)
def test_bad_path(case: dict[str, Any]) -> None:
    with pytest.raises(ReferenceSyntaxError) as raised:
        parse_path(case["text"])
    assert case["says"] in raised.value.message
    assert raised.value.offset == case["offset"]
    assert not isinstance(raised.value, PlaceholderReference)


@pytest.mark.parametrize("text", CASES["placeholders"])
def test_placeholder_is_no_path_but_no_mistake_either(text: str) -> None:
    for parse in (parse_path, parse_reference_path, parse_expression):
        with pytest.raises(PlaceholderReference):
            parse(text)
    with pytest.raises(PlaceholderReference):
        parse_expression(f"States.Array({text.strip()})")


@pytest.mark.parametrize("text", CASES["not_reference_paths"])
def test_a_path_that_may_select_several_values_is_no_reference_path(text: str) -> None:
    assert not parse_path(text).definite
    with pytest.raises(ReferenceSyntaxError):
        parse_reference_path(text)


@pytest.mark.parametrize("text", CASES["reference_paths"])
def test_reference_path(text: str) -> None:
    assert parse_reference_path(text) == parse_path(text)


@pytest.mark.parametrize("case", CASES["expressions"], ids=text_of)
def test_expression(case: dict[str, Any]) -> None:
    text = case["text"]
    references = list(references_of(parse_expression(text)))
    assert [str(reference.path) for reference in references] == case["reads"]
    assert all(text[reference.start] == "$" for reference in references)
    assert replace_references(text, lambda reference: text[reference.start : reference.end]) == text


@pytest.mark.parametrize("case", CASES["bad_expressions"], ids=text_of)
def test_bad_expression(case: dict[str, Any]) -> None:
    with pytest.raises(ReferenceSyntaxError) as raised:
        parse_expression(case["text"])
    assert case["says"] in raised.value.message
    assert raised.value.offset == case["offset"]


def test_arguments_are_values() -> None:
    expression = parse_expression(r"States.Array('it\'s \{}', 3, -1.5, true, null, States.UUID(), $.a)")
    assert isinstance(expression, Call)
    text, three, negative, true, null, call, path = expression.arguments
    assert text == Constant("it's {}", raw=r"it\'s \{}")
    assert [three, negative, true, null] == [Constant(3), Constant(-1.5), Constant(True), Constant(None)]
    assert call == Call("States.UUID", ())
    assert isinstance(path, Reference) and path.path == AccessPath("$", ("a",))


@pytest.mark.parametrize(("depth", "allowed"), [(10, True), (11, False)])
def test_functions_nest_ten_deep(depth: int, allowed: bool) -> None:
    text = "States.Array(" * depth + ")" * depth
    if allowed:
        assert isinstance(parse_expression(text), Call)
    else:
        with pytest.raises(ReferenceSyntaxError, match="10 deep"):
            parse_expression(text)


@pytest.mark.parametrize("case", CASES["replacements"], ids=text_of)
def test_replacement_leaves_every_other_character(case: dict[str, Any]) -> None:
    def moved(reference: Reference) -> str | None:
        if reference.path.root != "$" or not reference.path.definite:
            return None
        return format_path("$", ("new", *(str(step).upper() for step in reference.path.steps)))

    assert replace_references(case["text"], moved) == case["to"]


def test_a_replaced_reference_takes_its_filters_along() -> None:
    assert replace_references("$.a[?(@.b == $.c)].d", lambda reference: "$.x") == "$.x"


def test_template_is_evaluated_at_any_depth_under_stripped_names() -> None:
    template, errors = parse_template(
        {"a.$": "$.x", "b": {"c": [{"d.$": "States.UUID()"}, "$.literal", 1]}, "e": "$.literal", "f": {}, "g": None}
    )
    assert errors == ()
    assert template == Members(
        {
            "a": Evaluated(("a.$",), "$.x", Reference(AccessPath("$", ("x",)), 0, 3)),
            "b": Members(
                {
                    "c": Items(
                        (
                            Members({"d": Evaluated(("b", "c", 0, "d.$"), "States.UUID()", Call("States.UUID", ()))}),
                            Constant("$.literal"),
                            Constant(1),
                        )
                    )
                }
            ),
            "e": Constant("$.literal"),
            "f": Members({}),
            "g": Constant(None),
        }
    )


@pytest.mark.parametrize(
    ("value", "pointer", "says"),
    [
        ({"a.$": 5}, ("a.$",), "not a string"),
        ({"a.$": {"b.$": "$.x"}}, ("a.$",), "not a string"),
        ({"b": [{"a": 1, "a.$": "$.x"}]}, ("b", 0, "a.$"), "two members"),
        ({"b": {"a.$": "$.x."}}, ("b", "a.$"), "name is missing"),
        ({"a.$": "text"}, ("a.$",), "not an intrinsic"),
    ],
)
def test_bad_template(value: Any, pointer: tuple[str | int, ...], says: str) -> None:
    _, errors = parse_template(value)
    assert [(error.pointer, says in error.message) for error in errors] == [(pointer, True)]


@pytest.mark.parametrize("text", ["${Token}", "$.broken["])
def test_what_cannot_be_parsed_counts_as_a_read_of_the_whole_document(text: str) -> None:
    template, errors = parse_template({"a.$": text})
    assert isinstance(template, Members)
    evaluated = template.members["a"]
    assert isinstance(evaluated, Evaluated) and isinstance(evaluated.expression, Reference)
    assert evaluated.expression.path == AccessPath("$")
    assert bool(errors) == (text != "${Token}")


@given(
    st.sampled_from(["$", "$$", "$name"]),
    st.lists(st.one_of(st.text(), st.integers(0, 10**9), st.just(ANY)), max_size=5).map(tuple),
)
def test_every_path_is_read_back_as_it_was_written(root: str, steps: tuple[Any, ...]) -> None:
    steps = tuple(ANY if isinstance(step, str) and "${" in step else step for step in steps)
    assert parse_path(format_path(root, steps)) == AccessPath(root, steps)


@given(st.text(alphabet="$.[]()'\"\\ab1*?@,:{}=~ States.Array") | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_path, parse_reference_path, parse_expression):
        try:
            parse(text)
        except ReferenceSyntaxError as refused:
            assert 0 <= refused.offset <= len(text)
