"""What can be measured of a region without rewriting anything: its ways in and out, what crosses them, what it does.

The widths are estimates from liveness: a path that is read inside and live at the entry comes in, a path that is
written inside and live behind an exit goes out. Sets of paths are bits of integers, so that a thousand states can be
measured in every combination; what is shown to people is computed exactly afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.domains import service_of
from aslsplit.analysis.facts import ScopeFacts
from aslsplit.analysis.pathset import EMPTY, Paths
from aslsplit.asl.model import State, StateType, Transition, TransitionKind
from aslsplit.asl.paths import Stem
from aslsplit.propose.likes import Likes, Vector, add, squared, stems_used, with_inner

__all__ = ["Measured", "Measures", "measures_of"]


@dataclass(frozen=True, slots=True)
class Measured:
    """``states`` counts inner ones too. ``decisions`` are Choices that decide where the parent goes on."""

    states: int
    exits: tuple[str | None, ...]
    error_exits: int
    request: int
    result: int
    opaque: int
    captures: int
    decisions: tuple[str, ...]
    profiles: tuple[str, ...]
    handlings: int
    cohesion: float
    background: float
    domains: tuple[tuple[str, int], ...]
    services: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """One scope, prepared for measuring its regions."""

    facts: ScopeFacts
    likes: Likes
    reads: Mapping[str, int]
    writes: Mapping[str, int]
    live: Mapping[str, int]
    live_at_end: int
    opaque: frozenset[str]
    captures: frozenset[str]
    profiles: Mapping[str, frozenset[str]]
    handling: Mapping[str, str | None]
    domains: Mapping[str, str]
    services: Mapping[str, str | None]
    failing: frozenset[str]
    """States behind which everything ends in a failure."""

    giving_up: frozenset[str]
    """Of those the Fail states, and what does nothing but lead to one."""

    places: tuple[tuple[str, Stem], ...]
    """What the bits stand for."""

    def returned(self, members: Iterable[str], exits: Iterable[str | None]) -> tuple[str, ...]:
        """The fields and variables that are written inside and used behind an exit."""
        written = live = 0
        for name in members:
            written |= self.writes[name]
        for target in exits:
            live |= self.live_at_end if target is None else self.live.get(target, 0)
        found = [place for bit, place in enumerate(self.places) if written & live & (1 << bit)]
        return tuple(dict.fromkeys(stem[-1] if stem else root.lstrip("$") for root, stem in found))

    def measure(self, entry: str, members: tuple[str, ...], total: Vector, states: int) -> Measured:
        """``total`` is the sum of the members' vectors, ``states`` that of their sizes."""
        inside = frozenset(members)
        leaving = [
            way for name in members for way in self.facts.scope.states[name].transitions if way.target not in inside
        ]
        exits = tuple(dict.fromkeys(way.target for way in leaving))
        reads = writes = 0
        for name in members:
            reads |= self.reads[name]
            writes |= self.writes[name]
        out = sum(
            (writes & (self.live_at_end if target is None else self.live.get(target, 0))).bit_count()
            for target in exits
        )
        return Measured(
            states=states,
            exits=exits,
            error_exits=sum(way.kind is TransitionKind.CATCH for way in leaving),
            request=(reads & self.live.get(entry, 0)).bit_count(),
            result=out,
            opaque=len(inside & self.opaque),
            captures=len(inside & self.captures),
            decisions=(*self._decisions(members, inside, exits), *self._gates(entry, leaving, inside)),
            profiles=tuple(sorted(frozenset().union(*(self.profiles[name] for name in members)))),
            handlings=len({self.handling[name] for name in members} - {None}),
            cohesion=squared(total) / states if states else 0.0,
            background=self.likes.background,
            domains=_counted(self.domains.get(name) for name in members),
            services=_counted(self.services[name] for name in members),
        )

    def _decisions(
        self, members: tuple[str, ...], inside: frozenset[str], exits: Sequence[str | None]
    ) -> tuple[str, ...]:
        """The Choices from which one way leads to other exits than another: what they decide, the parent should."""
        if len(exits) < 2:
            return ()
        states = self.facts.scope.states
        reached: dict[str, frozenset[str | None]] = {name: frozenset() for name in members}

        def ahead(way: Transition) -> frozenset[str | None]:
            if way.target in inside:
                return reached[str(way.target)]
            # To give up is nothing that the parent has to decide.
            return frozenset() if way.target in self.failing else frozenset((way.target,))

        changed = True
        while changed:
            changed = False
            for name in reversed(members):
                # A catcher leads elsewhere because something failed and not because somebody decided so.
                ways = [way for way in states[name].transitions if way.kind is not TransitionKind.CATCH]
                found = reached[name].union(*map(ahead, ways))
                if found != reached[name]:
                    reached[name], changed = found, True
        return tuple(
            name
            for name in members
            if states[name].type is StateType.CHOICE
            and len({found for way in states[name].transitions if (found := ahead(way))}) > 1
        )

    def _gates(self, entry: str, leaving: Sequence[Transition], inside: frozenset[str]) -> tuple[str, ...]:
        """The first or last state of a region that is a Choice: it goes on, or fails. A Choice that leads back to try
        again is part of what comes before it."""
        sources = {way.source for way in leaving if way.kind is not TransitionKind.CATCH}
        states = self.facts.scope.states
        first = {entry} if not any(way.source in inside for way in self.facts.graph.incoming[entry]) else set()
        found: list[str] = []
        for name in sorted(first | (sources if len(sources) == 1 else set())):
            targets = [way.target for way in states[name].transitions]
            goes_back = any(to in inside and to not in self.giving_up for to in targets) and name != entry
            if states[name].type is StateType.CHOICE and not goes_back and any(t in self.giving_up for t in targets):
                found.append(name)
        return tuple(found)

    def measured(self, entry: str, members: tuple[str, ...]) -> Measured:
        total: dict[str, float] = {}
        for name in members:
            add(total, self.likes.vectors[name], self.likes.sizes[name])
        return self.measure(entry, members, total, sum(self.likes.sizes[name] for name in members))


