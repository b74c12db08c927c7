"""The progress of long work, on a terminal and nowhere else."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aslsplit.cli.options import Remarks

if TYPE_CHECKING:
    from aslsplit.verify.progress import Progress

__all__ = ["shown_activity", "shown_progress"]


@contextlib.contextmanager
def shown_progress(remarks: Remarks) -> Iterator[Progress | None]:
    """Where long work reports to; None when nobody looks. The bar is gone when the work is done."""
    if not _watched(remarks):
        yield None
        return
    # Only a terminal waits for this import.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield report


@contextlib.contextmanager
def shown_activity(remarks: Remarks, what: str) -> Iterator[None]:
    """For work that cannot tell how much of it is left: a sign that it goes on."""
    if not _watched(remarks):
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def _watched(remarks: Remarks) -> bool:
    return not remarks.quiet and sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
