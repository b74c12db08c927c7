"""What a transition makes of the document: a symbolic value over what was there when the state began.

One description serves every question: liveness asks what a wanted part was made from (``demand``), presence which
parts surely exist (``presence``), which parts may exist at all (``possible``), change which parts may differ from
before (``change``).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import assert_never

from aslsplit.analysis.pathset import HERE, WHOLE, Paths, PathSet, at_root, at_stem, merge
from aslsplit.analysis.stems import Places, Stems, places_in
from aslsplit.asl.paths import DOCUMENT, Stem
from aslsplit.asl.source import Json

__all__ = [
    "Copy",
    "Given",
    "New",
    "Presence",
    "Record",
    "Shape",
    "Update",
    "change",
    "demand",
    "error_output",
    "holds_new",
    "overlaid",
    "possible",
    "presence",
    "project",
]


@dataclass(frozen=True, slots=True)
class Copy:
    """The value that was at ``root`` and ``stem`` when the state began."""

    root: str
    stem: Stem = ()


@dataclass(frozen=True, slots=True)
class New:
    """A value made here, of which no more is known than whether it is certain to be an object: a task result, an
    intrinsic's value, an error output."""

    origin: str
    is_object: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """A literal value from the definition."""

    value: Json

    def __hash__(self) -> int:
        return hash(repr(self.value))


@dataclass(frozen=True, slots=True)
class Record:
    """An object with exactly these members, of which the ``optional`` ones are left out where they have no value."""

    members: Mapping[str, Shape]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Update:
    """``base`` with ``value`` put at ``stem``; objects on the way there are made when missing (``ResultPath``).

    Not ``sure``: ``base`` keeps what it has there if ``value`` turns out to be nothing (JSONata's ``$merge``).
    """

    base: Shape
    stem: Stem
    value: Shape
    sure: bool = True


Shape = Copy | New | Given | Record | Update


def error_output(state: str) -> Record:
    """What a catcher gets: ``Error`` and ``Cause``, either of which may be lacking, and never anything else."""
    part = New(f"the error output of {state}")
    return Record({"Error": part, "Cause": part}, frozenset({"Error", "Cause"}))


Presence = Mapping[str, Set[Stem]]
"""Per root the stems that surely exist; closed upward: with ``("a", "b")`` go ``("a",)`` and ``()``."""


def project(shape: Shape, stem: Stem) -> Shape:
    """The part of a value at ``stem``."""
    if not stem:
        return shape
    head, tail = stem[0], stem[1:]
    match shape:
        case Copy(root, base):
            return Copy(root, base + stem)
        case New(origin):
            return New(origin)
        case Given(value):
            present = isinstance(value, dict) and head in value
            return project(Given(value[head]), tail) if present else New("nothing: the field is not there")
        case Record(members):
            return project(members[head], tail) if head in members else New("nothing: the field is not there")
        case Update(base, at, value, sure):
            if stem[: len(at)] == at:
                return project(value, stem[len(at) :]) if sure else New("what was put there, or what was there before")
            if at[: len(stem)] == stem:
                return Update(project(base, stem), at[len(stem) :], value, sure)
            return project(base, stem)
        case _ as unreachable:
            assert_never(unreachable)


def overlaid(base: Shape, over: Shape) -> Shape | None:
    """``base`` with the members of ``over`` in the place of its own; None if they cannot be told apart."""
    match base, over:
        case Copy() | Update() | Record(), Record(members, optional):
            shape = base
            for name, member in members.items():
                shape = Update(shape, (name,), member, sure=name not in optional)
            return shape
        case Copy() | Update() | Record(), Given(dict(members)) if not members:
            return base
        case Record(members), Copy():
            # What was given is for those that are not there: either may be meant.
            shape = over
            for name, member in members.items():
                shape = Update(shape, (name,), member, sure=False)
            return shape
        case _:
            return None


def demand(shape: Shape, wanted: PathSet) -> Paths:
    """What must be read, of what was there before, to have the ``wanted`` part of the value."""
    if not wanted:
        return {}
    match shape:
        case Copy(root, stem):
            return at_root(root, wanted, stem)
        case New() | Given():
            return {}
        case Record(members):
            return merge(*(demand(member, wanted.member(name)) for name, member in members.items()))
        case Update(base, stem, value, sure):
            if not sure:
                return merge(demand(base, wanted), demand(value, wanted.at(stem)))
            # Writing below an object keeps the object itself: its being there is no longer asked of the base.
            return merge(demand(base, wanted.around(stem)), demand(value, wanted.at(stem)))
        case _ as unreachable:
            assert_never(unreachable)


