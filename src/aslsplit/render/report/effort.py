"""Costs: what running the split machines takes."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.render.money_words import money_words, price_list
from aslsplit.render.outline import Code
from aslsplit.render.report.document import Block, Cell, Paragraph, Section, Table
from aslsplit.render.report.report import After, Report, Sizes
from aslsplit.rewrite.money import money_of_way
from aslsplit.rewrite.ways import WayCost, ways_of, whole_cost

__all__ = ["cost_section"]

_MOST_BYTES = 262_144


def cost_section(report: Report, after: After) -> Section:
    return Section("costs", "Costs per way", tuple(_costs(report, after)))


def _costs(report: Report, after: After) -> Iterator[Block]:
    ways = ways_of(report.monolith, after.parent, after.seen, after.extraction)
    yield Paragraph(
        "Each state that control goes through is a transition, and paid for. A way is the longest one from entry to "
        "exit, each loop once, and succeeds at the first attempt. A child has a history of its own."
    )
    yield Table(
        ("child", "way", "transitions before", "after", "events before", "after, caller", "after, child"),
        tuple(map(_way, ways)),
    )
    before, now = whole_cost(report.monolith), whole_cost(after.parent)
    yield Table(
        ("longest way through", "transitions", "events"),
        (
            ("the monolith", str(before.transitions), str(before.events)),
            ("the parent alone", str(now.transitions), str(now.events)),
        ),
        "History, of 25,000 events at most",
    )
    yield from _money(report.plan.boundaries, after, ways)
    yield Table(
        ("child", "way", "request", "response"),
        tuple((Code(way.child), _led(way), *_payload(after, way)) for way in ways),
        "Payload at the border, of 262,144 bytes at most: the largest that the scenarios sent",
    )
    yield Paragraph("Scenarios invent small values; with --examples, recorded inputs are measured too.")


def _money(boundaries: BoundaryMap, after: After, ways: tuple[WayCost, ...]) -> Iterator[Block]:
    prices = boundaries.prices
    if prices is None:
        return
    rows: list[tuple[Cell, ...]] = []
    for way in ways:
        child = after.extraction.children[way.child]
        caller = child.record.caller
        calling = None if caller is None else after.extraction.children[caller].plan
        sums = money_of_way(way, child.plan, calling, boundaries)
        rows.append((Code(way.child), _led(way), *(money_words(one, prices) for one in sums)))
    yield Table(("child", "way", "before", "after"), tuple(rows), "Each way gone 1,000 times")
    yield Paragraph(price_list(boundaries, prices))


def _way(way: WayCost) -> tuple[Cell, ...]:
    after = way.caller.transitions + way.own.transitions
    return (
        Code(way.child),
        _led(way),
        str(way.before.transitions),
        f"{after} ({after - way.before.transitions:+d})",
        str(way.before.events),
        f"{way.caller.events} ({way.caller.events - way.before.events:+d})",
        str(way.own.events),
    )


def _led(way: WayCost) -> str:
    return f"{way.entry} → {'the end' if way.target is None else way.target}"


def _payload(after: After, way: WayCost) -> tuple[str, str]:
    seen = after.sizes.get((way.child, way.entry, way.target), Sizes())
    return _bytes(seen.request), _bytes(seen.response)


def _bytes(size: int) -> str:
    return f"{size:,} bytes ({size * 100 / _MOST_BYTES:.1f}%)" if size else "not seen"
