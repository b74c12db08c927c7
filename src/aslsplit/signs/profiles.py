"""Execution profiles: how the work of a machine runs, as far as its states show it."""

from __future__ import annotations

from aslsplit.analysis.waiting import seconds_waited, waits_for_a_callback, waits_for_a_job
from aslsplit.asl.model import ScopeKind, State, StateType
from aslsplit.signs.sign import Kind, Sign, Survey, at_state, names

__all__ = ["MIXED_PROFILES", "mixed_profiles"]

MIXED_PROFILES = Kind(
    code="ASL813",
    title="Execution profiles in one machine",
    unit="profile",
    units="profiles",
    threshold=2,
)

_LONG = 300
"""Seconds. An express execution ends after five minutes, and so does the patience of whoever waits for an answer."""

_QUICK_TASKS = 5
"""Tasks that answer at once; fewer serve the waiting."""


def mixed_profiles(survey: Survey) -> Sign:
    found: dict[str, list[State]] = {}
    for facts in survey.facts.scopes.values():
        looping = {name for loop in facts.graph.loops for name in loop}
        for state in facts.scope.states.values():
            profile = _profile(state, state.name in looping)
            if profile is not None:
                found.setdefault(profile, []).append(state)
    if len(found.get(_QUICK, ())) < _QUICK_TASKS:
        found.pop(_QUICK, None)
    evidence = [
        at_state(survey.machine, states[0], f"{profile}: {names([state.name for state in states])}",
                 others=[state.name for state in states[1:]])
        for profile in _ORDER if (states := found.get(profile))
    ]  # fmt: skip
    return survey.sign(MIXED_PROFILES, len(found), evidence)


_CALLBACK = "waits for people or other systems"
_JOB = "waits for jobs or polls"
_BULK = "high throughput"
_QUICK = "request and response"
_ORDER = (_CALLBACK, _JOB, _BULK, _QUICK)


def _profile(state: State, in_loop: bool) -> str | None:
    if waits_for_a_callback(state):
        return _CALLBACK
    if waits_for_a_job(state):
        return _JOB
    if state.type is StateType.WAIT:
        waited = seconds_waited(state)
        return _JOB if in_loop or waited is None or waited >= _LONG else None
    if any(scope.kind is ScopeKind.DISTRIBUTED for scope in state.scopes):
        return _BULK
    return _QUICK if state.type is StateType.TASK else None
