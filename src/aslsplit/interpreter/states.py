"""Walking through the states of a scope: entering, retrying, catching, leaving."""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.interpreter import jsonpath_states
from aslsplit.interpreter.errors import DATA_LIMIT, QUERY_EVALUATION, StateFailure
from aslsplit.interpreter.frame import RETRYING, Exit, Frame, RunScope, Visit
from aslsplit.interpreter.retries import Retries, catcher_for
from aslsplit.interpreter.tasks import too_large
from aslsplit.interpreter.trace import Step
from aslsplit.interpreter.values import Json, size

__all__ = ["caught", "perform", "run_scope", "visit_state"]


def run_scope(frame: Frame, scope: Mapping[str, Json], document: Json) -> Json:
    """From StartAt to the end of the scope; raises ``StateFailure`` where a state fails."""
    name: str | None = scope["StartAt"]
    while name is not None:
        body = scope["States"].get(name)
        if body is None:
            raise ValueError(f"there is no state {name!r} in the scope that begins with {scope['StartAt']!r}")
        exit_ = visit_state(frame, name, body, document)
        name, document = exit_.next, exit_.output
    return document


def visit_state(frame: Frame, name: str, body: Mapping[str, Json], document: Json) -> Exit:
    machine = frame.machine
    world = machine.world
    world.spend()
    machine.events += 1
    visit = Visit(frame, name, body, document, machine.events, world.clock.text)
    index = world.recorder.enter(Step(name, document, path=frame.path, machine=machine.name))
    exit_ = _attempts(visit)
    if exit_.output is not document and size(exit_.output) > DATA_LIMIT:
        raise too_large(name)
    frame.variables.update(exit_.assigned)
    world.recorder.steps[index] = Step(
        name, document, exit_.output, exit_.assigned, frame.path, machine.name, left=True
    )
    machine.events += 1
    return exit_


def _attempts(visit: Visit) -> Exit:
    retries = Retries(visit.body.get("Retry", []) if visit.type in RETRYING else [])
    attempt = 0
    while True:
        visit.begin_attempt(attempt)
        try:
            return perform(visit, run_scope)
        except StateFailure as raised:
            failure = raised.located(visit.name, visit.event)
        if failure.error == QUERY_EVALUATION:
            visit.frame.machine.events += 1
        if not failure.catchable or visit.type not in RETRYING:
            raise failure
        delay = retries.delay(failure)
        if delay is not None:
            visit.world.recorder.handled.append(failure.error or "")
            visit.world.clock.advance(delay)
            attempt += 1
            continue
        catcher = catcher_for(failure, visit.body.get("Catch", []))
        if catcher is None:
            raise failure
        visit.world.recorder.handled.append(failure.error or "")
        try:
            return caught(visit, catcher, failure)
        except StateFailure as raised:
            raise raised.located(visit.name, visit.event) from None


def perform(visit: Visit, run_branches: RunScope) -> Exit:
    """One attempt, in the state's own query language."""
    if visit.language == "JSONata":
        # The library behind it takes long to load, and most machines have no use for it.
        from aslsplit.interpreter import jsonata_states

        return jsonata_states.perform(visit, run_branches)
    return jsonpath_states.perform(visit, run_branches)


def caught(visit: Visit, catcher: Mapping[str, Json], failure: StateFailure) -> Exit:
    if visit.language == "JSONata":
        from aslsplit.interpreter import jsonata_states

        return jsonata_states.caught(visit, catcher, _error_output(failure))
    return jsonpath_states.caught(visit, catcher, _error_output(failure))


def _error_output(failure: StateFailure) -> dict[str, Json]:
    """What a Catch sees."""
    output: dict[str, Json] = {}
    if failure.error is not None:
        output["Error"] = failure.error
    if failure.cause is not None:
        output["Cause"] = failure.cause
    return output
