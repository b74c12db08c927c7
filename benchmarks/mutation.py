"""Mutants of the analysis and of the rewriting: small faults put in on purpose, to see whether a test fails.

    make mutation [SAMPLE=600] [SEED=s]
    python -m benchmarks.mutation [--sample N] [--seed S] [--jobs N] [--state DIR] [--budget S] [--again] [TESTS ...]

The faults are those of mutmut's operators inside functions. A sample is drawn by seed, from each module in proportion
to its mutants and from none less than a few. Every mutant meets only the tests that reach its line, the cheapest first,
until one fails; that a proof of the product itself says no in a golden case is such a failure. A test that takes ten
times as long as it should counts as one that fails.

In DIR stand ``sample.pickle`` (what was drawn), ``reach.json`` (which test reaches which line; only tests that are not
in it are run for it) and ``results.json``: a run that was ended goes on there. After a change of the code remove DIR.
``--again`` asks what survived once more, with the tests that there are now. ``--budget`` ends the attempts on a mutant
when its tests would have taken S seconds: a survivor then is one for the time being.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import io
import json
import os
import pickle
import pkgutil
import resource
import shutil
import signal
import sys
import tempfile
import time
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal

import coverage
import pytest
from _pytest.doctest import DoctestItem
from _pytest.runner import runtestprotocol

import aslsplit
from benchmarks.mutants import PACKAGES, SOURCE, Mutant, difference, drawn, modules, path_of, put_in

ROOT = Path(__file__).parents[1]

# What says something about these packages in reasonable time. Left out: what starts other programs, where a mutant
# would not be, what looks at languages, pages and packaging, and what sweeps over hundreds of machines.
FOLDERS = ("analysis", "plan", "rewrite", "verify", "check", "propose", "difference", "signs")
TESTS = (
    *(f"src/aslsplit/{folder}" for folder in FOLDERS),
    *(
        f"tests/test_{name}.py"
        for name in (
            "boundaries", "callback", "cases", "check", "comparable", "conditions", "difference", "effects",
            "execution_names", "extraction", "failing", "forms", "golden", "inspect", "joined_definitions",
            "likeness", "liveness", "lock", "objects", "pathset", "possible", "presence", "propose", "random_jsonata",
            "random_splits", "region_flow", "regions", "selection", "shapes", "shared", "side_by_side", "signs",
            "start_failures", "trace", "verification",
        )
    ),
)  # fmt: skip

Status = Literal["killed", "timed out", "survived", "not reached"]
MEMORY = 4 << 30


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    module: str
    line: int
    kind: str
    """Of the node of the syntax tree that was changed."""

    status: Status
    killer: str
    tests: int
    left: int
    """Tests that reach the line and were not run, because there was no time."""

    diff: str


@dataclass(frozen=True, slots=True)
class Reach:
    seconds: float
    lines: Mapping[str, frozenset[int]]


# --- processes ---------------------------------------------------------------------------------------------------


def in_forks(jobs: int, tasks: Sequence[Callable[[Path], None]], done: Callable[[int, Path, int], None]) -> None:
    """Each task in a process of its own, which is a copy of this one, with a folder; ``done`` gets its wait status."""
    gc.collect()
    gc.freeze()
    running: dict[int, tuple[int, Path]] = {}
    waiting = list(enumerate(tasks))[::-1]
    while waiting or running:
        while waiting and len(running) < jobs:
            number, task = waiting.pop()
            folder = Path(tempfile.mkdtemp(prefix="mutant-"))
            child = os.fork()
            if not child:
                _in_child(task, folder)
            running[child] = (number, folder)
        child, status = os.wait()
        number, folder = running.pop(child)
        done(number, folder, status)
        shutil.rmtree(folder, ignore_errors=True)


def _in_child(task: Callable[[Path], None], folder: Path) -> None:
    code = 70
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        tempfile.tempdir = str(folder)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        task(folder)
        code = 0
    finally:
        os._exit(code)


# --- tests -------------------------------------------------------------------------------------------------------


def passes(item: pytest.Item, folder: Path) -> bool:
    tests = folder / "tests"
    tests.mkdir(exist_ok=True)
    item.config._tmp_path_factory._basetemp = tests  # type: ignore[attr-defined]
    before = Path.cwd()
    reports = runtestprotocol(item, log=False, nextitem=None)
    os.chdir(before)
    return not any(report.failed for report in reports)


def recorded(items: Sequence[pytest.Item], file: Path, jobs: int) -> dict[str, Reach]:
    known: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
    missing = [item for item in items if item.nodeid not in known]
    # Small portions, so that none of the processes is left with all that is slow.
    portions = [missing[start : start + 25] for start in range(0, len(missing), 25)]

    def task(portion: Sequence[pytest.Item]) -> Callable[[Path], None]:
        def write(folder: Path) -> None:
            (folder / "reach").write_text(json.dumps(_record(portion, folder)))

        return write

    def done(number: int, folder: Path, status: int) -> None:
        if status:
            print(f"no record of {portions[number][0].nodeid} and those after it: {status}", flush=True)
        else:
            known.update(json.loads((folder / "reach").read_text()))
            file.write_text(json.dumps(known))

    in_forks(jobs, [task(portion) for portion in portions], done)
    failing = sorted(name for name, value in known.items() if value is None)
    print(
        f"{len(items)} tests, {len(missing)} of them recorded now; failing: {', '.join(failing) or 'none'}", flush=True
    )
    return {
        item.nodeid: Reach(value[0], {module: frozenset(lines) for module, lines in value[1].items()})
        for item in items
        if (value := known.get(item.nodeid))
    }


def _record(items: Sequence[pytest.Item], folder: Path) -> dict[str, Any]:
    measure = coverage.Coverage(data_file=None, include=[str(SOURCE / package / "*") for package in PACKAGES])
    result: dict[str, Any] = {}
    measure.start()
    for item in items:
        measure.switch_context(item.nodeid)
        before = time.process_time()
        result[item.nodeid] = [0, {}] if passes(item, folder) else None
        if result[item.nodeid]:
            result[item.nodeid][0] = round(time.process_time() - before, 4)
    measure.stop()
    data = measure.get_data()
    for module in modules():
        for line, contexts in data.contexts_by_lineno(str(path_of(module))).items():
            for context in contexts:
                if result.get(context):
                    result[context][1].setdefault(module, []).append(line)
    return result


def tests_for(mutant: Mutant, reach: Mapping[str, Reach]) -> list[str]:
    """Those that reach its line. If none seems to, a line may be run unseen: those that reach its function."""
    first, last = mutant.lines
    for lines in (frozenset({mutant.line}), frozenset(range(first + 1, last + 1))):
        if found := [name for name, each in reach.items() if lines & each.lines.get(mutant.module, frozenset())]:
            return sorted(found, key=lambda name: reach[name].seconds)
    return []


def attempt(mutant: Mutant, tests: Sequence[pytest.Item], reach: Mapping[str, Reach]) -> Callable[[Path], None]:
    def task(folder: Path) -> None:
        note = folder / "killer"
        put_in(mutant)
        for item in tests:
            note.write_text(item.nodeid)
            seconds = reach[item.nodeid].seconds
            signal.setitimer(signal.ITIMER_PROF, 5 + 10 * seconds)
            # What waits uses no time of the processor.
            signal.setitimer(signal.ITIMER_REAL, 60 + 100 * seconds)
            if not passes(item, folder):
                os._exit(1)
        note.unlink(missing_ok=True)

    return task


# --- the run -----------------------------------------------------------------------------------------------------


class Run:
    """A plugin of pytest: it takes the place of the loop over the tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        options, state = self.options, Path(self.options.state)
        state.mkdir(parents=True, exist_ok=True)
        warm_up(session.items)
        reach = recorded(session.items, state / "reach.json", options.jobs)
        mutants = sample(options.sample, options.seed, state / "sample.pickle")
        file = state / "results.json"
        results = {one["name"]: Result(**one) for one in json.loads(file.read_text())} if file.is_file() else {}

        def found(result: Result) -> None:
            results[result.name] = result
            file.write_text(json.dumps([asdict(one) for one in results.values()], indent=1))
            print(f"{result.status} {result.name} {result.killer}", flush=True)

        todo = [one for one in mutants if one.name not in results or (options.again and lives(results[one.name]))]
        judge(todo, session.items, reach, options, found)
        print(table([results[one.name] for one in mutants]))
        return True


