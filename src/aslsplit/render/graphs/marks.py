"""What stands out in a graph: the states of each child, and those that were generated for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.model import Scope, State, StateMachine
from aslsplit.plan.contract import members_inside
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.render.graphs.palette import PALETTE
from aslsplit.rewrite.extract import Extraction

__all__ = ["Mark", "Marks", "marks_of_caller", "marks_of_child", "marks_of_monolith", "members_by_mark"]


@dataclass(frozen=True, slots=True)
class Mark:
    """``color`` counts from 0; the children take the colours in turn. ``generated``: the state is not the monolith's,
    but was made for the child, on its own side or, to call it, on another one's."""

    child: str
    color: int
    generated: bool = False
    calls: bool = False

    @property
    def title(self) -> str:
        if self.calls:
            return f"calls {self.child}"
        return "generated" if self.generated else self.child

    @property
    def grouped(self) -> bool:
        """Its states stand together: a child's own generated ones stand at both of its ends."""
        return self.calls or not self.generated


Marks = Mapping[str, Mark]
"""By the names of states, which are unique over a machine."""


def marks_of_monolith(plan: Plan, children: Sequence[ChildPlan]) -> Marks:
    """The states that leave, with all that is inside them; where a child lies inside another one, the inner one's."""
    found: dict[str, Mark] = {}
    colors = _colors(children)
    for child in sorted(children, key=lambda one: sum(plan.lies_inside(one, other) for other in children)):
        states = child.region.scope.states
        mark = Mark(child.boundary.name, colors[child.boundary.name])
        found |= {state.name: mark for state in members_inside(iter(states[name] for name in child.region.members))}
    return found


def marks_of_caller(extraction: Extraction, caller: str | None = None) -> Marks:
    """The states that call children, in the parent or in a child that calls others."""
    colors = _colors([child.plan for child in extraction.children.values()])
    return {
        state: Mark(name, colors[name], generated=True, calls=True)
        for name, child in extraction.children.items()
        if child.record.caller == caller
        for state in child.side.own
    }


def marks_of_child(extraction: Extraction, name: str, machine: StateMachine) -> Marks:
    """The moved states and the generated ones around them, of the child as it lies on disk or would be written."""
    record = extraction.children[name].record
    color = _colors([child.plan for child in extraction.children.values()])[name]
    own = {*record.responses, *record.checks}
    states = {state.name for scope in machine.scopes() for state in scope.states.values()}
    marks = {state: Mark(name, color, generated=state in own) for state in states}
    return {**marks, **marks_of_caller(extraction, name)}


def members_by_mark(scope: Scope, marks: Marks) -> Mapping[Mark | None, tuple[State, ...]]:
    """The states of one scope, those that belong together in one piece; in the order of the file."""
    groups: dict[Mark | None, tuple[State, ...]] = {}
    for state in scope.states.values():
        mark = marks.get(state.name)
        groups[mark] = (*groups.get(mark, ()), state)
    return groups


def _colors(children: Sequence[ChildPlan]) -> Mapping[str, int]:
    names = list(dict.fromkeys(child.boundary.of for child in children))
    return {child.boundary.name: names.index(child.boundary.of) % len(PALETTE) for child in children}
