"""A report as plain pieces, so that every format says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aslsplit.render.outline import Code, Item, Words

__all__ = ["Block", "Bullets", "Cell", "Code", "Graph", "Listing", "Paragraph", "Section", "Table"]


Cell = str | Code | Sequence["str | Code"]
"""Several parts are lines."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """``language`` as highlighters call it."""

    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Graph:
    """In Mermaid."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    title: Words
    items: tuple[Item, ...]


Block = Paragraph | Table | Listing | Graph | Bullets


@dataclass(frozen=True, slots=True)
class Section:
    """``name`` is for links."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False
