"""JSON text that keeps what was written.

A value that equals its original is copied; one that differs is put together again from its parts, between the white
space that was there. Only what is new gets a layout of its own, in the style of the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aslsplit.asl.extents import Extent, Json, Pointer, line_indent
from aslsplit.asl.origins import Original, Origins, originals_of_parts, root_original, strictly_equal
from aslsplit.asl.source import Source

__all__ = ["write_json"]


def write_json(value: Json, origins: Origins, like: Source) -> str:
    original = root_original(origins)
    style = _style_of(like)
    prefix, suffix = "", style.newline if like.text.endswith(("\n", "\r")) else ""
    if original and original.pointer == () and _same_file(original.source, like):
        if strictly_equal(value, like.data):
            return like.text
        root = like.extents[()]
        prefix, suffix = like.text[: root.start], like.text[root.end :]
    writer = _Writer(origins, like, style)
    place = _Place(inline=style.unit is None).after(prefix)
    return prefix + writer.value(value, (), original, place) + suffix


_LINE_WIDTH: Final = 100
_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")
_COLON: Final = re.compile(r"[ \t]*:[ \t]*")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Style:
    newline: str
    unit: str | None
    """One step of indentation; None if the file stands on one line."""

    colon: str
    gap: str
    """What follows a comma within a line."""

    lists_in_line: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the next piece of text will stand: the indentation of its line, and its column (from 0)."""

    indent: str = ""
    column: int = 0
    inline: bool = False
    """Everything around stands on one line, so what is new does too."""

    def after(self, text: str) -> _Place:
        *before, last = _LINE_BREAK.split(text)
        blanks = last[: len(last) - len(last.lstrip(" \t"))]
        if before:
            return replace(self, indent=blanks, column=len(last))
        indent = self.indent + blanks if self.column == len(self.indent) else self.indent
        return replace(self, indent=indent, column=self.column + len(text))


@dataclass(frozen=True, slots=True)
class _Around:
    """The white space around one member or item: before it, and between it and the comma behind it."""

    lead: str
    tail: str | None
    """None for the last one, which has no comma."""

    first: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    """The white space of an object or array as it is to be written."""

    first_lead: str
    lead: str
    close: str
    tail: str
    colon: str
    parts: Mapping[Pointer, _Around]
    """Of the parts that stood in the original object or array; by their pointers there."""

    inline: bool
    """The whole of it stands on one line, and so shall what is new in it."""

    source: Source | None = None

    def around(self, part: Original | None) -> _Around | None:
        return self.parts.get(part.pointer) if part is not None and part.source is self.source else None


