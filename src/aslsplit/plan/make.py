"""Making the plan: from the boundary map and the machine to regions, contracts and names, with every finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aslsplit.analysis.facts import Assumptions, Facts, analyze
from aslsplit.analysis.pathset import WHOLE, Paths, paths_of
from aslsplit.analysis.region_flow import Behind, RegionFlow, behind_exits, region_flow
from aslsplit.analysis.regions import lies_inside
from aslsplit.asl.model import StateMachine
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem
from aslsplit.asl.source import Json, Pointer
from aslsplit.findings import Finding, has_errors
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.checks import CHECKS
from aslsplit.plan.claim import Claim, claims_of
from aslsplit.plan.contract import Contract, contract_of, members_inside
from aslsplit.plan.contract_remarks import contract_remarks
from aslsplit.plan.generated import ChildNames, generated_names, names_of, values_taken
from aslsplit.plan.groups import groups_of, names_of_groups
from aslsplit.plan.input_schema import object_stems, required_stems
from aslsplit.plan.plan import ChildPlan, Plan, Site
from aslsplit.plan.residues import residues
from aslsplit.plan.selection import select
from aslsplit.plan.sharing import Shared, contracts_of_sites, own_names_read, sharing
from aslsplit.plan.unawaited import unawaited

__all__ = ["make_plan", "unassuming"]


def make_plan(
    boundaries: BoundaryMap, machine: StateMachine, input_schema: Json | None = None, known: Facts | None = None
) -> Plan:
    """A child with an error gets findings and no place in ``Plan.children``.

    Every child of the map is planned, whichever is to be extracted, so that a child's contract and names do not
    depend on what is extracted with it or before it. ``known`` are facts about the machine that are used again if they
    rest on the same assumptions.
    """
    selected, found = select(boundaries, machine)
    findings: list[tuple[str | None, Finding]] = [(None, remark) for remark in found]
    claims = claims_of(boundaries, machine, selected)
    legal: list[Claim] = []
    for claim in claims:
        remarks = [remark for check in CHECKS for remark in check(claim, claims)]
        findings += [(claim.child, remark) for remark in remarks]
        if claim.region is not None and not has_errors(remarks) and not has_errors(found):
            legal.append(claim)
    shared, remarks_of_sites = sharing(machine, legal, claims)
    findings += remarks_of_sites
    legal = [claim for claim in legal if claim.boundary.of in shared or len(boundaries.sites(claim.boundary.of)) == 1]
    assumed = _assumptions(boundaries, legal, input_schema)
    facts = known if known is not None and known.assumptions == assumed else analyze(machine, assumed)
    joins = names_of_groups(boundaries, names_of(machine))
    children, remarks_of_children = _children(facts, legal, shared, boundaries, joins)
    findings += remarks_of_children
    groups, remarks_of_groups = groups_of(facts, boundaries, children, joins)
    findings += remarks_of_groups
    refused = {child for child, _ in remarks_of_groups}
    kept = tuple(child for child in children if child.boundary.name not in refused)
    return Plan(boundaries, facts, kept, tuple(findings), input_schema, groups)


def _children(
    facts: Facts,
    legal: Sequence[Claim],
    shared: Mapping[str, Shared],
    boundaries: BoundaryMap,
    joins: Mapping[str, str],
) -> tuple[list[ChildPlan], list[tuple[str | None, Finding]]]:
    names, values = names_of(facts.machine).taking(joins.values()), values_taken(facts) | _stored(boundaries)
    children: list[ChildPlan] = []
    findings: list[tuple[str | None, Finding]] = []
    generated_for: dict[str, ChildNames] = {}
    for claim, flow, contract, site in _contracts(facts, legal, shared):
        assert claim.region is not None
        # The states that call a child inside this one may come to stand in it.
        called = [other for other in legal if _is_inside(facts, other, claim)]
        members = _names_inside(claim) if site is None else shared[claim.boundary.of].names_inside()
        inside = [*members, *_chosen_names(boundaries, called, joins)]
        generated = generated_names(claim.boundary, contract, names, values, inside)
        names = generated.names
        values |= generated.carrier.all
        if site is not None:
            first = generated_for.setdefault(claim.boundary.of, generated.child)
            generated = replace(generated, child=first.at_site(site.names))
        child = ChildPlan(claim.boundary, claim.region, flow, contract, generated, facts.machine.query_language, site)
        remarks = (*contract_remarks(facts, claim, child), *unawaited(facts, claim, child))
        if site is not None:
            remarks += tuple(own_names_read(facts, claim))
        if not has_errors(remarks):
            remarks += tuple(residues(facts, claim, child))
        findings += [(claim.child, remark) for remark in remarks]
        if not has_errors(remarks):
            children.append(child)
    # What one site is refused for, all of them are.
    known = {child.boundary.name for child in children}
    whole = {of for of, one in shared.items() if all(site.child in known for site in one.sites)}
    return [child for child in children if child.site is None or child.boundary.of in whole], findings


def _contracts(
    facts: Facts, legal: Sequence[Claim], shared: Mapping[str, Shared]
) -> Iterator[tuple[Claim, RegionFlow, Contract, Site | None]]:
    behind: dict[Pointer, Behind] = {}
    flows: dict[str, RegionFlow] = {}
    for claim in legal:
        assert claim.region is not None
        scope = facts.of(claim.region.scope)
        if scope.scope.pointer not in behind:
            behind[scope.scope.pointer] = behind_exits(scope)
        called_inside = _called_inside(facts, claim, legal)
        flows[claim.child] = region_flow(facts, claim.region, called_inside, behind[scope.scope.pointer])
    language = facts.machine.query_language
    for claim in legal:
        if claim.child in shared:
            sites = shared[claim.child].sites
            at_sites = contracts_of_sites(shared[claim.child], [flows[site.child] for site in sites], facts)
            yield from ((site, *found) for site, found in zip(sites, at_sites, strict=True))
        elif claim.boundary.site_of is None:
            yield claim, flows[claim.child], contract_of(flows[claim.child], claim.boundary, language), None


def _stored(boundaries: BoundaryMap) -> set[str]:
    """The fields in which the map wants to have something put."""
    return {child.accepted_at.stem[0] for child in boundaries.children if child.accepted_at is not None}


def _is_inside(facts: Facts, inner: Claim, outer: Claim) -> bool:
    assert inner.region is not None and outer.region is not None
    return lies_inside(facts.machine, inner.region, outer.region)


def _called_inside(facts: Facts, claim: Claim, legal: Sequence[Claim]) -> Mapping[str, tuple[AccessPath, ...]]:
    """The entries of the children of the same scope that lie inside this one, with what their calls will read."""
    inner = [other.region for other in legal if other.region is not None and _is_inside(facts, other, claim)]
    entries = {entry for region in inner if region.scope is claim.scopes[0] for entry in region.entries}
    return {name: paths for name, paths in facts.assumptions.also_read.items() if name in entries}


def _chosen_names(boundaries: BoundaryMap, called: Sequence[Claim], joins: Mapping[str, str]) -> list[str]:
    """The user's names for the states that call these children."""
    invoked = [claim.boundary.invoke_as for claim in called]
    names = {claim.child for claim in called}
    joined = [joins[group.state] for group in boundaries.parallel if not names.isdisjoint(group.children)]
    return [*(name for name in invoked if name is not None), *joined]


