"""Everything the analysis found out about one state machine, scope by scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from aslsplit.analysis.effects import Effects, Read
from aslsplit.analysis.graph import FlowGraph, flow_graph
from aslsplit.analysis.jsonata_states import jsonata_effects
from aslsplit.analysis.jsonpath_states import jsonpath_effects
from aslsplit.analysis.liveness import live_before
from aslsplit.analysis.objects import Objects, objects_above, objects_before, objects_inside
from aslsplit.analysis.pathset import EMPTY, WHOLE, Paths, PathSet
from aslsplit.analysis.possible import possible_before, possible_inside
from aslsplit.analysis.presence import present_before, present_inside, with_paths
from aslsplit.analysis.shapes import Presence, holds_new
from aslsplit.analysis.stems import Stems, numbered, places_in
from aslsplit.asl.model import Scope, ScopeKind, State, StateMachine, StateType, Transition, TransitionKind
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem
from aslsplit.asl.source import Pointer

__all__ = ["UNOBSERVED", "Assumptions", "Facts", "ScopeFacts", "analyze"]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the definition does not say and the user does.

    ``observed``: what callers read of the machine's output. ``present``: paths of the execution's input that exist.
    ``reads``: what a Task that sends its whole input uses of it. ``also_read``: paths wanted where control arrives at
    a state, by states that do not exist yet (the generated ones that build an envelope). ``known``: of states whose
    effects are known better than their definition shows them. ``objects``: values of the execution's input that are
    objects if they are there.
    """

    observed: Paths
    present: Presence
    reads: Mapping[str, tuple[AccessPath, ...]]
    also_read: Mapping[str, tuple[AccessPath, ...]]
    known: Mapping[str, Callable[[Effects], Effects]] = field(default_factory=dict)
    objects: frozenset[Stem] = frozenset()


EVERYTHING_OBSERVED: Paths = {DOCUMENT: WHOLE}

UNOBSERVED = Assumptions({}, {DOCUMENT: frozenset({()})}, {}, {})
"""Nobody reads the output, so that what is read is what the machine itself reads."""

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
class Arriving:
    """What is known before each state that control reaches: what surely exists, what is an object if it exists, and
    where in the document anything may lie."""

    present: Mapping[str, Presence]
    objects: Mapping[str, Objects]
    possible: Mapping[str, PathSet]


class Forward:
    """What is found from the outermost scope inward, when somebody asks: most of those who analyse a machine do not."""

    def __init__(self, find: Callable[[], Mapping[Pointer, Arriving]]) -> None:
        self._find = find

    @cached_property
    def scopes(self) -> Mapping[Pointer, Arriving]:
        return self._find()


@dataclass(frozen=True, slots=True)
class ScopeFacts:
    """All but ``at_end``, live where the scope ends, hold before a state runs.

    ``present``, ``objects`` and ``possible`` lack the states that control never reaches.
    """

    scope: Scope
    graph: FlowGraph
    effects: Mapping[str, Effects]
    at_end: Paths
    live: Mapping[str, Paths]
    forward: Forward

    @property
    def present(self) -> Mapping[str, Presence]:
        return self.forward.scopes[self.scope.pointer].present

    @property
    def objects(self) -> Mapping[str, Objects]:
        return self.forward.scopes[self.scope.pointer].objects

    @property
    def possible(self) -> Mapping[str, PathSet]:
        return self.forward.scopes[self.scope.pointer].possible

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
    """Effects and liveness from the innermost scopes outward, then what is surely and possibly there from the outermost
    inward."""
    given = assumptions or Assumptions(EVERYTHING_OBSERVED, {DOCUMENT: frozenset({()})}, {}, {})
    forward = Forward(lambda: _forward(machine, given, found))
    found = _analyze_scope(machine.top, given.observed, given, _Inward({}, forward))
    return Facts(machine, given, found)


_ByScope = Mapping[Pointer, ScopeFacts]


@dataclass(frozen=True, slots=True)
class _Inward:
    """``ends``: what was found of a scope inside and of those inside it, by whether anyone wants what it ends with."""

    ends: dict[tuple[Pointer, bool], _ByScope]
    forward: Forward


def _analyze_scope(scope: Scope, at_end: Paths, given: Assumptions, known: _Inward) -> _ByScope:
    """Facts of the scope and of all that are inside it, without those that run forward.

    What the scopes inside a state end with is wanted if the state's result is, and that depends on what comes behind
    the state, in a loop on the state itself. So nobody wants it until somebody is found to.
    """
    wanting = frozenset(state.name for state in scope.states.values() if _always_wants_results(state))
    while True:
        inside = {state.name: _analyze_inside(state, state.name in wanting, given, known) for state in _holders(scope)}
        effects = {
            state.name: _effects(
                state, [inside[state.name][inner.pointer].live.get(inner.start_at, {}) for inner in state.scopes], given
            )
            for state in scope.states.values()
        }
        live = _with_reads(scope, effects, at_end, given)
        facts = ScopeFacts(scope, flow_graph(scope), effects, at_end, live, known.forward)
        more = {state.name for state in _holders(scope) if _result_is_wanted(effects[state.name], facts)} - wanting
        if not more:
            return {scope.pointer: facts, **{key: found for inner in inside.values() for key, found in inner.items()}}
        wanting |= more


