"""Version numbers of contracts: which is higher, whether it says how much changed, and which should be next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Extent", "Version", "is_raised_enough", "next_version", "version_of"]

_NUMERIC = re.compile(r"(?P<prefix>v?)(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,5})")


class Extent(StrEnum):
    """How much of a contract changed."""

    NOTHING = "unchanged"
    WORDS = "the same in other words"
    COMPATIBLE = "compatible"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class Version:
    prefix: str
    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return self.prefix + ".".join(map(str, self.numbers))

    @property
    def significant(self) -> tuple[int, ...]:
        """1.0 is 1."""
        numbers = self.numbers
        while len(numbers) > 1 and numbers[-1] == 0:
            numbers = numbers[:-1]
        return numbers


def version_of(text: str | None) -> Version | None:
    """None for a version that is no number."""
    found = None if text is None else _NUMERIC.fullmatch(text)
    if found is None:
        return None
    return Version(found["prefix"], tuple(map(int, found["numbers"].split("."))))


def next_version(text: str | None, extent: Extent) -> str | None:
    """None where nothing can be proposed.

    >>> next_version("1.2", Extent.BREAKING), next_version("1.2", Extent.COMPATIBLE), next_version("1.2", Extent.WORDS)
    ('2.0', '1.3', '1.2')
    >>> next_version("7", Extent.COMPATIBLE), next_version("v7", Extent.BREAKING), next_version("blue", Extent.BREAKING)
    ('7.1', 'v8', None)
    """
    if extent in (Extent.NOTHING, Extent.WORDS):
        return text
    version = version_of(text)
    if version is None:
        return None
    first, *rest = version.numbers
    if extent is Extent.BREAKING:
        return str(Version(version.prefix, (first + 1, *(0 for _ in rest))))
    second, *others = rest or [0]
    return str(Version(version.prefix, (first, second + 1, *(0 for _ in others))))


def is_raised_enough(before: Version, after: Version, extent: Extent) -> bool:
    """
    >>> is_raised_enough(version_of("1.4"), version_of("1.5"), Extent.BREAKING)
    False
    """
    if extent is Extent.BREAKING:
        return after.numbers[0] > before.numbers[0]
    return after.significant > before.significant
