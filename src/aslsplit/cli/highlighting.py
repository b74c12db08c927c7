"""Colours for what was asked for, on a terminal and nowhere else. The text itself stays as it is."""

from __future__ import annotations

import io
from typing import ClassVar

__all__ = ["highlighted"]

# What is matched by a named group takes the style of that name; later patterns win.
_PATTERNS = (
    r"(?m)^(?P<heading>\S.*?)(?=: | → |$)",
    r"(?m)^(?P<label>  (?:moves|calls|request|returns|errors|call|costs|contract|for|against|later|parent))(?=  )",
    r"(?m)^(?P<header>  (?:sign|option)  .*)$",
    r"(?P<code>\b(?:ASL|CTR)\d{3}\b)",
    r"(?P<path>(?<![\w{])\$\$?(?:\.?[A-Za-z_]\w*|\['[^']*'\]|\[[\d*:]+\]|\.)+)",
    r"(?P<token>\$\{[^}\s]*\})",
    r"(?P<bad>\b(?:exceeded|fails|refused|removed)\b)",
    r"(?P<good>\b(?:holds|within|added)\b)",
    r"(?P<aside>\(may be absent\))",
    r"(?m)^(?P<advice>  → .*)",
)
_DIFF_PATTERNS = (
    r"(?m)^(?P<added>\+.*)$",
    r"(?m)^(?P<removed>-.*)$",
    r"(?m)^(?P<hunk>@@.*?@@)",
    r"(?m)^(?P<heading>(?:diff|\+\+\+|---|rename|new file|deleted file|similarity) .*)$",
)
# The sixteen colours that people choose for their terminal themselves.
_STYLES = {
    "heading": "bold", "label": "blue", "header": "bold blue", "code": "yellow", "path": "cyan", "token": "magenta",
    "bad": "red", "good": "green", "aside": "italic", "advice": "italic",
    "added": "green", "removed": "red", "hunk": "cyan",
}  # fmt: skip


def highlighted(text: str) -> str:
    from rich.console import Console
    from rich.highlighter import RegexHighlighter
    from rich.theme import Theme

    class Highlighter(RegexHighlighter):
        base_style = "aslsplit."
        highlights: ClassVar[list[str]] = list(_DIFF_PATTERNS if _is_diff(text) else _PATTERNS)

    written = io.StringIO()
    theme = Theme({f"aslsplit.{name}": style for name, style in _STYLES.items()})
    console = Console(
        file=written, force_terminal=True, color_system="standard", theme=theme, highlighter=Highlighter()
    )
    # Lines were broken where they should be.
    console.print(text, end="", soft_wrap=True, markup=False, emoji=False)
    return written.getvalue()


def _is_diff(text: str) -> bool:
    return text.startswith(("--- ", "diff "))
