"""A sign: one figure about a machine, what it may be at most, and the places that make it so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from aslsplit.analysis.facts import Facts
from aslsplit.analysis.likeness import Copies
from aslsplit.asl.model import State, StateMachine
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.findings import Span, rule
from aslsplit.signs.past import Revision

__all__ = ["Evidence", "Kind", "Sign", "Survey", "Verdict", "at_state", "names"]


class Verdict(StrEnum):
    EXCEEDED = "exceeded"
    WITHIN = "within"
    UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a sign is called, what its figure counts, and how many are fine. The rest stands in the catalogue."""

    code: str
    title: str
    unit: str
    units: str
    threshold: int

    @property
    def advice(self) -> str:
        return rule(self.code).remedy

    @property
    def name(self) -> str:
        """As in the catalogue of findings, and in ``--threshold NAME=NUMBER``."""
        return rule(self.code).name

    def counted(self, figure: int) -> str:
        return f"{figure}{'' if self.unit.startswith('%') else ' '}{self.unit if figure == 1 else self.units}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place: what is there, and the states it is about."""

    text: str
    span: Span | None
    pointer: str | None
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """``figure`` is None where nothing could be measured; ``remark`` then says why, and else what else is to be known.
    The evidence comes with the worst first, whatever the verdict."""

    kind: Kind
    figure: int | None
    threshold: int
    evidence: tuple[Evidence, ...] = ()
    remark: str | None = None

    @property
    def verdict(self) -> Verdict:
        if self.figure is None:
            return Verdict.UNMEASURED
        return Verdict.EXCEEDED if self.figure > self.threshold else Verdict.WITHIN


@dataclass(frozen=True, slots=True)
class Survey:
    """What is looked at: a machine, its neighbours in other files, and earlier versions of its own file.

    ``facts`` are those of a machine whose output nobody reads, so that what is only carried along shows.
    ``domains`` are those of the states, as far as they have one.
    ``revisions`` are the versions of the file, oldest first, or the reason why there are none.
    """

    facts: Facts
    neighbours: tuple[StateMachine, ...] = ()
    copies: tuple[Copies, ...] = ()
    domains: Mapping[str, str] = field(default_factory=dict)
    revisions: tuple[Revision, ...] | str = "nobody asked for it"
    thresholds: Mapping[str, int] = field(default_factory=dict)

    @property
    def machine(self) -> StateMachine:
        return self.facts.machine

    def threshold(self, kind: Kind) -> int:
        return self.thresholds.get(kind.name, kind.threshold)

    def worst(self, kind: Kind, found: Sequence[tuple[int, Evidence]]) -> tuple[Evidence, ...]:
        """The evidence that is beyond the threshold by itself; if there is none, the first of it."""
        beyond = tuple(evidence for figure, evidence in found if figure > self.threshold(kind))
        return beyond or tuple(evidence for _, evidence in found[:1])

    def sign(
        self, kind: Kind, figure: int | None, evidence: Sequence[Evidence] = (), remark: str | None = None
    ) -> Sign:
        return Sign(kind, figure, self.threshold(kind), tuple(evidence), remark)


def at_state(
    machine: StateMachine, state: State, text: str, *inside: str | int, others: Sequence[str] = ()
) -> Evidence:
    """Evidence at a state's name, or at a value inside the state."""
    pointer: Pointer = (*state.pointer, *inside)
    span = machine.source.span(pointer, key=not inside)
    return Evidence(text, span, format_pointer(pointer), (state.name, *others))


def names(found: Sequence[str], most: int = 6) -> str:
    shown = ", ".join(found[:most])
    return f"{shown} and {len(found) - most} more" if len(found) > most else shown
