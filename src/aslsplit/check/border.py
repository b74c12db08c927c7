"""A border: one call of a child as it stands in the parent, the child, and the contract between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from aslsplit.analysis.calls import answer_of, input_sent
from aslsplit.analysis.conditions import Comparison, comparisons, may_be_taken
from aslsplit.analysis.effects import Effects, Passage, proved
from aslsplit.analysis.facts import Facts, ScopeFacts
from aslsplit.analysis.forms import ANYTHING, Form, Forms, form_of, forms_before, forms_behind, literal
from aslsplit.analysis.presence import known_after, with_paths
from aslsplit.analysis.shapes import Copy, Presence, presence, project
from aslsplit.analysis.sources import deepest, writers
from aslsplit.analysis.trace import Reading, every_reading, place_in_file
from aslsplit.asl.model import State, TransitionKind
from aslsplit.asl.paths import DOCUMENT, Stem, format_path
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.check.sides import Callee, Caller, along, at_start
from aslsplit.findings import Finding, Severity, finding

__all__ = ["Border", "Sent", "compared", "problem", "shown", "text_of"]


@dataclass(frozen=True, slots=True)
class Sent:
    """The request as control comes to the call by one way, and which parts of it are surely there."""

    form: Form
    sure: frozenset[Stem]
    source: str | None


@dataclass(frozen=True, slots=True)
class Border:
    """``child`` is what the child is called in messages; ``edited`` are the states that people may have made, or
    changed since they were generated. ``taker`` is the Parallel state around the call, if its answer is looked at
    where that has it."""

    child: str
    caller: Caller
    state: State
    callee: Callee
    edited: frozenset[str]
    taker: State | None = None

    @property
    def scope(self) -> ScopeFacts:
        return self._scope_of(self.state)

    def _scope_of(self, state: State) -> ScopeFacts:
        scope = self.caller.facts.machine.scope_of(state.name)
        assert scope is not None
        return self.caller.facts.of(scope)

    @property
    def effects(self) -> Effects:
        return self.scope.effects[self.state.name]

    @property
    def taking(self) -> State:
        """The state that has the answer."""
        return self.taker or self.state

    @property
    def success(self) -> Passage:
        ways = self._scope_of(self.taking).effects[self.taking.name].passages
        return next(way for way in ways if way.transition.kind is not TransitionKind.CATCH)

    def sent(self) -> Iterator[Sent]:
        """One per way by which control comes to the call: on each the request may be another one."""
        shape, scope = input_sent(self.state), self.scope
        arrivals: list[tuple[Forms, Presence, str | None]] = []
        if scope.scope.start_at == self.state.name and self.state.name in self.caller.forms:
            start = scope.present[self.state.name]
            arrivals.append((self.caller.forms[self.state.name], start, None))
        for transition in scope.graph.incoming[self.state.name]:
            source = scope.effects[transition.source]
            if transition.source in self.caller.forms and transition.source in scope.present:
                way = next(way for way in source.passages if way.transition == transition)
                before = self.caller.forms[transition.source]
                forms = forms_behind(way.document, way.variables, before)
                arrivals.append((forms, known_after(source, way, scope.present[transition.source]), transition.source))
        for forms, known, name in arrivals:
            here = with_paths(known, proved(self.effects.before))
            yield Sent(form_of(shape, forms), frozenset(presence(shape, here)), name)

    def place_of(self, stem: Stem) -> Pointer:
        """Where in the caller the part of the request is made, or where it would be."""
        field = "Arguments" if self.state.query_language == "JSONata" else "Parameters"
        own = deepest(self.state.body, self.state.pointer, (field, "Input", *stem))
        shape = input_sent(self.state)
        for length in range(len(stem) + 1):
            part = project(shape, stem[:length])
            if isinstance(part, Copy):
                made = self._made_at(part, stem[length:])
                return own if made is None else made
        return own

    def _made_at(self, part: Copy, rest: Stem) -> Pointer | None:
        for length in range(len(rest), -1, -1):
            wanted = (*part.stem, *rest[:length])
            found = writers(self.caller.facts, self.scope.scope, self.state.name, part.root, wanted)
            pointers = [one.pointer for one in found if one.pointer and not one.inside]
            if pointers:
                return min(pointers, key=lambda pointer: place_in_file(self.caller.facts, pointer))
        return None

    def behind(self, answer: Form, *, alone: bool = False) -> Mapping[str, Forms]:
        """What is known before each state that control may come to with such an answer, the call itself included.
        ``alone``: as if the document had held nothing before."""
        name, scope = self.taking.name, self._scope_of(self.taking).scope
        before = {**self.caller.forms.get(name, {}), answer_of(self.state): answer}
        if alone:
            before[DOCUMENT] = literal({})
        way = self.success
        known: Mapping[str, Forms] = {}
        if way.transition.target is not None:
            after = forms_behind(way.document, way.variables, before)
            known = forms_before(self.caller.facts, scope, {way.transition.target: after}, may_be_taken)
        return {name: before, **known}

    def everywhere(self, answer: Form) -> Mapping[str, Forms]:
        """What is known before each state of the caller, on all ways, if this is what comes back."""
        top = self.caller.facts.machine.top
        return forms_before(
            self.caller.facts, top, {top.start_at: {**at_start(ANYTHING), answer_of(self.state): answer}}
        )

    def readings(self, reached: Mapping[str, Forms]) -> tuple[Reading, ...]:
        """All reads of the answer in states that control may come to, and on ways through them."""
        facts, root = self.caller.facts, answer_of(self.state)
        taken = along(facts, reached)
        scope = self._scope_of(self.taking).scope
        return tuple(every_reading(facts, scope, self.taking.name, root, (), reached, taken))


def compared(
    machine: Facts, readings: Collection[Reading], known: Mapping[str, Forms]
) -> Iterator[tuple[Comparison, Form]]:
    """Where a Choice compares a part of the value that ``readings`` are about, and what that part may be there."""
    pointers = {reading.read.pointer for reading in readings}
    states = {state.name: state for scope in machine.machine.scopes() for state in scope.states.values()}
    for name, before in known.items():
        for comparison in comparisons(states[name]):
            if {comparison.pointer, (*comparison.pointer, "Variable")} & pointers:
                yield comparison, form_of(comparison.value, before)


def text_of(stem: Stem) -> str:
    return format_path("", stem).removeprefix(".")


def problem(
    code: str, message: str, side: Caller | Callee, pointer: Pointer, help: str, severity: Severity | None = None
) -> Finding:
    place = side.span(pointer)
    return finding(code, message, span=place, pointer=format_pointer(pointer), help=help, severity=severity)


def shown(side: Caller | Callee, pointer: Pointer) -> str:
    return str(side.span(pointer))
