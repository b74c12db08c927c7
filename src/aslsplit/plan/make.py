"""Making the plan: from the boundary map and the machine to regions, contracts and names, with every finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aslsplit.analysis.facts import Assumptions, Facts, analyze
from aslsplit.analysis.pathset import WHOLE, Paths, paths_of
from aslsplit.analysis.region_flow import Behind, behind_exits, region_flow
from aslsplit.analysis.regions import lies_inside
from aslsplit.asl.model import StateMachine
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem
from aslsplit.asl.source import Json, Pointer
from aslsplit.findings import Finding, has_errors
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.checks import CHECKS
from aslsplit.plan.claim import Claim, claims_of
from aslsplit.plan.contract import contract_of, members_inside
from aslsplit.plan.contract_remarks import contract_remarks
from aslsplit.plan.generated import generated_names, names_of, values_taken
from aslsplit.plan.input_schema import object_stems, required_stems
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.plan.residues import residues
from aslsplit.plan.selection import select
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
    assumed = _assumptions(boundaries, legal, input_schema)
    facts = known if known is not None and known.assumptions == assumed else analyze(machine, assumed)
    children, remarks_of_children = _children(facts, legal, boundaries)
    findings += remarks_of_children
    return Plan(boundaries, facts, tuple(children), tuple(findings), input_schema)


def _children(
    facts: Facts, legal: Sequence[Claim], boundaries: BoundaryMap
) -> tuple[list[ChildPlan], list[tuple[str | None, Finding]]]:
    names, values = names_of(facts.machine), values_taken(facts) | _stored(boundaries)
    children: list[ChildPlan] = []
    findings: list[tuple[str | None, Finding]] = []
    behind: dict[Pointer, Behind] = {}
    for claim in legal:
        assert claim.region is not None
        scope = facts.of(claim.region.scope)
        if scope.scope.pointer not in behind:
            behind[scope.scope.pointer] = behind_exits(scope)
        called_inside = _called_inside(facts, claim, legal)
        flow = region_flow(facts, claim.region, called_inside, behind[scope.scope.pointer])
        contract = contract_of(flow, claim.boundary, facts.machine.query_language)
        # The states that call a child inside this one may come to stand in it.
        called = [other.boundary.invoke_as for other in legal if _is_inside(facts, other, claim)]
        inside = [*_names_inside(claim), *(name for name in called if name is not None)]
        generated = generated_names(claim.boundary, contract, names, values, inside)
        names = generated.names
        values |= generated.carrier.all
        child = ChildPlan(claim.boundary, claim.region, flow, contract, generated, facts.machine.query_language)
        remarks = (*contract_remarks(facts, claim, child), *unawaited(facts, claim, child))
        if not has_errors(remarks):
            remarks += tuple(residues(facts, claim, child))
        findings += [(claim.child, remark) for remark in remarks]
        if not has_errors(remarks):
            children.append(child)
    return children, findings


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
