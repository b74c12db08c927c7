"""The one contract of a shared child: the request holds what any site may have to send, the result what any site wants
back; what one of them has no use for may be absent. What each site sends and takes is a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aslsplit.analysis.correspondence import Correspondence
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.forms import json_type
from aslsplit.analysis.pathset import EMPTY, Paths, merge
from aslsplit.analysis.presence import known_after, present_before
from aslsplit.analysis.region_flow import EntryFlow, ExitFlow, RegionFlow
from aslsplit.analysis.regions import Exit, Region
from aslsplit.analysis.shapes import Presence
from aslsplit.asl.paths import CONTEXT, DOCUMENT, Stem
from aslsplit.plan.boundaries import ChildBoundary
from aslsplit.plan.claim import Claim
from aslsplit.plan.contract import Contract, ExitContract, contract_of
from aslsplit.plan.plan import Site
from aslsplit.plan.settings import Setting
from aslsplit.plan.sharing import Shared
from aslsplit.plan.survey import Survey

__all__ = ["contracts_of_sites"]


def contracts_of_sites(shared: Shared) -> Iterator[tuple[Claim, Survey, RegionFlow, Contract, Site]]:
    """Each site with its flow, the exits in the order of the first one's; what is sent and taken there; and the child's
    own contract among what it is to the site."""
    flows = [survey.flows[site.child] for site, survey in zip(shared.sites, shared.surveys, strict=True)]
    facts = [survey.facts for survey in shared.surveys]
    ordered = [_in_order(flow, pair, flows[0]) for flow, pair in zip(flows, shared.others, strict=True)]
    boundary, language = shared.first.boundary, shared.first.machine.query_language
    united = _united(ordered, facts)
    published = replace(contract_of(united, boundary, language), settings=_types(shared.settings))
    for number, (site, survey, flow, pair) in enumerate(
        zip(shared.sites, shared.surveys, ordered, shared.others, strict=True)
    ):
        yield (
            site,
            survey,
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


def _united(flows: Sequence[RegionFlow], facts: Sequence[Facts]) -> RegionFlow:
    """In the terms of the first site."""
    exits: list[ExitFlow] = []
    for found in zip(*(flow.exits for flow in flows), strict=True):
        places = zip(facts, flows, found, strict=True)
        exits.append(_united_exit(found, [_written_at(known, flow.region, at.exit) for known, flow, at in places]))
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
