"""What a state is apart from where it leads and what is inside it, and how alike two such bodies are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from aslsplit.asl.model import State, StateMachine
from aslsplit.asl.source import Json

__all__ = ["canonical", "entries_of", "likeness", "own_fields", "own_fields_of_machine", "plain"]


def own_fields(state: State) -> Json:
    """Without the names of other states, and without the states of its scopes. The query language is the one that
    holds here, wherever it is written."""
    own = {key: _own_field(key, value) for key, value in state.body.items() if key not in _ELSEWHERE}
    if "Branches" in own and not any(own["Branches"]):
        # How many branches there are is a matter of the scopes, and mostly nothing more is said of one.
        del own["Branches"]
    return plain(own if state.query_language == "JSONPath" else {**own, "QueryLanguage": state.query_language})


def own_fields_of_machine(machine: StateMachine) -> Json:
    return plain(_of_scope(machine.source.data))


def plain(value: Json) -> Json:
    """2.0 is 2, since JSON has one kind of number."""
    match value:
        case dict():
            return {key: plain(member) for key, member in value.items()}
        case list():
            return [plain(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def canonical(value: Json) -> str:
    """Equal for equal values, whatever the order of their fields; true is not 1."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def entries_of(value: Json) -> frozenset[str]:
    """The scalars in a value with the fields that lead to them; the place in a list does not count."""
    return frozenset(f"{path} {canonical(scalar)}" for path, scalar in _scalars(value, ""))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0, nothing in common, to 1, the same (Dice 1945)."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 1.0


_ELSEWHERE = frozenset({"Next", "End", "Default", "QueryLanguage"})


def _own_field(key: str, value: Json) -> Json:
    match key, value:
        case "Choices" | "Catch", list():
            return [_without(item, "Next") for item in value]
        case "Branches", list():
            return [_of_scope(scope) for scope in value]
        case "ItemProcessor" | "Iterator", dict():
            return _of_scope(value)
        case _:
            return value


def _of_scope(scope: Json) -> Json:
    return _without(_without(scope, "States"), "StartAt")


def _without(value: Json, key: str) -> Json:
    return {name: member for name, member in value.items() if name != key} if isinstance(value, Mapping) else value


def _scalars(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    match value:
        case dict() if value:
            for key, member in value.items():
                yield from _scalars(member, f"{path}/{key}")
        case list() if value:
            for item in value:
                yield from _scalars(item, f"{path}/*")
        case _:
            yield path, value
