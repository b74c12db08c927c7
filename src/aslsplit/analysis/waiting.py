"""How a state waits: for an answer from outside, for a job, or for time to pass."""

from __future__ import annotations

from aslsplit.asl.model import State, StateType

__all__ = ["seconds_waited", "waits_for_a_callback", "waits_for_a_job", "waits_for_an_answer"]


def waits_for_a_callback(state: State) -> bool:
    """For somebody who has the task token, or for the worker of an activity."""
    resource = _resource(state)
    return resource.endswith(".waitForTaskToken") or ":activity:" in resource


def waits_for_a_job(state: State) -> bool:
    return _resource(state).endswith((".sync", ".sync:2"))


def waits_for_an_answer(state: State) -> bool:
    """The history has one event more for such a task: it was submitted."""
    return waits_for_a_job(state) or _resource(state).endswith(".waitForTaskToken")


def seconds_waited(state: State) -> float | None:
    """Of a Wait state; None where only the running execution knows."""
    seconds = state.body.get("Seconds")
    if state.type is StateType.WAIT and isinstance(seconds, int | float) and not isinstance(seconds, bool):
        return seconds if 0 <= seconds <= 99_999_999 else None
    return None


def _resource(state: State) -> str:
    resource = state.body.get("Resource")
    return resource if state.type is StateType.TASK and isinstance(resource, str) else ""
