"""``verify``: the proofs on what lies on disk; ``replay``: one case in which they failed, once more."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.options import NO_REMARKS_ASKED, FindingsFormat, FindingsFormatOption, MapArgument, Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings, say, text_width
from aslsplit.cli.progress import shown_progress
from aslsplit.cli.sarif import findings_as_sarif, sarif_of_failures
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
    format: FindingsFormatOption = FindingsFormat.TEXT,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """The proofs on what lies on disk, and what they cover. A case in which they fail is saved next to the map.

    Where extract proves what it is about to write, this proves what people have committed: parent and children against
    the monolith, and each child against its published contract. It tells which states, transitions, catchers and exits
    the scenarios reached, and whether each field of a contract was needed by one of them.

    Exit codes: 0 every proof holds; 1 one fails; 2 wrong use or unreadable input.

    \b
    Examples:
      aslsplit verify boundaries.yaml
      aslsplit verify boundaries.yaml --cases 1000 --seed 7
      aslsplit verify boundaries.yaml --examples order.json
    """
    import json

    from aslsplit.operations.pipeline import load_project, plan_of
    from aslsplit.operations.verification import read_examples, verification
    from aslsplit.project.counterexample import saved
    from aslsplit.render.findings_text import findings_markdown
    from aslsplit.render.traces import traces_text
    from aslsplit.render.verification_text import verification_data, verification_text

    with sarif_of_failures(format, map):
        project = load_project(map)
        recorded = read_examples(examples) if examples else ()
        with shown_progress(remarks) as progress:
            found = verification(
                project, plan_of(project), cases=cases, seed=seed, examples=recorded, progress=progress
            )
    case = found.counterexample
    text = verification_text(found, width=text_width()) + ("" if case is None else "\n" + traces_text(case))
    match format:
        case FindingsFormat.TEXT:
            answer(text, remarks.color)
        case FindingsFormat.JSON:
            answer(json.dumps(verification_data(found), indent=2, ensure_ascii=False) + "\n")
        case FindingsFormat.MARKDOWN:
            answer(f"```text\n{text}```\n\n{findings_markdown(found.findings)}".rstrip() + "\n")
        case FindingsFormat.SARIF:
            findings_as_sarif(found.findings, map)
    print_findings(found.findings, remarks)
    if case is not None:
        name = printable(saved(project, case))
        if not remarks.quiet:
            say(f"saved {name}; aslsplit replay {name} runs it again\n")
    return ExitCode.FINDINGS if has_errors(found.findings) else ExitCode.OK


def replay(
    case: Annotated[str, typer.Argument(metavar="CASE", help="A counterexample as verify or extract saved it.")],
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """Run a saved counterexample again, up to where both ways part.

    Monolith and parent with children run side by side from the same input, with the same results of their tasks. Shown
    are the last states before they differ, and the first after.

    Exit codes: 0 they do the same now; 1 they still part; 2 the case cannot be read.

    \b
    Examples:
      aslsplit replay counterexample.json
    """
    from aslsplit.project.counterexample import read_counterexample
    from aslsplit.render.traces import traces_text

    again = read_counterexample(case).again()
    if again is None:
        answer("monolith and parent with children do the same\n")
        return ExitCode.OK
    answer(f"{again.mismatch.what}\n\n{traces_text(again)}", remarks.color)
    return ExitCode.FINDINGS
