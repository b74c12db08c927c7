"""``extract`` and its inverse ``inline``: what changes the tree."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from aslsplit.cli.completion import children_of_map
from aslsplit.cli.delivery import deliver
from aslsplit.cli.options import NO_REMARKS_ASKED, ChildrenOption, DiffOption, MapArgument, Remarks
from aslsplit.cli.output import ExitCode, say
from aslsplit.cli.progress import shown_progress
from aslsplit.errors import BoundaryError, OutputError
from aslsplit.findings import printable
from aslsplit.operations.selection import chosen

if TYPE_CHECKING:
    from aslsplit.operations.pipeline import Outcome
    from aslsplit.project.load import Project

__all__ = ["extract", "inline"]


def extract(
    map: MapArgument,
    child: ChildrenOption = None,
    all: Annotated[bool, typer.Option("--all", help="Every child of the map.")] = False,
    diff: DiffOption = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if the tree is not what would be written.")
    ] = False,
    cases: Annotated[
        int | None,
        typer.Option("--cases", min=0, help="How many scenarios to run for the third proof.", show_default="100"),
    ] = None,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """Plan, rewrite, prove, write: all or nothing.

    The chosen children become state machines of their own, with a contract each, and the parent calls them. Nothing is
    written unless three independent proofs hold. What was extracted before stays as it is, and running the same command
    again changes nothing.

    --check is for CI: without --child and --all it is about the children that were extracted so far.

    Exit codes: 0 done, or nothing to do; 1 findings, or with --check a tree that is not what would be written; 2 wrong
    use or unreadable input; 3 a bug of aslsplit, and nothing was written.

    \b
    Examples:
      aslsplit extract boundaries.yaml --child inventory
      aslsplit extract boundaries.yaml --child inventory --diff
      aslsplit extract boundaries.yaml --all --check
      aslsplit extract boundaries.yaml --check
    """
    from aslsplit.operations.pipeline import extraction_outcome, load_project, plan_of

    project = load_project(map)
    picked = chosen(project, child)
    if all and picked:
        raise BoundaryError("--all already includes every --child; give one or the other")
    if check and not all and not picked:
        picked = tuple(project.lock.children)
        if not picked:
            say("nothing was extracted so far\n")
            return ExitCode.OK
    elif not all and not picked:
        known = ", ".join(project.boundaries.names)
        raise BoundaryError(f"name the children to extract with --child, or all with --all; the map has {known}")
    names = picked or project.boundaries.names
    with _saving_counterexample(project), shown_progress(remarks) as progress:
        outcome = extraction_outcome(project, plan_of(project), names, cases=cases, progress=progress)
    return _deliver(outcome, remarks, diff=diff, check=check)


def inline(
    map: MapArgument,
    child: Annotated[
        str, typer.Option("--child", metavar="NAME", help="The child to put back.", autocompletion=children_of_map)
    ],
    diff: DiffOption = False,
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """Put an extracted child back: the inverse of extract.

    The parent gets its states back where they were, and the files of the child go. Changes that people made to the
    moved states come along. Proved before it is written, as extract is.

    \b
    Examples:
      aslsplit inline boundaries.yaml --child inventory --diff
      aslsplit inline boundaries.yaml --child inventory
    """
    from aslsplit.operations.pipeline import inline_outcome, load_project, plan_of

    project = load_project(map)
    (name,) = chosen(project, [child])
    with _saving_counterexample(project), shown_progress(remarks) as progress:
        outcome = inline_outcome(project, plan_of(project), name, progress=progress)
    return _deliver(outcome, remarks, diff=diff, check=False)


def _deliver(outcome: Outcome, remarks: Remarks, *, diff: bool, check: bool) -> int:
    workspace = outcome.project.workspace
    return deliver(workspace, outcome.artifacts, outcome.findings, remarks, verb="extract", diff=diff, check=check)


@contextlib.contextmanager
def _saving_counterexample(project: Project) -> Iterator[None]:
    """Where the third proof fails, the smallest case in which it does is kept for the report of the bug."""
    from aslsplit.operations.pipeline import ExecutionProofError

    try:
        yield
    except ExecutionProofError as error:
        from aslsplit.project.counterexample import saved
        from aslsplit.render.traces import traces_text

        say(traces_text(error.counterexample) + "\n")
        # The proof that failed is told in any case.
        with contextlib.suppress(OutputError):
            say(f"aslsplit: saved {printable(saved(project, error.counterexample))}\n")
        raise
