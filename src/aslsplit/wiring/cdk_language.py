"""TypeScript and Python, as far as what is written for the CDK differs in more than its template."""

from __future__ import annotations

import json
import keyword
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.placeholders import split_at_tokens
from aslsplit.asl.source import Json
from aslsplit.plan.naming import NameStyle

__all__ = ["PYTHON", "TYPESCRIPT", "Language"]

_WIDTH: Final = 120


@dataclass(frozen=True, slots=True)
class Language:
    """``folder`` is where its templates lie, and ``files`` what is made of them."""

    folder: str
    files: tuple[str, ...]
    style: NameStyle
    reserved: frozenset[str]
    """What neither an input nor a member of the construct may be called."""

    given: str
    """The expression for an input, with ``{}`` for its name."""

    alias: str
    """The expression for the ARN of a child's alias, with ``{}`` for the member that is the child."""

    hole: str
    """How an expression stands in a text, with ``{}`` for it."""

    escaped: Callable[[str], str]
    """What is between the expressions."""

    whole: Callable[[str], str]
    """A text with expressions in it, made of its inside."""

    literal: Callable[[str], str]
    """A text without expressions."""

    conditions: tuple[int, str]
    """How far in they stand in the template, and what is before them on their line."""

    step: int
    """How much further in their parts stand."""

    def text(self, text: str, value: Callable[[str], str]) -> str:
        """A text with ``${tokens}`` in it; ``value`` is the expression that stands for a token."""
        found = list(split_at_tokens(text))
        if len(found) == 1 and found[0][1]:
            return value(found[0][0])
        if not any(is_token for _, is_token in found):
            return self.literal(text)
        parts = (self.hole.format(value(piece)) if is_token else self.escaped(piece) for piece, is_token in found)
        return self.whole("".join(parts))

    def conditions_of(self, data: Json, text: Callable[[str], str]) -> str:
        """``text`` is the expression for one. They take several lines only where one is too short."""
        indent, before = self.conditions
        return self._data(data, text, indent, indent + len(before))

    def _data(self, data: Json, text: Callable[[str], str], indent: int, column: int | None) -> str:
        """``indent`` is that of the line, and ``column`` where in it this begins, or None to have it all in one."""
        if not isinstance(data, (dict, list)):
            return text(data if isinstance(data, str) else str(data).lower())
        is_dict = isinstance(data, dict)
        opening, closing = "{}" if is_dict else "[]"
        parts = [(f"{self.literal(key)}: ", data[key]) for key in data] if is_dict else [("", part) for part in data]
        flat = ", ".join(key + self._data(part, text, indent, None) for key, part in parts)
        # Behind it comes a comma.
        if column is None or column + len(f"{opening}{flat}{closing},") <= _WIDTH:
            return f"{opening}{flat}{closing}"
        inside = indent + self.step
        lines = [f"{' ' * inside}{key}{self._data(part, text, inside, inside + len(key))},\n" for key, part in parts]
        return f"{opening}\n{''.join(lines)}{' ' * indent}{closing}"


def _in_json(text: str) -> str:
    """A string of JSON is one of TypeScript and of Python too."""
    return json.dumps(text, ensure_ascii=False)


def _in_quotes(inside: str) -> str:
    r"""What would be inside double quotes, in those quotes that need fewer escapes, as formatters of Python have it.

    >>> print(_in_quotes(r'say \"so\"'), _in_quotes("it's"))
    'say "so"' "it's"
    """
    if inside.count('"') <= inside.count("'"):
        return f'"{inside}"'
    bare = inside.replace('\\"', '"').replace("'", "\\'")
    return f"'{bare}'"


def _in_backticks(text: str) -> str:
    r"""
    >>> print(_in_backticks("a`b${c}"))
    a\`b\${c}
    """
    return _in_json(text)[1:-1].replace('\\"', '"').replace("`", "\\`").replace("${", "\\${")


def _in_f_string(text: str) -> str:
    """
    >>> _in_f_string("{a}")
    '{{a}}'
    """
    return _in_json(text)[1:-1].replace("{", "{{").replace("}", "}}")


TYPESCRIPT: Final = Language(
    folder="typescript",
    files=("workflows.ts", "app.ts", "cdk.json", "package.json", "tsconfig.json"),
    style=NameStyle.CAMEL,
    reserved=frozenset({"constructor", "node", "toString", "with"}),
    given="props.{}",
    alias="this.{}.alias.attrArn",
    hole="${{{}}}",
    escaped=_in_backticks,
    whole="`{}`".format,
    literal=_in_json,
    conditions=(10, "conditions: "),
    step=2,
)
PYTHON: Final = Language(
    folder="python",
    files=("workflows.py", "app.py", "cdk.json", "requirements.txt"),
    style=NameStyle.SNAKE,
    reserved=frozenset({*keyword.kwlist, "self", "scope", "id", "node", "to_string"}),
    given="{}",
    alias="self.{}.alias.attr_arn",
    hole="{{{}}}",
    escaped=_in_f_string,
    whole=lambda inside: f"f{_in_quotes(inside)}",
    literal=lambda text: _in_quotes(_in_json(text)[1:-1]),
    conditions=(20, "conditions="),
    step=4,
)
