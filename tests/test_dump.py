"""Dumping: what is unchanged keeps its text, whatever else happens around it."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.extents import line_start
from aslsplit.asl.limits import MAX_DEPTH
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.source import Format, Pointer, Source
from tests.dumping import dumped, same, source_of, value_at

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

JSON_MACHINE = """{
  "StartAt": "A",
  "Comment": "caf\\u00e9",

  "States": {
    "A": {"Type": "Pass", "Next": "B"},
    "B": {
      "Type": "Parallel",
      "Branches": [{
        "StartAt": "X",
        "States": {
          "X": {
            "Type": "Task",
            "BackoffRate": 1.0,
            "End": true
          }
        }
      }],
      "End": true
    }
  }
}
"""

YAML_MACHINE = """# licence
Comment: hi

# where it begins
StartAt: A  # first
States:
  # about A
  A:
    Type: Pass
    Next: 'B' # go

  B:
    Type: Parallel
    Branches:
      # one
      - StartAt: X
        States:
          # about X
          X:
            Type: Task
            ErrorEquals: ["a", "b"]
            Cause: |
              hello
                world

            # last
            End: true
      # two
      - StartAt: Y
    End: true
# bye
"""


def test_an_unchanged_text_is_the_same_text() -> None:
    for text in (
        JSON_MACHINE,
        JSON_MACHINE.replace("\n", "\r\n"),
        '{"a":1.0,"b" : [1e3,\t12345678901234567890]}',
        " {}\n\n",
    ):
        source = source_of(text)
        assert dumped(source.data, same(source), source) == text
    for text in (YAML_MACHINE, YAML_MACHINE.replace("\n", "\r\n"), "---\nA: &a [1]\nB: *a\n..."):
        source = source_of(text, "yaml")
        assert dumped(source.data, same(source), source) == text


def test_a_changed_string_changes_that_string_only() -> None:
    for text, format, before, after in (
        (JSON_MACHINE, "json", '"Next": "B"', '"Next": "Other"'),
        (YAML_MACHINE, "yaml", "Next: 'B'", "Next: 'Other'"),
    ):
        source = source_of(text, format)  # type: ignore[arg-type]  # one of the two formats
        data = copy.deepcopy(source.data)
        data["States"]["A"]["Next"] = "Other"
        assert dumped(data, same(source), source) == text.replace(before, after)


def test_an_added_state_adds_its_lines() -> None:
    source = source_of(JSON_MACHINE)
    data = copy.deepcopy(source.data)
    data["States"]["New"] = {"Type": "Task", "Retry": [{"ErrorEquals": ["E1", "E2"]}], "End": True}
    assert dumped(data, same(source), source) == JSON_MACHINE.removesuffix("\n  }\n}\n") + (
        ",\n"
        '    "New": {\n'
        '      "Type": "Task",\n'
        '      "Retry": [\n'
        "        {\n"
        '          "ErrorEquals": ["E1", "E2"]\n'
        "        }\n"
        "      ],\n"
        '      "End": true\n'
        "    }\n"
        "  }\n}\n"
    )


def test_an_added_state_adds_its_lines_in_yaml() -> None:
    source = source_of(YAML_MACHINE, "yaml")
    data = copy.deepcopy(source.data)
    new = {"Type": "Task", "Catch": [{"ErrorEquals": ["E", "no"], "Next": "A"}], "Cause": "a\nb\n", "Empty": {}}
    data["States"] = {"New": new, **data["States"]}
    lines = (
        "  New:\n"
        "    Type: Task\n"
        "    Catch:\n"
        '      - ErrorEquals: ["E", "no"]\n'
        "        Next: A\n"
        "    Cause: |\n"
        "      a\n"
        "      b\n"
        "    Empty: {}\n"
    )
    assert dumped(data, same(source), source) == YAML_MACHINE.replace("States:\n", "States:\n" + lines, 1)


@pytest.mark.parametrize("name", ["A", "B"])
def test_a_removed_state_takes_its_lines_along(name: str) -> None:
    source = source_of(JSON_MACHINE)
    data = copy.deepcopy(source.data)
    del data["States"][name]
    first = '    "A": {"Type": "Pass", "Next": "B"}'
    start, end = JSON_MACHINE.index(first), JSON_MACHINE.index("\n  }\n}")
    middle = start + len(first + ",\n")
    kept = JSON_MACHINE[middle:end] if name == "A" else first
    assert dumped(data, same(source), source) == JSON_MACHINE[:start] + kept + JSON_MACHINE[end:]


def test_a_removed_member_takes_the_comments_above_it_along() -> None:
    source = source_of(YAML_MACHINE, "yaml")
    data = copy.deepcopy(source.data)
    del data["StartAt"]
    del data["States"]["A"]
    text = dumped(data, same(source), source)
    gone = "\n# where it begins\nStartAt: A  # first\n"
    about_a = "  # about A\n  A:\n    Type: Pass\n    Next: 'B' # go\n"
    assert text == YAML_MACHINE.replace(gone, "").replace(about_a, "")


X: Pointer = ("States", "B", "Branches", 0, "States", "X")


def child_of(source: Source) -> str:
    value = {"StartAt": "X", "States": {"X": value_at(source.data, X), "A": source.data["States"]["A"]}}
    origins: dict[Pointer, Origin | None]
    origins = {(): None, ("States", "X"): Origin(source, X), ("States", "A"): Origin(source, ("States", "A"))}
    return dumped(value, origins, source)


def test_a_state_moves_out_of_a_nested_scope() -> None:
    assert child_of(source_of(JSON_MACHINE)) == (
        "{\n"
        '  "StartAt": "X",\n'
        '  "States": {\n'
        '    "X": {\n'
        '      "Type": "Task",\n'
        '      "BackoffRate": 1.0,\n'
        '      "End": true\n'
        "    },\n"
        '    "A": {"Type": "Pass", "Next": "B"}\n'
        "  }\n"
        "}\n"
    )


def test_a_state_moves_out_of_a_nested_scope_in_yaml() -> None:
    assert child_of(source_of(YAML_MACHINE, "yaml")) == (
        "StartAt: X\n"
        "States:\n"
        "  # about X\n"
        "  X:\n"
        "    Type: Task\n"
        '    ErrorEquals: ["a", "b"]\n'
        "    Cause: |\n"
        "      hello\n"
        "        world\n"
        "\n"
        "    # last\n"
        "    End: true\n"
        "  # about A\n"
        "  A:\n"
        "    Type: Pass\n"
        "    Next: 'B' # go\n"
    )


def test_a_whole_document_moves_into_a_state() -> None:
    outer = source_of("States:\n    Old: 1\n", "yaml")
    inner = source_of("# top\nA: 1 # one\n# two\nB:\n- 2\n", "yaml")
    value = {"States": {"Old": 1, "New": {"B": [2], "A": 1}}}
    text = dumped(value, {**same(outer), ("States", "New"): Origin(inner, ())}, outer)
    assert text == "States:\n    Old: 1\n    New:\n        # two\n        B:\n        - 2\n        A: 1 # one\n"


def test_empty_lines_above_a_state_move_with_it() -> None:
    source = source_of('{\n  "A": {\n    "B": 1,\n\n    "C": 2\n  }\n}')
    origins: dict[Pointer, Origin | None] = {(): None, ("C",): Origin(source, ("A", "C"))}
    assert dumped({"X": 0, "C": 2}, origins, source) == '{\n  "X": 0,\n\n  "C": 2\n}'


def test_a_line_that_stands_too_far_left_keeps_its_distance() -> None:
    source = source_of('{\n    "A": {\n        "B": [\n      1,\n\n 2\n        ]\n    }\n}')
    origins: dict[Pointer, Origin | None] = {(): None, ("B",): Origin(source, ("A", "B"))}
    assert dumped({"B": [1, 2]}, origins, source) == '{\n    "B": [\n  1,\n\n2\n    ]\n}'


def test_text_from_a_file_with_other_line_endings_takes_those_of_the_new_one() -> None:
    for one, other, format in (
        ('{\n  "A": {\n    "B": 1\n  }\n}\n', '{\r\n  "C": 1\r\n}', "json"),
        ("A:\n  # b\n  B: |\n    x\n", "C: 1\r\n", "yaml"),
    ):
        source, like = source_of(one, format), source_of(other, format)  # type: ignore[arg-type]  # one of the two
        text = dumped({"A": source.data["A"]}, {("A",): Origin(source, ("A",))}, like)
        assert text.count("\n") == text.count("\r\n") > 2


def test_a_comment_survives_when_its_member_becomes_the_first_of_an_item() -> None:
    source = source_of("A:\n  - B: 1\n    # about C\n    C: 2\n", "yaml")
    assert dumped({"A": [{"C": 2}]}, same(source), source) == "A:\n  -\n    # about C\n    C: 2\n"


def test_the_items_at_both_ends_of_a_list_stay_the_same_items() -> None:
    source = source_of('{"a": [ 1, 1.0,   1 ]}')
    assert dumped({"a": [2, 1.0, 1]}, same(source), source) == '{"a": [ 2, 1.0,   1 ]}'
    assert dumped({"a": [1, 1]}, same(source), source) == '{"a": [ 1,   1 ]}'


def test_numbers_and_escapes_stay_as_written() -> None:
    source = source_of('{"\\u0061": 1.0, "b": 1e3, "c": "\\/\\u00e9", "d": 12345678901234567890}')
    data = {**source.data, "e": 0}
    assert dumped(data, same(source), source) == source.text[:-1] + ', "e": 0}'


def test_equal_is_not_enough_when_the_type_differs() -> None:
    source = source_of('{"a": 1, "b": 1.0, "c": true, "d": {"x": 1, "y": 2}, "e": -0.0}')
    data = {"a": 1.0, "b": True, "c": 1, "d": {"y": 2, "x": 1}, "e": 0.0}
    assert dumped(data, same(source), source) == '{"a": 1.0, "b": true, "c": 1, "d": {"y": 2, "x": 1}, "e": 0.0}'


@pytest.mark.parametrize(
    ("like", "text"),
    [
        ('{"a":1}', '{"A":[1,2],"B":{"C":[{}]}}'),
        ('{"a": 1, "b": 2}\n', '{"A": [1, 2], "B": {"C": [{}]}}\n'),
        (
            '{\n\t"a" : [\n\t\t1\n\t]\n}',
            '{\n\t"A" : [\n\t\t1,\n\t\t2\n\t],\n\t"B" : {\n\t\t"C" : [\n\t\t\t{}\n\t\t]\n\t}\n}',
        ),
        ('{\r\n "a": 1}\r\n', '{\r\n "A": [1, 2],\r\n "B": {\r\n  "C": [\r\n   {}\r\n  ]\r\n }\r\n}\r\n'),
    ],
)
def test_new_text_follows_the_style_of_the_file(like: str, text: str) -> None:
    assert dumped({"A": [1, 2], "B": {"C": [{}]}}, {}, source_of(like)) == text


@pytest.mark.parametrize(
    ("like", "text"),
    [
        ("a: 1\n", "A:\n- 1\n- 2\nB:\n  C:\n  - {}\n"),
        ("a:\n   b: [1]\nc:\n  - d: 1", "A: [1, 2]\nB:\n   C:\n     - {}"),
    ],
)
def test_new_text_follows_the_style_of_the_yaml_file(like: str, text: str) -> None:
    assert dumped({"A": [1, 2], "B": {"C": [{}]}}, {}, source_of(like, "yaml")) == text


def test_commas_in_front_stay_in_front() -> None:
    source = source_of('{ "a": 1\n, "b": 2\n, "c": 3\n}')
    assert dumped({"a": 1, "b": 4, "c": 3}, same(source), source) == '{ "a": 1\n, "b": 4\n, "c": 3\n}'
    assert dumped({"b": 2, "c": 3, "d": 5}, same(source), source) == '{ "b": 2\n, "c": 3\n, "d": 5\n}'


def test_removing_an_item_leaves_the_others_as_they_are() -> None:
    for text, format, gone in (
        ('{"a": [{"x":1 }, {"y":2 }, {"z" : 3}]}', "json", ' {"y":2 },'),
        ("a:\n- x:   1\n# y\n- y: 2\n# z\n- z: 3\n", "yaml", "# y\n- y: 2\n"),
    ):
        source = source_of(text, format)  # type: ignore[arg-type]  # one of the two formats
        data = {"a": [source.data["a"][0], source.data["a"][2]]}
        assert dumped(data, same(source), source) == text.replace(gone, "")


def test_what_is_shared_in_yaml_stays_while_both_ends_stay() -> None:
    source = source_of("A: &a\n  x: 1\nB: *a\nC:\n  <<: *a\n  y: 2\nD: 3\n", "yaml")
    data = {**source.data, "D": 4}
    assert dumped(data, same(source), source) == source.text.replace("D: 3", "D: 4")


def test_what_is_shared_in_yaml_is_written_out_when_one_end_leaves() -> None:
    source = source_of("A: &a\n  x: 1 # one\nB: *a\n# about C\nC:\n  <<: *a\n  y: 2 # two\n", "yaml")
    data = {"B": {"x": 1}, "C": {"x": 1, "y": 2}}
    assert dumped(data, same(source), source) == "B:\n  x: 1\n# about C\nC:\n  x: 1\n  y: 2 # two\n"


def test_a_changed_flow_collection_stays_one() -> None:
    source = source_of('A: {x: ["a", "b"]}  # flow\nB: 1\n', "yaml")
    data = {"A": {"x": ["a", "c, d"]}, "B": 1}
    assert dumped(data, same(source), source) == 'A: {x: ["a", "c, d"]}  # flow\nB: 1\n'.replace("x:", "x:")


def test_yaml_into_json_and_back_goes_by_the_data() -> None:
    one, other = source_of(JSON_MACHINE), source_of(YAML_MACHINE, "yaml")
    as_yaml, as_json = dumped(one.data, same(one), other), dumped(other.data, same(other), one)
    assert (as_yaml.lstrip()[0] == "{", as_json.lstrip()[0] == "{") == (False, True)
    there, back = source_of(as_yaml, "yaml"), source_of(as_json)
    assert strictly_equal(json.loads(dumped(there.data, same(there), one)), json.loads(JSON_MACHINE))
    assert strictly_equal(yaml.safe_load(dumped(back.data, same(back), other)), yaml.safe_load(YAML_MACHINE))


@pytest.mark.parametrize(
    "value",
    [
        "no", "y", "~", "null", "1e3", "0x1", "12:30", "2024-01-01", "1_000", ".5", "-", "- a", "a: b", "a #b", "a:",
        "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a'", '"a"', "{% $x %}", "[a]", "a, b", "=", "<<", "",
        " a", "a ", "a\n", "a\nb", "\na", "a\n\nb\n", "a\n\n", " a\nb", "a\n b", "a \nb", "a\tb", "\ta\nb", "a\r\nb",
        "---", "--- a", "...", "\x85", "\u2028", "\x7f", "\ufeff", "é😀", "$.a[0]", "States.Format('{}', $.a)",
        "x" * 2000, "?", "? a", ":", ":a",
    ],
)  # fmt: skip
def test_strings_are_quoted_where_some_yaml_reader_would_read_something_else(value: str) -> None:
    like = source_of("a: [b]\nc:\n- d\n", "yaml")
    data = {value: value, "list": [value, {value: value}], "flow": {"b": [value]}, "short": [value[:3], value[:3]]}
    text = dumped(data, {("flow",): Origin(source_of("f: {b: [c]}", "yaml"), ("f",))}, like)
    assert yaml.safe_load(text) == data


@pytest.mark.parametrize("word", ["y", "N", "yes", "off", "~", "12:30", "2024-01-01", "1_000"])
def test_a_word_of_yaml_1_1_is_quoted(word: str) -> None:
    assert dumped({"a": word}, {}, source_of("a: b\n", "yaml")) == f'a: "{word}"\n'


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ('{"a":' * MAX_DEPTH + "1" + "}" * MAX_DEPTH, "json"),
        ("a: " + "{a: " * (MAX_DEPTH - 1) + "1" + "}" * (MAX_DEPTH - 1), "yaml"),
        ("a:\n" + "- " * (MAX_DEPTH - 1) + "1\n", "yaml"),
    ],
    ids=["json", "yaml flow", "yaml block"],
)
def test_the_deepest_document_that_can_be_read_can_be_changed_and_written(text: str, format: Format) -> None:
    source = source_of(text, format)
    data = copy.deepcopy(source.data)
    deepest = data
    for _ in range(MAX_DEPTH - 1):
        deepest = next(iter(deepest.values() if isinstance(deepest, dict) else deepest))
    deepest["a" if isinstance(deepest, dict) else 0] = 2
    assert dumped(data, same(source), source) == text.replace("1", "2")
    # Without a word of the text that was there, the data is all there is to hold it to, which `dumped` does.
    assert dumped(data, {}, source).count("2") == 1


@pytest.mark.parametrize("format", ["json", "yaml"])
def test_the_corpus_keeps_its_text(format: Format) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real definitions is not here")
    files = sorted(CORPUS.rglob("*.json"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        if format == "yaml":
            text = yaml.dump(json.loads(text), sort_keys=False, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
        source = source_of(text, format)
        assert strictly_equal(source.data, json.loads(file.read_text(encoding="utf-8")))
        assert dump(source.data, same(source), like=source) == text
        data = copy.deepcopy(source.data)
        gone = list(data["States"])[len(data["States"]) // 2]
        del data["States"][gone]
        if data["States"]:
            extent = source.extents[("States", gone)]
            assert extent.key_start is not None
            kept = dumped(data, same(source), source)
            removed = source.text[line_start(text, extent.key_start) : extent.end]
            assert lines_of(text) - lines_of(removed) == lines_of(kept)


def lines_of(text: str) -> Counter[str]:
    """Without the commas: the last member of an object loses its own when it becomes the last."""
    return Counter(line.rstrip(",") for line in text.splitlines())


FLOW = """\
States:
  Pay: { Type: Task ,  Resource: 'arn', "Parameters" : {a:  [1,  2 ,3]} , # why
         End:   true }
  List: [a,  b]
