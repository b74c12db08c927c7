"""``inspect``: the signs of sprawl."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from aslsplit.cli.completion import sign_names
from aslsplit.cli.options import NO_REMARKS_ASKED, FindingsFormat, FindingsFormatOption, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings, text_width
from aslsplit.cli.progress import shown_activity
from aslsplit.cli.sarif import answer_sarif, sarif_of_failures
from aslsplit.errors import BoundaryError

if TYPE_CHECKING:
    from aslsplit.findings import Finding
    from aslsplit.operations.inspection import Inspection
    from aslsplit.render.sarif import Remark

__all__ = ["inspect"]


def inspect(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Definitions to look at; - reads one from stdin.")
    ],
    beside: Annotated[
        str | None,
        typer.Option("--with", metavar="FOLDER", help="Look for copies and children in the definitions below it."),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Read the git log of each file: which states change together.")
    ] = False,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold",
            metavar="SIGN=NUMBER",
            help="Another threshold, such as many-domains=5.",
            autocompletion=sign_names,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", metavar="N", min=1, help="Processes to measure in; as many as pay, if not given."),
    ] = None,
    format: FindingsFormatOption = FindingsFormat.TEXT,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """The signs of workflow sprawl, measured. Writes nothing.

    Each sign is a figure beside a threshold; below the table come the places and one sentence of advice for each that
    is exceeded. An inspection is no failure: the exit code is 0 unless a file cannot be read, which is 2.

    \b
    Examples:
      aslsplit inspect order-processing.asl.json
      aslsplit inspect order-processing.asl.json --threshold many-domains=5
      aslsplit inspect order-processing.asl.json --with . --history
      aslsplit inspect order-processing.asl.json --format sarif
    """
    import json

    from aslsplit.operations.inspection import inspect_files
    from aslsplit.render.signs_data import inspection_data, signs_markdown
    from aslsplit.render.signs_text import signs_text

    with sarif_of_failures(format, files[0]), shown_activity(remarks, "measuring"):
        inspections, about_folder = inspect_files(files, beside, history, _thresholds(threshold or ()), jobs)
    match format:
        case FindingsFormat.TEXT:
            answer(
                "\n".join(signs_text(one.machine, one.signs, width=text_width()) for one in inspections), remarks.color
            )
        case FindingsFormat.JSON:
            machines = [(one.machine, one.signs, one.findings) for one in inspections]
            data = inspection_data(machines, about_folder)
            answer(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        case FindingsFormat.MARKDOWN:
            pages = [signs_markdown(one.machine, one.signs, one.findings) for one in inspections]
            answer("\n".join(pages))
        case FindingsFormat.SARIF:
            answer_sarif(_sarif_remarks(inspections, about_folder), files[0])
    if format in (FindingsFormat.TEXT, FindingsFormat.MARKDOWN):
        findings = [found for one in inspections for found in one.findings] if format is FindingsFormat.TEXT else []
        print_findings([*findings, *about_folder], remarks)
    return ExitCode.OK


def _thresholds(given: Sequence[str]) -> Mapping[str, int]:
    from difflib import get_close_matches

    from aslsplit.signs.measure import KINDS

    known = {name: kind.name for kind in KINDS for name in (kind.name, kind.code)}
    found: dict[str, int] = {}
    for text in given:
        name, equals, number = text.partition("=")
        if not equals or not number.isascii() or not number.isdigit() or len(number) > 9:
            raise BoundaryError(f'--threshold takes a sign and a whole number, such as many-domains=5, not "{text}"')
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise BoundaryError(
                f'there is no sign "{name}"; '
                + (f"the nearest is {near[0]}" if near else f"there are {', '.join(kind.name for kind in KINDS)}")
            )
        found[known[name]] = int(number)
    return found


def _sarif_remarks(inspections: Sequence[Inspection], about_folder: Sequence[Finding]) -> list[Remark]:
    from aslsplit.render.sarif import remark_of_finding, remark_of_sign

    remarks = [
        remark
        for one in inspections
        for remark in (*map(remark_of_sign, one.signs), *map(remark_of_finding, one.findings))
        if remark is not None
    ]
    return [*remarks, *map(remark_of_finding, about_folder)]
