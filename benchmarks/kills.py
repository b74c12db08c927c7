"""Kill ``extract`` at random moments, three of four of them while it writes: old tree or new tree, never a mixture.

How long it writes is measured first, so that the moments fall into it.

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

from aslsplit.disk.journal import JOURNAL
from aslsplit.disk.writing import recover

EXAMPLE = Path(__file__).parents[1] / "examples" / "order-processing"
EXTRACT = (sys.executable, "-m", "aslsplit", "extract", "boundaries.yaml", "--all", "-q", "--cases", "0")
MEASURED = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chance, found = random.Random(asked.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old, (new, seconds) = tree_of(EXAMPLE), whole(folder / "whole")
        windows = sorted(writing_time(folder / f"measured{number}") for number in range(MEASURED))
        window = windows[len(windows) // 2]
        for number in range(asked.times):
            place = folder / "tree"
            shutil.copytree(EXAMPLE, place)
            writing = bool(number % 4)
            left = kill(place, chance.random() * (window if writing else seconds), writing=writing)
            recover(place)
            tree = tree_of(place)
            kind = "old" if tree == old else "new" if tree == new else "MIXED"
            found[f"{kind}, {'left in the middle' if left else 'nothing left to do'}"] += 1
            shutil.rmtree(place)
    print(f"{asked.times} kills (seed {asked.seed}); writing takes {1000 * window:.0f} ms of {1000 * seconds:.0f}")
    for kind, times in sorted(found.items()):
        print(f"{times:>6}  {kind}")
    raise SystemExit(any("MIXED" in kind for kind in found))


def whole(folder: Path) -> tuple[Mapping[str, bytes], float]:
    """What comes of it when nobody kills it, and how long it takes."""
    shutil.copytree(EXAMPLE, folder)
    began = time.monotonic()
    subprocess.run(EXTRACT, cwd=folder, check=True)
    return tree_of(folder), time.monotonic() - began


def writing_time(folder: Path) -> float:
    """From when the journal comes until it goes."""
    shutil.copytree(EXAMPLE, folder)
    process = subprocess.Popen(EXTRACT, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    came = wait_for_journal(folder, process)
    while (folder / JOURNAL).exists():
        pass
    took = time.monotonic() - came
    process.wait()
    return took


def wait_for_journal(folder: Path, process: subprocess.Popen[bytes]) -> float:
    while process.poll() is None and not (folder / JOURNAL).exists():
        # On a machine of few cores the run needs one.
        time.sleep(0)
    return time.monotonic()


def kill(folder: Path, after: float, *, writing: bool) -> bool:
    """``after`` seconds, counted from when it begins to write or from its start; whether it left a journal."""
    process = subprocess.Popen(EXTRACT, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    began = wait_for_journal(folder, process) if writing else time.monotonic()
    # Sleeping would last longer than most writing does.
    while time.monotonic() < began + after:
        time.sleep(0)
    process.kill()
    process.wait()
    return (folder / JOURNAL).exists()


def tree_of(folder: Path) -> Mapping[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


if __name__ == "__main__":
    main()
