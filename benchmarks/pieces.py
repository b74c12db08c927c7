"""Definitions as pieces of a larger one: renamed, moved to a field of the document, led on, made to say nothing."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping

from aslsplit.asl.source import Json

Made = tuple[Json, tuple[frozenset[str], ...]]
"""A definition, and the states of its top scope that each of the parts became."""


def reached_from(start: str, states: Mapping[str, Json]) -> set[str]:
    seen, pending = {start}, [start]
    while pending:
        for target in _targets(states[pending.pop()]):
            if target in states and target not in seen:
                seen.add(target)
                pending.append(target)
    return seen


def _targets(body: Json) -> Iterator[str]:
    for holder in (body, *body.get("Choices", ()), *body.get("Catch", ())):
        yield from (holder[key] for key in ("Next", "Default") if key in holder)


def redirected(body: Json, where: Mapping[str, str]) -> Json:
    body = copy.deepcopy(body)
    for holder in (body, *body.get("Choices", ()), *body.get("Catch", ())):
        for key in ("Next", "Default"):
            if key in holder:
                holder[key] = where.get(holder[key], holder[key])
    return body


def leading_to(piece: Mapping[str, Json], after: str) -> dict[str, Json]:
    """A part whose ends lead on; a Succeed becomes a Pass that does nothing."""
    found: dict[str, Json] = {}
    for name, body in piece.items():
        body = dict(body)
        if body.pop("End", False):
            body["Next"] = after
        if body["Type"] == "Succeed":
            body = {**{k: v for k, v in body.items() if k in ("Comment",)}, "Type": "Pass", "Next": after}
        found[name] = body
    return found


def cut_to_length(text: str) -> str:
    return text[:78]


def renamed(definition: Json, prefix: str, field: str | None = None) -> tuple[str, dict[str, Json]]:
    """The start and the states of a part, with prefixed names, and on a field of the document if one is named."""
    states = {cut_to_length(prefix + name): _prefixed(body, prefix) for name, body in definition["States"].items()}
    if field is not None:
        states = {name: _on_field(body, field) for name, body in states.items()}
    return cut_to_length(prefix + definition["StartAt"]), states


def _prefixed(body: Json, prefix: str) -> Json:
    body = copy.deepcopy(body)
    for holder in (body, *body.get("Choices", ()), *body.get("Catch", ())):
        for key in ("Next", "Default"):
            if key in holder:
                holder[key] = cut_to_length(prefix + holder[key])
    for inside in (*body.get("Branches", ()), body.get("Iterator"), body.get("ItemProcessor")):
        if isinstance(inside, dict) and "States" in inside:
            inside["StartAt"] = cut_to_length(prefix + inside["StartAt"])
            inside["States"] = {cut_to_length(prefix + n): _prefixed(b, prefix) for n, b in inside["States"].items()}
    return body


_PATHS = ("InputPath", "ResultPath", "ItemsPath", "SecondsPath", "TimestampPath", "ErrorPath", "CausePath")


def _on_field(body: Json, field: str) -> Json:
    """The state as it would work on ``$.field`` where it worked on ``$``."""

    def moved(path: str) -> str:
        return re.sub(r"(?<![$\w.\]])\$(?=[.\[,)\s]|$)", f"$.{field}", path)

    body = dict(body)
    kind = body["Type"]
    # With an InputPath the rest is relative to it, and so is OutputPath, which would have to lead back: it goes.
    body.pop("OutputPath", None)
    if kind in ("Task", "Map", "Parallel", "Pass") and body.get("InputPath", "$") is not None:
        body["InputPath"] = moved(body.get("InputPath", "$"))
    if kind in ("Task", "Map", "Parallel", "Pass") and body.get("ResultPath", "$") is not None:
        body["ResultPath"] = moved(body.get("ResultPath", "$"))
    for key in ("SecondsPath", "TimestampPath", "ErrorPath", "CausePath"):
        if isinstance(body.get(key), str):
            body[key] = moved(body[key])
    if kind == "Choice":
        body["Choices"] = _rule_on_field(body["Choices"], moved)
    if "Catch" in body:
        body["Catch"] = [{**c, "ResultPath": moved(c.get("ResultPath") or "$.error")} for c in body["Catch"]]
    return body


def _rule_on_field(value: Json, moved: Callable[[str], str]) -> Json:
    match value:
        case dict():
            return {
                key: moved(inner)
                if (key == "Variable" or key.endswith("Path")) and isinstance(inner, str)
                else _rule_on_field(inner, moved)
                for key, inner in value.items()
            }
        case list():
            return [_rule_on_field(item, moved) for item in value]
        case _:
            return value


def without_words(made: Made) -> Made:
    """Names of states, functions and fields of parts that say nothing, and no comments."""
    definition, truth = made
    names: dict[str, str] = {}

    def collect(scope: Json) -> None:
        for name, body in scope["States"].items():
            names.setdefault(name, f"S{len(names) + 1}")
            for inside in (*body.get("Branches", ()), body.get("Iterator"), body.get("ItemProcessor")):
                if isinstance(inside, dict) and "States" in inside:
                    collect(inside)

    collect(definition)
    functions: dict[str, str] = {}

    def changed(value: Json, key: str = "") -> Json:
        match value:
            case dict():
                if key == "States":
                    return {names.get(name, name): changed(body) for name, body in value.items()}
                return {name: changed(inner, name) for name, inner in value.items() if name != "Comment"}
            case list():
                return [changed(item, key) for item in value]
            case str() if key in ("Next", "Default", "StartAt"):
                return names.get(value, value)
            case str() if key in ("FunctionName", "StateMachineArn") or (
                key == "Resource" and not re.match(r"arn:[^:]*:states:", value)
            ):
                return functions.setdefault(value, f"arn:aws:lambda:eu-west-1:123456789012:function:f{len(functions)}")
            case _:
                return value

    plain = changed(definition)
    return plain, tuple(frozenset(names[name] for name in region) for region in truth)
