"""The ways out of a state, and into its scopes, on the two sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from aslsplit.asl.model import Scope, State, Transition, TransitionKind
from aslsplit.asl.source import Json
from aslsplit.difference.alignment import Pair, aligned
from aslsplit.difference.bodies import plain
from aslsplit.difference.model import Edge, EdgeKind, TransitionChange

__all__ = ["Same", "edges_of", "start_change", "start_edge", "transition_changes"]

Same = Callable[[str | None, str | None], bool]
"""Whether two targets, each on its side, are one; None is the end of the scope."""


def transition_changes(
    old: State, new: State, branches: Iterable[tuple[Scope | None, Scope | None]], same: Same
) -> tuple[TransitionChange, ...]:
    pairs = (*_paired_edges(old, new), *_paired_starts(old, new, branches))
    return tuple(change for before, after in pairs if (change := _change(before, after, same)) is not None)


def start_change(old: Scope, new: Scope, same: Same) -> TransitionChange | None:
    return _change(start_edge(old), start_edge(new), same)


def start_edge(scope: Scope) -> Edge:
    return Edge(EdgeKind.START, scope.start_at)


def edges_of(state: State) -> tuple[Edge, ...]:
    return (*map(_edge, state.transitions), *_starts(state))


_Paired = tuple[Edge | None, Edge | None]


def _paired_edges(old: State, new: State) -> Iterator[_Paired]:
    """A rule or catcher is the same one if it asks for the same, wherever in the list it stands."""
    for kind in (EdgeKind.RULE, EdgeKind.DEFAULT, EdgeKind.CATCH, EdgeKind.NEXT):
        before, after = _of_kind(old, kind), _of_kind(new, kind)
        for i, j in _positions(old, new, kind):
            if i in before or j in after:
                yield before.get(i), after.get(j)


def _positions(old: State, new: State, kind: EdgeKind) -> Sequence[Pair]:
    key = {EdgeKind.RULE: "Choices", EdgeKind.CATCH: "Catch"}.get(kind)
    return ((None, None),) if key is None else aligned(_asked(old, key), _asked(new, key))


def _of_kind(state: State, kind: EdgeKind) -> dict[int | None, Edge]:
    return {edge.index: edge for edge in map(_edge, state.transitions) if edge.kind is kind}


def _asked(state: State, key: str) -> Sequence[Json]:
    items = state.body.get(key)
    if not isinstance(items, list):
        return ()
    return [
        plain({name: value for name, value in item.items() if name != "Next"}) if isinstance(item, dict) else item
        for item in items
    ]


def _paired_starts(old: State, new: State, branches: Iterable[tuple[Scope | None, Scope | None]]) -> Iterator[_Paired]:
    before = {scope.pointer: edge for scope, edge in zip(old.scopes, _starts(old), strict=True)}
    after = {scope.pointer: edge for scope, edge in zip(new.scopes, _starts(new), strict=True)}
    for one, other in branches:
        yield (None if one is None else before[one.pointer], None if other is None else after[other.pointer])


def _starts(state: State) -> list[Edge]:
    several = len(state.scopes) > 1
    return [
        Edge(EdgeKind.START, scope.start_at, number if several else None) for number, scope in enumerate(state.scopes)
    ]


def _change(before: Edge | None, after: Edge | None, same: Same) -> TransitionChange | None:
    if before is not None and after is not None and same(before.target, after.target):
        return None
    return TransitionChange(before, after)


def _edge(way: Transition) -> Edge:
    return Edge(_KINDS[way.kind], way.target, way.index)


_KINDS = {
    TransitionKind.NEXT: EdgeKind.NEXT,
    TransitionKind.END: EdgeKind.NEXT,
    TransitionKind.CHOICE: EdgeKind.RULE,
    TransitionKind.DEFAULT: EdgeKind.DEFAULT,
    TransitionKind.CATCH: EdgeKind.CATCH,
}
