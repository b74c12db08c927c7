"""The words in which a difference is told: values, fields, transitions, places. What comes from files is ``Code``."""

from __future__ import annotations

import json

from aslsplit.asl.model import ScopeKind
from aslsplit.asl.source import Json, Pointer
from aslsplit.difference.model import ABSENT, Edge, EdgeKind, FieldChange, Place, TransitionChange
from aslsplit.render.outline import Code, Item, Mark, Words

__all__ = ["field_item", "inside", "transition_item", "value_text", "way_words"]


_LONGEST = 400
"""Characters of a value that are shown; programs get all of them."""


def value_text(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _field_path(path: Pointer) -> str:
    """
    >>> _field_path(("Retry", 0, "MaxAttempts"))
    'Retry[0].MaxAttempts'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def field_item(change: FieldChange, of: Words = ()) -> Item:
    """``of`` says whose field it is, where that is not clear."""
    path = (*of, Code(_field_path(change.path)), " ")
    if change.before is ABSENT:
        return Item(Mark.ADDED, (*path, Code(value_text(change.after))))
    if change.after is ABSENT:
        return Item(Mark.REMOVED, (*path, Code(value_text(change.before))))
    return Item(Mark.CHANGED, (*path, Code(value_text(change.before)), " → ", Code(value_text(change.after))))


def transition_item(change: TransitionChange) -> Item:
    if change.before is None:
        assert change.after is not None
        return Item(Mark.ADDED, way_words(change.after))
    if change.after is None:
        return Item(Mark.REMOVED, way_words(change.before))
    # Another state may have taken the name.
    other = ", was another " if change.before.target == change.after.target else ", was "
    return Item(Mark.CHANGED, (*way_words(change.after), other, _target(change.before)))


def way_words(edge: Edge) -> Words:
    """``→ B on Choices[1]``."""
    if edge.kind is EdgeKind.START:
        branch = () if edge.index is None else (" in ", Code(f"Branches[{edge.index}]"))
        return ("starts at ", _target(edge), *branch)
    field = {EdgeKind.RULE: "Choices", EdgeKind.CATCH: "Catch", EdgeKind.DEFAULT: "Default"}.get(edge.kind)
    if field is None:
        return "→ ", _target(edge)
    return "→ ", _target(edge), " on ", Code(field if edge.index is None else f"{field}[{edge.index}]")


def _target(edge: Edge) -> str | Code:
    return "the end" if edge.target is None else Code(edge.target)


def inside(place: Place) -> str:
    """Which scope of its machine a state stands in; empty at the top."""
    scope = place.scope
    if scope.owner is None:
        return ""
    return f"{scope.owner} (Branches[{scope.pointer[-1]}])" if scope.kind is ScopeKind.BRANCH else scope.owner
