"""The line in question and the caret below it: what stands under what, in cells of a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.findings import Finding, Severity, Span
from aslsplit.render.excerpt import excerpt
from aslsplit.render.findings_text import findings_text
from tests.command_line import aslsplit, small_project


def shown(text: str, marked: str, width: int = 60) -> list[str]:
    """The excerpt for the first occurrence of a text, which stands in one line."""
    lines = text.split("\n")
    line = next(number for number, line in enumerate(lines, start=1) if marked in line)
    column = lines[line - 1].index(marked) + 1
    found = excerpt(text, Span("a.json", line, column, line, column + len(marked)), width)
    assert found is not None
    return [found.line, found.marks]


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ('{"StartAt": "A"}', '"A"', ['{"StartAt": "A"}', "            ^^^"]),
        ("a: 1\nb: c: 2\n", "c: 2", ["b: c: 2", "   ^^^^"]),
        ('\t\t"A": "B"', '"B"', ['        "A": "B"', "             ^^^"]),
        ("{a: 支払い, b: no}", "no", ["{a: 支払い, b: no}", "               ^^"]),
        ("{支払い: no}", "支払い", ["{支払い: no}", " ^^^^^^"]),
        ("cafe\u0301: no", "no", ["cafe\u0301: no", "      ^^"]),
        ("a\x1b[31m: no", "no", ["a\\x1b[31m: no", "           ^^"]),
        ("x" * 100 + "no", "no", ["…" + "x" * 55 + "no", " " * 56 + "^^"]),
        ("no" + "x" * 100, "no", ["no" + "x" * 56 + "…", "^^"]),
        ("x" * 50 + "no" + "y" * 100, "no", ["x" * 50 + "no" + "y" * 6 + "…", " " * 50 + "^^"]),
        ("x" * 100 + "no" + "y" * 100, "no", ["…" + "x" * 20 + "no" + "y" * 36 + "…", " " * 21 + "^^"]),
        ("支" * 50 + "no", "no", ["…" + "支" * 27 + "no", " " * 55 + "^^"]),
    ],
    ids=["json", "yaml", "tabs", "wide before", "wide itself", "combining", "an escape sequence", "cut before",
         "cut behind", "cut behind alone", "cut on both sides", "cut wide letters"],
)  # fmt: skip
def test_the_caret_stands_below_what_is_meant(text: str, marked: str, expected: list[str]) -> None:
    assert shown(text, marked) == expected


def test_of_several_lines_the_first_is_marked_to_its_end() -> None:
    found = excerpt('a: {\n  "b": [  \n    1\n  ]\n}', Span("a.json", 2, 8, 4, 4), 60)
    assert found is not None
    assert (found.number, found.line, found.marks) == (2, '  "b": [', "       ^")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_positions_are(ending: str) -> None:
    found = excerpt(f"one{ending}two{ending}", Span("a.yaml", 2, 1, 2, 4), 60)
    assert found is not None
    assert (found.line, found.marks) == ("two", "^^^")


@pytest.mark.parametrize("span", [(3, 1, 3, 2), (2, 1, 2, 1), (0, 0, 0, 0)])
def test_where_there_is_no_line_or_an_empty_one_there_is_no_excerpt(span: tuple[int, int, int, int]) -> None:
    assert excerpt("one\n\n", Span("a.yaml", *span), 60) is None


@given(st.text(max_size=300), st.integers(1, 300), st.integers(0, 300), st.integers(10, 120))
def test_there_is_always_a_caret_and_the_line_fits(line: str, column: int, length: int, width: int) -> None:
    found = excerpt(line, Span("a", 1, column, 1, column + length), width)
    if found is not None:
        assert "^" in found.marks
        assert found.line.isprintable()
        assert len(found.marks) <= max(width, 12)


def test_notes_go_without_and_a_place_is_shown_once() -> None:
    place = Span("a.yaml", 1, 1, 1, 2)
    remarks = [Finding("ASL001", severity, "no", place) for severity in (Severity.NOTE, Severity.ERROR, Severity.ERROR)]
    text = findings_text(remarks, text_of={"a.yaml": "a: 1"}.get)
    assert text == (
        "a.yaml:1:1: note ASL001: no\n"
        "a.yaml:1:1: error ASL001: no\n      1 | a: 1\n        | ^\n"
        "a.yaml:1:1: error ASL001: no\n"
    )  # fmt: skip


def test_a_line_of_megabytes_is_looked_at_only_where_it_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr("aslsplit.render.excerpt.printable", lambda text: looked_at.append(text) or text)
    found = excerpt("[" * 5_000_000 + "no" + "]" * 5_000_000, Span("a", 1, 5_000_001, 1, 5_000_003), 60)
    assert found is not None
    assert found.line == "…" + "[" * 20 + "no" + "]" * 36 + "…"
    assert len(looked_at) < 1000


class TestOnTheCommandLine:
    def test_what_came_through_standard_input_is_shown_too(self, tmp_path: Path) -> None:
        project = small_project(tmp_path / "project")
        wrong = (project / "boundaries.yaml").read_text().replace("version: 1", "version: 2")
        ran = aslsplit("plan", "-", folder=project, typed=wrong.encode())
        assert "<stdin>:1:10: error ASL001" in ran.err
        assert "\n      1 | version: 2\n        |          ^\n" in ran.err

    def test_a_machine_in_one_line(self, tmp_path: Path) -> None:
        project = small_project(tmp_path / "project")
        machine = project / "order.asl.json"
        machine.write_text(machine.read_text().replace("\n", "").replace('"Next": "Tell"', '"Next": "Tel"'))
        ran = aslsplit("plan", "boundaries.yaml", folder=project)
        excerpts = [line for line in ran.err.splitlines() if " | " in line]
        assert len(excerpts) == 2
        assert all(len(line) <= 100 for line in excerpts)
        start, end = excerpts[1].index("^"), excerpts[1].rindex("^") + 1
        assert excerpts[0][start:end] == '"Tel"'
