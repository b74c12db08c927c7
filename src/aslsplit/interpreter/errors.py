"""How a state fails, and the three ways an execution ends that no state can catch."""

from __future__ import annotations

from typing import Final

__all__ = [
    "DATA_LIMIT",
    "DATA_LIMIT_EXCEEDED",
    "INTRINSIC_FAILURE",
    "ITEM_READER_FAILED",
    "QUERY_EVALUATION",
    "RESULT_PATH_MATCH",
    "RUNTIME",
    "TASK_FAILED",
    "THRESHOLD_EXCEEDED",
    "TIMEOUT",
    "BudgetExhausted",
    "DeadlinePassed",
    "StateFailure",
    "query_failure",
    "runtime_failure",
]

RUNTIME: Final = "States.Runtime"
QUERY_EVALUATION: Final = "States.QueryEvaluationError"
TASK_FAILED: Final = "States.TaskFailed"
TIMEOUT: Final = "States.Timeout"
DATA_LIMIT_EXCEEDED: Final = "States.DataLimitExceeded"
INTRINSIC_FAILURE: Final = "States.IntrinsicFailure"
ITEM_READER_FAILED: Final = "States.ItemReaderFailed"
RESULT_PATH_MATCH: Final = "States.ResultPathMatchFailure"
THRESHOLD_EXCEEDED: Final = "States.ExceedToleratedFailureThreshold"

DATA_LIMIT: Final = 262_144
"""Bytes; the limit for the input and output of states, tasks and executions."""


class StateFailure(Exception):
    """A state failed with an error name and a cause, either of which may be absent.

    ``unlocated`` failures get AWS's "An error occurred while executing the state …" in front of the cause as
    soon as it is known which state it was.
    """

    def __init__(self, error: str | None, cause: str | None, *, unlocated: bool = False) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause
        self.unlocated = unlocated

    @property
    def catchable(self) -> bool:
        return self.error != RUNTIME

    def located(self, state: str, event: int) -> StateFailure:
        if not self.unlocated:
            return self
        text = f"An error occurred while executing the state '{state}' (entered at the event id #{event}). {self.cause}"
        return StateFailure(self.error, text)


class DeadlinePassed(Exception):
    """Virtual time reached a deadline; whoever set it catches it by its number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class BudgetExhausted(Exception):
    """More states were entered, or more machines inside each other, than the caller allowed."""


def runtime_failure(cause: str) -> StateFailure:
    """``States.Runtime``: neither Retry nor Catch sees it."""
    return StateFailure(RUNTIME, cause, unlocated=True)


def query_failure(cause: str) -> StateFailure:
    return StateFailure(QUERY_EVALUATION, cause, unlocated=True)
