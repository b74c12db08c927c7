"""Writing several files at once: all of them or none, whatever happens meanwhile, and one run at a time.

What will be there and what was there is staged next to its place first and moved last. A journal in the folder says
how far a run has come. A process that is killed leaves it, and the next one that comes to the folder takes the old tree
back or finishes the new one, before it reads anything.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from aslsplit.errors import OutputError

try:
    import fcntl
except ImportError:  # Windows, where two runs at once are not noticed
    fcntl = None  # type: ignore[assignment]

__all__ = ["JOURNAL", "Target", "reason", "recover", "write_all"]

JOURNAL = ".aslsplit.journal"
_STAGING, _MOVING, _RETURNING = "staging", "moving", "returning"
_BUSY = "another aslsplit is writing there; run this again when it is done"


@dataclass(frozen=True, slots=True)
class Target:
    """``place`` is where the file really lies, ``shown`` its name for people. ``content`` None: the file goes."""

    place: Path
    shown: str
    content: bytes | None


def recover(folder: Path) -> None:
    """Bring a folder in order that a killed process has left. Raises OutputError when that cannot be done, or when
    another process is just writing there."""
    if (folder / JOURNAL).exists():
        with _journal(folder):
            pass


def write_all(folder: Path, targets: Sequence[Target], unchanged: Callable[[], None]) -> None:
    """All or nothing, in this order; ``folder`` holds the journal. ``unchanged`` is asked when no other run can write
    any more, and raises if what this one has read is out of date.

    Folders are made as they are needed, and go with the last file in them. Raises OutputError; then nothing has
    changed.
    """
    with _journal(folder) as journal:
        unchanged()
        token = os.urandom(6).hex()
        plan = _Plan(
            tuple(_Files.of(number, target, token) for number, target in enumerate(targets)),
            tuple(dict.fromkeys(one for target in targets for one in _missing_folders(target))),
        )
        _note(journal, _STAGING, plan.data())
        try:
            _stage(plan, targets)
            _note(journal, _MOVING)
        except BaseException:
            plan.clear()
            raise
        moved: list[_Files] = []
        try:
            for target, files in zip(targets, plan.files, strict=True):
                moved.append(files)
                with _told(target):
                    files.move()
        except BaseException:
            _note(journal, _RETURNING)
            try:
                for files in reversed(moved):
                    files.take_back()
            except OSError as error:
                raise _Unfinished(f"the old files cannot all be brought back: {reason(error)}") from error
            plan.clear()
            raise
        plan.finish(folder)


class _Unfinished(OutputError):
    """The journal stays, so that the next run tries again."""


@dataclass(frozen=True, slots=True)
class _Files:
    """The place of a file, and beside it the new one and a copy of the old one while they wait. ``new`` None: it
    goes."""

    place: Path
    new: Path | None
    old: Path

    @classmethod
    def of(cls, number: int, target: Target, token: str) -> _Files:
        name = f".{target.place.name[:40]}.{token}.{number}"
        new = None if target.content is None else target.place.with_name(f"{name}.new.tmp")
        return cls(target.place, new, target.place.with_name(f"{name}.old.tmp"))

    def keep(self) -> None:
        """A copy of what is at the place now, if anything is."""
        # Only what writes waits for this import.
        import shutil

        if self.place.is_symlink():
            self.old.symlink_to(self.place.readlink())
        elif self.place.exists():
            shutil.copy2(self.place, self.old)

    def stage(self, content: bytes) -> None:
        """The content beside its place, with the rights it will have there."""
        assert self.new is not None
        with os.fdopen(os.open(self.new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self.new.chmod(stat.S_IMODE(self.place.stat().st_mode) if self.place.exists() else 0o666 & ~_umask())

    def move(self) -> None:
        if self.new is None:
            self.place.unlink(missing_ok=True)
        else:
            self.new.replace(self.place)

    def is_moved(self) -> bool:
        return self.new is not None and not self.new.exists()

    def take_back(self) -> None:
        if self.old.is_symlink() or self.old.exists():
            self.old.replace(self.place)
        elif not self.place.is_dir():
            self.place.unlink(missing_ok=True)

    def tidy(self) -> None:
        for file in (self.new, self.old):
            if file is not None:
                with contextlib.suppress(OSError):
                    file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Plan:
    """All files of a run, and the folders that are made for them, outer ones first."""

    files: tuple[_Files, ...]
    folders: tuple[Path, ...]

    def data(self) -> Mapping[str, Any]:
        files = [[str(one.place), None if one.new is None else str(one.new), str(one.old)] for one in self.files]
        return {"files": files, "folders": [str(one) for one in self.folders]}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> _Plan:
        files = (
            _Files(Path(place), None if new is None else Path(new), Path(old)) for place, new, old in data["files"]
        )
        return cls(tuple(files), tuple(map(Path, data["folders"])))

    def clear(self) -> None:
        """What was made for nothing goes."""
        for files in self.files:
            files.tidy()
        for folder in reversed(self.folders):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def finish(self, folder: Path) -> None:
        for files in self.files:
            files.tidy()
            if files.new is None:
                _remove_emptied(files.place.parent, folder)


def _stage(plan: _Plan, targets: Sequence[Target]) -> None:
    for target, files in zip(targets, plan.files, strict=True):
        with _told(target):
            for folder in plan.folders:
                if files.place.is_relative_to(folder) and not folder.exists():
                    folder.mkdir()
            if target.content is not None:
                files.stage(target.content)
            files.keep()


# --- the journal ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _journal(folder: Path) -> Iterator[IO[str]]:
    """Open and empty, and this process's alone; what another one has left undone is done. It goes in the end."""
    path = folder / JOURNAL
    try:
        file = _locked(path)
    except OSError as error:
        raise OutputError(f"{path.name} cannot be written: {reason(error)}") from error
    try:
        with file:
            _complete(folder, file)
            yield file
    except _Unfinished:
        raise
    except BaseException:
        _remove(path)
        raise
    _remove(path)


