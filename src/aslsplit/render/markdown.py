"""Text from files in Markdown."""

from __future__ import annotations

import re

from aslsplit.findings import printable

__all__ = ["code_span", "plain"]


def plain(text: str) -> str:
    """Names come from files; none of them becomes markup."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>|#~" else character for character in printable(text))


def code_span(text: str) -> str:
    shown = printable(text)
    runs = [len(run) for run in re.findall("`+", shown)]
    fence = "`" * (max(runs, default=0) + 1)
    pad = " " if runs else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
