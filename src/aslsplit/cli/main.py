"""The way in: the commands, and what becomes of whatever they raise."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from aslsplit.cli.options import Remarks, remarks_as_options
from aslsplit.cli.output import ExitCode, answer, prepare, print_findings, say
from aslsplit.cli.verbs.check import check
from aslsplit.cli.verbs.contract.diff import contract_diff
from aslsplit.cli.verbs.contract.fixtures import contract_fixtures
from aslsplit.cli.verbs.contract.types import contract_types
from aslsplit.cli.verbs.diff import diff
from aslsplit.cli.verbs.explain import explain
from aslsplit.cli.verbs.extract import extract, inline
from aslsplit.cli.verbs.graph import graph
from aslsplit.cli.verbs.inspect import inspect
from aslsplit.cli.verbs.permissions import permissions
from aslsplit.cli.verbs.plan import plan
from aslsplit.cli.verbs.propose import propose
from aslsplit.cli.verbs.report import report
from aslsplit.cli.verbs.verify import replay, verify
from aslsplit.cli.verbs.wire import wire
from aslsplit.errors import AslSplitError, OutputError, ProofError
from aslsplit.findings import finding, printable
from aslsplit.version import __version__

__all__ = ["app", "main"]


class _Verbs(TyperGroup):
    """The verbs; a word that is none of them is answered with the nearest."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f'there is no command "{printable(args[0])}"{_did_you_mean(args[0], self.commands)}')
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="aslsplit",
    cls=_Verbs,
    help="Split a monolithic AWS Step Functions state machine into a parent and children, "
    "and prove that nothing changed.",
    add_completion=True,
    pretty_exceptions_enable=False,
    # Plain help: the same bytes everywhere, and a start that does not wait for rich.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# Which library typer takes its errors from depends on its version; this is the base of all that users can cause.
_WrongUse: Any = typer.BadParameter.__bases__[0]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing is raised."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    prepare(sys.stdout)
    prepare(sys.stderr)
    try:
        # A shell that completes a command gives its words in another way.
        if not arguments and "_ASLSPLIT_COMPLETE" not in os.environ:
            with contextlib.redirect_stdout(sys.stderr):
                app(args=["--help"], prog_name="aslsplit", standalone_mode=False)
            return ExitCode.USAGE
        code = app(args=arguments, prog_name="aslsplit", standalone_mode=False)
    except _WrongUse as wrong:
        return _used_wrongly(wrong)
    except (typer.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except typer.Exit as leaving:
        return leaving.exit_code
    except SystemExit as leaving:
        # Help for a reader who has seen enough, or the answer to a shell that completes a command.
        return leaving.code if isinstance(leaving.code, int) else ExitCode.USAGE
    except AslSplitError as error:
        return _failed(error, Remarks())
    except OSError as error:
        # Help is printed by typer. What commands read and write is answered where it happens.
        return _failed(OutputError(f"the output cannot be written: {error.strerror}"), Remarks())
    except Exception as error:
        return _bug(error, Remarks())
    return code if isinstance(code, int) else ExitCode.OK


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
            say("aslsplit: interrupted\n")
            return ExitCode.INTERRUPTED
        except Exception as error:
            return _bug(error, Remarks(**named))

    return reporting


def _add(verbs: typer.Typer, command: Callable[..., int], name: str | None = None) -> None:
    """``name`` is None for a command that is called like its function."""
    verbs.command(name)(_reporting(remarks_as_options(command)))


for _command in (
    inspect,
    propose,
    plan,
    extract,
    inline,
    verify,
    check,
    replay,
    report,
    permissions,
    graph,
    diff,
    wire,
    explain,
):
    _add(app, _command)

_contract = typer.Typer(name="contract", cls=_Verbs, help="What one does with the contract of a child.")
_add(_contract, contract_diff, "diff")
_add(_contract, contract_types, "types")
_add(_contract, contract_fixtures, "fixtures")
app.add_typer(_contract)


def _used_wrongly(wrong: Any) -> int:
    context = getattr(wrong, "ctx", None)
    if context is not None:
        say(f"{context.get_usage()}\n")
    say(f"aslsplit: {_complaint(wrong)}\n")
    if context is not None:
        say(f"    {context.command_path} --help tells more\n")
    return ExitCode.USAGE


def _complaint(wrong: Any) -> str:
    option = getattr(wrong, "option_name", None)
    if option is not None and hasattr(wrong, "possibilities"):
        known = [name for parameter in wrong.ctx.command.params for name in parameter.opts] if wrong.ctx else []
        return f'there is no option "{printable(option)}"{_did_you_mean(option, known)}'
    # Some versions of typer tell what their own library calls it.
    return str(wrong.format_message()).replace(": Value error, ", ": ")


def _did_you_mean(typed: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(typed, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _failed(error: AslSplitError, remarks: Remarks) -> int:
    print_findings(error.findings, remarks)
    say(f"aslsplit: {printable(error.message)}\n")
    if isinstance(error, ProofError):
        say("aslsplit: this is a bug of aslsplit; nothing was written\n")
    return error.exit_code


def _bug(error: Exception, remarks: Remarks) -> int:
    if remarks.verbose:
        import traceback

        say("".join(traceback.format_exception(error)))
    what = f"{type(error).__name__}: {printable(str(error))}"
    remark = finding("ASL901", what[:500], help="please report it; -v prints the trace; nothing was written")
    print_findings((remark,), remarks)
    return ExitCode.BUG


def _version(wanted: bool) -> None:
    if wanted:
        answer(f"aslsplit {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass
