"""Intrinsic functions, JSONata expressions and Choice rules, each through a machine of one state."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.fields import COMPARISONS, TYPE_TESTS
from aslsplit.asl.intrinsics import INTRINSICS
from aslsplit.interpreter import Execution, Result, choice, run
from aslsplit.interpreter.functions import FUNCTIONS

INPUT: dict[str, Any] = {
    "n": None,
    "s": "a,b;c",
    "l": [1, 2, 2, True, 1.0],
    "o": {"k": 1, "m": {"x": 1}},
    "i": 7,
    "f": 1.0,
}


def _run(body: dict[str, Any], language: str = "JSONPath", given: Any = None) -> Execution:
    machine = {"QueryLanguage": language, "StartAt": "S", "States": {"S": {"End": True, **body}}}
    return run(machine, INPUT if given is None else given, lambda call: Result(None))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("States.Format('{}-{}', $.i, $.o)", "7-{k=1, m={x=1}}"),
        (r"States.Format('it\'s \{{}\} \\', $.s)", r"it's {a,b;c} " + "\\"),
        (r"States.Format('\\{} \{\} {}', 1, 2)", r"\1 {} 2"),
        (r"States.StringToJson('\{\}')", {}),
        ("States.Format('{} {} {}', $.n, $.f, true)", "null 1.0 true"),
        ("States.StringToJson('{\"a\":[1]}')", {"a": [1]}),
        ("States.StringToJson('')", None),
        ("States.JsonToString($.o)", '{"k":1,"m":{"x":1}}'),
        ("States.Array(1, 'x', $.n, States.Array())", [1, "x", None, []]),
        ("States.ArrayPartition($.l, 2)", [[1, 2], [2, True], [1.0]]),
        ("States.ArrayContains($.l, 1)", True),
        ("States.ArrayContains($.l, 'x')", False),
        ("States.ArrayRange(1, 9, 4)", [1, 5, 9]),
        ("States.ArrayRange(3, 1, -1)", [3, 2, 1]),
        ("States.ArrayGetItem($.l, 1)", 2),
        ("States.ArrayLength($.l[*])", 5),
        ("States.ArrayUnique($.l)", [1, 2, True]),
        ("States.Base64Decode(States.Base64Encode('é'))", "é"),
        ("States.Hash('x', 'MD5')", "9dd4e461268c8034f5c8564e155c67a6"),
        ('States.JsonMerge($.o, States.StringToJson(\'{"m":{"y":2}}\'), false)', {"k": 1, "m": {"y": 2}}),
        ("States.MathRandom(3, 4)", 3),
        ("States.MathAdd(-1.5, $.i)", 6),
        ("States.StringSplit($.s, ',;')", ["a", "b", "c"]),
        ("States.Format('{}', $['s'])", "a,b;c"),
        ("States.Format('{}', $$.State.Name)", "S"),
    ],
)
def test_intrinsic(call: str, expected: object) -> None:
    execution = _run({"Type": "Pass", "Parameters": {"out.$": call}})
    assert (execution.status, execution.output) == ("SUCCEEDED", {"out": expected}), execution.cause


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("States.ArrayGetItem($.l, 9)", "States.IntrinsicFailure"),
        ("States.StringToJson('{')", "States.IntrinsicFailure"),
        ("States.JsonMerge($.o, $.o, true)", "States.IntrinsicFailure"),
        ("States.Format('{}')", "States.IntrinsicFailure"),
        ("States.ArrayLength($.l, 1)", "States.Runtime"),
        ("States.ArrayLength($.gone)", "States.Runtime"),
        ("States.NoSuch($.l)", "States.Runtime"),
        ("States.Array(1", "States.Runtime"),
    ],
)
def test_intrinsic_fails(call: str, error: str) -> None:
    assert _run({"Type": "Pass", "Parameters": {"out.$": call}}).error == error


def test_every_function_and_comparison_that_reading_knows_can_be_run() -> None:
    assert FUNCTIONS.keys() == INTRINSICS.keys()
    assert choice.COMPARISONS.keys() == COMPARISONS
    assert choice.TYPE_TESTS.keys() == TYPE_TESTS


def test_uuid_repeats_with_the_seed() -> None:
    machine = {"StartAt": "S", "States": {"S": {"Type": "Pass", "Parameters": {"u.$": "States.UUID()"}, "End": True}}}
    first, again, other = (run(machine, {}, lambda c: Result(None), seed=seed).output for seed in (1, 1, 2))
    assert first == again != other


def test_template_reads_only_members_that_say_so() -> None:
    template = {"a.$": "$.i", "b": "$.i", "c": ["$.i", {"d.$": "$.i"}], "e.$": "$$.Execution.Input.i"}
    execution = _run({"Type": "Pass", "Parameters": template})
    assert execution.output == {"a": 7, "b": "$.i", "c": ["$.i", {"d": 7}], "e": 7}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$states.input.i + 1", 8),
        ("{'k': $states.input.gone, 'n': $states.input.n}", {"n": None}),
        ("[$states.input.gone, 1]", [1]),
        ("[$exists($states.input.n), $exists($states.input.gone)]", [True, False]),
        ("$states.input.n", None),
        ("$states.input.gone & 'x'", "x"),
        ("$states.input.l[$ = 2]", [2, 2]),
        ("$states.input.l[$ = 1][0]", 1),
        ("$string($states.input.f)", "1"),
        ("$range(1, 9, 9)", 1),
        ("$partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("$parse('{\"a\": null}')", {"a": None}),
        ("$hash('x', 'MD5')", "9dd4e461268c8034f5c8564e155c67a6"),
        ("$now()", "2024-01-01T00:00:00.000Z"),
        ("$millis()", 1704067200000),
        ("$states.input ~> |$|{'i': 8}, ['l', 's', 'o', 'f']|", {"n": None, "i": 8}),
        ("$states.context.State.Name", "S"),
    ],
)
def test_jsonata(expression: str, expected: object) -> None:
    execution = _run({"Type": "Pass", "Output": "{% " + expression + " %}"}, "JSONata")
    assert (execution.status, execution.output) == ("SUCCEEDED", expected), execution.cause


@pytest.mark.parametrize(
    "expression", ["$states.input.gone", "$gone", "1 + 'a'", "$eval('1')", "function($x){$x}", "("]
)
def test_jsonata_fails(expression: str) -> None:
    execution = _run({"Type": "Pass", "Output": {"x": "{% " + expression + " %}"}}, "JSONata")
    assert execution.error == "States.QueryEvaluationError"
    assert execution.cause is not None and "'Output/x'" in execution.cause


def matches(text: str, pattern: str) -> bool:
    """As the documentation of StringMatches puts it, one character after the other."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(matches(text[start:], pattern[1:]) for start in range(len(text) + 1))
    literal = 2 if pattern[:2] in (r"\*", r"\\") else 1
    return text.startswith(pattern[literal - 1]) and matches(text[1:], pattern[literal:])


