"""ARNs out of what a state sends.

A pattern is an ARN without ``arn:PARTITION:``, such as ``dynamodb:region:account:table/{TableName}``. ``region`` and
``account`` are those of the machine. ``{TableName}`` is a parameter of the call; with ``{WorkGroup=primary}`` an absent
one has a default; with ``{Key*}`` it is ``*`` where it is absent or data decides, which is meant for what lies inside a
thing that is named. A parameter that holds an ARN takes the place of all before it. ``{TopicArn}`` alone always is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import Final

from aslsplit.iam.payload import Payload, Unsaid, Value

__all__ = ["ANY", "Place", "Resolved", "holds_an_arn", "is_token", "resolve"]

ANY: Final = "*"
"""For actions that AWS allows on all resources or none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the resources of a machine are, as far as their ARNs do not say."""

    partition: str = "${AWS::Partition}"
    region: str = "${AWS::Region}"
    account: str = "${AWS::AccountId}"

    def arn(self, below: str) -> str:
        """
        >>> Place("aws").arn("sns:region:account:alarms")
        'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:alarms'
        """
        service, region, account, rest = below.split(":", 3)
        parts = (service, self.region if region == "region" else region)
        return ":".join(("arn", self.partition, *parts, self.account if account == "account" else account, rest))


@dataclass(frozen=True, slots=True)
class Resolved:
    """``missing`` are sentences about what keeps other ARNs from being known; ``names`` are parameters whose value is
    a token that was taken for a name."""

    arns: tuple[str, ...]
    missing: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


_SLOT: Final = re.compile(r"\{([A-Za-z.0-9]+)(\*|=[^}]*)?\}")
_TOKEN: Final = re.compile(r"\$\{[^}]*\}")
_SAYS_ARN: Final = re.compile(r"\$\{[^}]*arn[^A-Za-z}]*\}", re.IGNORECASE)


def resolve(pattern: str, payload: Payload, place: Place) -> Resolved:
    """
    >>> resolve("sqs:region:account:{Name}", Payload({"Name": "jobs"}, "JSONPath"), Place("aws")).arns
    ('arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:jobs',)
    >>> resolve("sqs:region:account:{Name}", Payload({"Name.$": "$.queue"}, "JSONPath"), Place("aws")).missing
    ('Name comes from data',)
    """
    if pattern == ANY:
        return Resolved((ANY,))
    pieces = _SLOT.split(pattern)
    texts, names, marks = pieces[::3], pieces[1::3], pieces[2::3]
    choices = [_choices(payload.values(name), mark) for name, mark in zip(names, marks, strict=True)]
    arns: list[str] = []
    missing: list[str] = []
    taken: list[tuple[str, str]] = []
    is_arn = pattern == f"{{{names[0]}}}" if names else False
    for chosen in product(*choices):
        lacking = [f"{name} {_WHY[value]}" for name, value in zip(names, chosen, strict=True) if value in _WHY]
        said = [value for value in chosen if isinstance(value, str)]
        if lacking:
            missing += lacking
        elif is_arn and not _looks_like_arn(said[0]):
            missing.append(f'{names[0]} is "{said[0]}", which is no ARN')
        else:
            arns.append(said[0] if is_arn else _filled(texts, said, place))
            pairs = zip(names, said, strict=True)
            taken += [] if is_arn else [pair for pair in pairs if is_token(pair[1]) and not holds_an_arn(pair[1])]
    return Resolved(tuple(dict.fromkeys(arns)), tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(taken)))


_WHY: Final[dict[Value, str]] = {Unsaid.DATA: "comes from data", Unsaid.ABSENT: "is not given"}


def _choices(values: tuple[Value, ...], mark: str | None) -> tuple[Value, ...]:
    if mark == "*":
        return tuple("*" if isinstance(value, Unsaid) else value for value in values)
    if mark is not None:
        return tuple(mark[1:] if value is Unsaid.ABSENT else value for value in values)
    return values


def _filled(texts: list[str], values: list[str], place: Place) -> str:
    text = texts[0]
    whole = False
    for value, behind in zip(values, texts[1:], strict=True):
        if holds_an_arn(value):
            text, whole = value + behind, True
        else:
            text += value + behind
    return text if whole else place.arn(text)


def holds_an_arn(value: str) -> bool:
    """
    >>> [holds_an_arn(text) for text in ("arn:aws:sns:::x", "${QueueArn}", "${Charge.Arn}", "${Queue}", "learn")]
    [True, True, True, False, False]
    """
    return value.startswith("arn:") or (_SAYS_ARN.match(value) is not None)


def is_token(value: str) -> bool:
    return _TOKEN.fullmatch(value) is not None


def _looks_like_arn(value: str) -> bool:
    return value.startswith("arn:") or _TOKEN.match(value) is not None
