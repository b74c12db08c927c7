"""Where everything lies in a picture: scope by scope from the inside out, by Graphviz's layered layout.

No transition leads from scope to scope, so what runs inside a state is laid out by itself, and the state is a box that
is large enough for it. Sizes come from the letters and not from any font, so that the same machine gives the same
picture everywhere. The only door to pygraphviz.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.model import Scope, State, StateMachine
from aslsplit.render.graphs.arrows import Arrow, Direction, arrows_of, title_of
from aslsplit.render.graphs.lettering import lines_of, width_of
from aslsplit.render.graphs.marks import Mark, Marks

__all__ = ["LINE", "NAME_SIZE", "NOTE_SIZE", "Box", "Curve", "Frame", "Picture", "layout"]

NAME_SIZE: Final = 13
NOTE_SIZE: Final = 10
LINE: Final = 17
_PADDING: Final = 10
_NOTE_LINE: Final = 20
_ABOVE_FRAMES: Final = 6
_BELOW_NOTE: Final = 6
_NARROWEST: Final = 90
_DOT: Final = 14
_POINTS_PER_INCH: Final = 72

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A state. ``note`` is the line below its name; the frames are relative to its corner."""

    state: State
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    note: str
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A Bézier spline through ``points``, and on to the tip of the arrow. None leads from where the scope starts."""

    arrow: Arrow | None
    points: tuple[Point, ...]
    tip: Point


@dataclass(frozen=True, slots=True)
class Frame:
    """What runs inside a state, at its place in the state's box."""

    title: str
    x: int
    y: int
    width: int
    height: int
    picture: Picture


@dataclass(frozen=True, slots=True)
class Picture:
    """One scope. ``start`` is the middle of the dot that stands before its first state."""

    width: int
    height: int
    start: Point
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]


def layout(machine: StateMachine, marks: Marks, direction: Direction = "down") -> Picture:
    return _of_scope(machine.top, marks, direction)


def _of_scope(scope: Scope, marks: Marks, direction: Direction) -> Picture:
    boxes = [_sized(state, marks.get(state.name), marks, direction) for state in scope.states.values()]
    return _placed(scope, boxes, direction)


def _sized(state: State, mark: Mark | None, marks: Marks, direction: Direction) -> Box:
    lines = lines_of(state.name, NAME_SIZE)
    note = state.type.value if mark is None else f"{state.type.value} · {mark.title}"
    head = len(lines) * LINE + _NOTE_LINE
    text = max(max(width_of(line, NAME_SIZE) for line in lines), width_of(note, NOTE_SIZE))
    frames: list[Frame] = []
    x, y = _PADDING, head + _ABOVE_FRAMES
    for number, inner in enumerate(state.scopes):
        picture, title = _of_scope(inner, marks, direction), title_of(inner, number)
        width = max(picture.width, width_of(title, NOTE_SIZE)) + 2 * _PADDING
        frame = Frame(title, x, y, width, picture.height + LINE + 2 * _PADDING, picture)
        frames.append(frame)
        # Side by side where control goes on below, one below the other where it goes on to the right.
        x, y = (x + frame.width + _PADDING, y) if direction == "down" else (x, y + frame.height + _PADDING)
    right = max((frame.x + frame.width for frame in frames), default=0)
    below = max((frame.y + frame.height for frame in frames), default=head)
    return Box(
        state,
        0,
        0,
        max(_NARROWEST, text + 2 * _PADDING, right + _PADDING),
        below + (_PADDING if frames else _BELOW_NOTE),
        lines,
        note,
        tuple(frames),
    )


def _placed(scope: Scope, boxes: Sequence[Box], direction: Direction) -> Picture:
    import pygraphviz  # type: ignore[import-untyped]

    graph = pygraphviz.AGraph(strict=False, directed=True)
    graph.graph_attr.update(rankdir="TB" if direction == "down" else "LR", nodesep="0.3", ranksep="0.45")
    # Without labels no font has a say.
    graph.node_attr.update(shape="box", fixedsize="true", label="")
    ids = {box.state.name: f"s{number}" for number, box in enumerate(boxes)}
    graph.add_node("start", shape="circle", width=_inches(_DOT), height=_inches(_DOT))
    for box in boxes:
        graph.add_node(ids[box.state.name], width=_inches(box.width), height=_inches(box.height))
    arrows = arrows_of(scope)
    if scope.start_at in ids:
        graph.add_edge("start", ids[scope.start_at], key="start", weight="10")
    for number, arrow in enumerate(arrows):
        # The way on weighs more than the way of an error.
        weight = "1" if arrow.caught else "3"
        graph.add_edge(ids[arrow.source], ids[arrow.target], key=f"a{number}", weight=weight)
    graph.layout(prog="dot")
    left, bottom, right, top = (float(part) for part in graph.graph_attr["bb"].split(","))
    corner = (left, top)
    placed = tuple(_moved(box, graph.get_node(ids[box.state.name]).attr["pos"], corner) for box in boxes)
    curves = (
        [_curve(None, graph.get_edge("start", ids[scope.start_at], "start"), corner)] if scope.start_at in ids else []
    )
    curves += [
        _curve(arrow, graph.get_edge(ids[arrow.source], ids[arrow.target], f"a{number}"), corner)
        for number, arrow in enumerate(arrows)
    ]
    start = _point(graph.get_node("start").attr["pos"], corner)
    return Picture(round(right - left), round(top - bottom), start, placed, tuple(curves))


def _inches(points: int) -> str:
    return f"{points / _POINTS_PER_INCH:.4f}"


def _moved(box: Box, position: str, corner: tuple[float, float]) -> Box:
    x, y = _point(position, corner)
    return Box(
        box.state, x - box.width // 2, y - box.height // 2, box.width, box.height, box.lines, box.note, box.frames
    )


def _curve(arrow: Arrow | None, edge: object, corner: tuple[float, float]) -> Curve:
    attributes: Mapping[str, str] = edge.attr  # type: ignore[attr-defined]
    tip, *points = attributes["pos"].split()
    return Curve(arrow, tuple(_point(point, corner) for point in points), _point(tip.removeprefix("e,"), corner))


def _point(text: str, corner: tuple[float, float]) -> Point:
    """Graphviz counts upwards; whole points, since what lies behind the comma is not seen, and differs by machine."""
    x, y = (float(part) for part in text.split(","))
    return round(x - corner[0]), round(corner[1] - y)
