"""What a finding code stands for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Rule", "Severity"]


class Severity(StrEnum):
    """An error keeps things from being done, a warning says what changes, a note what else is to be known."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` is a short kebab-case label; ``what``, ``why`` and ``remedy`` are sentences, ``example`` a small one."""

    code: str
    name: str
    severity: Severity
    what: str
    why: str
    example: str
    remedy: str
