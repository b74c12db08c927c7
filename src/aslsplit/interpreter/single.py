"""Trying one state alone, as the TestState API does, and comparing with its recorded answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from aslsplit.interpreter.compare import cause_differs, differences
from aslsplit.interpreter.errors import StateFailure
from aslsplit.interpreter.execution import run_machine
from aslsplit.interpreter.frame import RETRYING, Exit, Frame, Machine, Probe, Visit, World
from aslsplit.interpreter.retries import Retries, catcher_for
from aslsplit.interpreter.states import caught, perform, run_scope
from aslsplit.interpreter.trace import Error, Result, TaskAnswer
from aslsplit.interpreter.values import MISSING, Json

__all__ = ["check_state", "replay_states", "try_state"]

_ELIDED = "<elided>"


def replay_states(directory: Path) -> Iterator[tuple[str, list[str]]]:
    """Each recorded answer's id with what differs."""
    for file in sorted(directory.glob("single-state/*.json")):
        vector = json.loads(file.read_text(encoding="utf-8"))
        yield str(vector["id"]), list(check_state(vector))


def check_state(vector: Mapping[str, Json]) -> Iterator[str]:
    """Only the stages that the recording shows are compared."""
    request, expect = vector["request"], vector["expect"]
    seen = expect.get("inspectionData", {})
    actual = try_state(request, Result(seen.get("result", expect.get("output"))))
    for key in ("status", "output", "nextState", "error"):
        yield from differences(expect.get(key), actual.get(key), key)
    yield from cause_differs(expect.get("cause"), actual.get("cause"))
    for stage, value in seen.items():
        yield from differences(value, actual["inspectionData"].get(stage), stage)


def try_state(request: Mapping[str, Json], real: TaskAnswer) -> dict[str, Json]:
    """The answer of TestState to the request; ``real`` is what a task that is not mocked gives."""
    visit, used = _visit(request, real)
    try:
        return {**_left(visit, perform(visit, run_scope)), "status": "SUCCEEDED"}
    except StateFailure as raised:
        failure = raised.located(visit.name, visit.event)
    answer: dict[str, Json] = {"error": failure.error, "cause": failure.cause, "status": "FAILED"}
    answer["inspectionData"] = _stages(visit)
    if not failure.catchable or visit.type not in RETRYING:
        return answer
    retries = Retries(visit.body.get("Retry", []), used)
    index = retries.index(failure)
    details: dict[str, Json] = {} if index is None else {"retryIndex": index}
    delay = retries.delay(failure)
    if delay is not None:
        details["retryBackoffIntervalSeconds"] = delay
        return {**answer, "inspectionData": {**_stages(visit), "errorDetails": details}, "status": "RETRIABLE"}
    catchers = visit.body.get("Catch", [])
    catcher = catcher_for(failure, catchers)
    if catcher is not None:
        details = {"catchIndex": catchers.index(catcher)}
        answer |= {**_left(visit, caught(visit, catcher, failure)), "status": "CAUGHT_ERROR"}
    return {**answer, "inspectionData": {**_stages(visit), "errorDetails": details}}


def _left(visit: Visit, exit_: Exit) -> dict[str, Json]:
    left: dict[str, Json] = {"output": exit_.output, "inspectionData": _stages(visit)}
    return left if exit_.next is None else {**left, "nextState": exit_.next}


def _stages(visit: Visit) -> dict[str, Json]:
    stages = visit.probe.stages if visit.probe is not None else {}
    return {**stages, "input": visit.raw, "variables": visit.frame.variables}


def _visit(request: Mapping[str, Json], real: TaskAnswer) -> tuple[Visit, int]:
    """The visit, and how often its retrier was used before."""
    definition = request["definition"]
    name = request.get("stateName")
    body = definition if name is None else _find(definition, name)
    raw = request.get("input", {})
    mocked = _mock(request.get("mock"))
    configuration = request.get("stateConfiguration", {})
    found = configuration.get("mapItemReaderData")

    def answer(_: object) -> TaskAnswer:
        return Result(found) if found is not None and "ItemReader" in body else mocked or real

    world = World(answer, {}, Random(0), 1, 1, run_machine)
    role = None if mocked is None else _ELIDED
    execution = {"Id": _ELIDED, "Input": raw, "Name": _ELIDED, "RoleArn": role, "StartTime": _ELIDED}
    context = {"Execution": execution, "StateMachine": {"Id": _ELIDED, "Name": _ELIDED}}
    machine = Machine("machine", definition if name is not None else {}, context, world)
    probe = Probe(
        lambda: _work(mocked or real),
        configuration.get("mapIterationFailureCount", 0),
        request.get("context", MISSING),
    )
    frame = Frame(machine, dict(request.get("variables", {})))
    visit = Visit(frame, "StateName", body, raw, 2, _ELIDED, probe=probe)
    return visit, configuration.get("retrierRetryCount", 0)


def _find(scope: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """The state of that name, also inside Map and Parallel states."""
    for own, body in scope["States"].items():
        if own == name:
            found: Mapping[str, Json] = body
            return found
        inner = [*body.get("Branches", []), *(body[key] for key in ("ItemProcessor", "Iterator") if key in body)]
        for nested in inner:
            try:
                return _find(nested, name)
            except KeyError:
                continue
    raise KeyError(name)


def _mock(mock: Mapping[str, Json] | None) -> TaskAnswer | None:
    if mock is None:
        return None
    if "errorOutput" in mock:
        return Error(mock["errorOutput"].get("error"), mock["errorOutput"].get("cause"))
    return Result(mock["result"])


def _work(answer: TaskAnswer) -> Json:
    if isinstance(answer, Result):
        return answer.value
    assert isinstance(answer, Error)
    raise StateFailure(answer.error, answer.cause)
