"""The dominator tree of a scope, in which every legal region is a piece.

A region that is entered at one state and reached from there holds, with each member, all its dominators down to the
entry. So it is a connected top part of the entry's subtree, and what it leaves of that subtree are whole subtrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aslsplit.analysis.graph import FlowGraph

__all__ = ["Dominance", "dominance_of"]


@dataclass(frozen=True, slots=True)
class Dominance:
    """``order`` puts every state behind its dominators, and otherwise as control comes to them."""

    parent: Mapping[str, str | None]
    children: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    spans: Mapping[str, tuple[int, int]]

    def within(self, name: str, top: str) -> bool:
        """``top`` dominates ``name``, or is it."""
        first, last = self.spans[top]
        return name in self.spans and first <= self.spans[name][0] < last

    def subtree_size(self, top: str) -> int:
        first, last = self.spans[top]
        return last - first


def dominance_of(graph: FlowGraph) -> Dominance:
    order = _reverse_postorder(graph)
    parent: dict[str, str | None] = {}
    children: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        above = graph.immediate_dominators.get(name)
        parent[name] = above if isinstance(above, str) and above != name else None
        if parent[name] is not None:
            children[str(parent[name])].append(name)
    return Dominance(parent, {name: tuple(below) for name, below in children.items()}, order, _spans(children, order))


def _spans(children: Mapping[str, list[str]], order: tuple[str, ...]) -> Mapping[str, tuple[int, int]]:
    """Positions in a walk of the tree, such that a subtree is an interval."""
    sizes = dict.fromkeys(order, 1)
    for name in reversed(order):
        sizes[name] += sum(sizes[child] for child in children[name])
    spans: dict[str, tuple[int, int]] = {}
    for name in order[:1]:
        spans[name] = (0, sizes[name])
    for name in order:
        at = spans[name][0] + 1
        for child in children[name]:
            spans[child] = (at, at + sizes[child])
            at += sizes[child]
    return spans


def _reverse_postorder(graph: FlowGraph) -> tuple[str, ...]:
    start = graph.scope.start_at
    seen = {start}
    stack = [(start, iter(_targets(graph, start)))]
    finished: list[str] = []
    while stack:
        name, targets = stack[-1]
        following = next((target for target in targets if target not in seen), None)
        if following is None:
            finished.append(name)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(_targets(graph, following))))
    return tuple(reversed(finished))


def _targets(graph: FlowGraph, name: str) -> list[str]:
    """Last first, so that what stands first in the file comes first in the order."""
    return [way.target for way in reversed(graph.scope.states[name].transitions) if way.target is not None]
