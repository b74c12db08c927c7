"""What is wanted of a value and is not in it: the one question that both directions of a border ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aslsplit.analysis.conditions import may_be_taken
from aslsplit.analysis.effects import Read
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.forms import Form, Forms, form_of
from aslsplit.analysis.shapes import Copy
from aslsplit.analysis.trace import Extent, Reading, place_in_file, value_at
from aslsplit.asl.model import State, TransitionKind
from aslsplit.asl.paths import Stem

__all__ = ["Missing", "asks_first", "missing_from", "part_read", "reads_of_nothing"]


@dataclass(frozen=True, slots=True)
class Missing:
    """``stem`` is the first part on the way that is not there. ``reading`` is who wants it; ``guarded``: everyone
    asks first whether it is there."""

    stem: Stem
    reading: Reading
    guarded: bool


def missing_from(
    facts: Facts,
    form: Form,
    readings: Iterable[Reading],
    reached: Mapping[str, Forms],
    alone: Mapping[str, Forms] | None = None,
) -> Iterator[Missing]:
    """By the part that is missing; ``reached`` are the states that control may come to, with what is known there.

    A value may be merged into a document, and what it lacks may have been there before. ``alone`` is what would be
    known if nothing had been: a part of a member that was merged in is missing all the same.
    """
    wanted: dict[Stem, list[Reading]] = {}
    for reading in readings:
        part = part_read(reading)
        if part is None or reading.state.name not in reached or _in_vain(reading, reached[reading.state.name]):
            continue
        absent = next((part[:length] for length in range(1, len(part) + 1) if form.at(part[:length]).absent), None)
        if absent is not None and _is_meant(reading, absent, reached, alone):
            wanted.setdefault(absent, []).append(reading)
    for stem, found in wanted.items():
        found.sort(key=lambda reading: _telling(facts, reading))
        yield Missing(stem, found[0], all(asks_first(facts, reading) for reading in found))


def reads_of_nothing(facts: Facts, reached: Mapping[str, Forms]) -> Iterator[tuple[State, Read]]:
    """Reads that surely fail, whatever the value is that they were meant for: no state on any way puts it there."""
    for scope in facts.scopes.values():
        for name, effects in scope.effects.items():
            known = scope.present.get(name, {})
            for read in effects.reads if name in reached else ():
                path, sure = read.path, read.sure and read.path.definite
                absent = form_of(Copy(path.root, path.stem), reached[name]).absent
                if sure and absent and path.stem not in known.get(path.root, ()):
                    yield effects.state, read


def _telling(facts: Facts, reading: Reading) -> tuple[bool, bool, tuple[int, int]]:
    """Who fails comes first, then who uses the value, then who only asks for it."""
    return reading.asks_presence, asks_first(facts, reading), place_in_file(facts, reading.read.pointer)


def _is_meant(reading: Reading, absent: Stem, reached: Mapping[str, Forms], alone: Mapping[str, Forms] | None) -> bool:
    """Nothing else can be what is read there."""
    known = reached if alone is None or len(absent) <= len(reading.inside or ()) else alone
    path, before = reading.read.path, known.get(reading.state.name)
    return before is not None and form_of(Copy(path.root, path.stem), before).absent


def _in_vain(reading: Reading, before: Forms) -> bool:
    """In a rule that cannot match, whatever else it asks for: it is about another entry, or another exit."""
    index = reading.read.pointer[len(reading.state.pointer) + 1 : len(reading.state.pointer) + 2]
    rules = [way for way in reading.state.transitions if way.kind is TransitionKind.CHOICE and (way.index,) == index]
    return bool(rules) and not may_be_taken(reading.state, rules[0], before)


def part_read(reading: Reading) -> Stem | None:
    """Which part of the value is read; None if it is the value and more, or may be several parts."""
    if reading.extent not in (Extent.EXACT, Extent.PART) or reading.inside is None or reading.arriving:
        return None
    return reading.inside + reading.read.path.stem[len(reading.place.stem) :]


def asks_first(facts: Facts, reading: Reading) -> bool:
    """The state does not fail for want of the value: it asks whether it is there, or something before it did."""
    if reading.asks_presence:
        return True
    text = value_at(facts.machine.source.data, reading.read.pointer)
    if isinstance(text, str) and reading.state.query_language == "JSONata" and "$exists(" in text:
        return True
    scope = facts.machine.scope_of(reading.state.name)
    known = facts.of(scope).present.get(reading.state.name, {}) if scope is not None else {}
    return reading.read.path.stem in known.get(reading.read.path.root, ())
