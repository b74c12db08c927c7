"""A boundary map and what belongs to it: the lock file beside it, the input schema, the names of the files to be."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from aslsplit.asl.source import Json, Source, read_source
from aslsplit.asl.yaml_reading import read_yaml
from aslsplit.disk.journal import JOURNAL
from aslsplit.disk.workspace import STDIN, Workspace, open_workspace
from aslsplit.errors import BoundaryError
from aslsplit.findings import Finding, finding, has_errors
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.map_reading import read_boundaries
from aslsplit.rewrite.lock import NO_LOCK, Lock, read_lock, unusable_lock

__all__ = ["child_file", "input_schema", "lock_beside", "lock_file_of", "open_map"]


def open_map(map_path: str) -> tuple[Workspace, BoundaryMap, str, tuple[Finding, ...]]:
    """Where it lies, what it says, the name of its lock file, and remarks. Raises BoundaryError if it has errors."""
    workspace, shown, raw = open_workspace(map_path)
    boundaries, found = _read_map(shown, raw)
    found = (*workspace.found, *found)
    lock_file = lock_file_of(map_path)
    if clashes := tuple(_clashes(boundaries, lock_file)):
        raise BoundaryError("the boundary map has errors", (*found, *clashes))
    return workspace, boundaries, lock_file, found


def _read_map(shown: str, raw: bytes) -> tuple[BoundaryMap, tuple[Finding, ...]]:
    source, problems = read_source(shown, raw, "yaml")
    if source is None:
        source = _no_mapping(shown, raw) if all(problem.code == "ASL101" for problem in problems) else None
        if source is None:
            raise BoundaryError("the boundary map cannot be read", problems)
        problems = ()
    boundaries, found = read_boundaries(source)
    if boundaries is None or has_errors(problems):
        raise BoundaryError("the boundary map has errors", (*problems, *found))
    return boundaries, (*problems, *found)


def _no_mapping(shown: str, raw: bytes) -> Source | None:
    """A list or a word: no source for a definition, but the boundary map says better what it should be."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    reading = read_yaml(text)
    return Source(shown, text, "yaml", reading.data, reading.extents) if text.strip() and not reading.problems else None


def lock_file_of(map_path: str) -> str:
    """Next to the map; standard input stands for a boundaries.yaml."""
    name = "boundaries.yaml" if map_path == STDIN else PurePath(map_path).name
    return f"{name.rsplit('.', 1)[0] or name}.lock.yaml"


def _clashes(boundaries: BoundaryMap, lock_file: str) -> Iterator[Finding]:
    """What the map names, where aslsplit keeps files of its own; upper and lower case do not count."""
    named = {"monolith": boundaries.monolith, "parent": boundaries.parent, "input_schema": boundaries.input_schema}
    for role, name in named.items():
        folded = (name or "").casefold()
        owners = [
            f"the contract of {child}"
            for child in boundaries.names
            if folded.startswith(posixpath.normpath(f"{boundaries.contracts_dir}/{child}/").casefold() + "/")
        ]
        if folded == lock_file.casefold():
            owners.append("the lock file")
        if folded == JOURNAL.casefold():
            owners.append("the journal of runs")
        if owners:
            place = boundaries.source.span((role,))
            message = f"{role} is {name}, which is where {owners[0]} lies"
            yield finding("ASL012", message, span=place, pointer=f"/{role}", help="give it a place of its own")


def child_file(boundaries: BoundaryMap, name: str, monolith: Source | None = None) -> str:
    """Where a child, or the one that a site shares, lies relative to the map: in the format of the monolith's
    definition, which tells it by its name if it was not read."""
    boundary = next((child for child in boundaries.children if child.name == name), None)
    if boundary is not None and boundary.home is not None:
        return boundary.home.file
    of = name if boundary is None else boundary.of
    is_yaml = monolith is not None and monolith.format == "yaml"
    if monolith is None or monolith.embedded is None:
        # JSON in a file that is called YAML is YAML as well.
        is_yaml |= boundaries.monolith.lower().endswith((".yaml", ".yml"))
    return f"{boundaries.children_dir}/{of}{'.asl.yaml' if is_yaml else '.asl.json'}"


def lock_beside(workspace: Workspace, name: str, boundaries: BoundaryMap, monolith: Source) -> Lock:
    raw = workspace.read(name)
    if raw is None:
        return NO_LOCK
    source, problems = read_source(workspace.shown(name), raw, "yaml")
    if source is None or problems:
        raise BoundaryError("the lock file cannot be read", _about_lock(problems, raw))
    lock, found = read_lock(source)
    if lock is None:
        raise BoundaryError("the lock file cannot be used", found)
    remarks = tuple(_disagreements(lock, source, boundaries, monolith))
    if remarks:
        raise BoundaryError("the lock file and the boundary map disagree", remarks)
    return lock


def _about_lock(problems: tuple[Finding, ...], raw: bytes) -> tuple[Finding, ...]:
    if any(line.startswith(_CONFLICT_MARKS) for line in raw.splitlines()):
        problem = unusable_lock("the lock file holds the marks of a merge conflict", problems[0].span)
        help = "take the lock file and the parent from one side, then extract the children of the other side again"
        return (replace(problem, help=help),)
    return tuple(unusable_lock(problem.message, problem.span) for problem in problems)


_CONFLICT_MARKS = (b"<<<<<<< ", b"=======", b">>>>>>> ")


def _disagreements(lock: Lock, source: Source, boundaries: BoundaryMap, monolith: Source) -> Iterator[Finding]:
    known = {child.name: child for child in boundaries.children}
    for name, locked in lock.children.items():
        place = source.span(("children", name), key=True)
        if name not in known:
            yield finding(
                "ASL605",
                f'the lock file records "{name}", and the boundary map has no such child',
                span=place,
                help="put the child back into the map, and inline it if it is no longer wanted",
            )
        elif known[name].served_by is not None and known[name].home is None:
            # Where its own map keeps it is of no concern here.
            continue
        elif locked.file != (file := child_file(boundaries, name, monolith)):
            yield finding(
                "ASL605",
                f'"{name}" was extracted into {locked.file}, and by the boundary map it would be {file}',
                span=place,
                help="undo that change of the map, or: undo it, inline the child, make it again, extract the child",
            )
    parent = boundaries.parent_file
    if lock.parent is not None and lock.parent != parent:
        yield finding(
            "ASL605",
            f"the parent was written to {lock.parent}, and by the boundary map it would be {parent}",
            span=source.span(("parent", "file"), key=True),
            help="undo that change of the map, or: undo it, inline the children, make it again, extract the children",
        )


def input_schema(workspace: Workspace, boundaries: BoundaryMap) -> Json | None:
    name = boundaries.input_schema
    if name is None:
        return None
    raw = workspace.read(name)
    if raw is None:
        raise BoundaryError(f"there is no file {workspace.shown(name)}, which input_schema names")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise BoundaryError(f"{workspace.shown(name)}, which input_schema names, is not JSON") from None