def measures_of(facts: ScopeFacts, likes: Likes, domains: Mapping[str, str]) -> Measures:
    used = {name: stems_used(facts, name) for name in facts.scope.states}
    bits: dict[tuple[str, Stem], int] = {}
    for reads, writes in used.values():
        for place in sorted(reads | writes):
            bits.setdefault(place, len(bits))
    states = facts.scope.states
    return Measures(
        facts=facts,
        likes=likes,
        reads={name: _mask(reads, bits) for name, (reads, _) in used.items()},
        writes={name: _mask(writes, bits) for name, (_, writes) in used.items()},
        live={name: _live_mask(live, bits) for name, live in facts.live.items()},
        live_at_end=_live_mask(facts.at_end, bits),
        opaque=frozenset(name for name in states if any(read.opaque for read in facts.effects[name].reads)),
        captures=frozenset(name for name in states if any(r.captures_context for r in facts.effects[name].reads)),
        profiles={n: frozenset(p for one in with_inner(s) for p in _profiles(one)) for n, s in states.items()},
        handling={name: _handling(state) for name, state in states.items()},
        domains=domains,
        services={name: service_of(state) for name, state in states.items()},
        failing=(failing := _failing(facts)),
        giving_up=frozenset(name for name in failing if _gives_up(facts, name)),
        places=tuple(bits),
    )


def _failing(facts: ScopeFacts) -> frozenset[str]:
    sources: dict[str, list[str]] = {}
    pending: list[str] = []
    for way in facts.graph.transitions:
        if way.target is None:
            pending.append(way.source)
        else:
            sources.setdefault(way.target, []).append(way.source)
    ending = set(pending)
    while pending:
        for source in sources.get(pending.pop(), ()):
            if source not in ending:
                ending.add(source)
                pending.append(source)
    return frozenset(facts.scope.states) - ending


def _gives_up(facts: ScopeFacts, name: str) -> bool:
    state = facts.scope.states[name]
    if state.type is StateType.PASS:
        return all(facts.scope.states[str(way.target)].type is StateType.FAIL for way in state.transitions)
    return state.type is StateType.FAIL


def _mask(places: Iterable[tuple[str, Stem]], bits: Mapping[tuple[str, Stem], int]) -> int:
    return sum(1 << bits[place] for place in places)


def _live_mask(live: Paths, bits: Mapping[tuple[str, Stem], int]) -> int:
    mask = 0
    for (root, stem), bit in bits.items():
        if live.get(root, EMPTY).at(stem):
            mask |= 1 << bit
    return mask


def _profiles(state: State) -> Iterable[str]:
    resource = str(state.body.get("Resource", ""))
    if state.type is StateType.WAIT:
        yield "waits"
    elif resource.endswith(".waitForTaskToken") or ":activity:" in resource:
        yield "waits for an answer"
    elif ".sync" in resource:
        yield "waits for a job"
    elif any(scope.kind.value == "distributed" for scope in state.scopes):
        yield "distributed"
    elif state.type is StateType.TASK:
        yield "calls"


def _handling(state: State) -> str | None:
    if state.type is not StateType.TASK:
        return None
    return repr(state.body.get("Retry"))


def _counted(found: Iterable[str | None]) -> tuple[tuple[str, int], ...]:
    counts = Counter(one for one in found if one is not None)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
