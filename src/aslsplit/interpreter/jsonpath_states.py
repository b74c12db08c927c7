"""The eight state types in JSONPath mode, each with its own selection of the input and output fields.

The order is AWS's: InputPath, Parameters, the work, Assign (on the raw result), ResultSelector, ResultPath (into the
raw input), OutputPath.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from aslsplit.asl.model import StateType
from aslsplit.asl.path_reader import ReferenceSyntaxError
from aslsplit.asl.timestamps import parse_timestamp
from aslsplit.interpreter.branches import Batching, MapPlan, run_map, run_parallel, whole_number
from aslsplit.interpreter.choice import matches
from aslsplit.interpreter.errors import RESULT_PATH_MATCH, StateFailure, runtime_failure
from aslsplit.interpreter.frame import Exit, RunScope, Visit
from aslsplit.interpreter.paths import write
from aslsplit.interpreter.tasks import perform_task, read_items, write_results
from aslsplit.interpreter.templates import fill, look_up, read_field, read_path
from aslsplit.interpreter.values import MISSING, Json, compact, is_number, quantity

__all__ = ["caught", "perform"]


def perform(visit: Visit, run_scope: RunScope) -> Exit:
    match visit.type:
        case StateType.PASS:
            document = visit.note("afterParameters", _shaped(visit, _effective(visit), "Parameters"))
            return _with_result(visit, visit.note("result", visit.body.get("Result", document)))
        case StateType.TASK:
            return _with_result(visit, _task(visit))
        case StateType.CHOICE:
            return _choice(visit)
        case StateType.WAIT:
            document = _effective(visit)
            _wait(visit, document)
            return _without_result(visit, document, visit.body, visit.next)
        case StateType.SUCCEED:
            return _without_result(visit, _effective(visit), visit.body, None)
        case StateType.FAIL:
            visit.note("afterInputPath", visit.raw)
            raise StateFailure(_fail_text(visit, "Error"), _fail_text(visit, "Cause"))
        case StateType.PARALLEL:
            document = _shaped(visit, _effective(visit), "Parameters")
            return _with_result(visit, run_parallel(visit, document, run_scope))
        case StateType.MAP:
            return _with_result(visit, _map(visit, run_scope))
        case _:
            assert_never(visit.type)


def caught(visit: Visit, catcher: Mapping[str, Json], error_output: Json) -> Exit:
    """The error output goes into the raw input; ResultSelector and OutputPath do not apply."""
    assigned = _assigned(visit, catcher, error_output)
    return Exit(catcher["Next"], _placed(catcher, visit.raw, error_output), assigned)


# --- Input and output --------------------------------------------------------------------------------------------


def _effective(visit: Visit) -> Json:
    path = visit.body.get("InputPath", "$")
    return visit.note("afterInputPath", _selected(visit, path, visit.raw))


def _shaped(visit: Visit, document: Json, field: str) -> Json:
    if field not in visit.body:
        return document
    return fill(visit.body[field], visit.view(document), visit.world.random)


def _assigned(visit: Visit, block: Mapping[str, Json], document: Json) -> dict[str, Json]:
    if "Assign" not in block:
        return {}
    assigned: dict[str, Json] = fill(block["Assign"], visit.view(document), visit.world.random)
    return assigned


def _with_result(visit: Visit, result: Json) -> Exit:
    assigned = _assigned(visit, visit.body, result)
    selected = visit.note("afterResultSelector", _shaped(visit, result, "ResultSelector"))
    output = visit.note("afterResultPath", _placed(visit.body, visit.raw, selected))
    return Exit(visit.next, _filtered(visit, output), assigned)


def _without_result(visit: Visit, document: Json, block: Mapping[str, Json], target: str | None) -> Exit:
    return Exit(target, _filtered(visit, document), _assigned(visit, block, document))


def _placed(block: Mapping[str, Json], raw: Json, result: Json) -> Json:
    path = block.get("ResultPath", "$")
    if path is None:
        return raw
    try:
        output = write(path, raw, result)
    except ReferenceSyntaxError as problem:
        raise runtime_failure(f"Invalid path '{path}' : {problem.message}") from None
    if output is MISSING:
        raise StateFailure(
            RESULT_PATH_MATCH, f"Unable to apply ReferencePath {path} to input {compact(raw)}", unlocated=True
        )
    return output


def _filtered(visit: Visit, output: Json) -> Json:
    return _selected(visit, visit.body.get("OutputPath", "$"), output)


def _selected(visit: Visit, path: str | None, document: Json) -> Json:
    if path == "$":
        return document
    return {} if path is None else read_path(path, visit.view(document))


# --- State types -------------------------------------------------------------------------------------------------


def _task(visit: Visit) -> Json:
    document = _effective(visit)
    view = visit.view(document)
    payload = visit.note("afterParameters", _shaped(visit, document, "Parameters"))
    limits: list[Json] = []
    for name in ("TimeoutSeconds", "HeartbeatSeconds"):
        path = visit.body.get(name + "Path")
        limits.append(quantity(visit.body, name) if path is None else read_path(path, view))
    credentials = fill(visit.body.get("Credentials"), view, visit.world.random)
    return visit.note("result", perform_task(visit, payload, limits[0], limits[1], credentials))


def _choice(visit: Visit) -> Exit:
    document = _effective(visit)
    view = visit.view(document)
    for rule in visit.body["Choices"]:
        if matches(rule, view):
            return _without_result(visit, document, rule, rule["Next"])
    if "Default" not in visit.body:
        raise runtime_failure("Failed to transition out of the state. The state does not point to a next state.")
    return _without_result(visit, document, visit.body, visit.body["Default"])


def _wait(visit: Visit, document: Json) -> None:
    body = visit.body
    seconds: float
    if "SecondsPath" in body:
        seconds = _wait_seconds(body["SecondsPath"], visit, document)
    elif "Seconds" in body:
        seconds = quantity(body, "Seconds") or 0
    else:
        moment = _wait_moment(visit, document)
        seconds = moment / 1_000_000_000 - visit.world.clock.now
    visit.world.clock.advance(max(0, seconds))


def _wait_seconds(path: str, visit: Visit, document: Json) -> int:
    seconds = look_up(path, visit.view(document))
    if seconds is MISSING:
        raise runtime_failure(f"The SecondsPath parameter does not reference an input value: {path}")
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        shown = seconds if isinstance(seconds, str) else compact(seconds)
        raise runtime_failure(f"The SecondsPath parameter cannot be parsed as a long value: {path} == {shown}")
    if seconds < 0:
        raise runtime_failure(f"The SecondsPath parameter references a negative value: {path} == {seconds}")
    return seconds


def _wait_moment(visit: Visit, document: Json) -> int:
    path = visit.body.get("TimestampPath")
    if path is None:
        text = visit.body["Timestamp"]
    else:
        text = look_up(path, visit.view(document))
        if text is MISSING:
            raise runtime_failure(f"The TimestampPath parameter does not reference an input value: {path}")
    moment = parse_timestamp(text)
    if moment is None and path is None:
        # AWS accepts only timestamps here, so this is a placeholder that a deployment fills.
        return round(visit.world.clock.now * 1_000_000_000)
    if moment is None:
        raise runtime_failure(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
            f"string: {path} == {text}"
        )
    return moment


def _fail_text(visit: Visit, field: str) -> str | None:
    if field + "Path" not in visit.body:
        text: str | None = visit.body.get(field)
        return text
    value = read_field(visit.body[field + "Path"], visit.view(visit.raw), visit.world.random, field + "Path")
    if not isinstance(value, str):
        raise runtime_failure(f"The {field}Path field must refer to a string: {visit.body[field + 'Path']}")
    return value


# --- Map ---------------------------------------------------------------------------------------------------------


def _map(visit: Visit, run_scope: RunScope) -> Json:
    document = _effective(visit)
    view = visit.view(document)
    concurrency = _number_field(visit, document, "MaxConcurrency")
    percentage = _percentage(visit, document)
    count = _number_field(visit, document, "ToleratedFailureCount")
    items = visit.note("afterItemsPath", _items(visit, document))
    template = visit.body.get("ItemSelector", visit.body.get("Parameters"))

    def select(map_item: Mapping[str, Json]) -> Json:
        if template is None:
            return map_item["Value"]
        return fill(template, visit.view(document, map_item), visit.world.random)

    plan = MapPlan(items, select, int(concurrency or 0), count, percentage, _batching(visit, document))
    results = run_map(visit, plan, run_scope)
    writer = visit.body.get("ResultWriter")
    if writer is None or "Resource" not in writer:
        return results
    return write_results(visit, writer["Resource"], fill(writer.get("Parameters"), view, visit.world.random), results)


def _items(visit: Visit, document: Json) -> list[Json]:
    view = visit.view(document)
    reader = visit.body.get("ItemReader")
    if reader is None:
        path = visit.body.get("ItemsPath", "$")
        items = read_path(path, view)
        if not isinstance(items, list):
            raise runtime_failure(f'Reference path "{path}" must point to array.')
        return items
    config = reader.get("ReaderConfig", {})
    limit = read_path(config["MaxItemsPath"], view) if "MaxItemsPath" in config else quantity(config, "MaxItems")
    payload = fill(reader.get("Parameters", {}), view, visit.world.random)
    items = read_items(visit, reader["Resource"], payload, config, limit)
    return _as_items(items)


def _as_items(found: Json) -> list[Json]:
    """An object that was read is a list of its members."""
    return [{"Key": key, "Value": value} for key, value in found.items()] if isinstance(found, dict) else list(found)


def _number_field(visit: Visit, document: Json, name: str) -> float | None:
    path = visit.body.get(name + "Path")
    if path is None:
        return quantity(visit.body, name)
    return whole_number(name + "Path", read_path(path, visit.view(document)), path)


def _percentage(visit: Visit, document: Json) -> float | None:
    path = visit.body.get("ToleratedFailurePercentagePath")
    if path is None:
        return quantity(visit.body, "ToleratedFailurePercentage")
    value = read_path(path, visit.view(document))
    if not is_number(value):
        shown = value if isinstance(value, str) else compact(value)
        raise runtime_failure(
            f'The ToleratedFailurePercentagePath field refers to value "{shown}" which is not a valid float: {path}'
        )
    if not 0 <= value <= 100:
        raise runtime_failure("ToleratedFailurePercentage must be between 0 and 100.")
    return float(value)


def _batching(visit: Visit, document: Json) -> Batching | None:
    batcher = visit.body.get("ItemBatcher")
    if batcher is None:
        return None
    view = visit.view(document)
    limits: list[int | None] = []
    for name in ("MaxItemsPerBatch", "MaxInputBytesPerBatch"):
        value = read_path(batcher[name + "Path"], view) if name + "Path" in batcher else quantity(batcher, name)
        limits.append(None if value is None else int(value))
    shared = fill(batcher["BatchInput"], view, visit.world.random) if "BatchInput" in batcher else None
    return Batching(limits[0], limits[1], shared)
