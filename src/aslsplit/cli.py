"""The command line: arguments into calls, results into text and an exit code. The only place that prints or exits.

What was asked for goes to stdout, remarks about it to stderr. Exit codes: 0 done or nothing to do; 1 findings, a
difference under ``--check``; 2 wrong use or unreadable input; 3 a bug of aslsplit.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from aslsplit import __version__
from aslsplit.errors import AslSplitError, BoundaryError, OutputError, ProofError
from aslsplit.findings import RULES, Finding, Severity, finding, has_errors, printable

if TYPE_CHECKING:
    from aslsplit.pipeline import Outcome
    from aslsplit.plan.plan import Plan
    from aslsplit.project import Project

__all__ = ["app", "main"]

app = typer.Typer(
    name="aslsplit",
    help="Split a monolithic AWS Step Functions state machine into a parent and children, "
    "and prove that nothing changed.",
    add_completion=True,
    pretty_exceptions_enable=False,
    # Plain help: the same bytes everywhere, and a start that does not wait for rich.
    rich_markup_mode=None,
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


@dataclass(frozen=True, slots=True)
class Remarks:
    """Which remarks are printed, and how."""

    quiet: bool = False
    verbose: bool = False
    color: Color = Color.AUTO


_OK, _FINDINGS, _USAGE, _BUG, _INTERRUPTED = 0, 1, 2, 3, 130

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
DiffOption = Annotated[bool, typer.Option("--diff", help="Print the diff instead of writing.")]

# Which library typer takes its errors from depends on its version; this is the base of all that users can cause.
_WrongUse: Any = typer.BadParameter.__bases__[0]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing is raised."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _prepare(sys.stdout)
    _prepare(sys.stderr)
    try:
        # A shell that completes a command gives its words in another way.
        if not arguments and "_ASLSPLIT_COMPLETE" not in os.environ:
            with contextlib.redirect_stdout(sys.stderr):
                app(args=["--help"], prog_name="aslsplit", standalone_mode=False)
            return _USAGE
        code = app(args=arguments, prog_name="aslsplit", standalone_mode=False)
    except _WrongUse as wrong:
        return _used_wrongly(wrong)
    except (typer.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except typer.Exit as leaving:
        return leaving.exit_code
    except SystemExit as leaving:
        # Help for a reader who has seen enough, or the answer to a shell that completes a command.
        return leaving.code if isinstance(leaving.code, int) else _USAGE
    except Exception as error:
        return _bug(error, Remarks())
    return code if isinstance(code, int) else _OK


def _reporting(command: Callable[..., int]) -> Callable[..., int]:
    """The command, with its exceptions told the way the command's own options ask for."""

    @functools.wraps(command)
    def reporting(*args: Any, **options: Any) -> int:
        named = {name: options[name] for name in ("quiet", "verbose", "color") if name in options}
        try:
            return command(*args, **options)
        except AslSplitError as error:
            return _failed(error, Remarks(**named))
        except KeyboardInterrupt:
            _say("aslsplit: interrupted\n")
            return _INTERRUPTED
        except Exception as error:
            return _bug(error, Remarks(**named))

    return reporting


def _used_wrongly(wrong: Any) -> int:
    context = getattr(wrong, "ctx", None)
    if context is not None:
        _say(f"{context.get_usage()}\n")
    _say(f"aslsplit: {wrong.format_message()}\n")
    if context is not None:
        _say(f"    {context.command_path} --help tells more\n")
    return _USAGE


def _failed(error: AslSplitError, remarks: Remarks) -> int:
    _print_findings(error.findings, remarks)
    _say(f"aslsplit: {printable(error.message)}\n")
    if isinstance(error, ProofError):
        _say("aslsplit: this is a bug of aslsplit; nothing was written\n")
    return error.exit_code


