"""The disk: the only module that reads files, and with ``writing`` the only one that writes them.

Names come from the boundary map and are relative to its folder; nothing outside that folder is written. A run that
fails or is killed leaves the old tree or the new one. What was read may not change before what was made of it is
written.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
import posixpath
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO
from weakref import WeakKeyDictionary

from aslsplit.asl.limits import MAX_TEXT_BYTES
from aslsplit.disk.journal import reason, refusal
from aslsplit.disk.writing import Target, changed_meanwhile, recover, write_all
from aslsplit.errors import InputError, OutputError
from aslsplit.findings import Finding, finding

__all__ = [
    "STDIN",
    "Artifact",
    "Workspace",
    "definitions_below",
    "files_below",
    "holds_a_definition",
    "is_structured",
    "open_workspace",
    "read_named",
    "text_shown_as",
    "write_named",
]

STDIN = "-"
_STDIN_SHOWN = "<stdin>"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to be: its name relative to the folder of the map, with ``/``; ``text`` None means that it goes."""

    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of a boundary map; ``prefix`` is how people wrote it, for names in messages."""

    folder: Path
    prefix: str
    seen: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)
    """The digest of what was read first under each name; None where nothing was there."""
    found: tuple[Finding, ...] = ()
    """What is to be said about the folder as this run has found it."""

    beside: list[Workspace] = field(default_factory=list, compare=False, repr=False)
    """Those of other maps, on which what is written here depends; nothing is written there."""

    def shown(self, name: str) -> str:
        written = f"{self.prefix.rstrip('/')}/{name}" if self.prefix else name
        if ".." not in name.split("/"):
            return written
        short = posixpath.normpath(written)
        # From a folder that is a link it leads upward to somewhere else.
        return short if os.path.realpath(short) == os.path.realpath(written) else written

    def identity(self, name: str) -> str:
        """The same for every name of a file; never to be shown."""
        try:
            return os.path.realpath(self.folder / name)
        except ValueError as error:
            raise InputError(f"{self.shown(name)} cannot be read: {reason(error)}") from error

    def read(self, name: str) -> bytes | None:
        """None if there is no such file. Raises InputError when it cannot be read, or is no plain file."""
        raw = self._read(name)
        self.seen.setdefault(name, _digest(raw))
        return raw

    def _read(self, name: str) -> bytes | None:
        shown, place = self.shown(name), self.folder / name
        # Only what lies around another map has a name that leads upward; the map and the lock file see to that.
        folder = place.parent if ".." in name.split("/") else self.folder
        with _as_finding(shown):
            try:
                # Opening a pipe would wait for somebody to write into it.
                if not stat.S_ISREG(place.stat().st_mode):
                    raise _unreadable(f"{shown} is {_kind(place)}")
                if not _leads_into(place, folder):
                    raise InputError("nothing was read from outside", (_outside(shown),))
                with place.open("rb") as file:
                    return _bounded(file)
            except (FileNotFoundError, NotADirectoryError):
                return None

    def inside(self, folder: str) -> Path:
        """Where a folder that the map names really lies. Raises InputError if that is somewhere else."""
        if not _leads_into(self.folder / folder, self.folder):
            raise InputError("nothing was read from outside", (_outside(self.shown(folder)),))
        return self.folder / folder

    def files_in(self, folder: str, suffix: str) -> tuple[str, ...]:
        """The names of the plain files right in a folder, sorted; none if there is no such folder."""
        place = self.inside(folder)
        with _as_finding(self.shown(folder)):
            found = sorted(file.name for file in place.iterdir() if file.is_file()) if place.is_dir() else []
        return tuple(f"{folder}/{name}" for name in found if name.endswith(suffix))

    def read_text(self, name: str) -> str | None:
        raw = self.read(name)
        return None if raw is None else raw.decode("utf-8", "replace")

    def differing(self, artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
        """Those that are not on disk as they should be."""
        return tuple(artifact for artifact in artifacts if (old := self.read(artifact.name)) != _content(artifact, old))

    def write(self, artifacts: Sequence[Artifact]) -> None:
        """All or nothing, in this order. Raises OutputError; then nothing has changed.

        Folders are made as they are needed, and go with the last file in them.
        """
        # Every place is judged before the first folder is made.
        targets = [
            Target(self._place(artifact), self.shown(artifact.name), _content(artifact, self._read(artifact.name)))
            for artifact in artifacts
        ]
        self._is_a_tree(artifacts)
        write_all(self.folder, targets, self._unchanged)
        self.seen.update((artifact.name, _digest(self._read(artifact.name))) for artifact in artifacts)

    def _is_a_tree(self, artifacts: Iterable[Artifact]) -> None:
        """Raises OutputError for a file that another one would lie in."""
        names = {posixpath.normpath(one.name).casefold(): one.name for one in artifacts if one.text is not None}
        for folded, name in names.items():
            for above in PurePosixPath(folded).parents:
                if str(above) in names:
                    message = f"{self.shown(names[str(above)])} would be a file and the folder of {self.shown(name)}"
                    raise refusal("ASL617", message, "choose other places in the boundary map")

    def still_as_read(self) -> None:
        """Raises OutputError if another run is just writing, or anything was changed since it was read: then what was
        found is about files that never were there together."""
        recover(self.folder)
        self._unchanged()

    def _unchanged(self) -> None:
        for name, digest in self.seen.items():
            if _digest(self._read(name)) != digest:
                raise changed_meanwhile(self.shown(name))
        for other in self.beside:
            other._unchanged()

    def _place(self, artifact: Artifact) -> Path:
        """Where a file lies, symbolic links followed. Raises OutputError if that is outside the folder of the map."""
        shown, named = self.shown(artifact.name), self.folder / artifact.name
        try:
            if artifact.text is None:
                # What goes is the name itself, and not what it may be a link to.
                place = Path(os.path.realpath(named.parent), named.name)
            else:
                place = Path(os.path.realpath(named))
            if place == Path(os.path.realpath(self.folder)) or not _leads_into(place, self.folder):
                raise OutputError("nothing was written", (_outside(shown),))
        except ValueError as error:
            raise refusal("ASL617", f"{shown} cannot be written: {reason(error)}") from error
        return place


def open_workspace(map_path: str) -> tuple[Workspace, str, bytes]:
    """The workspace of a boundary map, how it is shown to people, and its bytes.

    ``-`` reads standard input, which stands for a ``boundaries.yaml`` in the current folder. Raises InputError when
    the map cannot be read.
    """
    folder = Path() if map_path == STDIN else Path(map_path).parent
    remark = recover(folder)
    found = () if remark is None else (remark,)
    shown, raw = read_named(map_path, "boundary map")
    if map_path == STDIN:
        return Workspace(folder, "", found=found), shown, raw
    workspace = Workspace(folder, "" if folder == Path() else folder.as_posix(), found=found)
    workspace.seen[Path(map_path).name] = _digest(raw)
    return workspace, shown, raw


def read_named(name: str, what: str) -> tuple[str, bytes]:
    """A file that was named on the command line: how it is shown to people, and its bytes; ``-`` is standard input.

    Raises InputError when it cannot be read.
    """
    if name == STDIN:
        with _as_input_error(_STDIN_SHOWN):
            return _STDIN_SHOWN, _typed()
    if not name:
        raise InputError(f"the name of the {what} is empty")
    path = Path(name)
    with _as_input_error(name):
        try:
            if path.is_dir():
                raise InputError(f"{name} is a folder; name the {what} in it")
            # It may come through a pipe; what it names may not.
            with path.open("rb") as file:
                return name, _bounded(file)
        except (FileNotFoundError, NotADirectoryError):
            raise InputError(f"there is no file {name}") from None


def write_named(name: str, text: str) -> None:
    """A file that was named on the command line, in a folder that is there. Raises OutputError; then nothing has
    changed."""
    path = Path(name)
    if not path.name or not path.parent.is_dir():
        raise OutputError(f"{name} cannot be written: there is no folder {path.parent.as_posix()}")
    Workspace(path.parent, "" if path.parent == Path() else path.parent.as_posix()).write((Artifact(path.name, text),))


def text_shown_as(shown: str) -> str | None:
    """The text of a file by the name that findings give it; None if there is no such file, or it is no text."""
    try:
        if shown == _STDIN_SHOWN:
            return _typed().decode("utf-8-sig")
        # What came through a pipe does not come again.
        if not stat.S_ISREG(Path(shown).stat().st_mode):
            return None
        with Path(shown).open("rb") as file:
            return _bounded(file).decode("utf-8-sig")
    except (OSError, ValueError):
        return None


def _typed() -> bytes:
    """Standard input, which comes only once and may be asked for again."""
    if sys.stdin is None:
        return b""
    stream = sys.stdin.buffer
    if stream not in _READ:
        _READ[stream] = _bounded(stream)
    return _READ[stream]


_READ: WeakKeyDictionary[BinaryIO, bytes] = WeakKeyDictionary()


def definitions_below(folder: str, besides: Iterable[str]) -> tuple[tuple[str, bytes], ...]:
    """Those of ``files_below`` that may hold a definition."""
    return tuple((name, raw) for name, raw in files_below(folder, besides) if holds_a_definition(raw))


def holds_a_definition(raw: bytes) -> bool:
    """Whether it may."""
    return b"StartAt" in raw and b"States" in raw


def is_structured(name: str) -> bool:
    """By its name, a file in JSON or YAML."""
    return PurePath(name).suffix.lower() in (".json", ".yaml", ".yml")


def files_below(folder: str, besides: Iterable[str] = ()) -> tuple[tuple[str, bytes], ...]:
    """The JSON and YAML files in a folder and its folders, sorted, as ``read_named`` does.

    Without those that are ``besides``, without hidden folders and links that lead out of the folder, and without what
    cannot be read. Raises InputError if there is no such folder.
    """
    top = Path(folder)
    known = {os.path.realpath(name) for name in besides}
    found: list[tuple[str, bytes]] = []
    with _as_input_error(folder):
        if not folder or not top.is_dir():
            raise InputError(f"there is no folder {folder}")
        for parent, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
            for name in sorted(files):
                path = Path(parent, name)
                if is_structured(name) and os.path.realpath(path) not in known:
                    with contextlib.suppress(OSError):
                        if stat.S_ISREG(path.stat().st_mode) and _leads_into(path, top):
                            with path.open("rb") as file:
                                found.append((path.as_posix(), _bounded(file)))
    return tuple(found)


def _bounded(file: BinaryIO) -> bytes:
    """All of it, or one byte more than is read as a definition: the reader then says that it is too large."""
    return file.read(MAX_TEXT_BYTES + 1)


@contextlib.contextmanager
def _as_input_error(shown: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise InputError(f"{shown} cannot be read: {reason(error)}") from error


@contextlib.contextmanager
def _as_finding(shown: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise _unreadable(f"{shown} cannot be read: {reason(error)}") from error


def _unreadable(message: str) -> InputError:
    return InputError("a file cannot be read", (finding("ASL616", message),))


def _outside(shown: str) -> Finding:
    message = f"{shown} leads out of the folder of the boundary map"
    return finding("ASL615", message, help="put the file itself there, or move the boundary map to a folder above both")


def _leads_into(place: Path, folder: Path) -> bool:
    """Wherever symbolic links lead."""
    return Path(os.path.realpath(place)).is_relative_to(os.path.realpath(folder))


def _kind(path: Path) -> str:
    return "a folder" if path.is_dir() else "not a plain file"


def _content(artifact: Artifact, old: bytes | None) -> bytes | None:
    if artifact.text is None:
        return None
    # A file keeps its byte order mark. Half a surrogate pair is no UTF-8, but JSON has the same escape for it.
    mark = codecs.BOM_UTF8 if old is not None and old.startswith(codecs.BOM_UTF8) else b""
    return mark + artifact.text.encode("utf-8", "backslashreplace")


def _digest(raw: bytes | None) -> str | None:
    return None if raw is None else hashlib.sha256(raw).hexdigest()
