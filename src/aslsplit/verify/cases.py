"""Scenarios that lead a machine everywhere: into each state, along each transition, through each catcher and retry.

A search guided by coverage. It begins with everything present and every task answering, runs, looks which transition
has not been taken yet although its state was reached, and changes the values that this Choice tests, or the answer of
this Task, until it is. Then come the variations that coverage does not see: absent fields, empty and longer arrays,
errors that nobody catches, and random mixtures. The same seed gives the same scenarios.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from aslsplit.analysis.facts import Facts
from aslsplit.asl.model import State, StateType
from aslsplit.asl.source import Json, Pointer
from aslsplit.interpreter import Error, Execution, Result, TaskAnswer, TimedOut
from aslsplit.verify.choices import ABSENT, assignments
from aslsplit.verify.coverage import Coverage, Edge, Goals, covered_by, goals_of
from aslsplit.verify.scenario import Scenario, Script, play
from aslsplit.verify.skeleton import Builder, builder_of
from aslsplit.verify.vocabulary import Vocabulary, vocabulary_of

__all__ = ["Cases", "cases_of"]

_STEPS = 600
_TRIES_PER_GOAL = 24


@dataclass(frozen=True, slots=True)
class Cases:
    """``coverage`` is what the scenarios reach of ``goals`` on the machine they were made for."""

    scenarios: tuple[Scenario, ...]
    goals: Goals
    coverage: Coverage
    seed: int

    @property
    def missed_states(self) -> frozenset[str]:
        return self.goals.states - self.coverage.states

    @property
    def missed_edges(self) -> frozenset[Edge]:
        return self.goals.edges - self.coverage.edges


def cases_of(facts: Facts, *, limit: int = 200, seed: int = 0) -> Cases:
    """At most ``limit`` scenarios for the machine, those that add coverage first."""
    vocabulary = vocabulary_of(facts.machine)
    search = _Search(facts, builder_of(facts, vocabulary), vocabulary, limit)
    search.attempt(search.beginning())
    search.cover()
    kept = list(search.scenarios)
    for scenario in search.variations(random.Random(seed)):
        if len(kept) >= limit:
            break
        kept.append(scenario)
    return Cases(tuple(kept[:limit]), search.goals, search.coverage, seed)


@dataclass
class _Search:
    """``reached`` leads each state to a scenario that comes there. ``tried`` keeps from running one twice."""

    facts: Facts
    builder: Builder
    vocabulary: Vocabulary
    limit: int
    scenarios: list[Scenario] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    reached: dict[str, Scenario] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        machine = self.facts.machine
        self.goals = goals_of(machine)
        self.states: dict[str, State] = {n: s for scope in machine.scopes() for n, s in scope.states.items()}
        self.types = {name: state.type for name, state in self.states.items()}

    def beginning(self) -> Scenario:
        scripts: dict[str, Script] = {}
        for scope in self.facts.machine.scopes():
            for state in scope.states.values():
                if state.type is StateType.TASK or (state.type is StateType.MAP and "ItemReader" in state.body):
                    scripts[state.name] = (Result(self.builder.result(self.facts.of(scope), state)),)
        return Scenario(self.builder.input(), scripts, "everything is there and every task answers")

    def attempt(self, scenario: Scenario) -> bool:
        """Run it; keep it if it reaches something new."""
        key = repr((scenario.input, scenario.scripts))
        if key in self.tried:
            return False
        self.tried.add(key)
        execution = play(self.facts.machine.source.data, scenario, budget=_STEPS)
        found = covered_by(self.types, execution)
        for name in found.states:
            self.reached.setdefault(name, scenario)
        if execution.status == "ABORTED" or not found.adds_to(self.coverage):
            return False
        self.coverage |= found
        self.scenarios.append(scenario)
        return True

    def cover(self) -> None:
        order = {name: position for position, name in enumerate(self.states)}
        progress = True
        while progress and len(self.scenarios) < self.limit:
            progress = False
            missing = sorted(
                self.goals.edges - self.coverage.edges, key=lambda edge: (order[edge[0]], str(edge[1]), edge[2])
            )
            for edge in missing:
                if edge[0] in self.reached and edge not in self.coverage.edges:
                    progress |= self._reach(edge, self.proposals(edge))
            for name in sorted(self.goals.retries - self.coverage.retries, key=order.__getitem__):
                if name in self.reached:
                    progress |= sum(self.attempt(scenario) for scenario in self.retries(name)) > 0

    def _reach(self, edge: Edge, proposals: Iterable[Scenario]) -> bool:
        progress = False
        for count, scenario in enumerate(proposals):
            progress |= self.attempt(scenario)
            if edge in self.coverage.edges or count >= _TRIES_PER_GOAL:
                break
        return progress

    def proposals(self, edge: Edge) -> Iterator[Scenario]:
        source, target, kind = edge
        state, base = self.states[source], self.reached[source]
        why = f"{source} → {target or 'end'}"
        if kind == "catch":
            for position, catcher in enumerate(state.body.get("Catch") or ()):
                if catcher.get("Next") == target:
                    names = catcher.get("ErrorEquals") or ["States.ALL"]
                    yield from self._failing(base, state, names, f"{why} by catcher {position}")
        elif state.type is StateType.CHOICE:
            for wanted in assignments(state, target):
                yield from self._placed(base, wanted, why)
            yield from self._guessed(base, state, why)
        else:
            # A Task that has only failed so far, or a state inside a loop that has not ended.
            yield from self._mended(base, why)

    def retries(self, name: str) -> Iterator[Scenario]:
        base, state = self.reached[name], self.states[name]
        for retrier in state.body["Retry"]:
            for task in self._tasks_in(state):
                script = base.scripts.get(task, (Result({}),))
                answer = _failure(retrier.get("ErrorEquals") or ["States.ALL"])
                yield _scripted(base, task, (answer, *script), f"{name} is tried again")

    def _tasks_in(self, state: State) -> Iterator[str]:
        if state.type is StateType.TASK or "ItemReader" in state.body:
            yield state.name
        for scope in state.scopes:
            for inner in scope.states.values():
                yield from self._tasks_in(inner)

    def _failing(self, base: Scenario, state: State, names: Sequence[str], why: str) -> Iterator[Scenario]:
        attempts = 1 + sum(min(int(r.get("MaxAttempts", 3)), 12) for r in state.body.get("Retry") or ())
        for name in names:
            for task in self._tasks_in(state):
                inner = self.states[task].body.get("Retry") or ()
                times = attempts * (1 + sum(min(int(r.get("MaxAttempts", 3)), 12) for r in inner))
                script = (_failure([name]),) * min(times, 200) + base.scripts.get(task, ())
                yield _scripted(base, task, script, why)

    def _placed(self, base: Scenario, wanted: Mapping[str, Json], why: str) -> Iterator[Scenario]:
        """The values a Choice asks for, put wherever a value of that name comes from."""
        everywhere = base
        for path, value in wanted.items():
            for place in self._places(everywhere, path):
                everywhere = _put(everywhere, place, value, visits=None)
        yield replace(everywhere, why=why)
        for visits in (None, 1, 2):
            for path, value in wanted.items():
                others = {other: v for other, v in wanted.items() if other != path}
                for place in self._places(base, path)[:6]:
                    scenario = _put(base, place, value, visits)
                    for other, v in others.items():
                        for where in self._places(base, other)[:1]:
                            scenario = _put(scenario, where, v, visits)
                    yield replace(scenario, why=why)

    def _guessed(self, base: Scenario, state: State, why: str) -> Iterator[Scenario]:
        """Each value that anything of this name is compared with."""
        paths = [path for rule in state.body.get("Choices") or () for path in _variables(rule)]
        for path in dict.fromkeys(paths):
            for name in self.vocabulary.names_like(path.rsplit(".", 1)[-1]):
                for value in self.vocabulary.values.get(name, ()):
                    scenario = base
                    for place in self._places(base, path):
                        scenario = _put(scenario, place, value, visits=None)
                    yield replace(scenario, why=why)

    def _mended(self, base: Scenario, why: str) -> Iterator[Scenario]:
        beginning = self.beginning()
        yield replace(base, scripts={**base.scripts, **beginning.scripts}, why=why)
        for scenario in self.scenarios[-6:]:
            yield replace(base, scripts={**base.scripts, **scenario.scripts}, why=why)

    def _places(self, scenario: Scenario, path: str) -> list[_Place]:
        """Where a value that is read at ``path`` may come from, likeliest first."""
        names = [part for part in path.replace("[", ".").replace("'", "").replace("]", "").split(".")[1:] if part]
        fields = [name for name in names if not name.lstrip("-").isdigit()]
        if not fields:
            return []
        found: list[_Place] = []
        for name in self.vocabulary.names_like(fields[-1]):
            for task, script in scenario.scripts.items():
                for answer in script:
                    if isinstance(answer, Result):
                        found += [_Place(task, where) for where in _named(answer.value, name)]
            found += [_Place(None, where) for where in _named(scenario.input, name)]
        for task in scenario.scripts:
            result = self.states[task].body.get("ResultPath")
            if (
                isinstance(result, str)
                and path.startswith(f"{result}.")
                and "ResultSelector" not in self.states[task].body
            ):
                found.append(_Place(task, tuple(path[len(result) + 1 :].split("."))))
        if path.startswith("$."):
            found.append(_Place(None, tuple(names)))
        return list(dict.fromkeys(found))

    def variations(self, chance: random.Random) -> Iterator[Scenario]:
        """What coverage does not see, taken in turn so that a small limit gets some of each."""
        kinds = [self._errors(), self._absences(chance), self._lengths(), self._mixtures(chance)]
        while kinds:
            for kind in list(kinds):
                scenario = next(kind, None)
                if scenario is None:
                    kinds.remove(kind)
                elif play_ends(self.facts, scenario):
                    yield scenario

    def _errors(self) -> Iterator[Scenario]:
        for name, state in self.states.items():
            if state.type is StateType.TASK and name in self.reached:
                base = self.reached[name]
                answers: list[TaskAnswer] = [Error("Unforeseen", "nobody knows this error"), Error("Unforeseen", None)]
                answers += [TimedOut()] if "TimeoutSeconds" in state.body else []
                for answer in answers:
                    yield _scripted(base, name, (answer,), f"{name} fails as nobody expects")

    def _absences(self, chance: random.Random) -> Iterator[Scenario]:
        for scenario in list(self.scenarios):
            places = [_Place(None, where) for where in _all_places(scenario.input)]
            for task, script in scenario.scripts.items():
                if isinstance(script[-1], Result):
                    places += [_Place(task, where) for where in _all_places(script[-1].value)]
            chance.shuffle(places)
            for place in places[:12]:
                yield replace(_put(scenario, place, ABSENT, None), why=f"{place} is absent")

    def _lengths(self) -> Iterator[Scenario]:
        for scenario in list(self.scenarios):
            for where, array in _arrays(scenario.input):
                for length in (0, 1, 3):
                    changed = (array * 3)[:length]
                    yield replace(_put(scenario, _Place(None, where), changed, None), why=f"an array of {length}")

    def _mixtures(self, chance: random.Random) -> Iterator[Scenario]:
        for _ in range(self.limit * 4):
            one, other = chance.choice(self.scenarios), chance.choice(self.scenarios)
            scripts = {
                task: chance.choice((script, other.scripts.get(task, script))) for task, script in one.scripts.items()
            }
            mixed = Scenario(chance.choice((one.input, other.input)), scripts, "a mixture")
            for place in chance.sample(list(_all_places(mixed.input)), k=min(2, len(list(_all_places(mixed.input))))):
                values = self.vocabulary.values.get(str(place[-1]), ()) if place else ()
                if values:
                    mixed = _put(mixed, _Place(None, place), chance.choice(values), None)
            yield mixed


def play_ends(facts: Facts, scenario: Scenario) -> bool:
    execution: Execution = play(facts.machine.source.data, scenario, budget=_STEPS)
    return execution.status != "ABORTED"


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the input, or in the results of a task."""

    task: str | None
    where: Pointer

    def __str__(self) -> str:
        owner = "input" if self.task is None else f"result of {self.task}"
        return f"{'.'.join(map(str, self.where))} of the {owner}"


