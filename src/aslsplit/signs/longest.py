"""The longest ways through a graph in which every loop is gone through once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["LongestWays", "longest_rounds", "longest_ways"]


@dataclass(frozen=True, slots=True)
class LongestWays:
    """``onward`` is the next node on the longest way from a node; None where that way ends."""

    length: Mapping[str, int]
    onward: Mapping[str, str | None]
    closing: tuple[tuple[str, str], ...]
    """The edges that close a loop: from its last node to its first."""

    def way(self, start: str) -> tuple[str, ...]:
        found: list[str] = []
        node: str | None = start
        while node is not None:
            found.append(node)
            node = self.onward[node]
        return tuple(found)


def longest_ways(edges: Mapping[str, Mapping[str, int]], at_end: Callable[[str], int]) -> LongestWays:
    """The longest way from each node; an edge has a length, and so has ending at a node. A way may end anywhere.

    The walk begins at the first node. An edge back to a node that it is still in is not taken: there a loop closes.

    >>> ways = longest_ways({"A": {"B": 2}, "B": {"A": 1, "C": 1}, "C": {}}, lambda node: 3)
    >>> ways.length["A"], ways.way("A")
    (6, ('A', 'B', 'C'))
    """
    length: dict[str, int] = {}
    onward: dict[str, str | None] = {}
    closing: list[tuple[str, str]] = []
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
            closing += [(node, target) for target in edges[node] if target in walking]
            walking.discard(node)
            length[node], onward[node] = at_end(node), None
            for target, step in edges[node].items():
                if target in length and target != node and step + length[target] > length[node]:
                    length[node], onward[node] = step + length[target], target
            pending.pop()
    return LongestWays(length, onward, tuple(closing))


def longest_rounds(
    edges: Mapping[str, Mapping[str, int]], at_end: Callable[[str], int]
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """For each node at which a loop begins, the longest round from there, and the nodes on it.

    >>> longest_rounds({"A": {"B": 2}, "B": {"A": 3, "C": 3}, "C": {"C": 1}}, {"A": 2, "B": 3, "C": 1}.__getitem__)
    ((5, ('A', 'B')), (1, ('C',)))
    """
    closing = frozenset(longest_ways(edges, at_end).closing)
    before: dict[str, list[str]] = {}
    for node, targets in edges.items():
        for target in targets:
            if (node, target) not in closing:
                before.setdefault(target, []).append(node)
    best: dict[str, tuple[int, tuple[str, ...]]] = {}
    for last, first in sorted(closing):
        inside = _between(before, first, last)
        ahead = {node: {to: step for to, step in edges[node].items() if to in inside and (node, to) not in closing}
                 for node in inside}  # fmt: skip
        ways = longest_ways(ahead, at_end)
        if first not in best or ways.length[first] > best[first][0]:
            best[first] = (ways.length[first], ways.way(first))
    return tuple(best[node] for node in edges if node in best)


def _between(before: Mapping[str, Sequence[str]], first: str, last: str) -> dict[str, None]:
    """The nodes on the ways that lead to ``last`` and begin at ``first``; ``first`` itself is the first of them."""
    found = {first: None, last: None}
    pending = [last] if last != first else []
    while pending:
        for node in before.get(pending.pop(), ()):
            if node not in found:
                found[node] = None
                pending.append(node)
    return found
