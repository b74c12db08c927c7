"""The answer: does the child return what the parent reads, at each exit, and does the contract still say so?"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from aslsplit.analysis.calls import Waiting, waiting_of
from aslsplit.analysis.conditions import comparisons, may_be_taken
from aslsplit.analysis.forms import ANYTHING, NOTHING, Form, Forms
from aslsplit.analysis.sources import deepest
from aslsplit.analysis.trace import Reading, value_at
from aslsplit.asl.model import StateType, TransitionKind
from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Pointer
from aslsplit.check.border import Border, compared, problem, shown, text_of
from aslsplit.check.contracts import Alternative, Misfit, Trouble, chosen, misfits
from aslsplit.check.missing import Missing, missing_from, part_read
from aslsplit.check.sides import Callee, Ending, enveloped
from aslsplit.findings import Finding, Severity
from aslsplit.plan.input_schema import required_stems

__all__ = ["about_answer", "about_endings"]

_OUTPUT = ("Output",)


def about_endings(child: str, callee: Callee, generated: Collection[str]) -> Iterator[Finding]:
    """What the child answers, held against its contract. ``generated`` are states of it that call other children."""
    if callee.contract is None:
        return
    taken: set[str | None] = set()
    for ending in callee.endings:
        possible = chosen(callee.responses, ending.form, "outcome")
        taken |= {one.name for one in possible}
        if not possible:
            yield _unknown_exit(child, callee, ending)
        elif len(possible) == 1:
            sure = ending.sure if callee.edited else None
            for misfit in misfits(possible[0].schema, ending.form, sure):
                yield _misfit(child, callee, ending, misfit)
    for one in callee.responses:
        if callee.endings and one.name not in taken:
            what = "an answer" if one.name is None else f'the exit "{one.name}"'
            message = f'the contract of "{child}" has {what}, and no state of the child answers so'
            help = "let the child answer so again, or take the exit out of the contract and of the parent"
            yield problem("ASL757", message, callee, ("States",), help)
    yield from _errors(child, callee, generated)


def _unknown_exit(child: str, callee: Callee, ending: Ending) -> Finding:
    named = ending.form.member("outcome").values
    known = ", ".join(one.name or "" for one in callee.responses)
    what = f"answers with the exit {' or '.join(sorted(named))}" if named else "does not say which exit it takes"
    message = f'{ending.state.name} {what}, and the contract of "{child}" has {known}'
    help = "answer with one of them, or bring the exit into the contract and route it in the parent"
    return problem("ASL758", message, callee, _place_in_answer(ending, ("outcome",)), help)


def _misfit(child: str, callee: Callee, ending: Ending, misfit: Misfit) -> Finding:
    part, place, name = text_of(misfit.stem) or "an answer", _place_in_answer(ending, misfit.stem), ending.state.name
    match misfit.trouble:
        case Trouble.MISSING | Trouble.PERHAPS_MISSING:
            perhaps = misfit.trouble is Trouble.PERHAPS_MISSING
            returns = "may not return" if perhaps else "does not return"
            message = f'{name} {returns} {part}, which the contract of "{child}" promises'
            severity = Severity.WARNING if perhaps else Severity.ERROR
            return problem("ASL753", message, callee, place, "return it, or take it out of the contract", severity)
        case Trouble.OTHER_TYPE:
            message = f'{name} returns {part} as {misfit.found}, and the contract of "{child}" says {misfit.wanted}'
            return problem("ASL754", message, callee, place, "return the type that the contract promises")
        case Trouble.OTHER_VALUE:
            message = f'{name} returns {misfit.found} as {part}, and the contract of "{child}" says {misfit.wanted}'
            help = "return what the contract says, or change the contract as well"
            return problem("ASL755", message, callee, place, help)


def _place_in_answer(ending: Ending, stem: Stem) -> Pointer:
    state = ending.state
    makers = ("Parameters", "Result") if state.type is StateType.PASS else ("ResultSelector",)
    field = next((name for name in ("Output", *makers) if name in state.body), None)
    return state.pointer if field is None else deepest(state.body, state.pointer, (field, *stem))


def _errors(child: str, callee: Callee, generated: Collection[str]) -> Iterator[Finding]:
    known = callee.contract.error_names if callee.contract is not None else None
    for state in callee.facts.machine.top.states.values():
        name = state.body.get("Error")
        if known is not None and state.type is StateType.FAIL and isinstance(name, str) and name not in known:
            if "{%" in name or state.name in generated:
                continue
            message = f'{state.name} fails with {name}, which the contract of "{child}" does not name'
            help = "name it in errors.schema.json, or fail with a name that callers know"
            yield problem("ASL765", message, callee, (*state.pointer, "Error"), help, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One way to answer, as the contract or the child itself tells it. ``exit`` is for messages; ``endings`` are the
    child's that answer so, ``promise`` is what the contract says of it."""

    exit: str
    form: Form
    endings: tuple[Ending, ...]
    promise: Alternative | None = None


