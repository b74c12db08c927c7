"""``contract types``: a contract as types of a programming language."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from aslsplit.cli.options import NO_REMARKS_ASKED, ChildrenOption, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings
from aslsplit.findings import Finding, has_errors

__all__ = ["contract_types"]


class _Language(StrEnum):
    TYPESCRIPT = "typescript"
    PYTHON = "python"


def contract_types(
    map: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A boundary map, or a folder with contracts; REVISION:PATH of git.")
    ],
    child: ChildrenOption = None,
    language: Annotated[_Language, typer.Option("--language", help="What to write them in.")] = _Language.TYPESCRIPT,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Write them to this file.")
    ] = None,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """Types for whoever calls a child or works in one: its input, its output, how it fails. Writes only -o.

    Of a boundary map they are those of the contracts that extract writes; of a folder, those that lie there. A value
    that the contract leaves open is of any type.

    Exit codes: 0 done; 1 a child of the map is refused; 2 wrong use or unreadable input.

    \b
    Examples:
      aslsplit contract types boundaries.yaml
      aslsplit contract types boundaries.yaml --child payment --language python
      aslsplit contract types boundaries.yaml -o contracts.ts
    """
    from pathlib import Path

    from aslsplit.disk.workspace import write_named
    from aslsplit.operations.contract_types import contracts_below, planned_contracts, types_text
    from aslsplit.operations.selection import chosen
    from aslsplit.project.load import load_project

    findings: tuple[Finding, ...] = ()
    if Path(map).is_dir() or (":" in map and not Path(map).exists()):
        contracts = contracts_below(map, tuple(child or ()))
    else:
        project = load_project(map)
        contracts, findings = planned_contracts(project, chosen(project, child))
    text = types_text(contracts, language.value)
    if output is None:
        answer(text)
    else:
        write_named(output, text)
    print_findings(findings, remarks)
    return ExitCode.FINDINGS if has_errors(findings) else ExitCode.OK
