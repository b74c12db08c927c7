"""Pictures of machines: nothing overlaps, nothing is left out, and no name gets out of its box."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.render.graphs.arrows import Direction, arrows_of
from aslsplit.render.graphs.dot import dot
from aslsplit.render.graphs.layout import Picture, layout
from aslsplit.render.graphs.marks import Mark
from aslsplit.render.graphs.mermaid import mermaid
from aslsplit.render.graphs.svg import svg
from tests.command_line import SMALL_MACHINE

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
DIRECTIONS: tuple[Direction, ...] = ("down", "right")
SVG = "{http://www.w3.org/2000/svg}"

EVIL = (
    "</script><b>",
    '"quoted" & <i>',
    "back\\slash ```",
    "new\nline",
    "\x01\x85",
    "--> |x| [y] {z} (end) end",
    "#35;",
)


def machine_of(definition: Any) -> StateMachine:
    source, _ = read_source("m.asl.json", json.dumps(definition).encode())
    assert source is not None
    machine, _ = parse(source)
    assert machine is not None
    return machine


def chain_of(names: tuple[str, ...]) -> StateMachine:
    links = zip(names, (*names[1:], None), strict=True)
    states = {name: {"Type": "Pass", **({"Next": next} if next else {"End": True})} for name, next in links}
    return machine_of({"StartAt": names[0], "States": states})


def corpus() -> Iterator[tuple[str, StateMachine]]:
    for file in sorted(CORPUS.glob("*/*.json")):
        source, _ = read_source(file.name, file.read_bytes())
        machine = parse(source)[0] if source is not None else None
        if machine is not None:
            yield file.name, machine


def flaws(picture: Picture, inside: str = "") -> Iterator[str]:
    """What overlaps or sticks out, in one scope and those in its states."""
    for box in picture.boxes:
        if box.x < 0 or box.y < 0 or box.x + box.width > picture.width + 1 or box.y + box.height > picture.height + 1:
            yield f"{inside}{box.state.name} sticks out"
        for frame in box.frames:
            if frame.x + frame.width > box.width or frame.y + frame.height > box.height:
                yield f"{inside}{box.state.name}: a frame sticks out"
            if frame.picture.width > frame.width or frame.picture.height > frame.height:
                yield f"{inside}{box.state.name}: what is in a frame sticks out"
            yield from flaws(frame.picture, f"{inside}{box.state.name}/")
    for one, other in combinations(picture.boxes, 2):
        apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        if not apart:
            yield f"{inside}{one.state.name} overlaps {other.state.name}"


def states_in(picture: Picture) -> Iterator[str]:
    for box in picture.boxes:
        yield box.state.name
        for frame in box.frames:
            yield from states_in(frame.picture)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_states_lie_apart_and_control_goes_on_in_one_direction(direction: Direction) -> None:
    picture = layout(machine_of(SMALL_MACHINE), {}, direction)
    assert list(flaws(picture)) == []
    assert sorted(states_in(picture)) == ["Book", "Check", "Done", "Paid?", "Pay", "Refuse", "Ship", "Tell"]
    place = {box.state.name: box.y if direction == "down" else box.x for box in picture.boxes}
    assert place["Check"] < place["Pay"] < place["Paid?"] < place["Ship"] < place["Done"]


def test_each_arrow_ends_at_the_state_that_it_leads_to() -> None:
    picture = layout(machine_of(SMALL_MACHINE), {}, "down")
    boxes = {box.state.name: box for box in picture.boxes}
    led = 0
    for curve in picture.curves:
        if curve.arrow is not None:
            box, (x, y) = boxes[curve.arrow.target], curve.tip
            assert box.x - 2 <= x <= box.x + box.width + 2
            assert box.y - 2 <= y <= box.y + box.height + 2
            led += 1
    assert led == 7


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_nothing_overlaps_in_machines_that_people_wrote(direction: Direction) -> None:
    seen = 0
    for name, machine in corpus():
        picture = layout(machine, {}, direction)
        assert list(flaws(picture)) == [], name
        assert sorted(states_in(picture)) == sorted(state.name for state in machine.states()), name
        seen += 1
    assert seen > 250


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_every_state_and_arrow_is_in_every_language() -> None:
    for name, machine in corpus():
        states = len(list(machine.states()))
        arrows = sum(len(arrows_of(scope)) for scope in machine.scopes())
        root = ElementTree.fromstring(svg(machine, {}))
        groups = [group.get("class", "").split() for group in root.iter(f"{SVG}g")]
        assert sum("state" in classes for classes in groups) == states, name
        assert sum("arrow" in classes for classes in groups) == arrows + len(list(machine.scopes())), name
        # One arrow leads to the first state, and one from each state to what it runs.
        assert sum("-->" in line or "-.->" in line for line in mermaid(machine, {}).splitlines()) == arrows + 1, name
        assert sum(" -> " in line for line in dot(machine, {}).splitlines()) == arrows + len(list(machine.scopes())), (
            name
        )


def test_the_same_machine_gives_the_same_bytes() -> None:
    machine = machine_of(SMALL_MACHINE)
    marks = {"Pay": Mark("pay", 0), "Book": Mark("booking", 1, generated=True)}
    for draw in (svg, mermaid, dot):
        assert draw(machine, marks) == draw(machine, marks)


def test_names_stay_text_in_svg() -> None:
    root = ElementTree.fromstring(svg(chain_of(EVIL), {name: Mark("<u>", 0) for name in EVIL}, title="<a> & b"))
    assert {element.tag for element in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "style", "rect", "g", "title", "path", "polygon", "circle", "text")
    }
    lines = "".join(element.text or "" for element in root.iter(f"{SVG}text"))
    assert "</script><b>" in lines
    assert r"new\nline" in lines


def test_names_stay_text_in_mermaid_and_dot() -> None:
    text = mermaid(chain_of(EVIL), {})
    nodes = [line for line in text.splitlines() if re.match(r"  s\d+[\[({]", line)]
    assert len(nodes) == len(EVIL)
    assert all(line.count('"') == 2 and not set("<>`\\\x01|&") & set(line) for line in nodes)
    nodes = [line for line in dot(chain_of(EVIL), {}).splitlines() if "label=" in line and "start" not in line]
    assert len(nodes) == len(EVIL)
    assert '  s1 [label="\\"quoted\\" & <i>"]' in nodes


def test_no_two_frames_have_one_name() -> None:
    """Mermaid would draw them as one, with the states of both."""
    inner = {"StartAt": "X", "States": {"X": {"Type": "Pass", "End": True}}}
    other = {"StartAt": "Y", "States": {"Y": {"Type": "Pass", "End": True}}}
    both = {"Type": "Parallel", "Branches": [inner, other], "End": True}
    machine = machine_of({"StartAt": "Both", "States": {"Both": both}})
    text = mermaid(machine, dict.fromkeys(("Both", "X", "Y"), Mark("moved", 0)))
    frames = re.findall(r"subgraph (\S+)", text)
    assert len(frames) == len(set(frames)) == 2 + 3
    assert text.count('["moved"]') == 3


def test_a_child_has_its_colour_and_generated_states_are_told_apart() -> None:
    machine = machine_of(SMALL_MACHINE)
    marks = {"Pay": Mark("pay", 0), "Paid?": Mark("pay", 0), "Check": Mark("pay", 0, generated=True, calls=True)}
    text = mermaid(machine, marks)
    assert '  subgraph s1_group ["pay"]\n    s1["Pay"]:::c0\n    s2{{"Paid?"}}:::c0\n  end\n' in text
    assert '  subgraph s0_group ["calls pay"]\n    s0["Check"]:::g0\n  end\n' in text
    root = ElementTree.fromstring(svg(machine, marks))
    labels = {group.get("aria-label"): group.get("class") for group in root.iter(f"{SVG}g") if group.get("aria-label")}
    assert labels["Pay, Task · pay"] == "state is-task c0"
    assert labels["Check, Task · calls pay"] == "state is-task c0 generated"
    assert labels["Done, Succeed"] == "state is-succeed ends"