def about_answer(border: Border) -> Iterator[Finding]:
    """What the parent reads of the answer and does with it."""
    waiting = waiting_of(border.state)
    written = border.caller.as_written
    yield from _read_otherwise(border if written is None else replace(border, caller=written), waiting)
    output = border.callee.output_for(border.state)
    if output is None or (waiting is Waiting.AS_TEXT and written is None):
        return
    answers = tuple(_answers(border.callee))
    for answer in answers:
        known = border.behind(enveloped(answer.form, output))
        readings = border.readings(known)
        yield from _unreturned(border, answer, output, readings, known)
        yield from _unrouted(border, answer, readings, known)
        if answer.promise is not None and (border.caller.edited or border.callee.edited):
            yield from _never_returned(border, answer, output, answer.promise)
    if answers:
        every = border.callee.answer_at(output).form
        yield from _never_matching(border, every, as_text=waiting is Waiting.AS_TEXT)


def _answers(callee: Callee) -> Iterator[_Answer]:
    if callee.responses:
        for one in callee.responses:
            endings = tuple(ending for ending in callee.endings if chosen((one,), ending.form, "outcome"))
            yield _Answer("" if one.name is None else f' at the exit "{one.name}"', one.form, endings, one)
    else:
        for ending in callee.endings:
            yield _Answer(f" when it ends with {ending.state.name}", ending.form, (ending,))


_PARSES = ("StringToJson", "$parse", "$eval")


def _read_otherwise(border: Border, waiting: Waiting) -> Iterator[Finding]:
    """The output is taken for JSON, for text, or for there, and it is not."""
    call = border.state.name
    for reading in border.readings(border.behind(ANYTHING)):
        part = part_read(reading)
        if part is None or part[:1] != _OUTPUT:
            continue
        if waiting is Waiting.STARTED:
            what = f"reads {text_of(part)} of the answer to {call}, which has no Output: the call does not wait"
            help = "call startExecution.sync:2"
        elif waiting is Waiting.AS_TEXT and len(part) > 1:
            what = f"reads {text_of(part)} of the answer to {call}, in which Output is a text"
            help = "call startExecution.sync:2, or take the text apart with States.StringToJson"
        elif waiting is Waiting.AS_JSON and part == _OUTPUT and _parses(border, reading):
            what = f"parses the Output of the answer to {call} as a text, and it is JSON already"
            help = "read it as it is"
        else:
            continue
        yield problem("ASL759", f"{reading.state.name} {what}", border.caller, reading.read.pointer, help)
        return


def _parses(border: Border, reading: Reading) -> bool:
    text = value_at(border.caller.facts.machine.source.data, reading.read.pointer)
    return isinstance(text, str) and any(f"{name}(" in text for name in _PARSES) and "Output" in text


def _unreturned(
    border: Border, answer: _Answer, output: Stem, readings: tuple[Reading, ...], known: Mapping[str, Forms]
) -> Iterator[Finding]:
    form, facts = enveloped(answer.form, output), border.caller.facts
    for missing in missing_from(facts, form, readings, known, border.behind(form, alone=True)):
        reader, part = missing.reading, text_of(missing.stem)
        severity = Severity.WARNING if missing.guarded else Severity.ERROR
        if answer.promise is not None:
            returned = any(not ending.form.at(missing.stem[len(output) :]).absent for ending in border.callee.endings)
            also = "" if returned else ", and the child does not return"
            message = (
                f'{reader.state.name} reads {part}, which the contract of "{border.child}" does not promise'
                f"{answer.exit}{also}"
            )
            help = "bring it into the contract, as a new version"
            if not returned:
                help = "read something else, or let the child return it and its contract promise it"
            yield problem("ASL764", message, border.caller, reader.read.pointer, help, severity)
        else:
            message = f'{reader.state.name} reads {part}, which "{border.child}" does not return{answer.exit}'
            help = f"read something else, or let {border.callee.facts.machine.source.name} return it"
            yield problem("ASL753", message, border.caller, reader.read.pointer, help, severity)


