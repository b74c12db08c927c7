"""How well proposals recover boundaries that are known, against simpler ways to cut.

    python benchmarks/propose.py DIR [--count 480] [--half held-out|tuning] [--proofs 12]

DIR holds definitions. ``compositions`` makes monoliths of them: the even fives are for choosing weights, the odd ones
are held out and reported. ``families`` puts real children back into their real parents; no weight was chosen on those.
Last line: PROPOSE mojofm=… ari=… best_baseline_mojofm=… best_baseline_ari=…
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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from multiprocessing import Pool
from pathlib import Path
from statistics import mean, median

from baselines import METHODS, Regions
from compositions import Composition, compositions, parts_in, read_machine
from families import families_in
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
from aslsplit.analysis.regions import region_of
from aslsplit.cli.main import main as main_of_aslsplit
from aslsplit.propose.alternatives import alternatives_of
from aslsplit.propose.search import Search, search
from aslsplit.propose.selection import best_set
from aslsplit.propose.weights import Weights

Job = tuple[Composition, int, Weights]


@dataclass(frozen=True, slots=True)
class Result:
    """``quality`` is one number per column of _QUALITY."""

    mojofm: float
    ari: float
    hits: tuple[int, int, int]
    quality: tuple[float, ...]


_QUALITY = ("SM", "ICP", "IFN", "BCP", "NED", "COV", "width", "opaque")
"""Width: paths across the border of a child. Opaque: the share of moved states that are sent the whole document."""


@dataclass(frozen=True, slots=True)
class Answer:
    shape: str
    states: int
    seconds: float
    results: Mapping[str, Result]


def answer(job: Job) -> Answer:
    composition, number, weights = job
    machine = read_machine(composition.name, composition.definition)
    assert machine is not None
    start = time.perf_counter()
    found = search(analyze(machine), copies_in((machine,)), weights)
    alternatives_of(found)
    seconds = time.perf_counter() - start
    states = list(machine.top.states)
    truth = _partition(states, composition.truth)
    results: dict[str, Result] = {}
    for name, method in METHODS.items():
        regions = method(found, random.Random(f"random {number}"))
        cut = _partition(states, regions)
        results[name] = Result(
            mojofm(cut, truth),
            100 * adjusted_rand(cut, truth),
            boundaries(regions, composition.truth),
            _quality(found, cut, regions),
        )
    return Answer(composition.shape, sum(len(s.states) for s in machine.scopes()), seconds, results)


def _partition(states: Iterable[str], regions: Iterable[frozenset[str]]) -> Partition:
    cluster = {name: f"child {number}" for number, region in enumerate(regions) for name in region}
    return {name: cluster.get(name, "parent") for name in states}


def _quality(found: Search, cut: Partition, regions: Regions) -> tuple[float, ...]:
    top = found.facts.machine.top
    measures = found.measures[top.pointer]
    calls = [(w.source, w.target) for state in top.states.values() for w in state.transitions if w.target is not None]
    measured = []
    for members in regions:
        region = region_of(found.facts.of(top).graph, members)
        assert region is not None
        measured.append(measures.measured(region.entries[0], tuple(sorted(members))))
    moved = sum(map(len, regions))
    return (
        structural_modularity(calls, cut),
        crossing_share(calls, cut),
        interface_number(calls, cut),
        context_purity(measures.domains, cut),
        non_extreme(cut),
        moved / len(top.states),
        sum(one.request + one.result for one in measured) / max(1, len(measured)),
        sum(one.opaque for one in measured) / max(1, moved),
    )


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
    families = families_in(given.folder)
    odd = given.half == "held-out"
    print(f"{len(parts)} parts; the {given.half} half of {given.count} compositions")
    print(
        f"{len(families.calls)} states wait for a nested execution; {len(families.known)} of them call a definition"
        f" that is there, {sum(call.is_top for call in families.known)} in the top scope"
    )
    means: dict[str, list[tuple[float, float]]] = {}
    composed: list[Job] = []
    real: list[Job] = []
    with Pool() as pool:
        for neutral in (False, True):
            jobs = [
                (one, number, weights)
                for number, one in enumerate(compositions(parts, given.count, neutral=neutral))
                # By fives, so that every shape is in both halves.
                if (number // 5 % 2 == 1) == odd
            ]
            parents = [(one, number, weights) for number, one in enumerate(families.compositions(neutral=neutral))]
            title = "names neutralised" if neutral else "names kept"
            answers = pool.map(answer, jobs, chunksize=2)
            _print(title, answers)
            if not given.brief:
                _print_shapes(answers)
            if parents:
                _print(f"real parents and children, {title}", pool.map(answer, parents, chunksize=1))
            for name in METHODS:
                found = [a.results[name] for a in answers]
                means.setdefault(name, []).append((mean(r.mojofm for r in found), mean(r.ari for r in found)))
            composed += jobs
            real += parents
        if not given.brief:
            if given.stability:
                _stability(pool, composed[-given.stability :])
            _proofs(pool, [*_sample(composed, given.proofs), *(real if given.proofs else ())])
    ours = means.pop("propose")
    best = [max(mean(kind[at] for kind in found) for found in means.values()) for at in (0, 1)]
    print(
        f"PROPOSE mojofm={mean(o[0] for o in ours):.1f} ari={mean(o[1] for o in ours):.1f}"
        f" best_baseline_mojofm={best[0]:.1f} best_baseline_ari={best[1]:.1f}"
    )


def _sample(jobs: Sequence[Job], count: int) -> Sequence[Job]:
    """The shapes come in turns of five, and all of them are to be in the sample."""
    stride = max(1, len(jobs) // max(1, count))
    return jobs[:: stride - (stride > 1 and stride % 5 == 0)][:count]


def _print(title: str, answers: Sequence[Answer]) -> None:
    sizes = sorted(a.states for a in answers)
    times = sorted(a.seconds for a in answers)
    large = sum(size > 190 for size in sizes)
    print(
        f"\n{title}: {len(answers)} monoliths of {sizes[0]} to {sizes[-1]} states (median {median(sizes):.0f},"
        f" {large} above 190), seconds median {median(times):.2f}, most {times[-1]:.2f}"
    )
    heads = ("MoJoFM", "ARI", "prec", "recall", *_QUALITY)
    print(f"{'':<20} " + " ".join(f"{head:>7}" for head in heads))
    for name in METHODS:
        found = [a.results[name] for a in answers]
        hits, mine, theirs = (sum(r.hits[at] for r in found) for at in range(3))
        quality = [mean(r.quality[at] for r in found) for at in range(len(_QUALITY))]
        cells = [f"{mean(r.mojofm for r in found):.1f}", f"{mean(r.ari for r in found):.1f}"]
        cells += [f"{hits / max(1, mine):.1%}", f"{hits / max(1, theirs):.1%}", *(f"{value:.2f}" for value in quality)]
        print(f"{name:<20} " + " ".join(f"{cell:>7}" for cell in cells))


def _print_shapes(answers: Sequence[Answer]) -> None:
    shapes = Counter(a.shape for a in answers)
    for shape in sorted(shapes):
        found = [a.results["propose"] for a in answers if a.shape == shape]
        ours = mean(r.mojofm for r in found), mean(r.ari for r in found)
        print(f"  {shape:<18} {len(found):>4}: MoJoFM {ours[0]:.1f}, ARI {ours[1]:.1f}")


def _stability(pool, jobs) -> None:  # type: ignore[no-untyped-def]
    shares = pool.map(kept_share, jobs, chunksize=1)
    print(
        f"\nweights changed by up to 20 %: {mean(shares):.1%} of the chosen boundaries stay (least {min(shares):.1%})"
    )


def _proofs(pool, jobs) -> None:  # type: ignore[no-untyped-def]
    found = Counter(pool.map(proved, jobs, chunksize=1))
    print(f"proposed, planned, extracted and proved: {found.pop('proved', 0)} of {len(jobs)}", dict(found) or "")


def proved(job: Job) -> str:
    """What the commands say about a composition: propose -o, then extract --all with its three proofs."""
    with tempfile.TemporaryDirectory() as folder:
        file, target = Path(folder, "composed.asl.json"), Path(folder, "boundaries.yaml")
        file.write_text(json.dumps(job[0].definition, indent=2))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            if main_of_aslsplit(["propose", str(file), "-o", str(target)]) or not target.exists():
                return said.getvalue()[-300:] or "nothing proposed"
            code = main_of_aslsplit(["extract", str(target), "--all", "-q"])
        return "proved" if code == 0 else f"{job[0].name}: {code} {said.getvalue()[-300:]}"


def kept_share(job: Job) -> float:
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
