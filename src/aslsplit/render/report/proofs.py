"""What was proved, and what of the machine the proof by execution has seen."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.render.outline import Code
from aslsplit.render.report.document import Block, Cell, Listing, Paragraph, Section, Table
from aslsplit.render.traces import traces_text
from aslsplit.render.verification_text import coverage_figures, extent_of
from aslsplit.verify.cases import Cases
from aslsplit.verify.verdict import Verdict

__all__ = ["proof_section", "proved"]

_SAYS = {
    "static": "the rewritten machines were analysed afresh: whatever is read was sent or written before",
    "structural": "inlining the children again gives the monolith back, key order included",
    "execution": "monolith and parent with children ran side by side: calls, payloads, status, output, error and cause",
    "replay": "each child alone, on its request and nothing else, keeps its published contract",
}


def proved(verdict: Verdict) -> bool:
    return bool(verdict.holds) and all(verdict.holds.values())


def proof_section(verdict: Verdict) -> Section:
    return Section("proofs", "Proofs", tuple(_blocks(verdict)))


def _blocks(verdict: Verdict) -> Iterator[Block]:
    if not verdict.holds:
        yield Paragraph("Nothing was proved, because of the errors among the findings.")
        return
    rows: list[tuple[Cell, ...]] = [
        (proof, "holds" if holds else "FAILS", _SAYS[proof] + extent_of(verdict, proof).replace(", ", "; ", 1))
        for proof, holds in verdict.holds.items()
    ]
    yield Table(("proof", "", "what it says"), tuple(rows))
    if verdict.counterexample is not None:
        yield Listing("The smallest case in which they differ", traces_text(verdict.counterexample), "text")
    observed = verdict.plan.boundaries.source.data.get("observe", "all")
    if observed != "all":
        yield Paragraph(f"Relaxed by the boundary map: of the output, callers observe {observed}.")
    cases = verdict.cases
    if cases is not None and cases.scenarios:
        yield Table(
            ("", "reached", "of"),
            tuple(
                (what, str(reached), str(there_are)) for what, reached, there_are in coverage_figures(verdict, cases)
            ),
            f"What the {len(cases.scenarios)} scenarios reach (seed {cases.seed})",
        )
        if missed := tuple(_missed(cases)):
            yield Table(("transition or state", "why it was not reached"), missed, "What they do not reach")
    yield from _uses(verdict)


def _missed(cases: Cases) -> Iterator[tuple[Cell, ...]]:
    for goal, reason in cases.unreached.items():
        if isinstance(goal, str):
            kind = "" if goal in cases.missed_states else " tried again"
            yield f"{goal}{kind}", reason
        else:
            source, target, kind = goal
            caught = " by a catcher" if kind == "catch" else ""
            yield f"{source} → {'the end' if target is None else target}{caught}", reason


def _uses(verdict: Verdict) -> Iterator[Block]:
    if not verdict.uses:
        return
    rows: list[tuple[Cell, ...]] = []
    for name in verdict.names:
        own = [use for use in verdict.uses if use.child == name]
        idle = [use.field for use in own if not use.missed]
        rows.append((Code(name), f"{len(own) - len(idle)} of {len(own)}", Code(", ".join(idle)) if idle else "none"))
    yield Table(
        ("child", "fields that some scenario needs", "that nobody missed"), tuple(rows), "Is each field needed?"
    )
