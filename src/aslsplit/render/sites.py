"""The sites of a shared child, as far as there is anything to tell: which states each has, where it goes on, and the
literals that it sends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aslsplit.asl.source import Json, format_pointer
from aslsplit.plan.plan import ChildPlan, Plan

__all__ = ["NamedSite", "goes_on_to", "settings_at_sites", "sites_data", "sites_of"]


@dataclass(frozen=True, slots=True)
class NamedSite:
    """``is_own``: it is of the machine that the plan is for."""

    name: str
    plan: ChildPlan
    is_own: bool


def sites_of(plan: Plan, child: ChildPlan) -> tuple[NamedSite, ...]:
    """Those of this machine first. None if the child is not shared."""
    every = sorted(plan.everywhere(child), key=lambda site: site.map != "") if child.site is not None else ()
    names = [site.child.boundary.name + f" of {site.map}" * bool(site.map) for site in every]
    return tuple(NamedSite(name, site.child, not site.map) for name, site in zip(names, every, strict=True))


def settings_at_sites(plan: Plan, child: ChildPlan) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each setting with its value, as text, by the name of the site."""
    for name in child.published.settings:
        values = {one.name: one.plan.site.settings[name] for one in sites_of(plan, child) if one.plan.site is not None}
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
            "name": site.name,
            "scope": format_pointer(site.plan.region.scope.pointer),
            "entry": site.plan.region.entries[0],
            "states": list(site.plan.region.members),
            "exits": [{"outcome": found.outcome, "target": found.target} for found in site.plan.contract.exits],
            "settings": {} if site.plan.site is None else dict(site.plan.site.settings),
        }
        for site in sites_of(plan, child)
    ]