def _names_inside(claim: Claim) -> list[str]:
    return [state.name for state in members_inside(iter(claim.states()))]


def _assumptions(boundaries: BoundaryMap, legal: Sequence[Claim], input_schema: Json | None) -> Assumptions:
    stems = required_stems(input_schema) if input_schema is not None else frozenset({()})
    meta = [path for path in (boundaries.meta.correlation_id, boundaries.meta.entity_id) if path is not None]
    reads: dict[str, tuple[AccessPath, ...]] = {}
    for child in boundaries.children:
        reads |= child.assume_reads
    return Assumptions(
        observed=_observed(boundaries),
        present=_at_start(stems),
        reads=reads,
        also_read=_envelope_reads(legal, tuple(meta)),
        objects=object_stems(input_schema),
    )


def unassuming() -> Assumptions:
    """What a boundary map assumes that says nothing about it."""
    at_start: frozenset[Stem] = frozenset({()})
    return Assumptions({DOCUMENT: WHOLE}, _at_start(at_start), {}, {})


def _at_start(stems: frozenset[Stem]) -> Mapping[str, frozenset[Stem]]:
    context = frozenset(("Execution", "Input", *stem) for stem in stems)
    return {DOCUMENT: stems, CONTEXT: context | {(), ("Execution",)}}


def _observed(boundaries: BoundaryMap) -> Paths:
    if boundaries.observe == "all":
        return {DOCUMENT: WHOLE}
    if boundaries.observe == "none":
        return {}
    return {DOCUMENT: paths_of(path.stem for path in boundaries.observe)}


def _envelope_reads(legal: Sequence[Claim], meta: tuple[AccessPath, ...]) -> Mapping[str, tuple[AccessPath, ...]]:
    return {e: meta for claim in legal if claim.region is not None for e in claim.region.entries} if meta else {}