"""


def test_a_flow_collection_keeps_its_layout_around_a_change_and_back() -> None:
    source = source_of(FLOW, "yaml")
    data = copy.deepcopy(source.data)
    pay = data["States"]["Pay"]
    data["States"]["Pay"] = {"Type": "Task", "Resource": "it's", "Parameters": pay["Parameters"], "Next": "Done"}
    text = dumped(data, same(source), source)
    assert text == FLOW.replace("'arn'", "'it''s'").replace("End:   true", "Next:   Done")
    changed = source_of(text, "yaml")
    assert dumped(source.data, same(changed), changed) == FLOW


def test_a_flow_collection_that_moves_keeps_its_layout() -> None:
    source = source_of(FLOW, "yaml")
    value = {"Deep": {"Deep": {"Deeper": {**source.data["States"]["Pay"], "Type": "Pass"}}}}
    text = dumped(value, {("Deep", "Deep", "Deeper"): Origin(source, ("States", "Pay")), (): None}, source)
    assert "    Deeper: { Type: Pass ,  Resource: 'arn', \"Parameters\" : {a:  [1,  2 ,3]} , # why\n" in text
    assert "           End:   true }" in text


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ('{"a": "Pr\\u00fcfen"}', '"n\\u00e4chste"'),
        ('{"a": "Pr\\u00FCfen"}', '"n\\u00E4chste"'),
        ('{"a": "Prüfen \\u00e4"}', '"nächste"'),
        ('{"a": "pruefen"}', '"nächste"'),
        ('{"a": "\\\\u00fc"}', '"nächste"'),
        ('{"a": "\\u0041"}', '"nächste"'),
    ],
)
def test_what_is_not_ascii_is_escaped_where_the_file_does_so(written: str, found: str) -> None:
    source = source_of(written)
    assert found in dumped({**source.data, "b": "nächste"}, same(source), source)