def holds_new(shape: Shape, wanted: PathSet) -> bool:
    """Is anything in the ``wanted`` part of the value made here?"""
    if not wanted:
        return False
    match shape:
        case Copy() | Given():
            return False
        case New():
            return True
        case Record(members):
            return any(holds_new(member, wanted.member(name)) for name, member in members.items())
        case Update(base, stem, value):
            return holds_new(base, wanted.without(stem)) or holds_new(value, wanted.at(stem))
        case _ as unreachable:
            assert_never(unreachable)


def presence(shape: Shape, before: Presence) -> Stems:
    """The stems that surely exist in the value, relative to it; the value itself is ``()``."""
    return _presence(shape, before, places_in(before))


def _presence(shape: Shape, before: Presence, places: Places) -> Stems:
    itself = Stems(places, 1 << places.number(()))
    match shape:
        case Copy(root, stem):
            return Stems.of(before.get(root, ()), places).at(stem) | itself
        case New():
            return itself
        case Given(value):
            return Stems.of(_stems_of(value), places)
        case Record(members, optional):
            found = itself
            for name, member in members.items():
                if name not in optional or _surely_there(member, before):
                    found = _put(found, (name,), _presence(member, before, places))
            return found
        case Update(base, stem, _, sure=False):
            # Where it was present it is present still, but what is inside may be another value's.
            return _presence(base, before, places).without_inside(stem) | itself
        case Update(base, stem, value):
            return _put(_presence(base, before, places).without(stem), stem, _presence(value, before, places))
        case _ as unreachable:
            assert_never(unreachable)


def _put(around: Stems, stem: Stem, value: Stems) -> Stems:
    """With a value at ``stem``, and so with all above it."""
    return around.closed_over((stem, *(stem + tail for tail in value)) if stem else value)


def possible(shape: Shape, before: Paths) -> PathSet:
    """Where in the value anything may be, given where anything may be of what was there before (all of a root that
    ``before`` does not name). A place without ``rest`` holds nothing but an object with these members, if anything."""
    match shape:
        case Copy(root, stem):
            return before.get(root, WHOLE).at(stem)
        case New():
            return WHOLE
        case Given(value):
            return _possible_in(value)
        case Record(members):
            return _object({name: possible(member, before) for name, member in members.items()})
        case Update(base, stem, value, sure):
            kept, put = possible(base, before), possible(value, before)
            if not stem:
                return put if sure else kept | put
            around = _made(stem).without(stem)
            return (kept.without(stem) if sure else kept) | HERE | around | at_stem(put, stem)
        case _ as unreachable:
            assert_never(unreachable)


def _object(members: Mapping[str, PathSet]) -> PathSet:
    found = HERE
    for name, member in members.items():
        found |= at_stem(member, (name,))
    return found


def _possible_in(value: Json) -> PathSet:
    return _object({name: _possible_in(member) for name, member in value.items()}) if isinstance(value, dict) else WHOLE


def _surely_there(member: Shape, before: Presence) -> bool:
    return isinstance(member, Copy) and member.stem in before.get(member.root, ())


def _stems_of(value: Json, stem: Stem = ()) -> set[Stem]:
    found = {stem}
    if isinstance(value, dict):
        for name, member in value.items():
            found |= _stems_of(member, (*stem, name))
    return found


def _made(stem: Stem) -> PathSet:
    """A write at ``stem``, which may also have made the objects above it."""
    made = WHOLE
    for length in range(len(stem), 0, -1):
        made = at_stem(made, stem[length - 1 : length])
        if length > 1:
            made |= HERE
    return made


def _differing(value: Shape, stem: Stem) -> tuple[Stem, ...]:
    """The places at or below ``stem`` where a value that is put there may differ from what the document had."""
    match value:
        case Copy(root, found) if (root, found) == (DOCUMENT, stem):
            return ()
        # What is not surely put inside may leave an object that was not there, and is empty.
        case Update(base, at, inner, sure=True) if at:
            around = _differing(base, stem)
            return (stem,) if stem in around else (*around, *_differing(inner, stem + at))
        case _:
            return (stem,)


def change(shape: Shape, before: PathSet) -> PathSet:
    """What of the new document may differ from a reference document, if ``before`` may differ in the old one."""
    match shape:
        case Copy(root, stem) if root == DOCUMENT and not stem:
            return before
        case Update(base, stem, value):
            changed = change(base, before)
            for place in _differing(value, stem):
                changed = changed.without(place) | _made(place)
            return changed
        case Copy() | New() | Given() | Record():
            return WHOLE
        case _ as unreachable:
            assert_never(unreachable)
