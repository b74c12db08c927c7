"""What was written into the folder of the wiring, so that a later run can tell what people have changed since.

The record lies in the folder, and not in the lock file of the children: what deploys them comes and goes without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.dump import dump
from aslsplit.asl.source import Json, read_source
from aslsplit.findings import Finding, finding
from aslsplit.rewrite.lock import unusable_lock
from aslsplit.rewrite.record import digest_of_text
from aslsplit.workspace import Artifact, Workspace

__all__ = ["recorded_files"]

_NAME = "wiring.lock.yaml"
_VERSION = 1


def recorded_files(
    workspace: Workspace, folder: str, files: Mapping[str, str]
) -> tuple[tuple[Artifact, ...], tuple[Finding, ...]]:
    """The files to be in the folder and the record of them, and what on disk stands in their way."""
    before, findings = _read(workspace, f"{folder}/{_NAME}")
    findings += tuple(_obstacles(workspace, folder, files, before))
    digests = {**before, **{name: digest_of_text(text) for name, text in files.items()}}
    written = {"version": _VERSION, "files": {name: digests[name] for name in sorted(digests)}}
    like, _ = read_source(_NAME, b"version: 1\n", "yaml")
    assert like is not None
    head = "# Written by aslsplit wire: what it wrote here. Keep it under version control.\n"
    record = Artifact(f"{folder}/{_NAME}", head + dump(written, {}, like=like))
    return (*(Artifact(f"{folder}/{name}", text) for name, text in files.items()), record), findings


def _read(workspace: Workspace, name: str) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    raw = workspace.read(name)
    if raw is None:
        return {}, ()
    source, problems = read_source(workspace.shown(name), raw, "yaml")
    if source is None or problems:
        return {}, tuple(unusable_lock(problem.message, problem.span) for problem in problems)
    if not _is_record(source.data):
        return {}, (unusable_lock("this is no record of what was written", source.span(())),)
    return source.data["files"], ()


def _is_record(data: Json) -> bool:
    files = data.get("files")
    is_known = type(data.get("version")) is int and data["version"] == _VERSION and isinstance(files, dict)
    return is_known and all(isinstance(part, str) for pair in files.items() for part in pair)


def _obstacles(
    workspace: Workspace, folder: str, files: Mapping[str, str], before: Mapping[str, str]
) -> Iterator[Finding]:
    for name, text in files.items():
        shown, on_disk = workspace.shown(f"{folder}/{name}"), workspace.read_text(f"{folder}/{name}")
        if on_disk is None or on_disk == text:
            continue
        if name not in before:
            yield finding(
                "ASL603",
                f"{shown} is there already, and aslsplit did not write it",
                help="move it away, or choose another folder with --output",
            )
        elif digest_of_text(on_disk) != before[name]:
            yield finding(
                "ASL572",
                f"{shown} was changed since it was written, and would now be another",
                help="put the change into a template of your own (--templates) or into the boundary map, and remove "
                "the file; or wire into another folder with --output, and merge",
            )
