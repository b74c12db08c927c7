"""What states have put into the document and it still holds when another state begins (forward, may).

Only what is under a name counts: of a result that replaces the whole document nobody knows the fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import assert_never

from aslsplit.analysis.effects import Read
from aslsplit.analysis.facts import ScopeFacts
from aslsplit.analysis.shapes import Copy, Given, New, Record, Shape, Update
from aslsplit.asl.paths import DOCUMENT, Stem

__all__ = ["Carried", "Distance", "carried_in"]

_MOST_ENTRIES = 4_000_000
"""States times fields. A definition of the size that AWS accepts can have more; the answer would take minutes."""

Fields = Mapping[Stem, frozenset[str]]
"""By field of the document: the states that may have written it."""


@dataclass(frozen=True, slots=True)
class Distance:
    """A field on its way from the state that wrote it to one that reads it."""

    stem: Stem
    writer: str
    reader: str
    read: Read | None
    """None where a scope inside the reader wants it."""

    transitions: int


@dataclass(frozen=True, slots=True)
class Carried:
    """Before each state that control reaches, what the document has been given so far."""

    facts: ScopeFacts
    before: Mapping[str, Fields] = field(default_factory=dict)

    def unread(self, name: str) -> Fields:
        """Of what is carried, what no state reads from here on."""
        live = self.facts.live[name].get(DOCUMENT)
        return {stem: who for stem, who in self.before[name].items() if live is None or not live.at(stem)}

    def distances(self) -> Iterator[Distance]:
        """The shortest way of each field from a writer to a reader."""
        steps: dict[str, _Steps] = {}
        for name, fields in self.before.items():
            if not fields:
                continue
            named: dict[str, list[Stem]] = {}
            for stem in fields:
                named.setdefault(stem[0], []).append(stem)
            for wanted, read in self._wanted(name):
                for stem in named.get(wanted[0], ()):
                    if stem[: len(wanted)] == wanted[: len(stem)]:
                        # What a state keeps for its own next round is its own affair.
                        for writer in sorted(fields[stem] - {name}):
                            if writer not in steps:
                                steps[writer] = _Steps(self.facts, writer)
                            yield Distance(stem, writer, name, read, steps[writer].to(name))

    def _wanted(self, name: str) -> Iterator[tuple[Stem, Read | None]]:
        effects = self.facts.effects[name]
        for read in effects.reads:
            if read.path.root == DOCUMENT and read.path.stem:
                yield read.path.stem, read
        for stem in effects.inner[DOCUMENT].leaves() if DOCUMENT in effects.inner else ():
            if stem:
                yield stem, None


def carried_in(facts: ScopeFacts) -> Carried | None:
    """None where there is too much of it to be told in time."""
    ways = [way for effects in facts.effects.values() for way in effects.passages]
    if len(facts.effects) * len({way.put_at for way in ways}) > _MOST_ENTRIES:
        return None
    before: dict[str, Fields] = {facts.scope.start_at: {}}
    order = {name: position for position, name in enumerate(facts.effects)}
    pending = [(order[facts.scope.start_at], facts.scope.start_at)]
    waiting = {facts.scope.start_at}
    while pending:
        name = heappop(pending)[1]
        waiting.remove(name)
        for way in facts.effects[name].passages:
            target = way.transition.target
            if target is None:
                continue
            after = _after(way.document, before[name], name)
            known = before.get(target)
            joined = after if known is None else _joined(known, after)
            if joined != known:
                before[target] = joined
                if target not in waiting:
                    waiting.add(target)
                    heappush(pending, (order[target], target))
    return Carried(facts, before)


def _after(shape: Shape, before: Fields, writer: str) -> Fields:
    match shape:
        case Copy(root, stem):
            return {at[len(stem) :]: who for at, who in before.items() if _below(at, stem)} if root == DOCUMENT else {}
        case Update(base, stem, value):
            kept = _after(base, before, writer)
            if value == Copy(DOCUMENT, stem):
                return kept
            if not stem:
                return _after(value, before, writer)
            return {**{at: who for at, who in kept.items() if at[: len(stem)] != stem}, stem: frozenset({writer})}
        case Record(members):
            return {at: who for name, member in members.items() for at, who in _member(name, member, before, writer)}
        case New() | Given():
            return {}
        case _ as unreachable:
            assert_never(unreachable)


def _member(name: str, member: Shape, before: Fields, writer: str) -> Iterator[tuple[Stem, frozenset[str]]]:
    """What is only handed on keeps its writers; what came with the input and keeps its name has none."""
    if not isinstance(member, Copy) or member.root != DOCUMENT:
        yield (name,), frozenset({writer})
        return
    around = [who for at, who in before.items() if member.stem[: len(at)] == at]
    if around:
        yield (name,), frozenset().union(*around)
    elif member.stem != (name,):
        yield (name,), frozenset({writer})
    for at, who in before.items():
        if _below(at, member.stem):
            yield (name, *at[len(member.stem) :]), who


def _below(stem: Stem, above: Stem) -> bool:
    return len(stem) > len(above) and stem[: len(above)] == above


def _joined(one: Fields, other: Fields) -> Fields:
    return {**one, **{stem: who | one.get(stem, frozenset()) for stem, who in other.items()}}


class _Steps:
    """Transitions on the shortest way to each state behind ``start``; back to itself it is a round and not none.

    Most states that are asked for are near, so the search goes on from where it came to when a farther one is.
    """

    def __init__(self, facts: ScopeFacts, start: str) -> None:
        self._facts = facts
        self._steps: dict[str, int] = {}
        self._frontier, self._distance = [start], 0

    def to(self, name: str) -> int:
        """Raises KeyError for a state to which no way leads."""
        while name not in self._steps and self._frontier:
            self._distance += 1
            states = self._facts.scope.states
            following = dict.fromkeys(way.target for one in self._frontier for way in states[one].transitions)
            self._frontier = [one for one in following if one is not None and one not in self._steps]
            self._steps |= dict.fromkeys(self._frontier, self._distance)
        return self._steps[name]
