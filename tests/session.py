"""The session in the README as a picture: commands as a person types them, and what their terminal shows."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import tempfile
from pathlib import Path
from unittest import mock

from rich.console import CONSOLE_SVG_FORMAT, Console
from rich.text import Text

from aslsplit.operations import pipeline
from tests.command_line import EXAMPLE, aslsplit

__all__ = ["session_svg"]

_MISTAKE = ("- CreateBackorder", "- CreateBackordr")
_SESSION = (
    "aslsplit extract boundaries.yaml --child inventory",
    "aslsplit plan boundaries.yaml --child inventory",
    "aslsplit extract boundaries.yaml --child inventory",
    "aslsplit verify boundaries.yaml --cases 50",
)
# A picture asks nobody for a font, and is no advertisement.
_SURPLUS = re.compile(r"@font-face \{\{.*?\}\}\s*|<!--.*?-->\s*", re.DOTALL)


def session_svg() -> str:
    """A mistake in the map, the plan, the extraction and its proof; the same bytes each time."""
    console = Console(record=True, file=io.StringIO(), width=100, force_terminal=True, color_system="truecolor")
    with tempfile.TemporaryDirectory() as temporary, mock.patch.object(pipeline, "DEFAULT_CASES", 20):
        folder = Path(shutil.copytree(EXAMPLE, Path(temporary) / "order-processing"))
        boundaries = folder / "boundaries.yaml"
        right = boundaries.read_text(encoding="utf-8")
        boundaries.write_text(right.replace(*_MISTAKE), encoding="utf-8")
        for number, command in enumerate(_SESSION):
            ran = aslsplit(*shlex.split(command)[1:], "--color", "always", folder=folder)
            shown = (ran.out + ran.err).rstrip("\n").splitlines()
            if not number:
                # The first complaint says it; those that follow from it would hide it here.
                shown = shown[:4]
                boundaries.write_text(right, encoding="utf-8")
            console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
            for line in shown:
                console.print(Text.from_ansi(line), overflow="fold")
            console.print()
    return console.export_svg(title="aslsplit", code_format=_SURPLUS.sub("", CONSOLE_SVG_FORMAT), unique_id="session")
