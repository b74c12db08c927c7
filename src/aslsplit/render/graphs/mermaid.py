"""A state machine in the language of Mermaid, as code hosts draw it.

A Map or Parallel state is a node; what runs inside stands in a frame of its own, since Mermaid cannot lead every arrow
to a frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.model import Scope, State, StateMachine, StateType
from aslsplit.findings import printable
from aslsplit.render.graphs.arrows import Direction, arrows_of, ends_here, title_of
from aslsplit.render.graphs.marks import Mark, Marks, members_by_mark
from aslsplit.render.graphs.palette import PALETTE

__all__ = ["mermaid"]

_LONGEST_LABEL = 40


def mermaid(machine: StateMachine, marks: Marks, direction: Direction = "down") -> str:
    ids = {state.name: f"s{number}" for number, state in enumerate(machine.states())}
    lines = [f"flowchart {'TB' if direction == 'down' else 'LR'}"]
    lines += (f"  {line}" for line in _scope(machine.top, "start", ids, marks))
    # Text stays dark on these light colours, whatever the theme around it.
    for color in sorted({mark.color for mark in marks.values()}):
        paint = PALETTE[color]
        lines.append(f"  classDef c{color} fill:{paint.fill},stroke:{paint.stroke},color:#1b1b1b")
        dashed = "stroke-dasharray:4 3"
        lines.append(f"  classDef g{color} fill:{paint.pale},stroke:{paint.stroke},color:#1b1b1b,{dashed}")
    return "\n".join(lines) + "\n"


def _scope(scope: Scope, start: str, ids: Mapping[str, str], marks: Marks) -> Iterator[str]:
    if scope.owner is None:
        yield f"{start}((start))"
    for mark, states in members_by_mark(scope, marks).items():
        if mark is None or not mark.grouped:
            yield from (_node(state, ids, mark) for state in states)
            continue
        # A title may come in several scopes, and frames of one name would be one frame.
        yield f'subgraph {ids[states[0].name]}_group ["{_text(mark.title)}"]'
        yield from (f"  {_node(state, ids, mark)}" for state in states)
        yield "end"
    if scope.start_at in scope.states and scope.owner is None:
        yield f"{start} --> {ids[scope.start_at]}"
    for arrow in arrows_of(scope):
        line = "-.->" if arrow.caught else "-->"
        label = f'|"{_text(_short(arrow.label))}"|' if arrow.label else ""
        yield f"{ids[arrow.source]} {line}{label} {ids[arrow.target]}"
    for state in scope.states.values():
        for number, inner in enumerate(state.scopes):
            title = f"{state.name}: {title_of(inner, number)}"
            yield f'subgraph {ids[state.name]}_{number} ["{_text(title)}"]'
            yield from (f"  {line}" for line in _scope(inner, "", ids, marks))
            yield "end"
            if inner.start_at in inner.states:
                yield f"{ids[state.name]} ==> {ids[inner.start_at]}"


def _node(state: State, ids: Mapping[str, str], mark: Mark | None) -> str:
    text = f'"{_text(state.name)}"'
    if state.type is StateType.CHOICE:
        shape = f"{{{{{text}}}}}"
    elif state.scopes:
        shape = f"[[{text}]]"
    elif ends_here(state):
        shape = f"([{text}])"
    else:
        shape = f"[{text}]"
    painted = "" if mark is None else f":::{'g' if mark.generated else 'c'}{mark.color}"
    return f"{ids[state.name]}{shape}{painted}"


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _text(text: str) -> str:
    """Anything but letters, digits and a few harmless signs, as Mermaid's own entities."""
    return "".join(c if c.isalnum() or c in _HARMLESS else f"#{ord(c)};" for c in printable(text))


_HARMLESS = " _-.,:?!/()$…"
