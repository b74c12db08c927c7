"""The boundary map: the YAML file in which the user names the children and what is known about them.

A ``BoundaryMap`` is made only from a file without errors (see ``map_reading``), so nobody else need check it again.
Which states a child consists of depends on the machine and is decided in ``selection``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from aslsplit.asl.paths import AccessPath
from aslsplit.asl.source import Pointer, Source
from aslsplit.findings import Finding, finding
from aslsplit.plan.map_fields import describe, nearest
from aslsplit.plan.prices import Prices
from aslsplit.plan.wiring import WiringSettings

__all__ = [
    "BoundaryMap",
    "Carrier",
    "ChildBoundary",
    "Elsewhere",
    "Entries",
    "Errors",
    "ExecutionName",
    "Group",
    "Home",
    "MachineType",
    "Meta",
    "Optional_",
    "Pattern",
    "Style",
    "find_child",
    "schema_text",
]

Carrier = Literal["variables", "document"]
Entries = Literal["single", "dispatch"]
Errors = Literal["rethrow", "surface", "ignore"]
ExecutionName = Literal["generated", "derived"]
MachineType = Literal["STANDARD", "EXPRESS"]
Optional_ = Literal["exact", "widen"]
Pattern = Literal["sync", "async", "callback", "express"]
Style = Literal["explicit", "compact"]


@dataclass(frozen=True, slots=True)
class Meta:
    """Where the monolith's document holds what every call to a child sends along as ``meta``."""

    correlation_id: AccessPath | None = None
    entity_id: AccessPath | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A child of another map, which shares one state machine with a child of this one. ``map`` is the file of that map,
    relative to the folder of this one; ``pointer`` leads to where this one names it."""

    map: str
    child: str
    pointer: Pointer
    same: tuple[str, ...] = ()
    """What both machines have filled in with the same text when they are deployed, such as ``${SendArn}``."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the map that a child belongs to keeps it: names of its file and of the folder of its contract, relative to
    the map that has it from there."""

    file: str
    contract: str


@dataclass(frozen=True, slots=True)
class ChildBoundary:
    """One child as the map describes it, or another site of one that is shared: a region of its own that the same
    child stands in for. ``pointer`` leads to its entry under ``children``, or to the item of ``shared``."""

    name: str
    workflow: str
    states: tuple[str, ...]
    """State names and globs, as written."""

    start: str | None
    """The map's ``from``: the region is everything reachable from this state."""

    until: tuple[str, ...]
    """The states before which the region ends. They are not members: exclusive, like the end of a slice."""

    alias_arn: str
    owner: str | None
    description: str | None
    version: str
    accepts: tuple[str, ...]
    """The contract versions the child takes; ``version`` is one of them."""

    request: Mapping[str, AccessPath] | None
    """Renames: contract field to path in the document, or to a variable. None: it mirrors the document."""

    result: Mapping[str, AccessPath] | None
    pattern: Pattern
    """How the caller calls the child, and whether it waits."""

    accepted_at: AccessPath | None
    """Where a caller that does not wait puts what it is answered when the child has been started."""

    entries: Entries
    """``dispatch``: control may arrive at several states, and the request names the one."""

    errors: Errors
    carrier: Carrier
    style: Style
    optional: Optional_
    execution_name: ExecutionName
    """``derived``: from the caller's execution, so that a start that is tried again does not start a second one."""

    invoke_as: str | None
    """The name of the state in the parent that calls the child."""

    timeout_seconds: int | None
    """How long the call waits for a child that answers by task token; None: as long as AWS lets it."""

    exits: Mapping[str, str]
    """Target state of an exit, or ``end`` for the end of the scope, to the outcome the contract shows."""

    assume_reads: Mapping[str, tuple[AccessPath, ...]]
    """State to all that it really uses of the document it is sent."""

    assume_present: tuple[AccessPath, ...]
    """Paths that exist whenever the child's region is entered."""

    pointer: Pointer
    site_of: str | None = None
    """The shared child that this is another site of; None for a child, which is its own first site."""

    elsewhere: tuple[Elsewhere, ...] = ()
    """Children of other maps that this child stands in for as well: it is written here, and served to them."""

    served_by: Elsewhere | None = None
    """The child of another map that stands in for this one: it is written there."""

    home: Home | None = None
    """Where that child is kept. None: here, or nobody has looked into the other map."""

    @property
    def of(self) -> str:
        """The name of the child that stands in for the region."""
        return self.name if self.site_of is None else self.site_of


@dataclass(frozen=True, slots=True)
class Group:
    """Children that run side by side, in the order in which they stand; ``state`` is what the map calls the Parallel
    state that joins them. ``pointer`` leads to its entry under ``parallel``."""

    state: str
    children: tuple[str, ...]
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class BoundaryMap:
    """File names are relative to the folder of the map, written with ``/``, and never lead out of it."""

    source: Source
    version: int
    monolith: str
    resource: str | None
    """The state machine that is meant, if the monolith is a template."""

    parent: str | None
    """None: the monolith's file is rewritten in place."""

    children_dir: str
    contracts_dir: str
    observe: Literal["all", "none"] | tuple[AccessPath, ...]
    input_schema: str | None
    machine_type: MachineType
    """The monolith's workflow type; no definition states it."""

    meta: Meta
    wiring: WiringSettings
    prices: Prices | None
    children: tuple[ChildBoundary, ...]
    """In the order of the file, each child followed by its other sites."""

    parallel: tuple[Group, ...] = ()

    @property
    def parent_file(self) -> str:
        """Where the parent goes, and is when it was written."""
        return self.parent or self.monolith

    @property
    def in_place(self) -> bool:
        """The parent stands where the monolith stood, which is made again from the children."""
        return self.parent_file == self.monolith

    @property
    def names(self) -> tuple[str, ...]:
        """Of the children, without their other sites."""
        return tuple(child.name for child in self.children if child.site_of is None)

    def sites(self, name: str) -> tuple[str, ...]:
        """The names of all sites of a child, its own first."""
        return tuple(child.name for child in self.children if child.of == name)

    def child(self, name: str) -> ChildBoundary:
        """The child, or the other site of one, of this name."""
        return next(child for child in self.children if child.name == name)

    def contract_folder(self, name: str) -> str:
        """Where the contract of a child lies, relative to the map."""
        home = self.child(name).home
        return posixpath.normpath(f"{self.contracts_dir}/{name}") if home is None else home.contract


def find_child(boundaries: BoundaryMap, name: str) -> tuple[ChildBoundary | None, tuple[Finding, ...]]:
    """The child that the command line asks for."""
    by_name = {child.name: child for child in boundaries.children if child.site_of is None}
    if name in by_name:
        return by_name[name], ()
    close = nearest(name, by_name)
    help = f"did you mean {describe(close)}?" if close else f"children of the map are {', '.join(by_name)}"
    place = boundaries.source.span(("children",), key=True)
    message = f"{boundaries.source.name} has no child {describe(name)}"
    return None, (finding("ASL010", message, span=place, pointer="/children", help=help),)


def schema_text() -> str:
    """The JSON Schema of the map, for editors: what ``# yaml-language-server: $schema=…`` points at."""
    return resources.files("aslsplit.plan").joinpath("boundaries.schema.json").read_text("utf-8")
