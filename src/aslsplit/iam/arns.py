"""ARNs out of what a state sends.

A pattern is an ARN without ``arn:PARTITION:``, such as ``dynamodb:region:account:table/{TableName}``. ``region`` and
``account`` are those of the machine. In braces stand parameters of the call:

- ``{TableName}``: without it the resource is not known;
- ``{WorkGroup=primary}``: an absent one has a default;
- ``{Key*}``: ``*`` where it is absent or data decides, for what lies inside a thing that is named;
- ``{IndexName?}``: where it is absent there is no such resource; ``{EventBusName!}``: where it is given there is none.

A parameter that holds an ARN takes the place of all before it, and of what follows in parentheses. A pattern that is a
parameter and nothing else always is an ARN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import Final

from aslsplit.asl.placeholders import TOKEN
from aslsplit.iam.payload import Payload, Unsaid, Value

__all__ = ["ANY", "Place", "Resolved", "holds_an_arn", "is_token", "missing_of", "no_arn_of", "resolve"]

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


_SLOT: Final = re.compile(r"\{([A-Za-z.0-9@]+)([*?!]|=[^}]*)?\}")
_TOKEN: Final = re.compile(TOKEN)
_SAYS_ARN: Final = re.compile(r"\$\{[^{}]*arn[^A-Za-z{}]*\}", re.IGNORECASE)
_QUEUE: Final = re.compile(
    r"https://sqs\.(?P<region>[^/]+?)\.amazonaws\.com(?:\.cn)?/(?P<account>[^/]+)/(?P<name>[^/]+)"
)


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
    for chosen in product(*choices):
        pairs = tuple(zip(names, chosen, strict=True))
        said = [(name, value) for name, value in pairs if isinstance(value, str)]
        lacking = [missing_of(name, value, payload) for name, value in pairs if isinstance(value, Unsaid)]
        arn = None if lacking else _whole(*said[0], place) if texts == ["", ""] else _filled(texts, said, place)
        if arn is None:
            missing += lacking or [no_arn_of(name, value) for name, value in said]
            continue
        arns.append(arn)
        if texts != ["", ""]:
            taken += [pair for pair in said if pair[1].startswith("${") and not _is_an_arn(*pair)]
    return Resolved(tuple(dict.fromkeys(arns)), tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(taken)))


def no_arn_of(parameter: str, value: str) -> str:
    return f"no ARN can be made of {value}, given as {parameter}"


def missing_of(parameter: str, value: Unsaid, payload: Payload) -> str:
    if payload.body is None:
        return "all parameters come from the input"
    return f"{parameter.removesuffix('.@')} {'comes from data' if value is Unsaid.DATA else 'is not given'}"


def _choices(values: tuple[Value, ...], mark: str | None) -> tuple[Value, ...]:
    match mark:
        case None:
            return values
        case "*":
            return tuple("*" if isinstance(value, Unsaid) else value for value in values)
        case "?":
            return tuple(value for value in values if value is not Unsaid.ABSENT)
        case "!":
            return ("",) if values == (Unsaid.ABSENT,) else ()
        case _:
            return tuple(mark[1:] if value is Unsaid.ABSENT else value for value in values)


def _whole(parameter: str, value: str, place: Place) -> str | None:
    if found := _QUEUE.fullmatch(value):
        return f"arn:{place.partition}:sqs:{found['region']}:{found['account']}:{found['name']}"
    # A queue is called by its address, also where a token has it.
    return value if _is_an_arn("" if parameter == "QueueUrl" else f"{parameter}Arn", value) else None


def _filled(texts: list[str], said: list[tuple[str, str]], place: Place) -> str | None:
    text, whole = texts[0], False
    for (name, value), behind in zip(said, texts[1:], strict=True):
        value = value.removeprefix("s3://") if texts[0].startswith("s3:") else value
        if "://" in value:
            return None
        if _is_an_arn(name, value):
            text, whole = value + re.sub(r"\([^)]*\)", "", behind), True
        else:
            # A name may have the slash that the ARN has anyway: that of a parameter, of an object, of a folder.
            value = value.lstrip("/") if text.endswith(("/", ":::")) else value
            text += value.removesuffix("/" if behind.startswith("/") else "") + re.sub(r"[()]", "", behind)
    return text if whole else place.arn(text)


def _is_an_arn(parameter: str, value: str) -> bool:
    """Also a token, where nothing but an ARN may stand."""
    return holds_an_arn(value) or (parameter.lower().endswith("arn") and value.startswith("${"))


def holds_an_arn(value: str) -> bool:
    """
    >>> [holds_an_arn(text) for text in ("arn:aws:sns:::x", "${QueueArn}", "${Charge.Arn}", "${Queue}", "learn")]
    [True, True, True, False, False]
    """
    return value.startswith("arn:") or (_SAYS_ARN.match(value) is not None)


def is_token(value: str) -> bool:
    return _TOKEN.fullmatch(value) is not None
