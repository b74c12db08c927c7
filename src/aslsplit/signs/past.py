"""What git knows of a definition: its versions, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aslsplit.asl.source import Json

__all__ = ["Revision"]


@dataclass(frozen=True, slots=True)
class Revision:
    """``states`` are the bodies of all states by name, inner scopes taken out; None where the version is unreadable."""

    commit: str
    author: str
    states: Mapping[str, Json] | None
