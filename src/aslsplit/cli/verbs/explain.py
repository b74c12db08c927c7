"""``explain``: what a finding means."""

from __future__ import annotations

from typing import Annotated

import typer

from aslsplit.cli.completion import finding_codes
from aslsplit.cli.options import NO_REMARKS_ASKED, Remarks
from aslsplit.cli.output import ExitCode, answer, text_width
from aslsplit.errors import BoundaryError
from aslsplit.findings import RULES

__all__ = ["explain"]


def explain(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="A finding's code, such as ASL302.", autocompletion=finding_codes)
    ],
    remarks: Remarks = NO_REMARKS_ASKED,
) -> int:
    """What a finding means and what to do about it.

    \b
    Examples:
      aslsplit explain ASL302
    """
    from difflib import get_close_matches

    from aslsplit.render.findings_text import explained

    known = {entry.code: entry for entry in RULES}
    wanted = known.get(code.upper())
    if wanted is None:
        # Letters that look like digits are mistaken for them.
        spelt = code[:3].upper() + code[3:].upper().translate(str.maketrans("OIL", "011"))
        near = get_close_matches(spelt, known, n=3)
        raise BoundaryError(f'there is no finding code "{code}"' + (f"; near it: {', '.join(near)}" if near else ""))
    answer(explained(wanted, width=text_width()), remarks.color)
    return ExitCode.OK
