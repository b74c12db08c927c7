"""What was written into the folder of the wiring, so that a later run can tell what people have changed since.

The record lies in the folder, and not in the lock file of the children: what deploys them comes and goes without them.
"""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.asl.dump import dump
from aslsplit.asl.source import Json, read_source
from aslsplit.disk.workspace import Artifact, Workspace
from aslsplit.findings import Finding, Severity, finding
from aslsplit.rewrite.lock import unusable_lock
from aslsplit.rewrite.record import digest_of_text

__all__ = ["recorded_files"]

_NAME = "wiring.lock.yaml"
_VERSION = 1


def recorded_files(
    workspace: Workspace, folder: str, files: Mapping[str, str]
) -> tuple[tuple[Artifact, ...], tuple[Finding, ...]]:
    """The files to be in the folder and the record of them, and what on disk stands in their way."""
    before, findings = _read(workspace, f"{folder}/{_NAME}")
    digests = dict(before)
    made: list[Artifact] = []
    for name, text in files.items():
        remark = _obstacle(workspace, f"{folder}/{name}", text, before.get(name))
        if remark is None:
            made.append(Artifact(f"{folder}/{name}", text))
            digests[name] = digest_of_text(text)
        else:
            findings = (*findings, remark)
    written = {"version": _VERSION, "files": {name: digests[name] for name in sorted(digests)}}
    like, _ = read_source(_NAME, b"version: 1\n", "yaml")
    assert like is not None
    head = "# Written by aslsplit wire: what it wrote here. Keep it under version control.\n"
    record = Artifact(f"{folder}/{_NAME}", head + dump(written, {}, like=like))
    return (*made, record), findings


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


def _obstacle(workspace: Workspace, file: str, text: str, recorded: str | None) -> Finding | None:
    """Why the text is not to be written over what lies there."""
    shown, on_disk = workspace.shown(file), workspace.read_text(file)
    if on_disk is None or on_disk == text or digest_of_text(on_disk) == recorded:
        return None
    if recorded is None:
        message = f"{shown} is there already, and aslsplit did not write it"
        return finding("ASL603", message, help="move it away, or choose another folder with --output")
    if digest_of_text(text) == recorded:
        message = f"{shown} was changed since it was written; it is left as it is"
        return finding("ASL572", message, severity=Severity.NOTE)
    return finding(
        "ASL572",
        f"{shown} was changed since it was written, and something else is to be written now",
        help="put the change into the boundary map or a template of your own (--templates) and move the file away; "
        "or wire into another folder with --output, and merge",
    )
