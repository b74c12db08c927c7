"""``contract types``: from a boundary map, or from contracts as they lie in a folder, to types in a language."""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from pathlib import PurePath
from typing import Literal, assert_never

from aslsplit.disk.named_files import files_of
from aslsplit.errors import BoundaryError, InputError
from aslsplit.findings import Finding, has_errors, in_order
from aslsplit.operations.pipeline import plan_of
from aslsplit.project.contracts_on_disk import contracts_in
from aslsplit.project.load import Project
from aslsplit.project.tree import published_contracts
from aslsplit.render.contract_types.declared import declarations
from aslsplit.render.contract_types.python import python
from aslsplit.render.contract_types.typescript import typescript
from aslsplit.rewrite.extract import extract
from aslsplit.verify.published import Published

__all__ = ["Language", "contracts_below", "planned_contracts", "types_text"]

Language = Literal["typescript", "python"]


def types_text(contracts: Collection[Published], language: Language) -> str:
    declared = declarations(contracts)
    match language:
        case "typescript":
            return typescript(declared)
        case "python":
            return python(declared)
        case _ as unreachable:
            assert_never(unreachable)


def planned_contracts(project: Project, names: Collection[str]) -> tuple[tuple[Published, ...], tuple[Finding, ...]]:
    """What ``extract`` writes for these children, or for all that are legal; with the findings about the others.

    Raises BoundaryError when none of them is legal.
    """
    plan = plan_of(project)
    wanted = [child.name for child in project.boundaries.children if not names or child.name in names]
    refused = frozenset(name for name in wanted if plan.child(name) is None)
    remarks = (*project.findings, *(remark for name, remark in plan.findings if name in refused))
    legal = [name for name in wanted if name not in refused]
    if not legal:
        raise BoundaryError("there is no contract to describe", remarks)
    return tuple(published_contracts(plan, extract(plan, legal)).values()), remarks


def contracts_below(folder: str, names: Collection[str]) -> tuple[Published, ...]:
    """The contracts in a folder, or in the folders in it, by the names of their folders; also in a revision of git.

    Raises InputError, with its findings, when one of the schemas cannot be read or none is there.
    """
    files = files_of(folder, "folder of a contract")
    found, problems = contracts_in(folder, ((file.within, file.name, file.raw) for file in files))
    if has_errors(problems):
        raise InputError("the contract cannot be read", in_order(problems))
    by_child = {PurePath(posixpath.join(folder.rpartition(":")[2], at)).name: one for at, one in found.items()}
    wanted = {name: one for name, one in by_child.items() if not names or name in names}
    if not wanted:
        of = f" of {' or '.join(names)}" if names else ""
        raise InputError(f"there is no contract{of} in {folder}: no folder there has a request.schema.json")
    return tuple(Published(name, *(source.data for source in one.sources)) for name, one in wanted.items())
