"""Findings as SARIF 2.1.0, the format that code scanning reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from aslsplit.asl.source import Json
from aslsplit.findings import Finding, Span, rule
from aslsplit.render.signs_text import figure_text, limit_text
from aslsplit.signs.sign import Evidence, Sign, Verdict
from aslsplit.version import __version__

__all__ = ["Remark", "remark_of_finding", "remark_of_sign", "sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Remark:
    """One result: a finding, and the other places that it is about."""

    finding: Finding
    related: tuple[Evidence, ...] = ()
    states: tuple[str, ...] = ()


def remark_of_finding(finding: Finding) -> Remark:
    return Remark(finding)


def remark_of_sign(sign: Sign) -> Remark | None:
    """None unless it is exceeded. The first piece of evidence is the place, the others are related to it."""
    if sign.verdict is not Verdict.EXCEEDED:
        return None
    first = sign.evidence[0]
    message = f"{sign.kind.title}: {figure_text(sign)}, at most {limit_text(sign)}. {first.text}"
    severity = rule(sign.kind.code).severity
    made = Finding(sign.kind.code, severity, message, first.span, first.pointer, sign.kind.advice)
    return Remark(made, sign.evidence[1:], first.states)


def sarif(remarks: Sequence[Remark], home: str | None = None, failure: str | None = None) -> Json:
    """``home`` is the file that was asked about: code scanning shows nothing that has no place, so what has none stands
    at its beginning. ``failure`` is why there was no going on.
    """
    codes = sorted({remark.finding.code for remark in remarks})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "aslsplit", "version": __version__, "rules": [_rule(code) for code in codes]}
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(failure)],
                "results": [_result(remark, codes.index(remark.finding.code), home) for remark in remarks],
            }
        ],
    }


def _invocation(failure: str | None) -> Json:
    if failure is None:
        return {"executionSuccessful": True}
    return {
        "executionSuccessful": False,
        "toolExecutionNotifications": [{"level": "error", "message": {"text": failure}}],
    }


def _rule(code: str) -> Json:
    known = rule(code)
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in known.name.split("-")),
        "shortDescription": {"text": known.what},
        "fullDescription": {"text": known.why},
        "help": {"text": f"{known.remedy}\n\nExample: {known.example}"},
        "defaultConfiguration": {"level": known.severity.value},
    }


def _result(remark: Remark, index: int, home: str | None) -> Json:
    finding = remark.finding
    text = finding.message if finding.help is None else f"{finding.message}\n{finding.help}"
    result: dict[str, Json] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": text},
    }
    span = Span(home, 1, 1, 1, 1) if finding.span is None and home is not None else finding.span
    if span is not None:
        result["locations"] = [_location(span, finding.pointer, remark.states)]
    related = [
        {
            "id": number,
            **_location(evidence.span, evidence.pointer, evidence.states),
            "message": {"text": evidence.text},
        }
        for number, evidence in enumerate(remark.related, start=1)
        if evidence.span is not None
    ]
    if related:
        result["relatedLocations"] = related
    return result


def _location(span: Span, pointer: str | None, states: Sequence[str]) -> dict[str, Json]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    physical = {"artifactLocation": {"uri": quote(span.file.replace("\\", "/"))}, "region": region}
    logical = [{"name": name, "kind": "state"} for name in states]
    if pointer and logical:
        logical[0]["fullyQualifiedName"] = pointer
    return {"physicalLocation": physical, **({"logicalLocations": logical} if logical else {})}
