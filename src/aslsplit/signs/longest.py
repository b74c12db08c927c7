"""The longest ways through a graph in which every loop is gone through once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["LongestWays", "longest_ways"]


@dataclass(frozen=True, slots=True)
class LongestWays:
    """``onward`` is the next node on the longest way from a node; None where that way ends."""

    length: Mapping[str, int]
    onward: Mapping[str, str | None]

    def way(self, start: str) -> tuple[str, ...]:
        found: list[str] = []
        node: str | None = start
        while node is not None:
            found.append(node)
            node = self.onward[node]
        return tuple(found)


def longest_ways(edges: Mapping[str, Mapping[str, int]], at_end: Callable[[str], int]) -> LongestWays:
    """The longest way from each node; an edge has a length, and so has ending at a node. A way may end anywhere.

    An edge back to a node that the walk is still in is not taken: that is where a loop closes.

    >>> ways = longest_ways({"A": {"B": 2}, "B": {"A": 1, "C": 1}, "C": {}}, lambda node: 3)
    >>> ways.length["A"], ways.way("A")
    (6, ('A', 'B', 'C'))
    """
    length: dict[str, int] = {}
    onward: dict[str, str | None] = {}
    walking: set[str] = set()
    for start in edges:
        pending = [start]
        while pending:
            node = pending[-1]
            if node in length:
                pending.pop()
                continue
            if node not in walking:
                walking.add(node)
                ahead = [target for target in edges[node] if target not in length and target not in walking]
                if ahead:
                    pending += reversed(ahead)
                    continue
            walking.discard(node)
            length[node], onward[node] = at_end(node), None
            for target, step in edges[node].items():
                if target in length and target != node and step + length[target] > length[node]:
                    length[node], onward[node] = step + length[target], target
            pending.pop()
    return LongestWays(length, onward)
