"""Tracing a value backward: where it may have come from before a point. The counterpart of ``trace``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from aslsplit.analysis.effects import Passage, proved
from aslsplit.analysis.facts import Facts, ScopeFacts
from aslsplit.analysis.shapes import Copy, Given, New, Record, Shape, Update, error_output, project
from aslsplit.analysis.trace import Move, place_in_file
from aslsplit.asl.model import Scope, ScopeKind, State, StateType, Transition, TransitionKind
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem
from aslsplit.asl.references import ReferenceSyntaxError, parse_path
from aslsplit.asl.source import Json, Pointer

__all__ = ["Origin", "Writing", "deepest", "sure_reader", "writers", "writers_behind"]


class Origin(Enum):
    INPUT = "the execution's input"
    CONTEXT = "the context object"
    ENTRY = "what was there where the region was entered"
    RESULT = "made by a state: a task's result, an intrinsic's value"
    HANDED = "what a Parallel or Map state hands to the scope inside it, such as an item"
    ERROR = "the error output that a catcher gets"
    LITERAL = "written in the definition"
    BUILT = "an object that a template builds"
    PART = "something a state wrote inside the value"
    ABSENT = "a way on which the value is not there"


@dataclass(frozen=True, slots=True)
class Writing:
    """One source. ``path`` is where it put the value, ``moves`` took it on from there. ``inside``: the value is that
    part of what was made, and nothing here proves that there is such a part."""

    origin: Origin
    path: AccessPath
    state: State | None = None
    pointer: Pointer = ()
    inside: Stem = ()
    moves: tuple[Move, ...] = ()


def writers(
    facts: Facts, scope: Scope, at_state: str, root: str, stem: Stem, ignoring: Collection[str] = ()
) -> tuple[Writing, ...]:
    """Where the value may come from that lies at ``root`` and ``stem`` when ``at_state`` begins.

    Transitions that come directly from the states ``ignoring`` do not count: what a region does to a value before it
    comes back to its own entry is no answer to what it is called with.
    """
    own = facts.of(scope)
    ways = tuple(way for way in own.graph.incoming[at_state] if way.source not in ignoring)
    return _origins(facts, _Search(own, ways, at_state == scope.start_at, None), root, stem)


def writers_behind(
    facts: Facts, scope: Scope, transitions: Sequence[Transition], root: str, stem: Stem, within: Collection[str]
) -> tuple[Writing, ...]:
    """Where the value behind these transitions may come from, back to where the region ``within`` was entered."""
    return _origins(facts, _Search(facts.of(scope), tuple(transitions), False, within), root, stem)


def sure_reader(facts: Facts, scope: Scope, at_state: str, root: str, stem: Stem) -> tuple[State, Pointer] | None:
    """The nearest state that every way to ``at_state`` passes and that would have failed without the value, or has
    found it present. An answer only for a value that nothing has written in between."""
    own = facts.of(scope)
    for name in own.graph.dominators(at_state)[1:]:
        effects = own.effects[name]
        for read in effects.before:
            if any(_holds(path, root, stem) for path in proved((read,))):
                return effects.state, read.pointer
        onward = [way for way in effects.passages if _leads_to(own, way, at_state)]
        if onward and all(any(_holds(p, root, stem) for p in (*proved(w.reads), *w.proves)) for w in onward):
            pointer = next((r.pointer for w in onward for r in w.reads if _holds(r.path, root, stem)), ())
            return effects.state, pointer or effects.state.pointer
    return None


_LONGEST_STEM = 32
"""A loop that unwraps the document would ask for ever deeper parts of it."""

_NOTHING = project(Record({}), ("nothing",))


@dataclass(frozen=True, slots=True)
class _Search:
    """Where a search begins: behind ``ways``, and with ``at_start`` where the scope begins. Within a region it ends
    where the region is entered."""

    scope: ScopeFacts
    ways: tuple[Transition, ...]
    at_start: bool
    region: Collection[str] | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A value whose sources are wanted: before a state, or behind a transition."""

    root: str
    stem: Stem
    moves: tuple[Move, ...] = ()

    @property
    def path(self) -> AccessPath:
        return AccessPath(self.root, self.stem)


