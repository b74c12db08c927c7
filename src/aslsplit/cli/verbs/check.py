"""``check``: do parent and children still fit, as people have edited them?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from aslsplit.cli.options import Color, ColorOption, QuietOption, Remarks, VerboseOption
from aslsplit.cli.output import ExitCode, answer, print_findings
from aslsplit.errors import BoundaryError
from aslsplit.findings import has_errors

__all__ = ["check"]


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"


def check(
    map: Annotated[
        str | None, typer.Argument(metavar="MAP", help="The boundary map, a YAML file; - reads it from stdin.")
    ] = None,
    parent: Annotated[
        str | None,
        typer.Option("--parent", metavar="FILE", help="A parent that aslsplit did not make, with --child; no map."),
    ] = None,
    child: Annotated[
        list[str] | None,
        typer.Option(
            "--child",
            metavar="ARN=FILE",
            help="A child of it: the ARN in the call, or the beginning of it, and its definition; may be repeated.",
        ),
    ] = None,
    format: Annotated[_Format, typer.Option("--format", help="How to print what was asked for.")] = _Format.TEXT,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Do parent, children and contracts still fit? Writes nothing.

    For files that people have edited. Nothing is compared with the monolith and nothing is run; verify does that.

    Examples:

    \b
    aslsplit check boundaries.yaml
    aslsplit check boundaries.yaml --format sarif > check.sarif
    aslsplit check --parent order.asl.json --child '${PayArn}=pay.asl.json'
    """
    import json

    from aslsplit.operations.checking import check_tree
    from aslsplit.operations.pair_checking import check_pair
    from aslsplit.render.check_text import check_data, check_markdown, check_text
    from aslsplit.render.sarif import remark_of_finding, sarif

    if map is not None and parent is None and not child:
        found = check_tree(map)
    elif map is None and parent is not None and child:
        found = check_pair(parent, child)
    else:
        raise BoundaryError("check takes a boundary map, or else --parent FILE and --child ARN=FILE")
    match format:
        case _Format.TEXT:
            answer(check_text(found))
            print_findings(found.findings, Remarks(quiet, verbose, color))
        case _Format.JSON:
            answer(json.dumps(check_data(found), indent=2, ensure_ascii=False) + "\n")
        case _Format.MARKDOWN:
            answer(check_markdown(found))
        case _Format.SARIF:
            remarks = [remark_of_finding(finding) for finding in found.findings]
            answer(json.dumps(sarif(remarks), indent=2, ensure_ascii=False) + "\n")
    return ExitCode.FINDINGS if has_errors(found.findings) else ExitCode.OK
