"""Ways to cut a machine: proposals, and simpler ones to compare them with."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import networkx

from aslsplit.analysis.domains import service_of
from aslsplit.analysis.regions import largest_legal_subset
from aslsplit.propose.alternatives import alternatives_of
from aslsplit.propose.dominance import Dominance
from aslsplit.propose.likes import stems_used
from aslsplit.propose.search import Search

Regions = tuple[frozenset[str], ...]


def proposed(found: Search, draw: random.Random) -> Regions:
    best = next(one for one in alternatives_of(found) if one.name not in ("only group",))
    return tuple(frozenset(one.candidate.members) for one in best.chosen if one.scope.owner is None)


def do_nothing(found: Search, draw: random.Random) -> Regions:
    return ()


def equal_size(found: Search, draw: random.Random) -> Regions:
    """Cuts the topological order into pieces of twelve, rounded to legal regions."""
    order = _tree(found).order
    return _legal(found, (frozenset(order[at : at + 12]) for at in range(0, len(order), 12)))


def name_prefix(found: Search, draw: random.Random) -> Regions:
    groups: dict[str, set[str]] = {}
    for name in _tree(found).order:
        groups.setdefault(name.split(" ")[0].rstrip("0123456789") if " " in name else name[:4], set()).add(name)
    return _legal(found, map(frozenset, groups.values()))


def louvain(found: Search, draw: random.Random) -> Regions:
    """Communities of the graph of transitions and of shared fields."""
    graph = _transitions(found)
    for names in _holders(found):
        for position, one in enumerate(names):
            for other in names[position + 1 :]:
                _tie(graph, one, other, 1 / len(names))
    communities = networkx.community.louvain_communities(graph, seed=7)
    return _legal(found, sorted((frozenset(c) for c in communities), key=sorted))


def minimum_cut(found: Search, draw: random.Random) -> Regions:
    """Each tag's states cut off from those of all other tags; what has no tag falls to either side.

    A tag is the domain, or where names say nothing the service. This is the isolation heuristic of Dahlhaus et al. 1994
    for the cut between several terminals; a state on the side of two tags goes to the one with the cheaper cut.
    """
    graph = _transitions(found)
    for names in _holders(found):
        for one, other in pairwise(names):
            _tie(graph, one, other, 1 / len(names))
    groups: dict[str, list[str]] = {}
    domains = found.measures[found.facts.machine.top.pointer].domains
    for name in _tree(found).order:
        tag = domains.get(name) or service_of(found.facts.machine.top.states[name])
        if tag is not None:
            groups.setdefault(tag, []).append(name)
    sides: list[tuple[float, str, set[str]]] = []
    for tag, names in groups.items():
        others = [name for other in groups if other != tag for name in groups[other]]
        if len(names) < 3 or not others:
            continue
        with_ends = graph.copy()
        # An edge without a weight cannot be cut.
        with_ends.add_edges_from(("<from>", name) for name in names)
        with_ends.add_edges_from((name, "<to>") for name in others)
        value, (side, _) = networkx.minimum_cut(with_ends, "<from>", "<to>", capacity="weight")
        sides.append((value, tag, side - {"<from>"}))
    taken: set[str] = set()
    disjoint: list[frozenset[str]] = []
    for _, _, side in sorted(sides, key=lambda found: found[:2]):
        disjoint.append(frozenset(side - taken))
        taken |= side
    return _legal(found, disjoint)


def _transitions(found: Search) -> networkx.Graph[str]:
    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_nodes_from(_tree(found).order)
    for way in found.facts.of(found.facts.machine.top).graph.transitions:
        if way.target is not None and way.target in graph and way.source in graph:
            graph.add_edge(way.source, way.target, weight=1.0)
    return graph


def _holders(found: Search) -> Iterable[Sequence[str]]:
    """For each field and variable, the states that use it, as control comes to them."""
    here = found.facts.of(found.facts.machine.top)
    holders: dict[object, list[str]] = {}
    for name in _tree(found).order:
        for place in sorted({p for p in frozenset.union(*stems_used(here, name)) if p[1]}):
            holders.setdefault(place, []).append(name)
    return holders.values()


def _tie(graph: networkx.Graph[str], one: str, other: str, strength: float) -> None:
    before = graph[one][other]["weight"] if graph.has_edge(one, other) else 0.0
    graph.add_edge(one, other, weight=before + strength)


def largest_single_exit(found: Search, draw: random.Random) -> Regions:
    return _greedy(found, sorted(_all(found), key=lambda item: (-len(item[0]), sorted(item[0]))), single=True)


def random_legal(found: Search, draw: random.Random) -> Regions:
    candidates = sorted(_all(found), key=lambda item: sorted(item[0]))
    draw.shuffle(candidates)
    return _greedy(found, candidates, single=False)


METHODS: Mapping[str, Callable[[Search, random.Random], Regions]] = {
    "propose": proposed,
    "do nothing": do_nothing,
    "equal size": equal_size,
    "name prefix": name_prefix,
    "louvain": louvain,
    "minimum cut": minimum_cut,
    "largest single-exit": largest_single_exit,
    "random legal": random_legal,
}


def _tree(found: Search) -> Dominance:
    return found.trees[found.facts.machine.top.pointer]


def _all(found: Search) -> list[tuple[frozenset[str], int]]:
    top = found.facts.machine.top.pointer
    whole = len(_tree(found).order)
    every = [*found.scored[top], *(r.scored for r in found.refused if r.scored.scope.pointer == top)]
    return [
        (frozenset(one.candidate.members), len(one.measured.exits))
        for one in every
        if 3 <= len(one.candidate.members) < whole
    ]


def _greedy(found: Search, candidates: Sequence[tuple[frozenset[str], int]], *, single: bool) -> Regions:
    taken: set[str] = set()
    kept: list[frozenset[str]] = []
    for members, exits in candidates:
        if (exits <= 1 or not single) and taken.isdisjoint(members):
            taken |= members
            kept.append(members)
    return tuple(kept)


def _legal(found: Search, groups: Iterable[frozenset[str]]) -> Regions:
    graph = found.facts.of(found.facts.machine.top).graph
    rounded = (largest_legal_subset(graph, group) for group in groups if len(group) >= 3)
    return tuple(frozenset(region) for region in rounded if region is not None and len(region) >= 3)
