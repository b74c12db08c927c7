"""``wire``: what deploys parent and children."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.delivery import deliver
from aslsplit.cli.options import NO_REMARKS_ASKED, DiffOption, MapArgument, Remarks
from aslsplit.wiring.target import Target

__all__ = ["wire"]


def wire(
    map: MapArgument,
    target: Annotated[Target, typer.Option("--target", help="What to write it in.")],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="The folder for new files, inside that of MAP.",
            show_default="wiring",
        ),
    ] = None,
    templates: Annotated[
        str | None,
        typer.Option("--templates", metavar="FOLDER", help="Your own templates; they stand in for ours by name."),
    ] = None,
    diff: DiffOption = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if the files are not what would be written.")
    ] = False,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """Write what deploys parent and children.

    For each child that was extracted: its state machine, a version that is published, an alias with gradual deployment
    and alarms, a log group, tracing, and a role. For the parent: the aliases of its children, and the right to call
    them. Children come first, so that nothing waits in a circle.

    Where a template deploys the parent already, the children are added to it, and all that is there stays as it is.

    \b
    Examples:
      aslsplit wire boundaries.yaml --target sam
      aslsplit wire boundaries.yaml --target sam --diff
      aslsplit wire boundaries.yaml --target cloudformation -o deploy
      aslsplit wire boundaries.yaml --target terraform
      aslsplit wire boundaries.yaml --target cdk -o deploy/cdk
    """
    from aslsplit.wiring.wire import wire as wired_by

    wired = wired_by(map, target, output, templates)
    return deliver(wired.workspace, wired.artifacts, wired.findings, remarks, verb="wire", diff=diff, check=check)
