"""Everything that is printed, and the exit codes.

What was asked for goes to stdout, remarks about it to stderr.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import TextIO

from aslsplit.cli.options import Color, Remarks
from aslsplit.errors import OutputError
from aslsplit.findings import Finding, Severity

__all__ = ["ExitCode", "answer", "is_colored", "prepare", "print_findings", "say", "text_width"]

_WIDEST = 100
_NARROWEST = 50


class ExitCode(IntEnum):
    OK = 0
    """Done, or nothing to do."""

    FINDINGS = 1
    """Findings, or a difference under ``--check``."""

    USAGE = 2
    """Wrong use, or unreadable input."""

    BUG = 3
    INTERRUPTED = 130


def print_findings(findings: Sequence[Finding], remarks: Remarks) -> None:
    from aslsplit.disk.workspace import text_shown_as
    from aslsplit.render.findings_text import findings_text, tally

    shown = [remark for remark in findings if _wanted(remark.severity, remarks)]
    colored = is_colored(remarks.color, sys.stderr)
    say(findings_text(shown, color=colored, text_of=text_shown_as, width=text_width(sys.stderr)))
    if findings and not remarks.quiet:
        hidden = len(findings) - len(shown)
        more = f"; -v shows {hidden} more" if hidden else ""
        say(f"{tally(findings)}{more if shown else ', shown with -v'}\n")


def _wanted(severity: Severity, remarks: Remarks) -> bool:
    if remarks.quiet:
        return severity is Severity.ERROR
    return remarks.verbose or severity is not Severity.NOTE


def is_colored(color: Color, stream: TextIO | None) -> bool:
    if color is Color.AUTO:
        return (
            stream is not None
            and stream.isatty()
            and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM") != "dumb"
        )
    return color is Color.ALWAYS


def text_width(stream: TextIO | None = None) -> int:
    """How wide what goes to the stream may be, standard output by default: as the terminal is, and the same for
    every file and pipe."""
    stream = stream or sys.stdout
    if stream is None or not stream.isatty():
        return _WIDEST
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns))


def answer(text: str, color: Color = Color.NEVER) -> None:
    """Prints what was asked for. Raises OutputError when it cannot be written."""
    if is_colored(color, sys.stdout):
        from aslsplit.cli.highlighting import highlighted

        text = highlighted(text)
    try:
        _put(text, sys.stdout)
    except OSError as error:
        raise OutputError(f"the output cannot be written: {error.strerror}") from error


def say(text: str) -> None:
    """Prints a remark; when nobody can be told, the exit code still tells."""
    with contextlib.suppress(OSError):
        _put(text, sys.stderr)


def _put(text: str, stream: TextIO | None) -> None:
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # What is still in the buffer would fail once more at the end of the process.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        # A reader who has seen enough is no failure.
        if not isinstance(error, BrokenPipeError):
            raise


def prepare(stream: TextIO | None) -> None:
    """The same bytes whatever the locale, and no failure for a name that is no text."""
    if isinstance(stream, io.TextIOWrapper):
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
