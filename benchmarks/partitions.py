"""How near one partition is to another, and how good one is by itself.

MoJoFM: Wen and Tzerpos 2004, with the greatest distance as their tool computes it. Adjusted Rand index: Hubert and
Arabie 1985. SM, ICP, IFN, BCP and NED as Mono2Micro's published code defines them (undirected calls, distinct contexts,
band 5 to 20; SM with ordered pairs, so coupling counts twice).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import networkx

Partition = Mapping[str, str]
"""State to the name of its cluster."""


def mojofm(found: Partition, truth: Partition) -> float:
    farthest = _farthest(list(Counter(truth.values()).values()))
    return 100.0 if farthest == 0 else 100.0 * (1 - _moves(found, truth) / farthest)


def _moves(found: Partition, truth: Partition) -> int:
    shared = Counter((found[name], truth[name]) for name in truth)
    best: dict[str, int] = {}
    for (cluster, _), count in shared.items():
        best[cluster] = max(best.get(cluster, 0), count)
    # Of equally good tags each cluster takes the one that keeps most tags in use.
    graph: networkx.Graph[tuple[int, str]] = networkx.Graph()
    clusters = [(0, cluster) for cluster in sorted(best)]
    graph.add_nodes_from(clusters)
    graph.add_edges_from(((0, c), (1, t)) for (c, t), count in sorted(shared.items()) if count == best[c])
    tags = len(networkx.bipartite.maximum_matching(graph, top_nodes=clusters)) // 2
    return len(truth) - sum(best.values()) + len(best) - tags


def _farthest(sizes: list[int]) -> int:
    groups = 0
    for size in sorted(sizes):
        groups += groups < size
    return sum(sizes) - groups


def adjusted_rand(found: Partition, truth: Partition) -> float:
    both = sum(map(_pairs, Counter((found[name], truth[name]) for name in truth).values()))
    mine = sum(map(_pairs, Counter(found[name] for name in truth).values()))
    theirs = sum(map(_pairs, Counter(truth.values()).values()))
    expected = mine * theirs / _pairs(len(truth)) if len(truth) > 1 else 0.0
    most = (mine + theirs) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def boundaries(found: Iterable[frozenset[str]], truth: Sequence[frozenset[str]]) -> tuple[int, int, int]:
    """Regions that are the same in both, regions found, regions there are."""
    mine = set(found)
    return len(mine & set(truth)), len(mine), len(set(truth))


def structural_modularity(calls: Iterable[tuple[str, str]], partition: Partition) -> float:
    sizes = Counter(partition.values())
    inside: Counter[str] = Counter()
    between: Counter[tuple[str, str]] = Counter()
    for one, other in set(calls):
        here, there = partition[one], partition[other]
        if here == there:
            inside[here] += 1
        else:
            between[here, there] += 1
    cohesion = sum(inside[name] / size**2 for name, size in sizes.items()) / len(sizes)
    if len(sizes) == 1:
        return cohesion
    coupling = sum(count / (2 * sizes[here] * sizes[there]) for (here, there), count in between.items())
    return cohesion - coupling / (len(sizes) * (len(sizes) - 1) / 2)


def crossing_share(calls: Sequence[tuple[str, str]], partition: Partition) -> float:
    return sum(partition[a] != partition[b] for a, b in calls) / len(calls) if calls else 0.0


def interface_number(calls: Iterable[tuple[str, str]], partition: Partition) -> float:
    return len({pair for pair in calls if partition[pair[0]] != partition[pair[1]]}) / len(set(partition.values()))


def context_purity(contexts: Mapping[str, str], partition: Partition) -> float:
    """Lower is better: the entropy of distinct contexts, which is the logarithm of their number."""
    per: dict[str, set[str]] = {name: set() for name in partition.values()}
    for state, cluster in partition.items():
        if state in contexts:
            per[cluster].add(contexts[state])
    return sum(math.log(len(found)) if found else 0.0 for found in per.values()) / len(per)


def non_extreme(partition: Partition) -> float:
    """Lower is better: the share of states in clusters outside 5 to 20."""
    sizes = Counter(partition.values())
    return 1 - sum(size for size in sizes.values() if 5 <= size <= 20) / len(partition)
