"""``graph``: a state machine as a picture."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from aslsplit.cli.options import NO_REMARKS_ASKED, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings
from aslsplit.errors import BoundaryError
from aslsplit.findings import has_errors

__all__ = ["graph"]


class _Format(StrEnum):
    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


class _Direction(StrEnum):
    DOWN = "down"
    RIGHT = "right"


def graph(
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="The definition to draw; - reads it from stdin.")
    ] = None,
    map: Annotated[
        str | None,
        typer.Option("--map", metavar="MAP", help="Draw the monolith of this boundary map, its children in colour."),
    ] = None,
    resource: Annotated[
        str | None, typer.Option("--resource", metavar="NAME", help="Which state machine of a template.")
    ] = None,
    format: Annotated[_Format, typer.Option("--format", help="The language of the picture.")] = _Format.MERMAID,
    direction: Annotated[
        _Direction, typer.Option("--direction", help="Where control goes on, on paper.")
    ] = _Direction.DOWN,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """A machine as a picture: Mermaid, DOT or SVG. Writes nothing.

    Exit codes: 0 done; 1 the definition has errors, and is drawn as far as it goes; 2 wrong use or unreadable input.

    \b
    Examples:
      aslsplit graph order-processing.asl.json
      aslsplit graph order-processing.asl.json --format svg --direction right
      aslsplit graph --map boundaries.yaml --format svg
    """
    from aslsplit.operations.drawing import graph_of_file, graph_of_map

    if (file is None) == (map is None):
        raise BoundaryError("graph takes a definition, or a boundary map with --map; one of the two")
    if file is not None:
        text, findings = graph_of_file(file, format.value, direction.value, resource)
    else:
        text, findings = graph_of_map(map or "", format.value, direction.value)
    answer(text)
    print_findings(findings, remarks)
    return ExitCode.FINDINGS if has_errors(findings) else ExitCode.OK
