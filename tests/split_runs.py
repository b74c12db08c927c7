"""Running a machine whole and split, the border made from the analysis alone, and comparing what can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aslsplit.analysis.anticipation import Anticipated
from aslsplit.analysis.facts import Assumptions, Facts, analyze
from aslsplit.analysis.pathset import EMPTY, WHOLE, Paths, PathSet, paths_of
from aslsplit.analysis.region_flow import ExitFlow, RegionFlow, region_flow
from aslsplit.analysis.regions import largest_legal_subset, region_of
from aslsplit.analysis.shapes import Presence
from aslsplit.asl.model import Scope
from aslsplit.asl.paths import CONTEXT, DOCUMENT, Stem
from tests.analysis_cases import machine_of
from tests.random_machines import Pick, random_document, random_machine, random_value
from tests.reference_executor import (
    MISSING,
    RUNTIME,
    Failure,
    Leaving,
    NotAnObject,
    OutOfSteps,
    Split,
    World,
    ending,
    get,
    put,
    restrict,
)

__all__ = [
    "Scenario",
    "changes_beyond",
    "missing",
    "narrowed",
    "random_region",
    "random_scenario",
    "split_at",
    "stems",
]

Variables = dict[str, Any]


@dataclass
class Scenario:
    """A machine, what is said of it, and how the outside world answers; the same answers for every execution."""

    definition: dict[str, Any]
    facts: Facts
    observed: Paths
    document: Any
    pick: Pick
    answers: dict[tuple[str, int], tuple[bool, Any]] = field(default_factory=dict)

    def answer(self, state: str, earlier: int) -> tuple[bool, Any]:
        if (state, earlier) not in self.answers:
            succeeds = self.pick((True, True, True, False))
            value = random_value(self.pick, 2) if succeeds else self.pick(("E1", "E2"))
            self.answers[state, earlier] = (succeeds, value)
        return self.answers[state, earlier]

    def execution(self) -> tuple[World, tuple[str, Any]] | None:
        """How it went and how it ended; None when it is too long or puts something into what is no object.

        The latter fails in the monolith at once; where the value is never read otherwise, it is not sent along.
        """
        world = World(self.answer)
        try:
            return world, self.seen(ending(world, self.definition, self.document))
        except (OutOfSteps, NotAnObject):
            return None

    def seen(self, end: tuple[str, Any]) -> tuple[str, Any]:
        if end[0] == "FAILED":
            return end
        return end[0], [(stem, get(end[1], stem)) for stem in stems(self.observed, DOCUMENT)]

    def scope_of(self, state: str) -> Scope:
        found = self.facts.machine.scope_of(state)
        assert found is not None
        return found

    def body_of(self, scope: Scope) -> Any:
        body: Any = self.definition
        for part in scope.pointer:
            body = body[part]
        return body


def random_scenario(pick: Pick, *, nested: bool) -> Scenario:
    definition = random_machine(pick, nested=nested)
    document = random_document(pick)
    assured = {(), *(stem for stem in _stems_of(document) if pick((False, False, False, True)))}
    present = frozenset(stem[:length] for stem in assured for length in range(len(stem) + 1))
    everything: Paths = {DOCUMENT: WHOLE}
    observed: Paths = pick((everything, {}, {DOCUMENT: paths_of((("a", "b"), ("c",)))}))
    facts = analyze(machine_of(definition), Assumptions(observed, {DOCUMENT: present}, {}, {}))
    return Scenario(definition, facts, observed, document, pick)


def random_region(facts: Facts, pick: Pick) -> RegionFlow | None:
    """Of any scope, with several entries where there are; or the largest region with one among the states picked."""
    graph = facts.of(pick(tuple(facts.machine.scopes()))).graph
    members = [name for name in graph.scope.states if pick((True, True, False))]
    if pick((True, False)):
        some = region_of(graph, graph.reachable.intersection(members), dispatch=True)
        return region_flow(facts, some) if some else None
    legal = largest_legal_subset(graph, members)
    region = region_of(graph, legal) if legal else None
    return region_flow(facts, region) if region else None


def _stems_of(value: Any, stem: Stem = ()) -> Iterator[Stem]:
    for name, member in value.items() if isinstance(value, dict) else ():
        yield (*stem, name)
        yield from _stems_of(member, (*stem, name))


def narrowed(document: Any, variables: Variables, wanted: Paths) -> tuple[Any, Variables]:
    """What is left of a document and the variables when only ``wanted`` travels."""
    known = {root: restrict(value, stems(wanted, root)) for root, value in variables.items() if root in wanted}
    return restrict(document, stems(wanted, DOCUMENT)) if stems(wanted, DOCUMENT) else {}, known


def split_at(flow: RegionFlow) -> Split:
    arrivals = {found.entry: found for found in flow.entries}

    def send(entry: str, document: Any, variables: Variables) -> tuple[Any, Variables]:
        found, view = arrivals[entry], {DOCUMENT: document, **variables}
        for root in found.wanted:
            strict = _strict(stems(found.wanted, root), root, found.present, found.anticipated)
            if root != CONTEXT and missing(view.get(root, MISSING), strict):
                raise Failure(RUNTIME)
        return narrowed(document, variables, found.wanted)

    def take_back(found: Leaving, document: Any, variables: Variables) -> Leaving:
        target, inside, known = found
        flow_there = next(exit for exit in flow.exits if exit.exit.target == target)
        back, known_back = narrowed(inside, known, flow_there.returned)
        returned = stems(flow_there.returned, DOCUMENT)
        strict = _strict(returned, DOCUMENT, flow_there.present, flow_there.anticipated)
        if len(strict) == len(returned) and missing(inside, strict):
            raise Failure(RUNTIME)
        return target, _put_back(flow_there, back, document), {**variables, **known_back}

    return Split(flow.region.entries, flow.region.members, send, take_back)


def stems(paths: Paths, root: str) -> list[Stem]:
    return list(paths.get(root, EMPTY).leaves())


def missing(value: Any, needed: list[Stem]) -> bool:
    return any(get(value, stem) is MISSING for stem in needed)


def _strict(found: list[Stem], root: str, present: Presence, anticipated: Anticipated) -> list[Stem]:
    """What is read unconditionally, since it must be there or would be read next anyway."""
    awaited = {stem for other, stem in anticipated if other == root}
    return [
        stem
        for stem in found
        if stem in present.get(root, ()) or any(other[: len(stem)] == stem for other in awaited if stem)
    ]


def _put_back(flow: ExitFlow, back: Any, document: Any) -> Any:
    changed = flow.changed.get(DOCUMENT, EMPTY)
    returned = flow.returned.get(DOCUMENT, EMPTY)
    if changed.rest and returned:
        return back
    for stem in changed.leaves():
        value = get(back, stem)
        if returned.at(stem) and value is not MISSING:
            document = put(document, stem, value)
    for stem in flow.emptied:
        document = put(document, stem, {}) if stem else {}
    return document


def changes_beyond(changed: PathSet, before: Any, after: Any) -> bool:
    """Is something different that ``changed`` does not name?"""
    if changed.rest:
        return False
    if before is MISSING or after is MISSING:
        return before is not after and not changed.here
    if isinstance(before, dict) and isinstance(after, dict):
        names = {*before, *after}
        return any(changes_beyond(changed.member(n), before.get(n, MISSING), after.get(n, MISSING)) for n in names)
    return bool(before != after)
