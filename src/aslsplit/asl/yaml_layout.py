"""How the parts of a block-style YAML text divide it among themselves.

Every character of a block collection belongs to exactly one of its entries: the comments and empty lines above an
entry are its lead, a comment behind its value is its tail. Flow collections are not divided.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aslsplit.asl.extents import Pointer, line_start
from aslsplit.asl.yaml_reading import Entry, Node, compose

__all__ = ["Layout", "PlacedEntry", "is_block", "layout"]


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """A member or item of a block collection. Its text is lead, head (key or dash), body and tail, end to end."""

    lead: int
    head: int
    body: int
    """Of a block collection: where the lead of its first entry begins."""

    tail: int
    end: int
    column: int
    key: Node | None
    value: Node
    children: int | None
    """The column of the entries in it, if the value is a block collection."""

    regular: bool
    """Not written with ``?`` or in another way that cannot be taken apart."""


@dataclass(frozen=True, slots=True)
class Layout:
    entries: Mapping[Pointer, PlacedEntry]
    """Parts that stand in flow collections or come in by an alias are missing."""

    start: int
    """Of the first entry of the document, or of the whole value if that is no block collection."""

    end: int
    column: int
    bound: tuple[int, ...]
    """Where something stands that may mean something else in another place, in order: anchors and aliases, and a
    block scalar that ends the file without a line break, and therefore lacks one in its value."""


@lru_cache(maxsize=8)
def layout(text: str) -> Layout:
    """Of a text that ``read_source`` could read."""
    composition = compose(text)
    root = composition.root
    assert root is not None
    bound = [node.start for node in (*composition.anchors, *composition.aliases)]
    if not is_block(root):
        return Layout({}, root.start, root.end, 0, tuple(sorted(bound)))
    start = _first_entry(text, root)
    division = _Division(text)
    end = division.divide(root, (), start)
    last = max((entry.value for entry in division.entries.values()), key=lambda value: value.start)
    if last.style in ("|", ">") and last.end == len(text):
        bound.append(last.start)
    return Layout(division.entries, start, end, start - line_start(text, start), tuple(sorted(bound)))


def is_block(node: Node) -> bool:
    return node.kind in ("mapping", "sequence") and not node.flow


_COLON: Final = re.compile(r"[ \t]*:(?=\s|\Z)")
_PROPERTIES: Final = re.compile(r"(?:[&!]\S*|#[^\r\n]*|\s)*")
_DASH: Final = re.compile(r"-(?=\s|\Z)")
_TAIL: Final = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")


class _Division:
    def __init__(self, text: str) -> None:
        self.text = text
        self.entries: dict[Pointer, PlacedEntry] = {}

    def divide(self, node: Node, pointer: Pointer, start: int) -> int:
        """Places the entries of a block collection whose first lead begins at ``start``; gives the end of the last."""
        end = start
        first = _first_entry(self.text, node)
        column = first - line_start(self.text, first)
        for index, entry in enumerate(node.entries):
            name: str | int = index if entry.key is None else (entry.key.target or entry.key).text
            if entry.key is not None or index == 0:
                head = entry.key.start if entry.key is not None else first
            else:
                head = self.next_dash(end, column)
            placed = self.entry(entry, (*pointer, name), end, head)
            self.entries[(*pointer, name)] = placed
            end = placed.end
        return end

    def entry(self, entry: Entry, pointer: Pointer, lead: int, head: int) -> PlacedEntry:
        text, value = self.text, entry.value
        sign = _DASH.match(text, head) if entry.key is None else _COLON.match(text, entry.key.end)
        head_end = sign.end() if sign else head
        column = head - line_start(text, head)
        if is_block(value):
            first = _first_entry(text, value)
            line_break = _LINE_BREAK.search(text, head_end, first)
            body = line_break.start() if line_break else first
            end = self.divide(value, pointer, body)
            children = first - line_start(text, first)
            return PlacedEntry(lead, head, body, end, end, column, entry.key, value, children, sign is not None)
        body = max(value.start, head_end)
        tail_start = max(value.end, body)
        tail = _TAIL.match(text, tail_start)
        end = tail.end() if tail else tail_start
        regular = sign is not None and tail is not None
        return PlacedEntry(lead, head, body, tail_start, end, column, entry.key, value, None, regular)

    def next_dash(self, offset: int, column: int) -> int:
        """All dashes of a sequence stand in one column; between two items there are only comments."""
        found = re.compile(rf"(?:\r\n|\n|\r) {{{column}}}(?=-(?:\s|\Z))").search(self.text, offset)
        return found.end() if found else offset


def _first_entry(text: str, node: Node) -> int:
    key = node.entries[0].key
    if key is not None:
        return key.start
    properties = _PROPERTIES.match(text, node.start)
    assert properties is not None
    return properties.end()
