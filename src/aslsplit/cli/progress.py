"""The progress bar of long work, on a terminal and nowhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aslsplit.cli.options import Remarks

if TYPE_CHECKING:
    from aslsplit.verify.progress import Progress

__all__ = ["shown_progress"]


@contextlib.contextmanager
def shown_progress(remarks: Remarks) -> Iterator[Progress | None]:
    """Where long work reports to; None when nobody looks. The bar is gone when the work is done."""
    if remarks.quiet or sys.stderr is None or not sys.stderr.isatty():
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
