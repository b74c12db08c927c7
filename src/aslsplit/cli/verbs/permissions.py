"""``permissions``: what the roles must be allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aslsplit.cli.completion import children_of_map
from aslsplit.cli.options import NO_REMARKS_ASKED, Format, FormatOption, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings, text_width
from aslsplit.errors import BoundaryError
from aslsplit.findings import has_errors
from aslsplit.operations.selection import chosen

if TYPE_CHECKING:
    from aslsplit.operations.authorisation import Authorised

__all__ = ["permissions"]


def permissions(
    map: Annotated[
        str | None, typer.Argument(metavar="[MAP]", help="The boundary map, a YAML file; - reads it from stdin.")
    ] = None,
    child: Annotated[
        list[str] | None,
        typer.Option("--child", metavar="NAME", help="This child; may be repeated.", autocompletion=children_of_map),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="Of one definition, without a boundary map.")
    ] = None,
    resource: Annotated[
        str | None, typer.Option("--resource", metavar="NAME", help="With --file: which state machine of a template.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="With --file: what its state machine is called.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="NAME", help="Where the machines are, instead of ${AWS::Region}.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Whose they are, instead of ${AWS::AccountId}.")
    ] = None,
    format: FormatOption = Format.TEXT,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """What the roles of parent and children must be allowed.

    Derived from the states: functions, integrations with their rules of EventBridge, distributed Maps, child machines.
    What the definitions do not tell is a finding; no statement allows everything for lack of knowledge. JSON has policy
    documents. Writes nothing.

    Exit codes: 0 done; 1 something is refused; 2 wrong use or unreadable input.

    \b
    Examples:
      aslsplit permissions boundaries.yaml
      aslsplit permissions boundaries.yaml --child payment --format json
      aslsplit permissions boundaries.yaml --region eu-west-1
      aslsplit permissions --file order-processing.asl.json
    """
    from aslsplit.operations.authorisation import authorised_file, authorised_split
    from aslsplit.operations.pipeline import load_project

    if (map is None) == (file is None):
        raise BoundaryError("permissions takes a boundary map, or a definition with --file; one of the two")
    if file is not None:
        if child:
            raise BoundaryError("--child goes with a boundary map")
        return _answer(authorised_file(file, resource, name).located(region, account), format, remarks)
    if resource is not None or name is not None:
        raise BoundaryError("--resource and --name go with --file")
    project = load_project(map or "")
    names = chosen(project, child) or tuple(boundary.name for boundary in project.boundaries.children)
    return _answer(authorised_split(project, names).located(region, account), format, remarks)


def _answer(found: Authorised, format: Format, remarks: Remarks) -> int:
    import json

    from aslsplit.render.permissions import permissions_data, permissions_markdown, permissions_text

    match format:
        case Format.TEXT:
            answer(permissions_text(found.roles, found.refused, width=text_width()), remarks.color)
            print_findings(found.findings, remarks)
        case Format.JSON:
            data = permissions_data(found.roles, found.refused, found.findings)
            answer(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        case Format.MARKDOWN:
            answer(permissions_markdown(found.roles, found.refused, found.findings))
    return ExitCode.FINDINGS if has_errors(found.findings) else ExitCode.OK
