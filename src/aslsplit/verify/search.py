"""The search for scenarios, guided by what they have covered so far.

An execution is *settled* first: where a state fails for want of something, that is put where it comes from, and the
machine runs again. Then, for each transition that has not been taken although its state was reached, the values that
decide are changed at their origin, or a task is made to fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from aslsplit.asl.model import State, StateMachine, StateType
from aslsplit.interpreter import Result
from aslsplit.verify.choices import assignments
from aslsplit.verify.conditions import Beside
from aslsplit.verify.coverage import Coverage, Edge, covered_by, goals_of
from aslsplit.verify.failures import failing, retrying
from aslsplit.verify.kinds import fits, sample
from aslsplit.verify.marks import marked
from aslsplit.verify.needs import Need, needs_of
from aslsplit.verify.places import ABSENT, Value, name_of, put_at, put_where_wanting, values_at
from aslsplit.verify.progress import Progress, unseen
from aslsplit.verify.scenario import Scenario, Script, play, unread
from aslsplit.verify.sources import places_of, values_seen
from aslsplit.verify.timeline import Timeline, Visit, timeline_of

__all__ = ["Search"]

_STEPS_PER_STATE = 15
_LEAST_STEPS = 150
_EFFORT = {"JSONPath": 1, "JSONata": 6}
"""How long a visit of a state takes, by query language."""
_EFFORT_PER_STATE = 1_200
_LEAST_EFFORT = 8_000
_MOST_TRIES = 40
_MOST_BASES = 4
_MOST_EXITS = 4
_MANY_ROUNDS = 5
_MOST_IDLE = 5
"""So many times in a row something may be mended without anything new being reached."""
_FOR_WANT = frozenset({"States.Runtime", "States.ParameterPathFailure", "States.QueryEvaluationError"})
"""What a state fails with where something is not there, or is not what it has to be."""


class Search:
    """``scenarios`` are those that added to ``coverage``, in the order in which they were found."""

    def __init__(self, machine: StateMachine, limit: int, progress: Progress = unseen) -> None:
        self.machine = machine
        self.limit = limit
        self.progress = progress
        self.goals = goals_of(machine)
        self.states = {name: state for scope in machine.scopes() for name, state in scope.states.items()}
        self.coverage = Coverage()
        self.scenarios: list[Scenario] = []
        self.endings: dict[str, str] = {}
        """How an execution that failed in this state explained it."""
        self.step_budget = max(_LEAST_STEPS, _STEPS_PER_STATE * len(self.states))
        """Longer executions count as endless."""
        self._definition = marked(machine.source.data)
        self._needs: dict[str, tuple[Need, ...]] = {}
        self._bases: dict[str, list[tuple[Scenario, Timeline]]] = {}
        self._seen = Coverage()
        """With what the executions without an end passed."""
        self._tried: set[str] = set()
        self._effort = 0
        """Of all executions so far."""

    def run(self) -> None:
        self.settle(Scenario(unread("input"), self._first_answers(), "everything is there and every task answers"))
        progress = True
        while progress and not self._exhausted:
            before = len(self.scenarios)
            for edge in self.missing():
                if edge not in self.coverage.edges and not self._exhausted:
                    self._try(edge, self._proposals(edge))
            for name in self.ordered(self.goals.retries - self.coverage.retries):
                for scenario, timeline in self.bases(name):
                    for proposal in retrying(scenario, timeline, self.states[name]):
                        if name not in self.coverage.retries and not self._exhausted:
                            self.settle(proposal)
            progress = len(self.scenarios) > before

    @property
    def _exhausted(self) -> bool:
        most = _LEAST_EFFORT + _EFFORT_PER_STATE * len(self.states)
        return len(self.scenarios) >= self.limit or self._effort >= most

    def bases(self, state: str) -> Sequence[tuple[Scenario, Timeline]]:
        """A few different executions that came by the state."""
        known = self._bases.get(state, [])
        if len(known) <= _MOST_BASES:
            return list(known)
        return [known[0], known[-1], *known[1 : _MOST_BASES - 1]]

    def settle(self, scenario: Scenario) -> None:
        """Run it and mend it, as long as that helps.

        If the last one that was kept failed for want of something, the one that does not is kept beside it, although
        it reaches nothing new: only there is what was wanting read, by a Fail state or in another round of a loop.
        """
        wanting = False
        complete: Scenario | None = None
        for tried, timeline, kept in self._mending(scenario):
            status = timeline.execution.status
            if kept:
                wanting, complete = timeline.execution.error in _FOR_WANT, None
            elif wanting and status != "ABORTED" and timeline.execution.error not in _FOR_WANT:
                complete = tried
        if complete is not None and len(self.scenarios) < self.limit:
            self.scenarios.append(complete)

    def _mending(self, scenario: Scenario) -> Iterator[tuple[Scenario, Timeline, bool]]:
        """Each scenario on the way, with what happened and whether it was kept."""
        idle = 0
        while idle <= _MOST_IDLE:
            key = repr((scenario.input, scenario.scripts))
            if key in self._tried or self._exhausted:
                return
            self._tried.add(key)
            timeline = timeline_of(self.states, play(self._definition, scenario, budget=self.step_budget))
            self._effort += sum(_EFFORT[visit.state.query_language] for visit in timeline.visits)
            promising = covered_by(timeline).adds_to(self._seen)
            kept = self._learn(scenario, timeline)
            yield scenario, timeline, kept
            idle = 0 if kept else idle + 1
            if promising and timeline.execution.status == "ABORTED":
                self._end(scenario, timeline)
            mended = self._mended(scenario, timeline.failed())
            if mended is None and timeline.execution.status != "ABORTED":
                mended = self._mended(scenario, timeline.visits)
            if mended is None:
                break
            scenario = mended

    def _learn(self, scenario: Scenario, timeline: Timeline) -> bool:
        """Whether the execution reached anything new. One without an end teaches the way, but is not kept."""
        found = covered_by(timeline)
        new = found.adds_to(self.coverage)
        ended = timeline.execution.status != "ABORTED"
        if found.adds_to(self._seen):
            self._seen |= found
            for name in found.states:
                self._bases.setdefault(name, []).append((scenario, timeline))
        if timeline.visits and timeline.execution.status == "FAILED":
            last = timeline.visits[-1].state.name
            self.endings[last] = f"{timeline.execution.error}: {timeline.execution.cause}"
        kept = new and ended and len(self.scenarios) < self.limit
        if kept:
            self.coverage |= found
            self.scenarios.append(scenario)
            self.progress("making scenarios", len(self.scenarios), self.limit)
        return kept

    def _end(self, scenario: Scenario, timeline: Timeline) -> None:
        """Leave the loops of an execution without an end, after one and after two rounds."""
        for name in dict.fromkeys(visit.state.name for visit in timeline.visits):
            state, visits = self.states[name], timeline.of(name)
            if state.type is not StateType.CHOICE or len(visits) < _MANY_ROUNDS:
                continue
            for visit in visits[1:3]:
                taken = visit.behind.state.name if visit.behind is not None else None
                for target in dict.fromkeys(t.target for t in state.transitions if t.target != taken):
                    for proposal in islice(_deciding(scenario, visit, target), _MOST_EXITS):
                        self.settle(replace(proposal, why=f"{name} → {target} after a few rounds"))

    def _first_answers(self) -> dict[str, Script]:
        scripts: dict[str, Script] = {}
        for name, state in self.states.items():
            if state.type is StateType.TASK:
                scripts[name] = (Result(unread(name)),)
            elif "ItemReader" in state.body:
                scripts[name] = (Result([f"{name} 1", f"{name} 2"]),)
        return scripts

    # Mending.

    def _mended(self, scenario: Scenario, visits: Iterable[Visit]) -> Scenario | None:
        """With what the states had wanted there; None if nothing can be done for them."""
        mended = scenario
        for visit in visits:
            for need in self._needs_of(visit.state):
                for place in places_of(visit, need.ref):
                    if not _served(need, values_at(mended, place)):
                        value = need.values[0] if need.values else sample(need.kind, name_of(place.where))
                        mended = put_where_wanting(mended, place, value, partial(_served, need))
        return None if mended == scenario else mended

    def _needs_of(self, state: State) -> tuple[Need, ...]:
        if state.name not in self._needs:
            self._needs[state.name] = needs_of(state)
        return self._needs[state.name]

    # Transitions.

    def missing(self) -> list[Edge]:
        order = {name: position for position, name in enumerate(self.states)}
        missing = self.goals.edges - self.coverage.edges
        return sorted(missing, key=lambda edge: (order[edge[0]], str(edge[1]), edge[2]))

    def ordered(self, names: frozenset[str]) -> list[str]:
        return [name for name in self.states if name in names]

    def _try(self, edge: Edge, proposals: Iterator[Scenario]) -> None:
        for scenario in islice(proposals, _MOST_TRIES):
            self.settle(scenario)
            if edge in self.coverage.edges or self._exhausted:
                return

    def _proposals(self, edge: Edge) -> Iterator[Scenario]:
        source, target, kind = edge
        state = self.states[source]
        why = f"{source} → {target or 'end'}"
        for scenario, timeline in self.bases(source):
            visits = timeline.of(source)
            if kind == "catch":
                for proposal in failing(scenario, visits[0], target):
                    yield replace(proposal, why=f"{why} by a catcher")
            elif state.type is StateType.CHOICE:
                for visit in _first_and_last(visits, timeline):
                    for proposal in _deciding(scenario, visit, target):
                        yield replace(proposal, why=why)
            else:
                yield replace(_answering(scenario), why=why)


def _served(need: Need, values: Sequence[Value]) -> bool:
    return all(value is not ABSENT and (fits(need.kind, value) or value in need.values) for value in values)


def _first_and_last(visits: Sequence[Visit], timeline: Timeline) -> Sequence[Visit]:
    """Of an execution without an end, only the first."""
    endless = timeline.execution.status == "ABORTED"
    return visits[:1] if endless or len(visits) == 1 else (visits[0], visits[-1])


def _deciding(scenario: Scenario, visit: Visit, target: str | None) -> Iterator[Scenario]:
    """With other values for what the Choice tests: first only for this visit, then for all."""
    for wanted in assignments(visit.state, target):
        placed = [(place, _meant(value, visit)) for ref, value in wanted.items() for place in places_of(visit, ref)]
        for every_turn in (False, True):
            changed = scenario
            for place, value in placed:
                changed = put_at(changed, place, value, every_turn=every_turn)
            yield changed


def _meant(value: Value | Beside, visit: Visit) -> Value:
    if not isinstance(value, Beside):
        return value
    seen = next(iter(values_seen(visit, value.ref)), ABSENT)
    return value.of(1 if seen is ABSENT else seen)


def _answering(scenario: Scenario) -> Scenario:
    """In which no task fails."""
    scripts = {
        task: tuple(answer for answer in script if isinstance(answer, Result)) or (Result({}),)
        for task, script in scenario.scripts.items()
    }
    return replace(scenario, scripts=scripts)
