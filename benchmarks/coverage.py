"""What the scenarios made for a machine reach of it: states and transitions, over a folder of definitions.

    python benchmarks/coverage.py DIR [--least-states 8] [--worst 10]

Prints the medians, and of the machines of which least is reached what is missing and why.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from statistics import mean, median

from aslsplit.analysis.facts import analyze
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.verify.cases import cases_of


@dataclass(frozen=True, slots=True)
class Reached:
    name: str
    states: tuple[int, int]
    transitions: tuple[int, int]
    reasons: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        return self.transitions[0] / self.transitions[1] if self.transitions[1] else 1.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--least-states", type=int, default=8)
    arguments.add_argument("--worst", type=int, default=10)
    arguments.add_argument("--cases", type=int, default=200)
    given = arguments.parse_args()
    files = sorted(path for path in given.folder.rglob("*") if path.suffix in (".json", ".yaml", ".yml"))
    with Pool() as pool:
        jobs = [(path, given.folder, given.least_states, given.cases) for path in files]
        found = [reached for reached in pool.starmap(reached_of, jobs, chunksize=4) if reached is not None]
    print(f"{len(found)} machines of at least {given.least_states} states, at most {given.cases} scenarios each")
    if not found:
        return
    for what, shares in (
        ("states", [r.states[0] / r.states[1] for r in found]),
        ("transitions", [r.share for r in found]),
    ):
        print(f"{what:<12} median {median(shares):7.1%}   mean {mean(shares):7.1%}   all of them {shares.count(1.0)}")
    for reached in sorted(found, key=lambda r: r.share)[: given.worst]:
        print(f"\n{reached.name}: {_of(reached.states)} states, {_of(reached.transitions)} transitions")
        for reason, count in reached.reasons:
            print(f"  {count:>4}  {reason}")


def reached_of(path: Path, folder: Path, least: int, limit: int) -> Reached | None:
    """None for what is no machine, or too small a one."""
    source, _ = read_source(path.name, path.read_bytes())
    machine = parse(source)[0] if source is not None else None
    if machine is None or sum(len(scope.states) for scope in machine.scopes()) < least:
        return None
    cases = cases_of(analyze(machine), limit=limit)
    goals, coverage = cases.goals, cases.coverage
    reasons = Counter(reason for goal, reason in cases.unreached.items() if goal in cases.missed_edges)
    return Reached(
        path.relative_to(folder).as_posix(),
        (len(goals.states & coverage.states), len(goals.states)),
        (len(goals.edges & coverage.edges), len(goals.edges)),
        tuple(reasons.most_common(4)),
    )


def _of(share: tuple[int, int]) -> str:
    return f"{share[0]} of {share[1]}"


if __name__ == "__main__":
    main()
