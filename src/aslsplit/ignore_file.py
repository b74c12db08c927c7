"""Where the ignore file lies: with the contracts, in the folder around them, or beside a boundary map."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aslsplit.asl.source import read_source
from aslsplit.compatibility.excuses import IGNORE_FILE, Excuse, read_excuses
from aslsplit.errors import InputError
from aslsplit.findings import Finding, has_errors
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.workspace import STDIN, Workspace, read_named

__all__ = ["excuses_beside", "excuses_in", "excuses_of"]

Excuses = tuple[tuple[Excuse, ...], tuple[Finding, ...]]


def excuses_in(name: str) -> Excuses:
    """Of the ignore file that was named. Raises InputError, with its findings, when it cannot be used."""
    return _read(*read_named(name, "ignore file"))


def excuses_beside(named: str) -> Excuses:
    """For a contract, a folder of contracts or a boundary map; none where there is no ignore file."""
    path = Path() if named == STDIN else Path(named)
    folders = [path, path.parent] if path.is_dir() else [path.parent]
    return _first(folder / IGNORE_FILE for folder in folders)


def excuses_of(workspace: Workspace, boundaries: BoundaryMap) -> Excuses:
    folders = (workspace.folder, workspace.folder / boundaries.contracts_dir)
    return _first(folder / IGNORE_FILE for folder in folders)


def _first(places: Iterable[Path]) -> Excuses:
    found = next((place for place in places if place.is_file()), None)
    return ((), ()) if found is None else excuses_in(found.as_posix())


def _read(shown: str, raw: bytes) -> Excuses:
    source, problems = read_source(shown, raw, "yaml")
    if source is None or has_errors(problems):
        raise InputError(f"{shown} cannot be read", problems)
    excuses, findings = read_excuses(source)
    if findings:
        raise InputError(f"{shown} cannot be used", findings)
    return excuses, problems
