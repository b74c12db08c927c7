"""Findings for people and for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from aslsplit.asl.extents import Json
from aslsplit.findings import Finding, Rule, Severity, printable
from aslsplit.render.excerpt import excerpt

__all__ = ["explained", "findings_data", "findings_markdown", "findings_text", "tally"]

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}


def findings_text(
    findings: Sequence[Finding],
    *,
    color: bool = False,
    text_of: Callable[[str], str | None] | None = None,
    width: int = 100,
) -> str:
    """One paragraph each: place, severity and code, what is the matter, and indented below it what to do.

    Between the two stands the line in question, where ``text_of`` gives the text of the file. Notes are no complaints
    and go without it.
    """
    lookup = cache(text_of) if text_of is not None else _no_text
    before: Finding | None = None
    paragraphs: list[str] = []
    for remark in findings:
        # What is said twice of one place is shown once.
        repeated = before is not None and before.span == remark.span
        lines = [] if repeated else list(_excerpt(remark, lookup, width, color))
        paragraphs.append("".join(f"{line}\n" for line in (*_head(remark, color), *lines, *_help(remark))))
        before = remark if remark.severity is not Severity.NOTE else None
    return "".join(paragraphs)


def _no_text(file: str) -> str | None:
    return None


def _head(remark: Finding, color: bool) -> Iterator[str]:
    place = f"{printable(str(remark.span))}: " if remark.span else ""
    yield f"{place}{_in_color(f'{remark.severity.value} {remark.code}', remark, color)}: {printable(remark.message)}"


def _excerpt(remark: Finding, text_of: Callable[[str], str | None], width: int, color: bool) -> Iterator[str]:
    if remark.span is None or remark.severity is Severity.NOTE:
        return
    text = text_of(remark.span.file)
    number = f"{remark.span.line:>7}"
    found = excerpt(text, remark.span, width - len(number) - 3) if text is not None else None
    if found is not None:
        yield f"{number} | {found.line}"
        unmarked = len(found.marks) - len(found.marks.lstrip())
        marks = _in_color(found.marks.lstrip(), remark, color)
        yield f"{'':{len(number)}} | {found.marks[:unmarked]}{marks}"


def _help(remark: Finding) -> Iterator[str]:
    for line in remark.help.split("\n") if remark.help else ():
        yield textwrap.indent(printable(line), "    ")


def _in_color(text: str, remark: Finding, color: bool) -> str:
    return f"\x1b[1;{_COLORS[remark.severity]}m{text}\x1b[0m" if color else text


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
    lines = [
        f"- **{f.severity.value} {f.code}** {printable(f.message)}{f' ({printable(str(f.span))})' if f.span else ''}"
        for f in findings
    ]
    return "\n".join(lines) + "\n" if lines else ""


def tally(findings: Sequence[Finding]) -> str:
    """``2 errors, 1 note``; empty when there are none."""
    counts = [(sum(f.severity is severity for f in findings), severity.value) for severity in Severity]
    return ", ".join(f"{count} {name}{'s' if count != 1 else ''}" for count, name in counts if count)


def explained(rule: Rule, *, width: int) -> str:
    parts = [f"{rule.code} {rule.name} ({rule.severity.value})", ""]
    for title, text in (
        ("What it says", rule.what),
        ("Why it matters", rule.why),
        ("Example", rule.example),
        ("What to do", rule.remedy),
    ):
        body = "\n".join(textwrap.fill(line, width - 4) for line in text.splitlines())
        parts += [title, textwrap.indent(body, "  "), ""]
    return "\n".join(parts).rstrip() + "\n"