def _never_returned(border: Border, answer: _Answer, output: Stem, promise: Alternative) -> Iterator[Finding]:
    """What the contract leaves optional, the parent looks at, and no end of the child returns."""
    every = NOTHING
    for ending in answer.endings:
        every |= ending.form
    if every.absent:
        return
    form, facts = enveloped(every, output), border.caller.facts
    required, known = required_stems(promise.schema), border.behind(form)
    for missing in missing_from(facts, form, border.readings(known), known, border.behind(form, alone=True)):
        stem = missing.stem[len(output) :]
        if stem and stem not in required and not promise.form.at(stem).absent:
            yield _empty_promise(border, answer.endings[0], missing, stem)


def _empty_promise(border: Border, ending: Ending, missing: Missing, stem: Stem) -> Finding:
    """At the side that was edited since both fitted, as far as that is known."""
    reader, part = missing.reading, text_of(stem)
    severity = Severity.WARNING if missing.guarded else Severity.ERROR
    if border.callee.edited:
        where = shown(border.caller, reader.read.pointer)
        message = f"{ending.state.name} never returns {part}, which {reader.state.name} reads ({where})"
        place = _place_in_answer(ending, stem)
        return problem("ASL753", message, border.callee, place, "return it, or let the parent do without", severity)
    message = f'{reader.state.name} reads {text_of(missing.stem)}, which "{border.child}" never returns'
    help = "read something else, or let the child return it"
    return problem("ASL753", message, border.caller, reader.read.pointer, help, severity)


def _unrouted(
    border: Border, answer: _Answer, readings: tuple[Reading, ...], known: Mapping[str, Forms]
) -> Iterator[Finding]:
    """Choices that look at this answer, and in which no rule is for it."""
    pointers = {reading.read.pointer for reading in readings}
    for name, before in known.items():
        scope = border.caller.facts.machine.scope_of(name)
        state = scope.states[name] if scope is not None else border.state
        looks = any({one.pointer, (*one.pointer, "Variable")} & pointers for one in comparisons(state))
        if not looks or any(
            way.kind is TransitionKind.CHOICE and may_be_taken(state, way, before) for way in state.transitions
        ):
            continue
        default = next((way.target for way in state.transitions if way.kind is TransitionKind.DEFAULT), None)
        # A Default may be there for this very answer. One that fails is for those that nobody expected.
        expected = default is not None and scope is not None and scope.states[default].type is not StateType.FAIL
        if not expected and (answer.promise is not None or default is None):
            message = f'no rule of {name} is for what "{border.child}" answers{answer.exit}'
            help = "add a rule for it, and put the result in place behind it"
            yield problem("ASL756", message, border.caller, state.pointer, help)


def _never_matching(border: Border, every: Form, *, as_text: bool) -> Iterator[Finding]:
    """Comparisons that no answer makes true. What is compared may come from elsewhere too, so all ways count.
    ``as_text``: the Output as a whole may be compared as the text that it is."""
    readings = border.readings(border.behind(every))
    if as_text:
        readings = tuple(reading for reading in readings if part_read(reading) != _OUTPUT)
    for comparison, form in compared(border.caller.facts, readings, border.everywhere(every)):
        if form.kinds and comparison.kind not in form.kinds:
            found = " or ".join(sorted(form.kinds))
            message = f'what is compared as {comparison.kind} here is {found} in every answer of "{border.child}"'
            yield problem("ASL754", message, border.caller, comparison.pointer, "compare the type that is returned")
        elif form.values and comparison.literals and not form.values & set(map(_as_json, comparison.literals)):
            wanted, known = " or ".join(map(_as_json, comparison.literals)), ", ".join(sorted(form.values))
            whose = f'the contract of "{border.child}" has' if border.callee.responses else f'"{border.child}" answers'
            message = f"this rule is for {wanted}, and {whose} {known}"
            help = "take the rule out, or compare with an answer that there is"
            yield problem("ASL757", message, border.caller, comparison.pointer, help)


def _as_json(value: object) -> str:
    return json.dumps(value)
