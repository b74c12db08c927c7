"""Two executions of the same scenario, seen from outside: the calls, how they ended, and what they put out. The items
of a distributed Map are executions of their own, so how each of them ended is seen too."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json
from aslsplit.interpreter import ChildCall, Execution, ItemRun, ScopePath, Step, TaskCall, neutral_cause

__all__ = ["Relaxed", "difference", "misses_object", "together"]

_RUNTIME = "States.Runtime"
_FROM_DATA = frozenset(
    {_RUNTIME, "States.QueryEvaluationError", "States.IntrinsicFailure", "States.ParameterPathFailure"}
)
"""Errors whose cause quotes the document or an expression as it stands in the machine that failed."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What is not compared, because the boundary map says so.

    ``observed`` are the parts of the output that callers read. ``payloads`` are the tasks that are sent less
    (``assume.reads``). Children stand here by the ARN that calls them. ``surfacing`` are those whose failure is
    ``States.TaskFailed``, which other handlers may catch than its own error: once one of them has failed, nothing is
    compared. ``ignored`` are those that are started and forgotten: once one has failed the monolith has, and the parent
    goes on. ``hasty`` are those that have five minutes: once one has run out of them, the monolith goes on.
    """

    observed: Literal["all"] | tuple[Stem, ...] = "all"
    payloads: Collection[str] = ()
    surfacing: Collection[str] = ()
    ignored: Collection[str] = ()
    hasty: Collection[str] = ()


def difference(monolith: Execution, split: Execution, relaxed: Relaxed) -> str | None:
    """The first difference, in words; None if there is none.

    A monolith in which a result could not be put into what is no object is not compared, whether that ended it or was
    handled: a child that was not sent that value can put it there (``docs/decisions``, on optional values and objects).

    Calls are compared per sequential thread of control: a branch or an item, told apart by its path.
    """
    if misses_object(monolith):
        return None
    if any(call.status != "SUCCEEDED" and _called(call) in relaxed.surfacing for call in split.children):
        return None
    strays, parting = _unanswered(monolith, split), _parting(split, relaxed)
    ends = min((call.calls.stop for call in strays), default=None)
    if ends is not None and (parting is None or ends <= parting.calls.stop):
        return _calls_before_differ(monolith, split, relaxed, ends)
    if parting is not None:
        return _differs_before(monolith, split, parting, relaxed)
    return _calls_of_all_differ(monolith, split, relaxed) or (
        _ends_differ(monolith, split, relaxed) or _items_differ(monolith, split)
    )


def together(split: Execution, relaxed: Relaxed) -> Execution:
    """With the children that were called as long as monolith and parent had to do the same."""
    parting = _parting(split, relaxed)
    return split if parting is None else replace(split, children=split.children[: split.children.index(parting) + 1])


def _parting(split: Execution, relaxed: Relaxed) -> ChildCall | None:
    return next((call for call in split.children if _parts(call, relaxed)), None)


def _parts(call: ChildCall, relaxed: Relaxed) -> bool:
    """From here on monolith and parent are allowed to do different things."""
    arn = _called(call)
    return (call.status == "FAILED" and arn in relaxed.ignored) or (call.status == "TIMED_OUT" and arn in relaxed.hasty)


def _called(call: ChildCall) -> Json:
    """The ARN of the child."""
    return call.call.payload.get("StateMachineArn") if isinstance(call.call.payload, dict) else None


def _differs_before(monolith: Execution, split: Execution, parting: ChildCall, relaxed: Relaxed) -> str | None:
    """A difference up to the end of that child; one that fails has to fail as the monolith did there."""
    found = _calls_before_differ(monolith, split, relaxed, parting.calls.stop)
    if found is not None or parting.status == "TIMED_OUT":
        return found
    errors = (monolith.error, *(item.error for item in monolith.items), *monolith.handled)
    if parting.error in _FROM_DATA and not _FROM_DATA.isdisjoint(errors):
        # What is missing may be missed earlier, as where the parent waits.
        return None
    inside = [split.steps[position] for position in parting.steps]
    if parting.error in errors and not _failed_in(inside).isdisjoint(_failed_in(monolith.steps)):
        return None
    return f"a child that is started and forgotten ends with {parting.error}, and the monolith does not fail so"


def _failed_in(steps: Iterable[Step]) -> set[tuple[str, ScopePath]]:
    return {(step.state, step.path) for step in steps if not step.left}


def _calls_before_differ(monolith: Execution, split: Execution, relaxed: Relaxed, end: int) -> str | None:
    return _calls_of_all_differ(
        replace(monolith, calls=monolith.calls[:end]), replace(split, calls=split.calls[:end]), relaxed
    )


def _calls_of_all_differ(monolith: Execution, split: Execution, relaxed: Relaxed) -> str | None:
    expected, actual = _threads(monolith, relaxed), _threads(split, relaxed)
    for path in dict.fromkeys((*expected, *actual)):
        found = _calls_differ(expected.get(path, []), actual.get(path, []))
        if found is not None:
            return found
    return None


def misses_object(monolith: Execution) -> bool:
    """A result could not be put into what is no object, so there is nothing to compare. That of an item may be
    tolerated."""
    ended = (monolith.error, *(item.error for item in monolith.items))
    return "States.ResultPathMatchFailure" in (*ended, *monolith.handled)


def _unanswered(monolith: Execution, split: Execution) -> list[ChildCall]:
    """The calls that waited in vain, if all of them had to. What a handler of ``States.Timeout`` does behind the first
    of them the monolith never came to."""
    waiting = [call for call in split.children if call.unanswered]
    return waiting if all(_cannot_answer(call, monolith) for call in waiting) else []


def _cannot_answer(call: ChildCall, monolith: Execution) -> bool:
    """A child that was given too little time, or that ended as the monolith did, in a way that nothing can catch. Then
    its caller waits as long as the map says, and fails with ``States.Timeout``."""
    ended = (monolith.error, *(item.error for item in monolith.items))
    return call.status == "TIMED_OUT" or (call.status == "FAILED" and call.error == _RUNTIME and _RUNTIME in ended)


_Call = tuple[str, str, str]


def _threads(execution: Execution, relaxed: Relaxed) -> Mapping[object, list[_Call]]:
    threads: dict[object, list[_Call]] = {}
    for call in execution.calls:
        threads.setdefault(call.path, []).append(_seen_outside(call, relaxed))
    return threads


def _seen_outside(call: TaskCall, relaxed: Relaxed) -> _Call:
    payload = "" if call.state in relaxed.payloads else _text(call.payload)
    return call.state, call.resource, payload


def _text(value: Json) -> str:
    """Without what AWS makes up: the machine in the ARN of a Map run or of an item's execution, and the numbers of
    events in causes that a catcher has put into the document.

    JSON text inside a value (``States.JsonToString``) is compared as JSON: what order its keys have is nobody's word.
    """
    text = json.dumps(_parsed(value), sort_keys=True, default=str)
    text = _ITEM_RUN.sub("execution:…/", _MAP_RUN.sub("stateMachine:…/", text))
    # A caught States.QueryEvaluationError says where it happened and quotes the expression as it stands there.
    text = _EVENT.sub("entered at an event", text)
    return _QUOTED.sub(lambda found: found[0].replace(".context.Execution.Input.context", ".context"), text)


def _parsed(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _parsed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_parsed(member) for member in value]
    if isinstance(value, str):
        if value[:1] in ("{", "["):
            with contextlib.suppress(ValueError, RecursionError):
                return ["JSON text", _parsed(json.loads(value))]
        return neutral_cause(value)
    return value


_MAP_RUN = re.compile(r'stateMachine:[^/":]+/')
_ITEM_RUN = re.compile(r'execution:[^/":]+:[^/":]+/')
_EVENT = re.compile(r"entered at the event id #\d+")
_QUOTED = re.compile(r"The JSONata expression '.*? specified for the field")


def _calls_differ(expected: list[_Call], actual: list[_Call]) -> str | None:
    for number, (left, right) in enumerate(zip(expected, actual, strict=False), start=1):
        if left != right:
            return f"call {number}: the monolith calls {_shown(left)}, parent and children {_shown(right)}"
    if len(expected) == len(actual):
        return None
    extra = expected[len(actual) :] or actual[len(expected) :]
    who = "only the monolith" if len(expected) > len(actual) else "only parent and children"
    return f"call {min(len(expected), len(actual)) + 1}: {who} calls {_shown(extra[0])}"


def _shown(call: _Call) -> str:
    state, _, payload = call
    return f"{state} with {payload if len(payload) <= 300 else payload[:297] + '...'}"


_Ended = Execution | ItemRun


def _ends_differ(monolith: _Ended, split: _Ended, relaxed: Relaxed) -> str | None:
    if monolith.status != split.status:
        return f"the monolith ended {_end(monolith)}, parent and children {_end(split)}"
    if monolith.status == "FAILED":
        return _failures_differ(monolith, split)
    if monolith.status == "SUCCEEDED":
        return _outputs_differ(monolith.output, split.output, relaxed)
    return None


def _items_differ(monolith: Execution, split: Execution) -> str | None:
    """Items are compared in turn, whatever is observed of the machine's own output."""
    expected, actual = _runs(monolith), _runs(split)
    for path in dict.fromkeys((*expected, *actual)):
        left, right = expected.get(path, []), actual.get(path, [])
        what = f"item {path[-1]} of {path[-2]}"
        if len(left) != len(right):
            return f"{what} runs {len(left)} times in the monolith, {len(right)} times in parent and children"
        differing = (_ends_differ(one, other, Relaxed()) for one, other in zip(left, right, strict=True))
        found = next((found for found in differing if found is not None), None)
        if found is not None:
            return f"{what}: {found}"
    return None


