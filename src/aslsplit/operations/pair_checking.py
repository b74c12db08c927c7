"""``check`` of machines that aslsplit did not make: a parent, and what each of its calls starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.analysis.calls import called_arn, machine_key, starts_a_machine
from aslsplit.asl.model import State, StateMachine
from aslsplit.check.calls import about_calls
from aslsplit.check.checked import Checked, CheckedChild
from aslsplit.check.records import about_arn
from aslsplit.check.sides import callee, caller
from aslsplit.errors import BoundaryError, DefinitionError
from aslsplit.findings import Finding, Span, finding, has_errors, in_order
from aslsplit.project.definitions import named_machine

__all__ = ["check_pair"]


def check_pair(parent: str, children: Sequence[str]) -> Checked:
    """``children`` are ``ARN=FILE``; the ARN is the one in the call, or as much of it as tells which is meant.

    Raises BoundaryError for an argument that is none, InputError and DefinitionError for files that cannot be used.
    """
    pairs = tuple(_pair(text) for text in children)
    calling = _machine(parent)
    sides = [callee(_machine(file), None, edited=True) for _, file in pairs]
    calls = [tuple(_calls_of(calling, arn)) for arn, _ in pairs]
    answers = {
        state.name: side.answer_at(output)
        for side, states in zip(sides, calls, strict=True)
        for state in states
        if (output := side.output_for(state)) is not None
    }
    by_caller = caller(calling, answers=answers, edited=True)
    checked: list[CheckedChild] = []
    for (arn, _), side, states in zip(pairs, sides, calls, strict=True):
        findings = [remark for state in states for remark in about_arn(calling, state, None)]
        if not states:
            findings.append(_not_called(calling, arn))
        name = side.facts.machine.source.name
        findings += about_calls(name, by_caller, states, side, by_caller.forms)
        places = tuple((state.name, calling.source.name) for state in states)
        checked.append(CheckedChild(arn, name, places, None, in_order(findings)))
    every = in_order(found for child in checked for found in child.findings)
    return Checked(calling.source.name, tuple(checked), every)


def _pair(text: str) -> tuple[str, str]:
    arn, equals, file = text.partition("=")
    if not equals or not arn or not file:
        raise BoundaryError(
            f'--child takes an ARN and a file, such as ${{PaymentAliasArn}}=payment.asl.json, not "{text}"'
        )
    return arn, file


def _machine(file: str) -> StateMachine:
    _, machine, found = named_machine(file, asked_at=Span(file, 1, 1, 1, 1))
    if has_errors(found):
        raise DefinitionError("the definition has errors", in_order(found))
    return machine


def _calls_of(calling: StateMachine, arn: str) -> Iterator[State]:
    """The calls of exactly this ARN; else of those that begin so; else of those that name the same machine."""
    calls = [state for scope in calling.scopes() for state in scope.states.values() if starts_a_machine(state)]
    named = [(state, called) for state in calls if (called := called_arn(state)) is not None]
    for matches in (
        lambda called: called == arn,
        lambda called: called.startswith(arn),
        lambda called: machine_key(called) == machine_key(arn) != "",
    ):
        found = [state for state, called in named if matches(called)]
        if found:
            yield from found
            return


def _not_called(calling: StateMachine, arn: str) -> Finding:
    calls = [state for scope in calling.scopes() for state in scope.states.values() if starts_a_machine(state)]
    known = sorted({called for state in calls if (called := called_arn(state)) is not None})
    return finding(
        "ASL763",
        f"no state of {calling.source.name} calls {arn}",
        span=calling.source.span(("States",), key=True),
        help=f"it calls {', '.join(known)}" if known else "it calls no other machine by an ARN that stands in it",
    )