@given(st.text("ab*\\", max_size=6), st.text("ab*\\", max_size=6))
def test_a_pattern_with_stars(text: str, pattern: str) -> None:
    assert choice.COMPARISONS["StringMatches"](text, pattern) is matches(text, pattern)


NOW = "2024-02-29T12:00:00Z"

RULES = [
    ({"Variable": "$.v", "NumericEquals": 1}, 1.0, True),
    ({"Variable": "$.v", "NumericEquals": 1}, True, False),
    ({"Variable": "$.v", "NumericLessThan": 2}, 1, True),
    ({"Variable": "$.v", "NumericGreaterThanEqualsPath": "$.v"}, 1, True),
    ({"Variable": "$.v", "NumericEqualsPath": "$$.State.Name"}, 1, False),
    ({"Variable": "$.v", "StringEquals": "x"}, "x", True),
    ({"Variable": "$.v", "StringGreaterThan": "a"}, 1, False),
    ({"Variable": "$.v", "StringMatches": "log-*.txt"}, "log-1\n2.txt", True),
    ({"Variable": "$.v", "StringMatches": r"a\*b\\*"}, r"a*b\c", True),
    ({"Variable": "$.v", "StringMatches": "a.c"}, "abc", False),
    # Trying out every way to share the text among the stars would never end.
    ({"Variable": "$.v", "StringMatches": "*a" * 40 + "*b"}, "a" * 400, False),
    ({"Variable": "$.v", "StringMatches": "*a" * 40 + "*b"}, "a" * 400 + "b", True),
    ({"Variable": "$.v", "BooleanEquals": False}, False, True),
    ({"Variable": "$.v", "BooleanEquals": False}, 0, False),
    ({"Variable": "$.v", "TimestampEquals": NOW}, "2024-02-29T13:00:00.000+01:00", True),
    ({"Variable": "$.v", "TimestampLessThan": NOW}, "2024-02-29 11:00:00Z", False),
    ({"Variable": "$.v", "IsNull": True}, None, True),
    ({"Variable": "$.v", "IsNumeric": False}, "1", True),
    ({"Variable": "$.v", "IsTimestamp": True}, NOW, True),
    ({"Variable": "$.v", "IsTimestamp": True}, "2023-02-29T12:00:00Z", False),
    ({"Variable": "$.w", "IsPresent": False}, 1, True),
    ({"And": [{"Variable": "$.w", "IsPresent": True}, {"Variable": "$.w", "NumericEquals": 1}]}, 1, False),
    ({"Or": [{"Variable": "$.v", "IsPresent": True}, {"Variable": "$.w", "NumericEquals": 1}]}, 1, True),
    ({"Not": {"Variable": "$.v", "IsString": True}}, 1, True),
]


@pytest.mark.parametrize(("rule", "value", "expected"), RULES)
def test_choice(rule: dict[str, Any], value: object, expected: bool) -> None:
    machine = {
        "StartAt": "C",
        "States": {
            "C": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
            "Yes": {"Type": "Pass", "Result": True, "End": True},
            "No": {"Type": "Pass", "Result": False, "End": True},
        },
    }
    execution = run(machine, {"v": value}, lambda call: Result(None))
    assert execution.output is expected, execution.cause


def test_choice_on_a_missing_value_cannot_be_answered() -> None:
    execution = _run({"Type": "Choice", "Choices": [{"Variable": "$.gone", "IsNull": True, "Next": "S"}]})
    assert execution.error == "States.Runtime"
    assert execution.cause is not None and "references an invalid value" in execution.cause
