"""What crosses the border of a region: inward at each entry, outward at each exit.

Inward goes what the region may read before writing it, and what an exit must return although only some ways to it
wrote it. Outward goes what may have changed on the way to the exit and is live there; what the region left alone
does not travel. Nor does, in either direction, what surely is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from aslsplit.analysis.anticipation import Anticipated, surely_read
from aslsplit.analysis.effects import Effects, Passage, Read
from aslsplit.analysis.facts import Facts, ScopeFacts
from aslsplit.analysis.forward import followed
from aslsplit.analysis.liveness import live_before
from aslsplit.analysis.objects import Objects
from aslsplit.analysis.pathset import EMPTY, HERE, WHOLE, Paths, PathSet, at_stem, merge, paths_of
from aslsplit.analysis.possible import possible_behind
from aslsplit.analysis.presence import known_after
from aslsplit.analysis.regions import Exit, Region
from aslsplit.analysis.shapes import Presence, change
from aslsplit.asl.model import ScopeKind, Transition
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem

__all__ = [
    "AtExit",
    "Behind",
    "EntryFlow",
    "ExitFlow",
    "RegionFlow",
    "behind_exits",
    "changed_before",
    "region_flow",
    "region_origins",
    "returned_at",
    "state_at",
]


Arrivals = Mapping[str, tuple[AccessPath, ...]]
"""What will be read where control arrives at a state, by a state that does not exist yet."""


@dataclass(frozen=True, slots=True)
class ExitFlow:
    """``changed`` may differ from what it was at the entry; ``returned`` is the part of it that is live behind the exit
    and may be there. ``emptied`` are places where an object surely is of which nothing is returned: whatever was there
    before, it makes room for one without members. ``present`` surely exists there, ``anticipated`` will surely be read
    there first thing."""

    exit: Exit
    live: Paths
    changed: Paths
    returned: Paths
    emptied: tuple[Stem, ...]
    present: Presence
    anticipated: Anticipated


@dataclass(frozen=True, slots=True)
class EntryFlow:
    """``wanted`` is the live-in, per root, as far as it may be there. ``present`` surely exists there, ``objects`` are
    objects if they do, and ``anticipated`` will surely be read there first thing."""

    entry: str
    wanted: Paths
    present: Presence
    objects: Objects
    anticipated: Anticipated


@dataclass(frozen=True, slots=True)
class RegionFlow:
    region: Region
    entries: tuple[EntryFlow, ...]
    exits: tuple[ExitFlow, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """What is the same for all regions of a scope. ``firm`` is liveness in which putting something below a value counts
    as looking whether it is there."""

    firm: Mapping[str, Paths]
    anticipated: Mapping[str, Anticipated]


def behind_exits(scope: ScopeFacts) -> Behind:
    return Behind(_live_with_footing(scope), _surely_read_behind(scope))


def region_flow(
    facts: Facts, region: Region, called: Arrivals | None = None, behind: Behind | None = None
) -> RegionFlow:
    """``called`` are the members where another region inside this one begins, with what its call will read. ``behind``
    is worth being passed where many regions of one scope are looked at."""
    scope = facts.of(region.scope)
    behind = behind or behind_exits(scope)
    effects = {name: _arriving(scope.effects[name], (called or {}).get(name, ())) for name in region.members}
    changed = changed_before(region.entries, effects)
    exits = tuple(_exit_flow(scope, exit, changed, behind) for exit in region.exits)
    returned = {flow.exit.target: flow.returned for flow in exits}

    def beyond(transition: Transition) -> Paths:
        return returned[transition.target]

    wanted = live_before(region.members, effects, beyond)
    awaited = surely_read(region.members, effects)
    entries = tuple(_entry_flow(scope, name, wanted[name], awaited[name]) for name in region.entries)
    return RegionFlow(region, entries, exits)


def _entry_flow(scope: ScopeFacts, name: str, wanted: Paths, awaited: Anticipated) -> EntryFlow:
    # What is surely read fails in the parent, even if it surely is not there: a failure of the child could be caught
    # inside a Parallel or Map state.
    places = scope.possible.get(name, WHOLE) | paths_of(stem for root, stem in awaited if root == DOCUMENT)
    there = {root: paths.among(places) if root == DOCUMENT else paths for root, paths in wanted.items()}
    present = scope.present.get(name, {DOCUMENT: frozenset({()})})
    wanted = {root: paths for root, paths in there.items() if paths}
    return EntryFlow(name, wanted, present, scope.objects.get(name, {}), awaited)


def region_origins(scope: ScopeFacts, region: Region, name: str, path: AccessPath) -> Mapping[str, Paths]:
    """For each member what was there before it that the value at ``path``, as ``name`` finds it, may come from."""

    def only(effects: Effects) -> Effects:
        ways = tuple(replace(way, reads=()) for way in effects.passages)
        asked = (Read(path, effects.state.pointer, deep=False),) if effects.state.name == name else ()
        return replace(effects, before=asked, passages=ways, inner={})

    return live_before(region.members, {member: only(scope.effects[member]) for member in region.members}, lambda _: {})


def _arriving(effects: Effects, paths: tuple[AccessPath, ...]) -> Effects:
    reads = (Read(path, effects.state.pointer, sure=False) for path in paths)
    return replace(effects, before=(*effects.before, *reads)) if paths else effects


def changed_before(entries: Iterable[str], effects: Mapping[str, Effects]) -> Mapping[str, Paths]:
    """For each state of ``effects`` what may differ, before it runs, from what it was at the entry that was taken
    (forward, may)."""
    starts: dict[str, Paths] = {entry: {} for entry in entries}
    return followed(starts, effects, lambda _, way, before: changed_behind(way, before), merge)


def changed_behind(way: Passage, before: Paths) -> Paths:
    document = change(way.document, before.get(DOCUMENT, EMPTY))
    return {**merge(before, dict.fromkeys(way.variables, WHOLE)), DOCUMENT: document}


def returned_at(live: Paths, changed: Paths) -> Paths:
    """The changed part of what is live.

    Writing ``$.a.b`` also makes ``$.a`` when there was none: where the being there of ``$.a`` is wanted, the write
    below it travels, whatever else below ``$.a`` does.
    """
    found: dict[str, PathSet] = {}
    for root, differs in changed.items():
        wanted = live.get(root, EMPTY)
        back = wanted & differs
        for stem in differs.leaves():
            if any(wanted.at(stem[:length]).here for length in range(1, len(stem))):
                back |= at_stem(HERE, stem)
        if back and root != CONTEXT:
            found[root] = back
    return found


def with_footing(returned: Paths, firm: Paths, changed: Paths) -> Paths:
    """``returned``, and what was replaced by something that more will be put into: where the parent keeps the old
    value, which need not be an object, putting it there would fail."""
    below = (
        {root: at_stem(firm.get(root, EMPTY).at(stem), stem)}
        for root, differs in changed.items()
        if root != CONTEXT
        for stem in differs.leaves()
    )
    return merge(returned, *below)


def _live_with_footing(scope: ScopeFacts) -> Mapping[str, Paths]:
    """Liveness in which putting something below a value counts as looking whether it is there."""
    firm: dict[str, Effects] = {}
    for name, effects in scope.effects.items():
        above = {way.put_at[:length] for way in effects.passages for length in range(len(way.put_at))}
        paths = [AccessPath(DOCUMENT, stem) for stem in sorted(above)]
        paths += [path for path, _ in effects.merged]
        reads = (Read(path, effects.state.pointer, deep=False, sure=False) for path in paths)
        firm[name] = replace(effects, before=(*effects.before, *reads))
    return live_before(scope.scope.states, firm, lambda _: scope.at_end)


def _exit_flow(
    scope: ScopeFacts,
    exit: Exit,
    changed: Mapping[str, Paths],
    behind: Behind,
) -> ExitFlow:
    live = scope.live_behind(exit.transitions[0])
    ways = [(transition.source, _way(scope, transition)) for transition in exit.transitions]
    changed_here = merge(*(changed_behind(way, changed.get(source, {})) for source, way in ways))
    at_exit = state_at(scope, exit)
    back = with_footing(returned_at(live, changed_here), behind.firm.get(exit.target or "", {}), changed_here)
    returned, emptied = _thinned(back, changed_here, at_exit)
    return ExitFlow(
        exit=exit,
        live=live,
        changed=changed_here,
        returned=returned,
        emptied=emptied,
        present=at_exit.present,
        anticipated=behind.anticipated.get(exit.target or "", frozenset()),
    )


def _thinned(back: Paths, changed: Paths, at_exit: AtExit) -> tuple[Paths, tuple[Stem, ...]]:
    """What of ``back`` may be there, and the places where that is nothing but an object."""
    before, document, emptied = back.get(DOCUMENT, EMPTY), EMPTY, []
    for stem in changed.get(DOCUMENT, EMPTY).leaves():
        wanted = before.at(stem)
        there = wanted.among(at_exit.possible.at(stem))
        if wanted and not there.rest and not there.members and at_exit.is_object(stem):
            emptied.append(stem)
        elif wanted:
            document |= at_stem(there or wanted, stem)
            for length in range(1, len(stem)):
                document |= at_stem(HERE if before.at(stem[:length]).here else EMPTY, stem[:length])
    others = {root: paths for root, paths in back.items() if root != DOCUMENT}
    return {**others, **({DOCUMENT: document} if document else {})}, tuple(emptied)


def _way(scope: ScopeFacts, transition: Transition) -> Passage:
    return next(way for way in scope.effects[transition.source].passages if way.transition == transition)


@dataclass(frozen=True, slots=True)
class AtExit:
    """What surely is there, and where anything may be, whichever way an exit was taken."""

    present: Presence
    possible: PathSet

    def is_object(self, stem: Stem) -> bool:
        known = self.present.get(DOCUMENT, frozenset())
        has_member = any(len(found) > len(stem) and found[: len(stem)] == stem for found in known)
        return has_member or (stem in known and not self.possible.at(stem).rest)


def state_at(scope: ScopeFacts, exit: Exit) -> AtExit:
    known: Presence | None = None
    places = EMPTY
    for transition in exit.transitions:
        # What control never reaches takes no exit.
        if transition.source in scope.present:
            way = _way(scope, transition)
            after = known_after(scope.effects[transition.source], way, scope.present[transition.source])
            known = after if known is None else {r: known[r] & after[r] for r in known if r in after}
            places |= possible_behind(way, scope.possible[transition.source])
    if known is None:
        return AtExit({DOCUMENT: frozenset({()})}, WHOLE)
    return AtExit(known, places)


def _surely_read_behind(scope: ScopeFacts) -> Mapping[str, Anticipated]:
    """Only for the top scope: inside another one, a failure in the child could be caught where the same failure in
    the parent cannot (``States.Runtime``), so nothing may be read earlier across the border."""
    if scope.scope.kind is not ScopeKind.TOP:
        return {}
    return surely_read(scope.scope.states, scope.effects)
