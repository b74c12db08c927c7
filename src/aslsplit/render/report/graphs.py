"""The machines before and after, with the children's states in colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aslsplit.asl.model import StateMachine
from aslsplit.render.graphs.marks import Marks, marks_of_caller, marks_of_child, marks_of_monolith
from aslsplit.render.graphs.mermaid import mermaid
from aslsplit.render.report.document import Block, Graph, Paragraph, Section
from aslsplit.render.report.report import Report

__all__ = ["Drawn", "graph_section", "machines_of"]

_MOST_ARROWS = 500
_MOST_TEXT = 50_000
"""What Mermaid, as code hosts set it up, refuses to draw."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """``title`` says which machine it is, ``name`` is short."""

    name: str
    title: str
    machine: StateMachine
    marks: Marks


def machines_of(report: Report) -> Iterator[Drawn]:
    """The monolith, then the parent, then the children."""
    monolith, after = report.monolith, report.after
    if after is None:
        yield Drawn("before", f"{monolith.source.name} as it is", monolith, {})
        return
    yield Drawn("before", f"Before: {monolith.source.name}", monolith, marks_of_monolith(report.plan, report.children))
    yield Drawn(
        "parent", f"After: the parent, {after.parent.source.name}", after.parent, marks_of_caller(after.extraction)
    )
    for name, machine in after.children.items():
        marks = marks_of_child(after.extraction, name, machine)
        yield Drawn(name, f"After: {name}, {machine.source.name}", machine, marks)


def graph_section(report: Report) -> Section:
    return Section("graphs", "Graphs before and after", tuple(map(_block, machines_of(report))), folded=True)


def _block(drawn: Drawn) -> Block:
    text = mermaid(drawn.machine, drawn.marks)
    arrows = sum("-->" in line or "-.->" in line or "==>" in line for line in text.splitlines())
    if arrows > _MOST_ARROWS or len(text) > _MOST_TEXT:
        return Paragraph(f"{drawn.title}: too large for Mermaid; the page has it.")
    return Graph(drawn.title, text)
