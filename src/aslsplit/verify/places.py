"""Places that a scenario decides: in the input, in what a task answers, in the error it fails with.

A place is a way into a JSON value. Most of its steps are names and indices. A *lens* among them stands for a function
that made what lies behind it: a text that was parsed, the length of an array, a number that was counted up. So a
value that is wanted behind the function can be put where the function gets it from.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from aslsplit.asl.paths import ANY, Any_
from aslsplit.asl.source import Json
from aslsplit.interpreter import Error, Result, TaskAnswer
from aslsplit.verify.scenario import Scenario

__all__ = [
    "ABSENT",
    "DECODED",
    "LENGTH",
    "PARSED",
    "PRESENT",
    "TYPE",
    "Absent",
    "Compared",
    "Item",
    "Lens",
    "Offset",
    "Place",
    "Split",
    "Step",
    "Steps",
    "Value",
    "found_at",
    "into_array",
    "name_of",
    "put",
    "put_at",
    "put_where_wanting",
    "values_at",
]


class Absent:
    """In the place of a value: there is nothing."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()

Value = Json | Absent


class Lens(Protocol):
    def view(self, whole: Value) -> Value:
        """What the function makes of the value."""

    def back(self, whole: Value, part: Value) -> Value:
        """A value of which the function makes ``part``; ``whole`` is the value so far."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    def view(self, whole: Value) -> Value:
        try:
            return json.loads(whole) if isinstance(whole, str) else ABSENT
        except ValueError:
            return ABSENT

    def back(self, whole: Value, part: Value) -> Value:
        return ABSENT if part is ABSENT else json.dumps(part)

    def __str__(self) -> str:
        return "(parsed)"


@dataclass(frozen=True, slots=True)
class _Decoded:
    def view(self, whole: Value) -> Value:
        try:
            return base64.b64decode(whole, validate=True).decode() if isinstance(whole, str) else ABSENT
        except ValueError:
            return ABSENT

    def back(self, whole: Value, part: Value) -> Value:
        return base64.b64encode(part.encode()).decode() if isinstance(part, str) else whole

    def __str__(self) -> str:
        return "(decoded)"


_LONGEST = 100


@dataclass(frozen=True, slots=True)
class _Length:
    def view(self, whole: Value) -> Value:
        return ABSENT if whole is ABSENT else len(whole) if isinstance(whole, list) else 1

    def back(self, whole: Value, part: Value) -> Value:
        if not isinstance(part, int) or not 0 <= part <= _LONGEST:
            return whole
        items = whole if isinstance(whole, list) and whole else ["element 1"] if whole in (ABSENT, []) else [whole]
        return (items * (part // len(items) + 1))[:part]

    def __str__(self) -> str:
        return "(length)"


_BY_TYPE: Final[dict[Json, Json]] = {
    "string": "text",
    "number": 1,
    "boolean": True,
    "null": None,
    "array": ["element 1"],
    "object": {"key": "value"},
}


@dataclass(frozen=True, slots=True)
class _Type:
    """The name of a value's type, as JSONata's ``$type`` gives it."""

    def view(self, whole: Value) -> Value:
        return next((name for name, sample in _BY_TYPE.items() if type(sample) is type(whole)), ABSENT)

    def back(self, whole: Value, part: Value) -> Value:
        return _BY_TYPE.get(part, whole) if isinstance(part, str) else whole

    def __str__(self) -> str:
        return "(type)"


@dataclass(frozen=True, slots=True)
class _Present:
    """Whether a value is there."""

    def view(self, whole: Value) -> Value:
        return whole is not ABSENT

    def back(self, whole: Value, part: Value) -> Value:
        if part is not True:
            return ABSENT
        return "present" if whole is ABSENT else whole

    def __str__(self) -> str:
        return "(present)"


@dataclass(frozen=True, slots=True)
class Item:
    """What JSONata's ``[index]`` selects, which of a single value is that value itself."""

    index: int

    def view(self, whole: Value) -> Value:
        if not isinstance(whole, list):
            return whole if self.index in (0, -1) else ABSENT
        return whole[self.index] if -len(whole) <= self.index < len(whole) else ABSENT

    def back(self, whole: Value, part: Value) -> Value:
        if not isinstance(whole, list) and self.index in (0, -1):
            return part
        items = whole if isinstance(whole, list) else [] if whole is ABSENT else [whole]
        return _put_item(items, self.index, (), part)

    def __str__(self) -> str:
        return str(self.index)