def lives(result: Result) -> bool:
    return result.status in ("survived", "not reached")


def warm_up(items: Sequence[pytest.Item]) -> None:
    """Everything is imported, so that no copy of this process has to do it."""
    for found in pkgutil.walk_packages(aslsplit.__path__, "aslsplit."):
        if "__main__" not in found.name:
            importlib.import_module(found.name)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        # What stands in a docstring can be run once in a process.
        for item in [item for item in items if not isinstance(item, DoctestItem)][::100]:
            passes(item, Path(folder))


def sample(size: int, seed: int, file: Path) -> list[Mutant]:
    """What was drawn once is in the file. In a process of its own, as the trees would make every later copy of this one
    slow."""
    if not file.is_file():

        def task(folder: Path) -> None:
            mutants, total = drawn(size, seed)
            file.write_bytes(pickle.dumps((mutants, f"{len(mutants)} drawn with seed {seed} of {total} mutants")))

        in_forks(1, [task], lambda number, folder, status: None)
    mutants, said = pickle.loads(file.read_bytes())
    print(said, flush=True)
    return mutants


def judge(
    mutants: Sequence[Mutant],
    items: Sequence[pytest.Item],
    reach: Mapping[str, Reach],
    options: argparse.Namespace,
    found: Callable[[Result], None],
) -> None:
    by_name = {item.nodeid: item for item in items}
    tests = [tests_for(mutant, reach) for mutant in mutants]
    chosen = [within(names, reach, options.budget) for names in tests]

    def done(number: int, folder: Path, status: int) -> None:
        mutant, note, asked = mutants[number], folder / "killer", len(chosen[number])
        left = len(tests[number]) - asked
        killer = note.read_text() if note.is_file() else ""
        outcome = outcome_of(status) if asked else "not reached"
        place = (mutant.name, mutant.module, mutant.line, mutant.kind)
        found(Result(*place, outcome, killer, asked, left, difference(mutant)))

    tasks = [
        attempt(mutant, [by_name[name] for name in names], reach) for mutant, names in zip(mutants, chosen, strict=True)
    ]
    in_forks(options.jobs, tasks, done)


