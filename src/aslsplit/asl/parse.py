"""From a source to the typed view over it, with everything that is wrong in it as findings, all at once.

Reading goes on behind every mistake, so that one run shows them all. A machine comes back whenever the view is
certain: what Step Functions would refuse for other reasons does not hold it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aslsplit.asl.field_references import reference_findings
from aslsplit.asl.fields import misplaced_fields, unknown_scope_fields, unknown_state_fields
from aslsplit.asl.flow_checks import dangling_findings, duplicate_name_findings, reachability_findings
from aslsplit.asl.limits import MAX_STATES
from aslsplit.asl.model import (
    QueryLanguage,
    Scope,
    ScopeKind,
    State,
    StateMachine,
    StateType,
    Transition,
    TransitionKind,
)
from aslsplit.asl.remarks import kind_of, listed, nearest, remark
from aslsplit.asl.source import Json, Pointer, Source
from aslsplit.asl.value_checks import value_findings
from aslsplit.findings import Finding, Severity, in_order

__all__ = ["parse"]


def parse(source: Source) -> tuple[StateMachine | None, tuple[Finding, ...]]:
    """The machine, or None where a mistake leaves in doubt what the states and transitions are."""
    reading = _Reading(source)
    try:
        machine = _machine(reading)
    except RecursionError:
        reading.broken("ASL111", "the definition is nested deeper than can be read", ())
        machine = None
    return (None if reading.in_doubt else machine), in_order(reading.findings)


@dataclass(slots=True)
class _Reading:
    """What has been found so far, and whether the view can still be trusted."""

    source: Source
    language: QueryLanguage = "JSONPath"
    findings: list[Finding] = field(default_factory=list)
    in_doubt: bool = False

    def remark(
        self,
        code: str,
        message: str,
        pointer: Pointer,
        *,
        key: bool = False,
        help: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        self.findings.append(remark(self.source, code, message, pointer, key=key, help=help, severity=severity))

    def broken(self, code: str, message: str, pointer: Pointer, *, key: bool = False, help: str | None = None) -> None:
        self.remark(code, message, pointer, key=key, help=help)
        self.in_doubt = True


def _machine(reading: _Reading) -> StateMachine | None:
    source = reading.source
    if not isinstance(source.data, dict):
        reading.broken("ASL111", f"a definition is an object, not {kind_of(source.data)}", ())
        return None
    reading.language = _query_language(reading, source.data, (), "JSONPath")
    top = _scope(reading, source.data, (), ScopeKind.TOP, None)
    if top is None:
        return None
    machine = StateMachine(source, top, reading.language)
    if top.size > MAX_STATES:
        reading.broken("ASL127", f"the machine has {top.size} states; at most {MAX_STATES} are read", ("States",))
        return None
    in_doubt = (*duplicate_name_findings(machine), *dangling_findings(machine))
    if in_doubt:
        reading.in_doubt = True
    reading.findings += in_doubt
    reading.findings += reachability_findings(machine)
    return machine


def _scope(reading: _Reading, body: Json, pointer: Pointer, kind: ScopeKind, owner: str | None) -> Scope | None:
    if not isinstance(body, dict):
        reading.broken("ASL111", f"a scope is an object with StartAt and States, not {kind_of(body)}", pointer)
        return None
    reading.findings += unknown_scope_fields(reading.source, body, pointer, kind)
    bodies = body.get("States")
    if not isinstance(bodies, dict) or not bodies:
        missing = (
            '"States" is missing' if "States" not in body else '"States" must be an object with at least one state'
        )
        reading.broken("ASL110", missing, (*pointer, "States") if "States" in body else pointer)
        bodies = {}
    start_at = _start_at(reading, body, pointer, bodies)
    states: dict[str, State] = {}
    for name, state_body in bodies.items():
        state = _state(reading, name, state_body, (*pointer, "States", name))
        if state is not None:
            states[name] = state
    return Scope(kind, pointer, start_at, states, owner)


def _start_at(reading: _Reading, body: Mapping[str, Json], pointer: Pointer, states: Mapping[str, Json]) -> str:
    """The name of the first state; empty, with a finding, if there is none."""
    start_at = body.get("StartAt")
    place = (*pointer, "StartAt")
    if "StartAt" not in body:
        help = f'add "StartAt" with one of {listed(states)}' if states else None
        reading.broken("ASL103", '"StartAt" is missing', pointer, help=help)
    elif not isinstance(start_at, str):
        reading.broken("ASL103", f'"StartAt" must be the name of a state, not {kind_of(start_at)}', place)
    elif states and start_at not in states:
        message = f'"StartAt" names "{start_at}", which is no state of this scope'
        reading.broken("ASL103", message, place, help=nearest(start_at, states))
    else:
        return start_at
    return ""


def _state(reading: _Reading, name: str, body: Json, pointer: Pointer) -> State | None:
    if not 1 <= len(name) <= 80:
        length = f"has {len(name)} characters" if name else "is empty"
        reading.remark("ASL106", f'the name of state "{name}" {length}; 1 to 80 are allowed', pointer, key=True)
    if not isinstance(body, dict):
        reading.broken("ASL111", f'state "{name}" must be an object, not {kind_of(body)}', pointer)
        return None
    kind = _type(reading, name, body, pointer)
    if kind is None:
        return None
    language = _query_language(reading, body, pointer, reading.language)
    reading.findings += unknown_state_fields(reading.source, body, pointer, kind, language)
    reading.findings += reference_findings(reading.source, body, pointer, kind, language)
    reading.findings += value_findings(reading.source, name, body, pointer, kind, language)
    for misplaced in misplaced_fields(body, kind):
        message = f'state "{name}" is a {kind} state and cannot have "{misplaced}"'
        reading.broken("ASL112", message, (*pointer, misplaced), key=True, help="remove it")
    transitions = tuple(_transitions(reading, name, body, pointer, kind, language))
    scopes = tuple(_inner_scopes(reading, name, body, pointer, kind))
    return State(name, kind, body, pointer, language, transitions, scopes)


def _type(reading: _Reading, name: str, body: Mapping[str, Json], pointer: Pointer) -> StateType | None:
    written = body.get("Type")
    if isinstance(written, str) and written in _TYPES:
        return StateType(written)
    if "Type" not in body:
        reading.broken(
            "ASL105", f'state "{name}" has no "Type"', pointer, key=True, help=f"use one of {listed(_TYPES)}"
        )
    elif not isinstance(written, str):
        reading.broken(
            "ASL105", f'"Type" of state "{name}" must be a string, not {kind_of(written)}', (*pointer, "Type")
        )
    else:
        help = nearest(written.capitalize(), _TYPES)
        reading.broken("ASL105", f'state "{name}" has the unknown type "{written}"', (*pointer, "Type"), help=help)
    return None


_TYPES = {kind.value: kind for kind in StateType}


def _query_language(
    reading: _Reading, body: Mapping[str, Json], pointer: Pointer, default: QueryLanguage
) -> QueryLanguage:
    if "QueryLanguage" not in body:
        return default
    place = (*pointer, "QueryLanguage")
    match body["QueryLanguage"]:
        case "JSONata":
            return "JSONata"
        case "JSONPath":
            if default == "JSONata":
                help = "remove it, or make JSONPath the language of the machine"
                reading.remark("ASL118", "a state of a JSONata machine cannot use JSONPath", place, help=help)
            return "JSONPath"
        case other:
            shown = f'"{other}"' if isinstance(other, str) else kind_of(other)
            reading.remark("ASL118", f'"QueryLanguage" is JSONPath or JSONata, not {shown}', place)
            return default


# --- where control goes -------------------------------------------------------------------------------------------


def _transitions(
    reading: _Reading,
    name: str,
    body: Mapping[str, Json],
    pointer: Pointer,
    kind: StateType,
    language: QueryLanguage,
) -> Iterator[Transition]:
    match kind:
        case StateType.CHOICE:
            _refuse_onward(reading, name, body, pointer, kind)
            yield from _choice_transitions(reading, name, body, pointer, language)
        case StateType.SUCCEED:
            _refuse_onward(reading, name, body, pointer, kind)
            yield Transition(TransitionKind.END, name, None, pointer)
        case StateType.FAIL:
            _refuse_onward(reading, name, body, pointer, kind)
        case _:
            yield from _onward_transition(reading, name, body, pointer, kind)
    if kind in (StateType.TASK, StateType.PARALLEL, StateType.MAP) and "Catch" in body:
        yield from _catch_transitions(reading, name, body["Catch"], (*pointer, "Catch"))


def _refuse_onward(reading: _Reading, name: str, body: Mapping[str, Json], pointer: Pointer, kind: StateType) -> None:
    if "Next" in body:
        message = f'state "{name}" is a {kind} state and cannot have "Next"'
        help = 'use "Default"' if kind is StateType.CHOICE else "remove it"
        reading.broken("ASL112", message, (*pointer, "Next"), key=True, help=help)
    if "End" in body:
        message = f'state "{name}" is a {kind} state and cannot have "End"'
        if kind is StateType.CHOICE:
            reading.broken("ASL112", message, (*pointer, "End"), key=True)
        else:
            # It ends here in any case, so what is meant is not in doubt.
            reading.remark("ASL112", message, (*pointer, "End"), key=True, severity=Severity.WARNING)


def _onward_transition(
    reading: _Reading, name: str, body: Mapping[str, Json], pointer: Pointer, kind: StateType
) -> Iterator[Transition]:
    end = body.get("End", False)
    if not isinstance(end, bool):
        reading.broken("ASL111", f'"End" of state "{name}" must be true, not {kind_of(end)}', (*pointer, "End"))
    elif "Next" in body and end:
        reading.broken(
            "ASL112", f'state "{name}" has both "Next" and "End"', pointer, key=True, help="keep one of them"
        )
    elif "Next" in body:
        if "End" in body:
            message = f'state "{name}" has "End": false beside "Next"'
            help = "remove it"
            reading.remark("ASL112", message, (*pointer, "End"), key=True, help=help, severity=Severity.WARNING)
        yield from _transition(reading, TransitionKind.NEXT, name, body["Next"], (*pointer, "Next"))
    elif end:
        yield Transition(TransitionKind.END, name, None, (*pointer, "End"))
    else:
        message = f'state "{name}" is a {kind} state and has neither "Next" nor "End": true'
        reading.broken("ASL112", message, pointer, key=True, help='add "Next" or "End": true')


def _choice_transitions(
    reading: _Reading, name: str, body: Mapping[str, Json], pointer: Pointer, language: QueryLanguage
) -> Iterator[Transition]:
    rules = body.get("Choices")
    if not isinstance(rules, list) and "Choices" in body:
        reading.broken(
            "ASL111", f'"Choices" of state "{name}" must be an array, not {kind_of(rules)}', (*pointer, "Choices")
        )
    elif not rules:
        message = f'state "{name}" is a Choice state without choice rules'
        reading.broken("ASL112", message, pointer, key=True, help='add "Choices" with at least one rule')
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        place = (*pointer, "Choices", index)
        if not isinstance(rule, dict):
            reading.broken("ASL111", f"a choice rule must be an object, not {kind_of(rule)}", place)
            continue
        if "Next" not in rule:
            reading.broken("ASL112", f'choice rule {index} of state "{name}" has no "Next"', place)
            continue
        yield from _transition(reading, TransitionKind.CHOICE, name, rule["Next"], (*place, "Next"), index)
    if "Default" in body:
        yield from _transition(reading, TransitionKind.DEFAULT, name, body["Default"], (*pointer, "Default"))


def _catch_transitions(reading: _Reading, name: str, catchers: Json, pointer: Pointer) -> Iterator[Transition]:
    if not isinstance(catchers, list):
        reading.broken("ASL111", f'"Catch" of state "{name}" must be an array, not {kind_of(catchers)}', pointer)
        return
    for index, catcher in enumerate(catchers):
        place = (*pointer, index)
        if not isinstance(catcher, dict):
            reading.broken("ASL111", f"a catcher must be an object, not {kind_of(catcher)}", place)
            continue
        if "Next" not in catcher:
            reading.broken("ASL112", f'catcher {index} of state "{name}" has no "Next"', place)
            continue
        yield from _transition(reading, TransitionKind.CATCH, name, catcher["Next"], (*place, "Next"), index)


def _transition(
    reading: _Reading, kind: TransitionKind, name: str, target: Json, pointer: Pointer, index: int | None = None
) -> Iterator[Transition]:
    if isinstance(target, str):
        yield Transition(kind, name, target, pointer, index)
    else:
        message = f'"{pointer[-1]}" in state "{name}" must be the name of a state, not {kind_of(target)}'
        reading.broken("ASL111", message, pointer)


# --- scopes inside a state ----------------------------------------------------------------------------------------


def _inner_scopes(
    reading: _Reading, name: str, body: Mapping[str, Json], pointer: Pointer, kind: StateType
) -> Iterator[Scope]:
    match kind:
        case StateType.PARALLEL:
            found = list(_branches(reading, name, body, pointer))
        case StateType.MAP:
            found = [_processor(reading, name, body, pointer)]
        case _:
            return
    for scope in found:
        if scope is not None:
            yield scope


def _branches(reading: _Reading, name: str, body: Mapping[str, Json], pointer: Pointer) -> Iterator[Scope | None]:
    branches = body.get("Branches")
    if not isinstance(branches, list):
        place = (*pointer, "Branches") if "Branches" in body else pointer
        reading.broken("ASL110", f'Parallel state "{name}" needs "Branches", an array of scopes', place)
        return
    for index, branch in enumerate(branches):
        yield _scope(reading, branch, (*pointer, "Branches", index), ScopeKind.BRANCH, name)


def _processor(reading: _Reading, name: str, body: Mapping[str, Json], pointer: Pointer) -> Scope | None:
    given = [key for key in ("ItemProcessor", "Iterator") if key in body]
    if len(given) != 1:
        problem = "has both" if given else "needs"
        message = f'Map state "{name}" {problem} "ItemProcessor"{" and Iterator" if given else ""}'
        reading.broken("ASL110", message, pointer, key=True, help='keep "ItemProcessor" alone' if given else None)
        return None
    processor = body[given[0]]
    kind = ScopeKind.DISTRIBUTED if _is_distributed(processor) else ScopeKind.PROCESSOR
    return _scope(reading, processor, (*pointer, given[0]), kind, name)


def _is_distributed(processor: Json) -> bool:
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    return isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"
