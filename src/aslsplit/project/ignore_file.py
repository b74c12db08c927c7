"""Where the ignore file lies: with the contracts, in the folder around them, or beside a boundary map."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aslsplit.asl.source import read_source
from aslsplit.compatibility.excuses import IGNORE_FILE, Excuse, read_excuses
from aslsplit.disk.workspace import Workspace, read_named
from aslsplit.errors import InputError
from aslsplit.findings import Finding, has_errors
from aslsplit.plan.boundaries import BoundaryMap

__all__ = ["excuses_around", "excuses_in", "excuses_of", "folders_of"]

Excuses = tuple[tuple[Excuse, ...], tuple[Finding, ...]]


def excuses_in(name: str) -> Excuses:
    """Of the ignore file that was named. Raises InputError, with its findings, when it cannot be used."""
    return _read(*read_named(name, "ignore file"))


def excuses_of(workspace: Workspace, boundaries: BoundaryMap) -> Excuses:
    return excuses_around(folders_of(workspace, boundaries))


def folders_of(workspace: Workspace, boundaries: BoundaryMap) -> tuple[Path, ...]:
    return workspace.folder, workspace.folder / boundaries.contracts_dir


def excuses_around(folders: Iterable[Path]) -> Excuses:
    """Of the first folder that has an ignore file; none where no folder has one."""
    places = (folder / IGNORE_FILE for folder in folders)
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
