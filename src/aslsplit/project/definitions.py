"""Definitions as they are read: the monolith and the parent, a child, one that was named on the command line."""

from __future__ import annotations

from aslsplit.asl.embedding import read_child, read_definition
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Source
from aslsplit.disk.workspace import Workspace, read_named
from aslsplit.errors import InputError
from aslsplit.findings import Finding, Span
from aslsplit.plan.boundaries import BoundaryMap

__all__ = ["named_machine", "read_child_machine", "read_machine"]


def read_machine(workspace: Workspace, name: str, boundaries: BoundaryMap) -> tuple[StateMachine, tuple[Finding, ...]]:
    """The monolith or the parent. Raises InputError, with its findings, when the file holds no usable definition."""
    map_source = boundaries.source
    asked_at = map_source.span(("monolith" if boundaries.resource is None else "resource",))
    shown = workspace.shown(name)
    return _machine_in(shown, *read_definition(shown, _present(workspace, name), boundaries.resource, asked_at))


def read_child_machine(workspace: Workspace, name: str, monolith: Source) -> tuple[StateMachine, tuple[Finding, ...]]:
    """Raises InputError, with its findings, when the file holds no usable definition."""
    shown = workspace.shown(name)
    return _machine_in(shown, *read_child(monolith, shown, _present(workspace, name)))


def named_machine(
    file: str, resource: str | None = None, asked_at: Span | None = None
) -> tuple[str, StateMachine, tuple[Finding, ...]]:
    """The machine in a file that was named on the command line, after how the file is shown to people.

    ``resource`` is the one that is meant, if the file is a template; ``asked_at`` is where that is said. Raises
    InputError, with its findings, when the file holds no usable definition.
    """
    shown, raw = read_named(file, "definition")
    return shown, *_machine_in(shown, *read_definition(shown, raw, resource, asked_at))


def _present(workspace: Workspace, name: str) -> bytes:
    raw = workspace.read(name)
    if raw is None:
        raise InputError(f"there is no file {workspace.shown(name)}")
    return raw


def _machine_in(
    shown: str, source: Source | None, problems: tuple[Finding, ...]
) -> tuple[StateMachine, tuple[Finding, ...]]:
    """The machine of a definition that was read. Raises InputError, with the findings, when there is none."""
    if source is None:
        is_template = any(remark.code in ("ASL120", "ASL121", "ASL122") for remark in problems)
        raise InputError(f"{shown} {'gives no definition to split' if is_template else 'cannot be read'}", problems)
    machine, found = parse(source)
    if machine is None:
        raise InputError(f"{shown} is no usable definition", (*problems, *found))
    return machine, (*problems, *found)
