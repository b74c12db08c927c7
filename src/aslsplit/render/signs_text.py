"""The signs of sprawl for a terminal and a review: the table, then evidence and advice for each that is exceeded."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from aslsplit.asl.model import StateMachine
from aslsplit.findings import printable
from aslsplit.signs.sign import Sign, Verdict

__all__ = ["figure_text", "headline", "limit_text", "signs_text"]

_WIDTH = 100
MOST_EVIDENCE = 6


def signs_text(machine: StateMachine, signs: Sequence[Sign]) -> str:
    lines = [headline(machine, signs), "", *_table(signs)]
    for sign in signs:
        if sign.verdict is Verdict.EXCEEDED:
            lines += ["", *_section(sign)]
    return "\n".join(lines) + "\n"


def headline(machine: StateMachine, signs: Sequence[Sign]) -> str:
    """``order.asl.json: 46 states in 3 scopes; 4 of 13 signs exceeded``"""
    scopes = list(machine.scopes())
    states = sum(len(scope.states) for scope in scopes)
    where = f" in {len(scopes)} scopes" if len(scopes) > 1 else ""
    measured = [sign for sign in signs if sign.figure is not None]
    exceeded = sum(sign.verdict is Verdict.EXCEEDED for sign in measured)
    verdict = f"{exceeded} of {len(measured)} signs exceeded" if exceeded else f"none of {len(measured)} signs exceeded"
    return f"{printable(machine.source.title)}: {states} state{'' if states == 1 else 's'}{where}; {verdict}"


def figure_text(sign: Sign) -> str:
    return "–" if sign.figure is None else sign.kind.counted(sign.figure)


def limit_text(sign: Sign) -> str:
    if sign.figure is None:
        return "–"
    return sign.kind.counted(sign.threshold) if sign.kind.unit == "%" else str(sign.threshold)


def _table(signs: Sequence[Sign]) -> Iterator[str]:
    rows = [(sign.kind.title, figure_text(sign), limit_text(sign), _verdict(sign)) for sign in signs]
    title = max(len(row[0]) for row in rows)
    figure = max(len(row[1]) for row in rows)
    for name, measured, limit, verdict in [("sign", "figure", "at most", "verdict"), *rows]:
        yield f"  {name:<{title}}  {measured:>{figure}}  {limit:>7}  {verdict}"


def _verdict(sign: Sign) -> str:
    match sign.verdict:
        case Verdict.EXCEEDED:
            return f"exceeded  {sign.kind.code}"
        case Verdict.UNMEASURED:
            return sign.remark or sign.verdict.value
        case Verdict.WITHIN:
            return sign.verdict.value


def _section(sign: Sign) -> Iterator[str]:
    yield f"{sign.kind.code} {sign.kind.title}: {figure_text(sign)}, at most {limit_text(sign)}"
    if sign.remark:
        yield from _wrapped(sign.remark, "  ")
    for evidence in sign.evidence[:MOST_EVIDENCE]:
        yield from _wrapped(printable(evidence.text), "  ", "    ")
        if evidence.span is not None:
            yield f"    {printable(str(evidence.span))}"
    if len(sign.evidence) > MOST_EVIDENCE:
        yield f"  and {len(sign.evidence) - MOST_EVIDENCE} more, which --format json lists"
    yield from _wrapped(f"→ {sign.kind.advice}", "  ", "    ")


def _wrapped(text: str, first: str, other: str | None = None) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=first if other is None else other,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
