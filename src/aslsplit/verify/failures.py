"""Scenarios in which tasks fail: so that a catcher has something to catch, and a retrier something to try again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from aslsplit.asl.model import State, StateType
from aslsplit.asl.source import Json
from aslsplit.interpreter import Error, Result, TaskAnswer, TimedOut
from aslsplit.verify.scenario import Scenario
from aslsplit.verify.timeline import Timeline, Visit

__all__ = ["MOST_ATTEMPTS", "UNCATCHABLE", "UNFORESEEN", "attempts_of", "failing", "failure", "retrying", "tasks_in"]

UNFORESEEN = "Unforeseen"
"""An error name that no definition knows."""

MOST_ATTEMPTS = 60
UNCATCHABLE = frozenset({"States.Runtime"})


def failure(name: str) -> TaskAnswer:
    """An answer that a catcher or retrier for this error name gets to see."""
    match name:
        case "States.ALL" | "States.TaskFailed":
            return Error(UNFORESEEN, "made up")
        case "States.Timeout" | "States.HeartbeatTimeout":
            return TimedOut()
        case _:
            return Error(name, "made up")


def failing(scenario: Scenario, visit: Visit, target: str | None) -> Iterator[Scenario]:
    """In which the state fails at this visit, with each error that one of its catchers leads to ``target``."""
    catchers = visit.state.body.get("Catch") or ()
    names = [name for catcher in catchers if catcher.get("Next") == target for name in catcher.get("ErrorEquals") or ()]
    for name in names:
        for task in tasks_in(visit.state):
            turn = visit.answers if task is visit.state else 0
            attempts = attempts_of(task) * (1 if task is visit.state else attempts_of(visit.state))
            answers: list[TaskAnswer] = [failure(name)]
            yield _answered(scenario, task.name, turn, answers * min(attempts, MOST_ATTEMPTS))


def retrying(scenario: Scenario, timeline: Timeline, state: State) -> Iterator[Scenario]:
    """In which the state fails once, with an error for each of its retriers."""
    for visit in timeline.of(state.name)[:1]:
        for retrier in state.body.get("Retry") or ():
            for name in retrier.get("ErrorEquals") or ():
                for task in tasks_in(state):
                    turn = visit.answers if task is state else 0
                    attempts = 1 if task is state else min(attempts_of(task), MOST_ATTEMPTS)
                    changed = _answered(scenario, task.name, turn, [failure(name)] * attempts)
                    yield replace(changed, why=f"{state.name} is tried again")


def tasks_in(state: State) -> Iterator[State]:
    """The state, if it asks a service itself, and those inside it that do, without error handling first."""
    if state.type is StateType.TASK or "ItemReader" in state.body:
        yield state
    inner = [task for scope in state.scopes for member in scope.states.values() for task in tasks_in(member)]
    yield from sorted(inner, key=lambda task: ("Catch" in task.body, "Retry" in task.body))


def attempts_of(state: State) -> int:
    return 1 + sum(_number(retrier.get("MaxAttempts", 3)) for retrier in state.body.get("Retry") or ())


def _number(value: Json) -> int:
    """A placeholder stands for a number that only deployment knows."""
    return value if isinstance(value, int) else 3


def _answered(scenario: Scenario, task: str, turn: int, answers: Sequence[TaskAnswer]) -> Scenario:
    """With these answers from this turn on, and then the one that would have come."""
    script = scenario.scripts.get(task, (Result({}),))
    longer = script + script[-1:] * (turn + 1 - len(script))
    return replace(scenario, scripts={**scenario.scripts, task: (*longer[:turn], *answers, *longer[turn:])})
