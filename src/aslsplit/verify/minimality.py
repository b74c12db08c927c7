"""Is every field of a contract needed? Each is left out in turn, and the machines are run again.

The rewriting itself is done without the field, so nothing insists on it. A field that no scenario misses is either not
needed, or needed in a situation that no scenario makes; people decide which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aslsplit.plan.contract import Contract, ExitContract
from aslsplit.plan.payload import Carried, Payload
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.rewrite.extract import extract
from aslsplit.verify.execution import Remembered, pair_of
from aslsplit.verify.progress import Progress, unseen
from aslsplit.verify.scenario import Scenario

__all__ = ["FieldUse", "field_uses", "without_one"]


@dataclass(frozen=True, slots=True)
class FieldUse:
    """``missed``: at least one scenario came out otherwise without the field."""

    child: str
    field: str
    missed: bool


def field_uses(
    plan: Plan,
    names: Sequence[str],
    scenarios: Sequence[Scenario],
    remembered: Remembered | None = None,
    progress: Progress = unseen,
) -> Iterator[FieldUse]:
    """For every document value in the requests and results of these children, but for those that other maps have as
    well; ``scenarios`` are run once per value."""
    known = {} if remembered is None else remembered
    chosen = [child for child in plan.children if child.boundary.name in names]
    # What no scenario of this machine misses, another one with the same child may.
    alone = [child for child in chosen if child.is_child and child.boundary.name not in plan.circles]
    thinner = [(child, *one) for child in alone for one in _without_one_at_sites(plan, child)]
    for number, (child, field, poorer) in enumerate(thinner):
        progress("leaving fields out", number, len(thinner))
        others = (poorer.get(other.boundary.name, other) for other in plan.children)
        missed = _is_missed(replace(plan, children=tuple(others)), names, scenarios, known)
        yield FieldUse(child.boundary.name, field, missed)


def _without_one_at_sites(plan: Plan, child: ChildPlan) -> Iterator[tuple[str, Mapping[str, ChildPlan]]]:
    """The sites of a shared child have the same values in the same order, under one contract."""
    sites = plan.sites(child)
    published = without_one(child.published)
    for (field, own), *at_sites in zip(published, *(without_one(site.contract) for site in sites), strict=True):
        poorer = {
            site.boundary.name: replace(
                site, contract=contract, site=None if site.site is None else replace(site.site, contract=own)
            )
            for site, (_, contract) in zip(sites, at_sites, strict=True)
        }
        yield field, poorer


def _is_missed(plan: Plan, names: Sequence[str], scenarios: Sequence[Scenario], remembered: Remembered) -> bool:
    extraction = extract(plan, names)
    definitions = {name: child.written for name, child in extraction.children.items() if child.plan.is_child}
    pair = pair_of(plan, extraction.parent, definitions, extraction, remembered)
    return any(pair.difference(scenario) is not None for scenario in scenarios)


def without_one(contract: Contract) -> Iterator[tuple[str, Contract]]:
    """The contract without each of its document's values in turn, and what the value is called."""
    for position, arrival in enumerate(contract.entries):
        document = arrival.request.document
        part = f"request.{arrival.entry}" if contract.dispatched else "request"
        for value in document.values:
            poorer = replace(arrival, request=replace(arrival.request, document=_without(document, value)))
            entries = (*contract.entries[:position], poorer, *contract.entries[position + 1 :])
            yield _named(part, document, value), replace(contract, entries=entries)
    for position, found in enumerate(contract.exits):
        part = f"result.{found.outcome}" if contract.routed else "result"
        for value in found.result.values:
            exits = (*contract.exits[:position], _poorer(found, value), *contract.exits[position + 1 :])
            yield _named(part, found.result, value), replace(contract, exits=exits)


def _poorer(found: ExitContract, value: Carried) -> ExitContract:
    result = _without(found.result, value)
    still = {stem for stem in found.writes if any(v.stem[: len(stem)] == stem for v in result.values)}
    writes = tuple(stem for stem in found.writes if stem in still or stem in found.emptied)
    return replace(found, result=result, writes=writes)


def _without(payload: Payload, value: Carried) -> Payload:
    return replace(payload, values=tuple(other for other in payload.values if other is not value))


def _named(part: str, payload: Payload, value: Carried) -> str:
    return ".".join((part, *payload.place_of(value)))