def outcome_of(status: int) -> Status:
    if not status:
        return "survived"
    late = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGPROF, signal.SIGALRM)
    return "timed out" if late else "killed"


def within(names: Sequence[str], reach: Mapping[str, Reach], budget: float) -> Sequence[str]:
    """As many of them as the budget allows, and at least one."""
    spent = list(accumulate(reach[name].seconds for name in names))
    return names if not budget else names[: max(1, bisect(spent, budget))]


def table(results: Sequence[Result]) -> str:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        for row in (f"`{result.module}`", result.kind, "all"):
            rows[row][result.status] += 1
    shown = ["| where | drawn | killed | timed out | survived | not reached |", "|---|--:|--:|--:|--:|--:|"]
    for name in sorted(rows):
        counts = rows[name]
        figures = [counts.total(), *(counts[status] for status in ("killed", "timed out", "survived", "not reached"))]
        shown.append(f"| {name} | " + " | ".join(map(str, figures)) + " |")
    return "\n".join(shown)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--state", default=".mutation")
    parser.add_argument("--budget", type=float, default=0.0)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    os.chdir(ROOT)
    flags = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--no-summary"]
    return int(pytest.main([*flags, *(options.tests or TESTS)], plugins=[Run(options)]))


if __name__ == "__main__":
    sys.exit(main())
