"""The signs of sprawl for a terminal and a review: the table, then evidence and advice for each that is exceeded."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from aslsplit.asl.model import StateMachine
from aslsplit.findings import printable
from aslsplit.signs.sign import Sign, Verdict

__all__ = ["figure_text", "headline", "limit_text", "signs_text"]

MOST_EVIDENCE = 6


def signs_text(machine: StateMachine, signs: Sequence[Sign], *, width: int) -> str:
    lines = [headline(machine, signs), "", *_table(signs, width)]
    for sign in signs:
        if sign.verdict is Verdict.EXCEEDED:
            lines += ["", *_section(sign, width)]
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


def _table(signs: Sequence[Sign], width: int) -> Iterator[str]:
    """A title that the terminal is too narrow for goes on in the next line."""
    rows = [(sign.kind.title, figure_text(sign), limit_text(sign), _verdict(sign)) for sign in signs]
    rows.insert(0, ("sign", "figure", "at most", "verdict"))
    figure = max(len(row[1]) for row in rows)
    room = max(width - figure - len("exceeded  ASL801") - len("  " * 4) - len("at most"), 20)
    title = min(max(len(row[0]) for row in rows), room)
    for name, measured, limit, judged in rows:
        first, *rest = textwrap.wrap(name, title)
        line = f"  {first:<{title}}  {measured:>{figure}}  {limit:>7}  "
        if len(line) + len(judged) > width:
            rest, judged = [*rest, judged], ""
        yield (line + judged).rstrip()
        yield from (f"    {line}" for line in rest)


def _verdict(sign: Sign) -> str:
    match sign.verdict:
        case Verdict.EXCEEDED:
            return f"exceeded  {sign.kind.code}"
        case Verdict.UNMEASURED:
            return sign.remark or sign.verdict.value
        case Verdict.WITHIN:
            return sign.verdict.value


def _section(sign: Sign, width: int) -> Iterator[str]:
    yield from _wrapped(
        f"{sign.kind.code} {sign.kind.title}: {figure_text(sign)}, at most {limit_text(sign)}", width, "", "  "
    )
    if sign.remark:
        yield from _wrapped(sign.remark, width, "  ")
    for evidence in sign.evidence[:MOST_EVIDENCE]:
        yield from _wrapped(printable(evidence.text), width, "  ", "    ")
        if evidence.span is not None:
            yield f"    {printable(str(evidence.span))}"
    if len(sign.evidence) > MOST_EVIDENCE:
        yield f"  and {len(sign.evidence) - MOST_EVIDENCE} more, which --format json lists"
    yield from _wrapped(f"→ {sign.kind.advice}", width, "  ", "    ")


def _wrapped(text: str, width: int, first: str, other: str | None = None) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=first if other is None else other,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
