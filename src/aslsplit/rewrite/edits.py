"""Changes to a definition as data: what a plan does to the parent and to a state that moves."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from aslsplit.asl.source import Json, Pointer

__all__ = ["AddStates", "Edit", "RemoveState", "ReplaceField", "SetValue", "apply", "part_at", "value_at"]


@dataclass(frozen=True, slots=True)
class RemoveState:
    """``scope`` leads to the object that holds ``States``."""

    scope: Pointer
    name: str


@dataclass(frozen=True, slots=True)
class AddStates:
    """The states take the place where the state ``at`` stands, ahead of it."""

    scope: Pointer
    at: str
    states: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class SetValue:
    """Another value at the same place: a transition's target, a rewritten reference."""

    pointer: Pointer
    value: Json


@dataclass(frozen=True, slots=True)
class ReplaceField:
    """One field gives way to another at its place among the fields: ``"End": true`` to ``"Next": …``.

    With ``field`` None the new one is put last; with ``key`` None the old one just goes.
    """

    pointer: Pointer
    field: str | None
    key: str | None
    value: Json = None


Edit = RemoveState | AddStates | SetValue | ReplaceField


def apply(definition: Json, edits: Iterable[Edit]) -> Json:
    """A new definition. Values are set first, then states are added and removed, so pointers mean the old places."""
    result = copy.deepcopy(definition)
    later: list[RemoveState | AddStates] = []
    for edit in edits:
        match edit:
            case SetValue(pointer, value):
                value_at(result, pointer[:-1])[pointer[-1]] = value
            case ReplaceField(pointer, field, key, value):
                body = value_at(result, pointer)
                fields = [(key, value) if name == field else (name, old) for name, old in body.items()]
                if field is None:
                    fields.append((key, value))
                body.clear()
                body.update((name, held) for name, held in fields if name is not None)
            case RemoveState() | AddStates():
                later.append(edit)
            case _ as unreachable:
                assert_never(unreachable)
    for edit in sorted(later, key=lambda edit: isinstance(edit, RemoveState)):
        states = value_at(result, (*edit.scope, "States"))
        if isinstance(edit, RemoveState):
            del states[edit.name]
        else:
            entries = [(name, body) for name, body in states.items()]
            position = next(index for index, (name, _) in enumerate(entries) if name == edit.at)
            entries[position:position] = edit.states.items()
            states.clear()
            states.update(entries)
    return result


def value_at(value: Json, pointer: Pointer) -> Json:
    for part in pointer:
        value = value[part]
    return value


def part_at(value: Json, pointer: Pointer) -> Json:
    """The same where somebody may have taken it out since: None.

    >>> part_at({"a": [1]}, ("a", 0)), part_at({"a": [1]}, ("a", 1)), part_at({"a": [1]}, ("b", "c"))
    (1, None, None)
    """
    for part in pointer:
        is_item = isinstance(value, list) and isinstance(part, int) and part < len(value)
        value = value[part] if is_item or (isinstance(value, dict) and part in value) else None
    return value
