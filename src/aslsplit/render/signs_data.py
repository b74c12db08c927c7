"""The signs of sprawl for programs, and as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aslsplit.asl.model import StateMachine
from aslsplit.asl.source import Json
from aslsplit.findings import Finding
from aslsplit.render.findings_text import findings_data, findings_markdown
from aslsplit.render.markdown import code_span, plain
from aslsplit.render.signs_text import MOST_EVIDENCE, figure_text, headline, limit_text
from aslsplit.signs.sign import Evidence, Sign, Verdict

__all__ = ["inspection_data", "signs_data", "signs_markdown"]


def inspection_data(
    machines: Iterable[tuple[StateMachine, Sequence[Sign], Sequence[Finding]]], about_folder: Sequence[Finding]
) -> Json:
    """Of several machines, each with its signs and what is to be said of it."""
    return {"machines": [signs_data(*one) for one in machines], "findings": findings_data(about_folder)}


def signs_data(machine: StateMachine, signs: Sequence[Sign], findings: Sequence[Finding]) -> Json:
    return {
        "file": machine.source.name,
        **({} if machine.source.resource is None else {"resource": machine.source.resource}),
        "states": sum(len(scope.states) for scope in machine.scopes()),
        "scopes": sum(1 for _ in machine.scopes()),
        "signs": [_sign(sign) for sign in signs],
        "findings": findings_data(findings),
    }


def _sign(sign: Sign) -> Json:
    return {
        "code": sign.kind.code,
        "name": sign.kind.name,
        "title": sign.kind.title,
        "figure": sign.figure,
        "unit": sign.kind.units,
        "threshold": sign.threshold,
        "verdict": sign.verdict.value,
        "remark": sign.remark,
        "advice": sign.kind.advice,
        "evidence": [_evidence(evidence) for evidence in sign.evidence],
    }


def _evidence(evidence: Evidence) -> Json:
    span = evidence.span
    return {
        "text": evidence.text,
        "states": list(evidence.states),
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "pointer": evidence.pointer,
    }


def signs_markdown(machine: StateMachine, signs: Sequence[Sign], findings: Sequence[Finding]) -> str:
    name, _, verdict = headline(machine, signs).rpartition(": ")
    parts = [f"# Signs of sprawl: {code_span(name)}", "", f"{verdict}.", "", "| sign | figure | at most | verdict |"]
    parts += ["|---|--:|--:|---|", *(_row(sign) for sign in signs), ""]
    for sign in signs:
        if sign.verdict is Verdict.EXCEEDED:
            parts += [*_section(sign), ""]
    if findings:
        parts += ["## Findings", "", findings_markdown(findings)]
    return "\n".join(parts).rstrip() + "\n"


def _row(sign: Sign) -> str:
    verdict = f"**{sign.verdict.value}**" if sign.verdict is Verdict.EXCEEDED else sign.verdict.value
    if sign.verdict is Verdict.UNMEASURED and sign.remark:
        verdict = f"{verdict}: {plain(sign.remark)}"
    return f"| {sign.kind.title} | {figure_text(sign)} | {limit_text(sign)} | {verdict} |"


def _section(sign: Sign) -> Iterator[str]:
    yield f"## {sign.kind.title}: {figure_text(sign)}, at most {limit_text(sign)} ({sign.kind.code})"
    yield ""
    if sign.remark:
        yield f"{plain(sign.remark)}\n"
    for evidence in sign.evidence[:MOST_EVIDENCE]:
        place = f" ({code_span(str(evidence.span))})" if evidence.span else ""
        yield f"- {plain(evidence.text)}{place}"
    if len(sign.evidence) > MOST_EVIDENCE:
        yield f"- and {len(sign.evidence) - MOST_EVIDENCE} more"
    yield ""
    yield f"> {plain(sign.kind.advice)}"
