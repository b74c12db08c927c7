"""``diff``: what two versions differ in."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.options import Color, ColorOption, Format, FormatOption, QuietOption, Remarks, VerboseOption
from aslsplit.cli.output import ExitCode, answer, is_colored, print_findings

__all__ = ["diff"]


def diff(
    old: Annotated[
        str,
        typer.Argument(metavar="OLD", help="A file or folder; REVISION:PATH as git show has it; - reads from stdin."),
    ],
    new: Annotated[
        list[str],
        typer.Argument(metavar="NEW...", help="What it has become; of several files the first goes on for OLD."),
    ],
    resource: Annotated[
        str | None, typer.Option("--resource", metavar="NAME", help="Of templates, compare only this state machine.")
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", "-R", help="Swap the two sides.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if there is a difference.")] = False,
    format: FormatOption = Format.TEXT,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """What changed, told by states and not by lines. Writes nothing.

    States moved (also into another file), renamed, changed, added and removed; transitions, access paths, contracts.

    \b
    aslsplit diff order.asl.json parent.asl.json children/*.asl.json
    aslsplit diff HEAD:flows/order.asl.json flows/order.asl.json
    aslsplit diff main:flows flows --format markdown
    aslsplit diff HEAD:contracts/payment contracts/payment --exit-code
    """
    import json
    import sys

    from aslsplit.operations.comparison import compare_files
    from aslsplit.render.difference_data import difference_data
    from aslsplit.render.difference_outline import outline_of
    from aslsplit.render.difference_page import difference_page
    from aslsplit.render.difference_text import difference_text

    found = compare_files(old, new, resource, reverse=reverse)
    match format:
        case Format.TEXT:
            outline = outline_of(found.difference, found.contracts)
            answer(difference_text(outline, color=is_colored(color, sys.stdout)))
            print_findings(found.findings, Remarks(quiet, verbose, color))
        case Format.JSON:
            data = difference_data(found.difference, found.contracts, found.findings)
            answer(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        case Format.MARKDOWN:
            answer(difference_page(outline_of(found.difference, found.contracts), found.findings))
    return ExitCode.FINDINGS if exit_code and not found.empty else ExitCode.OK
