"""What became of the states, and the difference of the files."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.difference.compare import difference_of
from aslsplit.render.diff import unified_diff
from aslsplit.render.difference_outline import outline_of
from aslsplit.render.report.document import Block, Bullets, Listing, Paragraph, Section
from aslsplit.render.report.report import After, Report

__all__ = ["diff_section", "state_section"]


def state_section(report: Report, after: After) -> Section:
    """As ``aslsplit diff`` tells it."""
    return Section("states", "What became of the states", tuple(_blocks(report, after)), folded=True)


def _blocks(report: Report, after: After) -> Iterator[Block]:
    children = {f"child {name}": machine for name, machine in after.children.items()}
    told = outline_of(difference_of({"parent": report.monolith}, {"parent": after.parent, **children}), ())
    if told.summary:
        yield Paragraph(f"{told.summary[:1].upper()}{told.summary[1:]}.")
    for section in told.sections:
        yield Bullets(section.title, section.items)


def diff_section(after: After) -> Section:
    listings = tuple(
        Listing(name, unified_diff([(name, before, now)]), "diff")
        for name, before, now in after.changes
        if before != now
    )
    return Section("diff", "Diff", listings, folded=True)
