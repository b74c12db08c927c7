"""Watches for what aslsplit never does: ask the network for anything, or run another program than git."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["OutsideCall", "outside_calls"]

_NETWORK = ("socket.", "urllib.", "ftplib.", "http.", "smtplib.", "webbrowser.")
_STARTING = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn"}

_watchers: list[list[tuple[str, str]]] = []


class OutsideCall(Exception):
    """Raised where the call is made, so that it does not come about."""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not _watchers or not _leads_outside(event, arguments):
        return
    _watchers[-1].append((event, str(arguments)[:200]))
    raise OutsideCall(event)


def _leads_outside(event: str, arguments: tuple[object, ...]) -> bool:
    match event:
        case "subprocess.Popen":
            return Path(str(arguments[0])).name != "git"
        case "socket.gethostname":
            # What measures the tests puts it into the names of its files.
            return False
        case _:
            return event.startswith(_NETWORK) or event in _STARTING


# A hook cannot be taken away again.
sys.addaudithook(_watch)


@contextlib.contextmanager
def outside_calls() -> Iterator[list[tuple[str, str]]]:
    """What is called meanwhile, whether or not somebody swallows what that raises."""
    told: list[tuple[str, str]] = []
    _watchers.append(told)
    try:
        yield told
    finally:
        _watchers.remove(told)
