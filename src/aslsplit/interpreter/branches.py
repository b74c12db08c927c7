"""Parallel and Map: branches and iterations, run one after the other in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aslsplit.interpreter.errors import THRESHOLD_EXCEEDED, StateFailure, runtime_failure
from aslsplit.interpreter.frame import Frame, Machine, Probe, RunScope, Visit
from aslsplit.interpreter.trace import ItemRun
from aslsplit.interpreter.values import Json, compact, is_number, size

__all__ = ["Batching", "MapPlan", "run_map", "run_parallel", "whole_number"]


@dataclass(frozen=True, slots=True)
class Batching:
    """ItemBatcher as evaluated; None where there is no limit."""

    max_items: int | None
    max_bytes: int | None
    batch_input: Json = None


@dataclass(frozen=True, slots=True)
class MapPlan:
    """A Map state as evaluated: what runs on which items. ``select`` makes an iteration's input of an item."""

    items: list[Json]
    select: Callable[[Mapping[str, Json]], Json]
    concurrency: int = 0
    tolerated_count: float | None = None
    tolerated_percentage: float | None = None
    batching: Batching | None = None


def run_parallel(visit: Visit, document: Json, run_scope: RunScope) -> list[Json]:
    if visit.probe is not None:
        results: list[Json] = visit.probe.work()
        return results
    machine = visit.frame.machine
    machine.events += 1
    clock = visit.world.clock
    began = clock.now
    ended = began
    results = []
    in_turn = visit.name in visit.world.in_turn
    for index, branch in enumerate(visit.body["Branches"]):
        clock.now = clock.now if in_turn else began
        path = visit.frame.path if in_turn else (*visit.frame.path, visit.name, index)
        frame = Frame(machine, dict(visit.frame.variables), path, visit.frame.map_item)
        results.append(run_scope(frame, branch, document))
        ended = max(ended, clock.now)
    clock.now = ended
    machine.events += 1
    return results


def run_map(visit: Visit, plan: MapPlan, run_scope: RunScope) -> list[Json]:
    if visit.probe is not None:
        return _probed(visit.probe, visit, plan)
    processor = visit.body.get("ItemProcessor") or visit.body["Iterator"]
    visit.frame.machine.events += 1
    if processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
        results = _run_distributed(visit, plan, processor, run_scope)
    else:
        results = _run_inline(visit, plan, processor, run_scope)
    visit.frame.machine.events += 1
    return results


def _probed(probe: Probe, visit: Visit, plan: MapPlan) -> list[Json]:
    visit.note("maxConcurrency", plan.concurrency)
    visit.note("toleratedFailureCount", plan.tolerated_count)
    visit.note("toleratedFailurePercentage", plan.tolerated_percentage)
    results: list[Json] = probe.work()
    given = plan.tolerated_count is not None or plan.tolerated_percentage is not None
    if given and _intolerable(probe.failed_iterations, len(plan.items), plan):
        raise _threshold_exceeded()
    return results


