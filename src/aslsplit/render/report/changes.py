"""What became of the states, and the difference of the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.difference.compare import difference_of
from aslsplit.difference.model import Difference, StateDifference
from aslsplit.render.diff import unified_diff
from aslsplit.render.report.document import Block, Cell, Code, Listing, Paragraph, Section, Table
from aslsplit.render.report.report import After, Report

__all__ = ["diff_section", "state_section"]


def state_section(report: Report) -> Section:
    after = report.after
    assert after is not None
    found = difference_of(
        {"parent": report.monolith}, {"parent": after.parent, **{f"child {n}": m for n, m in after.children.items()}}
    )
    return Section("states", "What became of the states", tuple(_blocks(found)), folded=True)


def _blocks(found: Difference) -> Iterator[Block]:
    moved = [state for state in found.moved if not state.fields]
    yield Paragraph(
        f"{found.unchanged} as they were, {len(moved)} moved word for word, {len(found.moved) - len(moved)} moved and "
        f"changed, {len(found.added)} new, {len(found.removed)} gone."
    )
    touched = [state for state in found.states if not state.added and not state.removed]
    if touched:
        yield Table(("state", "now in", "fields that differ", "leads elsewhere"), tuple(map(_row, touched)))
    if found.added:
        rows = tuple(
            (Code(state.place.name), state.place.file, "" if state.role is None else _role(state))
            for state in found.added
        )
        yield Table(("state", "in", "is for"), rows, "New")
    if found.removed:
        yield Table(("state",), tuple((Code(state.place.name),) for state in found.removed), "Gone")


def _row(state: StateDifference) -> tuple[Cell, ...]:
    fields = tuple(Code(_path(change.path)) for change in state.fields)
    ways = tuple(f"{_target(way.before)} → {_target(way.after)}" for way in state.transitions)
    return Code(state.place.name), state.place.file if state.moved else "its place", fields, ways


def _path(path: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _target(edge: object) -> str:
    target = getattr(edge, "target", None)
    return "nowhere" if edge is None else "the end" if target is None else str(target)


def _role(state: StateDifference) -> str:
    assert state.role is not None
    return f"{state.role.kind.value}, {state.role.machine}"


def diff_section(after: After) -> Section:
    listings = tuple(
        Listing(name, unified_diff([(name, before, now)]), "diff")
        for name, before, now in after.changes
        if before != now
    )
    return Section("diff", "Diff", listings, folded=True, brief="The files of the pull request show it.")
