"""Regions that could become children: legal ones, each with the reason it was looked at.

From each state on, up to each state behind it: that gives the single-entry regions and all runs of them (consecutive
siblings, as in the polygons of a refined process structure tree, Vanhatalo, Völzer and Koehler 2009). Besides, the
largest regions inside groups of states that belong together by name or by tag, and copies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from aslsplit.analysis.graph import FlowGraph
from aslsplit.propose.dominance import Dominance

__all__ = ["Candidate", "candidates_of"]

_WAYS = 100
"""How many states behind an entry are tried as the place where the region ends."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A legal region of one scope; ``members`` stand in the order in which control comes to them."""

    entry: str
    members: tuple[str, ...]
    origin: str


def candidates_of(
    graph: FlowGraph, tree: Dominance, groups: Mapping[str, Collection[str]], most: int
) -> Iterator[Candidate]:
    """Those of at most ``most`` members; each once, with those of one entry next to each other and growing."""
    seen: set[tuple[str, ...]] = set()
    by_entry: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for label, group in groups.items():
        for name in group:
            if tree.parent.get(name, name) not in group and name in tree.spans:
                by_entry.setdefault(name, []).append((label, frozenset(group)))
    position = {name: place for place, name in enumerate(tree.order)}
    for entry in tree.order:
        for origin, found in _from(graph, tree, entry, by_entry.get(entry, ()), most, position):
            members = tuple(sorted(found, key=position.__getitem__))
            if members not in seen:
                seen.add(members)
                yield Candidate(entry, members, origin)


def _from(
    graph: FlowGraph,
    tree: Dominance,
    entry: str,
    groups: Iterable[tuple[str, frozenset[str]]],
    most: int,
    position: Mapping[str, int],
) -> Iterator[tuple[str, frozenset[str]]]:
    for label, group in groups:
        yield label, _trimmed(graph, entry, frozenset(name for name in group if tree.within(name, entry)))
    for end in _ends(tree, entry, position):
        found = _until(graph, tree, entry, end, most)
        if found is not None:
            yield f"from {entry} until {end}", _trimmed(graph, entry, found)
    if tree.subtree_size(entry) <= most:
        # A state that is never reached may lead into it all the same, and counts for what is legal.
        all_of_it = frozenset(name for name in tree.order if tree.within(name, entry))
        yield f"all that {entry} alone leads to", _trimmed(graph, entry, all_of_it)


def _ends(tree: Dominance, entry: str, position: Mapping[str, int]) -> list[str]:
    """States that the entry dominates, the nearest first."""
    found: list[str] = []
    pending = list(tree.children[entry])
    while pending and len(found) < _WAYS:
        name = min(pending, key=position.__getitem__)
        pending.remove(name)
        found.append(name)
        pending += tree.children[name]
    return found


def _until(graph: FlowGraph, tree: Dominance, entry: str, end: str, most: int) -> frozenset[str] | None:
    """What control comes to from the entry on without the end and what only the end leads to; None if too much."""
    found = {entry}
    pending = [entry]
    while pending:
        for way in graph.scope.states[pending.pop()].transitions:
            target = way.target
            if target is None or target in found or not tree.within(target, entry) or tree.within(target, end):
                continue
            found.add(target)
            if len(found) > most:
                return None
            pending.append(target)
    return frozenset(found)


def _trimmed(graph: FlowGraph, entry: str, members: frozenset[str]) -> frozenset[str]:
    """The largest region with this entry inside ``members``."""
    found = set(members)
    pending = [name for name in members if name != entry]
    while pending:
        name = pending.pop()
        if name in found and any(way.source not in found for way in graph.incoming[name]):
            found.discard(name)
            pending += [
                way.target
                for way in graph.scope.states[name].transitions
                if way.target is not None and way.target in found and way.target != entry
            ]
    return graph.reached_from(entry, found) if len(found) < len(members) else frozenset(found)