@dataclass(frozen=True, slots=True)
class Split:
    """A text as the parts between the separators."""

    separator: str

    def view(self, whole: Value) -> Value:
        return whole.split(self.separator) if isinstance(whole, str) and self.separator else ABSENT

    def back(self, whole: Value, part: Value) -> Value:
        if not isinstance(part, list) or not self.separator:
            return whole
        return self.separator.join(str(piece) for piece in part)

    def __str__(self) -> str:
        return "(split)"


@dataclass(frozen=True, slots=True)
class Offset:
    """The value plus a number."""

    by: float

    def view(self, whole: Value) -> Value:
        return whole + self.by if isinstance(whole, int | float) else ABSENT

    def back(self, whole: Value, part: Value) -> Value:
        return part - self.by if isinstance(part, int | float) and not isinstance(part, bool) else part

    def __str__(self) -> str:
        return f"(plus {self.by})"


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome of a comparison: values that make it true and false."""

    true: Json
    false: Json

    def view(self, whole: Value) -> Value:
        return ABSENT if whole is ABSENT else bool(whole == self.true)

    def back(self, whole: Value, part: Value) -> Value:
        return self.true if part is True else self.false if part is False else whole

    def __str__(self) -> str:
        return "(compared)"


PARSED: Final = _Parsed()
DECODED: Final = _Decoded()
LENGTH: Final = _Length()
TYPE: Final = _Type()
PRESENT: Final = _Present()

Step = str | int | Any_ | Lens
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """``task`` is None for the machine's input. ``turn``: which of the task's answers. An error is an object with
    ``Error`` and ``Cause``, as a catcher sees it."""

    task: str | None
    where: Steps
    turn: int = 0
    error: bool = False

    def __str__(self) -> str:
        owner = "the input" if self.task is None else f"the {'error' if self.error else 'result'} of {self.task}"
        return f"{'.'.join('*' if step is ANY else str(step) for step in self.where) or 'all'} of {owner}"


def number_of(step: Step) -> int | None:
    """Which item of an array the step selects, if it is just one."""
    return step.index if isinstance(step, Item) else step if isinstance(step, int) else None


def into_array(steps: Steps) -> tuple[int | None, Steps]:
    """Which item is meant (None: all), and the steps inside it. In JSONata a name is looked for in all items."""
    if steps and (steps[0] is ANY or number_of(steps[0]) is not None):
        return number_of(steps[0]), steps[1:]
    return None, steps


def name_of(steps: Steps) -> str:
    """The last name among the steps."""
    return next((step for step in reversed(steps) if isinstance(step, str)), "value")


def found_at(whole: Value, where: Steps) -> list[Value]:
    """What lies there: several values if the way leads through the items of an array."""
    if not where:
        return [whole]
    step, rest = where[0], where[1:]
    if isinstance(step, str):
        if isinstance(whole, list) and whole:
            return [value for item in whole for value in found_at(item, where)]
        return found_at(whole.get(step, ABSENT) if isinstance(whole, dict) else ABSENT, rest)
    if isinstance(step, Any_) and isinstance(whole, list):
        return [value for item in whole for value in found_at(item, rest)]
    if isinstance(step, int) and isinstance(whole, list):
        return found_at(whole[step] if -len(whole) <= step < len(whole) else ABSENT, rest)
    if isinstance(step, int | Any_):
        return found_at(ABSENT, rest)
    return found_at(step.view(whole), rest)


def values_at(scenario: Scenario, place: Place) -> list[Value]:
    """What the scenario has there now, in the answer of the place's turn."""
    if place.task is None:
        return found_at(scenario.input, place.where)
    script = scenario.scripts.get(place.task, (Result({}),))
    return _found_in(script[min(place.turn, len(script) - 1)], place)


