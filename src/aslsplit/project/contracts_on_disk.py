"""Contracts in their files: in a folder, in a revision of git, and as a plan would write them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from aslsplit.asl.source import Source, read_source
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.disk.workspace import Workspace
from aslsplit.findings import Finding, Span, finding, has_errors
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.plan.types import types_of_child
from aslsplit.render.contract_schema import error_schema, request_schema, response_schema, schema_text

__all__ = ["SCHEMA_FILES", "VERSIONS", "contract_in", "contracts_in", "planned_contract", "read_contract"]

SCHEMA_FILES: Final = ("request.schema.json", "response.schema.json", "errors.schema.json")
VERSIONS: Final = "versions"
"""The folder in a contract's folder in which older versions of it are kept, each in a folder of its name."""


def read_contract(workspace: Workspace, folder: str) -> tuple[ContractFiles | None, tuple[Finding, ...]]:
    """None where no file of it is there; without some of them, that is a finding."""
    raws = {name: workspace.read(posixpath.normpath(f"{folder}/{name}")) for name in SCHEMA_FILES}
    there = {name: raw for name, raw in raws.items() if raw is not None}
    return contract_in(workspace.shown(posixpath.normpath(folder)), there) if there else (None, ())


def contract_in(folder: str, files: Mapping[str, bytes]) -> tuple[ContractFiles | None, tuple[Finding, ...]]:
    """``files`` are by their names in SCHEMA_FILES; ``folder`` is how people see it."""
    sources: list[Source] = []
    findings: list[Finding] = []
    for name in SCHEMA_FILES:
        shown = posixpath.join(folder, name) if folder else name
        if name not in files:
            place = Span(shown, 1, 1, 1, 1)
            help = "a contract has request.schema.json, response.schema.json and errors.schema.json"
            findings.append(finding("ASL433", f"there is no {shown}", span=place, help=help))
            continue
        source, problems = read_source(shown, files[name], "json")
        findings += problems
        if source is not None:
            sources.append(source)
    return (None if has_errors(findings) else ContractFiles(*sources)), tuple(findings)


def contracts_in(
    folder: str, files: Iterable[tuple[str, str, bytes]]
) -> tuple[Mapping[str, ContractFiles], tuple[Finding, ...]]:
    """By the folders in which they lie, relative to the one that was named; that one itself is empty. ``files`` have
    their names in it, and how they are shown to people. Older versions that are kept are left out."""
    raws: dict[str, dict[str, bytes]] = {}
    shown_as: dict[str, str] = {}
    for within, shown, raw in files:
        around, name = posixpath.split(within)
        if name in SCHEMA_FILES and posixpath.basename(posixpath.dirname(around)) != VERSIONS:
            raws.setdefault(around, {})[name] = raw
            shown_as[around] = posixpath.dirname(shown)
    contracts: dict[str, ContractFiles] = {}
    findings: list[Finding] = []
    for around, found in raws.items():
        contract, problems = contract_in(shown_as[around], found)
        findings += problems
        if contract is not None:
            contracts[around] = contract
    return contracts, tuple(findings)


def planned_contract(plan: Plan, child: ChildPlan) -> ContractFiles:
    """As it would be written. Its places are in no file."""
    contract, types = child.published, types_of_child(plan, child)
    schemas = request_schema(contract, plan, types), response_schema(contract, plan, types), error_schema(contract)
    folder = f"{plan.boundaries.source.name} (planned)/{contract.child}"
    texts = dict(zip(SCHEMA_FILES, (schema_text(schema).encode() for schema in schemas), strict=True))
    written, findings = contract_in(folder, texts)
    assert written is not None, findings
    return replace(written, pattern=child.boundary.pattern)
