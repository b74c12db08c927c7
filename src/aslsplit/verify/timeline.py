"""An execution as visits of states: what came before each, what came behind it, and inside which other it happened.

The execution has to be one of a ``marked`` definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aslsplit.asl.model import State, TransitionKind
from aslsplit.interpreter import Execution, Step
from aslsplit.verify.marks import catcher_of

__all__ = ["Timeline", "Visit", "timeline_of"]


@dataclass(slots=True)
class Visit:
    """One visit of a state. ``before`` and ``behind`` are in the same scope; ``around`` is the visit of the Map or
    Parallel state that contains it. ``answers`` counts the answers that the task had been given there before, so it
    is the turn of the first answer to this visit; ``calls`` is how often it asked."""

    position: int
    state: State
    step: Step
    before: Visit | None = None
    behind: Visit | None = None
    around: Visit | None = None
    answers: int = 0
    calls: int = 0
    ends: dict[int, Visit] = field(default_factory=dict)
    """Of each branch or iteration inside, the last visit."""

    @property
    def turn(self) -> int:
        """Which answer counted in the end."""
        return self.answers + max(self.calls - 1, 0)

    @property
    def catcher(self) -> int | None:
        """Which catcher the state was left by."""
        return catcher_of(self.step.assigned)

    @property
    def failed(self) -> bool:
        return not self.step.left or self.catcher is not None

    @property
    def branch(self) -> int:
        """Which branch or iteration of ``around`` this is in."""
        return int(self.step.path[-1])


@dataclass(frozen=True, slots=True)
class Timeline:
    """``again`` are the states that tried again what is inside them."""

    visits: tuple[Visit, ...]
    execution: Execution
    again: frozenset[str]

    def of(self, state: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.state.name == state]

    def failed(self) -> Iterator[Visit]:
        """What did not end well, the innermost first."""
        yield from (visit for visit in reversed(self.visits) if visit.failed)


def timeline_of(states: Mapping[str, State], execution: Execution) -> Timeline:
    visits: list[Visit] = []
    latest: dict[object, Visit] = {}
    again: set[str] = set()
    for position, step in enumerate(execution.steps):
        visit = Visit(position, states[step.state], step)
        if step.path:
            visit.around = latest[step.path[:-2], step.path[-2]]
            last = visit.around.ends.get(visit.branch)
        else:
            last = latest.get(())
        if last is not None and _leads_on(last, step.state):
            visit.before, last.behind = last, visit
        elif last is not None and visit.around is not None:
            again.add(visit.around.state.name)
        if visit.around is not None:
            visit.around.ends[visit.branch] = visit
        else:
            latest[()] = visit
        latest[step.path, step.state] = visit
        visits.append(visit)
    _count_answers(visits, execution)
    return Timeline(tuple(visits), execution, frozenset(again))


def _leads_on(visit: Visit, target: str) -> bool:
    """Otherwise the scope was begun again."""
    if not visit.step.left:
        return False
    caught = visit.catcher is not None
    return any(t.target == target and (t.kind is TransitionKind.CATCH) is caught for t in visit.state.transitions)


def _count_answers(visits: list[Visit], execution: Execution) -> None:
    pending: dict[object, list[Visit]] = {}
    for visit in visits:
        pending.setdefault((visit.step.state, visit.step.path), []).append(visit)
    asked: dict[object, int] = {}
    for call in execution.calls:
        key = (call.state, call.path)
        queue = pending.get(key)
        if not queue:
            continue
        if call.attempt == 0 and asked.get(key, 0) and len(queue) > 1 and queue[0].calls:
            queue.pop(0)
        visit = queue[0]
        if not visit.calls:
            visit.answers = asked.get(key, 0)
        visit.calls += 1
        asked[key] = asked.get(key, 0) + 1
    for unanswered, queue in pending.items():
        for visit in queue:
            if not visit.calls:
                visit.answers = asked.get(unanswered, 0)
