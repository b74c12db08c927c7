"""What would be written, as a unified diff that ``git apply`` understands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["FileChange", "unified_diff"]

FileChange = tuple[str, str | None, str | None]
"""A file's name, what it holds and what it would hold; None where there is or would be no file."""


def unified_diff(changes: Iterable[FileChange]) -> str:
    return "".join(_one(name, before, after) for name, before, after in changes if before != after)


def _one(name: str, before: str | None, after: str | None) -> str:
    old, new = f"a/{name}", f"b/{name}"
    head = f"diff --git {old} {new}\n"
    if before is None:
        head, old = head + "new file mode 100644\n", "/dev/null"
    if after is None:
        head, new = head + "deleted file mode 100644\n", "/dev/null"
    lines = difflib.unified_diff(_lines(before), _lines(after), old, new)
    return head + "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str | None) -> list[str]:
    # Not splitlines(), which also breaks at characters that end no line in a file.
    if not text:
        return []
    lines = [f"{line}\n" for line in text.split("\n")]
    if lines[-1] == "\n":
        lines.pop()
    else:
        lines[-1] = lines[-1][:-1]
    return lines
