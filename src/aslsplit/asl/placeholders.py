"""Values that are filled in before AWS sees a definition: what a template's intrinsic functions and bare tokens give.

They are read as text with ``${…}`` in it, which is how a plain definition file would say the same. So everything above
this module treats them as the text they are, and only who writes them asks how they were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Self

from aslsplit.asl.extents import Json, Pointer

__all__ = [
    "PART_OF_ARN",
    "TOKEN",
    "Placeholder",
    "TokenEnds",
    "is_intrinsic",
    "placeholders_in",
    "split_at_tokens",
    "tokens_in",
    "without_intrinsics",
]


class Placeholder(str):
    """``written`` is how the file spells it: ``!GetAtt Charge.Arn`` or ``{"Ref": "Table"}`` for ``${…}`` in a template,
    or what JSON does not have: a bare token such as ``${timeout}``, a string with quotes in its tokens. Lines behind
    the first are relative to the line in which it begins. ``fills`` gives the tokens in the text a meaning, spelled as
    an intrinsic function; None if no function was written."""

    written: str
    fills: tuple[tuple[str, str], ...] | None

    def __new__(cls, text: str, written: str, fills: tuple[tuple[str, str], ...] | None = None) -> Self:
        made = super().__new__(cls, text)
        made.written = written
        made.fills = fills
        return made

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def indented(self, indent: str, newline: str) -> str:
        first, *rest = self.written.split("\n")
        return newline.join([first, *(indent + line if line else line for line in rest)])


def is_intrinsic(value: Json) -> bool:
    """Written as an intrinsic function, which only a template understands."""
    return isinstance(value, Placeholder) and value.fills is not None


def without_intrinsics(value: Json) -> Json:
    """As a file without a template around it says it: the text instead of the function."""
    if isinstance(value, dict):
        return {key: without_intrinsics(part) for key, part in value.items()}
    if isinstance(value, list):
        return [without_intrinsics(part) for part in value]
    return str.__str__(value) if is_intrinsic(value) else value


def placeholders_in(value: Json, at: Pointer = ()) -> Iterator[tuple[Pointer, Placeholder]]:
    if isinstance(value, Placeholder):
        yield at, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from placeholders_in(part, (*at, name))


def tokens_in(text: str) -> Iterator[str]:
    """
    >>> list(tokens_in("arn:${AWS::Partition}:sns:${Region}, and ${!Literal}"))
    ['AWS::Partition', 'Region']
    """
    return (found[1].strip() for found in _TOKEN.finditer(text))


def split_at_tokens(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, each with whether it is a token, which comes without its braces.

    >>> list(split_at_tokens("arn:${AWS::Partition}:sns"))
    [('arn:', False), ('AWS::Partition', True), (':sns', False)]
    """
    for index, piece in enumerate(_TOKEN.split(text)):
        if piece:
            yield (piece.strip(), True) if index % 2 else (piece, False)


class TokenEnds:
    """Where the tokens of a text end. What one search has seen is not looked at by the next, so that a text of nothing
    but tokens that never end takes no longer than any other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends: dict[int, int | None] = {}
        """By where a brace opens."""

    def of(self, start: int) -> int | None:
        """Where the ``${…}`` or ``%{…}`` that begins at ``start`` ends; None if it does not end in its line.

        >>> TokenEnds('${lookup(map, "}")} x').of(0)
        19
        """
        opened: list[int] = []
        offset = start
        while (found := _PIECE.search(self.text, offset)) is not None:
            piece, offset = found.group(), found.end()
            if piece == "\n" or found["unclosed"] is not None:
                break
            if piece == "}":
                self._ends[opened.pop()] = offset
            elif piece.endswith("{") and found.start() not in self._ends:
                opened.append(found.start())
            elif piece.endswith("{"):
                end = self._ends[found.start()]
                if end is None:
                    break
                offset = end
            if not opened:
                return offset
        self._ends |= dict.fromkeys(opened)
        return None


TOKEN: Final = r"\$\{[^{}]*\}"
"""A pattern for what begins and ends as a token does, ``${!…}`` included."""

PART_OF_ARN: Final = rf"(?:{TOKEN}|[^:])*+"
"""A pattern for what stands between two colons, which a token may hold as well. There is one way to match it, so that
nothing is tried twice."""

_TOKEN: Final = re.compile(r"\$\{([^!{}][^{}]*)\}")
_PIECE: Final = re.compile(r'"(?:[^"\\\n]|\\.)*+(?:"|(?P<unclosed>))|\$\{|[{}\n]')
