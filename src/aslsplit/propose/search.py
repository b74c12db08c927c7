"""From what is known of a machine to its candidates, measured, judged, and those that are refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.domains import domains_of, tag_of
from aslsplit.analysis.facts import Facts, ScopeFacts
from aslsplit.analysis.likeness import Copies
from aslsplit.asl.model import Scope
from aslsplit.asl.source import Pointer
from aslsplit.propose.candidates import Candidate, candidates_of
from aslsplit.propose.dominance import Dominance, dominance_of
from aslsplit.propose.likes import add, likes_of
from aslsplit.propose.profile import Measures, measures_of
from aslsplit.propose.scores import refusals, worth_of
from aslsplit.propose.selection import Scored
from aslsplit.propose.weights import Constraints, Gates, Weights

__all__ = ["Refused", "Search", "search"]


@dataclass(frozen=True, slots=True)
class Refused:
    scored: Scored
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    facts: Facts
    weights: Weights
    gates: Gates
    constraints: Constraints
    trees: Mapping[Pointer, Dominance]
    measures: Mapping[Pointer, Measures]
    scored: Mapping[Pointer, tuple[Scored, ...]]
    refused: tuple[Refused, ...]
    looked_at: int


def search(
    facts: Facts,
    copies: Sequence[Copies] = (),
    weights: Weights | None = None,
    gates: Gates | None = None,
    constraints: Constraints | None = None,
) -> Search:
    weights, gates, constraints = weights or Weights(), gates or Gates(), constraints or Constraints()
    domains = domains_of(facts.machine)
    trees: dict[Pointer, Dominance] = {}
    measures: dict[Pointer, Measures] = {}
    scored: dict[Pointer, tuple[Scored, ...]] = {}
    refused: list[Refused] = []
    looked_at = 0
    for scope in facts.machine.scopes():
        here = facts.of(scope)
        trees[scope.pointer] = tree = dominance_of(here.graph)
        measures[scope.pointer] = measured = measures_of(
            here, likes_of(here, weights, constraints.changed_together), domains
        )
        groups = dict(_groups(here, domains, copies))
        found: list[Scored] = []
        for one in _measured(measured, tree, groups, copies, weights, gates):
            looked_at += 1
            why = (*refusals(one.measured, gates), *_forbidden(one.candidate, scope, constraints))
            if scope.owner is None and len(one.candidate.members) == len(tree.order):
                why = (*why, "it is the whole machine: the parent would be a wrapper")
            if why:
                refused.append(Refused(one, why))
            else:
                found.append(one)
        scored[scope.pointer] = tuple(found)
    return Search(facts, weights, gates, constraints, trees, measures, scored, tuple(refused), looked_at)


def _measured(
    measures: Measures,
    tree: Dominance,
    groups: Mapping[str, Collection[str]],
    copies: Sequence[Copies],
    weights: Weights,
    gates: Gates,
) -> Iterator[Scored]:
    scope = measures.facts.scope
    number_of = _copies_of(scope, copies)
    sizes = measures.likes.sizes
    last: Candidate | None = None
    inside: frozenset[str] = frozenset()
    total: dict[str, float] = {}
    for candidate in candidates_of(measures.facts.graph, tree, groups, gates.most_states):
        members = frozenset(candidate.members)
        # Regions of one entry mostly grow, and then only what is new has to be added up.
        if last is None or last.entry != candidate.entry or not inside <= members:
            total, inside = {}, frozenset()
        for name in candidate.members:
            if name not in inside:
                add(total, measures.likes.vectors[name], sizes[name])
        last, inside = candidate, members
        found = measures.measure(candidate.entry, candidate.members, total, sum(sizes[name] for name in members))
        copied = number_of.get(members, 0)
        yield Scored(scope, candidate, found, copied, worth_of(found, weights, gates, copied) + weights.child)


def _groups(
    here: ScopeFacts, domains: Mapping[str, str], copies: Sequence[Copies]
) -> Iterator[tuple[str, frozenset[str]]]:
    """States that belong together by what people called them, with words for the reason."""
    found: dict[str, set[str]] = {}
    for name, state in here.scope.states.items():
        labels = [f"the domain {domains[name]}"] if name in domains else []
        labels += [f"names that begin with {prefix[0]}"] if (prefix := _PREFIX.match(name)) else []
        labels += [f"the {key} {tag}" for key in ("domain", "owner") if (tag := tag_of(state, key)) is not None]
        for label in dict.fromkeys(labels):
            found.setdefault(label, set()).add(name)
    yield from ((label, frozenset(names)) for label, names in found.items() if len(names) > 1)
    for one in copies:
        for position, region in enumerate(one.regions, 1):
            if region.scope.pointer == here.scope.pointer:
                label = f"copy {position} of {len(one.regions)} from {one.regions[0].entry} on"
                yield label, frozenset(region.members)


_PREFIX = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def _copies_of(scope: Scope, copies: Sequence[Copies]) -> Mapping[frozenset[str], int]:
    return {
        frozenset(region.members): min(2, len(one.regions) - 1)
        for one in copies
        for region in one.regions
        if region.scope.pointer == scope.pointer
    }


def _forbidden(candidate: Candidate, scope: Scope, constraints: Constraints) -> Iterator[str]:
    members = _with_inside(candidate, scope)
    for linked in constraints.must_link:
        held = [name for name in linked if name in members]
        if held and len(held) < len(linked):
            yield f"it parts {', '.join(held)} from {', '.join(n for n in linked if n not in held)} (must_link)"
    for apart in constraints.cannot_link:
        held = [name for name in apart if name in members]
        if len(held) > 1:
            yield f"it holds {' and '.join(held)} together (cannot_link)"
    for child, states in constraints.fixed.items():
        if not states.isdisjoint(members):
            yield f"it overlaps {child}, which the boundary map has already"


def _with_inside(candidate: Candidate, scope: Scope) -> frozenset[str]:
    found: set[str] = set()
    pending = [scope.states[name] for name in candidate.members]
    while pending:
        state = pending.pop()
        found.add(state.name)
        pending += [one for inside in state.scopes for one in inside.states.values()]
    return frozenset(found)
