"""Conformance with recordings of AWS: ``python -m aslsplit.interpreter DIR [PART OF AN ID]``.

Prints what disagrees, a line for each kind of recording, and at last ``AGREE n / m`` for executions and single states.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aslsplit.interpreter.definitions import judge_definitions
from aslsplit.interpreter.single import replay_states
from aslsplit.interpreter.vectors import replay_executions, replay_nested

__all__ = ["main"]

_REPLAYS = (
    ("executions", replay_executions),
    ("single states", replay_states),
    ("executions that run the machines they start", replay_nested),
)
_COUNTED = ("executions", "single states")


def main(arguments: list[str]) -> int:
    """Exits with 1 if anything that is replayed disagrees, with 2 if there is nothing to replay."""
    if not 1 <= len(arguments) <= 2 or not Path(arguments[0]).is_dir():
        print("python -m aslsplit.interpreter DIR [PART OF AN ID]", file=sys.stderr)
        return 2
    directory, wanted = Path(arguments[0]), arguments[1] if len(arguments) == 2 else ""
    tallies = {title: _Tally() for title, _ in _REPLAYS}
    for title, replay in _REPLAYS:
        for name, complaints in replay(directory):
            if wanted in name:
                tallies[title].add(name, complaints)
    verdicts = {True: _Tally(), False: _Tally()}
    for name, accepted, complaints in judge_definitions(directory):
        if wanted in name:
            verdicts[accepted].add(name, complaints)
    for title, tally in tallies.items():
        print(f"{title}: {tally}")
    print(f"reading accepts what AWS accepts: {verdicts[True]}")
    print(f"reading rejects what AWS rejects: {verdicts[False]}")
    agree, total = (sum(getattr(tallies[title], count) for title in _COUNTED) for count in ("agree", "total"))
    print(f"AGREE {agree} / {total}")
    if not total:
        return 2
    return 0 if all(tally.agree == tally.total for tally in tallies.values()) else 1


class _Tally:
    agree = 0
    total = 0

    def add(self, name: str, complaints: list[str]) -> None:
        self.total += 1
        self.agree += not complaints
        for complaint in complaints:
            print(f"{name}: {complaint}")

    def __str__(self) -> str:
        return f"{self.agree} / {self.total}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
