"""How several things are said in one sentence, and rows set in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aslsplit.plan.boundaries import Pattern

__all__ = ["aligned", "how_called", "listed"]

_HOW: Final[Mapping[Pattern, str]] = {
    "async": "Its caller starts it and goes on at once, without the result (pattern async).",
    "express": "It is an EXPRESS state machine, and its caller waits for it with startSyncExecution (pattern express).",
}


def how_called(pattern: Pattern) -> str | None:
    """None for a child that is called as most are."""
    return _HOW.get(pattern)


def listed(names: Sequence[str], most: int = 4, *, joint: str = "and") -> str:
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return f" {joint} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns three spaces apart. What is alone in its row, or last in it, may be as long as it likes."""
    widths = [0] * max(map(len, rows), default=0)
    for row in rows:
        for column, cell in enumerate(row[:-1]):
            widths[column] = max(widths[column], len(cell))
    return ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
