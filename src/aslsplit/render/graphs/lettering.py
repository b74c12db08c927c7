"""Names of states in boxes: where they break into lines, and how wide a line is in the fonts that pages are set in."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["lines_of", "width_of"]

_WIDEST_LINE = 190
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[ _\-./:])")


def lines_of(name: str, size: int) -> tuple[str, ...]:
    """Broken at spaces and signs, before capitals, and where nothing else helps anywhere.

    >>> lines_of("CheckWhetherTheWarehouseHasAllTheItems", 13)
    ('CheckWhetherThe', 'WarehouseHasAllTheItems')
    """
    lines = [""]
    for piece in _CAMEL.split(name):
        for part in [piece] if width_of(piece, size) <= _WIDEST_LINE else piece:
            if lines[-1] and width_of(lines[-1] + part.rstrip(), size) > _WIDEST_LINE:
                lines.append("")
            lines[-1] += part
    return tuple(line.strip() or " " for line in lines)


def width_of(line: str, size: int) -> int:
    """On the safe side of what sans-serif fonts take."""
    return -(-sum(_ems(character) for character in line) * size // 100)


def _ems(character: str) -> int:
    """In hundredths of the font's size."""
    if unicodedata.east_asian_width(character) in "FW":
        return 105
    if character in "ijlI.,:;'|!()[] ":
        return 36
    if character in "mwMW@%&—…":
        return 95
    return 72 if character.isupper() or not character.isascii() else 62
