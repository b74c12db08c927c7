"""Pages of the documentation whose commands are run, so that they cannot rot.

A comment says in a copy of which folder the ``console`` blocks below it run, one after the other:

    <!-- runs in examples/order-processing -->

A line that begins with ``$`` is a command of aslsplit or of bash; the lines below it are what a terminal shows, where
``...`` stands for any lines. ``# exit code 1`` behind a command is meant.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.command_line import aslsplit

__all__ = ["ROOT", "Typed", "blocks_without_place", "fits", "mistakes_of", "pages_that_run"]

ROOT = Path(__file__).parents[1]
ANY_LINES = "..."

_PART = re.compile(r"^<!-- runs in (?P<place>\S+) -->$|^```console\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"# exit code (\d)$")


@dataclass(slots=True)
class Typed:
    command: str
    expected: list[str] = field(default_factory=list)

    @property
    def exit(self) -> int:
        found = _EXIT.search(self.command)
        return int(found[1]) if found else 0


def pages_that_run() -> list[str]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page.relative_to(ROOT).as_posix() for page in pages if "```console" in page.read_text(encoding="utf-8")]


def blocks_without_place(page: str) -> list[str]:
    return [typed.command for place, block in _parts(page) if place is None for typed in block]


def mistakes_of(page: str, temporary: Path) -> list[str]:
    """What the commands of a page do otherwise than it says."""
    found: list[str] = []
    folder, before = temporary, None
    for number, (place, block) in enumerate(_parts(page)):
        if place is not before and place is not None:
            folder = Path(shutil.copytree(ROOT / place[1], temporary / str(number)))
        before = place
        found += [mistake for typed in block if (mistake := _mistake(typed, folder))]
    return found


def _parts(page: str) -> Iterator[tuple[tuple[int, str] | None, list[Typed]]]:
    """Each block with the comment it stands below."""
    place: tuple[int, str] | None = None
    for part in _PART.finditer((ROOT / page).read_text(encoding="utf-8")):
        if part["place"]:
            place = (part.start(), part["place"])
        else:
            yield place, _typed(part["block"].splitlines())


def _typed(lines: Sequence[str]) -> list[Typed]:
    found: list[Typed] = []
    for line in lines:
        if line.startswith("$ "):
            found.append(Typed(line.removeprefix("$ ")))
        else:
            found[-1].expected.append(line)
    return found


def _mistake(typed: Typed, folder: Path) -> str:
    words = shlex.split(typed.command, comments=True)
    if words[0] == "aslsplit":
        ran = aslsplit(*words[1:], folder=folder)
        code, shown = ran.code, ran.out + ran.err
    else:
        done = subprocess.run(["bash", "-c", typed.command], cwd=folder, capture_output=True, text=True, check=False)
        code, shown = done.returncode, done.stdout + done.stderr
    lines = shown.splitlines()
    if code != typed.exit:
        return f"$ {typed.command}\nexit code {code}\n{shown}"
    return "" if not typed.expected or fits(typed.expected, lines) else "\n".join([f"$ {typed.command}", *lines])


def fits(expected: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether the lines are those that are expected. What stands between two ``...`` is found where it comes first."""
    head, *rest = _split(expected)
    if not rest:
        return list(lines) == head
    if list(lines[: len(head)]) != head:
        return False
    at = len(head)
    *middle, tail = rest
    for piece in middle:
        starts = (start for start in range(at, len(lines)) if list(lines[start : start + len(piece)]) == piece)
        if (start := next(starts, None)) is None:
            return False
        at = start + len(piece)
    return len(lines) - at >= len(tail) and list(lines[len(lines) - len(tail) :]) == tail


def _split(expected: Sequence[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for line in expected:
        if line == ANY_LINES:
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces
