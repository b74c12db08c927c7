"""Everything the analysis found out about one state machine, scope by scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from aslsplit.analysis.effects import Effects, Read
from aslsplit.analysis.graph import FlowGraph, flow_graph
from aslsplit.analysis.jsonata_states import drops_result, jsonata_effects
from aslsplit.analysis.jsonpath_states import jsonpath_effects
from aslsplit.analysis.liveness import live_before
from aslsplit.analysis.pathset import WHOLE, Paths
from aslsplit.analysis.presence import present_before, present_inside, with_paths
from aslsplit.analysis.shapes import Presence
from aslsplit.asl.model import Scope, ScopeKind, State, StateMachine, StateType, Transition
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem
from aslsplit.asl.source import Pointer

__all__ = ["Assumptions", "Facts", "ScopeFacts", "analyze"]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the definition does not say and the user does.

    ``observed``: what callers read of the machine's output. ``present``: paths of the execution's input that exist.
    ``reads``: what a Task that sends its whole input uses of it. ``also_read``: paths wanted where control arrives at
    a state, by states that do not exist yet (the generated ones that build an envelope). ``known``: of states whose
    effects are known better than their definition shows them.
    """

    observed: Paths
    present: Presence
    reads: Mapping[str, tuple[AccessPath, ...]]
    also_read: Mapping[str, tuple[AccessPath, ...]]
    known: Mapping[str, Callable[[Effects], Effects]] = field(default_factory=dict)


EVERYTHING_OBSERVED: Paths = {DOCUMENT: WHOLE}

_CONTEXT_ALWAYS_THERE = (
    ("Execution", "Id"),
    ("Execution", "Input"),
    ("Execution", "Name"),
    ("Execution", "RoleArn"),
    ("Execution", "StartTime"),
    ("StateMachine", "Id"),
    ("StateMachine", "Name"),
)
_CONTEXT_OF_AN_ITEM = (("Map", "Item", "Index"), ("Map", "Item", "Value"))


@dataclass(frozen=True, slots=True)
class ScopeFacts:
    """``live`` and ``present`` hold before a state runs; ``at_end`` is live where the scope ends.

    ``present`` lacks the states that control never reaches.
    """

    scope: Scope
    graph: FlowGraph
    effects: Mapping[str, Effects]
    at_end: Paths
    live: Mapping[str, Paths]
    present: Mapping[str, Presence]

    def live_behind(self, transition: Transition) -> Paths:
        return self.at_end if transition.target is None else self.live[transition.target]


@dataclass(frozen=True, slots=True)
class Facts:
    machine: StateMachine
    assumptions: Assumptions
    scopes: Mapping[Pointer, ScopeFacts]

    def of(self, scope: Scope) -> ScopeFacts:
        return self.scopes[scope.pointer]


def analyze(machine: StateMachine, assumptions: Assumptions | None = None) -> Facts:
    """Effects and liveness from the innermost scopes outward, then presence from the outermost inward."""
    given = assumptions or Assumptions(EVERYTHING_OBSERVED, {DOCUMENT: frozenset({()})}, {}, {})
    found: dict[Pointer, ScopeFacts] = {}
    _analyze_scope(machine.top, given.observed, given, found)
    _add_presence(machine.top, _with_context(given.present, _CONTEXT_ALWAYS_THERE), found)
    return Facts(machine, given, found)


def _analyze_scope(scope: Scope, at_end: Paths, given: Assumptions, found: dict[Pointer, ScopeFacts]) -> Paths:
    effects: dict[str, Effects] = {}
    for state in scope.states.values():
        result_live = _inner_end(state)
        inner = [_analyze_scope(inside, result_live, given, found) for inside in state.scopes]
        effects[state.name] = _effects(state, inner, given)
    live = live_before(scope.states, effects, lambda transition: at_end)
    if given.also_read:
        live = _with_reads(scope, effects, at_end, given)
    found[scope.pointer] = ScopeFacts(scope, flow_graph(scope), effects, at_end, live, {})
    return live.get(scope.start_at, {})


def _effects(state: State, inner: Sequence[Paths], given: Assumptions) -> Effects:
    effects = _effects_as_written(state, inner, given)
    return given.known[state.name](effects) if state.name in given.known else effects


def _effects_as_written(state: State, inner: Sequence[Paths], given: Assumptions) -> Effects:
    effects_in_its_language = jsonata_effects if state.query_language == "JSONata" else jsonpath_effects
    return effects_in_its_language(state, inner, given.reads.get(state.name))


def _inner_end(state: State) -> Paths:
    """What is live where an inner scope ends: its output is part of the state's result, unless that is dropped."""
    body = state.body
    distributed = any(scope.kind is ScopeKind.DISTRIBUTED for scope in state.scopes)
    if state.query_language == "JSONata":
        dropped = drops_result(state)
    else:
        dropped = "ResultPath" in body and body["ResultPath"] is None and not {"Assign", "ResultSelector"} & set(body)
    if state.type in (StateType.PARALLEL, StateType.MAP) and dropped and not distributed:
        return {}
    return {DOCUMENT: WHOLE}


def _with_reads(scope: Scope, effects: Mapping[str, Effects], at_end: Paths, given: Assumptions) -> Mapping[str, Paths]:
    """Liveness once more, with what generated states will read on arrival at the states they stand before."""
    widened = {
        name: replace(
            effect,
            before=(
                *effect.before,
                *(Read(path, effect.state.pointer, sure=False) for path in given.also_read.get(name, ())),
            ),
        )
        for name, effect in effects.items()
    }
    return live_before(scope.states, widened, lambda transition: at_end)


def _add_presence(scope: Scope, at_start: Presence, found: dict[Pointer, ScopeFacts]) -> None:
    facts = found[scope.pointer]
    present = present_before(scope.start_at, at_start, scope.states, facts.effects)
    found[scope.pointer] = replace(facts, present=present)
    for state in scope.states.values():
        before = present.get(state.name, {DOCUMENT: frozenset({()})})
        inside = present_inside(facts.effects[state.name], before)
        for inner, known in zip(state.scopes, inside, strict=True):
            if inner.kind is ScopeKind.DISTRIBUTED:
                known = _with_context({DOCUMENT: known[DOCUMENT]}, _CONTEXT_ALWAYS_THERE)
            if state.type is StateType.MAP:
                known = _with_context(_without_item(known), _CONTEXT_OF_AN_ITEM)
            _add_presence(inner, known, found)


def _without_item(known: Presence) -> Presence:
    """What is known of an item is known of the surrounding Map's item, not of the one that begins here."""
    return {**known, CONTEXT: frozenset(stem for stem in known.get(CONTEXT, ()) if stem[:1] != ("Map",))}


def _with_context(known: Presence, stems: Sequence[Stem]) -> Presence:
    return with_paths(known, (AccessPath(CONTEXT, stem) for stem in stems))
