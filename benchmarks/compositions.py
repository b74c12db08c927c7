"""Monoliths whose right boundaries are known: real definitions, put together by seed.

Three shapes: parts in a chain, parts behind a Choice that joins again, parts in a loop that a Choice closes; and real
machines with any other one put in the place of a state that calls a nested execution (``families`` has the real ones).
Each part works on its own field of the document (its paths are moved below that field, which is what a call with
``InputPath`` and ``ResultPath`` would do), except that some parts go on with the field of the part before them. States
get a prefix, so that names are unique, or names that say nothing.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pieces import Made, cut_to_length, leading_to, reached_from, redirected, renamed, without_words

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
        shape = ("chain", "branch", "loop", "chain", "substitute")[number % 5]
        while True:
            if shape == "substitute" and hosts:
                made = _with_substitutes(draw, hosts, parts)
            else:
                some = _many(draw, parts) if number % 11 == 4 else _few(draw, parts)
                made = _put_together(draw, some, shape)
            named = without_words(made) if neutral else made
            machine = read_machine("composed", named[0])
            if machine is not None and 20 <= sum(len(scope.states) for scope in machine.scopes()) <= 300:
                yield Composition(f"{shape} {number}", shape, *named)
                break


def _few(draw: random.Random, parts: Sequence[Part]) -> Sequence[Part]:
    """Three to eight."""
    # Small definitions are many; two monoliths of three are made of larger ones only.
    least = draw.choice((4, 9, 17))
    pool = [part for part in parts if part.states >= least]
    chosen = draw.sample(pool, min(len(pool), draw.randint(3, 8)))
    while not 20 <= sum(part.states for part in chosen) <= 290:
        chosen = draw.sample(pool, min(len(pool), draw.randint(3, 8)))
    return chosen


def _many(draw: random.Random, parts: Sequence[Part]) -> Sequence[Part]:
    """As many as it takes to the upper end of the range, which eight real definitions do not come near."""
    pool = [part for part in parts if part.states >= 9]
    size = draw.randint(190, 270)
    chosen: list[Part] = []
    for part in draw.sample(pool, len(pool)):
        if sum(one.states for one in chosen) < size and part.states < 290 - size:
            chosen.append(part)
    return chosen


def _put_together(draw: random.Random, chosen: Sequence[Part], shape: str) -> Made:
    pieces: list[tuple[str, dict[str, Json]]] = []
    field = ""
    for number, part in enumerate(chosen, 1):
        if not field or draw.random() > 0.3:
            field = f"part{number}"
        pieces.append(renamed(part.definition, f"{_label(part, number)} ", field))
    states: dict[str, Json] = {}
    truth = tuple(frozenset(piece) for _, piece in pieces)
    if shape == "branch":
        first, *others = pieces[:-1] if len(pieces) > 3 else pieces
        last = pieces[-1] if len(pieces) > 3 else None
        after = last[0] if last else "All Done"
        states |= leading_to(first[1], "Which Way")
        rules = [
            {"Variable": "$.way", "StringEquals": f"way {n}", "Next": piece[0]} for n, piece in enumerate(others[1:], 1)
        ]
        states["Which Way"] = {"Type": "Choice", "Choices": rules, "Default": others[0][0]}
        if not rules:
            states["Which Way"] = {"Type": "Pass", "Next": others[0][0]}
        for piece in others:
            states |= leading_to(piece[1], after)
        if last:
            states |= leading_to(last[1], "All Done")
        start = first[0]
    elif shape == "loop":
        states["Begin"] = {"Type": "Pass", "Result": 0, "ResultPath": "$.round", "Next": pieces[0][0]}
        for here, there in pairwise(pieces):
            states |= leading_to(here[1], there[0])
        states |= leading_to(pieces[-1][1], "Next Round")
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
            states |= leading_to(here[1], there[0])
        states |= leading_to(pieces[-1][1], "All Done")
        start = pieces[0][0]
    states["All Done"] = {"Type": "Succeed"}
    return {"StartAt": start, "States": states}, truth


def _with_substitutes(draw: random.Random, hosts: Sequence[Part], parts: Sequence[Part]) -> Made:
    """Some other machine in the place of each call."""
    host = draw.choice(hosts)
    start, states = renamed(host.definition, "Host ", "host")
    truth: list[frozenset[str]] = []
    size = host.states
    for number, call in enumerate(host.calls, 1):
        part = draw.choice([p for p in parts if p is not host])
        if size + part.states > 300:
            break
        size += part.states
        name = cut_to_length(f"Host {call}")
        replaced = states.pop(name)
        first, piece = renamed(part.definition, f"{_label(part, number)} ", f"called{number}")
        after = replaced.get("Next")
        if after is None:
            states[f"After {number}"] = {"Type": "Succeed"}
            after = f"After {number}"
        # An error of the nested execution went where the call's catcher said, and now nobody catches it.
        states = {key: redirected(body, {name: first}) for key, body in states.items()}
        start = first if start == name else start
        states |= leading_to(piece, after)
        truth.append(frozenset(piece))
    reached = reached_from(start, states)
    definition = {"StartAt": start, "States": {k: v for k, v in states.items() if k in reached}}
    return definition, tuple(region & reached for region in truth)


def _label(part: Part, number: int) -> str:
    words = re.findall(r"[A-Za-z]+", Path(part.name).name.split(".")[0].split("__")[-1])
    return "".join(word.capitalize() for word in words[:2])[:16] + str(number)
