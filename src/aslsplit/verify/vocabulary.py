"""What the values of a machine are called and what they are compared with, read off its definition.

Names stand for values: a field keeps its last name when it is copied, and where a template gives it another one the
two names are known to be the same. That is enough to guess where the value that a Choice tests comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.model import State, StateMachine
from aslsplit.asl.references import ReferenceSyntaxError, parse_expression, references_in_path, references_of
from aslsplit.asl.source import Json

__all__ = ["Vocabulary", "last_name", "vocabulary_of"]

_NUMBERS = (
    "SecondsPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
)
_BY_INTRINSIC: Mapping[str, tuple[Json, ...]] = {
    "States.StringToJson": ('{"a": 1}',),
    "States.MathAdd": (1, 2),
    "States.MathRandom": (1, 9),
    "States.ArrayLength": (["a", "b"], []),
    "States.ArrayGetItem": (["a", "b", "c"],),
    "States.ArrayContains": (["a", "b"],),
    "States.ArrayPartition": (["a", "b", "c"],),
    "States.ArrayRange": (1, 2),
    "States.ArrayUnique": (["a", "a"],),
    "States.Base64Decode": ("YWJj",),
    "States.StringSplit": ("a,b",),
    "States.JsonMerge": ({"merged": 1},),
}
_JSONATA_COMPARISON = re.compile(
    r"\$states\.(?:input|result)((?:\.[A-Za-z_]\w*)+)\s*(?:!?=|in|[<>]=?)\s*('[^']*'|\"[^\"]*\"|-?\d+(?:\.\d+)?|true|false|null)"
)
_JSONATA_PATH = re.compile(r"\$states\.(?:input|result)((?:\.[A-Za-z_]\w*)+)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``values`` by last name: what is worth trying. ``aliases``: other names of the same value. ``arrays``: names of
    what a Map iterates over. ``paths``: field paths that something reads, to build objects from."""

    values: Mapping[str, tuple[Json, ...]]
    aliases: Mapping[str, frozenset[str]]
    arrays: frozenset[str]

    def names_like(self, name: str) -> tuple[str, ...]:
        """The name and all names that a value of this name may have had before, nearest first."""
        found = [name]
        for known in found:
            found += sorted(self.aliases.get(known, frozenset()) - set(found))
        return tuple(found)


def last_name(text: str) -> str | None:
    """The last field name of a path, or None."""
    try:
        found = references_in_path(text)
    except ReferenceSyntaxError:
        return None
    names = [step for step in found[0].path.steps if isinstance(step, str)] if found else []
    return names[-1] if names else None


def vocabulary_of(machine: StateMachine) -> Vocabulary:
    values: dict[str, list[Json]] = {}
    aliases: dict[str, set[str]] = {}
    arrays: set[str] = set()
    for scope in machine.scopes():
        for state in scope.states.values():
            for name, value in _hints(state):
                known = values.setdefault(name, [])
                if value not in known or isinstance(value, bool):
                    known.append(value)
            for new, old in _renames(state.body):
                aliases.setdefault(new, set()).add(old)
            items = state.body.get("ItemsPath")
            array = last_name(items) if isinstance(items, str) else None
            arrays |= {array} if array else set()
    return Vocabulary(
        {name: tuple(known) for name, known in values.items()},
        {name: frozenset(old) for name, old in aliases.items()},
        frozenset(arrays),
    )


def _hints(state: State) -> Iterator[tuple[str, Json]]:
    body = state.body
    for key in _NUMBERS:
        yield from _of_path(body.get(key), (1, 3))
    yield from _of_path(body.get("TimestampPath"), ("2024-06-01T00:00:00Z",))
    for rule in body.get("Choices") or ():
        yield from _of_rule(rule)
    for text in _strings(body):
        if text.startswith("States."):
            yield from _of_intrinsic(text)
        elif text.startswith("{%"):
            for path, literal in _JSONATA_COMPARISON.findall(text):
                yield from ((path.rsplit(".", 1)[-1], value) for value in _around(_literal(literal)))


