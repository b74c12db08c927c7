"""The command line: arguments into calls, results into text and an exit code. The only place that prints or exits.

What was asked for goes to stdout, remarks about it to stderr. Exit codes: 0 done or nothing to do; 1 findings, a
difference under ``--check``; 2 wrong use or unreadable input; 3 a bug of aslsplit.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from aslsplit import __version__
from aslsplit.errors import AslSplitError, BoundaryError, ProofError
from aslsplit.findings import RULES, Finding, Severity, finding, has_errors

if TYPE_CHECKING:
    from aslsplit.pipeline import Outcome
    from aslsplit.plan.plan import Plan
    from aslsplit.project import Project

__all__ = ["app", "main"]

app = typer.Typer(
    name="aslsplit",
    help="Split a monolithic AWS Step Functions state machine into a parent and children, and prove that nothing changed.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


_OK, _FINDINGS, _USAGE, _BUG = 0, 1, 2, 3

MapArgument = Annotated[
    str, typer.Argument(metavar="MAP", help="The boundary map, a YAML file; - reads it from stdin.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print what was asked for.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print no remarks but errors.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print notes too, and the trace of a bug.")]
ColorOption = Annotated[Color, typer.Option("--color", help="Colour the remarks; NO_COLOR is respected.")]
ChildrenOption = Annotated[
    list[str] | None, typer.Option("--child", metavar="NAME", help="This child; may be repeated.")
]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing is raised but for what the interpreter itself raises."""
    import click

    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = app(args=arguments, prog_name="aslsplit", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as wrong:
        wrong.show(file=sys.stderr)
        code = _USAGE
    except click.Abort:
        code = _USAGE
    except AslSplitError as error:
        code = _failed(error)
    except BrokenPipeError:
        # The reader has seen enough; keep the interpreter from complaining when it flushes.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        code = _OK
    except Exception as error:
        code = _bug(error, verbose="-v" in arguments or "--verbose" in arguments)
    return code if isinstance(code, int) else _OK


def _failed(error: AslSplitError) -> int:
    _print_findings(error.findings, verbose=True, quiet=False, color=Color.AUTO)
    print(f"aslsplit: {error.message}", file=sys.stderr)
    if isinstance(error, ProofError):
        print("aslsplit: this is a bug of aslsplit; nothing was written", file=sys.stderr)
    return error.exit_code


def _bug(error: Exception, *, verbose: bool) -> int:
    if verbose:
        traceback.print_exc()
    what = f"{type(error).__name__}: {error}"
    remark = finding("ASL901", what[:500], help="please report it; -v prints the trace; nothing was written")
    _print_findings((remark,), verbose=True, quiet=False, color=Color.AUTO)
    return _BUG


def _version(wanted: bool) -> None:
    if wanted:
        print(f"aslsplit {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def plan(
    map: MapArgument,
    child: ChildrenOption = None,
    why: Annotated[
        str | None,
        typer.Option("--why", metavar="FIELD", help="Explain one field, such as payment.request.order.currency."),
    ] = None,
    format: FormatOption = Format.TEXT,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The dry run: regions, contracts, costs and findings. Writes nothing."""
    from aslsplit.findings import in_order
    from aslsplit.pipeline import load_project, plan_of
    from aslsplit.render.plan_data import plan_data, plan_markdown
    from aslsplit.render.plan_text import plan_text

    project = load_project(map)
    made = plan_of(project)
    names = _chosen(project, child) or tuple(boundary.name for boundary in project.boundaries.children)
    if why is not None:
        return _explain_field(made, why, color)
    findings = in_order((*project.findings, *made.findings_of(frozenset(names))))
    children = [planned for planned in made.children if planned.boundary.name in names]
    refused = [name for name in names if made.child(name) is None]
    extracted = tuple(project.lock.children)
    match format:
        case Format.TEXT:
            print(plan_text(made, children, refused, extracted), end="")
        case Format.JSON:
            print(json.dumps(plan_data(made, children, refused, extracted, findings), indent=2, ensure_ascii=False))
        case Format.MARKDOWN:
            print(plan_markdown(made, children, refused, extracted, findings), end="")
    if format is Format.TEXT:
        # The dry run is where notes are read, so they are printed without being asked for.
        _print_findings(findings, verbose=True, quiet=quiet, color=color)
    return _FINDINGS if has_errors(findings) else _OK


@app.command()
def extract(
    map: MapArgument,
    child: ChildrenOption = None,
    all: Annotated[bool, typer.Option("--all", help="Every child of the map.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print the diff instead of writing.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if the tree is not what would be written.")
    ] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Plan, rewrite, prove, write: all or nothing."""
    from aslsplit.pipeline import extraction_outcome, load_project, plan_of

    project = load_project(map)
    chosen = _chosen(project, child)
    if all == bool(chosen):
        raise BoundaryError("name the children to extract with --child, or all of them with --all")
    names = chosen or tuple(boundary.name for boundary in project.boundaries.children)
    outcome = extraction_outcome(project, plan_of(project), names)
    return _deliver(outcome, diff=diff, check=check, quiet=quiet, verbose=verbose, color=color)


@app.command()
def inline(
    map: MapArgument,
    child: Annotated[str, typer.Option("--child", metavar="NAME", help="The child to put back.")],
    diff: Annotated[bool, typer.Option("--diff", help="Print the diff instead of writing.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Put an extracted child back into the parent: the inverse of extract."""
    from aslsplit.pipeline import inline_outcome, load_project, plan_of

    project = load_project(map)
    (name,) = _chosen(project, [child])
    outcome = inline_outcome(project, plan_of(project), name)
    return _deliver(outcome, diff=diff, check=False, quiet=quiet, verbose=verbose, color=color)


@app.command()
def explain(code: Annotated[str, typer.Argument(metavar="CODE", help="A finding's code, such as ASL302.")]) -> int:
    """What a finding means and what to do about it."""
    from difflib import get_close_matches

    from aslsplit.render.findings_text import explained

    known = {entry.code: entry for entry in RULES}
    wanted = known.get(code.upper())
    if wanted is None:
        near = get_close_matches(code.upper(), known, n=3)
        raise BoundaryError(f'there is no finding code "{code}"' + (f"; near it: {', '.join(near)}" if near else ""))
    print(explained(wanted), end="")
    return _OK


def _chosen(project: Project, names: Sequence[str] | None) -> tuple[str, ...]:
    """Raises BoundaryError when the map has no such child."""
    from aslsplit.plan.boundaries import find_child

    found: list[Finding] = []
    for name in names or ():
        found += find_child(project.boundaries, name)[1]
    if found:
        raise BoundaryError("the boundary map has no such child", tuple(found))
    return tuple(dict.fromkeys(names or ()))


def _deliver(outcome: Outcome, *, diff: bool, check: bool, quiet: bool, verbose: bool, color: Color) -> int:
    from aslsplit.render.diff import unified_diff

    workspace = outcome.project.workspace
    _print_findings(outcome.findings, verbose=verbose, quiet=quiet, color=color)
    if has_errors(outcome.findings):
        return _FINDINGS
    changed = workspace.differing(outcome.artifacts)
    if diff:
        changes = [(item.name, workspace.read_text(item.name), item.text) for item in changed]
        print(unified_diff(changes), end="")
        if not check:
            return _OK
    if check:
        stale = tuple(_stale(workspace.shown(item.name)) for item in changed)
        _print_findings(stale, verbose=verbose, quiet=quiet, color=color)
        return _FINDINGS if stale else _OK
    workspace.write(changed)
    if not quiet:
        for item in changed:
            print(f"{'wrote' if item.text is not None else 'removed'} {workspace.shown(item.name)}", file=sys.stderr)
        if not changed:
            print("nothing to do", file=sys.stderr)
    return _OK


def _stale(name: str) -> Finding:
    return finding("ASL604", f"{name} is not what would be written", help="run extract without --check, and commit it")


def _explain_field(made: Plan, field: str, color: Color) -> int:
    from aslsplit.render.why import explain_field

    text, findings = explain_field(made, field)
    if text is not None:
        print(text, end="")
    _print_findings(findings, verbose=True, quiet=False, color=color)
    return _FINDINGS if has_errors(findings) else _OK


def _print_findings(findings: Sequence[Finding], *, verbose: bool, quiet: bool, color: Color) -> None:
    from aslsplit.render.findings_text import findings_text, tally

    shown = [remark for remark in findings if _wanted(remark.severity, verbose, quiet)]
    print(findings_text(shown, color=_colored(color)), end="", file=sys.stderr)
    if findings and not quiet:
        hidden = len(findings) - len(shown)
        more = f"; -v shows {hidden} more" if hidden else ""
        print(f"{tally(findings)}{more}", file=sys.stderr)


def _wanted(severity: Severity, verbose: bool, quiet: bool) -> bool:
    if quiet:
        return severity is Severity.ERROR
    return verbose or severity is not Severity.NOTE


def _colored(color: Color) -> bool:
    if color is Color.AUTO:
        return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return color is Color.ALWAYS
