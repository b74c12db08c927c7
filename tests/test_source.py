"""Reading: data, places and findings, for JSON and YAML."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.limits import MAX_DEPTH, MAX_TEXT_BYTES, MAX_VALUES
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.source import Json, Source, format_pointer, read_source
from aslsplit.findings import Finding, Severity

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

MACHINE = b"""{
  "StartAt": "Pay",
  "States": {
    "Pay": {"Type": "Pass", "Retry": [1, "two"], "End": true}
  }
}
"""


def read(text: str | bytes, name: str = "machine.json") -> tuple[Source | None, tuple[Finding, ...]]:
    return read_source(name, text.encode() if isinstance(text, str) else text)


def source_of(text: str | bytes, name: str = "machine.json") -> Source:
    source, _ = read(text, name)
    assert source is not None
    return source


def test_values_and_keys_have_spans() -> None:
    source = source_of(MACHINE)
    assert str(source.span(("States", "Pay", "Retry", 1))) == "machine.json:4:42"
    key = source.span(("States", "Pay"), key=True)
    assert (key.line, key.column, key.end_line, key.end_column) == (4, 5, 4, 10)
    whole = source.span(())
    assert (whole.line, whole.column, whole.end_line, whole.end_column) == (1, 1, 6, 2)


def test_a_place_that_is_not_in_the_file_is_the_nearest_around_it() -> None:
    source = source_of(MACHINE)
    assert source.span(("States", "Pay", "Catch", 0, "Next")) == source.span(("States", "Pay"))
    assert source.span(("States", "Pay", "Catch"), key=True) == source.span(("States", "Pay"))


def test_columns_count_characters_whatever_the_line_ending() -> None:
    source = source_of('{\r\n  "😀": "é",\r\n  "b": 1}')
    assert str(source.span(("b",), key=True)) == "machine.json:3:3"
    assert str(source.span(("😀",))) == "machine.json:2:8"
    assert source.text.count("\r\n") == 2


def test_extents_are_those_of_the_text() -> None:
    source = source_of(MACHINE)
    for pointer, extent in source.extents.items():
        assert strictly_equal(json.loads(source.text[extent.start : extent.end]), value_at(source.data, pointer))
        if extent.key_start is not None:
            assert json.loads(source.text[extent.key_start : extent.key_end]) == pointer[-1]


def test_yaml_extents_leave_comments_out() -> None:
    source = source_of("# top\nA:\n  B: x y # tail\n  C:\n  - |\n    text\n\n# end\n", "a.yaml")
    texts = {format_pointer(at): source.text[extent.start : extent.end] for at, extent in source.extents.items()}
    assert texts == {
        "": "A:\n  B: x y # tail\n  C:\n  - |\n    text",
        "/A": "B: x y # tail\n  C:\n  - |\n    text",
        "/A/B": "x y",
        "/A/C": "- |\n    text",
        "/A/C/0": "|\n    text",
    }


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("a.json", "{}", "json"),
        ("a.asl.json", "{}", "json"),
        ("a.yaml", "A: 1", "yaml"),
        ("a.YML", "A: 1", "yaml"),
        ("a.asl", ' \n{"A": 1}', "json"),
        ("<stdin>", "A: 1", "yaml"),
        ("a.yaml", '{\t"A": 1}', "json"),  # JSON in a YAML file, which PyYAML would refuse
        ("a.yaml", "{A: 1}", "yaml"),
    ],
)
def test_the_format_follows_from_name_and_text(name: str, text: str, format: str) -> None:
    assert source_of(text, name).format == format


def test_a_byte_order_mark_is_not_text() -> None:
    source = source_of(b'\xef\xbb\xbf{"A": 1}')
    assert source.text == '{"A": 1}'


UNREADABLE = [
    ("empty", "a.json", "", 1, 1, "empty"),
    ("blank", "a.yaml", " \n\n", 1, 1, "empty"),
    ("comments only", "a.yaml", "# nothing\n", 1, 1, "empty"),
    ("binary", "a.json", b"\x00\x01", 1, 1, "binary"),
    ("UTF-16", "a.json", '{"A": 1}'.encode("utf-16"), 1, 1, "UTF-16"),
    ("Latin-1", "a.json", b'{\n"A": "\xe9"}', 1, 1, "line 2 holds the byte 0xe9"),
    ("truncated object", "a.json", '{"A": {', 1, 8, "ends too early"),
    ("truncated after a colon", "a.json", '{"A":', 1, 6, "ends too early"),
    ("truncated string", "a.json", '{"A": "x', 1, 7, "does not end"),
    ("trailing comma", "a.json", '{"A": 1,\n}', 1, 8, "one too many"),
    ("comment", "a.json", "{ // no\n}", 1, 3, "a key in double quotes"),
    ("single quotes", "a.json", "{'A': 1}", 1, 2, "a key in double quotes"),
    ("placeholder", "a.json", '{"A": ${B', 1, 7, "a value is missing"),
    ("directive", "a.json", '{"A": %{ if x }1}', 1, 7, "a value is missing"),
    ("leading zero", "a.json", '{"A": 01}', 1, 7, "a value is missing"),
    ("text behind", "a.json", "{} x", 1, 4, "after the end"),
    ("bad escape", "a.json", r'{"A": "\x"}', 1, 8, "not an escape"),
    ("tab in a string", "a.json", '{"A": "a\tb"}', 1, 9, "control character"),
    ("NaN", "a.json", '{"A": [NaN]}', 1, 8, "not a JSON value"),
    ("negative Infinity", "a.json", '{"A": -Infinity}', 1, 7, "not a JSON value"),
    ("number beyond float", "a.json", '{"A": 1e999}', 1, 7, "too large"),
    ("integer of 5000 digits", "a.json", '{"A": ' + "1" * 5000 + "}", 1, 7, "too large"),
    ("half a surrogate pair", "a.json", r'{"A": "\ud800"}', 1, 7, "surrogate"),
    ("array on top", "a.json", "[1]", 1, 1, "holds an array"),
    ("string on top", "a.yaml", "hello", 1, 1, "holds a string"),
    ("YAML with a tab", "a.yaml", "A:\n\tB: 1", 2, 1, "not YAML"),
    ("YAML not closed", "a.yaml", "A: [1", 1, 6, "not YAML"),
    ("YAML control character", "a.yaml", "A: \x07", 1, 4, "U+0007"),
    ("YAML infinity", "a.yaml", "A: .inf", 1, 4, "no counterpart in JSON"),
    ("YAML number beyond float", "a.yaml", "A: 1e999", 1, 4, "too large"),
    ("YAML list as key", "a.yaml", "? [A]\n: 1", 1, 3, "cannot be a key"),
    ("YAML list with a tag", "a.yaml", "A: !Join [a]", 1, 4, "!Join"),
    ("YAML value against its tag", "a.yaml", "A: !!int x", 1, 4, "does not fit"),
    ("two YAML documents", "a.yaml", "A: 1\n---\nB: 1\n", 2, 1, "second YAML document"),
    ("unknown alias", "a.yaml", "A: *b", 1, 4, "not defined before"),
    ("alias within its own anchor", "a.yaml", "A: &a\n  B: *a", 2, 6, "never end"),
    ("merge of a scalar", "a.yaml", "<<: x\nA: 1", 1, 5, "needs a mapping"),
]


@pytest.mark.parametrize(
    ("name", "text", "line", "column", "message"),
    [case[1:] for case in UNREADABLE],
    ids=[case[0] for case in UNREADABLE],
)
def test_unreadable(name: str, text: str | bytes, line: int, column: int, message: str) -> None:
    source, findings = read(text, name)
    assert source is None
    [remark] = findings
    assert remark.code == "ASL101"
    assert remark.span is not None
    assert (remark.span.line, remark.span.column) == (line, column)
    assert message in remark.message


def test_everything_is_reported_at_once() -> None:
    _, findings = read('{"A": NaN,\n "A": 1, "B": "\\ud800"\n ]')
    assert [(remark.code, remark.span.line) for remark in findings if remark.span] == [
        ("ASL101", 1),
        ("ASL102", 2),
        ("ASL101", 2),
        ("ASL101", 3),
    ]


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_duplicate_keys_name_the_line_of_the_first(name: str) -> None:
    text = '{"A": 1,\n "B": {"A": 2},\n "A": 3,\n "\\u0041": 4}'
    source, findings = read(text, name)
    assert source is not None
    assert source.data == {"A": 4, "B": {"A": 2}}
    assert [(remark.code, str(remark.span), remark.pointer) for remark in findings] == [
        ("ASL102", f"{name}:3:2", "/A"),
        ("ASL102", f"{name}:4:2", "/A"),
    ]
    assert all("line 1" in remark.message for remark in findings)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "[" * 10_000_000),
        ("a.json", "[" * 1_000_000),
        ("a.json", '{"a":' * 1_000_000),
        ("a.yaml", "[" * 1_000_000),
        ("a.yaml", "- " * 1_000_000),
        ("a.yaml", "a: &a0 [x, x]\n" + "".join(f"b{n}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(50))),
        ("a.yaml", "a: &a0 [x]\n" + "".join(f"b{n}: &a{n + 1} [*a{n}]\n" for n in range(250))),
        ("a.json", "[" + "1," * MAX_VALUES + "1]"),
    ],
)
def test_limits(name: str, text: str) -> None:
    # Of the processor's time: what else runs on the machine does not count.
    begin = time.process_time()
    source, findings = read(text, name)
    assert source is None
    assert [remark.code for remark in findings] == ["ASL113"]
    assert time.process_time() - begin < 20, "it should give up long before that"


def test_what_is_just_within_the_limits_is_read() -> None:
    deep = '{"a":' * MAX_DEPTH + "1" + "}" * MAX_DEPTH
    assert source_of(deep).span(("a",) * MAX_DEPTH).column == len('{"a":') * MAX_DEPTH + 1
    blank = '{"a": 1}'
    assert source_of(blank + " " * (MAX_TEXT_BYTES - len(blank))).data == {"a": 1}


YAML_VALUES = [
    ("null", None), ("~", None), ("", None), ("true", True), ("False", False),
    ("yes", "yes"), ("off", "off"), ("y", "y"), ("2024-01-01", "2024-01-01"), ("2024-01-01T00:00:00Z",) * 2,
    ("12:30:45", "12:30:45"), ("1_000", "1_000"), ("10", 10), ("-3", -3), ("0x1F", 31), ("0o17", 15), ("1e3", 1000.0),
    ("1.", 1.0), (".5", 0.5), ("1.0", 1.0), ("'1'", "1"), ('"a\\nb"', "a\nb"), ("$.a[0]", "$.a[0]"),
    ("!!str 1", "1"), ("!!int '3'", 3), ("!!float 1", 1.0), ("!Sub ${A}-1", "${A}-1"), ("!Sub 1", "1"),
    ("!!timestamp 2001-01-01", "2001-01-01"), ("! 12", "12"), ("=", "="), ("[<<]", ["<<"]),
    ("|\n  a\n   b\n", "a\n b\n"), (">-\n  a\n  b\n", "a b"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), YAML_VALUES)
def test_yaml_is_read_as_the_data_that_json_would_hold(text: str, value: Json) -> None:
    assert strictly_equal(source_of(f"A: {text}", "a.yaml").data, {"A": value})


def test_yaml_keys_are_strings_as_written() -> None:
    assert source_of("200: a\ntrue: b\n1.0: c\n2024-01-01: d\n", "a.yaml").data == {
        "200": "a", "true": "b", "1.0": "c", "2024-01-01": "d",
    }  # fmt: skip


def test_merge_keys_and_aliases_are_resolved_and_remarked_on_once_per_anchor() -> None:
    text = "A: &a {x: 1, y: 2}\nB: &b {y: 3, z: 4}\nC:\n  q: 0\n  <<: [*a, *b]\n  x: 9\nD: *a\n"
    source, findings = read(text, "a.yaml")
    assert source is not None
    assert list(source.data["C"].items()) == [("y", 2), ("z", 4), ("x", 9), ("q", 0)]
    assert source.data["D"] == {"x": 1, "y": 2}
    assert [(remark.code, remark.severity, str(remark.span)) for remark in findings] == [
        ("ASL117", Severity.WARNING, "a.yaml:1:4"),
        ("ASL117", Severity.WARNING, "a.yaml:2:4"),
    ]
    assert "lines 5, 7" in findings[0].message
    assert source.span(("D", "x")) == source.span(("D",))


def test_an_alias_gives_a_copy() -> None:
    data = source_of("A: &a [1]\nB: *a", "a.yaml").data
    data["B"].append(2)
    assert data["A"] == [1]


def test_an_anchor_that_nothing_refers_to_is_not_worth_a_remark() -> None:
    assert read("A: &a 1", "a.yaml")[1] == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=3), json_values), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_is_read_as_the_json_module_reads_it(data: Json, indent: int | str | None, ascii: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii)
    source = source_of(text)
    assert strictly_equal(source.data, data)
    for pointer, extent in source.extents.items():
        assert strictly_equal(json.loads(text[extent.start : extent.end]), value_at(data, pointer))


@given(st.text(alphabet=' {}[]:,"\\u0a1-.eE+tn\n', max_size=14).map(lambda text: '{"a":' + text))
def test_what_the_json_module_refuses_is_refused(text: str) -> None:
    source, findings = read(text)
    try:
        data = json.loads(text)
    except ValueError:
        assert source is None
        assert findings
    else:
        assert any("surrogate" in remark.message or "large" in remark.message for remark in findings) or (
            source is not None and strictly_equal(source.data, data)
        )


@given(st.binary(max_size=40), st.sampled_from(["a.json", "a.yaml"]))
def test_nothing_makes_the_reader_raise(raw: bytes, name: str) -> None:
    source, findings = read_source(name, raw)
    assert source is not None or findings


@given(st.text(alphabet="ab:-? \n#&*!|>'\"%@[]{},~<0", max_size=30))
def test_no_yaml_makes_the_reader_raise(text: str) -> None:
    source, findings = read(text, "a.yaml")
    assert source is not None or findings


def test_a_megabyte_is_read_quickly() -> None:
    state = {"Type": "Task", "Resource": "arn:aws:lambda", "Retry": [{"ErrorEquals": ["A", "B"], "MaxAttempts": 3}]}
    text = json.dumps({"States": {f"State{n}": {**state, "Next": f"State{n + 1}"} for n in range(4300)}}, indent=2)
    assert len(text) > 1_000_000
    begin = time.process_time()
    source_of(text)
    assert time.process_time() - begin < 10, "it should take a fraction of that"


def test_the_corpus_is_read_as_the_json_module_reads_it() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real definitions is not here")
    files = sorted(CORPUS.rglob("*.json"))
    assert files
    for file in files:
        source, findings = read_source(file.name, file.read_bytes())
        assert source is not None
        assert findings == ()
        assert strictly_equal(source.data, json.loads(file.read_text(encoding="utf-8")))


def value_at(data: Json, pointer: tuple[str | int, ...]) -> Json:
    for name in pointer:
        data = data[name]
    return data
