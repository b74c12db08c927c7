"""``contract diff``: whom a change of a contract breaks."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.options import NO_REMARKS_ASKED, FindingsFormat, FindingsFormatOption, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings
from aslsplit.cli.sarif import findings_as_sarif, sarif_of_failures
from aslsplit.findings import has_errors

__all__ = ["contract_diff"]


def contract_diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="A contract's folder, or a folder of several; REVISION:PATH of git; a boundary map, for what it "
            "would write.",
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="NEW", help="What it has become; left out: OLD is a boundary map, against what lies on disk."
        ),
    ] = None,
    ignore: Annotated[
        str | None,
        typer.Option(
            "--ignore",
            metavar="FILE",
            help="What may be, with reasons; by default .aslsplit-contract-ignore.yaml beside NEW, or in it.",
        ),
    ] = None,
    format: FindingsFormatOption = FindingsFormat.TEXT,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """Whom a change of a contract breaks, and which version it should have. Writes nothing.

    A request must go on taking what it took, a result go on giving what it gave. Each change is a remark with a rule of
    its own: an error breaks callers, a warning may, a note (-v) does not. Told are too which side to deploy first, and
    the version that the new contract should have.

    Exit codes: 0 nobody is broken; 1 somebody is; 2 wrong use or unreadable input.

    \b
    Examples:
      aslsplit contract diff boundaries.yaml
      aslsplit contract diff boundaries.yaml boundaries.yaml --format markdown
    """
    import json

    from aslsplit.operations.contract_comparison import compare_named
    from aslsplit.render.contract_change import contract_change_data, contract_change_markdown, contract_change_text

    with sarif_of_failures(format, new or old):
        found = compare_named(old, new, ignore)
    match format:
        case FindingsFormat.TEXT:
            answer(contract_change_text(found.changes), remarks.color)
            print_findings(found.findings, remarks)
        case FindingsFormat.JSON:
            answer(json.dumps(contract_change_data(found.changes, found.findings), indent=2, ensure_ascii=False) + "\n")
        case FindingsFormat.MARKDOWN:
            answer(contract_change_markdown(found.changes, found.findings))
        case FindingsFormat.SARIF:
            findings_as_sarif(found.findings, found.home)
    return ExitCode.FINDINGS if has_errors(found.findings) else ExitCode.OK
