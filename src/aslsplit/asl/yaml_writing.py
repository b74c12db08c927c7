"""YAML text that keeps what was written: members and items of block collections, with the comments above them.

Each entry brings along its own text, moved to its new column; flow collections are kept or written anew as a whole.
YAML has more ways to mean something than can be foreseen here, so every text is read again before it is given out;
should it not mean what it must, less and less is kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.extents import Json, Pointer
from aslsplit.asl.origins import Original, Origins, originals_of_parts, root_original, strictly_equal
from aslsplit.asl.placeholders import Placeholder
from aslsplit.asl.source import Source
from aslsplit.asl.yaml_flow import MAX_KEY, changed_flow, new_flow, quote_in
from aslsplit.asl.yaml_layout import PlacedEntry, layout
from aslsplit.asl.yaml_reading import Node
from aslsplit.asl.yaml_scalars import write_scalar

__all__ = ["write_yaml"]


def write_yaml(value: Json, origins: Origins, like: Source, meaning: Callable[[str], Json]) -> str:
    """``meaning`` reads a text as it will be read."""
    original = root_original(origins)
    if original and original.pointer == () and original.source.text == like.text and strictly_equal(value, like.data):
        return like.text
    style = _style_of(like)
    for copy_bound in (True, False):
        text = _Writer(origins, like, style, copy_bound).document(value, original)
        if strictly_equal(meaning(text), value):
            return text
    if original and original.pointer == () and original.source.text == like.text and like.base:
        return _Writer({(): None}, like, style, False).embedded(value, None)
    return _Writer({}, like, style, False).document(value, None)


_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")
_LINE_WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class _Style:
    newline: str = "\n"
    step: int = 2
    dash_step: int = 0
    """How far the dashes of a list stand to the right of the key that holds it."""

    flow_lists: bool = False
    quote: str | None = None
    """How strings in flow lists are quoted."""


@dataclass(frozen=True, slots=True)
class _Written:
    """An original that is an entry of a block collection."""

    source: Source
    pointer: Pointer
    value: Json
    place: PlacedEntry

    @property
    def name(self) -> str | int:
        return self.pointer[-1]

    def text(self, start: int, end: int) -> str:
        return self.source.text[start:end]


@dataclass(frozen=True, slots=True)
class _Writer:
    origins: Origins
    like: Source
    style: _Style
    copy_bound: bool
    """Copy also what may mean something else in its new place, such as an alias without its anchor."""

    def document(self, value: Json, original: Original | None) -> str:
        if self.like.base and original and original.pointer == () and original.source.text == self.like.text:
            return self.embedded(value, original)
        prefix, suffix = "", self.style.newline if self.like.text.endswith(("\n", "\r")) else ""
        column = 0
        if original and original.pointer == () and original.source.text == self.like.text:
            whole = layout(self.like.text)
            prefix, suffix = self.like.text[: whole.start], self.like.text[whole.end :]
            column = whole.column
        if not self.copy_bound and not suffix.endswith(("\n", "\r")):
            suffix += self.style.newline
        if not value or not isinstance(value, (dict, list)):
            return prefix + _scalar(value, None, None) + suffix
        text = self.entries(value, (), original, column, compact=True)
        if (line_break := _LINE_BREAK.match(text)) and (not prefix.strip(" ") or prefix.rstrip(" ")[-1] in "\r\n"):
            # The first entry has comments above it, and brings its own indentation.
            return prefix.rstrip(" ") + text[line_break.end() :] + suffix
        return prefix + text + suffix

    def embedded(self, value: Json, original: Original | None) -> str:
        """All of the file, with the value as the block collection that stands at its base."""
        place, text = layout(self.like.text).entries[self.like.base], self.like.text
        assert place.children is not None
        compact = text[place.body] not in "\r\n"
        entries = self.entries(value, (), original, place.children, compact=compact)
        return text[: place.body] + entries + text[place.end :]

    def entries(self, value: Json, pointer: Pointer, original: Original | None, column: int, *, compact: bool) -> str:
        """The entries of a block collection, each with its lead; ``compact`` begins in the line of what is before."""
        names: Sequence[str | int] = list(value) if isinstance(value, dict) else range(len(value))
        parts = originals_of_parts(value, pointer, original, self.origins)
        pieces: list[str] = []
        for name, part in zip(names, parts, strict=True):
            lead = self.lead(_written(part, like_name=name), column)
            pieces.append("" if compact and not pieces and "#" not in lead else lead)
            pieces.append(self.entry(name, value[name], (*pointer, name), part, column))
        return "".join(pieces)

    def lead(self, written: _Written | None, column: int) -> str:
        if written is not None and _LINE_BREAK.search(written.text(written.place.lead, written.place.head)):
            copied = self.copied(written, written.place.lead, written.place.head, column)
            return copied.rstrip(" ") + " " * column
        return self.style.newline + " " * column

    def entry(self, name: str | int, value: Json, pointer: Pointer, part: Original | None, column: int) -> str:
        written = _written(part, like_name=name)
        if written and self.may_copy_entry(written, name, value):
            return self.copied(written, written.place.head, written.place.end, column)
        sign = self.sign(name, written, column)
        tail = written.text(written.place.tail, written.place.end) if written else ""
        in_line = self.in_line(value, _written(part), column, tail)
        if in_line is None:
            return self.block(sign, value, pointer, part, column)
        if written is None or written.place.children is not None:
            return f"{sign} {in_line}"
        head = self.head(sign, written, column)
        return head + (in_line if head[-1].isspace() else " " + in_line) + tail

    def block(self, sign: str, value: Json, pointer: Pointer, part: Original | None, column: int) -> str:
        """An entry whose value is a block collection, laid out as the original is if that is one of the same kind."""
        written = _written(part, like_name=pointer[-1])
        if written and written.place.children is not None and type(value) is type(written.value):
            child_column = column + written.place.children - written.place.column
            compact = written.source.text[written.place.body] not in "\r\n"
            head = self.head(sign, written, column)
        else:
            step = 2 if sign == "-" else self.style.step if isinstance(value, dict) else self.style.dash_step
            child_column = column + step
            compact = sign == "-"
            head = sign
        body = self.entries(value, pointer, part, child_column, compact=compact)
        if _LINE_BREAK.match(body):
            return head.rstrip(" ") + body
        return head + " " * (child_column - column - len(head)) + body

    def sign(self, name: str | int, written: _Written | None, column: int) -> str:
        """What announces the value: a dash, or the key with its colon."""
        if isinstance(name, int):
            return "-"
        key = written.place.key if written and _same_name(written, name) else None
        if written and key and self.may_copy(written.source, key.start, key.end):
            return written.text(key.start, key.end) + ":"
        new_key = write_scalar(name)
        if len(new_key) > MAX_KEY:
            return f"? {new_key}{self.style.newline}{' ' * column}:"
        return new_key + ":"

    def head(self, sign: str, written: _Written, column: int) -> str:
        """The sign, and what stood between it and the value: blanks, an anchor, a comment."""
        place, text = written.place, written.source.text
        sign_end = 1 + (place.head if place.key is None else text.index(":", place.key.end))
        if not self.may_copy(written.source, sign_end, place.body):
            return sign
        return sign + self.copied(written, sign_end, place.body, column)

    def in_line(self, value: Json, written: _Written | None, column: int, tail: str) -> str | None:
        """The value as it stands in the line of its key or dash; None if it must begin below."""
        old = written.place.value if written and written.place.children is None else None
        if (
            written
            and old
            and strictly_equal(value, written.value)
            and self.may_copy(written.source, old.start, old.end)
        ):
            return self.copied(written, old.start, old.end, column) or "null"
        if isinstance(value, Placeholder):
            return value.indented(" " * column, self.style.newline)
        if not isinstance(value, (dict, list)) or not value:
            quote = old.style if old and old.style in ("'", '"') else None
            indent = None if tail.strip() else " " * (column + self.style.step)
            return _scalar(value, quote, indent).replace("\n", self.style.newline)
        if written and old and old.flow:
            return self.flow(value, written, old, column)
        was_list = written is not None and written.place.children is not None and isinstance(written.value, list)
        if self.style.flow_lists and not was_list and _holds_scalars_only(value):
            text = new_flow(value, self.style.quote)
            return text if column + len(text) <= _LINE_WIDTH else None
        return None

    def flow(self, value: Json, written: _Written, old: Node, column: int) -> str:
        is_copied = self.may_copy(written.source, old.start, old.end)
        if not is_copied or written.source.text[old.start] not in "{[":
            return new_flow(value, quote_in(written.text(old.start, old.end)))
        text = changed_flow(value, written.source, written.pointer, written.value)
        return self.moved(text, written, column)

    def may_copy_entry(self, written: _Written, name: str | int, value: Json) -> bool:
        if not _same_name(written, name) or not self.may_copy(written.source, written.place.head, written.place.end):
            return False
        return strictly_equal(value, written.value)

    def may_copy(self, source: Source, start: int, end: int) -> bool:
        bound = () if self.copy_bound else layout(source.text).bound
        place = bisect_left(bound, start)
        return place == len(bound) or bound[place] >= end

    def copied(self, written: _Written, start: int, end: int, column: int) -> str:
        """The text with its lines behind the first moved as far as the entry moves."""
        return self.moved(written.text(start, end), written, column)

    def moved(self, text: str, written: _Written, column: int) -> str:
        distance = column - written.place.column
        foreign = written.source.text != self.like.text
        if (distance == 0 and not foreign) or not _LINE_BREAK.search(text):
            return text
        first, *rest = _LINE_BREAK.split(text)
        breaks = [self.style.newline] * len(rest) if foreign else _LINE_BREAK.findall(text)
        return first + "".join(a + _shifted(line, distance) for a, line in zip(breaks, rest, strict=True))


def _written(part: Original | None, *, like_name: str | int | None = None) -> _Written | None:
    """With ``like_name``: only an entry of the kind that the name belongs to, and one that can be taken apart."""
    if part is None or part.source.format != "yaml":
        return None
    place = layout(part.source.text).entries.get((*part.source.base, *part.pointer))
    if place is None:
        return None
    if like_name is not None and (not place.regular or (place.key is None) != isinstance(like_name, int)):
        return None
    return _Written(part.source, part.pointer, part.value, place)


def _same_name(written: _Written, name: str | int) -> bool:
    return isinstance(name, int) or written.name == name


def _shifted(line: str, distance: int) -> str:
    if distance >= 0:
        return " " * distance + line if line else line
    return line[min(-distance, len(line) - len(line.lstrip(" "))) :]


def _holds_scalars_only(value: Json) -> bool:
    return isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value)


def _scalar(value: Json, quote: str | None, indent: str | None) -> str:
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return write_scalar(value, style=quote, indent=indent)


def _style_of(like: Source) -> _Style:
    text, base = like.text, like.base
    line_break = _LINE_BREAK.search(text)
    newline = line_break.group() if line_break else "\n"
    step: int | None = None
    dash_step: int | None = None
    quote: str | None = None
    flow_lists = block_lists = 0
    for pointer, entry in layout(text).entries.items():
        if pointer[: len(base)] != base:
            continue
        value = entry.value
        if entry.children is not None and entry.key is not None:
            distance = entry.children - entry.column
            if value.kind == "mapping":
                step = step or distance
            elif dash_step is None:
                dash_step = distance
        if value.kind == "sequence" and value.entries and value.entries[0].value.kind == "scalar":
            flow_lists += value.flow
            block_lists += not value.flow
            if value.flow and quote is None:
                quote = quote_in(text[value.start : value.end])
    return _Style(newline, step or 2, dash_step or 0, flow_lists > block_lists, quote)
