"""Older versions of a contract: kept in a folder of their own, or found in the log of git; and what that tells of a
window of versions and of a contract that is no longer what was recorded.

``contracts/payment/versions/1.0/`` holds the three schemas of version 1.0. Where nobody kept them, the newest commit in
which the contract was that version has them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence

from aslsplit.compatibility.compare import ContractChange, compare_one
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.compatibility.excuses import Excuse
from aslsplit.disk.git_log import commits_of, contents_at
from aslsplit.disk.workspace import Workspace
from aslsplit.findings import Finding, Span, finding
from aslsplit.project.contracts_on_disk import SCHEMA_FILES, VERSIONS, contract_in, read_contract
from aslsplit.rewrite.record import digest

__all__ = ["about_older_versions", "older_contract", "recorded_contract", "rules_of"]


def older_contract(workspace: Workspace, folder: str, version: str) -> tuple[ContractFiles | None, tuple[Finding, ...]]:
    """``folder`` is the contract's. The findings are about what is kept and cannot be read."""
    kept, problems = read_contract(workspace, posixpath.join(folder, VERSIONS, version))
    if kept is not None or problems:
        return kept, problems
    return _committed(workspace, folder, lambda contract: contract.version == version), ()


def recorded_contract(workspace: Workspace, folder: str, recorded: str) -> ContractFiles | None:
    """The contract of this digest: as it lies on disk, or as it was committed."""
    there, _ = read_contract(workspace, folder)
    if there is not None and _digest(there) == recorded:
        return there
    return _committed(workspace, folder, lambda contract: _digest(contract) == recorded)


def _digest(contract: ContractFiles) -> str:
    return digest([source.data for source in contract.sources])


def _committed(workspace: Workspace, folder: str, wanted: Callable[[ContractFiles], bool]) -> ContractFiles | None:
    """The newest that is wanted."""
    top = str(workspace.folder)
    names = [posixpath.normpath(posixpath.join(folder, name)) for name in SCHEMA_FILES]
    commits = commits_of(top, names)
    contents = [contents_at(top, commits, name) for name in names]
    for commit, *raws in zip(commits, *contents, strict=True):
        files = {name: raw for name, raw in zip(SCHEMA_FILES, raws, strict=True) if raw is not None}
        found, _ = contract_in(f"{commit[:12]}:{folder}", files)
        if found is not None and wanted(found):
            return found
    return None


def about_older_versions(
    workspace: Workspace, folder: str, child: str, contract: ContractFiles, excuses: Sequence[Excuse], place: Span
) -> Iterator[Finding]:
    """Whether callers of each version in the window can be served by the contract as it is."""
    for version in contract.accepts or ():
        if version == contract.version:
            continue
        older, problems = older_contract(workspace, folder, version)
        yield from problems
        if older is None and problems:
            continue
        if older is None:
            kept = workspace.shown(posixpath.join(folder, VERSIONS, version))
            text = f'"{child}" takes callers that send version {version}, and what that was nobody can tell'
            help = f"keep its three schemas in {kept}, or commit them; then it is known whether {version} is served"
            yield finding("ASL435", text, span=place, help=help)
            continue
        change = compare_one(child, older, contract, excuses)
        broken = [one for one in rules_of(change) if one.startswith("error")]
        if broken:
            text = f'"{child}" takes callers that send version {version}, and breaks them'
            help = "\n".join((*broken, f"take {version} out of the window, or make the contract compatible with it"))
            yield finding("ASL434", text, span=place, help=help)


def rules_of(change: ContractChange) -> tuple[str, ...]:
    """What changed, a line each; versions and windows are left out."""
    return tuple(
        f"{found.severity.value} {found.code}: {found.message}"
        for found in (remark.finding for remark in change.remarks)
        if not found.code.startswith("CTR4")
    )
