"""Virtual time: waiting costs nothing, and timeouts still happen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from aslsplit.interpreter.errors import DeadlinePassed

__all__ = ["Clock", "format_instant"]

_BEGINNING: Final = 1_704_067_200.0
"""When virtual time begins: 2024-01-01T00:00:00Z, in seconds since 1970."""
_END: Final = 253_402_300_799.0
"""9999-12-31T23:59:59Z. Retries that take ever longer can get past what a calendar can name."""


class Clock:
    """Only Wait, retries and timeouts take time. Branches are run one after the other, each from the same start."""

    def __init__(self) -> None:
        self.now = _BEGINNING
        self._deadlines: list[float] = []

    @property
    def text(self) -> str:
        return format_instant(self.now)

    @property
    def milliseconds(self) -> int:
        return round(self.now * 1000)

    def advance(self, seconds: float) -> None:
        """Raises ``DeadlinePassed`` for the earliest deadline on the way, the outermost if two are equal."""
        target = self.now + seconds
        passed = [(at, number) for number, at in enumerate(self._deadlines) if at < target]
        if passed:
            self.now, number = min(passed)
            raise DeadlinePassed(number)
        self.now = target

    @contextmanager
    def deadline(self, seconds: float | None) -> Iterator[int]:
        """The number is what ``DeadlinePassed`` carries. None: no deadline."""
        number = len(self._deadlines)
        self._deadlines.append(float("inf") if seconds is None else self.now + seconds)
        try:
            yield number
        finally:
            del self._deadlines[number:]

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What runs inside takes no time and knows no deadline from outside: nobody waits for it."""
        now, deadlines = self.now, self._deadlines
        self._deadlines = []
        try:
            yield
        finally:
            self.now, self._deadlines = now, deadlines


@lru_cache(maxsize=1024)
def format_instant(seconds: float) -> str:
    """As the context object writes times: UTC, milliseconds, ``Z``."""
    moment = datetime.fromtimestamp(round(min(seconds, _END), 3), tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
