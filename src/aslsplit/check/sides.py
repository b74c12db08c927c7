"""The two sides of a border, each as far as it can be known from its own file and the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import or_
from types import MappingProxyType

from aslsplit.analysis.calls import Waiting, answer_of, starts_a_machine, taken_apart, waiting_of, with_answer
from aslsplit.analysis.conditions import may_be_taken, may_be_taken_asking
from aslsplit.analysis.effects import Effects
from aslsplit.analysis.facts import Assumptions, Facts, analyze
from aslsplit.analysis.forms import ANYTHING, NOTHING, Form, Forms, form_of, forms_before, literal
from aslsplit.analysis.pathset import WHOLE
from aslsplit.analysis.presence import known_after
from aslsplit.analysis.trace import Reading, every_reading
from aslsplit.asl.model import State, StateMachine, Transition
from aslsplit.asl.paths import CONTEXT, DOCUMENT, Stem
from aslsplit.asl.source import Pointer
from aslsplit.check.contracts import Alternative, alternatives
from aslsplit.check.joins import joining
from aslsplit.check.merges import followed
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.findings import Span
from aslsplit.plan.input_schema import required_stems

__all__ = [
    "Answer",
    "Callee",
    "Caller",
    "Ending",
    "along",
    "always_required",
    "at_start",
    "callee",
    "caller",
    "enveloped",
]

INPUT = ("Execution", "Input")
"""Where in its context a child has its request."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A machine that makes calls. ``forms`` are what is known of the values before each of its states. ``edited``: the
    file is not as it was written. Texts that calls answer with are taken apart; ``as_written`` is
    the same without that, if there are any."""

    facts: Facts
    forms: Mapping[str, Forms]
    edited: bool
    as_written: Caller | None = None

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        return self.facts.machine.source.span(pointer, key=key)


@dataclass(frozen=True, slots=True)
class Ending:
    """A state that a child ends with, what it answers there, and which parts of that are surely there."""

    state: State
    form: Form
    sure: frozenset[Stem]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gets, whatever way the child takes; ``sure`` are the places that are there in any case."""

    form: Form
    sure: frozenset[Stem]


@dataclass(frozen=True, slots=True)
class Callee:
    """``requests`` and ``responses`` are the alternatives of the contract, none without one; ``forms`` are the requests
    that its states are held against. ``edited``: the file is not as it was written. ``agreed``: the contract is.
    ``answers_token``: it sends its output with the token of the call."""

    facts: Facts
    contract: ContractFiles | None
    endings: tuple[Ending, ...]
    requests: tuple[Alternative, ...]
    forms: tuple[Form, ...]
    responses: tuple[Alternative, ...]
    edited: bool
    agreed: bool
    answers_token: bool

    def output_for(self, call: State) -> Stem | None:
        """Where in the answer to a call the output of the child lies, as JSON or as text; None if it does not, or if
        others may answer as well."""
        match waiting_of(call):
            case Waiting.AS_JSON | Waiting.AS_TEXT:
                return ("Output",)
            case Waiting.TOKEN if self.answers_token:
                return ()
            case _:
                return None

    def answer_at(self, output: Stem) -> Answer:
        """What a call that waits gets: by the contract, or else as the child ends."""
        every, sure = NOTHING, list[frozenset[Stem]]()
        for form in [one.form for one in self.responses] or [ending.form for ending in self.endings]:
            every |= form
        sure += [required_stems(one.schema) for one in self.responses] or [ending.sure for ending in self.endings]
        if not sure:
            return Answer(ANYTHING, frozenset({()}))
        below = frozenset.intersection(*sure)
        return Answer(enveloped(every, output), frozenset({(), *((*output, *stem) for stem in below)}))

    def reached(self, request: Form) -> Mapping[str, Forms]:
        """What is known before each state that control comes to with such a request."""
        top = self.facts.machine.top
        return forms_before(self.facts, top, {top.start_at: at_start(request)}, may_be_taken)

    def refuses(self, request: Form) -> bool:
        """It asks for what such a request does not have, and then comes to none of its ends."""
        top = self.facts.machine.top
        reached = forms_before(self.facts, top, {top.start_at: at_start(request)}, may_be_taken_asking)
        return bool(self.endings) and not any(ending.state.name in reached for ending in self.endings)

    def readings(self, reached: Mapping[str, Forms]) -> tuple[Reading, ...]:
        """All reads of the request in states that control may come to, and on ways through them."""
        top = self.facts.machine.top
        taken = along(self.facts, reached)
        return tuple(
            reading
            for root, stem in ((DOCUMENT, ()), (CONTEXT, INPUT))
            for reading in every_reading(self.facts, top, top.start_at, root, stem, reached, taken)
        )

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        return self.facts.machine.source.span(pointer, key=key)


def along(facts: Facts, reached: Mapping[str, Forms]) -> Callable[[Transition], bool]:
    states = {state.name: state for scope in facts.machine.scopes() for state in scope.states.values()}

    def taken(transition: Transition) -> bool:
        before = reached.get(transition.source)
        return before is not None and may_be_taken(states[transition.source], transition, before)

    return taken


