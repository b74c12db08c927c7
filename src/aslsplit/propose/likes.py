"""How alike the states of a scope are: each state as a vector over what it uses, its words, services and handlers.

What few states share counts more than what all do (inverse document frequency, Spärck Jones 1972). States take on some
of the likeness of their neighbours, so that a Wait between two calls belongs to them.

The cohesion of a region is ``|Σv|²/n`` for unit vectors, which is the objective of spherical k-means (Dhillon and Modha
2001): n states that share everything count n, n that share nothing count one. A sum of it over disjoint regions can be
compared between few large and many small ones without a number of clusters being given, once each region has a price
(DP-means, Kulis and Jordan 2012).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.domains import service_of, tag_of, words_of_state
from aslsplit.analysis.facts import ScopeFacts
from aslsplit.asl.model import State, TransitionKind
from aslsplit.asl.paths import CONTEXT, Stem
from aslsplit.propose.weights import Weights

__all__ = ["Likes", "Vector", "likes_of", "stems_used", "with_inner"]

Vector = Mapping[str, float]
_DEPTH = 2
"""Fields are told apart two names deep; deeper ones are parts of the same thing."""

_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Likes:
    """``background`` is the cohesion per state of the scope as a whole."""

    vectors: Mapping[str, Vector]
    sizes: Mapping[str, int]
    background: float

    def cohesion(self, members: Iterable[str]) -> float:
        total: dict[str, float] = {}
        size = 0
        for name in members:
            add(total, self.vectors[name], self.sizes[name])
            size += self.sizes[name]
        return squared(total) / size if size else 0.0


def likes_of(facts: ScopeFacts, weights: Weights, changed_together: Sequence[Sequence[str]] = ()) -> Likes:
    names = tuple(facts.scope.states)
    families = [
        (weights.data, {name: _data_tokens(facts, name) for name in names}),
        (weights.words, {name: _word_tokens(facts.scope.states[name]) for name in names}),
        (weights.service, {name: _service_tokens(facts.scope.states[name]) for name in names}),
        (weights.handling, {name: _handling_tokens(facts.scope.states[name]) for name in names}),
        (weights.changes, _change_tokens(names, changed_together)),
    ]
    own: dict[str, dict[str, float]] = {name: {} for name in names}
    for number, (weight, tokens) in enumerate(families):
        if weight > 0:
            for name, vector in _weighed(tokens).items():
                add(own[name], {f"{number} {token}": share for token, share in vector.items()}, math.sqrt(weight))
    vectors = _spread({name: _unit(vector) for name, vector in own.items()}, facts, weights.flow)
    sizes = {name: len(tuple(with_inner(state))) for name, state in facts.scope.states.items()}
    whole = Likes(vectors, sizes, 0.0)
    total = sum(sizes.values())
    return Likes(vectors, sizes, whole.cohesion(names) / total if total else 0.0)


def with_inner(state: State) -> Iterable[State]:
    yield state
    for scope in state.scopes:
        for inner in scope.states.values():
            yield from with_inner(inner)


def stems_used(facts: ScopeFacts, name: str) -> tuple[frozenset[tuple[str, Stem]], frozenset[tuple[str, Stem]]]:
    """Root and stem of what the state reads, and of what it writes; the whole document is the empty stem."""
    effects = facts.effects[name]
    reads = {(read.path.root, read.path.stem[:_DEPTH]) for read in effects.reads if read.path.root != CONTEXT}
    for root, paths in effects.inner.items():
        if root != CONTEXT:
            reads |= {(root, stem[:_DEPTH]) for stem in paths.leaves()}
    writes = {("$", way.put_at[:_DEPTH]) for way in effects.passages if _puts(effects.state, way.put_at)}
    writes |= {(root, ()) for way in effects.passages for root in way.variables}
    return frozenset(reads), frozenset(writes)


def _puts(state: State, put_at: Stem) -> bool:
    if put_at:
        return True
    body = state.body
    if state.type in ("Choice", "Wait", "Succeed", "Fail") or ("ResultPath" in body and body["ResultPath"] is None):
        return False
    return state.type != "Pass" or bool({"Result", "Parameters", "OutputPath", "InputPath", "Output"} & set(body))


def _data_tokens(facts: ScopeFacts, name: str) -> Iterable[str]:
    reads, writes = stems_used(facts, name)
    for root, stem in reads | writes:
        if root != "$" or stem:
            for length in range(1 if root == "$" else 0, len(stem) + 1):
                yield ".".join((root, *stem[:length]))


def _word_tokens(state: State) -> Iterable[str]:
    for one in with_inner(state):
        yield from words_of_state(one)
        for key in ("domain", "owner"):
            if (tag := tag_of(one, key)) is not None:
                # A tag was written to say this, so it outweighs words that happen to be alike.
                yield from (f"{key}: {tag}", f"{key} {tag}", f"{key} = {tag}")


def _service_tokens(state: State) -> Iterable[str]:
    return [service for one in with_inner(state) if (service := service_of(one)) is not None]


def _handling_tokens(state: State) -> Iterable[str]:
    for key in ("Retry", "Catch"):
        if state.body.get(key):
            yield f"{key} {json.dumps(state.body[key], sort_keys=True)}"
        elif state.type in ("Task", "Map", "Parallel"):
            yield f"no {key}"


def _change_tokens(names: Sequence[str], sets: Sequence[Sequence[str]]) -> Mapping[str, Iterable[str]]:
    return {name: [str(number) for number, together in enumerate(sets) if name in together] for name in names}


def _weighed(tokens: Mapping[str, Iterable[str]]) -> Mapping[str, Vector]:
    """Unit vectors. A token of one state is no likeness, and one of all states no difference."""
    counted = {name: Counter(found) for name, found in tokens.items()}
    shared = Counter(token for found in counted.values() for token in found)
    rare = {token: math.log((1 + len(tokens)) / count) for token, count in shared.items() if count > 1}
    return {
        name: _unit({token: math.sqrt(found[token]) * rare[token] for token in sorted(found) if token in rare})
        for name, found in counted.items()
    }


def _spread(vectors: Mapping[str, Vector], facts: ScopeFacts, flow: float) -> Mapping[str, Vector]:
    neighbours: dict[str, dict[str, float]] = {name: {} for name in vectors}
    for way in facts.graph.transitions:
        if way.target is not None and way.target in neighbours and way.target != way.source:
            strength = 0.5 if way.kind is TransitionKind.CATCH else 1.0
            neighbours[way.source][way.target] = strength
            neighbours[way.target][way.source] = strength
    for _ in range(_ROUNDS if flow > 0 else 0):
        following: dict[str, Vector] = {}
        for name, vector in vectors.items():
            mixed = dict(vector)
            total = sum(neighbours[name].values())
            for other, strength in neighbours[name].items():
                add(mixed, vectors[other], flow * strength / total)
            following[name] = _unit(mixed)
        vectors = following
    return vectors


def add(total: dict[str, float], vector: Vector, factor: float = 1.0) -> None:
    for token, share in vector.items():
        total[token] = total.get(token, 0.0) + factor * share


def squared(vector: Vector) -> float:
    return sum(share * share for share in vector.values())


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(squared(vector))
    return {token: share / length for token, share in vector.items()} if length else {}