def _found_in(answer: TaskAnswer, place: Place) -> list[Value]:
    match answer:
        case Result(value) if not place.error:
            return found_at(value, place.where)
        case Error(error, cause) if place.error:
            return found_at({"Error": error, "Cause": cause}, place.where)
        case _:
            return []


def put(whole: Value, where: Steps, value: Value) -> Value:
    """The whole with the value there, and with what has to be around it. Nothing is changed in place."""
    if not where:
        return value
    step, rest = where[0], where[1:]
    if isinstance(step, str):
        if isinstance(whole, list) and whole:
            return [put(item, where, value) for item in whole]
        members = dict(whole) if isinstance(whole, dict) else {}
        below = put(members.get(step, ABSENT), rest, value)
        if below is ABSENT:
            members.pop(step, None)
        else:
            members[step] = below
        return members
    if isinstance(step, int):
        return _put_item(whole if isinstance(whole, list) else [], step, rest, value)
    if isinstance(step, Any_):
        items = whole if isinstance(whole, list) and whole else [ABSENT, ABSENT]
        return [item for item in (put(item, rest, value) for item in items) if item is not ABSENT]
    return step.back(whole, put(step.view(whole), rest, value))


def _put_item(items: list[Json], index: int, rest: Steps, value: Value) -> Json:
    if abs(index) > _LONGEST:
        return items
    position = index if index >= 0 else max(len(items) + index, 0)
    filler = items[-1] if items else put(ABSENT, rest, value)
    longer = items + [filler] * (position + 1 - len(items))
    changed = put(longer[position], rest, value)
    return longer[:position] + ([] if changed is ABSENT else [changed]) + longer[position + 1 :]


def put_at(scenario: Scenario, place: Place, value: Value, *, every_turn: bool) -> Scenario:
    """``every_turn``: in all the answers of the task, not only in the one of the place's turn."""
    if place.task is None:
        changed = put(scenario.input, place.where, value)
        return replace(scenario, input={} if changed is ABSENT else changed)
    script = scenario.scripts.get(place.task, (Result({}),))
    if every_turn:
        script = tuple(_changed(answer, place, value) for answer in script)
    else:
        answers = script + script[-1:] * (place.turn + 1 - len(script))
        later = answers[place.turn + 1 :] or script[-1:]
        script = (*answers[: place.turn], _changed(answers[place.turn], place, value), *later)
    return replace(scenario, scripts={**scenario.scripts, place.task: script})


def put_where_wanting(
    scenario: Scenario, place: Place, value: Value, served: Callable[[Sequence[Value]], bool]
) -> Scenario:
    """In the input, or in all answers of the task that do not serve already: what decides a turn is left alone."""
    if place.task is None:
        return put_at(scenario, place, value, every_turn=True)
    script = tuple(
        answer if served(_found_in(answer, place)) else _changed(answer, place, value)
        for answer in scenario.scripts.get(place.task, (Result({}),))
    )
    return replace(scenario, scripts={**scenario.scripts, place.task: script})


def _changed(answer: TaskAnswer, place: Place, value: Value) -> TaskAnswer:
    match answer:
        case Result(result) if not place.error:
            changed = put(result, place.where, value)
            return Result({} if changed is ABSENT else changed)
        case Error(error, cause) if place.error:
            output = put({"Error": error, "Cause": cause}, place.where, value)
            return Error(output.get("Error"), output.get("Cause")) if isinstance(output, dict) else answer
        case _:
            return answer
