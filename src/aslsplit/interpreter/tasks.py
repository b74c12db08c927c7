"""Calling services, and reading the items of a distributed Map."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import assert_never

from aslsplit.interpreter.errors import (
    DATA_LIMIT,
    DATA_LIMIT_EXCEEDED,
    ITEM_READER_FAILED,
    TIMEOUT,
    StateFailure,
)
from aslsplit.interpreter.frame import Visit
from aslsplit.interpreter.nested import child_of, complete_token, run_child
from aslsplit.interpreter.trace import Error, Result, TaskCall, TimedOut
from aslsplit.interpreter.values import Json, size

__all__ = ["perform_task", "read_items", "write_results"]


def perform_task(
    visit: Visit, payload: Json, timeout: float | None, heartbeat: float | None, credentials: Json
) -> Json:
    """The task result. Raises ``StateFailure`` for errors of the service and for timeouts."""
    machine = visit.frame.machine
    resource = str(visit.body["Resource"])
    call = TaskCall(
        visit.name,
        resource,
        payload,
        timeout,
        heartbeat,
        credentials,
        visit.frame.path,
        visit.retries,
        machine.name,
    )
    machine.events += 3 if resource.endswith((".sync", ".sync:2", ".waitForTaskToken")) else 2
    try:
        result = _result(visit, call)
    finally:
        machine.events += 1
    if size(result) > DATA_LIMIT:
        raise too_large(_short_name(resource))
    return result


def too_large(name: str) -> StateFailure:
    return StateFailure(
        DATA_LIMIT_EXCEEDED,
        f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit.",
    )


def _short_name(resource: str) -> str:
    parts = resource.split(":")
    return parts[-2] if resource.startswith("arn:") and len(parts) == 7 and parts[2] == "states" else resource


def _result(visit: Visit, call: TaskCall) -> Json:
    sent = complete_token(visit.world, call)
    if sent is not None:
        return sent
    child = child_of(call, visit.world.machines)
    return _ask(visit, call) if child is None else run_child(visit, call, child)


def _ask(visit: Visit, call: TaskCall) -> Json:
    visit.world.recorder.calls.append(call)
    answer = visit.world.answer(call)
    match answer:
        case Result(value):
            return value
        case Error(error, cause):
            raise StateFailure(error, cause)
        case TimedOut():
            limits = [limit for limit in (call.timeout_seconds, call.heartbeat_seconds) if limit is not None]
            visit.world.clock.advance(min(limits, default=0))
            raise StateFailure(TIMEOUT, None)
        case _:
            assert_never(answer)


# --- Distributed Map ---------------------------------------------------------------------------------------------


def read_items(visit: Visit, resource: str, payload: Json, config: Mapping[str, Json], limit: Json) -> Json:
    """The items an ItemReader finds; ``limit`` is MaxItems as evaluated."""
    call = TaskCall(visit.name, resource, payload, path=visit.frame.path, machine=visit.frame.machine.name)
    if isinstance(limit, str) and limit.isdecimal():
        limit = int(limit)
    if limit is not None and limit < 0:
        raise StateFailure(ITEM_READER_FAILED, "field MaxItems must be positive")
    content = _ask(visit, call)
    items = _parse_items(content, config) if isinstance(content, str) else content
    return items[: int(limit)] if limit else items


def _parse_items(text: str, config: Mapping[str, Json]) -> Json:
    kind = str(config.get("InputType", "JSON")).upper()
    try:
        if kind == "JSON":
            return json.loads(text)
        if kind == "JSONL":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        raise StateFailure(ITEM_READER_FAILED, "The content of the object is not valid JSON.") from None
    delimiter = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter[str(config.get("CSVDelimiter", "COMMA"))]))
    if config.get("CSVHeaderLocation") == "GIVEN":
        header = list(config.get("CSVHeaders", []))
    else:
        header, rows = rows[0] if rows else [], rows[1:]
    return [dict(zip(header, row + [""] * len(header), strict=False)) for row in rows if row]


def write_results(visit: Visit, resource: str, payload: Json, results: Json) -> Json:
    """The call of a ResultWriter is recorded; nobody is asked for an answer, as its result is known."""
    call = TaskCall(
        visit.name,
        resource,
        {"Parameters": payload, "Results": results},
        path=visit.frame.path,
        machine=visit.frame.machine.name,
    )
    visit.world.recorder.calls.append(call)
    where = payload if isinstance(payload, dict) else {}
    prefix = str(where.get("Prefix", "")).strip("/")
    key = "/".join(part for part in (prefix, "map-run", "manifest.json") if part)
    return {
        "MapRunArn": f"{visit.frame.machine.context['StateMachine']['Id']}/{visit.name}:map-run",
        "ResultWriterDetails": {"Bucket": where.get("Bucket"), "Key": key},
    }
