"""The white space of JSON: how a file is laid out, and how text moves from one place to another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from aslsplit.asl.extents import Extent, Pointer, line_indent
from aslsplit.asl.origins import Original
from aslsplit.asl.source import Source

__all__ = [
    "LINE_BREAK",
    "Around",
    "Frame",
    "Move",
    "Place",
    "Style",
    "frame_in_line",
    "frame_in_lines",
    "kept_frame",
    "space_before_part",
    "style_of",
]

LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Style:
    """What new text in a file looks like."""

    newline: str
    unit: str | None
    """One step of indentation; None if the file stands on one line."""

    colon: str
    gap: str
    """What follows a comma within a line."""

    lists_in_line: bool
    """Lists of scalars stand on one line where they fit."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next piece of text will stand: the indentation of its line, and its column (from 0)."""

    indent: str = ""
    column: int = 0
    inline: bool = False
    """Everything around stands on one line, so what is new does too."""

    def after(self, text: str) -> Place:
        *before, last = LINE_BREAK.split(text)
        blanks = last[: len(last) - len(last.lstrip(" \t"))]
        if before:
            return replace(self, indent=blanks, column=len(last))
        indent = self.indent + blanks if self.column == len(self.indent) else self.indent
        return replace(self, indent=indent, column=self.column + len(text))


@dataclass(frozen=True, slots=True)
class Move:
    """From one indentation to another. ``newline`` replaces the line endings of a text from another file."""

    old: str
    new: str
    newline: str | None = None

    def applied(self, text: str) -> str:
        """JSON strings hold no line breaks: every break is white space, and whole lines can be moved."""
        if (self.old == self.new and self.newline is None) or not LINE_BREAK.search(text):
            return text
        first, *rest = LINE_BREAK.split(text)
        breaks = [self.newline] * len(rest) if self.newline else LINE_BREAK.findall(text)
        pieces = [first]
        for count, (line_break, line) in enumerate(zip(breaks, rest, strict=True), start=1):
            is_empty = count < len(rest) and not line.strip()
            pieces += [line_break, line if is_empty else self._indented(line)]
        return "".join(pieces)

    def _indented(self, line: str) -> str:
        if line.startswith(self.old):
            return self.new + line[len(self.old) :]
        # A line further left than the one its value begins in keeps that distance as far as there is room.
        content = line.lstrip(" \t")
        missing = len(self.old) - (len(line) - len(content))
        return self.new[: max(0, len(self.new) - missing)] + content


@dataclass(frozen=True, slots=True)
class Around:
    """The white space around one member or item: before it, and between it and the comma behind it."""

    lead: str
    tail: str | None
    """None for the last one, which has no comma."""

    first: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The white space of an object or array as it is to be written."""

    first_lead: str
    lead: str
    tail: str
    close: str
    colon: str
    inline: bool
    """The whole of it stands on one line, and so shall what is new in it."""

    parts: Mapping[Pointer, Around]
    """Of the parts that stood in the original object or array; by their pointers there."""

    original: Original | None = None
    move: Move | None = None

    def around(self, part: Original | None) -> Around | None:
        if part is None or self.original is None or part.source is not self.original.source:
            return None
        return self.parts.get(part.pointer)


def frame_in_line(style: Style) -> Frame:
    return Frame("", style.gap, "", "", style.colon, True, {})


def frame_in_lines(style: Style, indent: str) -> Frame:
    close = style.newline + indent
    lead = close + (style.unit or "")
    return Frame(lead, lead, "", close, style.colon, False, {})


def kept_frame(original: Original, extent: Extent, move: Move, style: Style) -> Frame:
    """The frame of an object or array that has parts; new parts get what most of the old ones have."""
    source, text = original.source, original.source.text
    names = list(original.value) if isinstance(original.value, dict) else range(len(original.value))
    pointers = sorted(((*original.pointer, name) for name in names), key=lambda part: source.extents[part].start)
    parts: dict[Pointer, Around] = {}
    for part in pointers:
        place = source.extents[part]
        tail = _space_after(text, place.end)
        has_comma = text.startswith(",", place.end + len(tail))
        lead = move.applied(space_before_part(text, place))
        parts[part] = Around(lead, move.applied(tail) if has_comma else None, part is pointers[0])
    first, *others = parts.values()
    only_lead = first.lead if LINE_BREAK.search(first.lead) else style.gap
    return Frame(
        first_lead=first.lead,
        lead=_most_common([around.lead for around in others], only_lead),
        tail=_most_common([around.tail for around in parts.values() if around.tail is not None], ""),
        close=move.applied(_space_before(text, extent.end - 1)),
        colon=_colon(text, source.extents[pointers[0]]) or style.colon,
        inline=not LINE_BREAK.search(text, extent.start, extent.end),
        parts=parts,
        original=original,
        move=move,
    )


def style_of(like: Source) -> Style:
    text = like.text
    line_break = LINE_BREAK.search(text)
    unit = gap = None
    colon = ""
    in_line = broken = 0
    for pointer, extent in like.extents.items():
        if not pointer:
            continue
        lead = space_before_part(text, extent)
        if LINE_BREAK.search(lead):
            unit = unit or _step(text, like.extents[pointer[:-1]], extent)
        elif gap is None and text[_begin(extent) - len(lead) - 1] == ",":
            gap = lead
        colon = colon or _colon(text, extent)
        if pointer[-1] == 0 and text[extent.start] not in "{[":
            in_line += not LINE_BREAK.search(lead)
            broken += bool(LINE_BREAK.search(lead))
    if unit is None and len(like.extents) == 1:
        unit = "  "
    if gap is None:
        gap = "" if colon == ":" and unit is None else " "
    return Style(line_break.group() if line_break else "\n", unit, colon or ": ", gap, in_line >= broken)


def space_before_part(text: str, extent: Extent) -> str:
    """The white space before a value, or before its key if it has one."""
    return _space_before(text, _begin(extent))


_COLON: Final = re.compile(r"[ \t]*:[ \t]*")


def _step(text: str, outer: Extent, inner: Extent) -> str | None:
    before, indent = line_indent(text, outer.start), line_indent(text, _begin(inner))
    return indent[len(before) :] or None if indent.startswith(before) else None


def _most_common(spaces: list[str], otherwise: str) -> str:
    return Counter(spaces).most_common(1)[0][0] if spaces else otherwise


def _begin(extent: Extent) -> int:
    return extent.start if extent.key_start is None else extent.key_start


def _colon(text: str, extent: Extent) -> str:
    """What stands between key and value, if that is all on one line."""
    between = "" if extent.key_end is None else text[extent.key_end : extent.start]
    return between if _COLON.fullmatch(between) else ""


def _space_before(text: str, offset: int) -> str:
    start = offset
    while start and text[start - 1] in " \t\r\n":
        start -= 1
    return text[start:offset]


def _space_after(text: str, offset: int) -> str:
    end = offset
    while end < len(text) and text[end] in " \t\r\n":
        end += 1
    return text[offset:end]
