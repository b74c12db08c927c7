"""Writing several files at once: all of them or none, whatever happens meanwhile, and one run at a time.

What will be there and what was there is staged next to its place first and moved last. A process that is killed leaves
a journal, and the next one that comes to the folder finishes the new tree or takes the old one back, before it reads
anything: whichever of the two all the files on disk allow.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aslsplit.disk.journal import JOURNAL, Entry, Journal, Record, Unfinished, is_left_in, opened, put, reason, refusal
from aslsplit.errors import OutputError
from aslsplit.findings import Finding, Severity, finding

__all__ = ["Target", "changed_meanwhile", "recover", "write_all"]


@dataclass(frozen=True, slots=True)
class Target:
    """``place`` is where the file really lies, ``shown`` its name for people. ``content`` None: the file goes."""

    place: Path
    shown: str
    content: bytes | None


def recover(folder: Path) -> Finding | None:
    """Bring a folder in order that a killed process has left, and say so. Raises OutputError when that cannot be done,
    or when another process is just writing there."""
    if not is_left_in(folder):
        return None
    with opened(folder) as journal:
        return _put_in_order(folder, journal)


def write_all(folder: Path, targets: Sequence[Target], unchanged: Callable[[], None]) -> None:
    """All or nothing, in this order; ``folder`` holds the journal. ``unchanged`` is asked when no other run can write
    any more, and raises if what this one has read is out of date.

    Folders are made as they are needed, and go with the last file in them. Raises OutputError; then nothing has
    changed.
    """
    with opened(folder) as journal:
        _put_in_order(folder, journal)
        unchanged()
        top = _real(folder)
        record = _record_of(top, targets)
        plan = _Plan.of(top, record)
        journal.begin(record)
        try:
            _stage(plan, targets)
            for target, files in zip(targets, plan.files, strict=True):
                if _state(files.place) != files.old:
                    raise changed_meanwhile(target.shown)
            journal.move()
        except BaseException:
            with _or_unfinished("what was staged cannot be cleared away"):
                plan.clear()
            raise
        try:
            for target, files in zip(targets, plan.files, strict=True):
                with _told(target.shown):
                    files.move()
        except BaseException:
            with _or_unfinished("the old files cannot all be brought back"):
                for files in reversed(plan.files):
                    files.take_back()
                plan.clear()
            raise
        with _or_unfinished("what was staged cannot be cleared away"):
            plan.finish()


def changed_meanwhile(shown: str) -> OutputError:
    return refusal("ASL618", f"{shown} was changed by someone else meanwhile", "run this again")


@dataclass(frozen=True, slots=True)
class _Files:
    """The place of a file, and beside it the new one and a copy of the old one while they wait; ``old`` and ``new``
    are what they hold, None for nothing."""

    place: Path
    old: str | None
    new: str | None
    waiting: Path
    kept: Path

    @classmethod
    def of(cls, top: Path, number: int, entry: Entry, token: str) -> _Files:
        place = top / entry.name
        name = f".{place.name[:40]}.{token}.{number}"
        new, old = (place.with_name(f"{name}.{which}.tmp") for which in ("new", "old"))
        return cls(place, entry.old, entry.new, new, old)

    def stage(self, content: bytes | None) -> None:
        """The content beside its place, with the rights it will have there, and a copy of what is there now."""
        if content is not None:
            _create(self.waiting, content)
            self.waiting.chmod(stat.S_IMODE(self.place.stat().st_mode) if self.place.exists() else 0o666 & ~_umask())
        if self.place.is_symlink():
            self.kept.symlink_to(self.place.readlink())
        elif self.old is not None:
            _create(self.kept, self.place.read_bytes())
            shutil.copystat(self.place, self.kept)

    def may_move(self) -> bool:
        """Whether it is moved, or can be."""
        now = _state(self.place)
        return now == self.new or (now == self.old and (self.new is None or _state(self.waiting) == self.new))

    def may_be_taken_back(self) -> bool:
        """Whether the old file is there, or can be brought back."""
        now = _state(self.place)
        return now == self.old or (now == self.new and (self.old is None or _state(self.kept) == self.old))

    def move(self) -> None:
        if _state(self.place) == self.new:
            return
        if self.new is None:
            self.place.unlink()
        else:
            self.waiting.replace(self.place)

    def take_back(self) -> None:
        if _state(self.place) == self.old:
            return
        if self.old is None:
            self.place.unlink()
        else:
            self.kept.replace(self.place)

    def tidy(self) -> None:
        for file in (self.waiting, self.kept):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Plan:
    """All files of a run, and the folders that are made for them, outer ones first. ``top`` is never removed."""

    top: Path
    files: tuple[_Files, ...]
    folders: tuple[Path, ...]

    @classmethod
    def of(cls, top: Path, record: Record) -> _Plan:
        files = (_Files.of(top, number, entry, record.token) for number, entry in enumerate(record.entries))
        return cls(top, tuple(files), tuple(top / name for name in record.folders))

    def clear(self) -> None:
        """What was made for nothing goes."""
        for files in self.files:
            files.tidy()
        for folder in reversed(self.folders):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def finish(self) -> None:
        for files in self.files:
            files.tidy()
            if files.new is None:
                _remove_emptied(files.place.parent, self.top)


def _record_of(top: Path, targets: Sequence[Target]) -> Record:
    entries: list[Entry] = []
    for target in targets:
        with _told(target.shown):
            new = None if target.content is None else _of(target.content)
            entries.append(Entry(_within(top, target.place), _state(target.place), new))
    folders = dict.fromkeys(_within(top, one) for target in targets for one in _missing_folders(target))
    return Record(os.urandom(6).hex(), tuple(entries), tuple(folders))


def _stage(plan: _Plan, targets: Sequence[Target]) -> None:
    for target, files in zip(targets, plan.files, strict=True):
        with _told(target.shown):
            for folder in plan.folders:
                if files.place.is_relative_to(folder) and not folder.exists():
                    folder.mkdir()
            files.stage(target.content)


# --- after a run that was killed ------------------------------------------------------------------------------------


def _put_in_order(folder: Path, journal: Journal) -> Finding | None:
    """Raises Unfinished when it cannot be done; then nothing was touched, or what was is as it should be."""
    if journal.found is None:
        return None
    plan = _Plan.of(_real(folder), journal.found)
    with _or_unfinished("what an interrupted run has left cannot be put in order"):
        for files in plan.files:
            if _real(files.place.parent) != files.place.parent:
                raise OSError(f"{_within(plan.top, files.place)} lies behind a symbolic link")
        return _put(plan, is_moving=journal.found.is_moving)


def _put(plan: _Plan, *, is_moving: bool) -> Finding:
    if not is_moving:
        plan.clear()
        message = "a run was interrupted before it changed anything; what it had begun was cleared away"
        return finding("ASL621", message, severity=Severity.NOTE)
    if all(files.may_move() for files in plan.files):
        for files in plan.files:
            files.move()
        plan.finish()
        return finding("ASL621", "a run was interrupted while it wrote; the new files are all in their places now")
    if all(files.may_be_taken_back() for files in plan.files):
        for files in reversed(plan.files):
            files.take_back()
        plan.clear()
        return finding("ASL621", "a run was interrupted while it went back; the old files are all there again")
    changed = [one.place for one in plan.files if not (one.may_move() or one.may_be_taken_back())] or [
        one.place for one in plan.files
    ]
    names = ", ".join(_within(plan.top, place) for place in changed)
    raise _unfinished(f"a run was interrupted, and since then something else has changed {names}")


@contextlib.contextmanager
def _or_unfinished(what: str) -> Iterator[None]:
    """Whatever comes between, Ctrl-C as well: the journal stays."""
    try:
        yield
    except Unfinished:
        raise
    except BaseException as error:
        raise _unfinished(f"{what}: {reason(error) or 'interrupted'}") from error


def _unfinished(what: str) -> Unfinished:
    help = (
        "bring those files into order by hand, or from version control (what was there and what was to be lies beside "
        f"them, as .NAME.*.old.tmp and .NAME.*.new.tmp); then remove {JOURNAL}"
    )
    return Unfinished("files are left in the middle of a change", (finding("ASL620", what, help=help),))


# --- files, folders and rights --------------------------------------------------------------------------------------


def _state(place: Path) -> str | None:
    """What is there, as the journal has it. Raises OSError for what is neither file nor link."""
    try:
        if place.is_symlink():
            return f"link:{_of(os.fsencode(place.readlink()))}"
        return _of(place.read_bytes()) if place.exists() and _is_plain(place) else None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_plain(place: Path) -> bool:
    if not stat.S_ISREG(place.stat().st_mode):
        raise OSError(f"{place.name} is no plain file")
    return True


def _of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _create(file: Path, content: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        put(handle, content)
    finally:
        os.close(handle)


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))


def _within(top: Path, place: Path) -> str:
    return place.relative_to(top).as_posix()


def _missing_folders(target: Target) -> list[Path]:
    missing: list[Path] = []
    folder = target.place.parent
    while target.content is not None and not folder.exists():
        missing.insert(0, folder)
        folder = folder.parent
    return missing


def _remove_emptied(folder: Path, top: Path) -> None:
    with contextlib.suppress(OSError):
        while folder != top and folder.is_relative_to(top):
            # A run that was killed here may have removed it already, and not the one around it.
            with contextlib.suppress(FileNotFoundError):
                folder.rmdir()
            folder = folder.parent


@contextlib.contextmanager
def _told(shown: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise refusal("ASL617", f"{shown} cannot be written: {reason(error)}") from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
