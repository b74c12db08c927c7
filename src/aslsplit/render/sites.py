"""The sites of a shared child, as far as there is anything to tell: which states each has, where it goes on, and the
literals that it sends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from aslsplit.asl.source import Json, format_pointer
from aslsplit.plan.plan import ChildPlan, Plan

__all__ = ["goes_on_to", "settings_at_sites", "sites_data", "sites_of"]


def sites_of(plan: Plan, child: ChildPlan) -> tuple[ChildPlan, ...]:
    """None if the child is not shared."""
    return plan.sites(child) if child.site is not None else ()


def settings_at_sites(plan: Plan, child: ChildPlan) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each setting with its value, as text, by the name of the site."""
    for name in child.published.settings:
        values = {one.boundary.name: one.site.settings[name] for one in sites_of(plan, child) if one.site is not None}
        yield name, {site: json.dumps(value, ensure_ascii=False) for site, value in values.items()}


def goes_on_to(site: ChildPlan) -> str:
    """
    >>> from types import SimpleNamespace as Some
    >>> exits = [Some(target="Log", outcome="sent"), Some(target=None, outcome="failed")]
    >>> goes_on_to(Some(contract=Some(exits=exits, routed=True)))
    'to Log as "sent", to the end as "failed"'
    """
    routed = site.contract.routed
    ways = [
        f"to {found.target or 'the end'}" + (f' as "{found.outcome}"' if routed else "")
        for found in site.contract.exits
    ]
    return ", ".join(ways) or "nowhere"


def sites_data(plan: Plan, child: ChildPlan) -> list[Json]:
    return [
        {
            "name": site.boundary.name,
            "scope": format_pointer(site.region.scope.pointer),
            "entry": site.region.entries[0],
            "states": list(site.region.members),
            "exits": [{"outcome": found.outcome, "target": found.target} for found in site.contract.exits],
            "settings": {} if site.site is None else dict(site.site.settings),
        }
        for site in sites_of(plan, child)
    ]
