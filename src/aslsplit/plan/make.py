"""Making the plan: from the boundary map and the machine to regions, contracts and names, with every finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aslsplit.analysis.facts import Facts
from aslsplit.analysis.region_flow import RegionFlow
from aslsplit.asl.model import StateMachine
from aslsplit.asl.source import Json
from aslsplit.findings import Finding, Severity, has_errors
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import Contract, contract_of, members_inside
from aslsplit.plan.contract_remarks import contract_remarks
from aslsplit.plan.generated import generated_names, names_of, values_taken
from aslsplit.plan.groups import groups_of, names_of_groups
from aslsplit.plan.plan import ChildPlan, Plan, PlannedSite, Site
from aslsplit.plan.residues import residues
from aslsplit.plan.shared_contract import contracts_of_sites
from aslsplit.plan.sharing import Circles, Shared, own_names_read, sharing
from aslsplit.plan.survey import Survey, is_inside, survey
from aslsplit.plan.unawaited import unawaited

__all__ = ["make_plan", "plan_from"]


def make_plan(
    boundaries: BoundaryMap, machine: StateMachine, input_schema: Json | None = None, known: Facts | None = None
) -> Plan:
    """A child with an error gets findings and no place in ``Plan.children``.

    Every child of the map is planned, whichever is to be extracted, so that a child's contract and names do not
    depend on what is extracted with it or before it. ``known`` are facts about the machine that are used again if they
    rest on the same assumptions.
    """
    return plan_from(survey(boundaries, machine, input_schema, known), {})


def plan_from(own: Survey, circles: Circles) -> Plan:
    """The same, for a map whose children may be shared with other maps. Children that another map writes have no place
    in the plan without that one's survey."""
    boundaries, facts = own.boundaries, own.facts
    findings = list(own.findings)
    shared, remarks_of_sites = sharing(own, circles)
    findings += remarks_of_sites
    legal = [
        claim
        for claim in own.legal
        if claim.boundary.of in shared
        or not (len(own.sites(claim.boundary.of)) > 1 or claim.child in circles or claim.boundary.served_by)
    ]
    joins = names_of_groups(boundaries, names_of(facts.machine))
    named = {id(one): map for maps in circles.values() for one, _, map in maps}
    children, beside, remarks_of_children = _children(own, legal, shared, joins, named)
    findings += remarks_of_children
    groups, remarks_of_groups = groups_of(facts, boundaries, children, joins)
    findings += remarks_of_groups
    refused = {child for child, _ in remarks_of_groups}
    kept = tuple(child for child in children if child.boundary.name not in refused)
    found = {name: sites for name, sites in beside.items() if name in circles}
    return Plan(boundaries, facts, kept, tuple(findings), own.input_schema, groups, found)


def _children(
    own: Survey,
    legal: Sequence[Claim],
    shared: Mapping[str, Shared],
    joins: Mapping[str, str],
    named: Mapping[int, str],
) -> tuple[list[ChildPlan], Mapping[str, tuple[PlannedSite, ...]], list[tuple[str | None, Finding]]]:
    """The children of the map, all sites of its shared ones, and remarks. ``named`` are other maps, by their survey."""
    boundaries = own.boundaries
    names = names_of(own.facts.machine).taking(joins.values())
    values = values_taken(own.facts) | _stored(boundaries)
    children: list[ChildPlan] = []
    findings: list[tuple[str | None, Finding]] = []
    sites: dict[str, list[PlannedSite]] = {}
    refused: set[str] = set()
    for planned in _contracts(own, legal, shared):
        claim, facts, site = planned.claim, planned.survey.facts, planned.site
        assert claim.region is not None
        is_own = planned.survey is own
        # The states that call a child inside this one may come to stand in it.
        called = [other for other in legal if is_own and is_inside(facts, other, claim)]
        members = _names_inside(claim) if site is None else shared[planned.of].names_inside()
        inside = [*members, *_chosen_names(boundaries, called, joins)]
        # In another machine only the child's own names matter.
        taken = (names, values) if is_own else (names_of(facts.machine), values_taken(facts))
        generated = generated_names(claim.boundary, planned.contract, *taken, inside)
        if is_own:
            names = generated.names
            values |= generated.carrier.all
        known = sites.setdefault(planned.of, [])
        if site is not None and known:
            generated = replace(generated, child=known[0].child.generated.child.at_site(site.names))
        language = facts.machine.query_language
        child = ChildPlan(claim.boundary, claim.region, planned.flow, planned.contract, generated, language, site)
        map = "" if is_own else named[id(planned.survey)]
        known.append(PlannedSite(child, planned.survey.boundaries, facts, planned.survey.input_schema, map))
        remarks = (*contract_remarks(facts, claim, child), *unawaited(facts, claim, child))
        if site is not None:
            remarks += tuple(own_names_read(facts, claim))
        if not has_errors(remarks):
            remarks += tuple(residues(facts, claim, child))
        if has_errors(remarks):
            # What one site is refused for, all of them are.
            refused.add(planned.of)
        if is_own:
            findings += [(claim.child, remark) for remark in remarks]
            children.append(child)
        else:
            # The rest is told where the other map is planned.
            findings += [(planned.of, remark) for remark in remarks if remark.severity is Severity.ERROR]
    kept = [child for child in children if child.boundary.of not in refused]
    return kept, {name: tuple(known) for name, known in sites.items() if name not in refused}, findings


@dataclass(frozen=True, slots=True)
class _Planned:
    """``of`` is what the map calls the child, also at sites of other maps."""

    of: str
    claim: Claim
    survey: Survey
    flow: RegionFlow
    contract: Contract
    site: Site | None


def _contracts(own: Survey, legal: Sequence[Claim], shared: Mapping[str, Shared]) -> Iterator[_Planned]:
    language = own.facts.machine.query_language
    for claim in legal:
        if claim.child in shared:
            yield from (_Planned(claim.child, *found) for found in contracts_of_sites(shared[claim.child]))
        elif claim.boundary.site_of is None:
            flow = own.flows[claim.child]
            yield _Planned(claim.child, claim, own, flow, contract_of(flow, claim.boundary, language), None)


def _stored(boundaries: BoundaryMap) -> set[str]:
    """The fields in which the map wants to have something put."""
    return {child.accepted_at.stem[0] for child in boundaries.children if child.accepted_at is not None}


def _chosen_names(boundaries: BoundaryMap, called: Sequence[Claim], joins: Mapping[str, str]) -> list[str]:
    """The user's names for the states that call these children."""
    invoked = [claim.boundary.invoke_as for claim in called]
    names = {claim.child for claim in called}
    joined = [joins[group.state] for group in boundaries.parallel if not names.isdisjoint(group.children)]
    return [*(name for name in invoked if name is not None), *joined]


def _names_inside(claim: Claim) -> list[str]:
    return [state.name for state in members_inside(iter(claim.states()))]
