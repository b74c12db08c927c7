"""A report as plain pieces, so that every format says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Block", "Cell", "Code", "Graph", "Listing", "Paragraph", "Section", "Table"]


@dataclass(frozen=True, slots=True)
class Code:
    """Text as it stands in a file."""

    text: str


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


Block = Paragraph | Table | Listing | Graph


@dataclass(frozen=True, slots=True)
class Section:
    """``name`` is for links. ``brief`` stands for the blocks where there is no room for them."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False
    brief: str = ""
