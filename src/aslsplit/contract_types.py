"""``contract types``: from a boundary map, or from contracts as they lie in a folder, to types in a language."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from typing import Literal, assert_never

from aslsplit.asl.source import Json, read_source
from aslsplit.errors import BoundaryError, InputError
from aslsplit.findings import Finding, has_errors
from aslsplit.pipeline import plan_of
from aslsplit.project import Project
from aslsplit.render.contract_types.declared import declarations
from aslsplit.render.contract_types.python import python
from aslsplit.render.contract_types.typescript import typescript
from aslsplit.rewrite.extract import extract
from aslsplit.tree import published_contracts
from aslsplit.verify.published import Published
from aslsplit.workspace import files_below

__all__ = ["Language", "contracts_below", "planned_contracts", "types_text"]

Language = Literal["typescript", "python"]

_PARTS = ("request", "response", "errors")
_FILES = tuple(f"{part}.schema.json" for part in _PARTS)


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
    """The contracts in a folder, or in the folders in it, by the names of their folders.

    Raises InputError, with its findings, when one of the schemas cannot be read or none is there.
    """
    found: dict[str, dict[str, Json]] = {}
    problems: list[Finding] = []
    for name, raw in files_below(folder):
        place, file = posixpath.split(name)
        part = file.removesuffix(".schema.json")
        child = posixpath.basename(posixpath.abspath(place))
        if file not in _FILES or (names and child not in names):
            continue
        source, remarks = read_source(name, raw, "json")
        problems += remarks
        if source is not None:
            found.setdefault(place, {"child": child})[part] = source.data
    if has_errors(problems):
        raise InputError("the contract cannot be read", tuple(problems))
    whole = tuple(_whole(found))
    if not whole:
        of = f" of {' or '.join(names)}" if names else ""
        raise InputError(f"there is no contract{of} in {folder}, that is {', '.join(_FILES)} side by side")
    return whole


def _whole(found: dict[str, dict[str, Json]]) -> Iterator[Published]:
    for place, parts in found.items():
        missing = [part for part in _PARTS if part not in parts]
        if missing:
            raise InputError(f"{place} lacks {', '.join(f'{part}.schema.json' for part in missing)}")
        yield Published(parts["child"], *(parts[part] for part in _PARTS))