def _holders(scope: Scope) -> list[State]:
    return [state for state in scope.states.values() if state.scopes]


def _analyze_inside(state: State, wanted: bool, given: Assumptions, known: _Inward) -> _ByScope:
    found: dict[Pointer, ScopeFacts] = {}
    for inner in state.scopes:
        key = (inner.pointer, wanted)
        if key not in known.ends:
            known.ends[key] = _analyze_scope(inner, {DOCUMENT: WHOLE} if wanted else {}, given, known)
        found |= known.ends[key]
    return found


def _always_wants_results(state: State) -> bool:
    """What a distributed Map's items end with can be seen outside, as can what is written somewhere, and a template may
    fail on what it selects from."""
    distributed = any(scope.kind is ScopeKind.DISTRIBUTED for scope in state.scopes)
    return distributed or bool({"Assign", "ResultSelector", "ResultWriter"} & state.body.keys())


def _result_is_wanted(effects: Effects, facts: ScopeFacts) -> bool:
    return any(
        holds_new(way.document, facts.live_behind(way.transition).get(DOCUMENT, EMPTY))
        for way in effects.passages
        if way.transition.kind is not TransitionKind.CATCH
    )


def _effects(state: State, inner: Sequence[Paths], given: Assumptions) -> Effects:
    effects = _effects_as_written(state, inner, given)
    return given.known[state.name](effects) if state.name in given.known else effects


def _effects_as_written(state: State, inner: Sequence[Paths], given: Assumptions) -> Effects:
    effects_in_its_language = jsonata_effects if state.query_language == "JSONata" else jsonpath_effects
    return effects_in_its_language(state, inner, given.reads.get(state.name))


def _with_reads(scope: Scope, effects: Mapping[str, Effects], at_end: Paths, given: Assumptions) -> Mapping[str, Paths]:
    """Liveness, with what generated states will read on arrival at the states they stand before."""
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


def _forward(machine: StateMachine, given: Assumptions, scopes: _ByScope) -> Mapping[Pointer, Arriving]:
    surely = _with_context(numbered(given.present), _CONTEXT_ALWAYS_THERE)
    objects: dict[str, Set[Stem]] = {root: objects_above(stems) for root, stems in surely.items()}
    objects[DOCUMENT] = objects.get(DOCUMENT, frozenset()) | given.objects
    found: dict[Pointer, Arriving] = {}
    _add_forward(machine.top, surely, objects, WHOLE, scopes, found)
    return found


def _add_forward(
    scope: Scope,
    at_start: Presence,
    objects: Objects,
    anywhere: PathSet,
    scopes: _ByScope,
    found: dict[Pointer, Arriving],
) -> None:
    """``anywhere``: where in the document of the scope's start anything may lie."""
    facts = scopes[scope.pointer]
    present = present_before(scope.start_at, at_start, scope.states, facts.effects)
    known_objects = objects_before(scope.start_at, objects, present, facts.effects)
    possible = possible_before(scope.start_at, anywhere, scope.states, facts.effects)
    found[scope.pointer] = Arriving(present, known_objects, possible)
    for state in scope.states.values():
        effects = facts.effects[state.name]
        inside = present_inside(effects, present.get(state.name, {DOCUMENT: frozenset({()})}))
        handed = objects_inside(effects, known_objects.get(state.name, {}))
        places = possible_inside(effects, possible.get(state.name, WHOLE))
        for inner, known, objects_there, somewhere in zip(state.scopes, inside, handed, places, strict=True):
            if inner.kind is ScopeKind.DISTRIBUTED:
                known = _with_context({DOCUMENT: known[DOCUMENT]}, _CONTEXT_ALWAYS_THERE)
            if state.type is StateType.MAP:
                # AWS documents $$.Map.Item for ItemSelector only. An iteration of an inline Map runs in the same
                # execution; an item or a batch of a distributed one is an execution of its own.
                own = _CONTEXT_OF_AN_ITEM if inner.kind is not ScopeKind.DISTRIBUTED else ()
                known = _with_context(_without_item(known), own)
            # The context is another one inside a Map; what is known of its members says enough.
            seen = {root: stems for root, stems in objects_there.items() if root in known and root != CONTEXT}
            _add_forward(inner, known, seen, somewhere, scopes, found)


def _without_item(known: Presence) -> Presence:
    """What is known of an item is known of the surrounding Map's item, not of the one that begins here."""
    return {**known, CONTEXT: Stems.of(known.get(CONTEXT, ()), places_in(known)).without(("Map",))}


def _with_context(known: Presence, stems: Sequence[Stem]) -> Presence:
    return with_paths(known, (AccessPath(CONTEXT, stem) for stem in stems))
