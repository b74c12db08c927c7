"""``contract fixtures``: requests of a child with what it does about them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from aslsplit.cli.options import NO_REMARKS_ASKED, ChildrenOption, MapArgument, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings
from aslsplit.cli.progress import shown_progress
from aslsplit.findings import has_errors

__all__ = ["contract_fixtures"]


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def contract_fixtures(
    map: MapArgument,
    child: ChildrenOption = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Write nothing; play the fixtures on disk and tell which fail.")
    ] = False,
    cases: Annotated[int, typer.Option("--cases", min=1, help="How many scenarios to make them from.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Where the random parts of the scenarios come from.")] = 0,
    format: Annotated[_Format, typer.Option("--format", help="How to print what was done.")] = _Format.TEXT,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """Fixtures of a child: a request, what the world answers, and what the child then does. Writes them as JSON.

    There is one for the happy path, each exit, each optional field that is missing, fields that nobody knows, each way
    to spoil the request, each business failure, a timeout and a retry. They lie in the folder of the contract, and a
    team can play them against its child without the parent. A file loses its made_by to be kept as it is.

    Exit codes: 0 done; 1 a child is refused, or a fixture fails under --replay; 2 wrong use or unreadable input.

    \b
    Examples:
      aslsplit contract fixtures boundaries.yaml
      aslsplit contract fixtures boundaries.yaml --child payment --cases 1000
      aslsplit contract fixtures boundaries.yaml --replay
    """
    import json

    from aslsplit.operations.contract_fixtures import make_fixtures, play_fixtures
    from aslsplit.operations.selection import chosen
    from aslsplit.project.load import load_project
    from aslsplit.render.fixtures_text import fixtures_data, fixtures_text, played_data, played_text
    from aslsplit.verify.progress import unseen

    project = load_project(map)
    names = chosen(project, child)
    if replay:
        played, findings = play_fixtures(project, names)
        data, text = played_data(played), played_text(played)
    else:
        with shown_progress(remarks) as progress:
            made = make_fixtures(project, names, cases=cases, seed=seed, progress=progress or unseen)
        project.workspace.write(project.workspace.differing(made.artifacts))
        data, text = fixtures_data(made.rows), fixtures_text(made.rows, project.workspace.shown)
        findings = made.findings
    answer(json.dumps(data, indent=2, ensure_ascii=False) + "\n" if format is _Format.JSON else text, remarks.color)
    print_findings(findings, remarks)
    return ExitCode.FINDINGS if has_errors(findings) else ExitCode.OK