def _runs(execution: Execution) -> Mapping[ScopePath, list[ItemRun]]:
    runs: dict[ScopePath, list[ItemRun]] = {}
    for item in execution.items:
        runs.setdefault(item.path, []).append(item)
    return runs


def _failures_differ(monolith: _Ended, split: _Ended) -> str | None:
    if monolith.error == _RUNTIME and split.error in _FROM_DATA:
        return None
    if monolith.error != split.error:
        return f"the monolith ended {_end(monolith)}, parent and children {_end(split)}"
    if monolith.error in _FROM_DATA or neutral_cause(monolith.cause) == neutral_cause(split.cause):
        return None
    return f"{monolith.error}: the monolith's cause is {monolith.cause!r}, that of parent and children {split.cause!r}"


def _outputs_differ(expected: Json, actual: Json, relaxed: Relaxed) -> str | None:
    if relaxed.observed == "all":
        parts = [("output", expected, actual)]
    else:
        parts = [(".".join(stem), _at(expected, stem), _at(actual, stem)) for stem in relaxed.observed]
    for name, left, right in parts:
        if _text(left) != _text(right):
            return f"{name}: the monolith puts out {_brief(left)}, parent and children {_brief(right)}"
    return None


def _at(value: Json, stem: Stem) -> Json:
    for name in stem:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _end(ended: _Ended) -> str:
    return f"{ended.status} with {ended.error}" if ended.error else ended.status


def _brief(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else text[:297] + "..."
