"""What a role must be allowed, as values: statements, and what could not be known.

Resources are ARNs as CloudFormation writes them. Where the definition does not say, the partition, the region and the
account are ``${AWS::Partition}``, ``${AWS::Region}`` and ``${AWS::AccountId}``; the definition's own ``${Tokens}``
stand as it has them. Whoever writes a policy in another language puts its own words in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from aslsplit.asl.source import Json

__all__ = ["Policy", "Statement", "Unknown", "located", "policy_document"]


@dataclass(frozen=True, slots=True)
class Statement:
    """``sid`` has letters and digits only. ``states`` are those of the machine that need it, for the reader."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    states: tuple[str, ...]
    conditions: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What the definition does not tell: ``what`` is missing, in a sentence, for these states. ``actions`` are known
    although their resource is not; no statement has them. ``code`` is that of the finding."""

    what: str
    states: tuple[str, ...]
    actions: tuple[str, ...] = ()
    code: str = "ASL561"


@dataclass(frozen=True, slots=True)
class Policy:
    """``assumed``: what only the name of a token tells, and was taken to be so."""

    statements: tuple[Statement, ...]
    unknown: tuple[Unknown, ...] = ()
    assumed: tuple[Unknown, ...] = ()


def located(policy: Policy, region: str | None, account: str | None) -> Policy:
    """The policy for a machine in this region and account, as far as they are known."""
    words: dict[str, str] = {}
    if region is not None:
        partition = next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")
        words |= {"${AWS::Region}": region, "${AWS::Partition}": partition}
    if account is not None:
        words["${AWS::AccountId}"] = account

    def placed(resource: str) -> str:
        for token, word in words.items():
            resource = resource.replace(token, word)
        return resource

    statements = (replace(one, resources=tuple(map(placed, one.resources))) for one in policy.statements)
    return replace(policy, statements=tuple(statements))


_PARTITIONS: Final = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


def policy_document(policy: Policy) -> Json:
    """The JSON of an identity-based policy (IAM User Guide, grammar of the IAM JSON policy language)."""
    statements = [
        {
            "Sid": found.sid,
            "Effect": "Allow",
            "Action": list(found.actions),
            "Resource": list(found.resources),
            **({"Condition": dict(found.conditions)} if found.conditions else {}),
        }
        for found in policy.statements
    ]
    return {"Version": "2012-10-17", "Statement": statements}