def caller(
    machine: StateMachine,
    required: frozenset[Stem] = frozenset({()}),
    answers: Mapping[str, Answer] = MappingProxyType({}),
    *,
    edited: bool,
) -> Caller:
    """``required`` are the places that its own input surely has, ``answers`` what the calls in these states get."""
    calls = (state for scope in machine.scopes() for state in scope.states.values() if state.name in answers)
    texts = {state.name for state in calls if waiting_of(state) is Waiting.AS_TEXT}
    written = _caller(machine, required, {n: found for n, found in answers.items() if n not in texts}, edited=edited)
    apart = taken_apart(machine)
    if not texts or apart == machine:
        return written
    return replace(_caller(apart, required, answers, edited=edited), as_written=written)


def _caller(machine: StateMachine, required: frozenset[Stem], answers: Mapping[str, Answer], *, edited: bool) -> Caller:
    given = _assumptions(machine, required)
    states = {state.name: state for scope in machine.scopes() for state in scope.states.values()}
    roots = {answer_of(states[name]): answer for name, answer in answers.items()}
    given = replace(given, present={**given.present, **{root: answer.sure for root, answer in roots.items()}})
    start = {**at_start(ANYTHING), **{root: answer.form for root, answer in roots.items()}}
    facts = analyze(machine, given)
    known: dict[str, Callable[[Effects], Effects]] = dict(given.known)
    known |= {name: partial(_replaced, effects) for name, effects in joining(facts)}
    if known != given.known:
        given = replace(given, known=dict(known))
        facts = analyze(machine, given)
    forms = forms_before(facts, machine.top, {machine.top.start_at: start})
    for scope in facts.scopes.values():
        for name in forms.keys() & scope.present.keys():
            merged = followed(scope.effects[name], forms[name], scope.present[name])
            if merged is not None:
                known[name] = partial(_replaced, merged)
    if known != given.known:
        facts = analyze(machine, replace(given, known=known))
        forms = forms_before(facts, machine.top, {machine.top.start_at: start})
    return Caller(facts, forms, edited)


def _replaced(found: Effects, _: Effects) -> Effects:
    return found


def callee(
    machine: StateMachine,
    contract: ContractFiles | None,
    *,
    edited: bool,
    agreed: bool = False,
    entangled: bool = False,
    answers_token: bool = False,
) -> Callee:
    """``entangled``: it calls a child with several entries, and which of its states are run for one of its own entries
    depends on the exit that the other child takes for one of those. Then its entries are looked at together."""
    required = always_required(contract)
    facts = analyze(machine, _assumptions(machine, required))
    requests = () if contract is None else alternatives(contract.request.data, "entry")
    forms = tuple(one.form for one in requests)
    if entangled and forms:
        forms = (reduce(or_, forms),)
    return Callee(
        facts,
        contract,
        tuple(_endings(facts, requests)),
        requests,
        forms,
        () if contract is None else _alike(alternatives(contract.response.data, "outcome")),
        edited,
        agreed,
        answers_token,
    )


def _alike(responses: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """With ``variables`` at every exit if they are at one: then all answers have them, even if there are none."""
    if not any("variables" in one.form.members for one in responses):
        return responses
    none = literal({})
    return tuple(
        replace(one, form=replace(one.form, members={"variables": none, **one.form.members})) for one in responses
    )


def always_required(contract: ContractFiles | None) -> frozenset[Stem]:
    """The places that every request has."""
    if contract is None:
        return frozenset({()})
    found = [required_stems(one.schema) for one in alternatives(contract.request.data, "entry")]
    return frozenset.intersection(*found) if found else frozenset({()})


def _assumptions(machine: StateMachine, required: frozenset[Stem]) -> Assumptions:
    calls = [state.name for scope in machine.scopes() for state in scope.states.values() if starts_a_machine(state)]
    context = frozenset((*INPUT, *stem) for stem in required)
    present = {DOCUMENT: required, CONTEXT: context | {(), INPUT[:1]}}
    return Assumptions({DOCUMENT: WHOLE}, present, {}, {}, dict.fromkeys(calls, with_answer))


def at_start(request: Form) -> Forms:
    execution = Form(frozenset({"object"}), {INPUT[1]: request})
    return {DOCUMENT: request, CONTEXT: Form(frozenset({"object"}), {INPUT[0]: execution})}


def _endings(facts: Facts, requests: tuple[Alternative, ...]) -> Iterator[Ending]:
    """Of a child that gets what its contract says. What a parent sends beyond that it may end with as well, and that
    nobody promised."""
    top = facts.machine.top
    scope = facts.of(top)
    request = NOTHING if requests else ANYTHING
    for one in requests:
        request |= one.form
    forms = forms_before(facts, top, {top.start_at: at_start(request)}, may_be_taken)
    for name, effects in scope.effects.items():
        for way in effects.passages:
            if way.transition.target is None and name in forms and name in scope.present:
                sure = known_after(effects, way, scope.present[name])[DOCUMENT]
                yield Ending(effects.state, form_of(way.document, forms[name]), frozenset(sure))


def enveloped(form: Form, output: Stem) -> Form:
    """An answer in which the child's output lies there: AWS's has other fields beside it."""
    for name in reversed(output):
        form = Form(frozenset({"object"}), {name: form})
    return form
