"""Golden cases: commands run through the real command line, and everything they print and leave is compared.

Between two commands a case may change files, the way people do.

    python -m tests.golden regenerate [CASE ...]

What a case consists of is told in golden/README.md.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never
from unittest import mock

from tests.watching import outside_calls

__all__ = [
    "GOLDEN",
    "Case",
    "CaseError",
    "cases",
    "commands_of",
    "compare",
    "expected_files",
    "input_of",
    "regenerate",
    "run_case",
    "steps_of",
]

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "golden"

Files = Mapping[str, bytes]
"""Contents by path, relative to the case's ``expected`` folder."""

Main = Callable[[list[str]], int]

# Nothing of the terminal or of the machine that happens to run this may show in the output.
ENVIRONMENT = {"NO_COLOR": "1", "COLUMNS": "100", "LINES": "40", "TERM": "dumb", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
FORGOTTEN = ("FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS", "GITHUB_ACTIONS", "TTY_COMPATIBLE")

NO_NEWLINE = b"\n\\ no newline at the end\n"


@dataclass(frozen=True, slots=True)
class Case:
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name


@dataclass(frozen=True, slots=True)
class Command:
    text: str
    arguments: tuple[str, ...]
    stdin: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody replaces a text in a file; how often it occurs is told, so that no edit goes astray unnoticed."""

    text: str
    file: str
    old: str
    new: str
    times: int


@dataclass(frozen=True, slots=True)
class Remove:
    text: str
    file: str


@dataclass(frozen=True, slots=True)
class Copy:
    text: str
    file: str
    to: str


ByHand = Edit | Remove | Copy
Step = Command | ByHand


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step printed; no exit code for what was done by hand."""

    step: Step
    stdout: bytes = b""
    stderr: bytes = b""
    exit: int | None = None


class CaseError(Exception):
    """A case cannot be run the way it is written."""


def cases(golden: Path = GOLDEN) -> tuple[Case, ...]:
    return tuple(Case(folder) for folder in sorted(golden.iterdir()) if folder.is_dir())


def run_case(case: Case, main: Main | None = None) -> Files:
    """Takes the steps in a copy of the case's input; everything they printed and left behind."""
    with tempfile.TemporaryDirectory(prefix="golden-") as temporary:
        folder = Path(temporary).resolve() / case.name
        shutil.copytree(input_of(case), folder)
        outcomes: list[Outcome] = []
        for step in steps_of(case):
            try:
                outcomes.append(_taken(step, folder, main or _command_line()))
            except CaseError as error:
                # An edit that finds nothing to change mostly follows a command that did not do its part.
                error.add_note(_printed(outcomes).get("stderr", b"").decode())
                raise
        found = {**_printed(outcomes), **_tree(folder)}
        _refuse_machine_paths(found, folder)
        return found


def steps_of(case: Case) -> tuple[Step, ...]:
    lines = (case.folder / "command.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_step(line) for raw in lines if (line := raw.strip()) and not line.startswith("#"))


def commands_of(case: Case) -> tuple[Command, ...]:
    return tuple(step for step in steps_of(case) if isinstance(step, Command))


def input_of(case: Case) -> Path:
    """The folder with the files that the steps find."""
    pointer = case.folder / "input.txt"
    if pointer.is_file():
        return ROOT / pointer.read_text(encoding="utf-8").strip()
    return case.folder / "input"


def expected_files(case: Case) -> Files:
    folder = case.folder / "expected"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}


def compare(case: Case, found: Files) -> str:
    """What differs from the expectation, for people; empty when nothing does."""
    expected = expected_files(case)
    differences = [
        part for name in sorted({*expected, *found}) if (part := _difference(name, expected.get(name), found.get(name)))
    ]
    if not differences:
        return ""
    remedy = f"If this is what should happen now, run: make golden CASE={case.name}"
    return "\n".join([f"golden case {case.name}", *differences, remedy])


def regenerate(case: Case, main: Main | None = None) -> bool:
    """Whether anything changed."""
    found = run_case(case, main)
    if found == expected_files(case):
        return False
    folder = case.folder / "expected"
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return True


def _command_line() -> Main:
    from aslsplit.cli import main

    return main


def _step(line: str) -> Step:
    match line.split(maxsplit=1)[0]:
        case "aslsplit":
            return _command(line)
        case "edit":
            return _edit(line)
        case "remove" | "copy":
            return _moved_file(line)
        case _:
            raise CaseError(f'a line begins with "aslsplit", "edit", "remove" or "copy": {line}')


# The first ": " ends the file's name, and spaces beyond the one on each side belong to the texts.
EDIT = re.compile(r"edit (?P<file>.+?)(?: \((?P<times>[1-9]\d*) times\))?: (?P<old>.+?) =>(?: (?P<new>.*))?")
LINE_END = "↵"


def _edit(line: str) -> Edit:
    found = EDIT.fullmatch(line)
    if found is None or " => " in (found["new"] or ""):
        raise CaseError(f"an edit is written: edit FILE: OLD TEXT => NEW TEXT, with one arrow: {line}")
    old, new = (text.replace(LINE_END, "\n") for text in (found["old"], found["new"] or ""))
    if old == new:
        raise CaseError(f"this edit changes nothing: {line}")
    return Edit(line, found["file"], old, new, int(found["times"] or 1))


def _moved_file(line: str) -> Remove | Copy:
    match line.split():
        case ["remove", file]:
            return Remove(line, file)
        case ["copy", file, to]:
            return Copy(line, file, to)
        case _:
            raise CaseError(f"this is written: remove FILE, or: copy FILE TO: {line}")


def _command(line: str) -> Command:
    _, *arguments = shlex.split(line)
    stdin = None
    if len(arguments) >= 2 and arguments[-2] == "<":
        *arguments, _, stdin = arguments
    return Command(line, tuple(arguments), stdin)


def _taken(step: Step, folder: Path, main: Main) -> Outcome:
    match step:
        case Command():
            return _run(step, folder, main)
        case Edit():
            _replace(step, folder)
        case Remove():
            _remove(step, folder)
        case Copy():
            place = _place(step.to, step, folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_present(step.file, step, folder), place)
        case _ as unreachable:
            assert_never(unreachable)
    return Outcome(step)


def _replace(edit: Edit, folder: Path) -> None:
    place = _present(edit.file, edit, folder)
    content, old = place.read_bytes(), edit.old.encode()
    if (count := content.count(old)) != edit.times:
        raise CaseError(f"{edit.file} holds this text {count} times, not {edit.times}: {edit.text}")
    place.write_bytes(content.replace(old, edit.new.encode()))


def _remove(step: Remove, folder: Path) -> None:
    place = _present(step.file, step, folder)
    place.unlink()
    # As git does it: a folder goes with its last file.
    while (place := place.parent) != folder and not any(place.iterdir()):
        place.rmdir()


def _present(file: str, step: ByHand, folder: Path) -> Path:
    place = _place(file, step, folder)
    if not place.is_file():
        raise CaseError(f"there is no file {file} at this point: {step.text}")
    return place


def _place(file: str, step: ByHand, folder: Path) -> Path:
    place = (folder / file).resolve()
    if not place.is_relative_to(folder):
        raise CaseError(f"{file} lies outside the case: {step.text}")
    return place


def _run(command: Command, folder: Path, main: Main) -> Outcome:
    typed = (folder / command.stdin).read_bytes() if command.stdin else b""
    with (
        _captured(typed) as (stdout, stderr),
        mock.patch.object(sys, "argv", ["aslsplit", *command.arguments]),
        mock.patch.dict(os.environ, ENVIRONMENT),
        contextlib.chdir(folder),
        outside_calls() as called,
    ):
        for name in FORGOTTEN:
            os.environ.pop(name, None)
        try:
            code = main(list(command.arguments))
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    assert not called, f"{' '.join(command.arguments)} called for something outside"
    return Outcome(command, stdout(), stderr(), code)


@contextlib.contextmanager
def _captured(typed: bytes) -> Iterator[tuple[Callable[[], bytes], Callable[[], bytes]]]:
    """Stands in for the three standard streams, bytes and all; what was written is known only afterwards."""
    stdin = io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8")
    stdout, stderr = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True) for _ in range(2)
    )

    def written(stream: io.TextIOWrapper) -> bytes:
        buffer = stream.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue()

    with (
        mock.patch.object(sys, "stdin", stdin),
        mock.patch.object(sys, "stdout", stdout),
        mock.patch.object(sys, "stderr", stderr),
    ):
        yield lambda: written(stdout), lambda: written(stderr)


