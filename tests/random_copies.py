"""Random machines in which a region occurs twice: copied under other names and with other literals, and led to."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from aslsplit.analysis.graph import flow_graph
from aslsplit.analysis.regions import Region, largest_legal_subset, region_of
from aslsplit.rewrite.site import named_as
from tests.analysis_cases import machine_of
from tests.random_machines import Pick

__all__ = ["with_copy"]


def with_copy(pick: Pick, definition: dict[str, Any]) -> tuple[dict[str, Any], list[list[str]]] | None:
    """The machine with a copy of one of its regions, and the states of both; None where it has no region to copy."""
    machine = machine_of(definition)
    scope = pick(list(machine.scopes()))
    graph = flow_graph(scope)
    members = [name for name in scope.states if pick((True, False))] or [scope.start_at]
    legal = largest_legal_subset(graph, members)
    region = region_of(graph, legal) if legal else None
    if region is None:
        return None
    found = copy.deepcopy(definition)
    holder = found
    for part in scope.pointer:
        holder = holder[part]
    states = holder["States"]
    names = {name: f"{name}k" for name in _names_in({"States": {n: states[n] for n in region.members}})}
    moved = {name: states[name] for name in region.members}
    copied = copy.deepcopy(named_as({"StartAt": region.entries[0], "States": moved}, names))["States"]
    for body in copied.values():
        _other_literals(pick, body)
    entry = names[region.entries[0]]
    if not _led_to(pick, region, states, entry):
        return None
    _led_elsewhere(pick, region, states, copied, names)
    behind = pick(list(states))
    holder["States"] = {
        name: body
        for n, b in states.items()
        for name, body in ([(n, b)] + (list(copied.items()) if n == behind else []))
    }
    return found, [list(region.members), [names[name] for name in region.members]]


def _led_to(pick: Pick, region: Region, states: dict[str, Any], entry: str) -> bool:
    """A state outside, or the region itself where it is left, leads to the copy."""
    targets = [found.target for found in region.exits if found.target is not None]
    if targets and pick((True, True, False)):
        target = pick(targets)
        for name in region.members:
            _redirect(states[name], {target: entry})
        return True
    outside = [
        (name, target) for name in states if name not in region.members for target in _targets(states[name]) if target
    ]
    if not outside:
        return False
    name, target = pick(outside)
    _redirect(states[name], {target: entry})
    return True


def _led_elsewhere(
    pick: Pick, region: Region, states: dict[str, Any], copied: dict[str, Any], names: dict[str, str]
) -> None:
    outside = [name for name in states if name not in region.members]
    others: dict[str, str] = {}
    for found in region.exits:
        free = [name for name in outside if name not in others.values()]
        if found.target is not None and free:
            others[found.target] = pick(free) if pick((True, False)) or found.target not in free else found.target
    for body in copied.values():
        _redirect(body, others)


def _targets(body: dict[str, Any]) -> Iterator[str]:
    for holder in (body, *body.get("Choices", ()), *body.get("Catch", ())):
        yield from (holder[key] for key in ("Next", "Default") if key in holder)


def _redirect(body: dict[str, Any], targets: dict[str, str]) -> None:
    for holder in (body, *body.get("Choices", ()), *body.get("Catch", ())):
        for key in ("Next", "Default"):
            if key in holder:
                holder[key] = targets.get(holder[key], holder[key])


def _names_in(scope: dict[str, Any]) -> Iterator[str]:
    for name, body in scope["States"].items():
        yield name
        for inner in (*body.get("Branches", ()), *(body[key] for key in ("ItemProcessor",) if key in body)):
            yield from _names_in(inner)


_OTHER: dict[str, tuple[Any, ...]] = {
    "1": (2, "y"),
    '"x"': ("y", 7, ["x"]),
    '{"a": {"b": 1}}': ({"a": {"b": 2}}, {"c": 1}),
}


def _other_literals(pick: Pick, body: dict[str, Any]) -> None:
    for key in ("Parameters", "ResultSelector", "ItemSelector", "Arguments", "Output", "Assign", "Result"):
        if key in body:
            body[key] = _varied(pick, body[key])
    for rule in body.get("Choices", ()):
        for part in (rule, *rule.get("And", ()), *rule.get("Or", ())):
            if "NumericEquals" in part and pick((True, False, False)):
                part["NumericEquals"] = 3
    if pick((True, False, False)):
        body["Comment"] = "a copy"
    if pick((True, False, False, False)):
        fields = list(body.items())
        body.clear()
        body.update(reversed(fields))
    for inner in (*body.get("Branches", ()), *(body[key] for key in ("ItemProcessor",) if key in body)):
        if "ProcessorConfig" not in inner:
            for state in inner["States"].values():
                _other_literals(pick, state)


def _varied(pick: Pick, value: Any) -> Any:
    other = _OTHER.get(json.dumps(value))
    if other is not None and pick((True, False)):
        return pick(other)
    if isinstance(value, dict):
        return {key: _varied(pick, member) for key, member in value.items()}
    if isinstance(value, list):
        return [_varied(pick, item) for item in value]
    return value
