"""Values in Terraform's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from aslsplit.asl.placeholders import split_at_tokens

__all__ = ["PSEUDO", "expression", "nested", "quoted"]

PSEUDO: Final = {
    "AWS::Partition": "data.aws_partition.current.partition",
    "AWS::Region": "data.aws_region.current.region",
    "AWS::AccountId": "data.aws_caller_identity.current.account_id",
    "AWS::URLSuffix": "data.aws_partition.current.dns_suffix",
}
"""What CloudFormation knows of where it deploys, and how Terraform asks for it."""


def quoted(text: str) -> str:
    r"""
    >>> print(quoted('${a} says "%{b}"'))
    "$${a} says \"%%{b}\""
    """
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def expression(text: str, value: Callable[[str], str]) -> str:
    """A text with ``${tokens}`` in it; ``value`` is the reference that stands for a token.

    >>> expression("${A}:*", str.lower), expression("${A}", str.lower), expression("*", str.lower)
    ('"${a}:*"', 'a', '"*"')
    """
    found = list(split_at_tokens(text))
    if len(found) == 1 and found[0][1]:
        return value(found[0][0])
    return f'"{"".join(f"${{{value(piece)}}}" if is_token else quoted(piece)[1:-1] for piece, is_token in found)}"'


def nested(values: Mapping[Sequence[str], str]) -> Mapping[str, str]:
    """Objects made of references by the names that lead to them, each in one line.

    >>> nested({("a",): "x", ("b", "c", "arn"): "y", ("b", "d"): "z"})
    {'a': 'x', 'b': '{ c = { arn = y }, d = z }'}
    """
    below: dict[str, dict[Sequence[str], str]] = {}
    for names, value in values.items():
        below.setdefault(names[0], {})[tuple(names[1:])] = value
    return {name: inner[()] if () in inner else _object(nested(inner)) for name, inner in below.items()}


def _object(values: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{name} = {value}' for name, value in values.items())} }}"
