"""A state machine as SVG, to stand alone or in a page. The template draws what is worked out here."""

from __future__ import annotations

import math
from collections.abc import Mapping

from aslsplit.asl.model import StateMachine, StateType
from aslsplit.findings import printable
from aslsplit.render.graphs.arrows import Direction, ends_here
from aslsplit.render.graphs.layout import LINE, NAME_SIZE, NOTE_SIZE, Box, Curve, Picture, Point, layout
from aslsplit.render.graphs.marks import Marks
from aslsplit.render.templates import render_template, template_text

__all__ = ["svg"]

_MARGIN = 12
_HEAD = 9
_CUT = 10

Drawn = Mapping[str, object]


def svg(
    machine: StateMachine, marks: Marks, direction: Direction = "down", *, title: str = "", alone: bool = True
) -> str:
    """``alone``: with the style sheet that a page otherwise has for all of its pictures.

    States are numbered in the order of ``StateMachine.states``: their names need not be text that XML can hold.
    """
    picture = layout(machine, marks, direction)
    numbers = {state.name: number for number, state in enumerate(machine.states())}
    return render_template(
        "report/graph.svg.j2",
        picture=_picture(picture, marks, numbers),
        width=picture.width + 2 * _MARGIN,
        height=picture.height + 2 * _MARGIN,
        margin=_MARGIN,
        title=printable(title or machine.source.name),
        style=template_text("report/graph.css") if alone else "",
        direction=direction,
    )


def _picture(picture: Picture, marks: Marks, numbers: Mapping[str, int]) -> Drawn:
    return {
        "start": picture.start,
        "curves": [_curve(curve, numbers) for curve in picture.curves],
        "boxes": [_box(box, marks, numbers) for box in picture.boxes],
    }


def _curve(curve: Curve, numbers: Mapping[str, int]) -> Drawn:
    first, *others = curve.points
    path = f"M{_at(first)}C{' '.join(map(_at, others))}"
    arrow = curve.arrow
    return {
        "path": f"{path}L{_at(curve.tip)}",
        "head": _head(curve.points[-1], curve.tip),
        "kind": "caught" if arrow is not None and arrow.caught else "next",
        "source": "" if arrow is None else numbers[arrow.source],
        "target": "" if arrow is None else numbers[arrow.target],
        "title": "" if arrow is None else _said(arrow.source, arrow.target, arrow.label),
    }


def _said(source: str, target: str, label: str) -> str:
    return printable(f"{source} → {target}{f' ({label})' if label else ''}")


def _head(behind: Point, tip: Point) -> str:
    """The three corners of an arrow's head."""
    angle = math.atan2(tip[1] - behind[1], tip[0] - behind[0])
    corners = [tip]
    for side in (0.42, -0.42):
        corners.append((round(tip[0] - _HEAD * math.cos(angle + side)), round(tip[1] - _HEAD * math.sin(angle + side))))
    return " ".join(map(_at, corners))


def _box(box: Box, marks: Marks, numbers: Mapping[str, int]) -> Drawn:
    state, mark = box.state, marks.get(box.state.name)
    classes = ["state", f"is-{state.type.value.lower()}"]
    if ends_here(state):
        classes.append("ends")
    if mark is not None:
        classes += [f"c{mark.color}", *(["generated"] if mark.generated else [])]
    head = box.y + 5 + NAME_SIZE
    return {
        "number": numbers[state.name],
        "classes": " ".join(classes),
        "label": printable(f"{state.name}, {box.note}"),
        "x": box.x,
        "y": box.y,
        "width": box.width,
        "height": box.height,
        "corners": _corners(box) if state.type is StateType.CHOICE else "",
        "middle": box.x + box.width // 2,
        "lines": [(head + number * LINE, printable(line)) for number, line in enumerate(box.lines)],
        "note": (head + len(box.lines) * LINE - 2, printable(box.note)),
        "frames": [
            {
                "title": frame.title,
                "x": box.x + frame.x,
                "y": box.y + frame.y,
                "width": frame.width,
                "height": frame.height,
                "inside": (box.x + frame.x + (frame.width - frame.picture.width) // 2, box.y + frame.y + LINE + 8),
                "title_at": (box.x + frame.x + 8, box.y + frame.y + NOTE_SIZE + 4),
                "picture": _picture(frame.picture, marks, numbers),
            }
            for frame in box.frames
        ],
    }


def _corners(box: Box) -> str:
    """A Choice is a box with its corners cut off."""
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    cut = _CUT
    points = [(left + cut, top), (right - cut, top), (right, top + cut), (right, bottom - cut)]
    points += [(right - cut, bottom), (left + cut, bottom), (left, bottom - cut), (left, top + cut)]
    return " ".join(map(_at, points))


def _at(point: Point) -> str:
    return f"{point[0]},{point[1]}"
