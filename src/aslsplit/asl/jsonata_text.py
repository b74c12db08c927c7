"""The words of a JSONata expression with where they stand, for whoever rewrites one and leaves the rest as it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aslsplit.asl.limits import MAX_EXPRESSION
from aslsplit.asl.patterns import PatternError, compile_pattern

__all__ = [
    "ContextReference",
    "context_references",
    "intricate_pattern",
    "regex_engine",
    "states_named",
    "variables_named",
    "variables_read",
]


@dataclass(frozen=True, slots=True)
class ContextReference:
    """``$states.context`` and the names behind it; ``end`` is the offset behind ``context``."""

    names: tuple[str, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    end: int


def variables_named(expression: str) -> Counter[str] | None:
    """How often each ``$name`` stands in the text; None if it cannot be read."""
    tokens = _tokens(expression)
    return None if tokens is None else Counter(token.text for token in tokens if token.kind == "variable")


def variables_read(expression: str) -> tuple[str, ...]:
    """The names that are neither called nor bound: where the expression has no tree, as near as words can tell."""
    tokens = _tokens(expression) or ()
    found: dict[str, None] = {}
    for position, token in enumerate(tokens):
        before = tokens[position - 1].text if position else ""
        behind = tokens[position + 1].text if position + 1 < len(tokens) else ""
        called = behind == "(" or before == "~>"
        if token.kind == "variable" and token.text not in ("", "$", "states") and not called and behind != ":=":
            found[token.text] = None
    return tuple(found)


def states_named(expression: str) -> frozenset[str]:
    """The members of ``$states`` that are named, and the empty name where none is; all if it cannot be read."""
    tokens = _tokens(expression)
    if tokens is None:
        return frozenset({""} if "$states" in expression else ())
    places = [place for place, token in enumerate(tokens) if token.kind == "variable" and token.text == "states"]
    return frozenset((*_names_behind(tokens[place + 1 :]), "")[0] for place in places)


def context_references(expression: str) -> tuple[ContextReference, ...]:
    """
    >>> [found.names for found in context_references(" $states.context.Execution.Id & $states.context.Task ")]
    [('Execution', 'Id'), ('Task',)]
    """
    tokens = _tokens(expression) or ()
    found: list[ContextReference] = []
    for position, token in enumerate(tokens):
        if token.kind == "variable" and token.text == "states":
            names = _names_behind(tokens[position + 1 :])
            if names[:1] == ("context",):
                found.append(ContextReference(names[1:], tokens[position + 2].end))
    return tuple(found)


def intricate_pattern(expression: str) -> str | None:
    """What is to be said against a regular expression in it that would take too long; None where there is none."""
    # Most expressions do not even divide, and the library takes long to load.
    if "/" not in expression:
        return None
    try:
        _words(expression)
    except PatternError as problem:
        return problem.message if problem.intricate else None
    return None


def regex_engine(pattern: str, flags: Any) -> re.Pattern[str]:
    """What the library compiles regular expressions with. Raises PatternError."""
    return compile_pattern(pattern, (re.I if flags.case_insensitive else 0) | (re.M if flags.multiline else 0))


def _names_behind(tokens: tuple[_Token, ...]) -> tuple[str, ...]:
    names: list[str] = []
    for dot, name in zip(tokens[::2], tokens[1::2], strict=False):
        # A string behind a dot is a name.
        if dot.text != "." or name.kind not in ("name", "string"):
            break
        names.append(name.text)
    return tuple(names)


@lru_cache(maxsize=4096)
def _tokens(expression: str) -> tuple[_Token, ...] | None:
    try:
        return _words(expression)
    except PatternError:
        return None


def _words(expression: str) -> tuple[_Token, ...] | None:
    """Raises PatternError."""
    if len(expression) > MAX_EXPRESSION:
        return None
    # The library takes long to load, and most machines have no use for it.
    from jsonata.tokenizer import Tokenizer  # type: ignore[import-untyped]

    tokenizer = Tokenizer(expression, regex_engine)
    found: list[_Token] = []
    try:
        # Behind a value a slash divides, anywhere else it begins a regular expression.
        while (token := tokenizer.next(bool(found) and _ends_value(found[-1]))) is not None:
            if not found or token.position > found[-1].end:
                found.append(_Token(str(token.type), str(token.value), token.position))
            else:
                return None
    except PatternError:
        raise
    except (RuntimeError, ValueError, LookupError):
        return None
    return tuple(found)


def _ends_value(token: _Token) -> bool:
    return token.kind != "operator" or token.text in (")", "]", "}")
