"""Every finding code, with the text that ``aslsplit explain CODE`` prints and ``docs/findings.md`` is made of.

The first digit is the stage: 0 boundary map, 1 reading, 2 analysis, 3 legality, 4 contract, 5 residue, 6 output,
7 proof, 9 our own bug.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` is a short kebab-case label; the four texts are sentences or a small example."""

    code: str
    name: str
    severity: Severity
    what: str
    why: str
    example: str
    remedy: str


RULES: tuple[Rule, ...] = ()


def rule(code: str) -> Rule:
    """Raises KeyError for an unknown code."""
    return _BY_CODE[code]


_BY_CODE = {entry.code: entry for entry in RULES}
