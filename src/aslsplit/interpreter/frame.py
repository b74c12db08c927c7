"""Where a state stands while it runs: the execution, the scope, the visit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal

from aslsplit.asl.model import QueryLanguage, StateType
from aslsplit.interpreter.clock import Clock
from aslsplit.interpreter.errors import BudgetExhausted
from aslsplit.interpreter.paths import View
from aslsplit.interpreter.trace import Answer, Execution, Recorder
from aslsplit.interpreter.values import MISSING, Json, Missing, ScopePath

__all__ = ["RETRYING", "Exit", "Frame", "Machine", "Probe", "RunMachine", "RunScope", "Visit", "World", "identity"]

RETRYING: Final = frozenset({StateType.TASK, StateType.PARALLEL, StateType.MAP})
"""The types of state that may have Retry and Catch."""

_TOKEN_SUFFIXES: Final = (".waitForTaskToken", ".sync", ".sync:2")


@dataclass(slots=True)
class World:
    """What all machines of one run share."""

    answer: Answer
    machines: Mapping[str, Mapping[str, Json]]
    random: Random
    budget: int
    depth: int
    """How many more machines may run inside each other."""
    run_machine: RunMachine
    clock: Clock = field(default_factory=Clock)
    recorder: Recorder = field(default_factory=Recorder)
    counters: Counter[object] = field(default_factory=Counter)
    names: set[tuple[str, str]] = field(default_factory=set)
    """Machine and name of the child executions so far: a name cannot be used twice."""
    in_turn: Collection[str] = ()
    """Parallel states whose branches run as if their states stood one behind the other in the scope around them."""
    awaits_all: bool = False
    """Whoever starts a machine and does not wait for it goes on when that has ended."""
    tokens: dict[str, Json] = field(default_factory=dict)
    """What was sent for each task token that a child may answer; ``MISSING`` until then."""

    def spend(self) -> None:
        self.budget -= 1
        if self.budget < 0:
            raise BudgetExhausted

    def count(self, key: object) -> int:
        self.counters[key] += 1
        return self.counters[key]


@dataclass(slots=True)
class Machine:
    """One execution. ``context`` holds the context object's ``Execution`` and ``StateMachine``."""

    name: str
    definition: Mapping[str, Json]
    context: Mapping[str, Json]
    world: World
    type: Literal["STANDARD", "EXPRESS"] = "STANDARD"
    path: ScopePath = ()
    """Where the machine was called from: a state has the same path, whichever machine it stands in."""
    events: int = 1
    """The number of events in AWS's history so far; the first says that the execution started."""

    @property
    def language(self) -> QueryLanguage:
        return "JSONata" if self.definition.get("QueryLanguage") == "JSONata" else "JSONPath"


@dataclass(slots=True)
class Frame:
    """One scope in progress: the top, a branch, an iteration. ``variables`` includes those of outer scopes."""

    machine: Machine
    variables: dict[str, Json] = field(default_factory=dict)
    path: ScopePath = ()
    map_item: Mapping[str, Json] | None = None


@dataclass(slots=True)
class Probe:
    """For trying one state alone: what stands in for its work and its context, and what was seen on the way."""

    work: Callable[[], Json]
    """Instead of the branches or iterations; raises ``StateFailure`` like them."""
    failed_iterations: int = 0
    context: Json | Missing = MISSING
    stages: dict[str, Json] = field(default_factory=dict)
    """The data after each step of the input and output processing, by TestState's names."""


@dataclass(slots=True)
class Visit:
    """One visit of a state; ``event`` is the number of the event that tells of its entry."""

    frame: Frame
    name: str
    body: Mapping[str, Json]
    raw: Json
    event: int
    entered: str
    retries: int = 0
    token: str | None = None
    probe: Probe | None = None
    type: StateType = field(init=False)
    _context: Json | Missing = MISSING
    """The context object of this attempt: most states ask for it several times."""

    def __post_init__(self) -> None:
        self.type = StateType(self.body["Type"])

    @property
    def world(self) -> World:
        return self.frame.machine.world

    @property
    def language(self) -> QueryLanguage:
        own = self.body.get("QueryLanguage")
        if own is None:
            return self.frame.machine.language
        return "JSONata" if own == "JSONata" else "JSONPath"

    @property
    def next(self) -> str | None:
        return self.body.get("Next")

    def begin_attempt(self, number: int) -> None:
        """Each attempt of a Task that has a token gets a new one; the same in every run."""
        self.retries = number
        self._context = MISSING
        if self.type is StateType.TASK and str(self.body.get("Resource", "")).endswith(_TOKEN_SUFFIXES):
            token = f"token-{self.world.count(('token', self.frame.path, self.name))}"
            self.token = "/".join(str(part) for part in (*self.frame.path, self.name, token))

    def note(self, stage: str, value: Json) -> Json:
        """Passes the value on, and keeps it if the state is tried alone."""
        if self.probe is not None:
            self.probe.stages[stage] = value
        return value

    def context(self, map_item: Mapping[str, Json] | None = None) -> Json:
        if self.probe is not None and self.probe.context is not MISSING:
            return self.probe.context
        if map_item is not None:
            return {**self.context(), "Map": {"Item": map_item}}
        if self._context is MISSING:
            self._context = self._made_context()
        return self._context

    def _made_context(self) -> dict[str, Json]:
        state: dict[str, Json] = {"Name": self.name, "EnteredTime": self.entered}
        if self.type in RETRYING:
            state["RetryCount"] = self.retries
        context = {**self.frame.machine.context, "State": state}
        if self.token is not None:
            context["Task"] = {"Token": self.token}
        if self.frame.map_item is not None:
            context["Map"] = {"Item": self.frame.map_item}
        return context

    def view(self, document: Json, map_item: Mapping[str, Json] | None = None) -> View:
        return View(document, self.context(map_item), self.frame.variables)


@dataclass(frozen=True, slots=True)
class Exit:
    """How a state was left. ``next`` is None at the end of the scope."""

    next: str | None
    output: Json
    assigned: Mapping[str, Json] = field(default_factory=dict)


RunScope = Callable[[Frame, Mapping[str, Json], Json], Json]
"""Runs a scope's states from StartAt to its end: frame, the object with ``States``, input → output."""

RunMachine = Callable[[Machine, Json], Execution]
"""Runs a machine inside another one; the trace goes to the common recorder."""


def identity(arn: str) -> tuple[str, str]:
    """The prefix of execution ARNs and the name of the machine with this ARN, which may be a placeholder."""
    parts = arn.split(":")
    if len(parts) >= 7 and parts[5] == "stateMachine":
        return ":".join(parts[:5]), parts[6]
    name = "".join(c for c in arn if c.isalnum() or c in "-_") or "machine"
    return "arn:aws:states:us-east-1:123456789012", name
