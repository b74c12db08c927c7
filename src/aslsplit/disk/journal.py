"""What a run is about to do to a folder, written down there first: a process that is killed leaves it to the next one.

A journal comes from the disk, where anybody may have put it. It names files by what is in them, before and after, and
only places inside its folder; whoever reads it does nothing to a file that is neither.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from aslsplit.errors import OutputError
from aslsplit.findings import finding

try:
    import fcntl
except ImportError:  # Windows, where two runs at once are not noticed
    fcntl = None  # type: ignore[assignment]

__all__ = ["JOURNAL", "Entry", "Journal", "Record", "Unfinished", "is_left_in", "opened", "put", "reason", "refusal"]

JOURNAL: Final = ".aslsplit.journal"
_LARGEST: Final = 16 * 1024 * 1024
_MOVING: Final = "moving"


class Unfinished(OutputError):
    """The journal stays, so that people can look at it and the next run tries again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place relative to the folder, and what is there before and after: a digest, or None where nothing is."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """``token`` is in the names of what is staged; ``folders`` are made for the run, outer ones first. ``is_moving``:
    all is staged, and files are going to their places."""

    token: str
    entries: tuple[Entry, ...]
    folders: tuple[str, ...]
    is_moving: bool = False


@dataclass(frozen=True, slots=True)
class Journal:
    """Open, and this process's alone; ``found`` is what another one has left."""

    handle: int
    found: Record | None

    def begin(self, record: Record) -> None:
        files = [[entry.name, entry.old, entry.new] for entry in record.entries]
        self._note({"token": record.token, "files": files, "folders": list(record.folders)}, afresh=True)

    def move(self) -> None:
        self._note({"step": _MOVING})

    def _note(self, data: dict[str, Any], *, afresh: bool = False) -> None:
        """Raises OutputError when it cannot be written down."""
        try:
            if afresh:
                os.ftruncate(self.handle, 0)
            put(self.handle, f"{json.dumps(data)}\n".encode())
        except OSError as error:
            raise _unwritable(error) from error


def is_left_in(folder: Path) -> bool:
    return os.path.lexists(folder / JOURNAL)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Journal]:
    """The journal of a folder, which goes in the end, unless what it tells of is left undone (Unfinished).

    Raises OutputError when it cannot be written, when another process has it, or when it is none of ours.
    """
    path = folder / JOURNAL
    handle = _locked(path)
    try:
        yield Journal(handle, _read(handle))
        _remove(path, handle)
    except Unfinished:
        raise
    except BaseException:
        _remove(path, handle)
        raise
    finally:
        os.close(handle)


def _locked(path: Path) -> int:
    while True:
        handle = _open(path)
        try:
            if fcntl is None:
                return handle
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it may have taken it away before it was let go.
            there = _there(path)
            if there is not None and os.path.samestat(os.fstat(handle), there):
                return handle
        except BlockingIOError:
            os.close(handle)
            help = "run this again when it is done"
            raise refusal("ASL619", "another aslsplit is writing in this folder", help) from None
        except OSError as error:
            os.close(handle)
            raise _unwritable(error) from error
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _there(path: Path) -> os.stat_result | None:
    """In one look: another process may take the journal away at any moment."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _open(path: Path) -> int:
    """Neither through a link, which may lead anywhere, nor waiting for whoever is at the other end of a pipe."""
    there = _there(path)
    if there is not None and not stat.S_ISREG(there.st_mode):
        raise _foreign("it is no plain file")
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        return os.open(path, flags, 0o666)
    except OSError as error:
        raise _unwritable(error) from error


def _read(handle: int) -> Record | None:
    """Raises Unfinished when it is no journal that aslsplit would write."""
    size = os.fstat(handle).st_size
    if size > _LARGEST:
        raise _foreign("it is too large")
    # Another handle may have read from it, so this one starts anew.
    os.lseek(handle, 0, os.SEEK_SET)
    text = b"".join(iter(lambda: os.read(handle, 1 << 16), b""))
    *whole, _cut_short = text.split(b"\n")
    # The last line may have been cut short, and then the step that it tells of was not taken.
    if not whole:
        return None
    try:
        return _record(json.loads(whole[0]), whole[1:])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _foreign("aslsplit did not write what is in it") from None


def _record(data: Any, steps: Sequence[bytes]) -> Record:
    entries = tuple(Entry(_place(name), _digest(old), _digest(new)) for name, old, new in data["files"])
    folders = tuple(_place(name) for name in data["folders"])
    if not _TOKEN.fullmatch(data["token"]) or [json.loads(step) for step in steps] not in ([], [{"step": _MOVING}]):
        raise ValueError(steps)
    return Record(data["token"], entries, folders, is_moving=bool(steps))


_TOKEN: Final = re.compile("[0-9a-f]{12}")
_DIGEST: Final = re.compile("(link:)?[0-9a-f]{64}")


def _place(name: Any) -> str:
    pure = PurePosixPath(name)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts or "\0" in name or pure.as_posix() != name:
        raise ValueError(name)
    return str(name)


def _digest(value: Any) -> str | None:
    if value is not None and not _DIGEST.fullmatch(value):
        raise ValueError(value)
    return None if value is None else str(value)


def _foreign(why: str) -> Unfinished:
    help = f"look at it, and remove {JOURNAL} if it is none of yours"
    remark = finding("ASL620", f"{JOURNAL} cannot be used: {why}", help=help)
    return Unfinished("nothing was read or written", (remark,))


def _unwritable(error: OSError) -> OutputError:
    return refusal("ASL617", f"{JOURNAL} cannot be written: {reason(error)}")


def _remove(path: Path, handle: int) -> None:
    # Where it cannot be removed, it has at least nothing to tell.
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
    with contextlib.suppress(OSError):
        path.unlink()


def put(handle: int, content: bytes) -> None:
    """All of it, and on the disk."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
    os.fsync(handle)


def refusal(code: str, message: str, help: str | None = None) -> OutputError:
    return OutputError("nothing was written", (finding(code, message, help=help),))


def reason(error: BaseException) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
