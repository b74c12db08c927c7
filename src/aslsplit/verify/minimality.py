"""Is every field of a contract needed? Each is left out in turn, and the machines are run again.

The rewriting itself is done without the field, so nothing insists on it. A field that no scenario misses is either not
needed, or needed in a situation that no scenario makes; people decide which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aslsplit.plan.contract import Contract, ExitContract
from aslsplit.plan.payload import Carried, Payload
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.extract import extract
from aslsplit.verify.execution import pair_of
from aslsplit.verify.progress import Progress, unseen
from aslsplit.verify.scenario import Scenario

__all__ = ["FieldUse", "field_uses"]


@dataclass(frozen=True, slots=True)
class FieldUse:
    """``missed``: at least one scenario came out otherwise without the field."""

    child: str
    field: str
    missed: bool


def field_uses(
    plan: Plan, names: Sequence[str], scenarios: Sequence[Scenario], progress: Progress = unseen
) -> Iterator[FieldUse]:
    """For every document value in the requests and results of these children; ``scenarios`` are run once per value."""
    chosen = [child for child in plan.children if child.boundary.name in names]
    thinner = [(child, field, contract) for child in chosen for field, contract in _without_one(child.contract)]
    for number, (child, field, contract) in enumerate(thinner):
        progress("leaving fields out", number, len(thinner))
        others = (replace(c, contract=contract) if c is child else c for c in plan.children)
        missed = _is_missed(replace(plan, children=tuple(others)), names, scenarios)
        yield FieldUse(child.boundary.name, field, missed)


def _is_missed(plan: Plan, names: Sequence[str], scenarios: Sequence[Scenario]) -> bool:
    extraction = extract(plan, names)
    definitions = {name: child.definition for name, child in extraction.children.items()}
    pair = pair_of(plan, extraction.parent, definitions, extraction)
    return any(pair.difference(scenario) is not None for scenario in scenarios)


def _without_one(contract: Contract) -> Iterator[tuple[str, Contract]]:
    request = contract.request
    for value in request.document.values:
        thinner = replace(request, document=_without(request.document, value))
        yield _named("request", request.document, value), replace(contract, request=thinner)
    for position, found in enumerate(contract.exits):
        part = f"result.{found.outcome}" if contract.routed else "result"
        for value in found.result.values:
            exits = (*contract.exits[:position], _poorer(found, value), *contract.exits[position + 1 :])
            yield _named(part, found.result, value), replace(contract, exits=exits)


def _poorer(found: ExitContract, value: Carried) -> ExitContract:
    result = _without(found.result, value)
    writes = tuple(stem for stem in found.writes if any(v.stem[: len(stem)] == stem for v in result.values))
    return replace(found, result=result, writes=writes)


def _without(payload: Payload, value: Carried) -> Payload:
    return replace(payload, values=tuple(other for other in payload.values if other is not value))


def _named(part: str, payload: Payload, value: Carried) -> str:
    return ".".join((part, *payload.place_of(value)))
