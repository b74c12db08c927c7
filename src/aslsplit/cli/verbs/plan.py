"""``plan``: the dry run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aslsplit.cli.options import (
    NO_REMARKS_ASKED,
    ChildrenOption,
    FindingsFormat,
    FindingsFormatOption,
    MapArgument,
    Remarks,
)
from aslsplit.cli.output import ExitCode, answer, print_findings, text_width
from aslsplit.cli.sarif import findings_as_sarif, sarif_of_failures
from aslsplit.findings import has_errors
from aslsplit.operations.selection import chosen

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
    format: FindingsFormatOption = FindingsFormat.TEXT,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """The dry run: regions, contracts, costs and findings. Writes nothing.

    For each child: the states that move, what the request carries, where control returns to and with what, how errors
    travel, and what a call costs. The findings below it are those that extract would have. --why tells where a field of
    a contract comes from: who reads it, and who wrote it.

    Exit codes: 0 all can be extracted; 1 something is refused; 2 the map or the definition cannot be read.

    \b
    Examples:
      aslsplit plan boundaries.yaml
      aslsplit plan boundaries.yaml --child payment
      aslsplit plan boundaries.yaml --why payment.request.amount
      aslsplit plan boundaries.yaml --format markdown
      aslsplit plan boundaries.yaml --format sarif
    """
    import json
    from dataclasses import replace

    from aslsplit.operations.pipeline import dry_run, load_project, plan_of
    from aslsplit.render.plan_data import plan_data, plan_markdown
    from aslsplit.render.plan_text import plan_text

    with sarif_of_failures(format, map):
        project = load_project(map)
        made = plan_of(project)
        names = chosen(project, child) or project.boundaries.names
        if why is not None:
            return _explain_field(made, why, remarks)
        findings = dry_run(project, made, names)
    children = [planned for planned in made.children if planned.boundary.name in names]
    refused = [name for name in names if made.child(name) is None]
    extracted = tuple(project.lock.children)
    match format:
        case FindingsFormat.TEXT:
            answer(plan_text(made, children, refused, extracted, width=text_width()), remarks.color)
        case FindingsFormat.JSON:
            data = plan_data(made, children, refused, extracted, findings)
            answer(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        case FindingsFormat.MARKDOWN:
            answer(plan_markdown(made, children, refused, extracted, findings))
        case FindingsFormat.SARIF:
            findings_as_sarif(findings, map)
    if format is FindingsFormat.TEXT:
        # The dry run is where notes are read, so they are printed without being asked for.
        print_findings(findings, replace(remarks, verbose=True))
    return ExitCode.FINDINGS if has_errors(findings) else ExitCode.OK


def _explain_field(made: Plan, field: str, remarks: Remarks) -> int:
    from aslsplit.render.why import explain_field

    text, findings = explain_field(made, field)
    if text is not None:
        answer(text, remarks.color)
    print_findings(findings, remarks)
    return ExitCode.FINDINGS if has_errors(findings) else ExitCode.OK
