"""What each way through a child costs before and after: state transitions, which are paid for, and history events.

A way leads from an entry to an exit, on the longest path there with each loop gone through once. The events are those
of an execution that succeeds at the first attempt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from aslsplit.asl.model import Scope, StateMachine
from aslsplit.rewrite.extract import ExtractedChild, Extraction
from aslsplit.signs.events import EVENTS_AROUND_BRANCHES, events_of_states, transitions_of_states
from aslsplit.signs.longest import longest_ways

__all__ = ["Cost", "WayCost", "ways_of", "whole_cost"]

_BEGUN_AND_ENDED = 2
"""Events of an execution beside those of its states."""


@dataclass(frozen=True, slots=True)
class Cost:
    transitions: int
    events: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.transitions + other.transitions, self.events + other.events)


@dataclass(frozen=True, slots=True)
class WayCost:
    """``target`` is the state that the way leads on to, None where the scope ends. ``before`` is what the way takes in
    the monolith, ``caller`` and ``child`` are what it takes afterwards, each in its own history. The Parallel state
    that runs children side by side counts with the first of them."""

    child: str
    entry: str
    target: str | None
    before: Cost
    caller: Cost
    own: Cost


def ways_of(
    monolith: StateMachine, parent: StateMachine, children: Mapping[str, StateMachine], extraction: Extraction
) -> tuple[WayCost, ...]:
    """Of all children; what leads nowhere, because control cannot get from that entry to that exit, is left out."""
    return tuple(
        way
        for name, child in extraction.children.items()
        for way in _ways(name, child, monolith, _caller(parent, children, child), children[name])
    )


def whole_cost(machine: StateMachine) -> Cost:
    """On the longest way through the machine."""
    each = _Each(machine)
    edges = _edges(machine.top, machine.top.states, each.events, machine.top.start_at)
    ways = longest_ways(edges, each.events.__getitem__)
    return each.cost(ways.way(machine.top.start_at), _BEGUN_AND_ENDED)


class _Each:
    """What each state of a machine takes, with what is inside it."""

    def __init__(self, machine: StateMachine) -> None:
        self.events, self.transitions = events_of_states(machine), transitions_of_states(machine)

    def cost(self, way: Collection[str], more: int = 0) -> Cost:
        return Cost(sum(self.transitions[name] for name in way), sum(self.events[name] for name in way) + more)


def _caller(parent: StateMachine, children: Mapping[str, StateMachine], child: ExtractedChild) -> StateMachine:
    return parent if child.record.caller is None else children[child.record.caller]


def _ways(
    name: str, child: ExtractedChild, monolith: StateMachine, caller: StateMachine, own: StateMachine
) -> Iterator[WayCost]:
    before, inside = _Each(monolith), _Each(own)
    around = _around(child, own, inside.events)
    own = own.inside(child.record.inside)
    region, respond = child.plan.region, child.plan.generated.child.respond
    for entry in region.entries:
        for found in child.plan.contract.exits:
            moved = _longest(region.scope, region.members, before.events, entry, found.target)
            side = _side_cost(child, caller, entry, child.arrivals[found.outcome])
            arriving = _longest(own.top, own.top.states, inside.events, own.top.start_at, child.starts[entry])
            leaving = _longest(own.top, own.top.states, inside.events, child.starts[entry], respond[found.outcome])
            if moved and side and arriving and leaving:
                way = (*arriving, *leaving, respond[found.outcome])
                yield WayCost(
                    name,
                    entry,
                    found.target,
                    before.cost(moved),
                    side,
                    inside.cost(way) + around,
                )


def _around(child: ExtractedChild, own: StateMachine, events: Mapping[str, int]) -> Cost:
    """What an execution of the child has beside the states on its way: with a task token, the state in whose branch
    they are and the one that sends the response."""
    answering = child.plan.generated.child.answering
    if answering is None:
        return Cost(0, _BEGUN_AND_ENDED)
    branch = own.inside(child.record.inside)
    of_branch = longest_ways(
        _edges(branch.top, branch.top.states, events, branch.top.start_at), events.__getitem__
    ).length[branch.top.start_at]
    own_events = events[answering.run] - of_branch + events[answering.send_response]
    return Cost(2, own_events + _BEGUN_AND_ENDED)


def _side_cost(child: ExtractedChild, caller: StateMachine, entry: str, arrival: str | None) -> Cost | None:
    """None if control does not come from the entry to where it goes on."""
    calling, side, scopes = _Each(caller), child.side, {scope.pointer: scope for scope in caller.scopes()}
    called_in = scopes.get(child.called_in)
    if called_in is None:
        return None
    if side.branch is None:
        way = _longest(called_in, side.states, calling.events, side.entries[entry], arrival)
        return calling.cost(way) if way else None
    branch = scopes.get((*child.called_in, *side.branch.scope))
    if branch is None:
        return None
    asking = _longest(branch, side.branch.states, calling.events, branch.start_at, None)
    behind = _longest(called_in, side.states, calling.events, next(iter(side.states), ""), arrival)
    joining = Cost(1, EVENTS_AROUND_BRANCHES) if side.branch.number == 0 else Cost(0, 0)
    return calling.cost(asking) + calling.cost(behind) + joining


_NO_WAY = -1_000_000_000


def _longest(
    scope: Scope, within: Iterable[str], events: Mapping[str, int], start: str, target: str | None
) -> tuple[str, ...]:
    """The states from ``start`` on that lead to ``target``, which is not one of them; empty if none do."""
    inside = {name for name in within if name in scope.states and name != target}
    if start not in inside:
        return ()

    def ending(name: str) -> int:
        leads = any(way.target == target for way in scope.states[name].transitions)
        return events[name] if leads else _NO_WAY

    ways = longest_ways(_edges(scope, inside, events, start), ending)
    return ways.way(start) if ways.length[start] > 0 else ()


def _edges(
    scope: Scope, within: Collection[str], events: Mapping[str, int], start: str
) -> Mapping[str, Mapping[str, int]]:
    """From each state to those behind it, ``start`` first: loops close where it is come back to."""
    return {
        name: {
            way.target: events[name]
            for way in scope.states[name].transitions
            if way.target is not None and way.target in within
        }
        for name in dict.fromkeys((start, *(name for name in scope.states if name in within)))
    }
