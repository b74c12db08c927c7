"""``propose``: where to cut."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.options import NO_REMARKS_ASKED, Format, FormatOption, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings, say, text_width
from aslsplit.cli.progress import shown_activity
from aslsplit.findings import has_errors

__all__ = ["propose"]


def propose(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The definition to split; - reads it from stdin.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the first split as a boundary map.")
    ] = None,
    resource: Annotated[
        str | None, typer.Option("--resource", metavar="NAME", help="Which state machine, if FILE is a template.")
    ] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", metavar="FILE", help="Weights, gates and links between states, in YAML.")
    ] = None,
    map: Annotated[
        str | None, typer.Option("--map", metavar="MAP", help="Go on from this boundary map; its children stay.")
    ] = None,
    history: Annotated[
        bool,
        typer.Option("--history", help="Read the git log of the file: what changes together belongs together."),
    ] = False,
    format: FormatOption = Format.TEXT,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """Where to cut: several ways, with reasons and costs. Writes only -o.

    Every region that could leave is weighed: what its states share against what a child costs. Several sets of children
    stand side by side, doing nothing among them. -o writes the first as a boundary map that plan takes as it is.

    Exit codes: 0 done; 1 the map that is gone on from has errors; 2 wrong use or unreadable input.

    \b
    Examples:
      aslsplit propose order-processing.asl.json
      aslsplit propose order-processing.asl.json -o proposed.yaml
      aslsplit propose order-processing.asl.json --map boundaries.yaml
    """
    import json

    from aslsplit.operations.proposal import make_proposal, write_map
    from aslsplit.render.proposal_data import proposal_data, proposal_markdown
    from aslsplit.render.proposal_text import proposal_text

    with shown_activity(remarks, "weighing regions"):
        proposal = make_proposal(file, resource, weights, map, output, history)
    if output is not None:
        write_map(proposal, output, map)
    match format:
        case Format.TEXT:
            answer(proposal_text(proposal, width=text_width()), remarks.color)
        case Format.JSON:
            answer(json.dumps(proposal_data(proposal), indent=2, ensure_ascii=False) + "\n")
        case Format.MARKDOWN:
            answer(proposal_markdown(proposal))
    if format is Format.TEXT:
        print_findings(proposal.findings, remarks)
    if output is not None and proposal.best_split is None:
        say("aslsplit: no region is worth a child, so no boundary map was written\n")
    return ExitCode.FINDINGS if has_errors(proposal.findings) else ExitCode.OK
