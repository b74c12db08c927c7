"""``contract diff``: whom a change of a contract breaks."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.options import NO_REMARKS_ASKED, Remarks
from aslsplit.cli.output import ExitCode, answer, is_colored, print_findings

__all__ = ["contract_diff"]


def contract_diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="A contract's folder, or a folder of several; REVISION:PATH of git.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it has become.")],
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """What two versions of a contract promise differently. Writes nothing.

    \b
    Examples:
      aslsplit contract diff contracts/payment contracts/payment
    """
    import sys

    from aslsplit.comparison import compare_files
    from aslsplit.render.difference_outline import outline_of
    from aslsplit.render.difference_text import difference_text

    found = compare_files(old, [new], None, reverse=False)
    answer(difference_text(outline_of(found.difference, found.contracts), color=is_colored(remarks.color, sys.stdout)))
    print_findings(found.findings, remarks)
    return ExitCode.OK
