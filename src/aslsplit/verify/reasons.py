"""Why a transition, a state or a retrier was not reached, in words for people."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aslsplit.asl.model import State, StateType
from aslsplit.verify.choices import assignments
from aslsplit.verify.coverage import Edge
from aslsplit.verify.failures import MOST_ATTEMPTS, UNCATCHABLE, attempts_of, tasks_in
from aslsplit.verify.search import Search
from aslsplit.verify.sources import places_of

__all__ = ["reasons_of"]

_LONGEST = 200
_LOCATION = re.compile(r"An error occurred while executing the state '.*?' \(entered at the event id #\d+\)\. ")


def reasons_of(search: Search) -> Mapping[Edge | str, str]:
    """By transition; by name for states that were not reached, and for those whose retriers were not."""
    reasons: dict[Edge | str, str] = {}
    for edge in search.missing():
        reasons[edge] = _of_edge(search, edge)
    for name in search.ordered(search.goals.retries - search.coverage.retries):
        reasons[name] = _of_failure(search.states[name], _retried(search.states[name]))
    for name in search.ordered(search.goals.states - search.coverage.states):
        reasons[name] = "no transition to it was taken"
    return reasons


def _of_edge(search: Search, edge: Edge) -> str:
    source, target, kind = edge
    state = search.states[source]
    if source not in search.coverage.states:
        return f"behind {source}, which was not reached"
    if kind == "catch":
        catchers = [catcher for catcher in state.body.get("Catch") or () if catcher.get("Next") == target]
        return _of_failure(state, [name for catcher in catchers for name in catcher.get("ErrorEquals") or ()])
    if source in search.endings and state.type is not StateType.CHOICE:
        return f"it fails whatever it is given: {_short(search.endings[source])}"
    if state.type is StateType.CHOICE:
        return _of_choice(search, state, target)
    return "every execution that comes there fails or goes on without end"


def _of_failure(state: State, names: list[str]) -> str:
    if set(names) <= UNCATCHABLE:
        return f"{' and '.join(sorted(set(names)))} cannot be caught"
    if not list(tasks_in(state)):
        return "nothing in it calls a service that could fail"
    if attempts_of(state) > MOST_ATTEMPTS:
        return f"it is tried again more than {MOST_ATTEMPTS} times first"
    return "no failure that was tried gets there"


def _retried(state: State) -> list[str]:
    return [name for retrier in state.body["Retry"] for name in retrier.get("ErrorEquals") or ()]


def _of_choice(search: Search, state: State, target: str | None) -> str:
    wanted = dict.fromkeys(ref for assignment in assignments(state, target) for ref in assignment)
    if not wanted:
        return "what its condition wants could not be worked out"
    visits = [visit for _, timeline in search.bases(state.name) for visit in timeline.of(state.name)[:1]]
    if not any(places_of(visit, ref) for visit in visits for ref in wanted):
        return "what it tests comes neither from the input nor from an answer"
    if state.name in search.endings:
        return f"no value that was tried makes it so: {_short(search.endings[state.name])}"
    return "no value that was tried makes it so"


def _short(text: str) -> str:
    text = _LOCATION.sub("", " ".join(text.split()))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
