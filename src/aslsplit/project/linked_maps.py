"""Boundary maps that share a child: a map is read with those that it names, and with those that these name.

The map that has the child under ``shared`` writes it; the others say ``served_by``. Each has to name the other, so that
neither is changed without the other being looked at.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from aslsplit.asl.source import format_pointer
from aslsplit.disk.workspace import STDIN, Workspace
from aslsplit.errors import AslSplitError, BoundaryError
from aslsplit.findings import Finding, Span, finding
from aslsplit.plan.boundaries import BoundaryMap, ChildBoundary, Elsewhere, Home
from aslsplit.project.map_files import child_file, open_map

__all__ = ["LinkedMap", "LinkedMaps", "Seat", "open_linked"]


@dataclass(frozen=True, slots=True)
class LinkedMap:
    """``identity`` is the same however the map was named."""

    identity: str
    workspace: Workspace
    boundaries: BoundaryMap
    lock_file: str
    findings: tuple[Finding, ...]

    def leads_to(self, named: Elsewhere) -> Seat:
        return Seat(self.workspace.identity(named.map), named.child)

    def child(self, name: str) -> ChildBoundary | None:
        return next((one for one in self.boundaries.children if one.name == name and one.site_of is None), None)


@dataclass(frozen=True, slots=True)
class Seat:
    """A child of a map, which is told by its identity. ``named`` is how the map that was asked for may name that one;
    itself it does not."""

    map: str
    child: str
    named: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LinkedMaps:
    """``others`` are by their identity. ``circles`` lead each child that is shared with other maps to all children that
    one state machine stands in for, that of the map that writes it first."""

    own: LinkedMap
    others: Mapping[str, LinkedMap] = field(default_factory=dict)
    circles: Mapping[str, tuple[Seat, ...]] = field(default_factory=dict)

    def place_of(self, other: str) -> Span:
        """Where the map names another one, or the one that names that."""
        for child in self.own.boundaries.children:
            for named in (*child.elsewhere, *filter(None, (child.served_by,))):
                reached = (self.own.leads_to(named), *self.circles.get(child.name, ()))
                if any(seat.map == other for seat in reached):
                    return self.own.boundaries.source.span(named.pointer)
        raise KeyError(other)


def open_linked(map_path: str) -> LinkedMaps:
    """Raises BoundaryError when a map has errors, or when two of them do not agree."""
    own = _opened(map_path)
    maps = {own.identity: own}
    problems: list[Finding] = []
    circles: dict[str, tuple[Seat, ...]] = {}
    for boundary in own.boundaries.children:
        writer, written = own, boundary
        if boundary.served_by is not None and boundary.site_of is None:
            problems += _met(own, boundary.served_by, maps)
            seat = own.leads_to(boundary.served_by)
            found = maps[seat.map].child(seat.child) if seat.map in maps else None
            if found is None:
                continue
            writer, written = maps[seat.map], found
            problems += _not_served(own, boundary, writer, written)
        if not written.elsewhere:
            continue
        for named in written.elsewhere:
            problems += _met(writer, named, maps)
            problems += _not_asked(writer, written, named, maps)
        circles[boundary.name] = tuple(dict.fromkeys(_seats(own, boundary, writer, written)))
    if problems:
        raise BoundaryError("the boundary maps do not agree", (*own.findings, *dict.fromkeys(problems)))
    resolved = {identity: replace(one, boundaries=_resolved(one, maps)) for identity, one in maps.items()}
    own = resolved.pop(own.identity)
    if clashes := tuple(_same_arn(own)):
        raise BoundaryError("the boundary map has errors", (*own.findings, *clashes))
    own.workspace.beside.extend(other.workspace for other in resolved.values())
    return LinkedMaps(own, resolved, circles)


def _opened(map_path: str) -> LinkedMap:
    workspace, boundaries, lock_file, findings = open_map(map_path)
    name = "boundaries.yaml" if map_path == STDIN else PurePath(map_path).name
    return LinkedMap(workspace.identity(name), workspace, boundaries, lock_file, findings)


def _seats(own: LinkedMap, boundary: ChildBoundary, writer: LinkedMap, written: ChildBoundary) -> Iterator[Seat]:
    way = "" if boundary.served_by is None else boundary.served_by.map
    yield Seat(writer.identity, written.name, way)
    for named in written.elsewhere:
        seat = writer.leads_to(named)
        way_there = posixpath.normpath(posixpath.join(posixpath.dirname(way), named.map))
        yield replace(seat, named="" if seat.map == own.identity else way_there)


# --- whether two maps agree ------------------------------------------------------------------------------------------


def _met(asking: LinkedMap, named: Elsewhere, maps: dict[str, LinkedMap]) -> Iterator[Finding]:
    """The map is among ``maps`` afterwards, if it can be used; it has the child then."""
    place, pointer = asking.boundaries.source.span(named.pointer), format_pointer(named.pointer)
    seat = asking.leads_to(named)
    if seat.map == asking.identity:
        message = f"{named.map} is this map itself"
        help = "list the states of the other region under shared, without map and child"
        yield finding("ASL347", message, span=place, pointer=pointer, help=help)
        return
    if seat.map not in maps:
        try:
            # A pipe may be typed on the command line, and not be waited for here.
            asking.workspace.read(named.map)
            maps[seat.map] = _opened(asking.workspace.shown(named.map))
        except AslSplitError as error:
            message = f"{named.map} cannot be used: {error.message}"
            help = "one state machine has to serve both, so both maps have to be right"
            yield finding("ASL015", message, span=place, pointer=pointer, help=help)
            yield from error.findings
            return
    other = maps[seat.map]
    if other.child(named.child) is None:
        message = f'{other.boundaries.source.name} has no child "{named.child}"'
        help = f"its children are {', '.join(other.boundaries.names)}"
        yield finding("ASL015", message, span=place, pointer=pointer, help=help)


def _not_served(
    own: LinkedMap, boundary: ChildBoundary, writer: LinkedMap, written: ChildBoundary
) -> Iterator[Finding]:
    """The map that is to write the child has it written elsewhere, or does not know of this one."""
    named = boundary.served_by
    assert named is not None
    shown = writer.boundaries.source.name
    if written.served_by is not None:
        message = f'"{written.name}" of {shown} is itself served by {written.served_by.map}'
        help = "name the map that writes the child; one of them has to"
    elif Seat(own.identity, boundary.name) not in map(writer.leads_to, written.elsewhere):
        message = f'{shown} does not name this map under shared of "{written.name}"'
        file = posixpath.basename(own.boundaries.source.name)
        help = f"add it there, as {{map: …/{file}, child: {boundary.name}}}"
    else:
        return
    place = own.boundaries.source.span(named.pointer)
    yield finding("ASL347", message, span=place, pointer=format_pointer(named.pointer), help=help)


def _not_asked(
    writer: LinkedMap, written: ChildBoundary, named: Elsewhere, maps: Mapping[str, LinkedMap]
) -> Iterator[Finding]:
    """The map of another site does not know that its child is written here."""
    seat = writer.leads_to(named)
    other = maps.get(seat.map)
    asked = None if other is None or other is writer else other.child(named.child)
    if asked is None or other is None:
        return
    if asked.served_by is not None and other.leads_to(asked.served_by) == Seat(writer.identity, written.name):
        return
    shown = other.boundaries.source.name
    by = "written there" if asked.served_by is None else f"served by {asked.served_by.map}"
    file = posixpath.basename(writer.boundaries.source.name)
    yield finding(
        "ASL347",
        f'"{asked.name}" of {shown} is {by}, and not served by "{written.name}" of {writer.boundaries.source.name}',
        span=writer.boundaries.source.span(named.pointer),
        pointer=format_pointer(named.pointer),
        help=f"say there served_by: {{map: …/{file}, child: {written.name}}}, or leave the site out here",
    )


def _same_arn(own: LinkedMap) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for child in own.boundaries.children:
        if child.site_of is None and first.setdefault(child.alias_arn, child.name) != child.name:
            message = f"the children {first[child.alias_arn]} and {child.name} have the same alias_arn"
            place = own.boundaries.source.span(child.pointer, key=True)
            help = "several regions of one machine go under shared of one child"
            yield finding("ASL012", f"{message}, {child.alias_arn}", span=place, help=help)


# --- what is said elsewhere ------------------------------------------------------------------------------------------


def _resolved(one: LinkedMap, maps: Mapping[str, LinkedMap]) -> BoundaryMap:
    """With what the maps that write its children say about them."""
    writing = {child.name: _writer(one, child, maps) for child in one.boundaries.children if child.site_of is None}
    children = tuple(
        child if (found := writing[child.of]) is None else _served(child, one.boundaries.child(child.of), *found)
        for child in one.boundaries.children
    )
    return replace(one.boundaries, children=children)


def _writer(
    one: LinkedMap, child: ChildBoundary, maps: Mapping[str, LinkedMap]
) -> tuple[LinkedMap, ChildBoundary] | None:
    if child.served_by is None:
        return None
    seat = one.leads_to(child.served_by)
    found = maps[seat.map].child(seat.child) if seat.map in maps else None
    return None if found is None else (maps[seat.map], found)


def _served(child: ChildBoundary, first: ChildBoundary, writer: LinkedMap, written: ChildBoundary) -> ChildBoundary:
    assert first.served_by is not None
    folder = posixpath.dirname(first.served_by.map)
    home = Home(
        posixpath.normpath(posixpath.join(folder, child_file(writer.boundaries, written.name))),
        posixpath.normpath(posixpath.join(folder, writer.boundaries.contract_folder(written.name))),
    )
    return replace(
        written,
        name=child.name,
        states=child.states,
        start=child.start,
        until=child.until,
        alias_arn=first.alias_arn or written.alias_arn,
        invoke_as=child.invoke_as,
        exits={},
        assume_reads=child.assume_reads,
        assume_present=child.assume_present,
        pointer=child.pointer,
        site_of=child.site_of,
        elsewhere=(),
        served_by=first.served_by,
        home=home,
    )
