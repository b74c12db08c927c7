"""Children that exist already, judged by the rules that new ones are made by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.calls import (
    called_arn,
    machine_key,
    machines_by_name,
    names_a_version,
    place_of_arn,
    starts_a_machine,
)
from aslsplit.analysis.effects import Effects
from aslsplit.analysis.facts import ScopeFacts
from aslsplit.analysis.trace import Extent, readers
from aslsplit.asl.model import State, StateMachine, StateType
from aslsplit.asl.paths import DOCUMENT, Stem, format_path
from aslsplit.asl.references import (
    Evaluated,
    Items,
    Members,
    Template,
    parse_template,
    references_of,
)
from aslsplit.asl.source import Json, Pointer
from aslsplit.signs.longest import longest_ways
from aslsplit.signs.sign import Evidence, Kind, Sign, Survey, at_state, names

__all__ = [
    "CHILD_INTERNALS_READ",
    "NESTED_CHILDREN",
    "UNVERSIONED_CHILD",
    "WHOLE_DOCUMENT_SENT",
    "WRAPPER_CHILD",
    "children_signs",
]

WRAPPER_CHILD = Kind(
    code="ASL821",
    title="Children around a single task",
    unit="child",
    units="children",
    threshold=0,
)

WHOLE_DOCUMENT_SENT = Kind(
    code="ASL822",
    title="Children that are sent the whole document",
    unit="call",
    units="calls",
    threshold=0,
)

CHILD_INTERNALS_READ = Kind(
    code="ASL823",
    title="Reads of what is inside a child",
    unit="read",
    units="reads",
    threshold=0,
)

UNVERSIONED_CHILD = Kind(
    code="ASL824",
    title="Children called without alias or version",
    unit="call",
    units="calls",
    threshold=0,
)

NESTED_CHILDREN = Kind(
    code="ASL825",
    title="Children below one another",
    unit="level",
    units="levels",
    threshold=1,
)

PROMISED_DEPTH = 3
"""Fields below ``Output``: such as ``$.Output.result.payment.authorizationId``, less the last."""


@dataclass(frozen=True, slots=True)
class Call:
    """A Task that starts an execution of another machine. ``arn`` is what names it; None if data decides."""

    state: State
    facts: ScopeFacts
    arn: str | None
    child: StateMachine | None

    @property
    def effects(self) -> Effects:
        return self.facts.effects[self.state.name]

    @property
    def waits(self) -> bool:
        return ".sync" in self.state.body["Resource"] or "startSyncExecution" in self.state.body["Resource"]


def children_signs(survey: Survey) -> tuple[Sign, ...]:
    """None where the machine calls no children."""
    calls = tuple(_calls(survey))
    if not calls:
        return ()
    unknown = sorted({call.arn or "an ARN that data decides" for call in calls if call.child is None})
    remark = f"no definition at hand for {names(unknown)}" if unknown else None
    return (
        _wrappers(survey, calls, remark),
        _whole_documents(survey, calls),
        _internals(survey, calls),
        _unversioned(survey, calls),
        _nesting(survey, calls, remark),
    )


# --- calls -------------------------------------------------------------------------------------------------------


def _calls(survey: Survey) -> Iterator[Call]:
    calling = [
        (state, facts)
        for facts in survey.facts.scopes.values()
        for state in facts.scope.states.values()
        if starts_a_machine(state)
    ]
    # Most machines call none, and neighbours may be hundreds.
    known = machines_by_name((survey.machine, *survey.neighbours)) if calling else {}
    for state, facts in calling:
        arn = called_arn(state)
        yield Call(state, facts, arn, known.get(machine_key(arn)) if arn else None)


# --- the rules ---------------------------------------------------------------------------------------------------


def _wrappers(survey: Survey, calls: Sequence[Call], remark: str | None) -> Sign:
    found: dict[int, Evidence] = {}
    for call in calls:
        if call.child is None or call.child is survey.machine:
            continue
        states = [state for scope in call.child.scopes() for state in scope.states.values()]
        tasks = [state.name for state in states if state.type is StateType.TASK]
        if len(tasks) <= 1:
            text = (
                f"{call.state.name} calls {call.child.source.title}, whose only task is {names(tasks) or 'none at all'}"
            )
            found.setdefault(id(call.child), at_state(survey.machine, call.state, text))
    return survey.sign(WRAPPER_CHILD, len(found), tuple(found.values()), remark)


def _whole_documents(survey: Survey, calls: Sequence[Call]) -> Sign:
    found: list[Evidence] = []
    for call in calls:
        place = next(_whole_document_in_input(call), None)
        if place is not None:
            text = f"{call.state.name} sends the whole document to {call.arn or 'its child'}"
            found.append(at_state(survey.machine, call.state, text, *place))
    return survey.sign(WHOLE_DOCUMENT_SENT, len(found), found)


def _whole_document_in_input(call: Call) -> Iterator[Pointer]:
    """Where it is read, relative to the state."""
    if call.state.query_language == "JSONata":
        for pointer, text in _texts(call.state.body.get("Arguments"), ("Arguments",)):
            if pointer[1:2] == ("Input",) and _INPUT_IN_JSONATA.search(text):
                yield pointer
        return
    for read in call.effects.before:
        inside = read.pointer[len(call.state.pointer) :]
        in_input = inside[:1] == ("Parameters",) and inside[1:2] in (("Input",), ("Input.$",))
        if in_input and read.path.root == DOCUMENT and not read.path.stem:
            yield inside


def _internals(survey: Survey, calls: Sequence[Call]) -> Sign:
    found: dict[Pointer, Evidence] = {}
    for call in calls:
        if call.waits:
            for pointer, reader, tail in (*_own_reads(call), *_later_reads(survey, call)):
                if (what := _inside_the_child(tail)) is not None:
                    text = f"{reader.name} reads {what} of what {call.state.name} returns"
                    place = at_state(survey.machine, reader, text, *pointer[len(reader.pointer) :])
                    found.setdefault(pointer, place)
    return survey.sign(CHILD_INTERNALS_READ, len(found), tuple(found.values()))


def _inside_the_child(tail: Stem) -> str | None:
    """Deeper than a contract promises, or beside the output: how and when the execution ran."""
    if tail[:1] == ("Output",):
        return format_path(DOCUMENT, tail) if len(tail) - 1 > PROMISED_DEPTH else None
    return format_path(DOCUMENT, tail) if tail[:1] and tail[0] in _OF_THE_EXECUTION else None


_OF_THE_EXECUTION = frozenset(
    {"Input", "InputDetails", "OutputDetails", "Name", "StartDate", "StopDate", "TraceHeader"}
)

_Read = tuple[Pointer, State, Stem]


def _own_reads(call: Call) -> Iterator[_Read]:
    """What the call itself takes out of the answer."""
    body = call.state.body
    for field in ("ResultSelector", "Assign", "Output"):
        if field in body:
            pointer = (*call.state.pointer, field)
            if call.state.query_language == "JSONata":
                for where, text in _texts(body[field], pointer):
                    for found in _RESULT_IN_JSONATA.finditer(text):
                        yield where, call.state, tuple(found[1].lstrip(".").split("."))
            else:
                for where, tail in _template_reads(parse_template(body[field])[0]):
                    yield (*pointer, *where), call.state, tail


def _template_reads(template: Template) -> Iterator[tuple[Pointer, Stem]]:
    match template:
        case Members(members):
            for member in members.values():
                yield from _template_reads(member)
        case Items(items):
            for item in items:
                yield from _template_reads(item)
        case Evaluated(pointer, _, expression):
            for reference in references_of(expression):
                if reference.path.root == DOCUMENT:
                    yield pointer, reference.path.stem


_RESULT_IN_JSONATA = re.compile(r"\$states\.result((?:\.\w+)+)")
_INPUT_IN_JSONATA = re.compile(r"\$states\.input(?![\w.\[])")


def _texts(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    match value:
        case dict():
            for key, member in value.items():
                yield from _texts(member, (*pointer, key))
        case list():
            for index, item in enumerate(value):
                yield from _texts(item, (*pointer, index))
        case str():
            yield pointer, value


def _later_reads(survey: Survey, call: Call) -> Iterator[_Read]:
    """What later states read of the answer, where it was kept as it came."""
    if "ResultSelector" in call.state.body or call.state.query_language == "JSONata":
        return
    for way in call.effects.passages:
        # A catcher keeps the error, and not the answer.
        if way.transition.target is None or way.transition.index is not None:
            continue
        for reading in readers(survey.facts, call.facts.scope, way.transition.target, DOCUMENT, way.put_at):
            if reading.extent is Extent.PART and reading.read.path.root == reading.place.root:
                tail = reading.read.path.stem[len(reading.place.stem) :]
                yield reading.read.pointer, reading.state, tail


def _unversioned(survey: Survey, calls: Sequence[Call]) -> Sign:
    evidence = [
        at_state(survey.machine, call.state, f"{call.state.name} calls {call.arn}", *place_of_arn(call.state))
        for call in calls
        if call.arn is not None and not names_a_version(call.arn)
    ]
    decided = [call.state.name for call in calls if call.arn is None]
    remark = f"data decides what {names(decided)} calls" if decided else None
    return survey.sign(UNVERSIONED_CHILD, len(evidence), evidence, remark)


def _nesting(survey: Survey, calls: Sequence[Call], remark: str | None) -> Sign:
    """Every chain is followed until it comes back to a machine that is in it."""
    machines = {machine.source.title: machine for machine in (survey.machine, *survey.neighbours)}
    known = machines_by_name(tuple(machines.values()))
    below = {name: dict.fromkeys(_children_of(machine, known), 1) for name, machine in machines.items()}
    longest = longest_ways(below, lambda name: 0)
    found: list[tuple[int, Evidence]] = []
    for call in calls:
        chain = (call.arn or "its child",) if call.child is None else longest.way(call.child.source.title)
        if call.child is survey.machine:
            chain = ("itself",)
        found.append((len(chain), at_state(survey.machine, call.state, f"{call.state.name} → {' → '.join(chain)}")))
    found.sort(key=lambda one: -one[0])
    return survey.sign(NESTED_CHILDREN, found[0][0], survey.worst(NESTED_CHILDREN, found), remark)


def _children_of(machine: StateMachine, known: Mapping[str, StateMachine]) -> Iterator[str]:
    for scope in machine.scopes():
        for state in scope.states.values():
            child = known.get(machine_key(arn)) if starts_a_machine(state) and (arn := called_arn(state)) else None
            if child is not None:
                yield child.source.title
