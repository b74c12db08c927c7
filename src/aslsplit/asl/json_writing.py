"""JSON text that keeps what was written.

A value that equals its original is copied; one that differs is put together again from its parts, between the white
space that was there. Only what is new gets a layout of its own, in the style of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from aslsplit.asl.extents import Extent, Json, Pointer, line_indent
from aslsplit.asl.json_layout import (
    LINE_BREAK,
    Around,
    Frame,
    Move,
    Place,
    Style,
    frame_in_line,
    frame_in_lines,
    kept_frame,
    space_before_part,
    style_of,
)
from aslsplit.asl.origins import Original, Origins, originals_of_parts, root_original, strictly_equal
from aslsplit.asl.placeholders import Placeholder
from aslsplit.asl.source import Source

__all__ = ["write_json"]


def write_json(value: Json, origins: Origins, like: Source) -> str:
    original = root_original(origins)
    style = style_of(like)
    prefix, suffix = "", style.newline if like.text.endswith(("\n", "\r")) else ""
    if original and original.pointer == () and original.source.text == like.text:
        if strictly_equal(value, like.data):
            return like.text
        root = like.extents[()]
        prefix, suffix = like.text[: root.start], like.text[root.end :]
    writer = _Writer(origins, like, style, _escapes(like, origins))
    place = Place(inline=style.unit is None).after(prefix)
    extent = _extent(original)
    move = writer.move(original, extent.start, place) if original and extent else None
    return prefix + writer.value(value, (), original, place, move) + suffix


_LINE_WIDTH: Final = 100
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NOT_ASCII: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u(?!00[0-7])([0-9A-Fa-f]{4})")
_ESCAPED: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u[0-9a-f]{4}")
_Escapes = Literal["none", "lower", "upper"]


@dataclass(frozen=True, slots=True)
class _Writer:
    origins: Origins
    like: Source
    style: Style
    escapes: _Escapes

    def value(self, value: Json, pointer: Pointer, original: Original | None, place: Place, move: Move | None) -> str:
        """``move`` is how the text of the original gets here; None if it has no text."""
        extent = _extent(original)
        if original and extent and move and strictly_equal(value, original.value):
            return move.applied(original.source.text[extent.start : extent.end])
        if not isinstance(value, (dict, list)) or not value:
            return self.scalar(value, place.indent)
        if original and extent and move and original.value and type(value) is type(original.value):
            frame = kept_frame(original, extent, move, self.style)
        else:
            frame = self.new_frame(value, place)
        return self.container(value, pointer, original, frame, place)

    def container(self, value: Json, pointer: Pointer, original: Original | None, frame: Frame, place: Place) -> str:
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        pieces = [opening]
        place = replace(place.after(opening), inline=frame.inline)
        names: Sequence[str | int] = list(value) if isinstance(value, dict) else range(len(value))
        parts = originals_of_parts(value, pointer, original, self.origins)
        for count, (name, part) in enumerate(zip(names, parts, strict=True), start=1):
            around, extent = frame.around(part), _extent(part)
            head = self.lead(part, around, frame, first=count == 1)
            move = frame.move if around else None
            if part and extent and move is None:
                move = self.move(part, extent.start, place.after(head))
            if isinstance(name, str):
                head += self.key(name, part, frame, move)
            place = place.after(head)
            text = self.value(value[name], (*pointer, name), part, place, move)
            if count < len(value):
                text += (frame.tail if around is None or around.tail is None else around.tail) + ","
            pieces += [head, text]
            place = place.after(text)
        return "".join([*pieces, frame.close, closing])

    def lead(self, part: Original | None, around: Around | None, frame: Frame, *, first: bool) -> str:
        if around and (around.first == first or LINE_BREAK.search(around.lead)):
            return around.lead
        lead = frame.first_lead if first else frame.lead
        extent = _extent(part)
        if around is None and part and extent and LINE_BREAK.search(lead):
            # A part that comes from elsewhere brings along the empty lines above it.
            own = space_before_part(part.source.text, extent)
            surplus = len(LINE_BREAK.findall(own)) - len(LINE_BREAK.findall(lead))
            return self.style.newline * surplus + lead
        return lead

    def new_frame(self, value: Json, place: Place) -> Frame:
        in_line = frame_in_line(self.style)
        if place.inline or self.style.unit is None:
            return in_line
        has_scalars_only = isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value)
        if self.style.lists_in_line and has_scalars_only:
            width = (
                len("[]") + sum(len(self.scalar(item)) for item in value) + (len(value) - 1) * len("," + self.style.gap)
            )
            if place.column + width <= _LINE_WIDTH:
                return in_line
        return frame_in_lines(self.style, place.indent)

    def move(self, part: Original, start: int, place: Place) -> Move:
        """From the line of the original to the line that is being written."""
        newline = None if part.source.text == self.like.text else self.style.newline
        return Move(line_indent(part.source.text, start), place.indent, newline)

    def key(self, name: str, part: Original | None, frame: Frame, move: Move | None) -> str:
        """The key and its colon, as they stand in the original where that has the same key."""
        extent = _extent(part)
        if part is None or extent is None or move is None or extent.key_start is None or part.pointer[-1] != name:
            return self.scalar(name) + frame.colon
        return move.applied(part.source.text[extent.key_start : extent.start])

    def scalar(self, value: Json, indent: str = "") -> str:
        if isinstance(value, Placeholder):
            return value.indented(indent, self.style.newline)
        lone_surrogate = isinstance(value, str) and _SURROGATE.search(value)
        text = json.dumps(value, ensure_ascii=self.escapes != "none" or bool(lone_surrogate), allow_nan=False)
        if self.escapes == "upper":
            return _ESCAPED.sub(lambda found: found.group().upper().replace("U", "u", 1), text)
        return text


def _escapes(like: Source, origins: Origins) -> _Escapes:
    """How to write what is not ASCII: as the files do from which the parts come, if they agree."""
    texts = {like.text, *(origin.source.text for origin in origins.values() if origin is not None)}
    written = [found[1] for text in texts for found in _NOT_ASCII.finditer(text)]
    if not written or not all(text.isascii() for text in texts):
        return "none"
    return "upper" if any(digits != digits.lower() for digits in written) else "lower"


def _extent(original: Original | None) -> Extent | None:
    return original.extent if original is not None and original.source.format == "json" else None
