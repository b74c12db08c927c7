"""Payloads: the values that travel across a border in one direction, and what is known about their presence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Literal

from aslsplit.analysis.anticipation import Anticipated
from aslsplit.analysis.pathset import PathSet, paths_of
from aslsplit.analysis.shapes import Presence
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem

__all__ = ["Carried", "Payload", "payload"]


@dataclass(frozen=True, slots=True)
class Carried:
    """One value. ``certain``: it must be present where it is packed. ``strict``: it may be read there by JSONPath,
    because it is certain or because it would surely be read next anyway. ``name`` is its field when renamed."""

    stem: Stem
    certain: bool
    strict: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """``values`` are prefix-minimal and sorted; none at all is an empty payload, one with stem ``()`` is everything.

    ``objects`` are the stems above the values that must be objects where the payload is packed.
    """

    root: str
    values: tuple[Carried, ...]
    objects: frozenset[Stem]
    renamed: bool = False
    templated: bool = True
    """Packed by a JSONPath template with all else in its envelope: what is missing is an error before it is sent."""

    @property
    def whole(self) -> bool:
        return any(not value.stem for value in self.values)

    @property
    def strict(self) -> bool:
        """Can be packed by a JSONPath template, which fails on what is missing."""
        return all(value.strict for value in self.values)

    @property
    def paths(self) -> PathSet:
        return paths_of(value.stem for value in self.values)

    def path_of(self, value: Carried) -> AccessPath:
        return AccessPath(self.root, value.stem)

    def place_of(self, value: Carried) -> Stem:
        """Where the value lies in the envelope's part: under its new name, or as the document has it."""
        return (value.name,) if value.name is not None else value.stem

    def requires(self, value: Carried) -> bool:
        """The receiver may insist on it: it is there whenever the sender got as far as sending."""
        return value.certain or (value.strict and self.templated)


def payload(
    root: str,
    wanted: PathSet,
    present: Presence,
    anticipated: Anticipated,
    *,
    optional: Literal["exact", "widen"],
    names: Mapping[str, AccessPath] | None = None,
) -> Payload:
    """The fewest values that hold all of ``wanted``; ``widen`` sends what surely exists around an optional one."""
    known = present.get(root, frozenset())
    expected = {stem for found, stem in anticipated if found == root}
    stems = tuple(wanted.leaves())
    if root in (DOCUMENT, CONTEXT):
        # Either is always there; a variable may never have been assigned.
        known |= {()}
    if optional == "widen":
        stems = _antichain(_widened(stem, known, expected) for stem in stems)
    if names is not None:
        return _renamed(root, stems, known, expected, names)
    return Payload(root, tuple(_carried(stem, known, expected) for stem in stems), _objects(known))


def _carried(stem: Stem, known: Set[Stem], expected: set[Stem], name: str | None = None) -> Carried:
    certain = stem in known
    # Reading $.a.b is reading $.a: what is above an expected value is expected with it.
    awaited = any(found[: len(stem)] == stem for found in expected)
    return Carried(stem, certain, certain or awaited, name)


def _renamed(
    root: str, stems: Iterable[Stem], known: Set[Stem], expected: set[Stem], names: Mapping[str, AccessPath]
) -> Payload:
    """Values under the user's names. A name may stand for more than is needed, never for less (checked before)."""
    needed = tuple(stems)
    given = {path.stem: name for name, path in names.items() if path.root == root}
    values = [
        _carried(path, known, expected, name)
        for path, name in given.items()
        # What lies inside another named value is there already.
        if any(stem[: len(path)] == path for stem in needed)
        and not any(path[:length] in given for length in range(len(path)))
    ]
    return Payload(root, tuple(values), _objects(known), renamed=True)


def _objects(known: Set[Stem]) -> frozenset[Stem]:
    """What has a member that must exist is an object."""
    return frozenset(stem[:-1] for stem in known if stem)


def _widened(stem: Stem, known: Set[Stem], expected: set[Stem]) -> Stem:
    while stem and not _carried(stem, known, expected).strict:
        stem = stem[:-1]
    return stem


def _antichain(stems: Iterable[Stem]) -> tuple[Stem, ...]:
    return tuple(paths_of(stems).leaves())
