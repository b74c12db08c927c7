"""Costs in money, in words."""

from __future__ import annotations

from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.prices import Prices
from aslsplit.rewrite.money import Money

__all__ = ["money_words", "price_list"]


def money_words(money: Money | None, prices: Prices) -> str:
    if money is None:
        return "not known without prices.requests"
    words = prices.money(money.amount)
    return f"{words} and its duration" if money.duration else words


def price_list(boundaries: BoundaryMap, prices: Prices) -> str:
    """As the map gives them; those of EXPRESS machines where there are any."""
    listed = [f"{prices.money(prices.transitions)} for 1,000 transitions"]
    patterns = {child.pattern for child in boundaries.children}
    if boundaries.machine_type == "EXPRESS" or "express" in patterns:
        if prices.requests is not None:
            listed.append(f"{prices.money(prices.requests)} for a million EXPRESS executions")
        if prices.gigabyte_seconds is not None:
            listed.append(f"{prices.money(prices.gigabyte_seconds)} for each GB-second that they run")
    return f"Prices of {prices.as_of}, as the boundary map gives them: {'; '.join(listed)}."
