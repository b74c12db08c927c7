"""How well proposals recover boundaries that are known, against simpler ways to cut.

    python benchmarks/propose.py DIR [--count 240] [--half held-out|tuning] [--proofs 12]

DIR holds definitions; ``compositions`` makes monoliths of them. The even numbers are for choosing weights, the odd ones
are held out and reported. Last line: PROPOSE mojofm=… ari=… best_baseline_mojofm=… best_baseline_ari=…
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from multiprocessing import Pool
from pathlib import Path
from statistics import mean, median

import networkx
from compositions import Composition, compositions, parts_in, read_machine
from partitions import (
    Partition,
    adjusted_rand,
    boundaries,
    context_purity,
    crossing_share,
    interface_number,
    mojofm,
    non_extreme,
    structural_modularity,
)

from aslsplit.analysis.facts import analyze
from aslsplit.analysis.likeness import copies_in
from aslsplit.analysis.regions import largest_legal_subset
from aslsplit.cli.main import main as main_of_aslsplit
from aslsplit.propose.alternatives import alternatives_of
from aslsplit.propose.likes import stems_used
from aslsplit.propose.search import Search, search
from aslsplit.propose.selection import best_set
from aslsplit.propose.weights import Weights

Regions = tuple[frozenset[str], ...]

METHODS: Mapping[str, Callable[[Search, random.Random], Regions]]


def proposed(found: Search, draw: random.Random) -> Regions:
    best = next(one for one in alternatives_of(found) if one.name not in ("only group",))
    return _top(found, (one.candidate.members for one in best.chosen if one.scope.owner is None))


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
    here = found.facts.of(found.facts.machine.top)
    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_nodes_from(_tree(found).order)
    for way in here.graph.transitions:
        if way.target in graph and way.source in graph:
            graph.add_edge(way.source, way.target, weight=1.0)
    used = {name: {p for p in frozenset.union(*stems_used(here, name)) if p[1]} for name in graph}
    holders: dict[object, list[str]] = {}
    for name, places in used.items():
        for place in sorted(places):
            holders.setdefault(place, []).append(name)
    for names in holders.values():
        for position, one in enumerate(names):
            for other in names[position + 1 :]:
                before = graph[one][other]["weight"] if graph.has_edge(one, other) else 0.0
                graph.add_edge(one, other, weight=before + 1 / len(names))
    communities = networkx.community.louvain_communities(graph, seed=7)
    return _legal(found, sorted((frozenset(c) for c in communities), key=sorted))


def largest_single_exit(found: Search, draw: random.Random) -> Regions:
    return _greedy(found, sorted(_all(found), key=lambda item: (-len(item[0]), sorted(item[0]))), single=True)


def random_legal(found: Search, draw: random.Random) -> Regions:
    candidates = sorted(_all(found), key=lambda item: sorted(item[0]))
    draw.shuffle(candidates)
    return _greedy(found, candidates, single=False)


METHODS = {
    "propose": proposed,
    "do nothing": do_nothing,
    "equal size": equal_size,
    "name prefix": name_prefix,
    "louvain": louvain,
    "largest single-exit": largest_single_exit,
    "random legal": random_legal,
}


def _tree(found: Search):  # type: ignore[no-untyped-def]
    return found.trees[found.facts.machine.top.pointer]


def _top(found: Search, chosen: Iterable[Iterable[str]]) -> Regions:
    return tuple(map(frozenset, chosen))


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


@dataclass(frozen=True, slots=True)
class Result:
    mojofm: float
    ari: float
    hits: tuple[int, int, int]
    quality: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    shape: str
    states: int
    seconds: float
    results: Mapping[str, Result]
    kept: float


def answer(job: tuple[Composition, int, Weights]) -> Answer:
    composition, number, weights = job
    machine = read_machine(composition.name, composition.definition)
    assert machine is not None
    start = time.perf_counter()
    found = search(analyze(machine), copies_in((machine,)), weights)
    alternatives_of(found)
    seconds = time.perf_counter() - start
    states = list(machine.top.states)
    truth = _partition(states, composition.truth)
    calls = [(w.source, w.target) for s in machine.top.states.values() for w in s.transitions if w.target is not None]
    domains = next(iter(found.measures.values())).domains
    results: dict[str, Result] = {}
    for name, method in METHODS.items():
        regions = method(found, random.Random(f"random {number}"))
        cut = _partition(states, regions)
        quality = (
            structural_modularity(calls, cut),
            crossing_share(calls, cut),
            interface_number(calls, cut),
            context_purity(domains, cut),
            non_extreme(cut),
            sum(map(len, regions)) / len(states),
        )
        results[name] = Result(
            mojofm(cut, truth), 100 * adjusted_rand(cut, truth), boundaries(regions, composition.truth), quality
        )
    return Answer(composition.shape, sum(len(s.states) for s in machine.scopes()), seconds, results, 0.0)


def _partition(states: Iterable[str], regions: Iterable[frozenset[str]]) -> Partition:
    cluster = {name: f"child {number}" for number, region in enumerate(regions) for name in region}
    return {name: cluster.get(name, "parent") for name in states}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--count", type=int, default=480)
    arguments.add_argument("--half", choices=("held-out", "tuning"), default="held-out")
    arguments.add_argument("--stability", type=int, default=30, help="compositions tried with other weights")
    arguments.add_argument("--weight", action="append", default=[], metavar="NAME=NUMBER")
    arguments.add_argument("--proofs", type=int, default=12, help="compositions that are extracted with all proofs")
    arguments.add_argument("--brief", action="store_true")
    given = arguments.parse_args()
    weights = replace(Weights(), **{n: float(v) for n, v in (text.split("=") for text in given.weight)})
    parts = parts_in(given.folder)
    if len(parts) < 10:
        raise SystemExit(f"{given.folder} holds {len(parts)} definitions that can be a part; 10 are needed")
    odd = given.half == "held-out"
    print(f"{len(parts)} parts; the {given.half} half of {given.count} compositions")
    means: dict[str, list[tuple[float, float]]] = {}
    with Pool() as pool:
        for neutral in (False, True):
            jobs = [
                (one, number, weights)
                for number, one in enumerate(compositions(parts, given.count, neutral=neutral))
                # By fives, so that every shape is in both halves.
                if (number // 5 % 2 == 1) == odd
            ]
            answers = pool.map(answer, jobs, chunksize=2)
            _print("names neutralised" if neutral else "names kept", answers, given.brief)
            for name in METHODS:
                found = [a.results[name] for a in answers]
                means.setdefault(name, []).append((mean(r.mojofm for r in found), mean(r.ari for r in found)))
        if not given.brief:
            _stability(pool, jobs[: given.stability])
            stride = max(1, len(jobs) // max(1, given.proofs))
            # The shapes come in turns of five, and all of them are to be in the sample.
            _proofs(pool, jobs[:: stride - (stride > 1 and stride % 5 == 0)][: given.proofs])
    ours = means.pop("propose")
    best = [max(mean(kind[at] for kind in found) for found in means.values()) for at in (0, 1)]
    print(
        f"PROPOSE mojofm={mean(o[0] for o in ours):.1f} ari={mean(o[1] for o in ours):.1f}"
        f" best_baseline_mojofm={best[0]:.1f} best_baseline_ari={best[1]:.1f}"
    )


def _print(title: str, answers: Sequence[Answer], brief: bool) -> None:
    sizes = sorted(a.states for a in answers)
    times = sorted(a.seconds for a in answers)
    print(
        f"\n{title}: {len(answers)} monoliths of {sizes[0]} to {sizes[-1]} states (median {median(sizes):.0f}),",
        end=" ",
    )
    print(f"seconds median {median(times):.2f}, most {times[-1]:.2f}")
    heads = ("MoJoFM", "ARI", "prec", "recall", "SM", "ICP", "IFN", "BCP", "NED", "COV")
    print(f"{'':<20} " + " ".join(f"{head:>7}" for head in heads))
    for name in METHODS:
        found = [a.results[name] for a in answers]
        hits, mine, theirs = (sum(r.hits[at] for r in found) for at in range(3))
        quality = [mean(r.quality[at] for r in found) for at in range(6)]
        cells = [f"{mean(r.mojofm for r in found):.1f}", f"{mean(r.ari for r in found):.1f}"]
        cells += [f"{hits / max(1, mine):.1%}", f"{hits / max(1, theirs):.1%}", *(f"{value:.2f}" for value in quality)]
        print(f"{name:<20} " + " ".join(f"{cell:>7}" for cell in cells))
    if not brief:
        shapes = Counter(a.shape for a in answers)
        for shape in sorted(shapes):
            found = [a.results["propose"] for a in answers if a.shape == shape]
            ours = mean(r.mojofm for r in found), mean(r.ari for r in found)
            print(f"  {shape:<10} {len(found):>4}: MoJoFM {ours[0]:.1f}, ARI {ours[1]:.1f}")


def _stability(pool, jobs) -> None:  # type: ignore[no-untyped-def]
    shares = pool.map(kept_share, jobs, chunksize=1)
    print(
        f"\nweights changed by up to 20 %: {mean(shares):.1%} of the chosen boundaries stay (least {min(shares):.1%})"
    )


def _proofs(pool, jobs) -> None:  # type: ignore[no-untyped-def]
    found = Counter(pool.map(proved, jobs, chunksize=1))
    print(f"proposed, planned, extracted and proved: {found.pop('proved', 0)} of {len(jobs)}", dict(found) or "")


def proved(job: tuple[Composition, int, Weights]) -> str:
    """What the commands say about a composition: propose -o, then extract --all with its three proofs."""
    with tempfile.TemporaryDirectory() as folder:
        file, target = Path(folder, "composed.asl.json"), Path(folder, "boundaries.yaml")
        file.write_text(json.dumps(job[0].definition, indent=2))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            if main_of_aslsplit(["propose", str(file), "-o", str(target)]) or not target.exists():
                return said.getvalue()[-300:] or "nothing proposed"
            code = main_of_aslsplit(["extract", str(target), "--all", "-q"])
        return "proved" if code == 0 else f"{job[0].name}: {code} {said.getvalue()[-300:]}"


def kept_share(job: tuple[Composition, int, Weights]) -> float:
    """Of the regions chosen with the weights, the share that five other sets of weights choose too."""
    composition, number, weights = job
    machine = read_machine(composition.name, composition.definition)
    assert machine is not None
    facts, copies = analyze(machine), copies_in((machine,))
    draw = random.Random(f"weights {number}")

    def chosen(some: Weights) -> set[tuple[str, ...]]:
        found = search(facts, copies, some)
        return {o.candidate.members for o in best_set(machine, found.trees, found.scored, some.child)}

    before = chosen(weights)
    shares = []
    for _ in range(5):
        other = Weights(**{f.name: getattr(weights, f.name) * draw.uniform(0.8, 1.2) for f in fields(Weights)})
        shares.append(len(before & chosen(other)) / len(before) if before else 1.0)
    return mean(shares)


if __name__ == "__main__":
    main()