@dataclass(frozen=True, slots=True)
class _Writer:
    origins: Origins
    like: Source
    style: _Style

    def value(self, value: Json, pointer: Pointer, original: Original | None, place: _Place) -> str:
        extent = _extent(original)
        if original is not None and extent is not None and strictly_equal(value, original.value):
            return self.moved(original.source, extent.start, extent.end, place)
        if not isinstance(value, (dict, list)) or not value:
            return _scalar(value)
        frame = self.kept_frame(value, original, place)
        if frame is None:
            frame = self.new_frame(value, place)
        return self.container(value, pointer, original, frame, place)

    def container(self, value: Json, pointer: Pointer, original: Original | None, frame: _Frame, place: _Place) -> str:
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        pieces = [opening]
        place = replace(place.after(opening), inline=frame.inline)
        names: Sequence[str | int] = list(value) if isinstance(value, dict) else range(len(value))
        parts = originals_of_parts(value, pointer, original, self.origins)
        for count, (name, part) in enumerate(zip(names, parts, strict=True), start=1):
            around = frame.around(part)
            head = self.lead(part, around, frame, first=count == 1)
            if isinstance(name, str):
                head += self.key(name, part, frame, place.after(head))
            place = place.after(head)
            text = self.value(value[name], (*pointer, name), part, place)
            if count < len(value):
                text += (frame.tail if around is None or around.tail is None else around.tail) + ","
            pieces += [head, text]
            place = place.after(text)
        return "".join([*pieces, frame.close, closing])

    def lead(self, part: Original | None, around: _Around | None, frame: _Frame, *, first: bool) -> str:
        if around and (around.first == first or _LINE_BREAK.search(around.lead)):
            return around.lead
        lead = frame.first_lead if first else frame.lead
        extent = _extent(part)
        if around is None and part is not None and extent is not None and _LINE_BREAK.search(lead):
            # A part that comes from elsewhere brings along the empty lines above it.
            own = _space_before(part.source.text, _begin(extent))
            surplus = len(_LINE_BREAK.findall(own)) - len(_LINE_BREAK.findall(lead))
            return self.style.newline * surplus + lead
        return lead

    def key(self, name: str, part: Original | None, frame: _Frame, place: _Place) -> str:
        """The key and its colon, as they stand in the original where that has the same key."""
        extent = _extent(part)
        if part is None or extent is None or extent.key_start is None or part.pointer[-1] != name:
            return _scalar(name) + frame.colon
        return self.moved(part.source, extent.key_start, extent.start, place)

    def kept_frame(self, value: Json, original: Original | None, place: _Place) -> _Frame | None:
        extent = _extent(original)
        if original is None or extent is None or type(value) is not type(original.value) or not original.value:
            return None
        source, text = original.source, original.source.text
        names: Sequence[str | int] = (
            list(original.value) if isinstance(original.value, dict) else range(len(original.value))
        )
        pointers = sorted(((*original.pointer, name) for name in names), key=lambda part: source.extents[part].start)
        old_indent = line_indent(text, extent.start)
        parts: dict[Pointer, _Around] = {}
        for part in pointers:
            place_of = source.extents[part]
            lead = self.shifted(_space_before(text, _begin(place_of)), old_indent, place.indent, source)
            tail = _space_after(text, place_of.end)
            has_comma = text.startswith(",", place_of.end + len(tail))
            tail = self.shifted(tail, old_indent, place.indent, source)
            parts[part] = _Around(lead, tail if has_comma else None, part is pointers[0])
        arounds = list(parts.values())
        first_lead = arounds[0].lead
        leads = Counter(around.lead for around in arounds[1:])
        only_lead = first_lead if _LINE_BREAK.search(first_lead) else self.style.gap
        lead = leads.most_common(1)[0][0] if leads else only_lead
        close = self.shifted(_space_before(text, extent.end - 1), old_indent, place.indent, source)
        tails = Counter(around.tail for around in arounds if around.tail is not None)
        tail = tails.most_common(1)[0][0] if tails else ""
        colon = _colon(text, source.extents[pointers[0]]) or self.style.colon
        inline = not _LINE_BREAK.search(text, extent.start, extent.end)
        return _Frame(first_lead, lead, close, tail, colon, parts, inline, source)

    def new_frame(self, value: Json, place: _Place) -> _Frame:
        style = self.style
        in_line = _Frame("", style.gap, "", "", style.colon, {}, True)
        if place.inline or style.unit is None:
            return in_line
        if (
            isinstance(value, list)
            and style.lists_in_line
            and not any(isinstance(item, (dict, list)) for item in value)
        ):
            width = sum(len(_scalar(item)) + len(style.gap) + 1 for item in value)
            if place.column + 2 + width - len(style.gap) - 1 <= _LINE_WIDTH:
                return in_line
        close = style.newline + place.indent
        lead = close + style.unit
        return _Frame(lead, lead, close, "", style.colon, {}, False)

    def moved(self, source: Source, start: int, end: int, place: _Place) -> str:
        return self.shifted(source.text[start:end], line_indent(source.text, start), place.indent, source)

    def shifted(self, text: str, old: str, new: str, source: Source) -> str:
        """The text with its lines behind the first moved from one indentation to another.

        JSON strings hold no line breaks, so that every one of them is white space.
        """
        foreign = not _same_file(source, self.like)
        if (old == new and not foreign) or not _LINE_BREAK.search(text):
            return text
        first, *rest = _LINE_BREAK.split(text)
        breaks = _LINE_BREAK.findall(text)
        pieces = [first]
        for count, (line_break, line) in enumerate(zip(breaks, rest, strict=True), start=1):
            pieces.append(self.style.newline if foreign else line_break)
            pieces.append(line if not line.strip() and count < len(rest) else _indented(line, old, new))
        return "".join(pieces)


def _indented(line: str, old: str, new: str) -> str:
    if line.startswith(old):
        return new + line[len(old) :]
    # A line that stands further left than the one its value begins in keeps that distance as far as there is room.
    content = line.lstrip(" \t")
    missing = len(old) - (len(line) - len(content))
    return new[: max(0, len(new) - missing)] + content


def _style_of(like: Source) -> _Style:
    text = like.text
    line_break = _LINE_BREAK.search(text)
    unit: str | None = None
    colon = gap = ""
    in_line = broken = 0
    for pointer, extent in like.extents.items():
        if not pointer:
            continue
        lead = _space_before(text, _begin(extent))
        around = like.extents[pointer[:-1]]
        if _LINE_BREAK.search(lead):
            outer = line_indent(text, around.start)
            indent = line_indent(text, _begin(extent))
            if unit is None and indent.startswith(outer) and indent != outer:
                unit = indent[len(outer) :]
        elif not gap and text[_begin(extent) - len(lead) - 1] == ",":
            gap = lead or "none"
        colon = colon or _colon(text, extent)
        if pointer[-1] == 0 and text[extent.start] not in "{[":
            in_line += not _LINE_BREAK.search(lead)
            broken += bool(_LINE_BREAK.search(lead))
    if unit is None and len(like.extents) == 1:
        unit = "  "
    gap = {"": "" if colon == ":" else " ", "none": ""}.get(gap, gap)
    return _Style(line_break.group() if line_break else "\n", unit, colon or ": ", gap, in_line >= broken)


def _extent(original: Original | None) -> Extent | None:
    return original.extent if original is not None and original.source.format == "json" else None


def _same_file(one: Source, other: Source) -> bool:
    return one is other or one.text == other.text


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


def _scalar(value: Json) -> str:
    lone_surrogate = isinstance(value, str) and _SURROGATE.search(value)
    return json.dumps(value, ensure_ascii=bool(lone_surrogate), allow_nan=False)
