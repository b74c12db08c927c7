"""The command line: arguments into calls, results into text and an exit code. The only place that prints or exits."""

from aslsplit.cli.main import app, main

__all__ = ["app", "main"]