_Step = tuple[ScopeFacts, str, _Wanted]
"""The value is wanted before this state of the scope."""


def _origins(facts: Facts, search: _Search, root: str, stem: Stem) -> tuple[Writing, ...]:
    wanted = _Wanted(root, stem)
    found: list[Writing | _Step] = [one for way in search.ways for one in _behind(search.scope, way, wanted)]
    if search.at_start:
        found += _before_scope(facts, search.scope.scope, wanted)
    seen: set[tuple[Pointer, str, str, Stem]] = set()
    writings: dict[tuple[object, ...], Writing] = {}
    while found:
        one = found.pop(0)
        if isinstance(one, Writing):
            name = None if one.state is None else one.state.name
            writings.setdefault((one.origin, one.path, name, one.pointer), one)
            continue
        scope, state, value = one
        key = (scope.scope.pointer, state, value.root, value.stem)
        if key not in seen and len(value.stem) <= _LONGEST_STEM:
            seen.add(key)
            found += _before(facts, search, scope, state, value)
    return tuple(
        sorted(writings.values(), key=lambda writing: (*place_in_file(facts, writing.pointer), str(writing.path)))
    )


def _before(facts: Facts, search: _Search, scope: ScopeFacts, state: str, wanted: _Wanted) -> Iterator[Writing | _Step]:
    if wanted.root == CONTEXT:
        yield Writing(Origin.CONTEXT, wanted.path, moves=wanted.moves)
        return
    region = search.region if scope is search.scope else None
    for way in scope.graph.incoming[state]:
        if region is None or way.source in region:
            yield from _behind(scope, way, wanted)
        else:
            yield Writing(Origin.ENTRY, wanted.path, moves=wanted.moves)
    if state == scope.scope.start_at:
        if region is None:
            yield from _before_scope(facts, scope.scope, wanted)
        else:
            yield Writing(Origin.ENTRY, wanted.path, moves=wanted.moves)


def _behind(scope: ScopeFacts, transition: Transition, wanted: _Wanted) -> Iterator[Writing | _Step]:
    effects = scope.effects[transition.source]
    way = next(way for way in effects.passages if way.transition == transition)
    shape = way.document if wanted.root == DOCUMENT else way.variables.get(wanted.root, Copy(wanted.root))
    pointer = _written_at(effects.state, transition, wanted)
    made = Origin.ERROR if transition.kind is TransitionKind.CATCH else Origin.RESULT
    yield from _made(scope, effects.state, shape, wanted, pointer, made)


def _before_scope(facts: Facts, scope: Scope, wanted: _Wanted) -> Iterator[Writing | _Step]:
    around = facts.machine.enclosing(scope)
    if not around:
        origin = Origin.INPUT if wanted.root == DOCUMENT else Origin.ABSENT
        yield Writing(Origin.CONTEXT if wanted.root == CONTEXT else origin, wanted.path, moves=wanted.moves)
        return
    outer, owner = around[0]
    effects = facts.of(outer).effects[owner.name]
    if wanted.root == DOCUMENT:
        handed = effects.inputs[owner.scopes.index(scope)]
        key = "ItemSelector" if "ItemSelector" in owner.body else "Parameters"
        pointer = deepest(owner.body, owner.pointer, (key, *wanted.stem))
        yield from _made(facts.of(outer), owner, handed, wanted, pointer, Origin.HANDED)
    elif scope.kind is ScopeKind.DISTRIBUTED:
        yield Writing(Origin.ABSENT, wanted.path, owner, owner.pointer, moves=wanted.moves)
    else:
        yield facts.of(outer), owner.name, wanted


