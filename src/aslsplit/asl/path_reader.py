"""Paths as Step Functions writes them: the scanner that finds where a path ends and what it selects.

No JSONPath library reads ``$$``, ``$name``, backslashes in dot form or ``${Token}`` placeholders, so the scanner
is our own; only filters are shown to jsonpath-ng, which only this module knows.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from aslsplit.asl.paths import ANY, DOCUMENT, AccessPath, Step

__all__ = [
    "PlaceholderReference",
    "Reference",
    "ReferenceSyntaxError",
    "ScannedPath",
    "first_offset",
    "refuse_rest",
    "scan_path",
    "whole_path",
]


class ReferenceSyntaxError(ValueError):
    """``message`` says what is wrong, ``offset`` where in the text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class PlaceholderReference(ReferenceSyntaxError):
    """Stands a ``${Token}`` where a path should be: nothing is wrong, but only deployment knows the path."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One path, and where it stands: ``start``/``end`` are offsets into the string it was read from."""

    path: AccessPath
    start: int
    end: int
    inner: tuple[Reference, ...] = ()
    """The paths from the root inside its filters: ``$.id`` in ``$.items[?(@.id == $.id)]``."""


_ROOT = re.compile(r"\$(?:\$|(?!\{)[^\W\d]\w*)?")
# Jayway ends a dotted name at a dot, a bracket or a blank. The rest cannot stand in a path without quotes.
_NAME = re.compile(r"""(?:\\u[0-9A-Fa-f]{4}|\\.|\$\{[^}]*\}|[^\s.\[\](),'"*?\\])+""", re.DOTALL)
_NAME_IN_FILTER = re.compile(r"""(?:\\u[0-9A-Fa-f]{4}|\\.|\$\{[^}]*\}|[^\s.\[\](),'"*?\\=<>!&|~+/])+""", re.DOTALL)
_QUOTED = r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_QUOTED_NAME = re.compile(_QUOTED, re.DOTALL)
_INDEX = re.compile(r"-?[0-9]{1,18}")
_SLICE = re.compile(r"(?:-?\d+)?\s*:\s*(?:-?\d+)?(?:\s*:\s*(?:-?\d+)?)?")
_UNION = re.compile(rf"(?:{_QUOTED}|-?\d+)(?:\s*,\s*(?:{_QUOTED}|-?\d+))+", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
_SKIPPED_WHILE_BALANCING = re.compile(rf"=~\s*/(?:\\.|[^/\\])*/\w*|{_QUOTED}", re.DOTALL)
_CLOSING = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class ScannedPath:
    reference: Reference
    singular: bool
    """Names one place at most, as a Reference Path must."""


@dataclass(frozen=True, slots=True)
class _ScannedStep:
    step: Step
    end: int
    singular: bool = True
    inner: tuple[Reference, ...] = ()


@lru_cache(maxsize=4096)
def whole_path(text: str) -> ScannedPath:
    start = first_offset(text)
    if not text.startswith("$", start):
        raise ReferenceSyntaxError("a path begins with $", start)
    scanned = scan_path(text, start)
    refuse_rest(text, scanned.reference.end)
    return scanned


def first_offset(text: str) -> int:
    start = len(text) - len(text.lstrip())
    if text.startswith("${", start):
        raise PlaceholderReference("a placeholder that deployment replaces", start)
    return start


def refuse_rest(text: str, end: int) -> None:
    rest = text[end:]
    if not rest.strip():
        return
    if rest[0].isspace():
        where = end + len(rest) - len(rest.lstrip())
        raise ReferenceSyntaxError(f'"{rest.strip()}" is not expected here; names with blanks stand in brackets', where)
    raise ReferenceSyntaxError(f'"{rest[0]}" is not expected here', end)


def scan_path(text: str, start: int, name: re.Pattern[str] = _NAME) -> ScannedPath:
    root_match = _ROOT.match(text, start)
    assert root_match is not None, "called only at a $"
    root, position = root_match.group(), root_match.end()
    steps: list[Step] = []
    inner: list[Reference] = []
    singular = True
    while position < len(text) and text[position] in ".[":
        if text[position] == "[":
            found = _scan_bracket(text, position)
        else:
            descends = text.startswith("..", position)
            if descends:
                steps.append(ANY)
                singular = False
            position += 2 if descends else 1
            if text.startswith("[", position):  # `$.[0]`: Jayway does not mind the dot.
                continue
            found = _scan_name(text, position, name)
        steps.append(found.step)
        inner += found.inner
        singular = singular and found.singular
        position = found.end
    if inner and root != DOCUMENT:
        # Which root a `$` inside this filter has is not documented: take the whole value as read.
        steps = [ANY]
    return ScannedPath(Reference(AccessPath(root, tuple(steps)), start, position, tuple(inner)), singular)


def _scan_name(text: str, start: int, name: re.Pattern[str]) -> _ScannedStep:
    if text.startswith("*", start):
        return _ScannedStep(ANY, start + 1, singular=False)
    found = name.match(text, start)
    if found is None:
        raise ReferenceSyntaxError('a name is missing after "."', start)
    if text.startswith("(", found.end()):
        end = _closing_offset(text, found.end()) + 1
        return _ScannedStep(ANY, end, singular=False, inner=_references_inside(text, found.end(), end))
    return _ScannedStep(_name_step(found.group()), found.end())


def _scan_bracket(text: str, start: int) -> _ScannedStep:
    closing = _closing_offset(text, start)
    content = text[start + 1 : closing].strip()
    end = closing + 1
    if _QUOTED_NAME.fullmatch(content):
        return _ScannedStep(_name_step(content[1:-1]), end)
    if _INDEX.fullmatch(content):
        return _ScannedStep(int(content) if content[0] != "-" else ANY, end)
    if _PLACEHOLDER.fullmatch(content):
        return _ScannedStep(ANY, end)
    if content == "*" or _SLICE.fullmatch(content) or _UNION.fullmatch(content):
        return _ScannedStep(ANY, end, singular=False)
    if content.startswith("?"):
        _check_filter(content, start)
        return _ScannedStep(ANY, end, singular=False, inner=_references_inside(text, start, closing))
    raise ReferenceSyntaxError(f"[{content}] is neither a name in quotes, an index, a slice nor a filter", start)


def _name_step(raw: str) -> Step:
    if _PLACEHOLDER.search(raw):
        return ANY
    if "\\" not in raw:
        return raw
    name = _ESCAPE.sub(lambda escape: chr(int(escape[1][1:], 16)) if len(escape[1]) == 5 else escape[1], raw)
    # Two \u escapes may be the halves of one character.
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _closing_offset(text: str, opening: int) -> int:
    """Where the bracket or parenthesis at ``opening`` is closed again."""
    expected = [_CLOSING[text[opening]]]
    position = opening + 1
    while position < len(text):
        skipped = _SKIPPED_WHILE_BALANCING.match(text, position)
        if skipped:
            position = skipped.end()
            continue
        character = text[position]
        if character in _CLOSING:
            expected.append(_CLOSING[character])
        elif character == expected[-1]:
            expected.pop()
            if not expected:
                return position
        elif character in _CLOSING.values():
            raise ReferenceSyntaxError(f'"{character}" stands where "{expected[-1]}" is expected', position)
        position += 1
    raise ReferenceSyntaxError(f'"{text[opening]}" is never closed', opening)


def _references_inside(text: str, start: int, end: int) -> tuple[Reference, ...]:
    """The paths from the root in a filter or in the arguments of a path function."""
    found: list[Reference] = []
    position = start
    while position < end:
        skipped = _SKIPPED_WHILE_BALANCING.match(text, position) or _PLACEHOLDER.match(text, position)
        if skipped:
            position = skipped.end()
        elif text[position] == "$":
            found.append(scan_path(text, position, _NAME_IN_FILTER).reference)
            position = found[-1].end
        else:
            position += 1
    return tuple(found)


# Operators and functions that Jayway has and jsonpath-ng has not.
_ONLY_JAYWAY = re.compile(r"=~|\b(?:in|nin|subsetof|anyof|noneof|size|empty|contains|and|or)\b|\w\(|\$\$|\$\w|\$\{")
_BARE_WORD = re.compile(rf"{_QUOTED}|((?:[=!]=|[<>]=?)\s*)(?!(?:true|false|null)\b)([^\W\d]\w*)", re.DOTALL)


def _check_filter(content: str, offset: int) -> None:
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.ext.parser import parse

    # Step Functions takes words without quotes; jsonpath-ng is about to refuse them.
    quoted = _BARE_WORD.sub(lambda found: f"{found[1]}'{found[2]}'" if found[2] else found[0], content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            parse(f"$[{quoted}]")
    except (JSONPathError, ValueError, RecursionError) as problem:
        if not _ONLY_JAYWAY.search(_QUOTED_NAME.sub("''", content)):
            raise ReferenceSyntaxError(f"the filter [{content}] cannot be read", offset) from problem
