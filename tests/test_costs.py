"""What an extraction costs: the transitions and events of real executions, and what they are multiplied with."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aslsplit.interpreter import Result, run
from aslsplit.render.report.report import After, Report
from aslsplit.rewrite.costs import costs_of
from aslsplit.rewrite.money import Money, money_of_call, money_of_way
from aslsplit.rewrite.ways import Cost, WayCost, ways_of
from tests.test_report import chain, one_child, reported

PRICES = {"as_of": "2026-11-21", "transitions": 0.025, "requests": 1}


def after(report: Report) -> After:
    assert report.after is not None
    return report.after


def ways(report: Report) -> tuple[WayCost, ...]:
    return ways_of(report.monolith, after(report).parent, after(report).children, after(report).extraction)


CALLED: dict[str, dict[str, Any]] = {
    "waited for": {},
    "with the document as carrier": {"carrier": "document"},
    "in one state": {"style": "compact"},
    "by task token": {"pattern": "callback", "timeout_seconds": 600},
}


@pytest.mark.parametrize("how", CALLED)
def test_however_a_child_is_called_its_costs_are_the_transitions_of_an_execution(how: str, tmp_path: Path) -> None:
    report = reported(tmp_path / "p", chain(), {**one_child(["B", "C"], **CALLED[how]), "observe": "none"})
    (way,) = ways(report)
    child = after(report).extraction.children["inner"].plan
    machines = {child.boundary.alias_arn: after(report).children["inner"].source.data}
    before = run(report.monolith.source.data, {"id": 1}, lambda call: Result({}))
    now = run(after(report).parent.source.data, {"id": 1}, lambda call: Result({}), machines=machines)
    assert now.status == "SUCCEEDED"
    more = len(now.steps) - len(before.steps)
    assert way.caller.transitions + way.own.transitions - way.before.transitions == more
    assert costs_of(child, report.plan.boundaries.meta).transitions == more


def test_a_child_that_answers_a_token_has_a_parallel_state_around_its_own_and_one_that_sends(tmp_path: Path) -> None:
    waited, by_token = (
        ways(reported(tmp_path / how.replace(" ", "-"), chain(), one_child(["B", "C"], **CALLED[how])))[0]
        for how in ("waited for", "by task token")
    )
    # Of the Parallel state four events: entered, started, succeeded and exited. Of the Task that sends five.
    assert by_token.own == waited.own + Cost(2, 4 + 5)
    assert by_token.caller.transitions == waited.caller.transitions


def test_children_side_by_side_share_what_joins_them(tmp_path: Path) -> None:
    children = {"b": {"states": ["B"]}, "c": {"states": ["C"]}}
    boundaries = {"version": 1, "monolith": "order.asl.json", "children": children, "observe": "none"}
    together = {**boundaries, "parallel": {"Both": ["b", "c"]}}
    first, second = ways(reported(tmp_path / "p", chain(), together))
    # The Wait needs no request, so in its branch there is nothing but the call, a Task that waits.
    assert (second.child, second.caller) == ("c", Cost(1, 6))
    # Beside its request and call the first counts the Parallel state, with four events of its own, and what is behind.
    assert (first.child, first.caller) == ("b", Cost(2, 2 + 6) + Cost(1, 4) + Cost(1, 2))


def costs_in_money(folder: Path, **changes: Any) -> tuple[WayCost, Money | None, tuple[Money | None, Money | None]]:
    pattern = changes.pop("pattern", "sync")
    report = reported(folder, chain(), {**one_child(["B", "C"], pattern=pattern), **changes})
    (way,), boundaries = ways(report), report.plan.boundaries
    child = after(report).extraction.children["inner"].plan
    call = money_of_call(child, None, boundaries, costs_of(child, boundaries.meta))
    return way, call, money_of_way(way, child, None, boundaries)


def test_a_standard_machine_pays_for_each_transition(tmp_path: Path) -> None:
    way, call, (before, now) = costs_in_money(tmp_path / "p", prices=PRICES)
    assert (way.before.transitions, way.caller.transitions, way.own.transitions) == (2, 3, 5)
    # At 0.025 for 1,000: B and C before; then three states of the parent, three of the child, and B and C.
    assert before == Money(Decimal("0.050"))
    assert now == Money(Decimal("0.200"))
    assert call == Money(Decimal("0.150"))


def test_an_express_child_is_paid_by_the_request(tmp_path: Path) -> None:
    way, call, (before, now) = costs_in_money(tmp_path / "p", pattern="express", prices=PRICES)
    # Beside the three states of any call, one asks how the child ended and one reads its output, which is a text.
    assert way.caller.transitions == 3 + 2
    assert before == Money(Decimal("0.050"))
    # The caller's transitions, and a thousand requests at 1 a million; how long it runs nobody can tell.
    assert now == call == Money(Decimal("0.125") + Decimal("0.001"), duration=True)


def test_an_express_caller_pays_for_no_transition(tmp_path: Path) -> None:
    _, call, (before, now) = costs_in_money(tmp_path / "p", pattern="express", type="EXPRESS", prices=PRICES)
    assert before == Money(Decimal(0))
    assert now == call == Money(Decimal("0.001"), duration=True)


def test_an_express_child_that_calls_another_pays_for_no_transition_either(tmp_path: Path) -> None:
    boundaries = {**one_child(["B", "C"], pattern="express"), "prices": PRICES}
    report = reported(tmp_path / "p", chain(), boundaries)
    (way,), child = ways(report), after(report).extraction.children["inner"].plan
    _, now = money_of_way(way, child, child, report.plan.boundaries)
    assert now == Money(Decimal("0.001"), duration=True)


def test_without_prices_there_are_no_sums(tmp_path: Path) -> None:
    _, call, sums = costs_in_money(tmp_path / "p")
    assert (call, sums) == (None, (None, None))
