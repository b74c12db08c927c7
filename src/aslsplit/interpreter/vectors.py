"""Replaying recorded executions, to tell where we disagree with AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aslsplit.interpreter.compare import cause_differs, differences
from aslsplit.interpreter.execution import run
from aslsplit.interpreter.trace import Error, Execution, Result, TaskAnswer, TaskCall, TimedOut
from aslsplit.interpreter.values import Json

__all__ = ["check_execution", "check_nested", "replay_executions", "replay_nested"]

_NO_EXECUTION = ("single-state", "definition-check")


def replay_executions(directory: Path) -> Iterator[tuple[str, list[str]]]:
    """Each recorded execution's id with what differs, in the order of the files."""
    for file in sorted(directory.glob("*/*.json")):
        if file.parent.name not in _NO_EXECUTION:
            vector = json.loads(file.read_text(encoding="utf-8"))
            yield str(vector["id"]), list(check_execution(vector))


def replay_nested(directory: Path) -> Iterator[tuple[str, list[str]]]:
    """The recordings of machines that call machines, as far as they tell what the children called."""
    for file in sorted(directory.glob("*/*.json")):
        vector = json.loads(file.read_text(encoding="utf-8"))
        if "machines" in vector and "are not in the recording" not in vector.get("notes", ""):
            yield f"{vector['id']} (nested)", list(check_nested(vector))


def check_execution(vector: Mapping[str, Json]) -> Iterator[str]:
    script = _Script(vector)
    execution = run(
        vector["definition"],
        vector["input"],
        script.answer,
        context=vector.get("context"),
        type="EXPRESS" if vector.get("type") == "EXPRESS" else "STANDARD",
    )
    yield from script.complaints
    yield from _ending(vector["expect"], execution)
    # Branches that had begun before another one failed made calls that ours, run in order, never make.
    if not script.complaints and ("states_entered" in vector or execution.status == "SUCCEEDED"):
        yield from (f"call of {task['state']} was not made" for task in script.remaining)
    if "states_entered" in vector:
        yield from differences(vector["states_entered"], [step.state for step in execution.steps], "states entered")
        yield from _steps(vector["steps"], execution)


def check_nested(vector: Mapping[str, Json]) -> Iterator[str]:
    """Runs the children inside. Names, times and metadata of their executions are our own and not compared."""
    script = _Script(vector)
    machines = {
        task["expect_payload"]["StateMachineArn"]: vector["machines"][task["starts"]]
        for task in vector["tasks"]
        if "starts" in task
    }
    execution = run(vector["definition"], vector["input"], script.answer, machines=machines)
    expect = vector["expect"]
    if expect["status"] != execution.status:
        yield f"status {execution.status} instead of {expect['status']} ({execution.error}: {execution.cause})"
        return
    yield from differences(expect.get("error"), execution.error, "error")
    yield from differences(_essence(expect.get("output")), _essence(execution.output), "output")
    if "cause" in expect and execution.cause is not None:
        yield from differences(_essence(_parsed(expect["cause"])), _essence(_parsed(execution.cause)), "cause")


_OWN = frozenset(
    {"ExecutionArn", "RedriveCount", "RedriveStatus", "RedriveStatusReason", "SdkHttpMetadata"}
    | {"SdkResponseMetadata", "StartDate", "StateMachineArn", "StopDate", "Name"}
)


def _essence(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _essence(item) for key, item in value.items() if key not in _OWN}
    return value


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _ending(expect: Mapping[str, Json], execution: Execution) -> Iterator[str]:
    if expect["status"] != execution.status:
        yield f"status {execution.status} instead of {expect['status']} ({execution.error}: {execution.cause})"
        return
    if "output" in expect:
        yield from differences(expect["output"], execution.output, "output")
    yield from differences(expect.get("error"), execution.error, "error")
    yield from cause_differs(expect.get("cause"), execution.cause)


def _steps(expected: list[Mapping[str, Json]], execution: Execution) -> Iterator[str]:
    for wanted, step in zip(expected, execution.steps, strict=False):
        where = f"step {step.state}"
        yield from differences(wanted["input"], step.input, f"{where} input")
        if ("output" in wanted) != step.left:
            yield f"{where} {'was not left' if 'output' in wanted else 'was left normally'}"
        elif "output" in wanted:
            yield from differences(wanted["output"], step.output, f"{where} output")
        yield from differences(wanted.get("assigned", {}), dict(step.assigned), f"{where} assigned")


@dataclass(slots=True)
class _Script:
    """Answers calls from the recording. Within Map and Parallel the order may differ: the payload decides."""

    vector: Mapping[str, Json]
    remaining: list[Mapping[str, Json]] = field(init=False)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.remaining = list(self.vector["tasks"])

    def answer(self, call: TaskCall) -> TaskAnswer:
        if call.resource.endswith((":s3:getObject", ":s3:listObjectsV2")) and "s3_objects" in self.vector:
            return self._object(call)
        candidates = [task for task in self.remaining if task["state"] == call.state]
        if not candidates:
            self.complaints.append(f"call of {call.state} is not in the recording")
            return Error("call without a recorded answer")
        fitting = [task for task in candidates if not any(_call_differences(task, call))]
        task = (fitting or candidates)[0]
        self.complaints.extend(_call_differences(task, call))
        self.remaining.remove(task)
        if task.get("timed_out"):
            return TimedOut()
        if "error" in task:
            return Error(task["error"].get("error"), task["error"].get("cause"))
        return Result(task["result"])

    def _object(self, call: TaskCall) -> TaskAnswer:
        objects = [entry for entry in self.vector["s3_objects"] if entry["bucket"] == call.payload["Bucket"]]
        if call.resource.endswith(":listObjectsV2"):
            return Result([_listed(entry) for entry in objects])
        for entry in objects:
            if entry["key"] == call.payload["Key"]:
                return Result(entry["body"])
        return Error("S3.NoSuchKeyException")


def _listed(entry: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "Etag": "<elided>",
        "Key": entry["key"],
        "LastModified": "<elided>",
        "Size": len(entry["body"].encode()),
        "StorageClass": "STANDARD",
    }


def _call_differences(task: Mapping[str, Json], call: TaskCall) -> Iterator[str]:
    where = f"call of {call.state}"
    yield from differences(task["resource"], call.resource, f"{where} resource")
    if "expect_payload" in task:
        yield from differences(task["expect_payload"], call.payload, f"{where} payload")
    if "timeout_seconds" in task:
        yield from differences(task["timeout_seconds"], call.timeout_seconds, f"{where} timeout")
    if "heartbeat_seconds" in task:
        yield from differences(task["heartbeat_seconds"], call.heartbeat_seconds, f"{where} heartbeat")
    if "credentials" in task:
        given = {key[:1].lower() + key[1:]: value for key, value in (call.credentials or {}).items()}
        yield from differences(task["credentials"], given, f"{where} credentials")
