"""A state machine in the language of Graphviz, with the names of states as labels.

As in Mermaid, what runs inside a Map or Parallel state stands in a frame beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from aslsplit.asl.model import Scope, State, StateMachine, StateType
from aslsplit.findings import printable
from aslsplit.render.graphs.arrows import Direction, arrows_of, ends_here, title_of
from aslsplit.render.graphs.marks import Mark, Marks, members_by_mark
from aslsplit.render.graphs.palette import PALETTE

__all__ = ["dot"]


def dot(machine: StateMachine, marks: Marks, direction: Direction = "down") -> str:
    ids = {state.name: f"s{number}" for number, state in enumerate(machine.states())}
    lines = [
        "digraph {",
        f"  rankdir={'TB' if direction == 'down' else 'LR'}",
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica"]',
        '  edge [fontname="Helvetica", fontsize=10]',
        *(f"  {line}" for line in _scope(machine.top, ids, marks)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _scope(scope: Scope, ids: Mapping[str, str], marks: Marks) -> Iterator[str]:
    if scope.owner is None:
        yield 'start [shape=circle, width=0.2, label="", fillcolor=black]'
    for mark, states in members_by_mark(scope, marks).items():
        nodes = [_node(state, ids, mark) for state in states]
        if mark is None or not mark.grouped:
            yield from nodes
        else:
            yield from _cluster(f"of_{ids[states[0].name]}", mark.title, nodes)
    if scope.owner is None and scope.start_at in scope.states:
        yield f"start -> {ids[scope.start_at]}"
    for arrow in arrows_of(scope):
        said = [f"label={_quoted(arrow.label)}"] if arrow.label else []
        said += ["style=dashed"] if arrow.caught else []
        yield f"{ids[arrow.source]} -> {ids[arrow.target]}{_listed(said)}"
    for state in scope.states.values():
        for number, inner in enumerate(state.scopes):
            title = f"{state.name}: {title_of(inner, number)}"
            yield from _cluster(f"{ids[state.name]}_{number}", title, _scope(inner, ids, marks))
            if inner.start_at in inner.states:
                yield f"{ids[state.name]} -> {ids[inner.start_at]} [style=bold]"


def _cluster(name: str, title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"subgraph cluster_{name} {{"
    yield f"  label={_quoted(title)}"
    yield from (f"  {line}" for line in lines)
    yield "}"


def _node(state: State, ids: Mapping[str, str], mark: Mark | None) -> str:
    said = [f"label={_quoted(state.name)}"]
    if state.type is StateType.CHOICE:
        said += ["shape=hexagon", "style=filled"]
    if ends_here(state):
        said += ["peripheries=2"]
    if mark is not None:
        paint = PALETTE[mark.color]
        said += [f'fillcolor="{paint.pale if mark.generated else paint.fill}"', f'color="{paint.stroke}"']
    return f"{ids[state.name]}{_listed(said)}"


def _listed(attributes: Sequence[str]) -> str:
    return f" [{', '.join(attributes)}]" if attributes else ""


def _quoted(text: str) -> str:
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
