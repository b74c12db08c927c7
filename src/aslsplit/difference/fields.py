"""The fields in which two values differ. The only door to deepdiff."""

from __future__ import annotations

from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.difference.alignment import aligned
from aslsplit.difference.bodies import canonical
from aslsplit.difference.model import ABSENT, FieldChange

__all__ = ["field_changes"]


def field_changes(before: Json, after: Json) -> tuple[FieldChange, ...]:
    """Of two values that ``forms.plain`` has made comparable, sorted by path."""
    if canonical(before) == canonical(after):
        return ()
    from deepdiff import DeepDiff

    one, other = _comparable(before, after)
    found = DeepDiff(one, other, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    changes = [_change(level) for levels in found.values() for level in levels]
    return tuple(sorted(changes, key=_order))


@dataclass(frozen=True, slots=True)
class _Position:
    """The key of an item whose list is compared as an object."""

    before: int | None
    after: int | None

    @property
    def shown(self) -> int:
        index = self.before if self.after is None else self.after
        assert index is not None
        return index


def _comparable(before: Json, after: Json) -> tuple[Json, Json]:
    """Lists of objects as objects, in which the items that belong together have one key."""
    if isinstance(before, dict) and isinstance(after, dict):
        both = {key: _comparable(before[key], after[key]) for key in before if key in after}
        return (
            {key: both[key][0] if key in both else value for key, value in before.items()},
            {key: both[key][1] if key in both else value for key, value in after.items()},
        )
    if isinstance(before, list) and isinstance(after, list) and _are_objects([*before, *after]):
        one: dict[_Position, Json] = {}
        other: dict[_Position, Json] = {}
        for i, j in aligned(before, after):
            key = _Position(i, j)
            if i is not None and j is not None:
                one[key], other[key] = _comparable(before[i], after[j])
            elif i is not None:
                one[key] = before[i]
            elif j is not None:
                other[key] = after[j]
        return one, other
    return before, after


def _are_objects(items: list[Json]) -> bool:
    return bool(items) and all(isinstance(item, dict) for item in items)


def _change(level: Json) -> FieldChange:
    from deepdiff.helper import NotPresent

    steps = level.path(output_format="list")
    path = tuple(step.shown if isinstance(step, _Position) else step for step in steps)
    return FieldChange(path, *(ABSENT if isinstance(side, NotPresent) else side for side in (level.t1, level.t2)))


def _order(change: FieldChange) -> tuple[object, ...]:
    steps = tuple((isinstance(step, int), step) for step in change.path)
    # What goes stands before what comes in its place.
    return steps, change.after is not ABSENT, canonical(None if change.after is ABSENT else change.after)