def _locked(path: Path) -> IO[str]:
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            if fcntl is None:
                return file
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it may have taken it away before it was let go.
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except BlockingIOError:
            file.close()
            raise OutputError(_BUSY) from None
        except BaseException:
            file.close()
            raise
        file.close()


def _note(journal: IO[str], step: str, data: Mapping[str, Any] | None = None) -> None:
    """Raises OutputError when it cannot be written down."""
    try:
        journal.write(json.dumps({"step": step, **(data or {})}) + "\n")
        journal.flush()
        os.fsync(journal.fileno())
    except OSError as error:
        raise OutputError(f"{JOURNAL} cannot be written: {reason(error)}") from error


def _complete(folder: Path, journal: IO[str]) -> None:
    journal.seek(0)
    lines = journal.read().splitlines()
    try:
        notes = [json.loads(line) for line in lines]
    except ValueError:
        # The last line was cut short, so the step that it tells of was not taken.
        notes = [json.loads(line) for line in lines[:-1]]
    if notes:
        plan = _Plan.read(notes[0])
        try:
            _completed(plan, notes[-1]["step"], folder)
        except OSError as error:
            what = f"what an interrupted run has left cannot be put in order: {reason(error)}"
            raise _Unfinished(what) from error
    journal.truncate(0)


def _completed(plan: _Plan, step: str, folder: Path) -> None:
    if step == _MOVING:
        for files in plan.files:
            if not files.is_moved():
                files.move()
        plan.finish(folder)
        return
    if step == _RETURNING:
        for files in plan.files:
            files.take_back()
    plan.clear()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


# --- folders and rights ---------------------------------------------------------------------------------------------


def _missing_folders(target: Target) -> list[Path]:
    missing: list[Path] = []
    folder = target.place.parent
    while target.content is not None and not folder.exists():
        missing.insert(0, folder)
        folder = folder.parent
    return missing


def _remove_emptied(folder: Path, top: Path) -> None:
    above = Path(os.path.realpath(top))
    with contextlib.suppress(OSError):
        while folder != above and folder.is_relative_to(above):
            folder.rmdir()
            folder = folder.parent


@contextlib.contextmanager
def _told(target: Target) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise OutputError(f"{target.shown} cannot be written: {reason(error)}") from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
