"""The command line: what goes where, what it is called, and which exit code it has."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aslsplit import __version__
from aslsplit.operations import pipeline
from tests.command_line import aslsplit, aslsplit_process, copy_of_example, differing, small_project, snapshot
from tests.test_workspace import failing

# The command line, interrupted where it imports the module that is named.
INTERRUPTED_IMPORT = """
import builtins, sys
import aslsplit.__main__ as door

here, wanted = sys.argv
genuine = builtins.__import__

def interrupted(name, *rest):
    if name == wanted:
        raise KeyboardInterrupt
    return genuine(name, *rest)

builtins.__import__ = interrupted
sys.exit(door.run())
"""

pytestmark = pytest.mark.usefixtures("few_scenarios")

RED = "\x1b["
ANSI = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


class TestHelp:
    @pytest.mark.parametrize("arguments", [["--help"], ["-h"], *([verb, "--help"] for verb in ("plan", "extract"))])
    def test_it_is_what_was_asked_for(self, arguments: list[str]) -> None:
        ran = aslsplit(*arguments)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("Usage: aslsplit")

    def test_without_arguments_it_is_a_remark(self) -> None:
        ran = aslsplit()
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == aslsplit("--help").out

    def test_every_verb_says_what_it_does_in_one_line(self) -> None:
        listed = aslsplit("--help").out.split("Commands:\n")[1].splitlines()
        assert len(listed) >= 4
        assert not [line for line in listed if line.endswith("...")]

    def test_version(self) -> None:
        assert aslsplit("--version").out == f"aslsplit {__version__}\n"


class TestWrongUse:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["plna"], "plan"),
            (["nothing-like-it"], "nothing-like-it"),
            (["plan"], "MAP"),
            (["plan", "--chld", "x", "boundaries.yaml"], "--child"),
            (["plan", "boundaries.yaml", "--child"], "--child"),
            (["plan", "boundaries.yaml", "more"], "more"),
            (["plan", "boundaries.yaml", "--format", "xml"], "markdown"),
            (["plan", "boundaries.yaml", "--color", "blue"], "always"),
            (["inline", "boundaries.yaml"], "--child"),
            (["explain"], "CODE"),
            (["explain", "ASL30"], "ASL30"),
            (["explain", "asl3O2"], "ASL302"),
            (["extract", "boundaries.yaml"], "the map has pay, booking"),
            (["extract", "boundaries.yaml", "--all", "--child", "pay"], "--all already includes every --child"),
            (["extract", "boundaries.yaml", "--child", "pya"], 'did you mean "pay"?'),
            (["extract", "boundaries.yaml", "--child", "pay", "--child", "x"], "children of the map are pay, booking"),
            (["plan", "boundary.yaml"], "there is no file boundary.yaml"),
            (["plan", "."], ". is a folder; name the boundary map in it"),
        ],
        ids=" ".join,
    )
    def test_it_says_what_would_be_right(self, project: Path, arguments: list[str], told: str) -> None:
        before = snapshot(project)
        ran = aslsplit(*arguments, folder=project)
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err
        assert "aslsplit: " in ran.err
        assert differing(before, snapshot(project)) == []


class TestStreams:
    def test_a_plan_goes_to_stdout_and_remarks_to_stderr(self, project: Path) -> None:
        ran = aslsplit("plan", "boundaries.yaml", folder=project)
        assert ran.out.startswith("order.asl.json: 8 states")
        assert "ASL" not in ran.out
        assert "ASL407" in ran.err

    def test_json_is_all_there_is_on_stdout(self, project: Path) -> None:
        ran = aslsplit("plan", "boundaries.yaml", "--format", "json", "-v", folder=project)
        assert (ran.code, ran.err) == (0, "")
        assert {child["name"] for child in json.loads(ran.out)["children"]} == {"pay", "booking"}

    def test_markdown(self, project: Path) -> None:
        ran = aslsplit("plan", "boundaries.yaml", "--format", "markdown", folder=project)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("#")

    def test_an_extraction_says_nothing_on_stdout(self, project: Path) -> None:
        ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
        assert (ran.code, ran.out) == (0, "")
        assert "wrote children/pay.asl.json\n" in ran.err
        again = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
        assert again.err.endswith("nothing to do\n")

    def test_a_diff_is_what_was_asked_for_and_writes_nothing(self, project: Path) -> None:
        before = snapshot(project)
        ran = aslsplit("extract", "boundaries.yaml", "--all", "--diff", "-q", folder=project)
        assert (ran.code, ran.err) == (0, "")
        assert "+++" in ran.out
        assert differing(before, snapshot(project)) == []

    def test_a_diff_can_be_applied(self, project: Path) -> None:
        if shutil.which("git") is None:
            pytest.skip("there is no git to apply it with")
        copy = Path(shutil.copytree(project, project.with_name("copy")))
        ran = aslsplit("extract", "boundaries.yaml", "--all", "--diff", folder=project)
        subprocess.run(["git", "apply", "-"], cwd=copy, input=ran.out.encode(), check=True)
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=project).code == 0
        assert differing(snapshot(project), snapshot(copy)) == []

    def test_diff_and_check_together_are_both(self, project: Path) -> None:
        before = snapshot(project)
        ran = aslsplit("extract", "boundaries.yaml", "--all", "--diff", "--check", folder=project)
        assert ran.code == 1
        assert "+++" in ran.out
        assert "ASL604" in ran.err
        assert differing(before, snapshot(project)) == []

    def test_explain(self) -> None:
        ran = aslsplit("explain", "asl302")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("ASL302 ")


class TestRemarks:
    def test_quiet_is_silent_when_nothing_is_wrong(self, project: Path) -> None:
        assert aslsplit("plan", "boundaries.yaml", "-q", folder=project).err == ""
        assert aslsplit("extract", "boundaries.yaml", "--all", "-q", folder=project).err == ""
        assert aslsplit("inline", "boundaries.yaml", "--child", "pay", "--quiet", folder=project).err == ""

    def test_quiet_keeps_errors(self, project: Path) -> None:
        text = (project / "order.asl.json").read_text()
        wrong = text.replace('"Next": "Tell"', '"Next": "Tel", "Comments": "with an s"')
        (project / "order.asl.json").write_text(wrong)
        ran = aslsplit("plan", "boundaries.yaml", folder=project)
        assert (ran.code, "error ASL104" in ran.err, "warning ASL115" in ran.err) == (2, True, True), ran.err
        ran = aslsplit("plan", "boundaries.yaml", "-q", folder=project)
        assert (ran.code, "error ASL104" in ran.err, "warning ASL115" in ran.err) == (2, True, False), ran.err

    def test_verbose_shows_notes(self, project: Path) -> None:
        brief = aslsplit("extract", "boundaries.yaml", "--all", "--diff", folder=project).err
        told = aslsplit("extract", "boundaries.yaml", "--all", "--diff", "-v", folder=project).err
        assert "note ASL503" not in brief and "shown with -v" in brief
        assert "note ASL503" in told and "-v" not in told

    @pytest.mark.parametrize(
        ("arguments", "environment", "colored"),
        [
            ([], {}, False),
            (["--color", "auto"], {}, False),
            (["--color", "never"], {}, False),
            (["--color", "always"], {}, True),
            (["--color", "always"], {"NO_COLOR": "1"}, True),
            (["--color=always", "--child", "nobody"], {}, True),
        ],
    )
    def test_color(self, project: Path, arguments: list[str], environment: dict[str, str], colored: bool) -> None:
        ran = aslsplit("plan", "boundaries.yaml", *arguments, folder=project, **environment)
        assert (RED in ran.err) is colored
        assert (RED in ran.out) is (colored and ran.code == 0)

    def test_color_changes_nothing_but_colors(self, project: Path) -> None:
        for arguments in (["plan"], ["extract", "--all", "--diff"], ["plan", "--why", "pay.request.order.id"]):
            plain = aslsplit(*arguments, "boundaries.yaml", folder=project)
            colored = aslsplit(*arguments, "boundaries.yaml", "--color", "always", folder=project)
            assert RED in colored.out
            assert (ANSI.sub("", colored.out), ANSI.sub("", colored.err)) == (plain.out, plain.err)

    @pytest.mark.parametrize("format", ["json", "markdown", "sarif"])
    def test_what_programs_read_has_no_color(self, project: Path, format: str) -> None:
        ran = aslsplit("plan", "boundaries.yaml", "--format", format, "--color", "always", folder=project)
        assert RED not in ran.out

    @pytest.mark.parametrize(
        ("environment", "colored"),
        [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    )
    def test_color_on_a_terminal(self, project: Path, environment: dict[str, str], colored: bool) -> None:
        pty = pytest.importorskip("pty")
        outer, inner = pty.openpty()
        known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        command = [sys.executable, "-m", "aslsplit", "plan", "boundaries.yaml"]
        environment = {**known, "TERM": "xterm", **environment}
        subprocess.run(command, cwd=project, stdout=subprocess.DEVNULL, stderr=inner, env=environment, check=True)
        os.close(inner)
        assert (RED.encode() in os.read(outer, 10_000)) is colored
        os.close(outer)


class TestStandardInput:
    def test_the_map_may_come_from_there(self, project: Path) -> None:
        typed = (project / "boundaries.yaml").read_bytes()
        from_file = aslsplit("plan", "boundaries.yaml", folder=project)
        (project / "boundaries.yaml").unlink()
        ran = aslsplit("plan", "-", folder=project, typed=typed)
        assert (ran.code, ran.out) == (0, from_file.out)
        assert ran.err == from_file.err.replace("boundaries.yaml:", "<stdin>:")

    def test_it_stands_for_the_map_of_the_folder(self, project: Path) -> None:
        typed = (project / "boundaries.yaml").read_bytes()
        assert aslsplit("extract", "-", "--child", "pay", folder=project, typed=typed).code == 0
        assert (project / "boundaries.lock.yaml").is_file()
        assert aslsplit("extract", "boundaries.yaml", "--child", "pay", "--check", folder=project).code == 0

    def test_a_map_through_a_pipe(self, project: Path) -> None:
        if not Path("/dev/fd").exists():
            pytest.skip("there is no /dev/fd")
        done = aslsplit_process("plan", "/dev/stdin", folder=project, input=b"- no map\n")
        assert b"ASL001" in done.stderr


class TestMachinePaths:
    def test_none_in_any_output_or_file(self, tmp_path: Path) -> None:
        here = copy_of_example(tmp_path / "here" / "order")
        there = copy_of_example(tmp_path / "there" / "order")
        ran = aslsplit("extract", "boundaries.yaml", "--all", "-v", folder=here)
        assert str(tmp_path) not in ran.out + ran.err
        given = str(there / "boundaries.yaml")
        absolute = aslsplit("extract", given, "--all", "-v")
        # Names are shown as they were given, and nothing of it stays.
        assert absolute.err == ran.err.replace("boundaries.yaml:", given + ":").replace("wrote ", f"wrote {there}/")
        assert differing(snapshot(here), snapshot(there)) == []

    def test_names_are_relative_to_where_people_are(self, project: Path) -> None:
        ran = aslsplit("extract", "project/boundaries.yaml", "--all", folder=project.parent)
        assert "wrote project/children/pay.asl.json\n" in ran.err
        (project / "order.asl.json").write_text("{")
        ran = aslsplit("plan", "project/boundaries.yaml", folder=project.parent)
        assert ran.err.startswith("project/order.asl.json:1:2: error ASL101")


class TestInterrupted:
    def test_while_it_works(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = snapshot(project)
        monkeypatch.setattr(pipeline, "extraction_outcome", raising(KeyboardInterrupt()))
        ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
        assert (ran.code, ran.out, ran.err) == (130, "", "aslsplit: interrupted\n")
        assert differing(before, snapshot(project)) == []

    @pytest.mark.parametrize("call", [0, 1, 5, 11])
    def test_while_it_writes(self, project: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
        before = snapshot(project)
        failing(monkeypatch, "Path.replace", lambda calls: calls == call, KeyboardInterrupt())
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=project).code == 130
        assert differing(before, snapshot(project)) == []

    @pytest.mark.parametrize("module", ["aslsplit.cli", "typer", "aslsplit.cli.verbs.wire"])
    def test_while_it_starts(self, module: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", INTERRUPTED_IMPORT, module], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


class TestOutputThatCannotBeWritten:
    """In a process of its own, since it is about real streams."""

    @pytest.mark.parametrize("arguments", [["plan", "boundaries.yaml"], ["plan", "boundaries.yaml", "--format", "json"],
                                           ["extract", "boundaries.yaml", "--all", "--diff"], ["--version"],
                                           ["explain", "ASL302"]], ids=" ".join)  # fmt: skip
    def test_a_reader_who_has_seen_enough(self, project: Path, arguments: list[str]) -> None:
        assert with_closed_pipe("stdout", project, arguments) == (0, b"")

    def test_help_for_a_reader_who_has_seen_enough(self, project: Path) -> None:
        code, told = with_closed_pipe("stdout", project, ["--help"])
        assert (code in (0, 1), told) == (True, b"")

    def test_what_is_found_is_in_the_exit_code_even_if_nobody_listens(self, project: Path) -> None:
        arguments = ["extract", "boundaries.yaml", "--all", "--check"]
        assert with_closed_pipe("stderr", project, arguments) == (1, b"")

    @pytest.mark.parametrize("arguments", [["plan", "boundaries.yaml"], ["--version"], ["--help"]], ids=" ".join)
    def test_a_disk_that_is_full(self, project: Path, arguments: list[str]) -> None:
        if not Path("/dev/full").exists():
            pytest.skip("there is no /dev/full")
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "aslsplit", *arguments],
                cwd=project,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert done.returncode == 2
        assert done.stderr == b"aslsplit: the output cannot be written: No space left on device\n"

    @pytest.mark.parametrize("closed", ["stdin", "stdout", "stderr"])
    def test_a_stream_that_is_closed(self, project: Path, closed: str) -> None:
        number = ("stdin", "stdout", "stderr").index(closed)
        done = aslsplit_process("plan", "boundaries.yaml", folder=project, preexec_fn=lambda: os.close(number))
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr

    def test_a_locale_without_letters(self, project: Path) -> None:
        plain = aslsplit("plan", "boundaries.yaml", folder=project)
        environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        done = aslsplit_process("plan", "boundaries.yaml", folder=project, env=environment)
        assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (0, plain.out, plain.err)

    def test_a_name_that_is_no_text(self, project: Path) -> None:
        done = aslsplit_process(os.fsencode("plan"), b"\xff\x1b[31m.yaml", folder=project)
        assert done.returncode == 2
        assert done.stderr == b"aslsplit: there is no file \\udcff\\x1b[31m.yaml\n"


class TestBugs:
    def test_they_are_called_so_and_nothing_is_written(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = snapshot(project)
        monkeypatch.setattr(pipeline, "extraction_outcome", raising(ZeroDivisionError("by zero")))
        ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
        assert ran.code == 3
        assert ran.err.startswith("error ASL901: ZeroDivisionError: by zero\n")
        assert "Traceback" not in ran.err
        assert "Traceback" in aslsplit("extract", "boundaries.yaml", "--all", "-v", folder=project).err
        assert differing(before, snapshot(project)) == []


def test_python_m() -> None:
    done = aslsplit_process("--version")
    assert (done.returncode, done.stdout) == (0, f"aslsplit {__version__}\n".encode())


def test_completion_knows_the_verbs() -> None:
    environment = {**os.environ, "_ASLSPLIT_COMPLETE": "complete_bash", "COMP_WORDS": "aslsplit ex", "COMP_CWORD": "1"}
    done = aslsplit_process(env=environment)
    assert done.stdout.split() == [b"extract", b"explain"]


def with_closed_pipe(stream: str, folder: Path, arguments: list[str]) -> tuple[int, bytes]:
    """The exit code, and what is said on the other stream, when nobody reads this one."""
    reader, writer = os.pipe()
    os.close(reader)
    other = "stderr" if stream == "stdout" else "stdout"
    # What is buffered could fail once more at the end of the process, so it must be.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    options: dict[str, Any] = {stream: writer, other: subprocess.PIPE, "env": environment}
    command = [sys.executable, "-m", "aslsplit", *arguments]
    done = subprocess.run(command, cwd=folder, check=False, **options)
    os.close(writer)
    told: bytes = getattr(done, other)
    # Remarks about a plan are no complaint.
    return done.returncode, told if b"Error" in told or b"Exception" in told else b""


def raising(error: BaseException) -> Callable[..., Any]:
    def replacement(*args: Any, **options: Any) -> Any:
        raise error

    return replacement
