"""Every golden case, the rule that every finding code has one, and the harness itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from aslsplit.findings import RULES
from tests.golden import GOLDEN, Case, cases, commands_of, compare, expected_files, regenerate, run_case

# A code, or the beginning of several, that no case can show through the command line.
WITHOUT_CASE = {
    "ASL7": "a proof that fails on our own output is a bug, which a unit test has to plant",
    "ASL9": "our own bug, by definition",
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
