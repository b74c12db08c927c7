"""Sets of access paths below one root, the one value that liveness, change and contracts are made of.

A path set is a tree over field names. ``rest`` says that everything below a node belongs to the set except what
``members`` say otherwise, so a hole ("all of the document but ``$.order``") is as exact as a list of fields.
``here`` says that the value must be there, whatever it holds: a template that copies ``$.order`` fails when there is
no order, even if nobody reads what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from aslsplit.asl.paths import Stem

__all__ = ["DEEPEST", "EMPTY", "HERE", "WHOLE", "PathSet", "Paths", "at_root", "merge", "paths_of"]

DEEPEST = 10
"""How many names down values are told apart. A loop that steps into its document (``InputPath: $.next``) would
otherwise want ``$.next``, ``$.next.next`` and so on without end."""

_NO_MEMBERS: Mapping[str, PathSet] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PathSet:
    """Always normal: a member that says no more than its parent's ``rest`` is left out, so ``==`` compares sets."""

    rest: bool = False
    here: bool = False
    members: Mapping[str, PathSet] = field(default_factory=lambda: _NO_MEMBERS)
    height: int = field(default=0, compare=False, repr=False)
    """At most so many names down values are told apart. It need not be exact, but is never less."""

    def __bool__(self) -> bool:
        return self.rest or self.here or bool(self.members)

    def __hash__(self) -> int:
        return hash((self.rest, self.here, frozenset(self.members.items())))

    def member(self, name: str) -> PathSet:
        found = self.members.get(name)
        if found is not None:
            return found
        return WHOLE if self.rest else EMPTY

    def at(self, stem: Stem) -> PathSet:
        """What the set says about the value at ``stem``, relative to it."""
        node = self
        for name in stem:
            node = node.member(name)
        return node

    def __or__(self, other: PathSet) -> PathSet:
        if self is other or not other or self is WHOLE:
            return self
        if not self or other is WHOLE:
            return other
        if other.rest == self.rest:
            small, large = (self, other) if len(self.members) < len(other.members) else (other, self)
        else:
            small, large = (other, self) if self.rest else (self, other)
        here = self.here or other.here
        if small.rest:
            # A name that only one of them mentions is whole in the other.
            names = [name for name in small.members if name in large.members]
            return _normal(True, here, {name: small.members[name] | large.members[name] for name in names})
        more: dict[str, PathSet] = {}
        for name, member in small.members.items():
            known = large.member(name)
            both = known | member
            if both is not known:
                more[name] = both
        # Most unions add nothing; then the set itself is the answer, and whoever compares need not look inside.
        return large._replaced(more, here) if more or here is not large.here else large

    def __and__(self, other: PathSet) -> PathSet:
        names = dict.fromkeys((*self.members, *other.members))
        members = {name: self.member(name) & other.member(name) for name in names}
        return _normal(self.rest and other.rest, self.here and other.here, members)

    def without(self, stem: Stem) -> PathSet:
        """The set with a hole at ``stem``: neither the value there nor anything below it is in it."""
        if not stem:
            return EMPTY
        return self._replaced({stem[0]: self.member(stem[0]).without(stem[1:])}, self.here)

    def around(self, stem: Stem) -> PathSet:
        """The set with a hole at ``stem``, in which the objects above the hole are not asked for as such."""
        if not stem:
            return EMPTY
        return self._replaced({stem[0]: self.member(stem[0]).around(stem[1:])}, self.here and self.rest)

    def among(self, possible: PathSet) -> PathSet:
        """The set without what ``possible`` has no place for. What is whole stays whole."""
        if not possible:
            return EMPTY
        if self.rest or not self.members:
            return self
        members = {name: member.among(possible.member(name)) for name, member in self.members.items()}
        return _normal(False, self.here, members)

    def _replaced(self, some: Mapping[str, PathSet], here: bool) -> PathSet:
        """The set with these members; in time that depends on how many they are, not on how many there are."""
        implied = WHOLE if self.rest else EMPTY
        members = dict(self.members)
        for name, member in some.items():
            if member != implied:
                members[name] = member
            else:
                members.pop(name, None)
        return _of(self.rest, here, members, max(self.height, _height(some)))

    def cut(self, depth: int) -> PathSet:
        """The set with every value ``depth`` names down taken whole, if anything below it was told apart."""
        if self.height <= depth:
            return self
        if not self.members:
            return self
        if depth == 0:
            return WHOLE
        return _normal(self.rest, self.here, {name: member.cut(depth - 1) for name, member in self.members.items()})

    def covers(self, other: PathSet) -> bool:
        """Every path of ``other`` is in this set; a value that is here or has a member here need not be named."""
        if self.rest and not self.members:
            return True
        if other.rest and not self.rest:
            return False
        if other.here and not self:
            return False
        return all(self.member(name).covers(other.member(name)) for name in (*self.members, *other.members))

    def leaves(self) -> Iterator[Stem]:
        """The fewest stems that together hold the whole set (holes are filled): prefix-minimal, sorted."""
        if self.rest or (self.here and not any(self.members.values())):
            yield ()
            return
        for name in sorted(self.members):
            for tail in self.members[name].leaves():
                yield (name, *tail)


def _normal(rest: bool, here: bool, members: Mapping[str, PathSet]) -> PathSet:
    implied = WHOLE if rest else EMPTY
    told = {name: member for name, member in members.items() if member != implied}
    return _of(rest, here, told, _height(told))


def _height(members: Mapping[str, PathSet]) -> int:
    return max((member.height + 1 for member in members.values()), default=0)


def _of(rest: bool, here: bool, members: dict[str, PathSet], height: int) -> PathSet:
    if not members:
        if rest and here:
            return WHOLE
        if not rest and not here:
            return EMPTY
        return PathSet(rest, here)
    return PathSet(rest, here, MappingProxyType(members), height)


EMPTY = PathSet()
WHOLE = PathSet(rest=True, here=True)
HERE = PathSet(here=True)


def paths_of(stems: Iterable[Stem]) -> PathSet:
    """The set of these values, each whole."""
    found = EMPTY
    for stem in stems:
        found |= at_stem(WHOLE, stem)
    return found


def at_stem(below: PathSet, stem: Stem) -> PathSet:
    """``below``, moved under ``stem``."""
    if not below:
        return EMPTY
    for name in reversed(stem):
        below = PathSet(members=MappingProxyType({name: below}), height=below.height + 1)
    return below


Paths = Mapping[str, PathSet]
"""A path set per root: ``$`` the document, ``$$`` the context object, ``$name`` a variable."""


def at_root(root: str, below: PathSet, stem: Stem = ()) -> Paths:
    return {root: at_stem(below, stem)} if below else {}


def merge(*parts: Paths) -> Paths:
    """The union, root by root."""
    union: dict[str, PathSet] = {}
    for part in parts:
        for root, paths in part.items():
            union[root] = union[root] | paths if root in union else paths
    return {root: paths for root, paths in union.items() if paths}
