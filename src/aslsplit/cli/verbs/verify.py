"""``verify``: the proofs on what lies on disk; ``replay``: one case in which they failed, once more."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.options import (
    Color,
    ColorOption,
    Format,
    FormatOption,
    MapArgument,
    QuietOption,
    Remarks,
    VerboseOption,
)
from aslsplit.cli.output import ExitCode, answer, print_findings, say
from aslsplit.cli.progress import shown_progress
from aslsplit.findings import has_errors, printable

__all__ = ["replay", "verify"]


def verify(
    map: MapArgument,
    cases: Annotated[int, typer.Option("--cases", min=0, help="How many scenarios to run for the third proof.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Where the random parts of the scenarios come from.")] = 0,
    examples: Annotated[
        str | None,
        typer.Option(
            "--examples", metavar="FILE", help="Recorded inputs, or a saved counterexample, to run as well; JSON."
        ),
    ] = None,
    format: FormatOption = Format.TEXT,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The proofs on what lies on disk, and what they cover. A case in which they fail is saved next to the map."""
    import json

    from aslsplit.counterexample import saved
    from aslsplit.pipeline import load_project, plan_of
    from aslsplit.render.traces import traces_text
    from aslsplit.render.verification_text import verification_data, verification_text
    from aslsplit.verification import read_examples, verification

    remarks = Remarks(quiet, verbose, color)
    project = load_project(map)
    recorded = read_examples(examples) if examples else ()
    with shown_progress(remarks) as progress:
        found = verification(project, plan_of(project), cases=cases, seed=seed, examples=recorded, progress=progress)
    case = found.counterexample
    if format is Format.TEXT:
        answer(verification_text(found) + ("" if case is None else "\n" + traces_text(case)))
    else:
        answer(json.dumps(verification_data(found), indent=2, ensure_ascii=False) + "\n")
    print_findings(found.findings, remarks)
    if case is not None:
        name = printable(saved(project, case))
        if not quiet:
            say(f"saved {name}; aslsplit replay {name} runs it again\n")
    return ExitCode.FINDINGS if has_errors(found.findings) else ExitCode.OK


def replay(
    case: Annotated[str, typer.Argument(metavar="CASE", help="A counterexample as verify or extract saved it.")],
    color: ColorOption = Color.AUTO,
) -> int:
    """Run a saved counterexample again, up to where the two ways part."""
    from aslsplit.counterexample import read_counterexample
    from aslsplit.render.traces import traces_text

    again = read_counterexample(case).again()
    if again is None:
        answer("monolith and parent with children do the same\n")
        return ExitCode.OK
    answer(f"{again.mismatch.what}\n\n{traces_text(again)}")
    return ExitCode.FINDINGS