def _bug(error: Exception, remarks: Remarks) -> int:
    if remarks.verbose:
        import traceback

        _say("".join(traceback.format_exception(error)))
    what = f"{type(error).__name__}: {printable(str(error))}"
    remark = finding("ASL901", what[:500], help="please report it; -v prints the trace; nothing was written")
    _print_findings((remark,), remarks)
    return _BUG


def _version(wanted: bool) -> None:
    if wanted:
        _answer(f"aslsplit {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
@_reporting
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
    import json
    from dataclasses import replace

    from aslsplit.pipeline import dry_run, load_project, plan_of
    from aslsplit.render.plan_data import plan_data, plan_markdown
    from aslsplit.render.plan_text import plan_text

    remarks = Remarks(quiet, verbose, color)
    project = load_project(map)
    made = plan_of(project)
    names = _chosen(project, child) or tuple(boundary.name for boundary in project.boundaries.children)
    if why is not None:
        return _explain_field(made, why, remarks)
    findings = dry_run(project, made, names)
    children = [planned for planned in made.children if planned.boundary.name in names]
    refused = [name for name in names if made.child(name) is None]
    extracted = tuple(project.lock.children)
    match format:
        case Format.TEXT:
            _answer(plan_text(made, children, refused, extracted))
        case Format.JSON:
            data = plan_data(made, children, refused, extracted, findings)
            _answer(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        case Format.MARKDOWN:
            _answer(plan_markdown(made, children, refused, extracted, findings))
    if format is Format.TEXT:
        # The dry run is where notes are read, so they are printed without being asked for.
        _print_findings(findings, replace(remarks, verbose=True))
    return _FINDINGS if has_errors(findings) else _OK


@app.command()
@_reporting
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
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Plan, rewrite, prove, write: all or nothing."""
    from aslsplit.pipeline import extraction_outcome, load_project, plan_of

    project = load_project(map)
    chosen = _chosen(project, child)
    if all and chosen:
        raise BoundaryError("--all already includes every --child; give one or the other")
    if not all and not chosen:
        known = ", ".join(boundary.name for boundary in project.boundaries.children)
        raise BoundaryError(f"name the children to extract with --child, or all with --all; the map has {known}")
    names = chosen or tuple(boundary.name for boundary in project.boundaries.children)
    outcome = extraction_outcome(project, plan_of(project), names, cases=cases)
    return _deliver(outcome, Remarks(quiet, verbose, color), diff=diff, check=check)


@app.command()
@_reporting
def inline(
    map: MapArgument,
    child: Annotated[str, typer.Option("--child", metavar="NAME", help="The child to put back.")],
    diff: DiffOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Put an extracted child back: the inverse of extract."""
    from aslsplit.pipeline import inline_outcome, load_project, plan_of

    project = load_project(map)
    (name,) = _chosen(project, [child])
    outcome = inline_outcome(project, plan_of(project), name)
    return _deliver(outcome, Remarks(quiet, verbose, color), diff=diff, check=False)


@app.command()
@_reporting
def verify(
    map: MapArgument,
    cases: Annotated[int, typer.Option("--cases", min=0, help="How many scenarios to run for the third proof.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Where the random parts of the scenarios come from.")] = 0,
    examples: Annotated[
        str | None, typer.Option("--examples", metavar="FILE", help="Recorded inputs to run as well, as JSON.")
    ] = None,
    format: FormatOption = Format.TEXT,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The three proofs on what lies on disk, and what they cover."""
    import json

    from aslsplit.pipeline import load_project, plan_of
    from aslsplit.render.verification_text import traces_text, verification_data, verification_text
    from aslsplit.verification import read_examples, verification

    project = load_project(map)
    recorded = read_examples(project.workspace, examples) if examples else ()
    found = verification(project, plan_of(project), cases=cases, seed=seed, examples=recorded)
    if format is Format.TEXT:
        _answer(verification_text(found))
        if found.pair is not None and found.runs is not None and found.runs.mismatch is not None:
            _answer("\n" + traces_text(found.pair, found.runs.mismatch))
    else:
        _answer(json.dumps(verification_data(found), indent=2, ensure_ascii=False) + "\n")
    _print_findings(found.findings, Remarks(quiet, verbose, color))
    return _FINDINGS if has_errors(found.findings) else _OK


@app.command()
@_reporting
def explain(code: Annotated[str, typer.Argument(metavar="CODE", help="A finding's code, such as ASL302.")]) -> int:
    """What a finding means and what to do about it."""
    from difflib import get_close_matches

    from aslsplit.render.findings_text import explained

    known = {entry.code: entry for entry in RULES}
    wanted = known.get(code.upper())
    if wanted is None:
        near = get_close_matches(code.upper(), known, n=3)
        raise BoundaryError(f'there is no finding code "{code}"' + (f"; near it: {', '.join(near)}" if near else ""))
    _answer(explained(wanted))
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


def _deliver(outcome: Outcome, remarks: Remarks, *, diff: bool, check: bool) -> int:
    workspace = outcome.project.workspace
    _print_findings(outcome.findings, remarks)
    if has_errors(outcome.findings):
        return _FINDINGS
    changed = workspace.differing(outcome.artifacts)
    if diff:
        from aslsplit.render.diff import unified_diff

        _answer(unified_diff([(item.name, workspace.read_text(item.name), item.text) for item in changed]))
    if check:
        stale = tuple(_stale(workspace.shown(item.name)) for item in changed)
        _print_findings(stale, remarks)
        return _FINDINGS if stale else _OK
    if diff:
        return _OK
    workspace.write(changed)
    if not remarks.quiet:
        for item in changed:
            _say(f"{'removed' if item.text is None else 'wrote'} {printable(workspace.shown(item.name))}\n")
        if not changed:
            _say("nothing to do\n")
    return _OK


def _stale(name: str) -> Finding:
    return finding("ASL604", f"{name} is not what would be written", help="run extract without --check, and commit it")


def _explain_field(made: Plan, field: str, remarks: Remarks) -> int:
    from aslsplit.render.why import explain_field

    text, findings = explain_field(made, field)
    if text is not None:
        _answer(text)
    _print_findings(findings, remarks)
    return _FINDINGS if has_errors(findings) else _OK


def _print_findings(findings: Sequence[Finding], remarks: Remarks) -> None:
    from aslsplit.render.findings_text import findings_text, tally

    shown = [remark for remark in findings if _wanted(remark.severity, remarks)]
    _say(findings_text(shown, color=_colored(remarks.color)))
    if findings and not remarks.quiet:
        hidden = len(findings) - len(shown)
        more = f"; -v shows {hidden} more" if hidden else ""
        _say(f"{tally(findings)}{more}\n")


def _wanted(severity: Severity, remarks: Remarks) -> bool:
    if remarks.quiet:
        return severity is Severity.ERROR
    return remarks.verbose or severity is not Severity.NOTE


def _colored(color: Color) -> bool:
    if color is Color.AUTO:
        return (
            sys.stderr is not None
            and sys.stderr.isatty()
            and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM") != "dumb"
        )
    return color is Color.ALWAYS


def _answer(text: str) -> None:
    """Prints what was asked for. Raises OutputError when it cannot be written."""
    try:
        _put(text, sys.stdout)
    except OSError as error:
        raise OutputError(f"the output cannot be written: {error.strerror}") from error


def _say(text: str) -> None:
    """Prints a remark; when nobody can be told, the exit code still tells."""
    with contextlib.suppress(OSError):
        _put(text, sys.stderr)


def _put(text: str, stream: TextIO | None) -> None:
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # What is still in the buffer would fail once more at the end of the process.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        # A reader who has seen enough is no failure.
        if not isinstance(error, BrokenPipeError):
            raise


def _prepare(stream: TextIO | None) -> None:
    """The same bytes whatever the locale, and no failure for a name that is no text."""
    if isinstance(stream, io.TextIOWrapper):
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
