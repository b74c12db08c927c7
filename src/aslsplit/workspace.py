"""The disk: the only module that reads and writes files.

Names come from the boundary map and are relative to its folder; nothing outside that folder is written. Files are
staged next to their places first and moved there last, so an interrupted run leaves the old tree.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aslsplit.errors import InputError, OutputError

__all__ = ["Artifact", "Workspace", "open_workspace"]

STDIN = "-"


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

    def shown(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name

    def read(self, name: str) -> bytes | None:
        """None if there is no such file. Raises InputError when it cannot be read."""
        try:
            return (self.folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except IsADirectoryError:
            raise InputError(f"{self.shown(name)} is a folder") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{self.shown(name)} cannot be read: {_reason(error)}") from error

    def read_text(self, name: str) -> str | None:
        raw = self.read(name)
        return None if raw is None else raw.decode("utf-8", "replace")

    def differing(self, artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
        """Those that are not on disk as they should be."""
        return tuple(
            artifact
            for artifact in artifacts
            if self.read(artifact.name) != (None if artifact.text is None else artifact.text.encode("utf-8"))
        )

    def write(self, artifacts: Sequence[Artifact]) -> None:
        """All or nothing, in this order. Raises OutputError; then nothing has changed."""
        staged: list[tuple[Path, Path]] = []
        try:
            for artifact in artifacts:
                target = self._target(artifact.name)
                if artifact.text is not None:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    staged.append((_stage(target, artifact.text.encode("utf-8")), target))
            for temporary, target in staged:
                temporary.replace(target)
            for artifact in artifacts:
                if artifact.text is None:
                    self._target(artifact.name).unlink(missing_ok=True)
        except (OSError, ValueError) as error:
            raise OutputError(f"nothing can be written: {_reason(error)}") from error
        finally:
            for temporary, _ in staged:
                with contextlib.suppress(OSError):
                    temporary.unlink()

    def _target(self, name: str) -> Path:
        """Where a file goes, symbolic links followed. Raises OutputError if that is outside the folder."""
        folder = self.folder.resolve()
        target = (folder / name).resolve()
        if not target.is_relative_to(folder):
            raise OutputError(f"{self.shown(name)} leads out of the folder of the boundary map")
        return target


def open_workspace(map_path: str) -> tuple[Workspace, str, bytes]:
    """The workspace of a boundary map, the map's file name in it, and its bytes. ``-`` reads standard input.

    Raises InputError when the map cannot be read.
    """
    if map_path == STDIN:
        return Workspace(Path(), ""), "<stdin>", sys.stdin.buffer.read()
    path = Path(map_path)
    prefix = "" if path.parent == Path() else path.parent.as_posix()
    workspace = Workspace(path.parent, prefix)
    try:
        raw = workspace.read(path.name) if path.name else None
    except ValueError as error:
        raise InputError(f"{map_path} cannot be read: {_reason(error)}") from error
    if raw is None:
        raise InputError(f"there is no file {map_path}")
    return workspace, path.name, raw


def _stage(target: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return temporary


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
