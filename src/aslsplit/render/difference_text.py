"""A difference for a terminal and a review."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from aslsplit.findings import printable
from aslsplit.render.outline import Item, Mark, Outline, Words

__all__ = ["difference_text"]

_WIDTH = 100
_COLORS = {Mark.ADDED: "32", Mark.REMOVED: "31", Mark.CHANGED: "33", Mark.MOVED: "36"}
_BOLD = "1"


def difference_text(outline: Outline, *, color: bool = False) -> str:
    parts = [[line for words in outline.headlines for line in _wrapped(_plain(words), "", "  ")]]
    parts.append(_wrapped(outline.summary, "", "  "))
    for section in outline.sections:
        title = [_painted(line, _BOLD, color) for line in _wrapped(_plain(section.title), "", "  ")]
        parts.append([*title, *(line for item in section.items for line in _item(item, "  ", color))])
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in parts if lines)


def _item(item: Item, indent: str, color: bool) -> Iterator[str]:
    first, *others = _wrapped(_plain(item.words), f"{indent}{item.mark} ", f"{indent}    ")
    yield _painted(first, _COLORS[item.mark], color)
    for line in others:
        yield _painted(line, _COLORS[item.mark], color)
    for detail in item.details:
        yield from _item(detail, f"{indent}    ", color)


def _plain(words: Words) -> str:
    return printable("".join(word if isinstance(word, str) else word.text for word in words))


def _painted(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text


def _wrapped(text: str, first: str, other: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=other, break_long_words=False, break_on_hyphens=False
    )
