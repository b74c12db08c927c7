"""Types of the values in a contract, where they are certain: literals, intrinsics, and what the input schema says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.effects import Passage
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.forms import json_type, type_made_by
from aslsplit.analysis.region_flow import changed_before
from aslsplit.analysis.shapes import Given, New, Record, Shape, project
from aslsplit.asl.paths import DOCUMENT, Stem
from aslsplit.asl.source import Json
from aslsplit.plan.input_schema import type_at
from aslsplit.plan.plan import ChildPlan, Plan

__all__ = ["KnownTypes", "ValueTypes", "types_of", "types_of_child"]

KnownTypes = Mapping[Stem, Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class ValueTypes:
    """JSON Schema fragments by stem: per entry of the request, per outcome of the result."""

    requests: Mapping[str, KnownTypes]
    results: Mapping[str, KnownTypes]


def types_of_child(plan: Plan, child: ChildPlan) -> ValueTypes:
    """What is certain whichever site of a shared child calls it."""
    every = [types_of(site.facts, site.child, site.input_schema) for site in plan.everywhere(child)]
    first = every[0]
    requests = [list(one.requests.values()) for one in every]
    return ValueTypes(
        {entry: _in_all([found[number] for found in requests]) for number, entry in enumerate(first.requests)},
        {outcome: _in_all([one.results[outcome] for one in every]) for outcome in first.results},
    )


def _in_all(known: Sequence[KnownTypes]) -> KnownTypes:
    return {stem: kind if all(one.get(stem) == kind for one in known) else {} for stem, kind in known[0].items()}


def types_of(facts: Facts, child: ChildPlan, input_schema: Json | None) -> ValueTypes:
    requests = {
        found.entry: {
            value.stem: _from_input(facts, child, found.entry, value.stem, input_schema)
            for value in found.request.document.values
        }
        for found in child.contract.entries
    }
    results: dict[str, KnownTypes] = {}
    effects = facts.of(child.region.scope).effects
    for flow, found in zip(child.flow.exits, child.contract.exits, strict=True):
        sources = {transition.source for transition in flow.exit.transitions}
        ways = [way for name in sources for way in effects[name].passages if way.transition in flow.exit.transitions]
        results[found.outcome] = {value.stem: _agreed(ways, value.stem) for value in found.result.values}
    return ValueTypes(requests, results)


def _from_input(facts: Facts, child: ChildPlan, entry: str, stem: Stem, schema: Json | None) -> Mapping[str, Json]:
    """What the input schema says, if the document at the entry is still the execution's input there."""
    if schema is None or child.region.scope is not facts.machine.top:
        return {}
    changed = changed_before([facts.machine.top.start_at], facts.of(facts.machine.top).effects)
    before = changed.get(entry, {}).get(DOCUMENT)
    if before is not None and before.at(stem):
        return {}
    found = type_at(schema, stem)
    return {} if found is None else {"type": found}


def _agreed(ways: list[Passage], stem: Stem) -> Mapping[str, Json]:
    """The type, if the last state on every way to the exit wrote the value and they all agree."""
    found = [_type_at(way.document, stem) for way in ways]
    return found[0] if found and all(kind == found[0] for kind in found) else {}


def _type_at(document: Shape, stem: Stem) -> Mapping[str, Json]:
    # What lies inside a new value is as new as the value, but of a type of its own.
    inside = bool(stem) and isinstance(project(document, stem[:-1]), New)
    return {} if inside else _type_of(project(document, stem))


def _type_of(shape: Shape) -> Mapping[str, Json]:
    match shape:
        case Given(value):
            return {"type": json_type(value)} if value is not None else {}
        case Record():
            return {"type": "object"}
        case New(origin):
            kind = type_made_by(origin)
            return {} if kind is None else {"type": kind}
        case _:
            return {}
