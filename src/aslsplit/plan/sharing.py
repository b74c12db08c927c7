"""Shared children: which sites of one child are equal, and what its contract is when all of them call it.

Regions are equal up to names, comments and the literals that a call can send (``settings``). The request holds what any
site may have to send, the result what any site wants back; what one of them has no use for may be absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aslsplit.analysis.correspondence import Correspondence, Parting, correspondence_of
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.forms import json_type
from aslsplit.analysis.pathset import EMPTY, Paths, merge
from aslsplit.analysis.presence import known_after, present_before
from aslsplit.analysis.region_flow import EntryFlow, ExitFlow, RegionFlow
from aslsplit.analysis.regions import Exit, Region, lies_inside
from aslsplit.analysis.shapes import Presence
from aslsplit.asl.model import ScopeKind, State, StateMachine
from aslsplit.asl.paths import CONTEXT, DOCUMENT, Stem
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.boundaries import ChildBoundary
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import Contract, ExitContract, contract_of, members_inside
from aslsplit.plan.plan import Site
from aslsplit.plan.settings import Setting, Spot, Unequal, settings_of, spots_of

__all__ = ["Shared", "contracts_of_sites", "own_names_read", "sharing"]


@dataclass(frozen=True, slots=True)
class Shared:
    """The sites of one child, its own first; ``others`` has for each of them how the first one's states stand to its
    states, the first included."""

    sites: tuple[Claim, ...]
    others: tuple[Correspondence, ...]
    settings: tuple[Setting, ...]

    @property
    def first(self) -> Claim:
        return self.sites[0]

    def names_inside(self) -> list[str]:
        return [name for known in self.others for name in known.names.values()]


def sharing(
    machine: StateMachine, legal: Sequence[Claim], claims: Sequence[Claim]
) -> tuple[Mapping[str, Shared], list[tuple[str, Finding]]]:
    """The shared children whose sites are all legal and equal, and what there is to say about the others."""
    shared: dict[str, Shared] = {}
    remarks: list[tuple[str, Finding]] = []
    for first in claims:
        sites = [claim for claim in claims if claim.boundary.of == first.child]
        if len(sites) < 2:
            continue
        usable = [claim for claim in sites if claim in legal]
        found = [(site.child, remark) for site in usable for remark in _about_place(machine, site, legal)]
        single = [claim for claim in usable if claim.region is not None and len(claim.region.entries) == 1]
        if first in single:
            one, differing = _compared(first, single)
            found += differing
            if not found and len(single) == len(sites):
                shared[first.child] = one
        remarks += found
    return shared, remarks


def _compared(first: Claim, sites: Sequence[Claim]) -> tuple[Shared, list[tuple[str, Finding]]]:
    """The sites that lead like the first one, and wherein they or the others are not equal to it."""
    alike: list[Correspondence] = []
    spots: list[Spot] = []
    remarks: list[tuple[str, Finding]] = []
    for site in sites:
        pair = correspondence_of(*_regions(first, site))
        if isinstance(pair, Parting):
            remarks.append((site.child, _parted(first, site, pair)))
            continue
        alike.append(pair)
        for spot in _spots(pair):
            if isinstance(spot, Spot):
                spots.append(spot)
            else:
                remarks.append((site.child, _unequal(first, site, spot)))
    states = [{one.name: other for one, other in pair.states} for pair in alike]
    # A site that is not equal may have nothing where two others differ.
    return Shared(tuple(sites), tuple(alike), () if remarks else settings_of(spots, states)), remarks


def _regions(first: Claim, site: Claim) -> tuple[Region, Region]:
    assert first.region is not None and site.region is not None
    return first.region, site.region


def _spots(pair: Correspondence) -> Iterator[Spot | Unequal]:
    apart = {
        inner.name
        for one, _ in pair.states
        for scope in one.scopes
        if scope.kind is ScopeKind.DISTRIBUTED
        for inner in members_inside(iter(scope.states.values()))
    }
    for one, other in pair.states:
        yield from spots_of(one, other, apart=one.name in apart)


# --- what is refused -------------------------------------------------------------------------------------------------


def _about_place(machine: StateMachine, site: Claim, legal: Sequence[Claim]) -> Iterator[Finding]:
    assert site.region is not None
    if len(site.region.entries) > 1:
        yield finding(
            "ASL345",
            f'"{site.child}" is entered at {" and ".join(site.region.entries)}, and a shared child at one state only',
            span=site.in_map(),
            help="let each site begin at one state, or leave shared out",
        )
    for other in legal:
        if other.region is not None and lies_inside(machine, other.region, site.region):
            yield finding(
                "ASL344",
                f'"{other.child}" lies inside "{site.child}", which shares one child with other sites',
                span=other.in_map(),
                help=f"leave {other.child} out of the map, or do not share the child around it at {site.in_map()}",
            )


def _parted(first: Claim, site: Claim, parting: Parting) -> Finding:
    return finding(
        "ASL341",
        f'"{site.child}" does not lead like "{first.child}": {parting.what}',
        span=site.in_machine(parting.other),
        pointer=format_pointer(parting.other),
        help=f"the first site is at {first.in_machine(parting.one)} ({format_pointer(parting.one)}); make both lead"
        " alike, name other states, or let each be a child of its own",
    )


def _unequal(first: Claim, site: Claim, found: Unequal) -> Finding:
    here, there = (*found.one.pointer, *found.field), (*found.other.pointer, *found.field)
    shown = ".".join(str(part) for part in found.field)
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


# --- one contract for all --------------------------------------------------------------------------------------------


def contracts_of_sites(
    shared: Shared, flows: Sequence[RegionFlow], facts: Facts
) -> Iterator[tuple[RegionFlow, Contract, Site]]:
    """For each site its flow, with the exits in the order of the first one's; what is sent and taken there; and the
    child's own contract among what it is to the site."""
    ordered = [_in_order(flow, pair, flows[0]) for flow, pair in zip(flows, shared.others, strict=True)]
    boundary, language = shared.first.boundary, facts.machine.query_language
    united = _united(ordered, facts)
    published = replace(contract_of(united, boundary, language), settings=_types(shared.settings))
    for number, (site, flow, pair) in enumerate(zip(shared.sites, ordered, shared.others, strict=True)):
        yield (
            flow,
            _at_site(published, contract_of(flow, _plain(site.boundary), language)),
            Site(
                contract=published,
                names=pair.names,
                settings={setting.name: setting.values[number] for setting in shared.settings},
                spots={spot: setting.name for setting in shared.settings for spot in setting.spots},
            ),
        )


