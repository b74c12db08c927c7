"""The eight state types in JSONata mode: Arguments, the work, then Assign and Output side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from aslsplit.asl.model import StateType
from aslsplit.asl.timestamps import parse_timestamp
from aslsplit.interpreter.branches import Batching, MapPlan, run_map, run_parallel
from aslsplit.interpreter.errors import StateFailure, query_failure, runtime_failure
from aslsplit.interpreter.frame import Exit, RunScope, Visit
from aslsplit.interpreter.jsonata import Query, fill, is_expression
from aslsplit.interpreter.tasks import perform_task, read_items, write_results
from aslsplit.interpreter.values import Json, compact, quantity

__all__ = ["caught", "perform"]


def perform(visit: Visit, run_scope: RunScope) -> Exit:
    match visit.type:
        case StateType.PASS:
            return _leave(_query(visit), visit.body, visit.next, visit.raw)
        case StateType.TASK:
            return _with_result(visit, _task(visit))
        case StateType.CHOICE:
            return _choice(visit)
        case StateType.WAIT:
            _wait(visit)
            return _leave(_query(visit), visit.body, visit.next, visit.raw)
        case StateType.SUCCEED:
            return _leave(_query(visit), visit.body, None, visit.raw)
        case StateType.FAIL:
            query = _query(visit)
            raise StateFailure(_fail_text(visit, query, "Error"), _fail_text(visit, query, "Cause"))
        case StateType.PARALLEL:
            document = _field(visit, _query(visit), "Arguments", visit.raw)
            return _with_result(visit, run_parallel(visit, document, run_scope))
        case StateType.MAP:
            return _with_result(visit, _map(visit, run_scope))
        case _:
            assert_never(visit.type)


def caught(visit: Visit, catcher: Mapping[str, Json], error_output: Json) -> Exit:
    return _leave(_query(visit, errorOutput=error_output), catcher, catcher["Next"], error_output)


def _query(visit: Visit, map_item: Mapping[str, Json] | None = None, **more: Json) -> Query:
    states = {"input": visit.raw, **more, "context": visit.context(map_item)}
    return Query(states, visit.frame.variables, visit.world.random, visit.world.clock.milliseconds)


def _with_result(visit: Visit, result: Json) -> Exit:
    return _leave(_query(visit, result=result), visit.body, visit.next, result)


def _leave(query: Query, block: Mapping[str, Json], target: str | None, default: Json) -> Exit:
    """``block`` is the state, the chosen rule or the catcher: whatever carries Assign and Output."""
    assigned: dict[str, Json] = fill(block["Assign"], query, "Assign") if "Assign" in block else {}
    output = fill(block["Output"], query, "Output") if "Output" in block else default
    return Exit(target, output, assigned)


def _field(visit: Visit, query: Query, name: str, default: Json = None, expected: str | None = None) -> Json:
    return fill(visit.body[name], query, name, expected) if name in visit.body else default


def _number(block: Mapping[str, Json], query: Query, name: str, where: str = "") -> float | None:
    """The number an expression gives, or the literal one."""
    if not is_expression(block.get(name)):
        return quantity(block, name)
    number: float = fill(block[name], query, where + name, "number")
    return number


def _task(visit: Visit) -> Json:
    query = _query(visit)
    payload = visit.note("afterArguments", _field(visit, query, "Arguments", visit.raw))
    timeout = _number(visit.body, query, "TimeoutSeconds")
    heartbeat = _number(visit.body, query, "HeartbeatSeconds")
    credentials = _field(visit, query, "Credentials")
    return visit.note("result", perform_task(visit, payload, timeout, heartbeat, credentials))


def _choice(visit: Visit) -> Exit:
    query = _query(visit)
    for index, rule in enumerate(visit.body["Choices"]):
        if fill(rule["Condition"], query, f"Choices[{index}]/Condition", "boolean") is True:
            return _leave(query, rule, rule["Next"], visit.raw)
    if "Default" not in visit.body:
        raise runtime_failure("Failed to transition out of the state. The state does not point to a next state.")
    return _leave(query, visit.body, visit.body["Default"], visit.raw)


def _wait(visit: Visit) -> None:
    query = _query(visit)
    if "Seconds" in visit.body:
        seconds = _number(visit.body, query, "Seconds") or 0
        if seconds < 0:
            raise query_failure(f"The Seconds field must not be negative: {compact(seconds)}")
    else:
        text = _field(visit, query, "Timestamp", expected="string")
        moment = parse_timestamp(text)
        if moment is None:
            raise query_failure(
                f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
            )
        seconds = moment / 1_000_000_000 - visit.world.clock.now
    visit.world.clock.advance(max(0, seconds))


def _fail_text(visit: Visit, query: Query, field: str) -> str | None:
    text: str | None = _field(visit, query, field, expected="string")
    return text


def _map(visit: Visit, run_scope: RunScope) -> Json:
    query = _query(visit)
    concurrency = _number(visit.body, query, "MaxConcurrency") or 0
    count = _number(visit.body, query, "ToleratedFailureCount")
    percentage = _number(visit.body, query, "ToleratedFailurePercentage")
    if percentage is not None and not 0 <= percentage <= 100:
        raise query_failure("ToleratedFailurePercentage must be between 0 and 100.")
    items = _items(visit, query)

    def select(map_item: Mapping[str, Json]) -> Json:
        if "ItemSelector" not in visit.body:
            return map_item["Value"]
        return fill(visit.body["ItemSelector"], _query(visit, map_item), "ItemSelector")

    plan = MapPlan(items, select, int(concurrency), count, percentage, _batching(visit, query))
    results = run_map(visit, plan, run_scope)
    writer = visit.body.get("ResultWriter")
    if writer is None or "Resource" not in writer:
        return results
    arguments = fill(writer.get("Arguments"), query, "ResultWriter/Arguments")
    return write_results(visit, writer["Resource"], arguments, results)


def _items(visit: Visit, query: Query) -> list[Json]:
    reader = visit.body.get("ItemReader")
    if reader is not None:
        config = reader.get("ReaderConfig", {})
        limit = _number(config, query, "MaxItems", "ItemReader/ReaderConfig/")
        payload = fill(reader.get("Arguments", {}), query, "ItemReader/Arguments")
        found = read_items(visit, reader["Resource"], payload, config, limit)
        if isinstance(found, dict):
            return [{"Key": key, "Value": value} for key, value in found.items()]
        return list(found)
    if "Items" in visit.body:
        expected = "array" if is_expression(visit.body["Items"]) else None
        items = fill(visit.body["Items"], query, "Items", expected)
    else:
        items = visit.raw
    if not isinstance(items, list):
        raise query_failure(f"Map state input must be an array but was: {compact(items)}")
    return items


def _batching(visit: Visit, query: Query) -> Batching | None:
    batcher = visit.body.get("ItemBatcher")
    if batcher is None:
        return None
    limits: list[int | None] = []
    for name in ("MaxItemsPerBatch", "MaxInputBytesPerBatch"):
        value = _number(batcher, query, name, "ItemBatcher/")
        limits.append(None if value is None else int(value))
    shared = fill(batcher["BatchInput"], query, "ItemBatcher/BatchInput") if "BatchInput" in batcher else None
    return Batching(limits[0], limits[1], shared)
