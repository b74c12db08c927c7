"""What changed at each field of a message, from one version of its schema to the next. For whom that matters is not
asked here: swapping the two sides turns each change into its reverse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from aslsplit.compatibility.constraints import is_closed, shifts
from aslsplit.compatibility.shift import Shift
from aslsplit.difference.schema_fields import ITEMS, ContractField, Fields, Steps

__all__ = ["Change", "Presence", "changes"]


class Presence(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    NOW_REQUIRED = "now required"
    NOW_OPTIONAL = "now optional"


@dataclass(frozen=True, slots=True)
class Change:
    """``required`` is whether the field that came or went is. ``closed``: the object, as it is on the side where the
    field is not, has no other fields than those named."""

    path: Steps
    what: Presence | Shift
    required: bool = False
    closed: bool = False


def changes(before: Fields, after: Fields) -> Iterator[Change]:
    """In the order of the new side, then what is gone. Of what came or went as a whole, the outermost."""
    for path in (*after, *(path for path in before if path not in after)):
        was, now = _at(before, path), _at(after, path)
        if was is None or now is None:
            one, other = (before, after) if was is None else (after, before)
            around, found = _at(one, path[:-1]), other[path]
            if around is not None:
                what = Presence.ADDED if was is None else Presence.REMOVED
                yield Change(path, what, found.required, is_closed(around.says))
            continue
        if now.required != was.required:
            yield Change(path, Presence.NOW_REQUIRED if now.required else Presence.NOW_OPTIONAL)
        yield from (Change(path, shift) for shift in shifts(was.says, now.says))


def _at(fields: Fields, path: Steps) -> ContractField | None:
    found = fields.get(path)
    if found is None and path and path[-1] == ITEMS and path[:-1] in fields:
        # Of items of which nothing is said, everything is allowed.
        return ContractField(True, {})
    return found
