"""What the scopes inside a Parallel or Map state want of what was there when the state began."""

from __future__ import annotations

from aslsplit.analysis.pathset import EMPTY, Paths, merge
from aslsplit.analysis.shapes import Copy, New, Record, Shape, Update, demand
from aslsplit.asl.model import ScopeKind, State
from aslsplit.asl.paths import CONTEXT, DOCUMENT

__all__ = ["wanted_by_processor", "wanted_from_outside", "with_own_item"]


def wanted_from_outside(paths: Paths, handed: Shape) -> Paths:
    """``paths`` are what a scope wants at its start, ``handed`` is the document it starts with."""
    outer = {root: wanted for root, wanted in paths.items() if root != DOCUMENT}
    return merge(outer, demand(handed, paths.get(DOCUMENT, EMPTY)))


def wanted_by_processor(state: State, paths: Paths, item: Shape) -> Paths:
    # An item of a distributed Map runs in an execution of its own: no outer variables, its own context object.
    distributed = state.scopes[0].kind is ScopeKind.DISTRIBUTED
    visible = {root: wanted for root, wanted in paths.items() if root == DOCUMENT or not distributed}
    if CONTEXT in visible:
        visible[CONTEXT] = visible[CONTEXT].without(("Map",))
    # The selector itself is evaluated out here and may use all of it.
    return wanted_from_outside(visible, item)


def with_own_item(item: Shape, name: str) -> Shape:
    """What the Map ``name`` selects for an item. The item itself belongs to this very Map: it is neither read from
    outside nor known before the Map runs."""
    match item:
        case Copy(root, stem) if root == CONTEXT and stem[:1] == ("Map",):
            return New(f"an item of {name}")
        case Record(members, optional):
            return Record({key: with_own_item(member, name) for key, member in members.items()}, optional)
        case Update(base, stem, value, sure):
            return Update(with_own_item(base, name), stem, with_own_item(value, name), sure)
        case _:
            return item
