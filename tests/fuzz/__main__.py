"""``python -m tests.fuzz TARGET SECONDS``: fuzzes one target for so long, and reports.

What is found lies in the folder (``.fuzz/TARGET`` unless another is given): under ``found`` the smallest input for
each fault with what was raised, under ``corpus`` the inputs that reached something new.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

NAMES = ("readers", "map", "references")


def main(target: str = "", seconds: str = "60", folder: str = "") -> int:
    if target not in NAMES or not seconds.isdigit():
        print(f"python -m tests.fuzz {'|'.join(NAMES)} SECONDS [FOLDER]", file=sys.stderr)
        return 2
    place = Path(folder or f".fuzz/{target}").resolve()
    place.mkdir(parents=True, exist_ok=True)
    begin, deaths = time.monotonic(), 0
    while (left := int(seconds) - (time.monotonic() - begin)) >= 1:
        with (place / "log").open("ab") as log:
            command = [sys.executable, "-m", "tests.fuzz.guided", target, str(place), str(left)]
            ended = subprocess.run(command, stdout=log, stderr=log, check=False)
        if int(seconds) - (time.monotonic() - begin) > 5:
            deaths += 1
            if ended.returncode and time.monotonic() - begin < 20:
                print(f"the fuzzer does not start; see {place}/log", file=sys.stderr)
                return 2
    return _report(target, place, time.monotonic() - begin, deaths)


def _report(target: str, place: Path, seconds: float, deaths: int) -> int:
    tallies = [json.loads(file.read_text()) for file in sorted((place / "tally").glob("*.json"))]
    executions = sum(tally["executions"] for tally in tallies)
    processor = sum(tally["cpu"] for tally in tallies)
    slowest = max((tally["slowest"] for tally in tallies), default=0.0)
    found = sorted({name for tally in tallies for name in tally["found"]})
    died = sorted(file.name for file in place.glob("died-*"))
    corpus = sum(1 for _ in (place / "corpus").iterdir())
    print(f"{target}: {executions} executions in {seconds:.0f} s ({processor:.0f} s of the processor), corpus {corpus}")
    print(f"the slowest took {slowest:.1f} s; the process was started again {deaths} times")
    for name in (*found, *died):
        print(f"found: {name}")
    return 1 if found or died else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
