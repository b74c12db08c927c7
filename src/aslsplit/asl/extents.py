"""What a reader says about a text: the data in it, where each value stands, and what is wrong.

Readers count in character offsets; ``source`` turns offsets into lines and columns, problems into findings.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

__all__ = [
    "Extent",
    "Json",
    "Pointer",
    "Problem",
    "Reading",
    "line_and_column",
    "line_indent",
    "line_start",
]

Json = Any
"""Plain data: dict, list, str, int, float, bool, None."""

Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """Character offsets into ``Source.text``: of the value, and of its key when it is a member of an object."""

    start: int
    end: int
    key_start: int | None = None
    key_end: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding that still counts in offsets."""

    code: str
    message: str
    start: int
    end: int
    pointer: Pointer | None = None
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """``data`` is whatever could be read; with a problem that makes the text unreadable it is not to be used."""

    data: Json
    extents: Mapping[Pointer, Extent]
    problems: tuple[Problem, ...]


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """As an editor shows the place, both counted from 1."""
    starts = _line_starts(text)
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def line_start(text: str, offset: int) -> int:
    starts = _line_starts(text)
    return starts[bisect_right(starts, offset) - 1]


def line_indent(text: str, offset: int) -> str:
    """The blanks that begin the line in which the offset lies, at most up to there."""
    start = line_start(text, offset)
    blanks = _BLANKS.match(text, start, offset)
    assert blanks is not None
    return blanks.group()


_BLANKS: Final = re.compile(r"[ \t]*")


@lru_cache(maxsize=16)
def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))]
