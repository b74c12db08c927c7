"""What speaks for a region and what against it, in states, each with words; and the gates that refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aslsplit.propose.profile import Measured
from aslsplit.propose.weights import Gates, Weights

__all__ = ["Reason", "reasons_of", "refusals", "worth_of"]


@dataclass(frozen=True, slots=True)
class Reason:
    """``points`` are states: above zero for the region, below against it."""

    what: str
    points: float
    words: str


def worth_of(found: Measured, weights: Weights, gates: Gates, copies: int = 0) -> float:
    return sum(points for _, points in _points(found, weights, gates, copies))


def reasons_of(
    found: Measured, weights: Weights, gates: Gates, copies: int = 0, changes: int = 0
) -> tuple[Reason, ...]:
    """All that count, in a fixed order. ``changes`` are those that touched several of its states at once."""
    return tuple(
        Reason(what, points, _words(what, found, copies, changes))
        for what, points in _points(found, weights, gates, copies)
        if points
    )


def refusals(found: Measured, gates: Gates) -> Iterator[str]:
    if found.states < gates.least_states:
        yield f"{found.states} states: a wrapper around a trivial step (at least {gates.least_states})"
    if found.states > gates.most_states:
        yield f"{found.states} states: a monolith of its own (at most {gates.most_states})"
    if len(found.exits) > gates.most_exits:
        yield f"{len(found.exits)} exits (at most {gates.most_exits})"
    if found.request + found.result > gates.most_paths:
        yield f"{found.request + found.result} paths cross its border (at most {gates.most_paths})"


def _points(found: Measured, weights: Weights, gates: Gates, copies: int) -> Iterator[tuple[str, float]]:
    yield "cohesion", found.cohesion - weights.background * found.background * found.states
    yield "copies", weights.copy * copies * found.states
    yield "child", -weights.child
    yield "contract", -weights.path * (found.request + found.result)
    yield "exits", -weights.exit * max(0, len(found.exits) - 1)
    yield "errors", -weights.error_exit * found.error_exits
    yield "opaque", -weights.opaque * found.opaque
    yield "context", -weights.capture * found.captures
    yield "decisions", -weights.decision * len(found.decisions)
    yield "profile", -weights.profile * (max(0, len(_ways_to_run(found)) - 1) + 0.5 * max(0, found.handlings - 2))
    yield "size", -weights.size * max(0, found.states - gates.band_to)
    yield "small", -weights.small * max(0, gates.band_from - found.states)


def _ways_to_run(found: Measured) -> tuple[str, ...]:
    """A Wait between calls is how they poll, and no other way to run."""
    return tuple(one for one in found.profiles if one != "waits" or "calls" not in found.profiles)


def _words(what: str, found: Measured, copies: int, changes: int) -> str:
    match what:
        case "cohesion":
            together = f"; changed together {_counted(changes, 'time')}" if changes else ""
            return f"its {found.states} states use the same data, words and services: {_cohesion(found)}{together}"
        case "copies":
            return f"there are {copies if copies < 2 else 'several'} copies of it"
        case "child":
            return "a workflow, a role, a contract and a call of its own"
        case "contract":
            return f"contract: about {found.request} paths in, {found.result} out"
        case "exits":
            return f"{len(found.exits)} exits: {', '.join('the end' if to is None else to for to in found.exits)}"
        case "errors":
            verb = "leaves" if found.error_exits == 1 else "leave"
            return f"{_counted(found.error_exits, 'catch transition')} {verb} it"
        case "opaque":
            return f"{found.opaque} of its states are sent the whole document"
        case "context":
            return f"{found.captures} of its states read the context of the execution"
        case "decisions":
            return f"decides where the parent goes on: {', '.join(found.decisions)}"
        case "profile":
            return f"mixes ways to run: {', '.join(_ways_to_run(found))}; {_counted(found.handlings, 'way')} to retry"
        case _:
            return f"{found.states} states, {'few' if what == 'small' else 'many'} for a workflow of its own"


def _cohesion(found: Measured) -> str:
    domains = ", ".join(f"{name} ({count})" for name, count in found.domains[:3])
    share = found.cohesion / found.states if found.states else 0.0
    return f"{share:.0%} alike against {found.background:.0%} overall" + (f"; {domains}" if domains else "")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
