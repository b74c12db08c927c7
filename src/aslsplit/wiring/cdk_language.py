"""TypeScript and Python, as far as what is written for the CDK differs in more than its template."""

from __future__ import annotations

import json
import keyword
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.placeholders import split_at_tokens
from aslsplit.plan.naming import NameStyle

__all__ = ["PYTHON", "TYPESCRIPT", "Language", "literal"]


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

    whole: str
    """How a text with expressions in it stands, with ``{}`` for its inside."""

    escaped: Callable[[str], str]
    """What is between the expressions."""

    def text(self, text: str, value: Callable[[str], str]) -> str:
        """A text with ``${tokens}`` in it; ``value`` is the expression that stands for a token."""
        found = list(split_at_tokens(text))
        if len(found) == 1 and found[0][1]:
            return value(found[0][0])
        if not any(is_token for _, is_token in found):
            return literal(text)
        parts = (self.hole.format(value(piece)) if is_token else self.escaped(piece) for piece, is_token in found)
        return self.whole.format("".join(parts))


def literal(text: str) -> str:
    """A string of JSON is one of TypeScript and of Python too."""
    return json.dumps(text, ensure_ascii=False)


def _in_backticks(text: str) -> str:
    r"""
    >>> print(_in_backticks("a`b${c}"))
    a\`b\${c}
    """
    return literal(text)[1:-1].replace('\\"', '"').replace("`", "\\`").replace("${", "\\${")


def _in_f_string(text: str) -> str:
    """
    >>> _in_f_string("{a}")
    '{{a}}'
    """
    return literal(text)[1:-1].replace("{", "{{").replace("}", "}}")


TYPESCRIPT: Final = Language(
    folder="typescript",
    files=("workflows.ts", "app.ts", "cdk.json", "package.json", "tsconfig.json"),
    style=NameStyle.CAMEL,
    reserved=frozenset({"constructor", "node", "toString", "with"}),
    given="props.{}",
    alias="this.{}.alias.attrArn",
    hole="${{{}}}",
    whole="`{}`",
    escaped=_in_backticks,
)
PYTHON: Final = Language(
    folder="python",
    files=("workflows.py", "app.py", "cdk.json", "requirements.txt"),
    style=NameStyle.SNAKE,
    reserved=frozenset({*keyword.kwlist, "self", "scope", "id", "node", "to_string"}),
    given="{}",
    alias="self.{}.alias.attr_arn",
    hole="{{{}}}",
    whole='f"{}"',
    escaped=_in_f_string,
)
