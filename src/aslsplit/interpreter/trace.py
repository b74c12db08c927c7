"""What an execution did: the calls it made, the states it passed, how it ended; and what callers answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from aslsplit.interpreter.values import Json, ScopePath

__all__ = [
    "Answer",
    "ChildCall",
    "Error",
    "Execution",
    "ItemRun",
    "Recorder",
    "Result",
    "Status",
    "Step",
    "TaskAnswer",
    "TaskCall",
    "TimedOut",
]

Status = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


@dataclass(frozen=True, slots=True)
class TaskCall:
    """One attempt of a Task (or of an ItemReader or ResultWriter) to call a service.

    ``path`` identifies the branch or iteration: the name of each enclosing Map or Parallel state followed by the
    index. It does not tell in which machine the state stands, so it is the same for a state that was moved to a
    child; ``machine`` tells. ``attempt`` counts the retries: 0 is the first attempt.
    """

    state: str
    resource: str
    payload: Json
    timeout_seconds: float | None = None
    heartbeat_seconds: float | None = None
    credentials: Json = None
    path: ScopePath = ()
    attempt: int = 0
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The task result before ResultSelector; what an ItemReader finds: its items, or the text of the object."""

    value: Json


@dataclass(frozen=True, slots=True)
class Error:
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The task ran into its TimeoutSeconds or HeartbeatSeconds."""


TaskAnswer = Result | Error | TimedOut
Answer = Callable[[TaskCall], TaskAnswer]


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a state. Unless ``left`` is true, the state failed and there is no output."""

    state: str
    input: Json
    output: Json = None
    assigned: Mapping[str, Json] = field(default_factory=dict)
    path: ScopePath = ()
    machine: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class ChildCall:
    """A call that ran another given machine inside, and how that ended. ``calls`` and ``steps`` are the positions,
    among those of the whole execution, of the calls that were made and the states that were entered meanwhile.
    ``unanswered``: the caller waited in vain for its task token to be sent; ``TIMED_OUT`` is then a child that may
    still have been at work."""

    call: TaskCall
    status: Status
    output: Json = None
    error: str | None = None
    cause: str | None = None
    calls: range = range(0)
    steps: range = range(0)
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class ItemRun:
    """How an item or a batch of a distributed Map ended, which is an execution of its own; ``path`` as in a call."""

    path: ScopePath
    status: Status
    output: Json = None
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """How the execution ended and what it did. ``calls`` includes those of the machines it ran inside, ``items`` those
    of distributed Maps wherever they ran, ``handled`` are the names of the errors that a Retry or a Catch took.

    ``ABORTED`` means that a budget ran out. ``TIMED_OUT`` has neither error nor cause.
    """

    status: Status
    output: Json = None
    error: str | None = None
    cause: str | None = None
    calls: list[TaskCall] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    children: list[ChildCall] = field(default_factory=list)
    items: list[ItemRun] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Recorder:
    """Collects the trace while the execution runs."""

    calls: list[TaskCall] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    children: list[ChildCall] = field(default_factory=list)
    items: list[ItemRun] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)

    def enter(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1
