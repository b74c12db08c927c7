"""Kill ``extract`` at random moments, half of them while it writes: the tree is the old one or the new one afterwards.

python benchmarks/kills.py [--times 200] [--seed 0]
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "order-processing"
EXTRACT = (sys.executable, "-m", "aslsplit", "extract", "boundaries.yaml", "--all", "-q", "--cases", "0")
PLAN = (sys.executable, "-m", "aslsplit", "plan", "boundaries.yaml", "-q")
JOURNAL = ".aslsplit.journal"
LONGEST_WRITE = 0.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chance, found = random.Random(asked.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old, (new, seconds) = tree_of(EXAMPLE), whole(folder / "whole")
        for number in range(asked.times):
            place = folder / "tree"
            shutil.copytree(EXAMPLE, place)
            writing = bool(number % 2)
            left = kill(place, chance.random() * (LONGEST_WRITE if writing else seconds), writing=writing)
            subprocess.run(PLAN, cwd=place, capture_output=True, check=True)
            tree = tree_of(place)
            kind = "old" if tree == old else "new" if tree == new else "MIXED"
            found[f"{kind}, {'left in the middle' if left else 'nothing left to do'}"] += 1
            shutil.rmtree(place)
    print(f"{asked.times} kills (seed {asked.seed})")
    for kind, times in sorted(found.items()):
        print(f"{times:>6}  {kind}")
    raise SystemExit(any("MIXED" in kind for kind in found))


def whole(folder: Path) -> tuple[Mapping[str, bytes], float]:
    """What comes of it when nobody kills it, and how long it takes."""
    shutil.copytree(EXAMPLE, folder)
    began = time.monotonic()
    subprocess.run(EXTRACT, cwd=folder, check=True)
    return tree_of(folder), time.monotonic() - began


def kill(folder: Path, after: float, *, writing: bool) -> bool:
    """``after`` seconds, counted from when it begins to write or from its start; whether it left a journal."""
    process = subprocess.Popen(EXTRACT, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while writing and process.poll() is None and not (folder / JOURNAL).exists():
        pass
    time.sleep(after)
    process.kill()
    process.wait()
    return (folder / JOURNAL).exists()


def tree_of(folder: Path) -> Mapping[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


if __name__ == "__main__":
    main()
