"""What would be written, as a unified diff that ``git apply`` understands.

Definitions are compared state by state: a state that goes is one block of removed lines and a state that comes one of
added lines, where a plain comparison of lines would thread the two together along their braces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from aslsplit.asl.embedding import read_definition
from aslsplit.asl.parse import parse

__all__ = ["FileChange", "unified_diff"]

FileChange = tuple[str, str | None, str | None]
"""A file's name, what it holds and what it would hold; None where there is or would be no file."""

_CONTEXT = 3
_Opcode = tuple[str, int, int, int, int]


def unified_diff(changes: Iterable[FileChange]) -> str:
    return "".join(_one(name, before, after) for name, before, after in changes if before != after)


def _one(name: str, before: str | None, after: str | None) -> str:
    old, new = f"a/{name}", f"b/{name}"
    head = f"diff --git {old} {new}\n"
    if before is None:
        head, old = head + "new file mode 100644\n", "/dev/null"
    if after is None:
        head, new = head + "deleted file mode 100644\n", "/dev/null"
    return head + f"--- {old}\n+++ {new}\n" + "".join(_hunks(name, before or "", after or ""))


def _hunks(name: str, before: str, after: str) -> Iterator[str]:
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    # The grouping of difflib takes the opcodes it is given.
    matcher.opcodes = list(_joined(_opcodes(*_blocks(name, (before, old), (after, new)))))  # type: ignore[attr-defined]
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (_marked(" ", line) for line in old[i1:i2])
            else:
                yield from (_marked("-", line) for line in old[i1:i2])
                yield from (_marked("+", line) for line in new[j1:j2])


def _opcodes(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> Iterator[_Opcode]:
    """Blocks are aligned by their first line, which names the state; blocks that stay are compared line by line."""
    matcher = SequenceMatcher(None, [_title(block) for block in old], [_title(block) for block in new], autojunk=False)
    i = j = 0
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            removed, added = sum(map(len, old[i1:i2])), sum(map(len, new[j1:j2]))
            yield (tag, i, i + removed, j, j + added)
            i, j = i + removed, j + added
            continue
        for before, after in zip(old[i1:i2], new[j1:j2], strict=True):
            lines = SequenceMatcher(None, before, after, autojunk=False)
            yield from ((t, i + a1, i + a2, j + b1, j + b2) for t, a1, a2, b1, b2 in lines.get_opcodes())
            i, j = i + len(before), j + len(after)


def _joined(opcodes: Iterable[_Opcode]) -> Iterator[_Opcode]:
    """Equal runs that touch are one; the grouping relies on that."""
    pending: _Opcode | None = None
    for opcode in opcodes:
        if pending is not None and pending[0] == opcode[0] == "equal":
            pending = ("equal", pending[1], opcode[2], pending[3], opcode[4])
            continue
        if pending is not None:
            yield pending
        pending = opcode
    if pending is not None:
        yield pending


def _title(block: Sequence[str]) -> str:
    return block[0] if block else ""


def _blocks(name: str, *sides: tuple[str, Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    """The files cut where states begin; each is one block if one of them is no definition."""
    found = [_state_lines(name, text) for text, _ in sides]
    for (_, lines), state_lines in zip(sides, found, strict=True):
        inside = state_lines if all(found) else []
        starts = [0, *(line for line in inside if 0 < line < len(lines)), len(lines)]
        yield [lines[start:end] for start, end in pairwise(starts) if start < end]


def _state_lines(name: str, text: str) -> list[int]:
    """The lines, from 0, on which the states begin."""
    source, _ = read_definition(name, text.encode("utf-8", "replace"))
    machine = parse(source)[0] if source is not None else None
    if source is None or machine is None:
        return []
    states = (state for scope in machine.scopes() for state in scope.states.values())
    lines = {source.span(state.pointer, key=True).line - 1 for state in states}
    # What stands behind a definition in a template belongs to no state.
    return sorted({*lines, source.span(()).end_line} if source.embedded is not None else lines)


def _range(start: int, end: int) -> str:
    """As GNU diff numbers lines: an empty range names the line before it."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _marked(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    # Not splitlines(), which also breaks at characters that end no line in a file.
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