def _put(scenario: Scenario, place: _Place, value: object, visits: int | None) -> Scenario:
    """``visits``: only in the first so many answers; None in all of them."""
    if place.task is None:
        return replace(scenario, input=_changed(scenario.input, place.where, value))
    script = scenario.scripts.get(place.task, (Result({}),))
    changed = tuple(
        Result(_changed(answer.value, place.where, value)) if isinstance(answer, Result) else answer
        for answer in script
    )
    if visits is not None:
        changed = changed[:1] * visits + script
    return replace(scenario, scripts={**scenario.scripts, place.task: changed})


def _changed(root: Json, where: Pointer, value: object) -> Json:
    if not where:
        return {} if value is ABSENT else value
    result = copy.deepcopy(root)
    holder = result
    for part in where[:-1]:
        if isinstance(holder, list) and isinstance(part, int) and part < len(holder):
            holder = holder[part]
            continue
        if not isinstance(holder, dict):
            return result
        if not isinstance(holder.get(str(part)), (dict, list)):
            holder[str(part)] = {}
        holder = holder[str(part)]
    last = where[-1]
    if isinstance(holder, dict):
        if value is ABSENT:
            holder.pop(str(last), None)
        else:
            holder[str(last)] = value
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        holder[last] = None if value is ABSENT else value
    return result


