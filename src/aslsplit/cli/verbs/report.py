"""``report``: what a reviewer needs, in one piece."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from aslsplit.cli.options import NO_REMARKS_ASKED, ChildrenOption, MapArgument, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings, say
from aslsplit.cli.progress import shown_progress
from aslsplit.findings import has_errors, printable
from aslsplit.operations.selection import chosen

__all__ = ["report"]


class _Format(StrEnum):
    MARKDOWN = "markdown"
    HTML = "html"


def report(
    map: MapArgument,
    child: ChildrenOption = None,
    format: Annotated[
        _Format, typer.Option("--format", help="Markdown for a pull request, or a page.")
    ] = _Format.MARKDOWN,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write this file instead of printing.")
    ] = None,
    cases: Annotated[int, typer.Option("--cases", min=0, help="How many scenarios to run for the third proof.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Where the random parts of the scenarios come from.")] = 0,
    examples: Annotated[
        str | None, typer.Option("--examples", metavar="FILE", help="Recorded inputs to run and measure as well; JSON.")
    ] = None,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """What a reviewer needs, in one piece. Before an extraction or after it.

    Before an extraction it shows what would be written, after it what lies on disk; the proofs are made either way.

    Exit codes: 0 done; 1 errors among the findings, or a proof that fails; 2 wrong use or unreadable input.

    \b
    Examples:
      aslsplit report boundaries.yaml > comment.md
      aslsplit report boundaries.yaml --format html -o review.html
    """
    from aslsplit.disk.workspace import write_named
    from aslsplit.operations.pipeline import load_project
    from aslsplit.operations.reporting import report_of
    from aslsplit.operations.verification import read_examples

    project = load_project(map)
    names = chosen(project, child) or project.boundaries.names
    recorded = read_examples(examples) if examples else ()
    with shown_progress(remarks) as progress:
        found = report_of(project, names, cases=cases, seed=seed, examples=recorded, progress=progress)
    if format is _Format.HTML:
        from aslsplit.render.report.page import report_page

        text = report_page(found)
    else:
        from aslsplit.render.report.markdown import report_markdown

        text = report_markdown(found)
    if output is None:
        answer(text)
    else:
        write_named(output, text)
        if not remarks.quiet:
            say(f"wrote {printable(output)}\n")
    print_findings(found.findings, remarks)
    return ExitCode.FINDINGS if has_errors(found.findings) else ExitCode.OK
