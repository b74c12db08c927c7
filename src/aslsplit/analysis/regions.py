"""Regions: sets of states of one scope that could leave as one.

A legal region is entered at one member only and every member is reached from there; one that dispatches may have
several entries. Its exits are the distinct places outside where control goes on, the end of the scope among them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from aslsplit.analysis.graph import FlowGraph
from aslsplit.asl.model import Scope, StateMachine, Transition

__all__ = [
    "Exit",
    "Region",
    "entering",
    "entry_points",
    "largest_legal_subset",
    "lies_inside",
    "region_of",
    "smallest_legal_superset",
]


@dataclass(frozen=True, slots=True)
class Exit:
    """``target`` is the first state outside, or None where the scope ends."""

    target: str | None
    transitions: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """``entries`` and ``members`` stand in the order of the file, ``exits`` in the order in which they first appear
    there."""

    scope: Scope
    entries: tuple[str, ...]
    members: tuple[str, ...]
    exits: tuple[Exit, ...]


def region_of(graph: FlowGraph, members: Collection[str], *, dispatch: bool = False) -> Region | None:
    """The region of these states, or None if they are not a legal one. ``dispatch``: it may have several entries."""
    points = entry_points(graph, members)
    if not points or (len(points) > 1 and not dispatch):
        return None
    if frozenset().union(*(graph.reached_from(point, members) for point in points)) != frozenset(members):
        return None
    inside = in_file_order(graph, members)
    exits: dict[str | None, list[Transition]] = {}
    for name in inside:
        for transition in graph.scope.states[name].transitions:
            if transition.target not in members:
                exits.setdefault(transition.target, []).append(transition)
    found = tuple(Exit(target, tuple(transitions)) for target, transitions in exits.items())
    return Region(graph.scope, points, inside, found)


def lies_inside(machine: StateMachine, inner: Region, outer: Region) -> bool:
    """Some but not all of the outer region's states, or states of a scope inside one of them."""
    if inner.scope is outer.scope:
        return set(inner.members) < set(outer.members)
    return any(scope is outer.scope and owner.name in outer.members for scope, owner in machine.enclosing(inner.scope))


def entry_points(graph: FlowGraph, members: Collection[str]) -> tuple[str, ...]:
    """The members at which control arrives from outside, in the order of the file."""
    heads = {transition.target for transition in entering(graph, members)}
    return tuple(name for name in in_file_order(graph, members) if name in heads or name == graph.scope.start_at)


def entering(graph: FlowGraph, members: Collection[str]) -> tuple[Transition, ...]:
    return tuple(t for t in graph.transitions if t.target in members and t.source not in members)


def smallest_legal_superset(graph: FlowGraph, members: Collection[str]) -> tuple[str, ...] | None:
    """The members and as few states as make them a region; None if no region holds them all.

    Any region around the members has an entry that dominates them and, short of that entry, contains whatever leads
    to them. The nearest common dominator needs the fewest.
    """
    chains = [graph.dominators(name) for name in members]
    if not chains or not all(chains):
        return None
    common = [name for name in chains[0] if all(name in chain for chain in chains)]
    if not common:
        return None
    entry = common[0]
    found = {entry, *members}
    pending = [name for name in found if name != entry]
    while pending:
        for transition in graph.incoming[pending.pop()]:
            if transition.source not in found:
                found.add(transition.source)
                pending.append(transition.source)
    return in_file_order(graph, found)


def largest_legal_subset(graph: FlowGraph, members: Collection[str]) -> tuple[str, ...] | None:
    """The most members that form a region; of equally many, the ones whose entry comes first in the file."""
    candidates = (_grown(graph, entry, members) for entry in in_file_order(graph, members))
    best = max(candidates, key=len, default=frozenset[str]())
    return in_file_order(graph, best) if best else None


def _grown(graph: FlowGraph, entry: str, members: Collection[str]) -> frozenset[str]:
    """The largest region with this entry inside ``members``."""
    found = graph.reached_from(entry, members)
    while True:
        kept = {name for name in found if name == entry or all(t.source in found for t in graph.incoming[name])}
        if graph.scope.start_at != entry:
            kept.discard(graph.scope.start_at)
        smaller = graph.reached_from(entry, kept)
        if smaller == found:
            return found if region_of(graph, found) is not None else frozenset()
        found = smaller


def in_file_order(graph: FlowGraph, members: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in graph.scope.states if name in members)
