"""The report as one page that needs nothing else: style sheet, script and pictures are in it.

The page's own policy lets it load nothing and run nothing but that one script, whatever a name in a definition says.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from aslsplit.asl.model import State, StateMachine
from aslsplit.difference.access import access_of
from aslsplit.findings import has_errors, printable
from aslsplit.render.graphs.arrows import Arrow, Direction, arrows_of
from aslsplit.render.graphs.palette import PALETTE
from aslsplit.render.graphs.svg import svg
from aslsplit.render.outline import Code, Item, Mark, Words
from aslsplit.render.report.document import Block, Bullets, Cell, Graph, Listing, Paragraph, Section, Table
from aslsplit.render.report.graphs import Drawn, machines_of
from aslsplit.render.report.proofs import proved
from aslsplit.render.report.report import Report
from aslsplit.render.report.sections import headline, sections, title
from aslsplit.render.templates import render_template, template_text

__all__ = ["report_page"]

Value = Mapping[str, object]


def report_page(report: Report) -> str:
    style = template_text("report/page.css") + template_text("report/graph.css")
    script = template_text("report/page.js")
    machines = tuple(machines_of(report))
    after = report.after
    return render_template(
        "report/page.html.j2",
        title=printable(title(report)),
        headline=printable(headline(report)),
        good=after is not None and proved(after.verdict) and not has_errors(report.findings),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        machines=[_machine(drawn) for drawn in machines],
        legend=[
            {"name": printable(child.boundary.name), "color": number % len(PALETTE)}
            for number, child in enumerate(report.children)
        ],
        sections=[_section(section) for section in sections(report)],
        data=_json([_states(drawn) for drawn in machines]),
    )


def _hash(text: str) -> str:
    """As a content security policy names what is in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _json(value: object) -> str:
    """Without anything that could end the element it stands in."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _machine(drawn: Drawn) -> Value:
    directions: tuple[Direction, ...] = ("down", "right")
    pictures: dict[str, object] = {
        direction: svg(drawn.machine, drawn.marks, direction, title=drawn.title, alone=False)
        for direction in directions
    }
    return {"name": printable(drawn.name), "title": printable(drawn.title), **pictures}


# What the script shows of a state that is chosen.


def _states(drawn: Drawn) -> Value:
    machine, access = drawn.machine, access_of(drawn.machine)
    states = list(machine.states())
    numbers = {state.name: number for number, state in enumerate(states)}
    arrows = [arrow for scope in machine.scopes() for arrow in arrows_of(scope)]
    return {
        "states": [
            {
                "name": printable(state.name),
                "note": _note(machine, state, drawn),
                "reads": sorted(access.reads_of.get(state.name, ())),
                "writes": sorted(access.writes_of.get(state.name, ())),
                "from": [_way(numbers, arrow, arrow.source) for arrow in arrows if arrow.target == state.name],
                "to": list(_ways_on(numbers, arrows, state)),
                "definition": json.dumps(state.body, indent=2, ensure_ascii=False),
            }
            for state in states
        ]
    }


def _note(machine: StateMachine, state: State, drawn: Drawn) -> str:
    scope = machine.scope_of(state.name)
    mark = drawn.marks.get(state.name)
    parts = [state.type.value, "" if mark is None else mark.title]
    if scope is not None and scope.owner is not None:
        parts.append(f"inside {scope.owner}")
    return printable(", ".join(filter(None, parts)))


def _ways_on(numbers: Mapping[str, int], arrows: Sequence[Arrow], state: State) -> Iterator[Value]:
    yield from (_way(numbers, arrow, arrow.target) for arrow in arrows if arrow.source == state.name)
    if any(way.target is None for way in state.transitions):
        yield {"state": None, "label": ""}


def _way(numbers: Mapping[str, int], arrow: Arrow, end: str) -> Value:
    caught = "caught: " if arrow.caught else ""
    return {"state": numbers[end], "label": printable(f"{caught}{arrow.label}")}


# The pieces, for the template.


def _section(section: Section) -> Value:
    return {
        "name": printable(section.name),
        "title": printable(section.title),
        "short": printable(section.title.partition(":")[0].partition(" (")[0]),
        "folded": section.folded,
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: Block) -> Value:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": printable(block.text)}
        case Table():
            rows = [[_cell(cell) for cell in row] for row in block.rows]
            return {"kind": "table", "title": printable(block.title), "columns": block.columns, "rows": rows}
        case Listing():
            marks = _mark_of if block.language == "diff" else _unmarked
            lines = [(marks(line), line) for line in block.text.split("\n")]
            return {"kind": "listing", "title": printable(block.title), "lines": lines}
        case Bullets():
            return {"kind": "bullets", "title": _words(block.title), "items": [_item(item) for item in block.items]}
        case Graph():
            # The page has pictures of its own.
            return {"kind": "none"}
        case _ as unreachable:
            assert_never(unreachable)


def _item(item: Item) -> Value:
    sign = item.mark.value if item.mark in (Mark.ADDED, Mark.REMOVED) else ""
    return {"sign": sign, "words": _words(item.words), "details": [_item(detail) for detail in item.details]}


def _words(words: Words) -> Sequence[Value]:
    return [_cell(word) for word in words]


def _cell(cell: Cell) -> Value:
    if isinstance(cell, str):
        return {"text": _breakable(cell)}
    if isinstance(cell, Code):
        return {"code": _breakable(cell.text)}
    return {"lines": [_cell(line) for line in cell]}


def _breakable(text: str) -> Sequence[str]:
    """In pieces between which a line may end: names and paths are longer than the columns of a narrow screen."""
    return _BREAKS.split(printable(text))


_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[.:/_-])(?=[^\W\d])")


def _unmarked(line: str) -> str:
    return "same"


def _mark_of(line: str) -> str:
    if line.startswith(("diff ", "---", "+++", "@@")):
        return "place"
    return {"+": "plus", "-": "minus"}.get(line[:1], "same")
