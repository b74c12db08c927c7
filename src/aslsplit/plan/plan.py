"""The plan: what will be done to a machine, decided before anything is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from aslsplit.analysis.facts import Facts
from aslsplit.analysis.region_flow import RegionFlow
from aslsplit.analysis.regions import Region, lies_inside
from aslsplit.asl.model import QueryLanguage
from aslsplit.asl.source import Json
from aslsplit.findings import Finding, has_errors
from aslsplit.plan.boundaries import BoundaryMap, ChildBoundary, Group
from aslsplit.plan.call_form import CallForm, Failure, form_of
from aslsplit.plan.contract import Contract
from aslsplit.plan.generated import Generated
from aslsplit.plan.settings import Spot

__all__ = ["ChildPlan", "GroupPlan", "Plan", "PlannedSite", "Site"]

_WRAPPED = (Failure.DESCRIBED, Failure.IN_ANSWER)
"""What the child failed with arrives inside of something else."""


@dataclass(frozen=True, slots=True)
class Site:
    """One of the regions that a shared child stands in for.

    ``contract`` is the child's own. ``names`` lead each state of the first site, the inner ones included, to the one
    that stands there at this site. ``settings`` are the literals that the call sends along, ``spots`` where each is
    read in the states of the first site.
    """

    contract: Contract
    names: Mapping[str, str]
    settings: Mapping[str, Json]
    spots: Mapping[Spot, str]


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """One legal child: its region, what crosses the border, and what its generated states are called."""

    boundary: ChildBoundary
    region: Region
    flow: RegionFlow
    contract: Contract
    generated: Generated
    query_language: QueryLanguage
    """The machine's, and so that of the generated states."""

    site: Site | None = None
    """Of a shared child: ``contract`` is then what is sent and taken at this site."""

    @property
    def published(self) -> Contract:
        """The child's own contract, whoever calls it."""
        return self.contract if self.site is None else self.site.contract

    @property
    def as_called(self) -> Contract:
        """The child's own contract, with the entry and the targets of this site."""
        entries = zip(self.published.entries, self.contract.entries, strict=True)
        exits = zip(self.published.exits, self.contract.exits, strict=True)
        return replace(
            self.published,
            entries=tuple(replace(found, entry=own.entry) for found, own in entries),
            exits=tuple(replace(found, target=own.target) for found, own in exits),
        )

    @property
    def is_child(self) -> bool:
        """And not another site of one."""
        return self.boundary.site_of is None

    @property
    def is_written(self) -> bool:
        """Here, that is: there is a child, and it is no other map's."""
        return self.is_child and self.boundary.served_by is None

    @property
    def form(self) -> CallForm:
        return form_of(self.boundary.pattern)

    @property
    def rethrows(self) -> bool:
        """The parent has to find out by itself what the child failed with."""
        return self.boundary.errors == "rethrow" and self.form.failure in _WRAPPED

    @property
    def surfaces(self) -> bool:
        """A failure of the child shows in the parent under another name than its own."""
        return self.boundary.errors == "surface" and self.form.failure in _WRAPPED


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """A region with the map and the machine that it is of."""

    child: ChildPlan
    boundaries: BoundaryMap
    facts: Facts
    input_schema: Json | None
    map: str = ""
    """How the map that the plan is for names that of the region, if it is another one."""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Children that may run side by side, in the order in which they stand. ``state`` is the name of the Parallel state
    that joins them, once all of them are extracted."""

    boundary: Group
    state: str
    children: tuple[ChildPlan, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.boundary.children


@dataclass(frozen=True, slots=True)
class Plan:
    """``children`` are those of the boundary map that are legal, in its order; ``findings`` belong to a child or,
    under None, to the machine. ``groups`` are those of the map that are legal."""

    boundaries: BoundaryMap
    facts: Facts
    children: tuple[ChildPlan, ...]
    findings: tuple[tuple[str | None, Finding], ...]
    input_schema: Json | None = None
    groups: tuple[GroupPlan, ...] = ()
    circles: Mapping[str, tuple[PlannedSite, ...]] = field(default_factory=dict)
    """Of the children that are shared with other maps all sites, those of the map that writes the child first."""

    def joined(self, names: Collection[str]) -> tuple[GroupPlan, ...]:
        """The groups of which all children are among these: only those run side by side."""
        return tuple(group for group in self.groups if set(group.names) <= set(names))

    def child(self, name: str) -> ChildPlan | None:
        return next((child for child in self.children if child.boundary.name == name), None)

    def refuses(self, name: str) -> bool:
        return self.child(name) is None or has_errors(finding for child, finding in self.findings if child == name)

    def caller(self, child: ChildPlan, names: Collection[str]) -> ChildPlan | None:
        """The innermost of these children that ``child`` lies in, and that therefore calls it."""
        around = [other for other in self.children if other.boundary.name in names and self.lies_inside(child, other)]
        return max(around, key=lambda one: sum(self.lies_inside(one, other) for other in around), default=None)

    def lies_inside(self, inner: ChildPlan, outer: ChildPlan) -> bool:
        return lies_inside(self.facts.machine, inner.region, outer.region)

    def findings_of(self, names: frozenset[str]) -> tuple[Finding, ...]:
        """What concerns these children and the machine as a whole; what concerns several of them is said once."""
        wanted = {site for name in names for site in (name, *self.boundaries.sites(name))}
        return tuple(dict.fromkeys(finding for child, finding in self.findings if child is None or child in wanted))

    def sites(self, child: ChildPlan) -> tuple[ChildPlan, ...]:
        """All that the same child stands in for, its own region first."""
        return tuple(other for other in self.children if other.boundary.of == child.boundary.of)

    def everywhere(self, child: ChildPlan) -> tuple[PlannedSite, ...]:
        """Those of other maps as well; the first one's states are the child's."""
        if child.boundary.of in self.circles:
            return self.circles[child.boundary.of]
        return tuple(PlannedSite(site, self.boundaries, self.facts, self.input_schema) for site in self.sites(child))
