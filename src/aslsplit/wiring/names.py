"""Names for what the definitions leave open, in the style of a language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from aslsplit.plan.naming import Names, NameStyle, words_of

__all__ = ["names_for", "snake"]


def names_for(wanted: Iterable[str], style: NameStyle, taken: Collection[str]) -> Mapping[str, str]:
    """
    >>> names_for(["OrdersTable", "ordersTable", "Count"], NameStyle.SNAKE, ["count"])
    {'OrdersTable': 'orders_table', 'ordersTable': 'orders_table_2', 'Count': 'count_2'}
    """
    names = Names(style, frozenset(taken))
    found: dict[str, str] = {}
    for one in wanted:
        found[one] = names.fresh(one if words_of(one) else "value")
        names = names.taking([found[one]])
    return found


def snake(name: str) -> str:
    """
    >>> snake("TimedOut")
    'timed_out'
    """
    return names_for([name], NameStyle.SNAKE, ())[name]
