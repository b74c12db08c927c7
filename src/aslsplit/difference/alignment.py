"""Which item of a list became which. Rules, retriers and catchers are ordered; one put in between shifts the rest."""

from __future__ import annotations

from collections.abc import Sequence

from aslsplit.asl.source import Json
from aslsplit.difference.bodies import canonical, entries_of, likeness

__all__ = ["Pair", "aligned"]

Pair = tuple[int | None, int | None]
"""Positions on the two sides; None where there is no such item."""

_LEAST = 0.5
"""How alike two items must be to be one that was changed. A rule that compares with another literal is just that."""

_MOST_CELLS = 250_000


def aligned(before: Sequence[Json], after: Sequence[Json]) -> tuple[Pair, ...]:
    """In order: no two pairs cross. Swapping the sides swaps the pairs."""
    old, new = [canonical(item) for item in before], [canonical(item) for item in after]
    if old > new:
        return tuple((left, right) for right, left in aligned(after, before))
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    inner = _best(before[head : len(old) - tail], after[head : len(new) - tail])
    return (
        *((at, at) for at in range(head)),
        *((None if i is None else head + i, None if j is None else head + j) for i, j in inner),
        *((len(old) - tail + at, len(new) - tail + at) for at in range(tail)),
    )


def _best(before: Sequence[Json], after: Sequence[Json]) -> list[Pair]:
    """The pairing with the most likeness in sum."""
    rows, columns = len(before), len(after)
    if rows * columns > _MOST_CELLS:
        both = min(rows, columns)
        return [*((at, at) for at in range(both)), *_alone(both, rows, both, columns)]
    old, new = [entries_of(item) for item in before], [entries_of(item) for item in after]
    alike = [[_worth(one, other) for other in new] for one in old]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            paired = alike[i][j] + best[i + 1][j + 1] if alike[i][j] else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[Pair] = []
    i = j = 0
    while i < rows and j < columns:
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return [*pairs, *_alone(i, rows, j, columns)]


def _worth(one: frozenset[str], other: frozenset[str]) -> float:
    found = likeness(one, other)
    return found if found >= _LEAST else 0.0


def _alone(i: int, rows: int, j: int, columns: int) -> list[Pair]:
    return [*((at, None) for at in range(i, rows)), *((None, at) for at in range(j, columns))]
