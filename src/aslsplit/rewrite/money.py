"""Costs in money. A STANDARD machine pays for each state transition, an EXPRESS machine for each execution and for how
long it runs, which no definition tells (Step Functions pricing)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.plan import ChildPlan
from aslsplit.plan.prices import Prices
from aslsplit.rewrite.costs import Costs
from aslsplit.rewrite.ways import WayCost

__all__ = ["Money", "money_of_call", "money_of_group", "money_of_way"]


@dataclass(frozen=True, slots=True)
class Money:
    """Of 1,000 executions. ``duration``: that of an EXPRESS machine comes to it."""

    amount: Decimal
    duration: bool = False


def money_of_call(child: ChildPlan, caller: ChildPlan | None, boundaries: BoundaryMap, costs: Costs) -> Money | None:
    """What 1,000 calls take more than in the monolith; None where the map does not give a price that is needed.

    Of an EXPRESS child that is what the call takes: how much less the moved states take depends on the way through it.
    """
    if boundaries.prices is None:
        return None
    paid = 0 if _is_express(caller, boundaries) else costs.caller
    express = child.boundary.pattern == "express"
    return _money(boundaries.prices, paid if express else paid + costs.child, express)


def money_of_group(caller: ChildPlan | None, boundaries: BoundaryMap, costs: Costs) -> Money | None:
    """What joining its children takes 1,000 times; None where the map gives no prices.

    Only whoever calls them pays for it, so what kind of machines they are does not count.
    """
    if boundaries.prices is None:
        return None
    return _money(boundaries.prices, 0 if _is_express(caller, boundaries) else costs.transitions, False)


def money_of_way(
    way: WayCost, child: ChildPlan, caller: ChildPlan | None, boundaries: BoundaryMap
) -> tuple[Money | None, Money | None]:
    """What 1,000 times this way take before and after."""
    prices = boundaries.prices
    if prices is None:
        return None, None
    before = 0 if boundaries.machine_type == "EXPRESS" else way.before.transitions
    after = 0 if _is_express(caller, boundaries) else way.caller.transitions
    express = child.boundary.pattern == "express"
    return _money(prices, before, False), _money(prices, after if express else after + way.own.transitions, express)


def _is_express(caller: ChildPlan | None, boundaries: BoundaryMap) -> bool:
    if caller is None:
        return boundaries.machine_type == "EXPRESS"
    return caller.boundary.pattern == "express"


def _money(prices: Prices, transitions: int, express: bool) -> Money | None:
    if not express:
        return Money(transitions * prices.transitions)
    if prices.requests is None:
        return None
    return Money(transitions * prices.transitions + prices.requests / 1000, duration=True)
