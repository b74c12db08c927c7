"""A finding: one coded remark about the user's files.

Findings are returned, never raised and never printed where they arise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aslsplit.findings.catalogue import rule
from aslsplit.findings.rule import Severity

__all__ = ["Finding", "Severity", "Span", "finding", "has_errors", "in_order", "printable"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file, as an editor shows it: lines and columns count from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: what (``code``, ``message``), where (``span``, JSON ``pointer``) and the way out (``help``)."""

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    pointer: str | None = None
    help: str | None = None


def finding(
    code: str,
    message: str,
    *,
    span: Span | None = None,
    pointer: str | None = None,
    help: str | None = None,
    severity: Severity | None = None,
) -> Finding:
    """A finding with the severity its rule has in the catalogue, unless another one is given.

    Raises KeyError for a code that the catalogue does not hold.
    """
    return Finding(code, severity or rule(code).severity, message, span, pointer, help)


def printable(text: str) -> str:
    """Names come from files; what would steer a terminal or break a line is shown by its escape."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(remark.severity is Severity.ERROR for remark in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Without duplicates, by file and position; findings without a place come last."""
    return tuple(sorted(dict.fromkeys(findings), key=_position))


def _position(remark: Finding) -> tuple[object, ...]:
    place = remark.span
    where = (0, place.file, place.line, place.column) if place else (1, "", 0, 0)
    return (*where, remark.code, remark.message)
