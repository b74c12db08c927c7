"""A survey: what one boundary map gives to its children, as far as its own machine tells.

Which regions are equal to those of other maps, and what their contract is, is decided above, out of the surveys of all
maps that share a child; so each map is looked at in the same way whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
from aslsplit.plan.input_schema import object_stems, required_stems
from aslsplit.plan.selection import select

__all__ = ["Survey", "is_inside", "survey", "unassuming"]


@dataclass(frozen=True, slots=True)
class Survey:
    """``legal`` are the claims on regions that may each become a child, ``flows`` what crosses their borders.
    ``findings`` belong to a child or, under None, to the machine."""

    boundaries: BoundaryMap
    input_schema: Json | None
    claims: tuple[Claim, ...]
    legal: tuple[Claim, ...]
    facts: Facts
    flows: Mapping[str, RegionFlow]
    findings: tuple[tuple[str | None, Finding], ...]

    def sites(self, child: str) -> tuple[Claim, ...]:
        """All that the map gives to one child, legal or not."""
        return tuple(claim for claim in self.claims if claim.boundary.of == child)


def survey(
    boundaries: BoundaryMap, machine: StateMachine, input_schema: Json | None = None, known: Facts | None = None
) -> Survey:
    """``known`` are facts about the machine that are used again if they rest on the same assumptions."""
    selected, found = select(boundaries, machine)
    findings: list[tuple[str | None, Finding]] = [(None, remark) for remark in found]
    claims = claims_of(boundaries, machine, selected)
    legal: list[Claim] = []
    for claim in claims:
        remarks = [remark for check in CHECKS for remark in check(claim, claims)]
        findings += [(claim.child, remark) for remark in remarks]
        if claim.region is not None and not has_errors(remarks) and not has_errors(found):
            legal.append(claim)
    # Of what shares one child, all is legal or nothing is.
    unfit = {claim.boundary.of for claim in claims if claim not in legal}
    alone = [claim for claim in legal if claim.boundary.of not in unfit]
    assumed = _assumptions(boundaries, alone, input_schema)
    facts = known if known is not None and known.assumptions == assumed else analyze(machine, assumed)
    flows = dict(_flows(facts, alone))
    return Survey(boundaries, input_schema, claims, tuple(legal), facts, flows, tuple(findings))


def _flows(facts: Facts, legal: Sequence[Claim]) -> Iterator[tuple[str, RegionFlow]]:
    behind: dict[Pointer, Behind] = {}
    for claim in legal:
        assert claim.region is not None
        scope = facts.of(claim.region.scope)
        if scope.scope.pointer not in behind:
            behind[scope.scope.pointer] = behind_exits(scope)
        called_inside = _called_inside(facts, claim, legal)
        yield claim.child, region_flow(facts, claim.region, called_inside, behind[scope.scope.pointer])


def is_inside(facts: Facts, inner: Claim, outer: Claim) -> bool:
    assert inner.region is not None and outer.region is not None
    return lies_inside(facts.machine, inner.region, outer.region)


def _called_inside(facts: Facts, claim: Claim, legal: Sequence[Claim]) -> Mapping[str, tuple[AccessPath, ...]]:
    """The entries of the children of the same scope that lie inside this one, with what their calls will read."""
    inner = [other.region for other in legal if other.region is not None and is_inside(facts, other, claim)]
    entries = {entry for region in inner if region.scope is claim.scopes[0] for entry in region.entries}
    return {name: paths for name, paths in facts.assumptions.also_read.items() if name in entries}


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
