"""A definition that stands as text in a string of another file: taken out of its quotes, and put back.

What was not changed keeps its spelling: escapes that JSON does not need, and white space in empty lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal, assert_never

__all__ = ["Frame", "Quotes", "framed"]

Quotes = Literal["json", "double", "single", "literal", "folded"]
"""A string of JSON; in YAML one in double or single quotes, or a block behind ``|`` or ``>``."""


@dataclass(frozen=True)
class Frame:
    """``outer`` is the whole file; between ``start`` and ``end`` stands the string, its quotes or header left out.

    ``starts`` says for each character of ``inner``, and for its end, where its spelling begins in ``outer``: an escape,
    or the indentation before the first character of a line.
    """

    outer: str
    start: int
    end: int
    inner: str
    starts: Sequence[int]
    quotes: Quotes
    indent: str = ""
    """Of the lines of a block."""

    def outer_offset(self, offset: int) -> int:
        start = self.starts[offset]
        if self.indent and self.outer[start - 1] in "\r\n" and self.outer.startswith(self.indent, start):
            return start + len(self.indent)
        return start

    def filled(self, text: str) -> str:
        """The whole file with another text in the string."""
        if text == self.inner:
            return self.outer
        return self.outer[: self.start] + self._quoted(text) + self.outer[self.end :]

    @property
    def is_plain(self) -> bool:
        """Putting its own text back gives the string again, without any of it being copied."""
        return self._encode(self.inner) == self.outer[self.start : self.end]

    def _quoted(self, text: str) -> str:
        if self.is_plain:
            return self._encode(text)
        old, new = _lines(self.inner), _lines(text)
        ends = [0]
        for line in old:
            ends.append(ends[-1] + len(line))
        pieces: list[str] = []
        for kind, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
            if kind == "equal":
                pieces.append(self.outer[self.starts[ends[i]] : self.starts[ends[j]]])
            else:
                pieces.append(self._encode("".join(new[k:m])))
        return "".join(pieces)

    def _encode(self, text: str) -> str:
        match self.quotes:
            case "json" | "double":
                return "".join(self._escapes.get(character) or self._escaped(character) for character in text)
            case "single":
                return text.replace("'", "''")
            case "literal" | "folded":
                return "".join(self.indent + line if line.strip("\r\n") else line for line in _lines(text))
            case _ as unreachable:
                assert_never(unreachable)

    @cached_property
    def _escapes(self) -> Mapping[str, str]:
        """How each character is spelled here, if it is always the same way."""
        spellings: dict[str, set[str]] = {}
        for character, (start, end) in zip(self.inner, pairwise(self.starts), strict=True):
            spellings.setdefault(character, set()).add(self.outer[start:end])
        return {character: next(iter(found)) for character, found in spellings.items() if len(found) == 1}

    def _escaped(self, character: str) -> str:
        is_ascii = self.outer[self.start : self.end].isascii() and "\\u" in self.outer[self.start : self.end]
        return json.dumps(character, ensure_ascii=is_ascii or "\ud800" <= character <= "\udfff")[1:-1]


def framed(outer: str, start: int, end: int, quotes: Quotes) -> Frame | None:
    """The string that stands from ``start`` (its quote or block header) to ``end``; None if it cannot be rewritten."""
    match quotes:
        case "json" | "double":
            return _unescaped(outer, start + 1, end - 1, quotes)
        case "single":
            return _unquoted(outer, start + 1, end - 1)
        case "literal" | "folded":
            return _unfolded(outer, start, end, quotes)
        case _ as unreachable:
            assert_never(unreachable)


_ESCAPE: Final = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)|[^\\]")
_JSON_ESCAPES: Final = frozenset('"\\/bfnrtu')
_BLOCK_HEADER: Final = re.compile(r"[|>]([1-9])?([-+])?([1-9])?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r)")
_LINE: Final = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")


def _unescaped(outer: str, start: int, end: int, quotes: Quotes) -> Frame | None:
    content = outer[start:end]
    if "\n" in content or "\r" in content:
        # A string in double quotes that YAML folds. Where it would be folded when it is changed is anybody's guess.
        return None
    characters: list[str] = []
    starts: list[int] = []
    for found in _ESCAPE.finditer(content):
        piece = found.group()
        if piece[0] == "\\" and piece[1] not in _JSON_ESCAPES:
            return None
        characters.append(json.loads(f'"{piece}"', strict=False) if piece[0] == "\\" else piece)
        starts.append(start + found.start())
    return Frame(outer, start, end, "".join(characters), (*starts, end), quotes)


def _unquoted(outer: str, start: int, end: int) -> Frame | None:
    content = outer[start:end]
    if "\n" in content or "\r" in content:
        return None
    found = [(match.group()[0], start + match.start()) for match in re.finditer("''|[^']", content)]
    starts = (*(place for _, place in found), end)
    return Frame(outer, start, end, "".join(character for character, _ in found), starts, "single")


def _unfolded(outer: str, start: int, end: int, quotes: Quotes) -> Frame | None:
    header = _BLOCK_HEADER.match(outer, start)
    if header is None or header[1] or header[3]:
        return None
    lines = [found for found in _LINE.finditer(outer, header.end(), end) if found.group()]
    indent = next((found[1][: len(found[1]) - len(found[1].lstrip(" "))] for found in lines if found[1].strip()), "")
    pieces: list[str] = []
    starts: list[int] = []
    for found in lines:
        content = found[1]
        begin = found.start() + (len(indent) if content.startswith(indent) else len(content))
        pieces.append(outer[begin : found.end()])
        starts += [found.start() if offset == begin else offset for offset in range(begin, found.end())]
    frame = Frame(outer, header.end(), end, "".join(pieces), (*starts, end), quotes, indent)
    # Folded lines are one line to who reads them, and would be one when they come back from a child.
    return frame if quotes == "literal" or (frame.is_plain and not _folds(frame.inner)) else None


def _folds(text: str) -> bool:
    """Whether two lines would be joined behind a ``>``, or an empty line be taken away."""
    lines = re.split(r"\r\n|\n|\r", text)
    return any(not line.strip() for line in lines[:-1]) or any(
        line[:1].strip() and following[:1].strip() for line, following in pairwise(lines)
    )


def _lines(text: str) -> list[str]:
    return [found.group() for found in _LINE.finditer(text) if found.group()]
