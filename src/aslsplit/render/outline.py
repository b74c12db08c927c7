"""What is told, in sections and lines, before anybody lays it out: for a terminal, as Markdown, as a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Code", "Item", "Mark", "Outline", "Section", "Words", "codes", "counted"]


@dataclass(frozen=True, slots=True)
class Code:
    """Text that comes from a file."""

    text: str


Words = tuple[str | Code, ...]


class Mark(StrEnum):
    ADDED = "+"
    REMOVED = "-"
    CHANGED = "~"
    MOVED = ">"


@dataclass(frozen=True, slots=True)
class Item:
    mark: Mark
    words: Words
    details: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: Words
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """``headlines`` has a line for each file, ``summary`` is one for everything; it may be empty."""

    headlines: tuple[Words, ...]
    summary: str
    sections: tuple[Section, ...]


def codes(texts: Iterable[str]) -> Words:
    """``a, b, c``."""
    words: list[str | Code] = []
    for text in texts:
        words += [", ", Code(text)] if words else [Code(text)]
    return tuple(words)


def counted(number: int, thing: str = "state") -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