def _printed(outcomes: Sequence[Outcome]) -> Files:
    printed = {
        "stdout": _sections([(outcome.step, outcome.stdout) for outcome in outcomes]),
        "stderr": _sections([(outcome.step, outcome.stderr) for outcome in outcomes]),
    }
    codes = "".join(f"{outcome.exit}\n" for outcome in outcomes if outcome.exit is not None)
    return {**{name: content for name, content in printed.items() if content}, "exit": codes.encode()}


def _sections(parts: Sequence[tuple[Step, bytes]]) -> bytes:
    """One output as it is; several, each below its line, and none at all if every part is empty."""
    if len(parts) == 1:
        return parts[0][1]
    if not any(content for _, content in parts):
        return b""
    return b"\n".join(f"$ {step.text}\n".encode() + _whole_lines(content) for step, content in parts)


def _whole_lines(content: bytes) -> bytes:
    return content if not content or content.endswith(b"\n") else content + NO_NEWLINE


def _tree(folder: Path) -> Files:
    empty = [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())]
    left = {f"tree/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in _files(folder)}
    # A folder without files cannot be kept in git, and is a trace of something half done.
    return {**left, **{f"tree/{path.relative_to(folder).as_posix()}/(an empty folder)": b"" for path in empty}}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _refuse_machine_paths(found: Files, folder: Path) -> None:
    paths = [str(place).encode() for place in (folder, ROOT)]
    told = sorted(name for name, content in found.items() if any(path in content for path in paths))
    if told:
        raise AssertionError(f"a path of this machine is in {', '.join(told)}")


def _difference(name: str, expected: bytes | None, found: bytes | None) -> str:
    if expected == found:
        return ""
    try:
        before, after = ((content or b"").decode().splitlines(keepends=True) for content in (expected, found))
    except UnicodeDecodeError:
        return f"{name}: binary contents differ"
    headers = ("(none)" if expected is None else f"expected/{name}", "(none)" if found is None else f"found/{name}")
    lines = difflib.unified_diff(before, after, *headers)
    return "".join(line if line.endswith("\n") else line + NO_NEWLINE.decode() for line in lines) or (
        f"{name}: {'surplus' if expected is None else 'missing'}, and empty"
    )


def _main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] != "regenerate":
        print("usage: python -m tests.golden regenerate [CASE ...]", file=sys.stderr)
        return 2
    known = {case.name: case for case in cases()}
    wanted = arguments[1:] or sorted(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no such case: {', '.join(unknown)}; there are {', '.join(sorted(known))}", file=sys.stderr)
        return 2
    broken = False
    for name in wanted:
        try:
            print(f"{'changed' if regenerate(known[name]) else 'same   '}  {name}")
        except CaseError as error:
            print("\n".join([f"broken   {name}: {error}", *getattr(error, "__notes__", ())]), file=sys.stderr)
            broken = True
    return int(broken)


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
