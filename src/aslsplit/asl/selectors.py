"""What each step of a path selects, in full: for those who run a path rather than reason about it.

An access path calls most of these *any*; ``step_of`` is where the one becomes the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from aslsplit.asl.paths import ANY, Step

__all__ = [
    "Descent",
    "Filter",
    "Function",
    "Placeholder",
    "Selector",
    "Slice",
    "Union",
    "Wildcard",
    "names_one_place",
    "step_of",
]


@dataclass(frozen=True, slots=True)
class Wildcard:
    """``*``: every member or item."""


@dataclass(frozen=True, slots=True)
class Slice:
    """``[start:stop:stride]``; None where nothing is written."""

    start: int | None
    stop: int | None
    stride: int | None


@dataclass(frozen=True, slots=True)
class Union:
    """``['a', 'b']`` or ``[0, 2]``."""

    members: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Descent:
    """``..``: the value and everything below it; the next selector chooses among them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """``[?(…)]``; ``condition`` is what stands behind the question mark."""

    condition: str


@dataclass(frozen=True, slots=True)
class Function:
    """``.length()`` and the like; ``arguments`` as written."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name or an index with a ``${Token}`` in it, as written: deployment makes one name or index of it."""

    text: str


Selector = str | int | Wildcard | Slice | Union | Descent | Filter | Function | Placeholder


def step_of(selector: Selector) -> Step:
    match selector:
        case str():
            return selector
        case int():
            # Which item a negative index means depends on the length.
            return selector if selector >= 0 else ANY
        case Wildcard() | Slice() | Union() | Descent() | Filter() | Function() | Placeholder():
            return ANY
        case _:
            assert_never(selector)


def names_one_place(selector: Selector) -> bool:
    """Selects one value at most, as every step of a Reference Path must."""
    return isinstance(selector, str | int | Placeholder)
