"""What a person sees on a terminal: its width, its colours, and that long work goes on."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import EXAMPLE, aslsplit

pty = pytest.importorskip("pty")

CONTROL = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
MACHINE = "order-processing.asl.json"


def on_terminal(*arguments: str, folder: Path = EXAMPLE, **environment: str) -> str:
    """All that both streams show, on one terminal."""
    outer, inner = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "aslsplit", *arguments],
        cwd=folder,
        stdout=inner,
        stderr=inner,
        env={**known, "TERM": "xterm", **environment},
    )
    os.close(inner)
    shown = b""
    # A terminal that nobody writes to any more is an error on Linux, and the end of the file elsewhere.
    with contextlib.suppress(OSError):
        while piece := os.read(outer, 10_000):
            shown += piece
    os.close(outer)
    assert process.wait() == 0, shown
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "arguments",
    [["plan", "boundaries.yaml", "-q"], ["inspect", MACHINE], ["propose", MACHINE], ["explain", "ASL302"]],
    ids=lambda arguments: arguments[0],
)
def test_a_narrow_terminal_gets_the_same_words_in_shorter_lines(arguments: list[str]) -> None:
    shown = CONTROL.sub("", on_terminal(*arguments, COLUMNS="72", TERM="dumb"))
    assert not [line for line in shown.splitlines() if len(line) > 72]
    assert sorted(shown.split()) == sorted(aslsplit(*arguments, folder=EXAMPLE).out.split())


def test_a_wide_terminal_is_not_filled() -> None:
    shown = on_terminal("inspect", MACHINE, COLUMNS="250", NO_COLOR="1", TERM="dumb")
    assert shown == aslsplit("inspect", MACHINE, folder=EXAMPLE).out


def test_colors_are_for_terminals_that_have_them() -> None:
    arguments = ("plan", "boundaries.yaml", "--child", "inventory", "-q")
    plain = aslsplit(*arguments, folder=EXAMPLE).out
    colored = on_terminal(*arguments, COLUMNS="100")
    assert "\x1b[36m$.order.items\x1b[0m" in colored
    assert CONTROL.sub("", colored) == plain
    assert on_terminal(*arguments, COLUMNS="100", NO_COLOR="1") == plain
    assert on_terminal(*arguments, COLUMNS="100", TERM="dumb") == plain


def test_long_work_shows_that_it_goes_on_unless_it_is_to_be_quiet() -> None:
    assert "weighing regions" in on_terminal("propose", MACHINE)
    assert "weighing regions" not in on_terminal("propose", MACHINE, "-q")
    assert "weighing regions" not in on_terminal("propose", MACHINE, TERM="dumb")
