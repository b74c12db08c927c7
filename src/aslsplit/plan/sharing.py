"""Shared children: which sites of one child are equal, in one machine or in several.

Regions are equal up to names, comments and the literals that a call can send (``settings``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.correspondence import Correspondence, Parting, correspondence_of
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.regions import Region, lies_inside
from aslsplit.asl.model import ScopeKind, State
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.paths import CONTEXT, Stem
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.findings import Finding, Severity, finding
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import members_inside
from aslsplit.plan.settings import Same, Setting, Spot, Unequal, same_where_deployed, settings_of, spots_of, value_in
from aslsplit.plan.survey import Survey

__all__ = ["Circles", "Shared", "own_names_read", "sharing"]


Circles = Mapping[str, Sequence[tuple[Survey, str, str]]]
"""Children that are shared with other maps to all that one state machine stands in for: the survey of its map, its name
there, and how the map that the plan is for names that map."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The sites of one child, its own first; ``others`` has for each of them how the first one's states stand to its
    states, the first included, and ``surveys`` that of its map."""

    sites: tuple[Claim, ...]
    surveys: tuple[Survey, ...]
    others: tuple[Correspondence, ...]
    settings: tuple[Setting, ...]

    @property
    def first(self) -> Claim:
        return self.sites[0]

    def names_inside(self) -> list[str]:
        return [name for known in self.others for name in known.names.values()]


def sharing(own: Survey, circles: Circles) -> tuple[Mapping[str, Shared], list[tuple[str, Finding]]]:
    """The shared children whose sites are all legal and equal, and what there is to say about the others; both by the
    names that this map has for the children."""
    shared: dict[str, Shared] = {}
    remarks: list[tuple[str, Finding]] = []
    for child in own.boundaries.names:
        maps = circles.get(child, ((own, child, ""),))
        sites = [(claim, one) for one, name, _ in maps for claim in one.sites(name)]
        if len(sites) < 2 and child not in circles:
            continue
        usable = [(claim, one) for claim, one in sites if claim in one.legal]
        found = [remark for one, name, _ in maps if one is not own for remark in _errors_of(one, name)]
        found += [remark for claim, one in usable for remark in _about_place(claim, one)]
        single = [(claim, one) for claim, one in usable if claim.region is not None and len(claim.region.entries) == 1]
        first = sites[0]
        if first in single:
            apart = [remark for claim, one in single for remark in _too_far_apart(first, claim, one)]
            if not apart:
                one, differing = _compared(first[0], single)
                found += differing
            found += apart
            if not found and len(single) == len(sites):
                shared[child] = one
        remarks += [(child, remark) for remark in found]
    return shared, remarks


def _errors_of(other: Survey, child: str) -> Iterator[Finding]:
    """What keeps the sites of another map from becoming a child."""
    names = (None, *(claim.child for claim in other.sites(child)))
    return (remark for name, remark in other.findings if name in names and remark.severity is Severity.ERROR)


def _compared(first: Claim, sites: Sequence[tuple[Claim, Survey]]) -> tuple[Shared, list[Finding]]:
    """The sites that lead like the first one, and wherein they or the others are not equal to it."""
    alike: list[Correspondence] = []
    spots: list[Spot] = []
    remarks: list[Finding] = []
    for site, _ in sites:
        pair = correspondence_of(*_regions(first, site))
        if isinstance(pair, Parting):
            remarks.append(_parted(first, site, pair))
            continue
        alike.append(pair)
        for spot in _spots(pair, _same(first, site)):
            if isinstance(spot, Spot):
                spots.append(spot)
            else:
                remarks.append(_unequal(first, site, spot))
    states = [{one.name: other for one, other in pair.states} for pair in alike]
    # A site that is not equal may have nothing where two others differ.
    settings = () if remarks else settings_of(spots, states)
    claims, surveys = (tuple(found) for found in zip(*sites, strict=True))
    return Shared(claims, surveys, tuple(alike), settings), remarks


def _same(first: Claim, site: Claim) -> Same:
    if site.boundaries is first.boundaries:
        return strictly_equal
    served = site.boundary.served_by
    return same_where_deployed(() if served is None else served.same)


def _regions(first: Claim, site: Claim) -> tuple[Region, Region]:
    assert first.region is not None and site.region is not None
    return first.region, site.region


def _spots(pair: Correspondence, same: Same) -> Iterator[Spot | Unequal]:
    apart = {
        inner.name
        for one, _ in pair.states
        for scope in one.scopes
        if scope.kind is ScopeKind.DISTRIBUTED
        for inner in members_inside(iter(scope.states.values()))
    }
    for one, other in pair.states:
        yield from spots_of(one, other, apart=one.name in apart, same=same)


# --- what is refused -------------------------------------------------------------------------------------------------


def _about_place(site: Claim, own: Survey) -> Iterator[Finding]:
    assert site.region is not None
    if len(site.region.entries) > 1:
        yield finding(
            "ASL345",
            f'"{site.child}" is entered at {" and ".join(site.region.entries)}, and a shared child at one state only',
            span=site.in_map(),
            help="let each site begin at one state, or leave shared out",
        )
    for other in own.legal:
        if other.region is not None and lies_inside(site.machine, other.region, site.region):
            yield finding(
                "ASL344",
                f'"{other.child}" lies inside "{site.child}", which shares one child with other sites',
                span=other.in_map(),
                help=f"leave {other.child} out of the map, or do not share the child around it at {site.in_map()}",
            )


def _too_far_apart(first: tuple[Claim, Survey], site: Claim, own: Survey) -> Iterator[Finding]:
    """What two machines have to have in common, so that one child can be called from both."""
    claim, writing = first
    if own is writing:
        return
    there, one, other = claim.boundaries.source.name, claim.machine, site.machine
    if one.query_language != other.query_language:
        yield _unlike(site, f"{other.source.name} is {other.query_language}, {one.source.name} {one.query_language}")
    if one.source.data.get("Version") != other.source.data.get("Version"):
        yield _unlike(site, f"{other.source.name} and {one.source.name} have different Versions")
    for machine in (one, other):
        if machine.source.embedded is not None:
            yield _unlike(site, f"{machine.source.name} is a template, which fills in what no other file can")
    mine, theirs = own.boundaries.meta, writing.boundaries.meta
    for key, is_sent, is_needed in (
        ("correlation_id", mine.correlation_id is not None, theirs.correlation_id is not None),
        ("entity_id", mine.entity_id is not None, theirs.entity_id is not None),
    ):
        if is_sent != is_needed:
            having, lacking = (there, site.boundaries.source.name)[:: 1 if is_needed else -1]
            yield finding(
                "ASL348",
                f'"{site.child}" shares a child, whose calls send the same meta: {having} has {key}, {lacking} has not',
                span=site.in_map(),
                help=f"say meta.{key} in both maps or in neither; the paths may differ",
            )


def _unlike(site: Claim, what: str) -> Finding:
    return finding(
        "ASL348",
        f'"{site.child}" cannot share a child with another map: {what}',
        span=site.in_map(),
        help="take served_by out here and the site under shared there, and let each map have a child of its own",
    )


def _shown(claim: Claim, beside: Claim) -> str:
    """With its map, beside one of another map."""
    return f'"{claim.child}"' + f" of {claim.boundaries.source.name}" * (claim.boundaries is not beside.boundaries)


def _parted(first: Claim, site: Claim, parting: Parting) -> Finding:
    return finding(
        "ASL341",
        f"{_shown(site, first)} does not lead like {_shown(first, site)}: {parting.what}",
        span=site.in_machine(parting.other),
        pointer=format_pointer(parting.other),
        help=f"the first site is at {first.in_machine(parting.one)} ({format_pointer(parting.one)}); make both lead"
        " alike, name other states, or let each be a child of its own",
    )


def _unequal(first: Claim, site: Claim, found: Unequal) -> Finding:
    here, there = (*found.one.pointer, *found.field), (*found.other.pointer, *found.field)
    shown = ".".join(str(part) for part in found.field)
    if _is_written_alike(found):
        return finding(
            "ASL349",
            f'{shown} of "{found.other.name}" and of "{found.one.name}" has placeholders, which may be filled in with'
            f" two things where the machines are deployed, and cannot be sent: {found.reason}",
            span=site.in_machine(there),
            pointer=format_pointer(there),
            help=f"the first site has it at {first.in_machine(here)} ({format_pointer(here)}); if they mean the same in"
            f" both, say so: `same` under served_by of {site.child}",
        )
    is_resource = found.field == ("Resource",)
    way_out = (
        "call both through one integration whose parameters say what is called: arn:aws:states:::lambda:invoke"
        " with a FunctionName"
        if is_resource
        else "make both equal, or take the difference into the document ahead of the region"
    )
    return finding(
        "ASL343" if is_resource else "ASL342",
        f'{shown} of "{found.other.name}" is not that of "{found.one.name}", and cannot be sent: {found.reason}',
        span=site.in_machine(there),
        pointer=format_pointer(there),
        help=f"the first site has it at {first.in_machine(here)} ({format_pointer(here)}); {way_out}",
    )


def _is_written_alike(found: Unequal) -> bool:
    try:
        return strictly_equal(value_in(found.one.body, found.field), value_in(found.other.body, found.field))
    except (KeyError, IndexError, TypeError):
        return False


_OWN_NAME: Stem = ("State", "Name")


def own_names_read(facts: Facts, claim: Claim) -> Iterator[Finding]:
    """States that look what they are called: in a shared child that is one name for all sites."""
    for state in members_inside(iter(claim.states())):
        scope = facts.machine.scope_of(state.name)
        assert scope is not None
        for read in facts.of(scope).effects[state.name].reads:
            stem = read.path.stem
            if read.path.root == CONTEXT and stem == _OWN_NAME[: len(stem)]:
                yield _own_name(claim, state, read.pointer)


def _own_name(claim: Claim, state: State, pointer: Pointer) -> Finding:
    return finding(
        "ASL346",
        f'"{state.name}" of "{claim.child}" reads its own name, which is another one in a shared child',
        span=claim.in_machine(pointer),
        pointer=format_pointer(pointer),
        help=f"write the name as text, or let the site at {claim.in_map()} be a child of its own",
    )
