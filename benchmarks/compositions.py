"""Monoliths whose right boundaries are known: real definitions, put together by seed.

Three shapes: parts in a chain, parts behind a Choice that joins again, parts in a loop that a Choice closes; and real
machines with another one put in the place of a state that calls a nested execution. Each part works on its own field of
the document (its paths are moved below that field, which is what a call with ``InputPath`` and ``ResultPath`` would
do), except that some parts go on with the field of the part before them. States get a prefix, so that names are unique,
or names that say nothing.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Json, read_source
from aslsplit.findings import has_errors


@dataclass(frozen=True, slots=True)
class Composition:
    """``truth`` are the regions that went in, as states of the top scope; the rest is the parent."""

    name: str
    shape: str
    definition: Json
    truth: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    definition: Json
    states: int
    calls: tuple[str, ...]
    """Top states that start a nested execution and wait for it."""


def read_machine(name: str, definition: Json) -> StateMachine | None:
    source, found = read_source(name, json.dumps(definition, indent=2).encode())
    if source is None or has_errors(found):
        return None
    machine, remarks = parse(source)
    return None if machine is None or has_errors(remarks) else machine


def parts_in(folder: Path) -> tuple[Part, ...]:
    """The JSONPath definitions that can be a part: read without errors, of 4 to 60 states."""
    found: list[Part] = []
    texts: set[str] = set()
    for path in sorted(folder.rglob("*.json")):
        try:
            definition = json.loads(path.read_bytes())
        except ValueError:
            continue
        if not isinstance(definition, dict) or "States" not in definition or "JSONata" in json.dumps(definition):
            continue
        text = json.dumps(sorted(definition["States"].items()), sort_keys=True)
        machine = read_machine(path.name, definition)
        if machine is None or text in texts:
            continue
        states = sum(len(scope.states) for scope in machine.scopes())
        ends = any(way.target is None for state in machine.top.states.values() for way in state.transitions)
        reached = _reached(machine)
        if 4 <= states <= 60 and len(machine.top.states) >= 3 and ends and len(reached) == len(machine.top.states):
            texts.add(text)
            calls = tuple(
                name
                for name, state in machine.top.states.items()
                if "startExecution.sync" in str(state.body.get("Resource"))
            )
            found.append(Part(path.relative_to(folder).as_posix(), definition, states, calls))
    return tuple(found)


def _reached(machine: StateMachine) -> set[str]:
    seen = {machine.top.start_at}
    pending = [machine.top.start_at]
    while pending:
        for way in machine.top.states[pending.pop()].transitions:
            if way.target is not None and way.target not in seen:
                seen.add(way.target)
                pending.append(way.target)
    return seen


def compositions(parts: Sequence[Part], count: int, *, neutral: bool) -> Iterator[Composition]:
    """Number n is the same on every run, whatever the count."""
    for number in range(count):
        draw = random.Random(f"composition {number}")
        hosts = [part for part in parts if part.calls]
        shape = ("chain", "branch", "loop", "chain", "nested")[number % 5]
        while True:
            made = _nested(draw, hosts, parts) if shape == "nested" and hosts else _put_together(draw, parts, shape)
            named = _neutral(made) if neutral else made
            machine = read_machine("composed", named[0])
            if machine is not None and 20 <= sum(len(scope.states) for scope in machine.scopes()) <= 300:
                yield Composition(f"{shape} {number}", shape, *named)
                break


_Made = tuple[Json, tuple[frozenset[str], ...]]


def _put_together(draw: random.Random, parts: Sequence[Part], shape: str) -> _Made:
    # Small definitions are many; two monoliths of three are made of larger ones only.
    least = draw.choice((4, 9, 17))
    pool = [part for part in parts if part.states >= least]
    chosen = draw.sample(pool, min(len(pool), draw.randint(3, 8)))
    while not 20 <= sum(part.states for part in chosen) <= 290:
        chosen = draw.sample(pool, min(len(pool), draw.randint(3, 8)))
    pieces: list[tuple[str, dict[str, Json]]] = []
    field = ""
    for number, part in enumerate(chosen, 1):
        if not field or draw.random() > 0.3:
            field = f"part{number}"
        pieces.append(_renamed(part.definition, f"{_label(part, number)} ", field))
    states: dict[str, Json] = {}
    truth = tuple(frozenset(piece) for _, piece in pieces)
    if shape == "branch":
        first, *others = pieces[:-1] if len(pieces) > 3 else pieces
        last = pieces[-1] if len(pieces) > 3 else None
        after = last[0] if last else "All Done"
        states |= _leading_to(first[1], "Which Way")
        rules = [
            {"Variable": "$.way", "StringEquals": f"way {n}", "Next": piece[0]} for n, piece in enumerate(others[1:], 1)
        ]
        states["Which Way"] = {"Type": "Choice", "Choices": rules, "Default": others[0][0]}
        if not rules:
            states["Which Way"] = {"Type": "Pass", "Next": others[0][0]}
        for piece in others:
            states |= _leading_to(piece[1], after)
        if last:
            states |= _leading_to(last[1], "All Done")
        start = first[0]
    elif shape == "loop":
        states["Begin"] = {"Type": "Pass", "Result": 0, "ResultPath": "$.round", "Next": pieces[0][0]}
        for here, there in pairwise(pieces):
            states |= _leading_to(here[1], there[0])
        states |= _leading_to(pieces[-1][1], "Next Round")
        states["Next Round"] = {
            "Type": "Pass",
            "Parameters": {"n.$": "States.MathAdd($.round, 1)"},
            "ResultPath": "$.counted",
            "Next": "Another Round",
        }
        states["Another Round"] = {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.counted.n", "NumericLessThan": 3, "Next": pieces[draw.randrange(len(pieces))][0]}
            ],
            "Default": "All Done",
        }
        start = "Begin"
    else:
        for here, there in pairwise(pieces):
            states |= _leading_to(here[1], there[0])
        states |= _leading_to(pieces[-1][1], "All Done")
        start = pieces[0][0]
    states["All Done"] = {"Type": "Succeed"}
    return {"StartAt": start, "States": states}, truth


def _nested(draw: random.Random, hosts: Sequence[Part], parts: Sequence[Part]) -> _Made:
    """What a machine calls, in the place of the call."""
    host = draw.choice(hosts)
    start, states = _renamed(host.definition, "Host ", "host")
    truth: list[frozenset[str]] = []
    size = host.states
    for number, call in enumerate(host.calls, 1):
        part = draw.choice([p for p in parts if p is not host])
        if size + part.states > 300:
            break
        size += part.states
        name = _name(f"Host {call}")
        replaced = states.pop(name)
        first, piece = _renamed(part.definition, f"{_label(part, number)} ", f"called{number}")
        after = replaced.get("Next")
        if after is None:
            states[f"After {number}"] = {"Type": "Succeed"}
            after = f"After {number}"
        # An error of the nested execution went where the call's catcher said, and now nobody catches it.
        states = {key: _redirected(body, {name: first}) for key, body in states.items()}
        start = first if start == name else start
        states |= _leading_to(piece, after)
        truth.append(frozenset(piece))
    reached = _from(start, states)
    return {"StartAt": start, "States": {k: v for k, v in states.items() if k in reached}}, tuple(truth)


def _from(start: str, states: Mapping[str, Json]) -> set[str]:
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


def _redirected(body: Json, where: Mapping[str, str]) -> Json:
    body = copy.deepcopy(body)
    for holder in (body, *body.get("Choices", ()), *body.get("Catch", ())):
        for key in ("Next", "Default"):
            if key in holder:
                holder[key] = where.get(holder[key], holder[key])
    return body


def _leading_to(piece: Mapping[str, Json], after: str) -> dict[str, Json]:
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


def _label(part: Part, number: int) -> str:
    words = re.findall(r"[A-Za-z]+", Path(part.name).name.split(".")[0].split("__")[-1])
    return "".join(word.capitalize() for word in words[:2])[:16] + str(number)


def _name(text: str) -> str:
    return text[:78]


def _renamed(definition: Json, prefix: str, field: str) -> tuple[str, dict[str, Json]]:
    """The start and the states of a part, with prefixed names, on a field of the document."""
    states = {
        _name(prefix + name): _on_field(_prefixed(body, prefix), field) for name, body in definition["States"].items()
    }
    return _name(prefix + definition["StartAt"]), states


def _prefixed(body: Json, prefix: str) -> Json:
    body = copy.deepcopy(body)
    for holder in (body, *body.get("Choices", ()), *body.get("Catch", ())):
        for key in ("Next", "Default"):
            if key in holder:
                holder[key] = _name(prefix + holder[key])
    for inside in (*body.get("Branches", ()), body.get("Iterator"), body.get("ItemProcessor")):
        if isinstance(inside, dict) and "States" in inside:
            inside["StartAt"] = _name(prefix + inside["StartAt"])
            inside["States"] = {_name(prefix + n): _prefixed(b, prefix) for n, b in inside["States"].items()}
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


def _rule_on_field(value: Json, moved: object) -> Json:
    match value:
        case dict():
            return {
                key: moved(inner)
                if (key == "Variable" or key.endswith("Path")) and isinstance(inner, str)
                else _rule_on_field(inner, moved)  # type: ignore[operator]
                for key, inner in value.items()
            }
        case list():
            return [_rule_on_field(item, moved) for item in value]
        case _:
            return value


def _neutral(made: _Made) -> _Made:
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

    neutral = changed(definition)
    return neutral, tuple(frozenset(names[name] for name in region) for region in truth)