def _made(
    scope: ScopeFacts, state: State, shape: Shape, wanted: _Wanted, pointer: Pointer, made: Origin
) -> Iterator[Writing | _Step]:
    """What the value behind a state was made of: a value before it, or something new (``made`` says what)."""
    error = error_output(state.name)
    for part, below in _parts(shape, wanted.stem, error):
        origin, path, inside = made, wanted.path, below
        match part:
            case Copy(root, stem):
                same = (root, stem) == (wanted.root, wanted.stem)
                moves = wanted.moves if same else (Move(state.name, wanted.path), *wanted.moves)
                yield scope, state.name, _Wanted(root, stem, moves)
                continue
            case New():
                if part == _NOTHING:
                    origin, inside = Origin.ABSENT, ()
            case Record() if part == error:
                if below and below[0] not in error.members:
                    origin, inside = Origin.ABSENT, ()
            case Given():
                origin = Origin.LITERAL
            case Record():
                origin = Origin.BUILT
            case Update():
                origin, path, inside = Origin.PART, AccessPath(wanted.root, (*wanted.stem, *below)), ()
            case _ as unreachable:
                assert_never(unreachable)
        yield Writing(origin, path, state, pointer, inside, wanted.moves)


def _parts(shape: Shape, stem: Stem, error: Record) -> Iterator[tuple[Shape, Stem]]:
    """What the value at ``stem`` consists of, and where in that it lies; an Update stands for a write inside it. An
    ``error`` output is one thing, whichever part of it is asked for."""
    match shape:
        case Copy(root, base):
            yield Copy(root, base + stem), ()
        case New():
            yield shape, stem
        case Given():
            yield project(shape, stem), ()
        case Record() if shape == error:
            yield shape, stem
        case Record(members):
            if stem and stem[0] in members:
                yield from _parts(members[stem[0]], stem[1:], error)
            else:
                yield (_NOTHING if stem else shape), ()
        case Update(base_shape, at, value, sure):
            if stem[: len(at)] == at:
                yield from _parts(value, stem[len(at) :], error)
                if sure:
                    return
            if at[: len(stem)] == stem:
                yield shape, at[len(stem) :]
            yield from _parts(base_shape, stem, error)
        case _ as unreachable:
            assert_never(unreachable)


def _written_at(state: State, transition: Transition, wanted: _Wanted) -> Pointer:
    """The part of the definition that puts the value where it is, as near as it can be named."""
    body, pointer = state.body, state.pointer
    if transition.kind is TransitionKind.CATCH and transition.index is not None:
        body, pointer = body["Catch"][transition.index], (*pointer, "Catch", transition.index)
    elif transition.kind is TransitionKind.CHOICE and transition.index is not None and wanted.root != DOCUMENT:
        body, pointer = body["Choices"][transition.index], (*pointer, "Choices", transition.index)
    if wanted.root != DOCUMENT:
        return deepest(body, pointer, ("Assign", wanted.root[1:], *wanted.stem))
    if transition.kind is TransitionKind.CATCH:
        return deepest(body, pointer, ("Output", *wanted.stem))
    inner = (*_stem_of(body.get("OutputPath")), *wanted.stem)
    put = _stem_of(body.get("ResultPath"))
    below = inner[len(put) :] if inner[: len(put)] == put else ()
    makers = ("Result", "Parameters") if state.type is StateType.PASS else ("ResultSelector",)
    maker = next((key for key in (*makers, "Output") if key in body), None)
    return pointer if maker is None else deepest(body, pointer, (maker, *below))


def _stem_of(text: Json) -> Stem:
    try:
        return parse_path(text).stem if isinstance(text, str) else ()
    except ReferenceSyntaxError:
        return ()


def deepest(node: Json, pointer: Pointer, names: Stem) -> Pointer:
    """``pointer`` and as many of the names as lead on from there, in a template with or without ``.$``."""
    for name in names:
        key = next((key for key in (name, f"{name}.$") if isinstance(node, Mapping) and key in node), None)
        if key is None:
            break
        node, pointer = node[key], (*pointer, key)
    return pointer


def _holds(path: AccessPath, root: str, stem: Stem) -> bool:
    return path.root == root and path.stem[: len(stem)] == stem


def _leads_to(scope: ScopeFacts, way: Passage, state: str) -> bool:
    target = way.transition.target
    return target is not None and state in scope.graph.reached_from(target, scope.scope.states)