def _scripted(base: Scenario, task: str, script: Script, why: str) -> Scenario:
    return replace(base, scripts={**base.scripts, task: script}, why=why)


def _failure(names: Sequence[str]) -> TaskAnswer:
    match names[0]:
        case "States.ALL" | "States.TaskFailed":
            return Error("Unexpected", "made up")
        case "States.Timeout" | "States.HeartbeatTimeout":
            return TimedOut()
        case name:
            return Error(name, "made up")


def _variables(rule: Json) -> Iterator[str]:
    if isinstance(rule, dict):
        if isinstance(rule.get("Variable"), str):
            yield rule["Variable"]
        for key in ("And", "Or"):
            for operand in rule.get(key) or ():
                yield from _variables(operand)
        yield from _variables(rule.get("Not"))


def _named(value: Json, name: str, where: Pointer = ()) -> Iterator[Pointer]:
    """The places of members of this name."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == name:
                yield (*where, key)
            yield from _named(member, name, (*where, key))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _named(member, name, (*where, position))


def _all_places(value: Json, where: Pointer = ()) -> Iterator[Pointer]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield (*where, key)
            yield from _all_places(member, (*where, key))
    elif isinstance(value, list) and value:
        yield from _all_places(value[0], (*where, 0))


def _arrays(value: Json, where: Pointer = ()) -> Iterator[tuple[Pointer, list[Json]]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _arrays(member, (*where, key))
    elif isinstance(value, list) and value:
        yield where, value
        yield from _arrays(value[0], (*where, 0))
