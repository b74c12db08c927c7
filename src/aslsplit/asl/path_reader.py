"""Paths as Step Functions writes them: the scanner that finds where a path ends and what it selects.

No JSONPath library reads ``$$``, ``$name``, backslashes in dot form or ``${Token}`` placeholders, so the scanner
is our own; only filters are shown to jsonpath-ng, which only this module knows.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from aslsplit.asl.limits import MAX_FILTER, MAX_NESTING, MAX_REFERENCE, MAX_STEPS
from aslsplit.asl.paths import ANY, DOCUMENT, AccessPath
from aslsplit.asl.patterns import PatternError, compile_pattern
from aslsplit.asl.placeholders import TOKEN
from aslsplit.asl.selectors import (
    Descent,
    Filter,
    Function,
    Placeholder,
    Selector,
    Slice,
    Union,
    Wildcard,
    names_one_place,
    step_of,
)

__all__ = [
    "PlaceholderReference",
    "Reference",
    "ReferenceSyntaxError",
    "ScannedPath",
    "bounded",
    "first_offset",
    "refuse_rest",
    "scan_path",
    "scan_path_in_filter",
    "whole_path",
]


class ReferenceSyntaxError(ValueError):
    """``message`` says what is wrong, ``offset`` where in the text, ``code`` under which rule."""

    def __init__(self, message: str, offset: int = 0, code: str = "ASL109") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.code = code


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
_NAME = re.compile(r"""(?:\\u[0-9A-Fa-f]{4}|\\.|\$\{[^{}]*\}|[^\s.\[\](),'"*?\\])++""", re.DOTALL)
_NAME_IN_FILTER = re.compile(r"""(?:\\u[0-9A-Fa-f]{4}|\\.|\$\{[^{}]*\}|[^\s.\[\](),'"*?\\=<>!&|~+/])++""", re.DOTALL)
_QUOTED = r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_QUOTED_NAME = re.compile(_QUOTED, re.DOTALL)
_WHOLE = r"-?[0-9]{1,18}"
_INDEX = re.compile(_WHOLE)
_SLICE = re.compile(rf"({_WHOLE})?\s*:\s*({_WHOLE})?(?:\s*:\s*({_WHOLE})?)?")
_UNION = re.compile(rf"(?:{_QUOTED}|{_WHOLE})(?:\s*,\s*(?:{_QUOTED}|{_WHOLE}))+", re.DOTALL)
_UNION_MEMBER = re.compile(rf"{_QUOTED}|{_WHOLE}", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
# Between quotes a backslash escapes only itself and the quote it stands between: `$['a\"b']` keeps it, as recorded.
_ESCAPE_BETWEEN = {quote: re.compile(rf"\\(u[0-9A-Fa-f]{{4}}|[\\{quote}])") for quote in "'\""}
_PLACEHOLDER = re.compile(TOKEN)
_SKIPPED_WHILE_BALANCING = re.compile(rf"=~\s*/(?:\\.|[^/\\])*/\w*|{_QUOTED}", re.DOTALL)
_CLOSING = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class ScannedPath:
    reference: Reference
    selectors: tuple[Selector, ...]
    """What its steps say, where the access path is content with *any*."""

    @property
    def singular(self) -> bool:
        """Names one place at most, as a Reference Path must."""
        return all(names_one_place(selector) for selector in self.selectors)


@dataclass(frozen=True, slots=True)
class _ScannedStep:
    selector: Selector
    end: int
    inner: tuple[Reference, ...] = ()


@lru_cache(maxsize=4096)
def whole_path(text: str) -> ScannedPath:
    start = first_offset(bounded(text))
    if not text.startswith("$", start):
        raise ReferenceSyntaxError("a path begins with $", start)
    scanned = scan_path(text, start)
    refuse_rest(text, scanned.reference.end)
    return scanned


def bounded(text: str) -> str:
    """The text, unless it is too long to be a reference."""
    if len(text) > MAX_REFERENCE:
        raise _beyond(f"it has {len(text)} characters; at most {MAX_REFERENCE} are read", 0)
    return text


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
    selectors: list[Selector] = []
    inner: list[Reference] = []
    while position < len(text) and text[position] in ".[":
        if text[position] == "[":
            found = _scan_bracket(text, position)
        else:
            descends = text.startswith("..", position)
            if descends:
                selectors.append(Descent())
            position += 2 if descends else 1
            if text.startswith("[", position):  # `$.[0]`: Jayway does not mind the dot.
                continue
            found = _scan_name(text, position, name)
        selectors.append(found.selector)
        if len(selectors) > MAX_STEPS:
            raise _beyond(f"a path has at most {MAX_STEPS} steps", start)
        inner += found.inner
        position = found.end
    # Which root a `$` inside the filter of another root has is not documented: take the whole value as read.
    steps = (ANY,) if inner and root != DOCUMENT else tuple(step_of(selector) for selector in selectors)
    return ScannedPath(Reference(AccessPath(root, steps), start, position, tuple(inner)), tuple(selectors))


def scan_path_in_filter(text: str, start: int) -> ScannedPath:
    """Operators end a name, and the path may begin with ``@``, which is understood as ``$``."""
    if text.startswith("@", start):
        text = f"{text[:start]}${text[start + 1 :]}"
    return scan_path(text, start, _NAME_IN_FILTER)


def _scan_name(text: str, start: int, name: re.Pattern[str]) -> _ScannedStep:
    if text.startswith("*", start):
        return _ScannedStep(Wildcard(), start + 1)
    found = name.match(text, start)
    if found is None:
        raise ReferenceSyntaxError('a name is missing after "."', start)
    if text.startswith("(", found.end()):
        closing = _closing_offset(text, found.end())
        function = Function(found.group(), text[found.end() + 1 : closing].strip())
        return _ScannedStep(function, closing + 1, _references_inside(text, found.end(), closing))
    return _ScannedStep(_name(found.group(), _ESCAPE), found.end())


def _scan_bracket(text: str, start: int) -> _ScannedStep:
    closing = _closing_offset(text, start)
    content = text[start + 1 : closing].strip()
    end = closing + 1
    if content.startswith("?"):
        _check_filter(content, start)
        return _ScannedStep(Filter(content[1:].strip()), end, _references_inside(text, start, closing))
    if (selector := _bracketed(content)) is None:
        raise ReferenceSyntaxError(f"[{content}] is neither a name in quotes, an index, a slice nor a filter", start)
    return _ScannedStep(selector, end)


def _bracketed(content: str) -> Selector | None:
    if _QUOTED_NAME.fullmatch(content):
        return _quoted(content)
    if _INDEX.fullmatch(content):
        return int(content)
    if _PLACEHOLDER.fullmatch(content):
        return Placeholder(content)
    if content == "*":
        return Wildcard()
    if slice_ := _SLICE.fullmatch(content):
        bounds = tuple(None if bound is None else int(bound) for bound in slice_.groups())
        return None if bounds[2] == 0 else Slice(*bounds)
    if _UNION.fullmatch(content):
        members = (_quoted(member) if member[0] in "'\"" else int(member) for member in _UNION_MEMBER.findall(content))
        return Union(tuple(member.text if isinstance(member, Placeholder) else member for member in members))
    return None


def _quoted(text: str) -> str | Placeholder:
    return _name(text[1:-1], _ESCAPE_BETWEEN[text[0]])


def _name(raw: str, escape: re.Pattern[str]) -> str | Placeholder:
    if _PLACEHOLDER.search(raw):
        return Placeholder(raw)
    if "\\" not in raw:
        return raw
    name = escape.sub(lambda found: chr(int(found[1][1:], 16)) if len(found[1]) == 5 else found[1], raw)
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
        if character in "'\"":
            raise ReferenceSyntaxError(f"the text in {character} is never closed", position)
        if character in _CLOSING:
            expected.append(_CLOSING[character])
            if len(expected) > MAX_NESTING:
                raise _beyond(f"brackets stand at most {MAX_NESTING} deep inside each other", position)
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
            found.append(scan_path_in_filter(text, position).reference)
            position = found[-1].end
        else:
            position += 1
    return tuple(found)


# What Jayway reads and jsonpath-ng does not, or not in every version.
_ONLY_JAYWAY = re.compile(
    r"=~|&&|\|\||!(?!=)|\b(?:in|nin|subsetof|anyof|noneof|size|empty|contains|and|or)\b|\w\(|\$\$|\$\w|\$\{"
)
_BARE_WORD = re.compile(rf"{_QUOTED}|((?:[=!]=|[<>]=?)\s*)(?!(?:true|false|null)\b)([^\W\d]\w*)", re.DOTALL)


_PATTERN_IN_FILTER = re.compile(rf"{_QUOTED}|=~\s*/((?:[^/\\]|\\.)+)/", re.DOTALL)


def _check_filter(content: str, offset: int) -> None:
    if len(content) > MAX_FILTER:
        raise _beyond(f"a filter has at most {MAX_FILTER} characters", offset)
    for found in _PATTERN_IN_FILTER.finditer(content):
        try:
            compile_pattern(found[1] or "")
        except PatternError as problem:
            code = "ASL129" if problem.intricate else "ASL109"
            raise ReferenceSyntaxError(problem.message, offset, code) from None
    _check_with_library(content, offset)


def _check_with_library(content: str, offset: int) -> None:
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


def _beyond(message: str, offset: int) -> ReferenceSyntaxError:
    return ReferenceSyntaxError(message, offset, "ASL128")
