"""``contract diff``, from what the command line names to what a change of a contract means for its callers."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from aslsplit.compatibility.compare import ContractChange, Contracts, compare_contracts
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.compatibility.excuses import about_excuses
from aslsplit.disk.named_files import files_of
from aslsplit.disk.workspace import STDIN
from aslsplit.errors import BoundaryError, InputError
from aslsplit.findings import Finding, Span, has_errors, in_order
from aslsplit.project.contracts_on_disk import contracts_in, planned_contract, read_contract
from aslsplit.project.ignore_file import excuses_around, excuses_in, folders_of
from aslsplit.project.load import Project, load_project
from aslsplit.project.planning import plan_of

__all__ = ["ContractComparison", "compare_named"]


@dataclass(frozen=True, slots=True)
class ContractComparison:
    """``findings`` are all that is to be said, those that count; ``home`` is a file to say it of that has no place."""

    changes: tuple[ContractChange, ...]
    findings: tuple[Finding, ...]
    home: str


def compare_named(old: str, new: str | None, ignore: str | None) -> ContractComparison:
    """``new`` is None where ``old`` is a boundary map: then what lies on disk is compared with what is planned.

    Raises InputError if anything cannot be read, BoundaryError for names that mean nothing here.
    """
    if new is None:
        if not _is_map(old):
            raise BoundaryError("contract diff takes OLD and NEW, or a boundary map alone")
        project = load_project(old)
        before, after = _on_disk(project), _planned(project)
    else:
        before, after = _paired(_side(old), _side(new))
    excuses, remarks = excuses_around(after.around) if ignore is None else excuses_in(ignore)
    if after.alone is not None:
        # The ignore file is about the contracts beside this one too.
        excuses = tuple(excuse for excuse in excuses if excuse.child in after.contracts)
    changes = compare_contracts(before.contracts, after.contracts, excuses)
    told = [_placed(remark.finding, after.places.get(change.child)) for change in changes for remark in change.remarks]
    looked_at = [
        (change.child, None if change.after is None else change.after.version, change.excused) for change in changes
    ]
    findings = in_order((*remarks, *told, *about_excuses(excuses, looked_at)))
    return ContractComparison(changes, findings, after.home)


@dataclass(frozen=True, slots=True)
class _Side:
    """``around`` are the folders in which an ignore file may lie. ``alone`` is the name of the child where one contract
    was named and no folder of several. ``places`` are where a boundary map speaks of the children whose contracts it
    would write."""

    contracts: Contracts
    home: str
    around: tuple[Path, ...] = ()
    alone: str | None = None
    places: Mapping[str, Span] = field(default_factory=dict)


def _placed(found: Finding, place: Span | None) -> Finding:
    return found if place is None else replace(found, span=place)


def _is_map(named: str) -> bool:
    return named == STDIN or (PurePath(named).suffix in (".yaml", ".yml") and not Path(named).is_dir())


def _side(named: str) -> _Side:
    if _is_map(named) and (named == STDIN or Path(named).exists() or ":" not in named):
        return _planned(load_project(named))
    files = files_of(named, "folder of a contract")
    if len(files) == 1 and not files[0].within:
        raise InputError(f"{named} is a file; name the folder of the contract it belongs to")
    found, problems = contracts_in(named, ((file.within, file.name, file.raw) for file in files))
    if has_errors(problems):
        raise InputError("nothing was compared: a contract cannot be read", in_order(problems))
    if not found:
        raise InputError(f"there is no contract in {named}: no folder there has a request.schema.json")
    # A revision has no files beside it.
    around = (Path(named), Path(named).parent) if Path(named).is_dir() else ()
    if "" in found:
        name = PurePath(named.rpartition(":")[2]).name or "contract"
        return _Side({name: found[""]}, found[""].request.name, around, name)
    return _Side(_by_child(found), next(iter(found.values())).request.name, around)


def _by_child(found: Mapping[str, ContractFiles]) -> Contracts:
    """By the names of their folders, with what is around them only where two are called alike."""
    names = [posixpath.basename(folder) for folder in found]
    return {
        name if names.count(name) == 1 else folder: contract
        for (folder, contract), name in zip(found.items(), names, strict=True)
    }


def _paired(before: _Side, after: _Side) -> tuple[_Side, _Side]:
    """One contract is compared with one, whatever their folders are called."""
    name = after.alone or before.alone
    if name is None:
        return before, after
    return _only(before, name), _only(after, name)


def _only(side: _Side, name: str) -> _Side:
    contract = side.contracts.get(side.alone or name)
    if contract is None:
        raise InputError(f'there is no contract of "{name}" among {", ".join(side.contracts)}')
    return replace(side, contracts={name: contract}, alone=name)


def _planned(project: Project) -> _Side:
    plan = plan_of(project)
    refused = (*project.findings, *(found for _, found in plan.findings))
    if has_errors(refused):
        raise InputError("nothing was compared: the plan has errors", in_order(refused))
    contracts = {child.boundary.name: planned_contract(plan, child) for child in plan.children}
    source = project.boundaries.source
    places = {child.name: source.span(child.pointer, key=True) for child in project.boundaries.children}
    return _Side(contracts, source.name, folders_of(project.workspace, project.boundaries), places=places)


def _on_disk(project: Project) -> _Side:
    contracts: dict[str, ContractFiles] = {}
    findings: list[Finding] = []
    for child in project.boundaries.children:
        contract, problems = read_contract(project.workspace, project.boundaries.contract_folder(child.name))
        findings += problems
        if contract is not None:
            contracts[child.name] = contract
    if has_errors(findings):
        raise InputError("nothing was compared: a contract cannot be read", in_order(findings))
    return _Side(contracts, project.boundaries.source.name)
