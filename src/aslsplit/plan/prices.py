"""What AWS takes for running state machines, as the boundary map tells it: prices change and differ by region."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from aslsplit.plan.map_fields import Node, amount, check_keys, is_mapping, text

__all__ = ["Prices", "prices_in"]

PRICES_KEYS = ("as_of", "currency", "transitions", "requests", "gigabyte_seconds")
PRICES_REQUIRED = ("as_of", "transitions")


@dataclass(frozen=True, slots=True)
class Prices:
    """``transitions`` is the price of 1,000 state transitions of STANDARD machines; ``requests`` that of a million
    executions of EXPRESS machines, to which ``gigabyte_seconds`` comes for each GB-second they run. ``as_of`` is what
    the user says of their date."""

    as_of: str
    currency: str
    transitions: Decimal
    requests: Decimal | None
    gigabyte_seconds: Decimal | None

    def money(self, value: Decimal) -> str:
        """
        >>> Prices("2026-11-21", "USD", Decimal("0.025"), None, None).money(Decimal("0.1500"))
        '0.15 USD'
        """
        written = f"{value.normalize():f}"
        return f"{written} {self.currency}"


def prices_in(node: Node | None) -> Prices | None:
    if node is None or not is_mapping(node):
        return None
    check_keys(node, PRICES_KEYS, required=PRICES_REQUIRED)
    as_of, transitions = text(node.member("as_of")), amount(node.member("transitions"))
    currency = text(node.member("currency")) or "USD"
    requests, gigabyte_seconds = amount(node.member("requests")), amount(node.member("gigabyte_seconds"))
    if as_of is None or transitions is None:
        return None
    return Prices(as_of, currency, transitions, requests, gigabyte_seconds)
