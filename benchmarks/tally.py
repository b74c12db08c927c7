"""How trials ended, counted: ``MISMATCH`` with a reason is a fault, anything else is an answer."""

from __future__ import annotations

from collections import Counter

__all__ = ["Tally"]


class Tally:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, place: str, found: str) -> None:
        """Prints a mismatch at once, with its place: a run may take hours."""
        mismatch = found.startswith("MISMATCH")
        self._counts["MISMATCH" if mismatch else found] += 1
        if mismatch:
            print(f"{place}: {found}", flush=True)

    @property
    def trials(self) -> int:
        return self._counts.total()

    def report(self) -> int:
        """Prints how often each answer was given; the exit code, 1 if there was a mismatch."""
        for found, count in self._counts.most_common():
            print(f"{count:6}  {found}")
        return 1 if self._counts["MISMATCH"] else 0
