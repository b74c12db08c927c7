"""Every golden case, the rule that every finding code has one, and the harness itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from aslsplit.findings import RULES
from tests.golden import (
    GOLDEN,
    Case,
    CaseError,
    cases,
    commands_of,
    compare,
    expected_files,
    input_of,
    regenerate,
    run_case,
    steps_of,
)

# A code, or the beginning of several, that no case can show through the command line.
WITHOUT_CASE = {
    "ASL9": "our own bug, by definition",
    "ASL615": "a case holds no symbolic links; tests/test_hostile_trees.py has them",
    "ASL618": "somebody would have to change a file during a command; tests/test_two_at_once.py does",
    "ASL619": "a case runs one command at a time; tests/test_two_at_once.py runs several",
    "CTR413": "a boundary map takes one pattern only so far",
}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_golden(case: Case) -> None:
    assert not (difference := compare(case, run_case(case))), difference


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_says_what_is_special_about_it(case: Case) -> None:
    readme = case.folder / "README.md"
    assert readme.is_file(), f"{case.name} has no README.md"
    title, *rest = readme.read_text(encoding="utf-8").strip().splitlines()
    assert title.startswith("# ") and any(rest), f"{case.name}/README.md: a title, then what is special"
    assert commands_of(case)


def test_every_finding_code_has_a_case() -> None:
    # What `explain` prints shows no finding, and the tree may hold a code that stood in the input.
    shown = [
        expected_files(case)
        for case in cases()
        if any(command.arguments[:1] != ("explain",) for command in commands_of(case))
    ]
    printed = [files.get(stream, b"") for files in shown for stream in ("stdout", "stderr")]
    text = b"\n".join(printed).decode(errors="replace")
    missing = [
        f"{rule.code} {rule.name}"
        for rule in RULES
        if rule.code not in text and not rule.code.startswith(tuple(WITHOUT_CASE))
    ]
    assert not missing, "no golden case shows " + ", ".join(missing)


def test_nothing_lies_about_in_golden() -> None:
    assert {path.name for path in GOLDEN.iterdir() if path.is_file()} == {"README.md"}


# What only stands in files that aslsplit writes: parent, child, lock, and the page of a contract.
GENERATED = (b"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID", b"ContractValidationError", b"Written by aslsplit")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_no_input_was_generated(case: Case) -> None:
    """Otherwise ``make golden`` would not keep it up to date."""
    files = [path for path in input_of(case).rglob("*") if path.is_file()]
    assert not [path.name for path in files if any(mark in path.read_bytes() for mark in GENERATED)]


class TestHarness:
    def test_what_was_regenerated_is_what_is_found(self, case: Case) -> None:
        assert regenerate(case, copying)
        assert not regenerate(case, copying)
        assert compare(case, run_case(case, copying)) == ""
        assert set(expected_files(case)) == {"stdout", "exit", "tree/a.txt", "tree/b.txt"}

    def test_a_missing_file_fails(self, case: Case) -> None:
        regenerate(case, copying)
        difference = compare(case, run_case(case, lambda arguments: print("copied") or 0))
        assert "-from a\n" in difference and "expected/tree/b.txt" in difference
        assert difference.endswith("make golden CASE=small")

    def test_a_surplus_file_fails(self, case: Case) -> None:
        regenerate(case, copying)
        (case.folder / "expected" / "tree" / "b.txt").unlink()
        difference = compare(case, run_case(case, copying))
        assert "--- (none)\n+++ found/tree/b.txt" in difference

    def test_an_empty_surplus_file_fails(self, case: Case) -> None:
        regenerate(case, copying)
        (case.folder / "expected" / "tree" / "c.txt").touch()
        assert "tree/c.txt: missing, and empty" in compare(case, run_case(case, copying))

    def test_an_empty_folder_left_behind_fails(self, case: Case) -> None:
        regenerate(case, copying)

        def leaving_a_folder(arguments: list[str]) -> int:
            Path("half-done").mkdir()
            return copying(arguments)

        assert "tree/half-done/(an empty folder)" in compare(case, run_case(case, leaving_a_folder))

    def test_another_exit_code_fails(self, case: Case) -> None:
        regenerate(case, copying)
        difference = compare(case, run_case(case, lambda arguments: copying(arguments) + 1))
        assert "-0\n+1\n" in difference

    def test_remarks_fail_where_none_were_expected(self, case: Case) -> None:
        regenerate(case, copying)

        def remarking(arguments: list[str]) -> int:
            print("look", file=sys.stderr)
            return copying(arguments)

        assert "+++ found/stderr" in compare(case, run_case(case, remarking))

    def test_output_without_a_last_newline_differs_from_one_with_it(self, case: Case) -> None:
        regenerate(case, copying)

        def unfinished(arguments: list[str]) -> int:
            copying([])
            sys.stdout.seek(0)
            sys.stdout.truncate()
            sys.stdout.write("copied")
            return 0

        assert "no newline at the end" in compare(case, run_case(case, unfinished))

    def test_several_commands_have_a_part_each(self, case: Case) -> None:
        (case.folder / "command.txt").write_text("# both\naslsplit one\naslsplit two < a.txt\n")

        def echoing(arguments: list[str]) -> int:
            sys.stdout.buffer.write(f"{arguments} {sys.stdin.read()!r}\n".encode())
            return len(arguments)

        regenerate(case, echoing)
        files = expected_files(case)
        assert files["stdout"] == (b"$ aslsplit one\n['one'] ''\n\n$ aslsplit two < a.txt\n['two'] 'from a\\n'\n")
        assert files["exit"] == b"1\n1\n"
        assert "stderr" not in files

    def test_leaving_by_sys_exit_is_an_exit_code(self, case: Case) -> None:
        assert run_case(case, lambda arguments: sys.exit(2))["exit"] == b"2\n"
        assert run_case(case, lambda arguments: sys.exit("no"))["exit"] == b"1\n"

    def test_a_machine_path_in_the_output_is_refused(self, case: Case) -> None:
        with pytest.raises(AssertionError, match="path of this machine is in stdout"):
            run_case(case, lambda arguments: print(Path.cwd()) or 0)

    @pytest.mark.parametrize(
        ("line", "before", "after"),
        [
            ('edit a.txt: "x": 3 => "x": 5', '{"x": 3, "y": 3}', '{"x": 5, "y": 3}'),
            ("edit a.txt (2 times): v1 => v2", "v1, v1", "v2, v2"),
            ("edit a.txt:   - b =>   - b↵  - c", "a:\n  - b\n", "a:\n  - b\n  - c\n"),
            ("edit a.txt: , two =>", "one, two", "one"),
            ("edit a.txt: a: b => c: d", "a: b", "c: d"),
            (r"edit a.txt: 'a\n' => 'b'", r"'a\n'", "'b'"),
            ("edit a.txt: ü => ö", "für\r\n", "för\r\n"),
        ],
        ids=["once", "twice", "lines", "out", "colons", "nothing is quoted", "bytes stay"],
    )
    def test_an_edit_replaces_a_text(self, case: Case, line: str, before: str, after: str) -> None:
        (case.folder / "input" / "a.txt").write_bytes(before.encode())
        (case.folder / "command.txt").write_text(f"{line}\naslsplit copy\n", encoding="utf-8")
        assert run_case(case, copying)["tree/b.txt"] == after.encode()

    def test_an_edit_comes_between_the_commands_around_it(self, case: Case) -> None:
        (case.folder / "command.txt").write_text("aslsplit copy\nedit b.txt: from => after\naslsplit show\n")

        def showing(arguments: list[str]) -> int:
            if arguments == ["copy"]:
                return copying(arguments)
            return print(Path("b.txt").read_text(), end="") or 0

        files = run_case(case, showing)
        assert files["stdout"] == (
            b"$ aslsplit copy\ncopied\n\n$ edit b.txt: from => after\n\n$ aslsplit show\nafter a\n"
        )
        assert files["exit"] == b"0\n0\n"
        assert "stderr" not in files

    def test_one_command_with_an_edit_has_a_part_of_its_own(self, case: Case) -> None:
        (case.folder / "command.txt").write_text("edit a.txt: from => to\naslsplit copy\n")
        assert run_case(case, copying)["stdout"] == b"$ edit a.txt: from => to\n\n$ aslsplit copy\ncopied\n"

    def test_removing_the_last_file_of_a_folder_removes_the_folder(self, case: Case) -> None:
        (case.folder / "command.txt").write_text("copy a.txt x/y/c.txt\nremove x/y/c.txt\naslsplit copy\n")
        assert {name for name in run_case(case, copying) if name.startswith("tree/")} == {"tree/a.txt", "tree/b.txt"}

    def test_a_copy_may_overwrite(self, case: Case) -> None:
        (case.folder / "input" / "c.txt").write_text("from c\n")
        (case.folder / "command.txt").write_text("copy c.txt a.txt\ncopy c.txt x/d.txt\naslsplit copy\n")
        files = run_case(case, copying)
        assert files["tree/b.txt"] == files["tree/x/d.txt"] == b"from c\n"

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("edit a.txt: none => some", "a.txt holds this text 0 times, not 1"),
            ("edit a.txt: a => b", "a.txt holds this text 2 times, not 1"),
            ("edit a.txt (3 times): a => b", "a.txt holds this text 2 times, not 3"),
            ("edit a.txt (0 times): a => b", "no file"),
            ("edit a.txt: one => one", "changes nothing"),
            ("edit a.txt: one", "is written: edit FILE"),
            ("edit a.txt: => one", "is written: edit FILE"),
            ("edit a.txt: a => b => c", "with one arrow"),
            ("edit b.txt: a => b", "no file b.txt at this point"),
            ("remove b.txt", "no file b.txt at this point"),
            ("remove .", "no file . at this point"),
            ("remove a.txt b.txt", "this is written: remove FILE"),
            ("copy a.txt", "this is written: remove FILE, or: copy FILE TO"),
            ("copy b.txt a.txt", "no file b.txt at this point"),
            ("copy a.txt ../../c.txt", "lies outside the case"),
            ("edit ../a.txt: a => b", "lies outside the case"),
            ("rm a.txt", 'a line begins with "aslsplit"'),
        ],
    )
    def test_a_line_that_cannot_be_followed_breaks_the_case(self, case: Case, line: str, why: str) -> None:
        (case.folder / "input" / "a.txt").write_text("one a, two a\n")
        (case.folder / "command.txt").write_text(f"{line}\naslsplit copy\n")
        with pytest.raises(CaseError, match=re.escape(why)) as broken:
            run_case(case, copying)
        assert str(broken.value).endswith(f": {line}")

    def test_a_broken_case_tells_what_the_commands_before_said(self, case: Case) -> None:
        (case.folder / "command.txt").write_text("aslsplit copy\nremove c.txt\n")
        with pytest.raises(CaseError) as broken:
            run_case(case, lambda arguments: print("no way", file=sys.stderr) or 3)
        assert broken.value.__notes__ == ["no way\n"]

    def test_remarks_and_empty_lines_are_no_steps(self, case: Case) -> None:
        (case.folder / "command.txt").write_text("# first\n\n  # indented\naslsplit copy\n")
        assert [step.text for step in steps_of(case)] == ["aslsplit copy"]

    @pytest.fixture
    def case(self, tmp_path: Path) -> Case:
        folder = tmp_path / "small"
        (folder / "input").mkdir(parents=True)
        (folder / "input" / "a.txt").write_text("from a\n")
        (folder / "command.txt").write_text("aslsplit copy\n")
        return Case(folder)


def copying(arguments: list[str]) -> int:
    print("copied")
    Path("b.txt").write_bytes(Path("a.txt").read_bytes())
    return 0
