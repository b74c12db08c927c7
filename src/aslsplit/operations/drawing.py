"""``graph``, from the name of a file to a picture of the machine in it."""

from __future__ import annotations

from typing import Literal, assert_never

from aslsplit.asl.model import StateMachine
from aslsplit.findings import Finding
from aslsplit.project.definitions import named_machine
from aslsplit.project.load import load_project
from aslsplit.project.planning import plan_of
from aslsplit.render.graphs.arrows import Direction
from aslsplit.render.graphs.dot import dot
from aslsplit.render.graphs.marks import Marks, marks_of_monolith
from aslsplit.render.graphs.mermaid import mermaid

__all__ = ["Language", "graph_of_file", "graph_of_map"]

Language = Literal["mermaid", "dot", "svg"]


def graph_of_file(
    file: str, language: Language, direction: Direction, resource: str | None
) -> tuple[str, tuple[Finding, ...]]:
    """Raises InputError if there is no usable definition in the file. One with errors is drawn as far as it goes."""
    _, machine, findings = named_machine(file, resource)
    return _drawn(machine, {}, language, direction), findings


def graph_of_map(file: str, language: Language, direction: Direction) -> tuple[str, tuple[Finding, ...]]:
    """The monolith of a boundary map, with the children in colour. Raises what ``load_project`` raises."""
    project = load_project(file)
    plan = plan_of(project)
    text = _drawn(project.machine, marks_of_monolith(plan, plan.children), language, direction)
    refused = frozenset(child.name for child in project.boundaries.children if plan.child(child.name) is None)
    return text, (*project.findings, *plan.findings_of(refused))


def _drawn(machine: StateMachine, marks: Marks, language: Language, direction: Direction) -> str:
    match language:
        case "mermaid":
            return mermaid(machine, marks, direction)
        case "dot":
            return dot(machine, marks, direction)
        case "svg":
            # Only a picture waits for this import.
            from aslsplit.render.graphs.svg import svg

            return svg(machine, marks, direction)
        case _ as unreachable:
            assert_never(unreachable)
