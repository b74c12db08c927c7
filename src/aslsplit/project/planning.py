"""The plan of a project, together with what is known of the maps with which it shares children."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from aslsplit.analysis.facts import Facts
from aslsplit.plan.make import plan_from
from aslsplit.plan.plan import Plan
from aslsplit.plan.sharing import Circles
from aslsplit.plan.survey import Survey, survey
from aslsplit.project.linked_maps import Seat
from aslsplit.project.load import Project

__all__ = ["Neighbour", "neighbours", "plan_of"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A project that has children from another one, planned as far as those are concerned; ``names`` are its names for
    all sites of these children."""

    project: Project
    plan: Plan
    names: tuple[str, ...]


def plan_of(project: Project) -> Plan:
    surveys = _surveys(project, {})
    return plan_from(surveys[project.identity], _circles(project.circles, surveys))


def neighbours(project: Project, plan: Plan, names: Collection[str]) -> Iterator[Neighbour]:
    """Those that have any of these children from here; a child that is refused has no neighbours."""
    served: dict[str, dict[str, tuple[Seat, ...]]] = {}
    for name, seats in project.circles.items():
        if name in names and name in plan.circles and seats[0].map == project.identity:
            for seat in seats[1:]:
                served.setdefault(seat.map, {})[seat.child] = seats
    if not served:
        return
    known = {id(site.boundaries): site.facts for sites in plan.circles.values() for site in sites}
    surveys = _surveys(project, known)
    for identity, circles in served.items():
        other = project.others[identity]
        planned = plan_from(surveys[identity], _circles(circles, surveys))
        yield Neighbour(other, planned, tuple(site for child in circles for site in other.boundaries.sites(child)))


def _surveys(project: Project, known: Mapping[int, Facts]) -> Mapping[str, Survey]:
    """``known`` are facts by the map they are of."""
    return {
        one.identity: survey(one.boundaries, one.machine, one.input_schema, known.get(id(one.boundaries)))
        for one in (project, *project.others.values())
    }


def _circles(circles: Mapping[str, tuple[Seat, ...]], surveys: Mapping[str, Survey]) -> Circles:
    return {name: [(surveys[seat.map], seat.child, seat.named) for seat in seats] for name, seats in circles.items()}