def _plain(boundary: ChildBoundary) -> ChildBoundary:
    # What is written there is known; names are those of the child's own contract.
    return replace(boundary, request=None, result=None)


def _types(settings: Sequence[Setting]) -> Mapping[str, Mapping[str, str]]:
    types = {setting.name: {json_type(value) for value in setting.values} for setting in settings}
    return {name: {"type": kinds.pop()} if len(kinds) == 1 else {} for name, kinds in types.items()}


def _in_order(flow: RegionFlow, pair: Correspondence, first: RegionFlow) -> RegionFlow:
    by_target = {found.exit.target: found for found in flow.exits}
    return replace(flow, exits=tuple(by_target[pair.exits[found.exit.target]] for found in first.exits))


def _united(flows: Sequence[RegionFlow], facts: Facts) -> RegionFlow:
    """In the terms of the first site."""
    exits = [
        _united_exit(found, [_written_at(facts, flow.region, one.exit) for flow, one in zip(flows, found, strict=True)])
        for found in zip(*(flow.exits for flow in flows), strict=True)
    ]
    return replace(flows[0], entries=(_united_entry([flow.entries[0] for flow in flows]),), exits=tuple(exits))


def _written_at(facts: Facts, region: Region, exit: Exit) -> Presence:
    """What is surely there at the exit whatever there was at the entry."""
    scope = facts.of(region.scope)
    effects = {name: scope.effects[name] for name in region.members}
    known = present_before(region.entries[0], {DOCUMENT: frozenset({()})}, effects, effects)
    found = [
        known_after(effects[name], way, known[name])
        for name in known
        for way in effects[name].passages
        if way.transition in exit.transitions
    ]
    return _in_all(found) if found else {}


def _united_entry(found: Sequence[EntryFlow]) -> EntryFlow:
    wanted = [one.wanted for one in found]
    return EntryFlow(
        entry=found[0].entry,
        wanted=merge(*wanted),
        present=_sure([one.present for one in found], wanted),
        objects=_in_all([one.objects for one in found]),
        anticipated=frozenset.intersection(*(one.anticipated for one in found)),
    )


def _united_exit(found: Sequence[ExitFlow], written: Sequence[Presence]) -> ExitFlow:
    returned = [one.returned for one in found]
    back = merge(*returned)
    document = back.get(DOCUMENT, EMPTY)
    return ExitFlow(
        exit=found[0].exit,
        live=merge(*(one.live for one in found)),
        changed=merge(*(one.changed for one in found)),
        returned=back,
        emptied=tuple(s for s in found[0].emptied if all(s in one.emptied for one in found) and not document.at(s)),
        present=_sure([one.present for one in found], returned, _in_all(written)),
        anticipated=frozenset.intersection(*(one.anticipated for one in found)),
    )


def _in_all(known: Sequence[Presence]) -> Presence:
    roots = frozenset.intersection(*(frozenset(one) for one in known))
    return {root: frozenset.intersection(*(frozenset(one[root]) for one in known)) for root in sorted(roots)}


def _sure(present: Sequence[Presence], crossing: Sequence[Paths], written: Presence | None = None) -> Presence:
    """What every site surely has, but for what crosses the border at some of them only, unless the region has
    ``written`` it: a site that has no use for a value may have given it up before, since nobody reads it there."""
    every = merge(*crossing)

    def counts(root: str, stem: Stem) -> bool:
        if stem in (written or {}).get(root, ()):
            return True
        if not stem:
            return root in (DOCUMENT, CONTEXT) or all(root in one for one in crossing)
        wanted = every.get(root, EMPTY).at(stem).here
        return not wanted or all(one.get(root, EMPTY).at(stem).here for one in crossing)

    return {root: frozenset(s for s in stems if counts(root, s)) for root, stems in _in_all(present).items()}


def _at_site(published: Contract, own: Contract) -> Contract:
    entries = zip(published.entries, own.entries, strict=True)
    return replace(
        published,
        entries=tuple(replace(found, entry=at_site.entry) for found, at_site in entries),
        exits=tuple(_exit_at_site(*pair) for pair in zip(published.exits, own.exits, strict=True)),
        errors=own.errors,
    )


def _exit_at_site(published: ExitContract, own: ExitContract) -> ExitContract:
    """What is taken there of an answer that is made for all sites."""
    stems = [value.stem for value in published.result.values]
    returned = {variable.root for variable in own.variables}
    return replace(
        own,
        outcome=published.outcome,
        result=published.result,
        variables=tuple(variable for variable in published.variables if variable.root in returned),
        # An object of which something is returned for another site is not to be emptied.
        emptied=tuple(place for place in own.emptied if not any(_above_or_below(place, stem) for stem in stems)),
    )


def _above_or_below(one: Stem, other: Stem) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]
