"""``explain``: what a finding means."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.output import ExitCode, answer
from aslsplit.errors import BoundaryError
from aslsplit.findings import RULES

__all__ = ["explain"]


def explain(code: Annotated[str, typer.Argument(metavar="CODE", help="A finding's code, such as ASL302.")]) -> int:
    """What a finding means and what to do about it."""
    from difflib import get_close_matches

    from aslsplit.render.findings_text import explained

    known = {entry.code: entry for entry in RULES}
    wanted = known.get(code.upper())
    if wanted is None:
        near = get_close_matches(code.upper(), known, n=3)
        raise BoundaryError(f'there is no finding code "{code}"' + (f"; near it: {', '.join(near)}" if near else ""))
    answer(explained(wanted))
    return ExitCode.OK
