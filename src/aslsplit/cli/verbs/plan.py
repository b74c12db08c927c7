"""``plan``: the dry run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aslsplit.cli.options import (
    ChildrenOption,
    Color,
    ColorOption,
    Format,
    FormatOption,
    MapArgument,
    QuietOption,
    Remarks,
    VerboseOption,
)
from aslsplit.cli.output import ExitCode, answer, print_findings
from aslsplit.cli.selection import chosen
from aslsplit.findings import has_errors

if TYPE_CHECKING:
    from aslsplit.plan.plan import Plan

__all__ = ["plan"]


def plan(
    map: MapArgument,
    child: ChildrenOption = None,
    why: Annotated[
        str | None,
        typer.Option("--why", metavar="FIELD", help="Explain one field, such as payment.request.order.currency."),
    ] = None,
    format: FormatOption = Format.TEXT,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The dry run: regions, contracts, costs and findings. Writes nothing."""
    import json
    from dataclasses import replace

    from aslsplit.pipeline import dry_run, load_project, plan_of
    from aslsplit.render.plan_data import plan_data, plan_markdown
    from aslsplit.render.plan_text import plan_text

    remarks = Remarks(quiet, verbose, color)
    project = load_project(map)
    made = plan_of(project)
    names = chosen(project, child) or tuple(boundary.name for boundary in project.boundaries.children)
    if why is not None:
        return _explain_field(made, why, remarks)
    findings = dry_run(project, made, names)
    children = [planned for planned in made.children if planned.boundary.name in names]
    refused = [name for name in names if made.child(name) is None]
    extracted = tuple(project.lock.children)
    match format:
        case Format.TEXT:
            answer(plan_text(made, children, refused, extracted))
        case Format.JSON:
            data = plan_data(made, children, refused, extracted, findings)
            answer(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        case Format.MARKDOWN:
            answer(plan_markdown(made, children, refused, extracted, findings))
    if format is Format.TEXT:
        # The dry run is where notes are read, so they are printed without being asked for.
        print_findings(findings, replace(remarks, verbose=True))
    return ExitCode.FINDINGS if has_errors(findings) else ExitCode.OK


def _explain_field(made: Plan, field: str, remarks: Remarks) -> int:
    from aslsplit.render.why import explain_field

    text, findings = explain_field(made, field)
    if text is not None:
        answer(text)
    print_findings(findings, remarks)
    return ExitCode.FINDINGS if has_errors(findings) else ExitCode.OK
