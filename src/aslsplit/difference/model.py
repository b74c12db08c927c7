"""The difference as a value. Swapping the two sides swaps ``before`` and ``after``, ``gained`` and ``lost``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from aslsplit.asl.model import Scope, State, StateMachine
from aslsplit.asl.source import Json, Pointer

__all__ = [
    "ABSENT",
    "NO_ACCESS",
    "AccessChange",
    "Difference",
    "Edge",
    "EdgeKind",
    "FieldChange",
    "Kind",
    "Layout",
    "MachineDifference",
    "Place",
    "Role",
    "RoleKind",
    "StateDifference",
    "TransitionChange",
    "file_of",
]


def file_of(machine: StateMachine) -> str:
    """What people call it: its file, and which one it is where a template could hold several."""
    source = machine.source
    return source.name if source.embedded is None else f"{source.name} ({source.embedded.resource})"


class Absent(Enum):
    """There is nothing on this side; null would be a value."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A state where it stands. Each is made once, and is equal to itself only. ``key`` names its machine among those
    of its side."""

    key: str
    machine: StateMachine
    scope: Scope
    state: State
    number: int
    """In the order of the files."""

    @property
    def name(self) -> str:
        return self.state.name

    @property
    def file(self) -> str:
        return file_of(self.machine)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``path`` leads from the state, or from the machine, to the value; in a list that has changed its length it
    counts as the later side does, unless the value is only on the earlier one."""

    path: Pointer
    before: Json
    after: Json


class EdgeKind(StrEnum):
    START = "start"
    NEXT = "next"
    RULE = "rule"
    DEFAULT = "default"
    CATCH = "catch"


@dataclass(frozen=True, slots=True)
class Edge:
    """A way out of a state, or into a scope. ``target`` is None where the scope ends. ``index`` counts rules, catchers
    or branches."""

    kind: EdgeKind
    target: str | None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class TransitionChange:
    """A way that is there on one side only, or leads elsewhere. A target that was renamed is the same target."""

    before: Edge | None
    after: Edge | None


@dataclass(frozen=True, slots=True)
class AccessChange:
    """Access paths as text, sorted."""

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


NO_ACCESS: Final = AccessChange()


class RoleKind(StrEnum):
    """What a state that is on one side only is for: around a call, or around the states of the one that is called."""

    REQUEST = "request"
    CALL = "call"
    ANSWER = "answer"
    FAILURE = "failure"
    ENTRY = "entry"
    RESPONSE = "response"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Role:
    """``machine`` is the file of the machine that is called, or its ARN where no file is at hand; of the states around
    those that moved into a new machine it is that machine's own file."""

    kind: RoleKind
    machine: str


class Kind(StrEnum):
    """What became of a state; several may hold, but ADDED and REMOVED hold alone."""

    MOVED = "moved"
    RENAMED = "renamed"
    CHANGED = "changed"
    """Its fields; those of the states inside it are theirs."""

    REWIRED = "rewired"
    """It leads elsewhere."""

    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class StateDifference:
    """One state that differs. ``moved``: it stands in another machine or another scope, and not merely together with
    the state around it. ``reads`` and ``writes`` are told of states that are on both sides.

    ``twin`` is the same state, word for word, on the other side of one that is added or removed: it is on this side
    too, so this one is a copy.
    """

    before: Place | None
    after: Place | None
    moved: bool = False
    fields: tuple[FieldChange, ...] = ()
    transitions: tuple[TransitionChange, ...] = ()
    reads: AccessChange = NO_ACCESS
    writes: AccessChange = NO_ACCESS
    role: Role | None = None
    twin: Place | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """In the order of the enumeration; empty if nothing differs."""
        if self.before is None:
            return (Kind.ADDED,)
        if self.after is None:
            return (Kind.REMOVED,)
        holding = {
            Kind.MOVED: self.moved,
            Kind.RENAMED: self.before.name != self.after.name,
            Kind.CHANGED: bool(self.fields),
            Kind.REWIRED: bool(self.transitions),
        }
        return tuple(kind for kind, holds in holding.items() if holds)

    @property
    def place(self) -> Place:
        """Where it stands now, or stood."""
        place = self.after or self.before
        assert place is not None
        return place


class Layout(StrEnum):
    """How two texts that mean the same differ."""

    SAME = "same"
    TEXT = "text"
    """Indentation, comments, the way a value is written."""

    ORDER = "order"
    """States or fields stand in another order."""


@dataclass(frozen=True, slots=True)
class MachineDifference:
    """A machine that is on both sides, or on one. ``input`` and ``context`` are what it reads of the execution's input
    and of the context object; ``writes`` what its states write, each in the document or variables of its scope."""

    before: StateMachine | None
    after: StateMachine | None
    fields: tuple[FieldChange, ...] = ()
    start: TransitionChange | None = None
    """Where it begins now, if it is on both sides and begins elsewhere."""

    input: AccessChange = NO_ACCESS
    context: AccessChange = NO_ACCESS
    writes: AccessChange = NO_ACCESS
    differs: bool = True
    """In anything but layout, its states included."""

    layout: Layout | None = None
    """Told where nothing else differs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``states`` holds only those that differ: first those there are now, in the order of their files, then those that
    are gone. ``unchanged`` counts the others."""

    machines: tuple[MachineDifference, ...]
    states: tuple[StateDifference, ...]
    unchanged: int

    @property
    def empty(self) -> bool:
        return not any(machine.differs for machine in self.machines)

    def of(self, kind: Kind) -> tuple[StateDifference, ...]:
        return tuple(state for state in self.states if kind in state.kinds)

    def counts(self) -> Mapping[Kind, int]:
        """Each state once, under the first of its kinds."""
        first = Counter(state.kinds[0] for state in self.states)
        return {kind: first[kind] for kind in Kind}
