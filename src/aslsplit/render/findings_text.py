"""Findings for people and for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from aslsplit.asl.extents import Json
from aslsplit.findings import Finding, Rule, Severity, printable

__all__ = ["explained", "findings_data", "findings_markdown", "findings_text", "tally"]

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}


def findings_text(findings: Sequence[Finding], *, color: bool = False) -> str:
    """One paragraph each: place, severity and code, what is the matter, and indented below it what to do."""
    return "".join(_paragraph(remark, color) for remark in findings)


def _paragraph(remark: Finding, color: bool) -> str:
    place = f"{printable(str(remark.span))}: " if remark.span else ""
    label = f"{remark.severity.value} {remark.code}"
    if color:
        label = f"\x1b[1;{_COLORS[remark.severity]}m{label}\x1b[0m"
    text = f"{place}{label}: {printable(remark.message)}\n"
    if remark.help:
        help = "\n".join(printable(line) for line in remark.help.split("\n"))
        text += textwrap.indent(help, "    ") + "\n"
    return text


def findings_data(findings: Sequence[Finding]) -> Json:
    return [
        {
            "code": remark.code,
            "severity": remark.severity.value,
            "message": remark.message,
            "file": remark.span.file if remark.span else None,
            "line": remark.span.line if remark.span else None,
            "column": remark.span.column if remark.span else None,
            "end_line": remark.span.end_line if remark.span else None,
            "end_column": remark.span.end_column if remark.span else None,
            "pointer": remark.pointer,
            "help": remark.help,
        }
        for remark in findings
    ]


def findings_markdown(findings: Sequence[Finding]) -> str:
    lines = [f"- **{f.severity.value} {f.code}** {f.message}{f' ({f.span})' if f.span else ''}" for f in findings]
    return "\n".join(lines) + "\n" if lines else ""


def tally(findings: Sequence[Finding]) -> str:
    """``2 errors, 1 note``; empty when there are none."""
    counts = [(sum(f.severity is severity for f in findings), severity.value) for severity in Severity]
    return ", ".join(f"{count} {name}{'s' if count != 1 else ''}" for count, name in counts if count)


def explained(rule: Rule) -> str:
    parts = [f"{rule.code} {rule.name} ({rule.severity.value})", ""]
    for title, text in (
        ("What it says", rule.what),
        ("Why it matters", rule.why),
        ("Example", rule.example),
        ("What to do", rule.remedy),
    ):
        body = "\n".join(textwrap.fill(line, 96) for line in text.splitlines())
        parts += [title, textwrap.indent(body, "  "), ""]
    return "\n".join(parts).rstrip() + "\n"
