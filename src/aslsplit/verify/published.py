"""What is published of a contract, to be held against what the machines do."""

from __future__ import annotations

from dataclasses import dataclass

from aslsplit.asl.source import Json

__all__ = ["Published"]


@dataclass(frozen=True, slots=True)
class Published:
    """The contract files of one child, as JSON Schema."""

    child: str
    request: Json
    response: Json
    errors: Json
