"""Files and folders that the command line names, on disk or in a revision of git."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from aslsplit.disk.git_log import files_in
from aslsplit.disk.workspace import STDIN, files_below, is_structured, read_named
from aslsplit.errors import InputError

__all__ = ["NamedFile", "files_of"]


@dataclass(frozen=True, slots=True)
class NamedFile:
    """``within`` is its name relative to the folder that was named; empty if the file itself was."""

    within: str
    name: str
    raw: bytes


def files_of(named: str, what: str = "definition") -> tuple[NamedFile, ...]:
    """What lies on disk comes first: a file may be called like a revision. ``what`` is how it is called where there is
    none. Raises InputError if it cannot be read."""
    if named == STDIN or ":" not in named or Path(named).exists():
        return _files_on_disk(named, what)
    found = files_in(named, is_structured)
    if isinstance(found, str):
        raise InputError(f"there is no file {named}; as a revision and a path in it: {found}")
    folder = named if named.endswith((":", "/")) else f"{named}/"
    return tuple(NamedFile(within, f"{folder}{within}" if within else named, raw) for within, raw in found)


def _files_on_disk(named: str, what: str) -> tuple[NamedFile, ...]:
    if named == STDIN or not named or not Path(named).is_dir():
        return (NamedFile("", *read_named(named, what)),)
    top = PurePath(named)
    return tuple(NamedFile(PurePath(name).relative_to(top).as_posix(), name, raw) for name, raw in files_below(named))
