"""Sets of stems as bits. What surely exists grows from state to state and is joined wherever ways meet, so a machine of
thousands of states has thousands of large sets that differ by little: numbered, they are integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from aslsplit.asl.paths import Stem

__all__ = ["Places", "Stems", "numbered", "places_in"]


class Places:
    """Gives a stem its number when it is first met, those above it first."""

    __slots__ = ("_above", "_below", "_numbers", "_parents", "_stems")

    def __init__(self) -> None:
        self._numbers: dict[Stem, int] = {}
        self._stems: list[Stem] = []
        self._above: list[int] = []
        self._below: dict[Stem, int] = {}
        self._parents = 0

    def number(self, stem: Stem) -> int:
        found = self._numbers.get(stem)
        if found is not None:
            return found
        above = 0
        if stem:
            parent = self.number(stem[:-1])
            above = self._above[parent] | 1 << parent
            self._parents |= 1 << parent
        number = len(self._stems)
        self._numbers[stem] = number
        self._stems.append(stem)
        self._above.append(above)
        for length in range(len(stem) + 1):
            self._below[stem[:length]] = self._below.get(stem[:length], 0) | 1 << number
        return number

    def known(self, stem: Stem) -> int | None:
        return self._numbers.get(stem)

    def stem(self, number: int) -> Stem:
        return self._stems[number]

    def closed(self, stem: Stem) -> int:
        """The stem and all above it, as bits."""
        number = self.number(stem)
        return self._above[number] | 1 << number

    def below(self, stem: Stem) -> int:
        """The stem and all below it that have a number, as bits."""
        return self._below.get(stem, 0)

    @property
    def parents(self) -> int:
        """Those with anything below them, as bits."""
        return self._parents


class Stems(Set[Stem]):
    """Immutable; equal to any set of the same stems."""

    __slots__ = ("bits", "places")

    def __init__(self, places: Places, bits: int = 0) -> None:
        self.places = places
        self.bits = bits

    @classmethod
    def of(cls, stems: Iterable[Stem], places: Places) -> Stems:
        if isinstance(stems, Stems) and stems.places is places:
            return stems
        bits = 0
        for stem in stems:
            bits |= 1 << places.number(stem)
        return cls(places, bits)

    @classmethod
    def _from_iterable(cls, stems: Iterable[Any]) -> Any:
        return frozenset(stems)

    def __contains__(self, stem: object) -> bool:
        number = self.places.known(stem) if isinstance(stem, tuple) else None
        return number is not None and bool(self.bits >> number & 1)

    def __iter__(self) -> Iterator[Stem]:
        return map(self.places.stem, _numbers(self.bits))

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __bool__(self) -> bool:
        return self.bits != 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Stems) and other.places is self.places:
            return self.bits == other.bits
        return super().__eq__(other)

    def __hash__(self) -> int:
        return self._hash()

    def __and__(self, other: Set[Any]) -> Stems:
        if isinstance(other, Stems) and other.places is self.places:
            return self._as(self.bits & other.bits)
        return Stems.of((stem for stem in self if stem in other), self.places)

    def __or__(self, other: Set[Any]) -> Stems:
        return self._as(self.bits | Stems.of(other, self.places).bits)

    __rand__ = __and__
    __ror__ = __or__

    def closed_over(self, stems: Iterable[Stem]) -> Stems:
        """With these, and all that is above them."""
        bits = self.bits
        for stem in stems:
            bits |= self.places.closed(stem)
        return self._as(bits)

    def at(self, stem: Stem) -> Stems:
        """Those at and below ``stem``, relative to it."""
        if not stem:
            return self
        depth = len(stem)
        return Stems.of((found[depth:] for found in self._below(stem)), self.places)

    def without(self, stem: Stem) -> Stems:
        """Those that are neither at nor below ``stem``."""
        return self._as(self.bits & ~self.places.below(stem))

    def without_inside(self, stem: Stem) -> Stems:
        """Those that are not below ``stem``."""
        return self._as(self.bits & ~(self.places.below(stem) & ~(1 << self.places.number(stem))))

    def above(self, known: Stems) -> Stems:
        """``known``, and those of this set with another one of it below them; for sets that are closed upward."""
        bits, places = known.bits, self.places
        for number in _numbers(self.bits & places.parents & ~bits):
            if (self.bits & places.below(places.stem(number))).bit_count() > 1:
                bits |= 1 << number
        return known._as(bits)

    def _below(self, stem: Stem) -> Iterator[Stem]:
        return map(self.places.stem, _numbers(self.bits & self.places.below(stem)))

    def _as(self, bits: int) -> Stems:
        return self if bits == self.bits else Stems(self.places, bits)


def numbered(known: Mapping[str, Set[Stem]]) -> Mapping[str, Stems]:
    """All with numbers from one place, so that they are joined bit by bit."""
    places = places_in(known)
    return {root: Stems.of(stems, places) for root, stems in known.items()}


def places_in(known: Mapping[str, Set[Stem]]) -> Places:
    """Those that these sets have their numbers from; new ones if they have none."""
    return next((stems.places for stems in known.values() if isinstance(stems, Stems)), None) or Places()


def _numbers(bits: int) -> Iterator[int]:
    """The set bits, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
