"""JSON with positions.

``json`` tells neither where a value stands nor that a key came twice, and gives up with a RecursionError on deep
nesting. This reader walks the text once, without recursion; what a string or a number *is*, ``json`` still decides.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Final, NoReturn

from aslsplit.asl.extents import Extent, Json, Pointer, Problem, Reading
from aslsplit.asl.limits import MAX_DEPTH, MAX_DIGITS, MAX_VALUES
from aslsplit.asl.placeholders import Placeholder, TokenEnds

__all__ = ["read_json"]


def read_json(text: str, *, quotes_in_tokens: bool = False) -> Reading:
    """Reads on after a duplicate key or a value that JSON does not have; a broken structure ends the reading.

    A bare ``${token}`` in the place of a value is read too: once it is filled in, the text is JSON. So would be
    ``"${arns["charge"]}"``, with ``quotes_in_tokens``.

    >>> read_json('{"a": [1]}').extents[("a", 0)]
    Extent(start=7, end=8, key_start=None, key_end=None)
    """
    scan = _Scan(text, quotes_in_tokens)
    try:
        scan.document()
    except _Broken as broken:
        scan.problems.append(broken.problem)
    return Reading(scan.root, scan.extents, tuple(scan.problems))


_SPACE: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*+"')
_STRING_PIECE: Final = re.compile(r'\$\{|\$|[^"\\\x00-\x1f$]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+(?![0-9.A-Za-z_+])")
_NOT_FINITE: Final = re.compile(r"-?Infinity\b|NaN\b")
_WORD: Final = re.compile(r"[^\s,:{}\[\]\"]{1,40}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LITERALS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}


class _Broken(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(slots=True)
class _Open:
    """An object or array whose end has not been seen yet."""

    container: Json
    pointer: Pointer
    start: int
    key_start: int | None
    key_end: int | None
    first_keys: dict[str, int] = field(default_factory=dict)


class _Scan:
    def __init__(self, text: str, quotes_in_tokens: bool) -> None:
        self.text = text
        self.tokens = TokenEnds(text)
        self.quotes_in_tokens = quotes_in_tokens
        self.position = 0
        self.root: Json = None
        self.extents: dict[Pointer, Extent] = {}
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []

    def document(self) -> None:
        self.root = self.value((), None, None)
        while self.stack:
            top = self.stack[-1]
            if isinstance(top.container, dict):
                self.member(top)
            else:
                self.item(top)
        self.skip_space()
        if self.position < len(self.text):
            self.fail("there is text after the end of the JSON value")

    def member(self, top: _Open) -> None:
        """One member of the innermost object, or its end."""
        if self.ends(top, "}"):
            return
        key_start = self.position
        key = self.string("a key in double quotes")
        key_end = self.position
        pointer = (*top.pointer, key)
        if key in top.first_keys:
            self.report_duplicate(top, key, pointer, key_start, key_end)
        else:
            top.first_keys[key] = key_start
        self.skip_space()
        if not self.text.startswith(":", self.position):
            self.fail(f'the key "{_shortened(key)}" is not followed by a colon')
        self.position += 1
        top.container[key] = self.value(pointer, key_start, key_end)

    def item(self, top: _Open) -> None:
        """One item of the innermost array, or its end."""
        if not self.ends(top, "]"):
            top.container.append(self.value((*top.pointer, len(top.container)), None, None))

    def ends(self, top: _Open, bracket: str) -> bool:
        """Closes the innermost container, or steps over the comma before its next part."""
        self.skip_space()
        following = self.text[self.position : self.position + 1]
        if following == bracket:
            self.position += 1
            self.extents[top.pointer] = Extent(top.start, self.position, top.key_start, top.key_end)
            self.stack.pop()
            return True
        if not top.container:
            return False
        if following != ",":
            self.fail(f'a comma or "{bracket}" is missing')
        comma = self.position
        self.position += 1
        self.skip_space()
        if self.text.startswith(bracket, self.position):
            self.position = comma
            self.fail(f'the comma before "{bracket}" is one too many', help="remove the comma")
        return False

    def value(self, pointer: Pointer, key_start: int | None, key_end: int | None) -> Json:
        """The value that starts here; of an object or array only the opening bracket is read."""
        self.skip_space()
        start = self.position
        if len(self.extents) >= MAX_VALUES:
            raise _Broken(Problem("ASL113", f"the file holds more than {MAX_VALUES} values", start, start))
        first = self.text[start : start + 1]
        if first in ("{", "["):
            return self.open(pointer, start, key_start, key_end)
        if first != '"':
            found = self.scalar(pointer)
        elif self.quotes_in_tokens and (end := self.end_with_tokens(start)):
            self.position = end
            found = Placeholder(self.text[start + 1 : end - 1], self.text[start:end])
        else:
            found = self.string("a value")
        self.extents[pointer] = Extent(start, self.position, key_start, key_end)
        return found

    def open(self, pointer: Pointer, start: int, key_start: int | None, key_end: int | None) -> Json:
        if len(self.stack) >= MAX_DEPTH:
            message = f"values are nested more than {MAX_DEPTH} levels deep"
            raise _Broken(Problem("ASL113", message, start, start + 1))
        container: Json = {} if self.text[start] == "{" else []
        self.stack.append(_Open(container, pointer, start, key_start, key_end))
        # The place in the mapping is taken now, so that extents stand in the order of the file.
        self.extents[pointer] = Extent(start, start + 1, key_start, key_end)
        self.position = start + 1
        return container

    def scalar(self, pointer: Pointer) -> Json:
        start = self.position
        if self.text.startswith("${", start) and (end := self.tokens.of(start)):
            self.position = end
            written = self.text[start:end]
            return Placeholder(written, written)
        word = _WORD.match(self.text, start)
        if word and word.group() in _LITERALS:
            self.position = word.end()
            return _LITERALS[word.group()]
        if number := _NUMBER.match(self.text, start):
            self.position = number.end()
            return self.number(number.group(), start, pointer)
        if odd := _NOT_FINITE.match(self.text, start):
            self.position = odd.end()
            message = f"{odd.group()} is not a JSON value"
            self.problems.append(Problem("ASL101", message, start, self.position, pointer))
            return None
        return self.fail("a value is missing")

    def number(self, written: str, start: int, pointer: Pointer) -> Json:
        # Python refuses to convert integers of several thousand digits, and others do not fit where numbers are floats.
        is_long = len(written.lstrip("-")) > MAX_DIGITS and set(written) <= set("-0123456789")
        found = math.inf if is_long else json.loads(written)
        if isinstance(found, float) and math.isinf(found):
            message = f"the number {_shortened(written)} is too large"
            self.problems.append(Problem("ASL101", message, start, self.position, pointer))
            return None
        return found

    def string(self, wanted: str) -> str:
        start = self.position
        match = _STRING.match(self.text, start)
        if match is None:
            if self.text.startswith('"', start):
                self.fail_in_string(start)
            self.fail(f"{wanted} is missing")
        self.position = match.end()
        written = match.group()
        if "\\" not in written:
            return written[1:-1]
        found: str = json.loads(written)
        if _SURROGATE.search(found):
            message = "the string holds half of a surrogate pair, which is not a character"
            self.problems.append(Problem("ASL101", message, start, self.position))
            return _SURROGATE.sub("\ufffd", found)
        return found

    def skip_space(self) -> None:
        space = _SPACE.match(self.text, self.position)
        assert space is not None
        self.position = space.end()

    def report_duplicate(self, top: _Open, key: str, pointer: Pointer, start: int, end: int) -> None:
        first_line = self.text.count("\n", 0, top.first_keys[key]) + 1
        message = f'the key "{_shortened(key)}" was already given in line {first_line} of this file'
        help = "rename one of the two, or remove it; the last one counts"
        self.problems.append(Problem("ASL102", message, start, end, pointer, help))

    def fail_in_string(self, start: int) -> NoReturn:
        body = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*+').match(self.text, start)
        assert body is not None
        self.position = body.end()
        following = self.text[self.position : self.position + 1]
        if following == "\\":
            escape = self.text[self.position : self.position + 2]
            self.fail(f"{escape} is not an escape that JSON knows", help="write a backslash itself as \\\\")
        if following in ("", "\r", "\n"):
            self.fail("the string that starts here does not end in its line", at=start, help="close it with a quote")
        self.fail("a string holds a raw control character", help="write it as an escape, a tab as \\t")

    def end_with_tokens(self, start: int) -> int | None:
        """Where the string ends if there are quotes in its tokens; None for any other string."""
        position, is_quoted = start + 1, False
        while (found := _STRING_PIECE.match(self.text, position)) is not None:
            position = found.end()
            if found.group() == "${":
                end = self.tokens.of(found.start())
                if end is None:
                    return None
                is_quoted |= '"' in self.text[position:end]
                position = end
        return position + 1 if is_quoted and self.text.startswith('"', position) else None

    def fail(self, message: str, *, at: int | None = None, help: str | None = None) -> NoReturn:
        start = self.position if at is None else at
        word = _WORD.match(self.text, start)
        end = word.end() if word else min(start + 1, len(self.text))
        if start >= len(self.text):
            message = "the file ends too early: " + message
        elif at is None:
            message += f", found {_shortened(self.text[start:end])!r}"
        raise _Broken(Problem("ASL101", message, start, end, help=help or _way_out(self.text, start)))


def _way_out(text: str, offset: int) -> str | None:
    rest = text[offset : offset + 2]
    if rest in ("//", "/*") or rest.startswith("#"):
        return "JSON has no comments; ASL has the field Comment"
    if rest.startswith("'"):
        return "JSON strings stand in double quotes"
    if rest == "${":
        return "close the placeholder in the line it begins in"
    if rest == "%{":
        return "template directives are not read: render the file first, or choose within the values of placeholders"
    return None


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
