"""What a template gets, as values, and the template with it: nothing that was there goes."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.embedding import read_template
from aslsplit.asl.source import Json, Pointer, Source
from aslsplit.asl.yaml_reading import read_yaml_template
from aslsplit.errors import ProofError

__all__ = ["Addition", "Replacement", "value_at", "with_changes", "written_for"]


@dataclass(frozen=True, slots=True)
class Addition:
    """A member of a mapping, or the next item of a list, which comes into being with its first one."""

    pointer: Pointer
    value: Json
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """Of a value by another that says all it said."""

    pointer: Pointer
    value: Json


def with_changes(source: Source, changes: Iterable[Addition | Replacement]) -> str:
    """The text of a template with them. Raises ProofError if anything else of it would change."""
    data = copy.deepcopy(source.data)
    origins: dict[Pointer, Origin | None] = {(): Origin(source, ())}
    replaced: set[Pointer] = set()
    for change in changes:
        _put(data, change.pointer, change.value)
        if isinstance(change, Replacement):
            replaced.add(change.pointer)
        elif change.origin is not None:
            origins[change.pointer] = change.origin
    text = dump(data, origins, like=source)
    again, _ = read_template(source.name, text.encode("utf-8", "surrogatepass"))
    if again is None or not _holds(again.data, source.data, replaced, ()):
        raise ProofError(f"{source.name} would lose something of what it holds")
    return text


def _put(data: Json, pointer: Pointer, value: Json) -> None:
    *above, last = pointer
    for part, below in zip(above, pointer[1:], strict=True):
        if isinstance(data, dict) and part not in data:
            data[part] = [] if isinstance(below, int) else {}
        data = data[part]
    if isinstance(last, int) and last == len(data):
        data.append(value)
    else:
        data[last] = value


def _holds(new: Json, old: Json, replaced: set[Pointer], at: Pointer) -> bool:
    """Whether all of the old is in the new, but for what was replaced."""
    if at in replaced:
        return True
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and _holds(new[key], old[key], replaced, (*at, key)) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        pairs = enumerate(zip(new, old, strict=False))
        return len(new) >= len(old) and all(_holds(a, b, replaced, (*at, index)) for index, (a, b) in pairs)
    return type(new) is type(old) and bool(new == old)


def written_for(source: Source, made: Source, below: Sequence[str]) -> tuple[Json, Origin | None]:
    """A part of a text in YAML as it is put into the template: with its own layout if that is YAML as well, else with
    functions in the long form."""
    if source.format == "yaml":
        return value_at(made.data, below), Origin(made, tuple(below))
    return _long_form(value_at(read_yaml_template(made.text).data, below)), None


def value_at(data: Json, pointer: Sequence[str | int]) -> Json:
    for part in pointer:
        data = data[part]
    return data


def _long_form(value: Json) -> Json:
    """JSON has ``Fn::GetAtt`` as a list only."""
    match value:
        case {"Fn::GetAtt": str(target)} if len(value) == 1:
            return {"Fn::GetAtt": target.split(".", 1)}
        case dict():
            return {key: _long_form(part) for key, part in value.items()}
        case list():
            return [_long_form(part) for part in value]
        case _:
            return value
