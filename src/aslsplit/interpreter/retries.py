"""Which retrier and which catcher a failure meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aslsplit.interpreter.errors import TIMEOUT, StateFailure
from aslsplit.interpreter.values import Json, quantity

__all__ = ["Retries", "catcher_for", "names"]


_DEFAULTS: Final[dict[str, float]] = {
    "MaxAttempts": 3,
    "IntervalSeconds": 1,
    "BackoffRate": 2.0,
    "MaxDelaySeconds": float("inf"),
}


class Retries:
    """Counts, per visit of a state, how often each retrier was used."""

    def __init__(self, retriers: Sequence[Mapping[str, Json]], used: int = 0) -> None:
        self.retriers = retriers
        self.used = [used] * len(retriers)

    def index(self, failure: StateFailure) -> int | None:
        """The first retrier that names the error; later ones are not asked, even if it is exhausted."""
        return next((index for index, retrier in enumerate(self.retriers) if names(retrier, failure)), None)

    def delay(self, failure: StateFailure) -> float | None:
        """Seconds until the next attempt, without jitter, or None if there is none."""
        index = self.index(failure)
        if index is None:
            return None
        attempts, interval, rate, longest = (
            default if (given := quantity(self.retriers[index], field)) is None else given
            for field, default in _DEFAULTS.items()
        )
        if self.used[index] >= attempts:
            return None
        seconds = interval * rate ** self.used[index]
        self.used[index] += 1
        return min(seconds, longest)


def catcher_for(failure: StateFailure, catchers: Sequence[Mapping[str, Json]]) -> Mapping[str, Json] | None:
    return next((catcher for catcher in catchers if names(catcher, failure)), None)


def names(block: Mapping[str, Json], failure: StateFailure) -> bool:
    """Whether ErrorEquals covers the error, with the wildcards of AWS."""
    for name in block["ErrorEquals"]:
        if name in ("States.ALL", failure.error):
            return True
        if name == "States.TaskFailed" and failure.error not in (TIMEOUT, "States.HeartbeatTimeout"):
            return True
        if name == TIMEOUT and failure.error == "States.HeartbeatTimeout":
            return True
    return False
