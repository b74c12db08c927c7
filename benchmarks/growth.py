"""How time and memory grow with the size of a machine, as ratios within one run.

    python benchmarks/growth.py [--sizes 20,100,500,2000,5000] [--shapes flat,loops] [--folder 300]
                                [--verbs plan,extract,verify,inspect,propose]

Each figure is a process of its own; time is the processor's, so that what else runs on the computer counts little. The
floor of a file is what Python takes to start, to read it, to parse it and to print it again. Peers check the same file,
where they are installed: ``cfn-lint`` and, named by ASL_VALIDATOR, the script of the npm package ``asl-validator``.
They only lint. A folder is inspected by one process and by one per core; there it is the clock that counts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.large_machines import SHAPES, write_project

SIZES = (20, 100, 500, 2_000, 5_000)
VERBS = ("plan", "extract", "verify")
FLOOR = "import json, sys; sys.stdout.write(json.dumps(json.loads(open('machine.asl.json').read()), indent=2))"
IMPORTS = (
    "import aslsplit.cli.main, aslsplit.operations.pipeline, aslsplit.render.plan_text, "
    "networkx, jsonpath_ng, yaml, jsonata"
)
BEST_OF = 3
QUICK = 2.0
"""Seconds below which a figure is worth taking again."""


@dataclass(frozen=True, slots=True)
class Took:
    """``seconds`` are the processor's, ``elapsed`` the clock's."""

    seconds: float
    megabytes: float
    elapsed: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s, {self.megabytes:.0f} MB"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=_numbers, default=SIZES)
    parser.add_argument("--shapes", type=_names, default=tuple(SHAPES))
    parser.add_argument("--verbs", type=_names, default=VERBS)
    parser.add_argument("--folder", type=int, default=300, help="definitions in it; 0 leaves it out")
    asked = parser.parse_args(arguments)
    print(f"{os.cpu_count()} cores, {_memory()} GB of memory, Python {sys.version.partition(' ')[0]}\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        _start_up(Path(folder))
        for row in _rows(Path(folder), asked.shapes, asked.sizes, asked.verbs):
            print(row, flush=True)
        if asked.folder:
            _many(Path(folder) / "many", asked.folder)


def _many(folder: Path, count: int) -> None:
    """Definitions of 5 to 60 states in all shapes, inspected together."""
    shapes = list(SHAPES)
    files = []
    for number in range(count):
        project = folder / f"{number}"
        write_project(project, shapes[number % len(shapes)], 5 + number * 7 % 56)
        # Without a function of its own each would be a copy of many others, which takes long to tell.
        machine = project / "machine.asl.json"
        machine.write_text(machine.read_text().replace("${Function}", f"${{Function{number}}}"))
        files.append(f"{number}/machine.asl.json")
    one, each = (_aslsplit(folder, "inspect", "-q", "--jobs", jobs, *files) for jobs in ("1", f"{os.cpu_count()}"))
    print(f"\n{count} definitions: inspect --jobs 1 {one.elapsed:.1f} s, {one.megabytes:.0f} MB; ", end="")
    print(f"--jobs {os.cpu_count()} {each.elapsed:.1f} s; {one.elapsed / each.elapsed:.1f} times as fast", end="")
    if script := os.environ.get("ASL_VALIDATOR"):
        peer = _took(folder, ["node", script, "--json-path", *files])
        print(f"; asl-validator {peer.elapsed:.1f} s", end="")
    print(flush=True)


def _start_up(folder: Path) -> None:
    write_project(folder / "small", "flat", 100)
    python, version = (_took(folder, [sys.executable, "-c", "pass"]), _aslsplit(folder, "--version"))
    imports, floor = _took(folder, [sys.executable, "-c", IMPORTS]), _floor(folder / "small")
    plan = _aslsplit(folder / "small", "plan", "boundaries.yaml", "-q")
    both = floor.seconds + imports.seconds - python.seconds
    print(f"Python starts in {python.seconds:.2f} s, aslsplit --version in {version.seconds:.2f} s")
    print(f"plan of 100 states {plan.seconds:.2f} s, {plan.seconds / both:.1f} times the floor with the imports\n")


def _rows(folder: Path, shapes: Sequence[str], sizes: Sequence[int], verbs: Sequence[str]) -> Iterator[str]:
    yield "| machine | states | floor | " + " | ".join((*verbs, *_peers())) + " |"
    yield "|---|---|---|" + "---|" * (len(verbs) + len(_peers()))
    for shape in shapes:
        found: dict[int, list[Took]] = {}
        for size in sizes:
            place = folder / f"{shape}-{size}"
            write_project(place, shape, size)
            floor = _floor(place)
            found[size] = [*(_verb(place, verb) for verb in verbs), *(_took(place, peer) for peer in _peers().values())]
            yield f"| {shape} | {size:,} | {floor} | " + " | ".join(map(str, found[size])) + " |"
        if {500, 5_000} <= found.keys():
            ratios = [big.seconds / small.seconds for small, big in zip(found[500], found[5_000], strict=True)]
            yield f"| {shape} | 5,000 : 500 | | " + " | ".join(f"**{ratio:.1f}**" for ratio in ratios) + " |"


def _verb(folder: Path, verb: str) -> Took:
    match verb:
        case "inspect" | "propose":
            return _aslsplit(folder, verb, "machine.asl.json", "-q")
        case "plan":
            return _aslsplit(folder, "plan", "boundaries.yaml", "-q")
        case "extract":
            return _aslsplit(folder, "extract", "boundaries.yaml", "--all", "--diff", "-q")
        case _:
            _aslsplit(folder, "extract", "boundaries.yaml", "--all", "-q", "--cases", "0", once=True)
            return _aslsplit(folder, verb, "boundaries.yaml", "-q")


def _floor(folder: Path) -> Took:
    return _took(folder, [sys.executable, "-c", FLOOR])


def _aslsplit(folder: Path, *arguments: str, once: bool = False) -> Took:
    return _took(folder, [sys.executable, "-m", "aslsplit", *arguments], once=once)


def _took(folder: Path, command: Sequence[str], *, once: bool = False) -> Took:
    """The least of a few runs; a single one if that takes long."""
    best = _once(folder, command)
    if best.seconds < QUICK and not once:
        best = min((best, *(_once(folder, command) for _ in range(BEST_OF - 1))), key=lambda one: one.seconds)
    return best


def _once(folder: Path, command: Sequence[str]) -> Took:
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 2, 4, 6, 8, 10, 12, 14) or b"ASL9" in told:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {told.decode()[-500:]}")
    return Took(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, time.monotonic() - began)


def _peers() -> dict[str, list[str]]:
    found = {}
    if (linter := shutil.which("cfn-lint", path=str(Path(sys.executable).parent))) is not None:
        found["cfn-lint"] = [linter, "template.json"]
    if script := os.environ.get("ASL_VALIDATOR"):
        found["asl-validator"] = ["node", script, "--json-path", "machine.asl.json"]
    return found


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3)


if __name__ == "__main__":
    main()
