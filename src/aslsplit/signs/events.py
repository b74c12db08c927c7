"""Events of the execution history, and the size of the definition, against AWS's quotas.

Events per state as recorded on AWS: entered and exited, and for a task scheduled, started and succeeded, and submitted
where it waits. A task that fails and is caught has as many; one that is tried again has more, and is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from aslsplit.analysis.facts import ScopeFacts
from aslsplit.analysis.waiting import seconds_waited, waits_for_an_answer
from aslsplit.asl.model import Scope, ScopeKind, State, StateMachine, StateType
from aslsplit.asl.source import Source
from aslsplit.signs.longest import LongestWays, longest_rounds, longest_ways
from aslsplit.signs.sign import Evidence, Kind, Sign, Survey, at_state, names

__all__ = [
    "DEFINITION_SIZE",
    "EVENTS_AROUND_BRANCHES",
    "EVENTS_PER_ROUND",
    "HISTORY_EVENTS",
    "definition_size",
    "events_of_states",
    "history_signs",
    "transitions_of_states",
]

QUOTA_EVENTS = 25_000
QUOTA_DEFINITION = 1024 * 1024

HISTORY_EVENTS = Kind(
    code="ASL808",
    title="History events on the longest way",
    unit="event",
    units="events",
    threshold=100,
)

EVENTS_PER_ROUND = Kind(
    code="ASL809",
    title="History events per round of a loop or item of a Map",
    unit="event",
    units="events",
    threshold=25,
)

DEFINITION_SIZE = Kind(
    code="ASL810",
    title="Definition, of the 1 MiB that AWS takes",
    unit="%",
    units="%",
    threshold=50,
)


def history_signs(survey: Survey) -> tuple[Sign, ...]:
    scopes = _measured(survey.machine)
    top = scopes[survey.machine.top.pointer]
    way = top.ways.way(survey.machine.top.start_at)
    weights = {name: top.events[name] for name in way}
    heavy = sorted(way, key=lambda name: -weights[name])[:5]
    text = f"{len(way)} states one after the other, each loop once and each Map with one item"
    evidence = [at_state(survey.machine, survey.machine.top.states[way[0]], text, others=way[1:])]
    evidence += [
        at_state(survey.machine, survey.machine.top.states[name], f"{HISTORY_EVENTS.counted(weights[name])} in {name}")
        for name in heavy
        if weights[name] > _EVENTS_OF_A_WAITING_TASK
    ]
    figure = top.total + 2
    return (survey.sign(HISTORY_EVENTS, figure, evidence), _rounds(survey, scopes))


def events_of_states(machine: StateMachine) -> Mapping[str, int]:
    """Of each state with what is inside it."""
    return {name: events for scope in _measured(machine).values() for name, events in scope.events.items()}


def transitions_of_states(machine: StateMachine) -> Mapping[str, int]:
    """Of each state with those on the longest ways inside it: a Map has one item, and the items of a distributed one
    are executions of their own."""
    found: dict[str, int] = {}
    scopes = _measured(machine)
    for scope in reversed(list(machine.scopes())):
        for state in scope.states.values():
            inside = (scopes[one.pointer].ways.way(one.start_at) for one in state.scopes if not _is_distributed(one))
            found[state.name] = 1 + sum(found[name] for way in inside for name in way)
    return found


def _is_distributed(scope: Scope) -> bool:
    return scope.kind is ScopeKind.DISTRIBUTED


def definition_size(survey: Survey) -> Sign:
    size = len(_written(survey.machine.source).encode("utf-8", "surrogatepass"))
    states = sum(len(scope.states) for scope in survey.machine.scopes())
    source = survey.machine.source
    evidence = (Evidence(f"{size:,} bytes in {states} states", source.span(()), ""),)
    return survey.sign(DEFINITION_SIZE, size * 100 // QUOTA_DEFINITION, evidence)


def _written(source: Source) -> str:
    """The definition without the template around it."""
    whole = source.extents.get(())
    return source.text if source.resource is None or whole is None else source.text[whole.start : whole.end]


# --- events ------------------------------------------------------------------------------------------------------

_EVENTS_OF_A_WAITING_TASK = 6

EVENTS_AROUND_BRANCHES = 4
"""Of a Parallel or Map state itself: entered, started, succeeded, exited."""


@dataclass(frozen=True, slots=True)
class _ScopeEvents:
    """Events of each state with what is inside it, and the longest ways from each state."""

    events: Mapping[str, int]
    edges: Mapping[str, Mapping[str, int]]
    ways: LongestWays
    total: int


_Scopes = Mapping[tuple[str | int, ...], _ScopeEvents]


def _measured(machine: StateMachine) -> _Scopes:
    """Inner scopes first: their events are part of the state around them."""
    found: dict[tuple[str | int, ...], _ScopeEvents] = {}
    holders = {inner.pointer: state for state in machine.states() for inner in state.scopes}
    for scope in reversed(list(machine.scopes())):
        events = {state.name: _events(state, found) for state in scope.states.values()}
        at_end = _ending(scope, events, holders.get(scope.pointer))
        # The walk that decides where loops close begins where executions begin.
        edges = {
            name: {way.target: events[name] for way in scope.states[name].transitions if way.target is not None}
            for name in dict.fromkeys((scope.start_at, *scope.states))
        }
        ways = longest_ways(edges, at_end)
        if ways.length[scope.start_at] <= 0:
            ways = longest_ways(edges, events.__getitem__)
        found[scope.pointer] = _ScopeEvents(events, edges, ways, ways.length[scope.start_at])
    return found


_NO_WAY = -1_000_000_000


def _ending(scope: Scope, events: Mapping[str, int], around: State | None) -> Callable[[str], int]:
    """What ending at a state counts. Where nothing catches a failure inside, nothing comes behind it either: control
    goes on from the ends of the scope."""
    if around is None or around.body.get("Catch"):
        return events.__getitem__

    def at_end(name: str) -> int:
        state = scope.states[name]
        ends = state.type is StateType.SUCCEED or any(way.target is None for way in state.transitions)
        return events[name] if ends else _NO_WAY

    return at_end


def _events(state: State, inner: _Scopes) -> int:
    match state.type:
        case StateType.TASK:
            return _EVENTS_OF_A_WAITING_TASK if waits_for_an_answer(state) else 5
        case StateType.PASS | StateType.CHOICE | StateType.WAIT | StateType.SUCCEED:
            return 2
        case StateType.FAIL:
            return 1
        case StateType.PARALLEL:
            return EVENTS_AROUND_BRANCHES + sum(inner[scope.pointer].total for scope in state.scopes)
        case StateType.MAP:
            return EVENTS_AROUND_BRANCHES + sum(_of_an_item(scope, inner) for scope in state.scopes)
        case _ as unreachable:
            assert_never(unreachable)


def _of_an_item(scope: Scope, inner: _Scopes) -> int:
    """Started and succeeded, and what runs in between; an item of a distributed Map has a history of its own."""
    return 0 if _is_distributed(scope) else 2 + inner[scope.pointer].total


# --- rounds ------------------------------------------------------------------------------------------------------


def _rounds(survey: Survey, scopes: _Scopes) -> Sign:
    found: list[tuple[int, Evidence]] = []
    for facts in survey.facts.scopes.values():
        found += _loops(survey, facts, scopes[facts.scope.pointer])
        for state in facts.scope.states.values():
            if state.type is StateType.MAP:
                for inner in state.scopes:
                    if events := _of_an_item(inner, scopes):
                        text = f"{events} events per item of {state.name}: {_full_after(events, 'items')}"
                        found.append((events, at_state(survey.machine, state, text)))
    found.sort(key=lambda one: -one[0])
    return survey.sign(EVENTS_PER_ROUND, found[0][0] if found else 0, survey.worst(EVENTS_PER_ROUND, found))


def _loops(survey: Survey, facts: ScopeFacts, measured: _ScopeEvents) -> Iterator[tuple[int, Evidence]]:
    states = facts.scope.states
    for events, way in longest_rounds(measured.edges, measured.events.__getitem__):
        waited = sum(seconds_waited(states[name]) or 0 for name in way)
        time = f", {_duration(waited * (QUOTA_EVENTS // events))} of waiting" if waited else ""
        text = f"{events} events per round of {names(way)}: {_full_after(events, 'rounds')}{time}"
        yield events, at_state(survey.machine, states[way[0]], text, others=way[1:])


def _full_after(events: int, what: str) -> str:
    return f"the history is full after {QUOTA_EVENTS // events:,} {what}"


def _duration(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{int(seconds // size):,} {unit}"
    return f"{int(seconds)} seconds"
