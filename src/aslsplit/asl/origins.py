"""Where the parts of a new document were taken from.

The writers ask one question of this module: which value of which file is the original of this value?
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from aslsplit.asl.extents import Extent, Json, Pointer
from aslsplit.asl.placeholders import Placeholder
from aslsplit.asl.source import Source

__all__ = ["Origin", "Original", "Origins", "originals_of_parts", "root_original", "strictly_equal"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The value at ``pointer`` of ``source``."""

    source: Source
    pointer: Pointer


Origins = Mapping[Pointer, Origin | None]
"""Keyed by pointers into the new value. Parts inherit, and None ends the inheritance."""


@dataclass(frozen=True, slots=True)
class Original:
    """An origin that exists, with its value."""

    source: Source
    pointer: Pointer
    value: Json

    @property
    def extent(self) -> Extent | None:
        """None where the value has no text of its own, as behind a YAML alias."""
        return self.source.extents.get(self.pointer)

    def part(self, name: str | int) -> Original | None:
        if isinstance(self.value, dict):
            exists = name in self.value
        else:
            exists = isinstance(self.value, list) and isinstance(name, int) and 0 <= name < len(self.value)
        return Original(self.source, (*self.pointer, name), self.value[name]) if exists else None


def root_original(origins: Origins) -> Original | None:
    return _find(origins.get(()))


def originals_of_parts(
    value: Json, pointer: Pointer, original: Original | None, origins: Origins
) -> list[Original | None]:
    """The original of each member or item of ``value``, in order.

    Items that nothing is said about are matched by what they are: removing one does not make the rest look changed.
    """
    names = list(value) if isinstance(value, dict) else range(len(value))
    if original is None:
        inherited: list[Original | None] = [None] * len(value)
    elif isinstance(value, list) and isinstance(original.value, list):
        inherited = [None if place is None else original.part(place) for place in _matches(value, original.value)]
    else:
        inherited = [original.part(name) for name in names]
    return [
        _find(origins[(*pointer, name)]) if (*pointer, name) in origins else taken
        for name, taken in zip(names, inherited, strict=True)
    ]


def strictly_equal(one: Json, other: Json) -> bool:
    """Equal as text would show it: 1, 1.0 and True differ, and so do two orders of the same members, and two ways to
    write the same placeholder."""
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        if left is right:
            continue
        if type(left) is not type(right):
            return False
        if isinstance(left, dict):
            if list(left) != list(right):
                return False
            pending.extend((left[key], right[key]) for key in left)
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            pending.extend(zip(left, right, strict=True))
        elif (
            left != right
            or (isinstance(left, float) and repr(left) != repr(right))
            or (isinstance(left, Placeholder) and left.written != right.written)
        ):
            return False
    return True


def _find(origin: Origin | None) -> Original | None:
    if origin is None:
        return None
    found: Original | None = Original(origin.source, (), origin.source.data)
    for name in origin.pointer:
        found = found and found.part(name)
    return found


def _matches(items: list[Json], originals: list[Json]) -> list[int | None]:
    """For each item the index of its original: the equal one, else the one that stands in the same gap."""
    if strictly_equal(items, originals):
        return list(range(len(items)))
    old = [json.dumps(item) for item in originals]
    new = [json.dumps(item) for item in items]
    # Both ends first: of several equal items, those that kept their place are meant.
    head = _common_beginning(old, new)
    tail = _common_beginning(old[head:][::-1], new[head:][::-1])
    matched: list[int | None] = [None] * len(items)
    matched[:head] = range(head)
    matched[len(new) - tail :] = range(len(old) - tail, len(old))
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    for _, old_start, old_end, new_start, new_end in middle.get_opcodes():
        for old_place, new_place in zip(range(old_start, old_end), range(new_start, new_end), strict=False):
            matched[head + new_place] = head + old_place
    return matched


def _common_beginning(one: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))
