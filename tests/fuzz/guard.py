"""What every input may cost at most, and what counts as a failure."""

from __future__ import annotations

import functools
import gc
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType

__all__ = ["MEGABYTES", "SECONDS", "Broken", "TooLarge", "TooSlow", "forget", "guarded", "signature"]

SECONDS = 5.0
"""Of the processor, not of the clock on the wall: the machine may have other things to do."""

MEGABYTES = 512
"""How much larger the process may become while it looks at one input."""


class Broken(AssertionError):
    """A property that the answer should have and has not."""


class TooSlow(BaseException):
    """No ``Exception``, so that nobody on the way takes it for something else."""


class TooLarge(BaseException):
    pass


def guarded(run: Callable[[bytes], None], data: bytes, seconds: float = SECONDS) -> None:
    """Raises whatever the run raises, and ``TooSlow`` or ``TooLarge``."""
    _forget_peak()
    before = _memory("VmRSS")
    with _at_most(seconds):
        run(data)
    grown = (_memory("VmHWM") - before) / 1024
    if grown > MEGABYTES:
        raise TooLarge(f"{grown:.0f} MB")


def signature(failure: BaseException) -> str:
    """The same for the same fault: what was raised, and the innermost line of the project that was running."""
    frames = [frame for frame, _ in traceback.walk_tb(_traceback(failure))]
    ours = [frame for frame in frames if "/src/aslsplit/" in frame.f_code.co_filename] or frames[-1:]
    if not ours:
        return type(failure).__name__
    code = ours[-1].f_code
    name = f"{Path(code.co_filename).stem}.{code.co_name}"
    # What breaks a property says so in words, and those are the fault.
    words = "-".join(str(failure).split()[:8]) if isinstance(failure, Broken) else ""
    return "".join(c if c.isalnum() or c in "-._" else "_" for c in f"{type(failure).__name__}-{name}-{words}")[:120]


def forget() -> None:
    """Empties what the project keeps: one command sees one file, but the fuzzer thousands."""
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper) and str(found.__module__).startswith("aslsplit"):
            found.cache_clear()
    gc.collect()


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def ring(_: int, frame: FrameType | None) -> None:
        where = "".join(traceback.format_stack(frame)[-12:])
        raise TooSlow(f"more than {seconds} s, at\n{where}")

    old = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)


def _traceback(failure: BaseException) -> TracebackType | None:
    return failure.__traceback__


def _forget_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")


def _memory(what: str) -> int:
    """Kilobytes; nothing is measured where the system does not tell."""
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{what}:")[1].split()[0])
