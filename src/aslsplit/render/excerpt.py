"""The line that a finding is about and a caret below it, as compilers show them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from aslsplit.findings import Span, printable

__all__ = ["Excerpt", "excerpt"]

_TAB = 4
_CUT = "…"
_BEFORE = 20
"""How much stays in front of the caret where a line is cut, in cells of the terminal."""

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``line`` as a terminal shows it, and ``marks``, which stand below it."""

    number: int
    line: str
    marks: str


@dataclass(frozen=True, slots=True)
class _Cell:
    """One character as it is shown, and whether the finding is about it."""

    shown: str
    marked: bool

    @property
    def width(self) -> int:
        return sum(map(_cells, self.shown))


def excerpt(text: str, span: Span, width: int) -> Excerpt | None:
    """At most ``width`` cells of the first line of the span; None if there is no such line, or nothing on it.

    >>> excerpt('"StartAt": "A",', Span("a.json", 1, 12, 1, 15), 60)
    Excerpt(number=1, line='"StartAt": "A",', marks='           ^^^')
    """
    lines = _lines(text)
    if not 1 <= span.line <= len(lines) or not (line := lines[span.line - 1].rstrip()):
        return None
    end = span.end_column if span.end_line == span.line else len(line) + 1
    # What lies behind the end of the line is shown at its end.
    start = min(span.column, len(line) + 1)
    end = max(start + 1, min(end, len(line) + 1))
    # A line may have megabytes. One cell more than it has stands for what is missing at its end.
    near = range(max(1, start - 2 * width), min(len(line) + 1, start + 2 * width) + 1)
    cells = [_Cell(_shown(line[at - 1 : at] or " "), start <= at < end) for at in near]
    more_before, more_behind = near[0] > 1, near[-1] <= len(line)
    left, right = (0, len(cells))
    if more_before or more_behind or sum(cell.width for cell in cells) > width:
        left, right = _window(cells, width)
    shown = cells[left:right]
    before = _CUT if left or more_before else ""
    after = _CUT if right < len(cells) - 1 or more_behind else ""
    marks = " " * len(before) + "".join(("^" if cell.marked else " ") * cell.width for cell in shown)
    return Excerpt(span.line, f"{before}{''.join(cell.shown for cell in shown)}{after}".rstrip(), marks.rstrip())


@lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    return _LINE_END.split(text)


def _window(cells: Sequence[_Cell], width: int) -> tuple[int, int]:
    """Which of the cells fit, the first marked one among them."""
    room = max(width - 2 * len(_CUT), 1)
    first = next(at for at, cell in enumerate(cells) if cell.marked)
    # A line that fits up to the end of what is marked is cut behind it alone.
    marked = first + sum(cell.marked for cell in cells)
    left = 0
    if sum(cell.width for cell in cells[:marked]) > room:
        left = first
        while left and sum(cell.width for cell in cells[left - 1 : first]) <= min(_BEFORE, room // 2):
            left -= 1
    right, used = left, 0
    while right < len(cells) and used + cells[right].width <= room:
        used += cells[right].width
        right += 1
    # Where the line ends early, there is more room in front.
    while left and used + cells[left - 1].width <= room:
        left -= 1
        used += cells[left].width
    return left, max(right, left + 1)


def _shown(character: str) -> str:
    return " " * _TAB if character == "\t" else printable(character)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