def whole_number(field: str, value: Json, path: str) -> int:
    """What a ``…Path`` field of a Map refers to; digits in a string are a number too."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        shown = value if isinstance(value, str) else compact(value)
        raise runtime_failure(f'The {field} field refers to value "{shown}" which is not a valid integer: {path}')
    return value


def _run_inline(visit: Visit, plan: MapPlan, processor: Mapping[str, Json], run_scope: RunScope) -> list[Json]:
    machine = visit.frame.machine
    lanes = _Lanes(visit, plan.concurrency)
    results = []
    for index, item in enumerate(plan.items):
        lanes.begin()
        machine.events += 1
        map_item = {"Index": index, "Value": item}
        document = plan.select(map_item)
        frame = Frame(machine, dict(visit.frame.variables), (*visit.frame.path, visit.name, index), map_item)
        results.append(run_scope(frame, processor, document))
        machine.events += 1
        lanes.finish()
    lanes.join()
    return results


def _run_distributed(visit: Visit, plan: MapPlan, processor: Mapping[str, Json], run_scope: RunScope) -> list[Json]:
    """Iterations are executions of their own: no outer variables, own context, failures counted."""
    visit.frame.machine.events += 1
    inputs = [plan.select({"Index": index, "Value": item}) for index, item in enumerate(plan.items)]
    if plan.batching is not None:
        inputs = _batches(inputs, plan.batching)
    lanes = _Lanes(visit, plan.concurrency)
    results, failures = [], 0
    for index, document in enumerate(inputs):
        lanes.begin()
        path = (*visit.frame.path, visit.name, index)
        frame = Frame(_iteration(visit, processor, index, document), path=path)
        ended = visit.world.recorder.items
        try:
            results.append(run_scope(frame, processor, document))
            ended.append(ItemRun(path, "SUCCEEDED", results[-1]))
        except StateFailure as failure:
            ended.append(ItemRun(path, "FAILED", error=failure.error, cause=failure.cause))
            failures += 1
            if _intolerable(failures, len(inputs), plan):
                raise _threshold_exceeded() from None
        lanes.finish()
    lanes.join()
    visit.frame.machine.events += 1
    return results


def _iteration(visit: Visit, processor: Mapping[str, Json], index: int, document: Json) -> Machine:
    outer = visit.frame.machine
    label = visit.body.get("Label", visit.name)
    execution = outer.context["Execution"]
    context = {
        "Execution": {**execution, "Id": f"{execution['Id']}/{label}:{index}", "Name": str(index), "Input": document},
        "StateMachine": {"Id": f"{outer.context['StateMachine']['Id']}/{label}", "Name": f"{outer.name}/{label}"},
    }
    kind = processor.get("ProcessorConfig", {}).get("ExecutionType", "STANDARD")
    definition = {**processor, "QueryLanguage": outer.language}
    return Machine(outer.name, definition, context, outer.world, "EXPRESS" if kind == "EXPRESS" else "STANDARD")


def _intolerable(failures: int, total: int, plan: MapPlan) -> bool:
    """One failure is too many unless a threshold is given; either threshold may be exceeded alone."""
    if plan.tolerated_count is None and plan.tolerated_percentage is None:
        return True
    if plan.tolerated_count is not None and failures > plan.tolerated_count:
        return True
    return plan.tolerated_percentage is not None and failures * 100 > plan.tolerated_percentage * total


def _threshold_exceeded() -> StateFailure:
    return StateFailure(THRESHOLD_EXCEEDED, "The specified tolerated failure threshold was exceeded")


def _batches(items: list[Json], batching: Batching) -> list[Json]:
    batches: list[list[Json]] = []
    used = 0
    for item in items:
        weight = size(item)
        full = batches and batching.max_items is not None and len(batches[-1]) >= batching.max_items
        heavy = batches and batching.max_bytes is not None and used + weight > batching.max_bytes
        if not batches or full or heavy:
            batches.append([])
            used = 0
        batches[-1].append(item)
        used += weight
    shared = {} if batching.batch_input is None else {"BatchInput": batching.batch_input}
    return [{**shared, "Items": batch} for batch in batches]


class _Lanes:
    """Virtual time of iterations that run side by side, as many at once as the concurrency allows."""

    def __init__(self, visit: Visit, concurrency: int) -> None:
        self.clock = visit.world.clock
        self.began = self.clock.now
        self.concurrency = concurrency if is_number(concurrency) and concurrency > 0 else None
        self.ends: list[float] = []
        self.last = self.began

    def begin(self) -> None:
        if self.concurrency is None or len(self.ends) < self.concurrency:
            self.clock.now = self.began
        else:
            earliest = min(self.ends)
            self.ends.remove(earliest)
            self.clock.now = earliest

    def finish(self) -> None:
        self.last = max(self.last, self.clock.now)
        if self.concurrency is not None:
            self.ends.append(self.clock.now)

    def join(self) -> None:
        self.clock.now = self.last