def _of_path(text: Json, values: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    name = last_name(text) if isinstance(text, str) else None
    if name is not None:
        yield from ((name, value) for value in values)


def _of_rule(rule: Json) -> Iterator[tuple[str, Json]]:
    if not isinstance(rule, dict):
        return
    for key in ("And", "Or"):
        for operand in rule.get(key) or ():
            yield from _of_rule(operand)
    if "Not" in rule:
        yield from _of_rule(rule["Not"])
    for operator, operand in rule.items():
        if operator not in ("Variable", "Next", "Comment", "Assign", "And", "Or", "Not"):
            yield from _of_path(rule.get("Variable"), values_for(operator, operand))
            if operator.endswith("Path") and isinstance(operand, str):
                yield from _of_path(operand, values_for(operator, operand))


def values_for(operator: str, operand: Json) -> tuple[Json, ...]:
    """Values on both sides of a comparison, the satisfying one first."""
    kind = operator.removesuffix("Path")
    if operator.endswith("Path"):
        typical: Mapping[str, tuple[Json, ...]] = {"S": ("a", "b"), "N": (1, 2, 3), "B": (True, False)}
        return typical.get(kind[:1], ("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"))
    match kind:
        case "StringMatches":
            return (str(operand).replace("\\*", "*").replace("*", "x"), "other")
        case "IsNull":
            return (None, "value") if operand else ("value", None)
        case "IsString":
            return ("text", 1) if operand else (1, "text")
        case "IsNumeric":
            return (1, "text") if operand else ("text", 1)
        case "IsBoolean":
            return (True, "text") if operand else ("text", True)
        case "IsTimestamp":
            return ("2024-01-01T00:00:00Z", "text") if operand else ("text", "2024-01-01T00:00:00Z")
        case "IsPresent":
            return ()
    if kind.startswith("Timestamp"):
        return (_beside(kind, operand, "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"), operand, "2000-01-01T00:00:00Z")
    if kind.startswith("String"):
        text = str(operand)
        return (_beside(kind, text, "", text + "~"), text, "other")
    if kind.startswith("Numeric") and isinstance(operand, (int, float)):
        return (_beside(kind, operand, operand - 1, operand + 1), operand, operand + 1, operand - 1)
    if kind.startswith("Boolean"):
        return (operand, not operand)
    return ()


def _beside(kind: str, operand: Json, less: Json, more: Json) -> Json:
    if kind.endswith("LessThan"):
        return less
    return more if kind.endswith("GreaterThan") else operand


def _of_intrinsic(text: str) -> Iterator[tuple[str, Json]]:
    try:
        expression = parse_expression(text)
    except ReferenceSyntaxError:
        return
    function = text.split("(", 1)[0]
    for reference in references_of(expression):
        names = [step for step in reference.path.steps if isinstance(step, str)]
        if names:
            inner = next((f for f in _BY_INTRINSIC if f"{f}(" in text[: reference.start][-len(f) - 2 :]), function)
            yield from ((names[-1], value) for value in _BY_INTRINSIC.get(inner, ()))


def _renames(value: Json) -> Iterator[tuple[str, str]]:
    """New and old last name, wherever a template or a JSONata object copies a field."""
    if isinstance(value, dict):
        for key, member in value.items():
            if isinstance(member, str) and key.endswith(".$"):
                old = last_name(member) if member.startswith("$") else None
                if old is not None and old != key[:-2]:
                    yield key[:-2], old
            elif isinstance(member, str) and member.startswith("{%"):
                yield from ((key, path.rsplit(".", 1)[-1]) for path in _JSONATA_PATH.findall(member))
            else:
                yield from _renames(member)
        result = value.get("ResultPath")
        if isinstance(result, str) and isinstance(value.get("InputPath"), str):
            new, old = last_name(result), last_name(value["InputPath"])
            if new and old and new != old:
                yield new, old
    elif isinstance(value, list):
        for member in value:
            yield from _renames(member)


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            if key not in ("Branches", "ItemProcessor", "Iterator"):
                yield from _strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from _strings(member)


def _literal(text: str) -> Json:
    if text[0] in "'\"":
        return text[1:-1]
    named: Mapping[str, Json] = {"true": True, "false": False, "null": None}
    if text in named:
        return named[text]
    return float(text) if "." in text else int(text)


def _around(value: Json) -> tuple[Json, ...]:
    if isinstance(value, bool):
        return (value, not value)
    if isinstance(value, (int, float)):
        return (value, value + 1, value - 1)
    return (value, "other")
