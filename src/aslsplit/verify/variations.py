"""Scenarios beside those that were found: what coverage does not see."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aslsplit.asl.model import State, StateType
from aslsplit.asl.source import Json
from aslsplit.interpreter import Error, Result, TaskAnswer, TimedOut
from aslsplit.verify.failures import UNFORESEEN
from aslsplit.verify.places import ABSENT, LENGTH, Place, Steps, put_at, values_at
from aslsplit.verify.scenario import Scenario

__all__ = ["variations"]

_MOST_MIXTURES = 1_000


def variations(
    scenarios: Sequence[Scenario], reached: Mapping[str, Scenario], states: Mapping[str, State], seed: int
) -> Iterator[Scenario]:
    """Errors nobody expects, absent fields, other lengths of arrays, more rounds, mixtures: of each kind one in turn.

    ``reached`` leads each state to a scenario that comes there.
    """
    chance = random.Random(seed)
    kinds = [
        _errors(reached, states),
        _absences(scenarios, chance),
        _lengths(scenarios, chance),
        _rounds(scenarios),
        _mixtures(scenarios, chance),
    ]
    while kinds:
        for kind in list(kinds):
            scenario = next(kind, None)
            if scenario is None:
                kinds.remove(kind)
            else:
                yield scenario


def _errors(reached: Mapping[str, Scenario], states: Mapping[str, State]) -> Iterator[Scenario]:
    for cause in ("nobody knows this error", None):
        for name, base in reached.items():
            if states[name].type is StateType.TASK:
                yield _answering(base, name, Error(UNFORESEEN, cause), f"{name} fails as nobody expects")
    for name, base in reached.items():
        if "TimeoutSeconds" in states[name].body or "TimeoutSecondsPath" in states[name].body:
            yield _answering(base, name, TimedOut(), f"{name} takes too long")


def _answering(base: Scenario, task: str, answer: TaskAnswer, why: str) -> Scenario:
    return replace(base, scripts={**base.scripts, task: (answer,)}, why=why)


def _absences(scenarios: Sequence[Scenario], chance: random.Random) -> Iterator[Scenario]:
    for scenario in scenarios:
        places = [place for place, _ in _places(scenario)]
        chance.shuffle(places)
        for place in places[:12]:
            yield replace(put_at(scenario, place, ABSENT, every_turn=True), why=f"without {place}")


def _lengths(scenarios: Sequence[Scenario], chance: random.Random) -> Iterator[Scenario]:
    lengths = (0, 1, 3)
    for scenario in scenarios:
        arrays = [place for place, value in _places(scenario) if isinstance(value, list)]
        chance.shuffle(arrays)
        for place in arrays[:4]:
            for length in lengths:
                measured = replace(place, where=(*place.where, LENGTH))
                changed = put_at(scenario, measured, length, every_turn=True)
                yield replace(changed, why=f"{length} items in {place}")


def _rounds(scenarios: Sequence[Scenario]) -> Iterator[Scenario]:
    """What a task answered before it answered otherwise, answered again and again."""
    for scenario in scenarios:
        for task, script in scenario.scripts.items():
            if len(script) > 1 and isinstance(script[0], Result):
                yield replace(
                    scenario, scripts={**scenario.scripts, task: script[:1] * 2 + script}, why=f"{task} takes longer"
                )


def _mixtures(scenarios: Sequence[Scenario], chance: random.Random) -> Iterator[Scenario]:
    """The answers and the input of two scenarios, and values that are swapped among them."""
    for _ in range(_MOST_MIXTURES if scenarios else 0):
        one, other = chance.choice(scenarios), chance.choice(scenarios)
        scripts = {
            task: chance.choice((script, other.scripts.get(task, script))) for task, script in one.scripts.items()
        }
        mixed = Scenario(chance.choice((one.input, other.input)), scripts, "a mixture")
        places = [place for place, _ in _places(mixed)]
        for place in chance.sample(places, k=min(2, len(places))):
            values = values_at(chance.choice(scenarios), place)
            if values and values[0] is not ABSENT:
                mixed = put_at(mixed, place, values[0], every_turn=chance.random() < 0.5)
        yield mixed


def _places(scenario: Scenario) -> list[tuple[Place, Json]]:
    """Every place that could be changed, with what is there; of arrays, the first item."""
    found = [(Place(None, where), value) for where, value in _members(scenario.input, ())]
    for task, script in scenario.scripts.items():
        if isinstance(script[-1], Result):
            turn = len(script) - 1
            found += [(Place(task, where, turn), value) for where, value in _members(script[-1].value, ())]
    return found


def _members(value: Json, where: Steps) -> Iterator[tuple[Steps, Json]]:
    if where:
        yield where, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _members(member, (*where, key))
    elif isinstance(value, list) and value:
        yield from _members(value[0], (*where, 0))
