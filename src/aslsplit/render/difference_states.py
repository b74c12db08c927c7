"""The states of a difference in sections: moved, on both sides, on one side only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from aslsplit.asl.model import StateMachine
from aslsplit.asl.paths import DOCUMENT
from aslsplit.difference.bodies import canonical
from aslsplit.difference.model import (
    ABSENT,
    AccessChange,
    Difference,
    FieldChange,
    Kind,
    MachineDifference,
    Place,
    RoleKind,
    StateDifference,
    file_of,
)
from aslsplit.render.difference_words import field_item, inside, transition_item, way_words
from aslsplit.render.outline import Code, Item, Mark, Section, Words, codes, counted

__all__ = ["access_items", "only_side", "states_alone", "states_moved", "states_stayed"]

# --- states on both sides ----------------------------------------------------------------------------------------


def states_moved(difference: Difference) -> Iterator[Section]:
    groups: dict[tuple[str, str, str, str], list[StateDifference]] = {}
    for state in difference.of(Kind.MOVED):
        assert state.before is not None and state.after is not None
        key = (state.before.file, inside(state.before), state.after.file, inside(state.after))
        groups.setdefault(key, []).append(state)
    stays = {_names(machine) for machine in difference.machines}
    several = sum(1 for machine in difference.machines if machine.before is not None) > 1
    for (old, scope_then, new, scope_now), states in groups.items():
        origin: Words = (" from ", Code(old)) if several and (old, new) not in stays else ()
        title = ("Moved", *_out_of(scope_then), *origin, *_into(scope_now, new, (old, new) in stays))
        yield Section((*title, f", {counted(len(states))}"), (*_verbatim(states), *_each(states, Mark.MOVED)))


def _names(machine: MachineDifference) -> tuple[str, str]:
    old, new = machine.before, machine.after
    return "" if old is None else file_of(old), "" if new is None else file_of(new)


def _out_of(scope: str) -> Words:
    return (" out of ", Code(scope)) if scope else ()


def _into(scope: str, file: str, same_machine: bool) -> Words:
    if same_machine:
        return (" into ", Code(scope)) if scope else (" to the top of ", Code(file))
    return (" into ", Code(scope), " of ", Code(file)) if scope else (" to ", Code(file))


def _verbatim(states: Iterable[StateDifference]) -> Iterator[Item]:
    names = [_with_inner(state.place) for state in states if len(state.kinds) == 1]
    if names:
        yield Item(Mark.MOVED, codes(names))


def _with_inner(place: Place) -> str:
    within = sum(scope.size for scope in place.state.scopes)
    return f"{place.name} with {counted(within)} inside" if within else place.name


def states_stayed(difference: Difference) -> Iterator[Section]:
    """Each state under the first thing that is to be said of it."""
    staying = [state for state in difference.states if state.before and state.after and not state.moved]
    for kind, title in _STAYED.items():
        states = [state for state in staying if state.kinds[0] is kind]
        machines = [machine for machine in difference.machines if machine.fields or machine.start]
        whole = [_whole(machine) for machine in machines] if kind is Kind.CHANGED else []
        if states or whole:
            told = counted(len(states)) if states else "the machine itself"
            yield Section((f"{title}, {told}",), (*whole, *_each(states, Mark.CHANGED)))


_STAYED = {Kind.RENAMED: "Renamed", Kind.CHANGED: "Changed", Kind.REWIRED: "Leading elsewhere"}


def _whole(machine: MachineDifference) -> Item:
    new = machine.after
    assert new is not None
    start = (machine.start,) if machine.start is not None else ()
    details = (*map(transition_item, start), *map(field_item, machine.fields))
    return Item(Mark.CHANGED, (Code(file_of(new)),), tuple(details))


def _each(states: Iterable[StateDifference], mark: Mark) -> Iterator[Item]:
    for state in states:
        if state.kinds == (Kind.MOVED,):
            continue
        details = (
            *map(field_item, state.fields),
            *access_items("reads", _unsaid(state.reads, state.fields)),
            *access_items("writes", _unsaid(state.writes, state.fields)),
            *map(transition_item, state.transitions),
        )
        leads = state.kinds[-1] is Kind.REWIRED and Kind.RENAMED not in state.kinds
        if leads and len(details) == 1 and details[0].mark is Mark.CHANGED:
            yield Item(mark, (*_name(state), " ", *details[0].words))
        else:
            yield Item(mark, _name(state), details)


def _unsaid(change: AccessChange, fields: Sequence[FieldChange]) -> AccessChange:
    """Without the paths that can be read in the fields that changed."""
    before, after = (
        canonical([side for side in sides if side is not ABSENT])
        for sides in ([field.before for field in fields], [field.after for field in fields])
    )
    return AccessChange(
        tuple(path for path in change.gained if not _mentions(after, path)),
        tuple(path for path in change.lost if not _mentions(before, path)),
    )


def _mentions(text: str, path: str) -> bool:
    # The document as a whole is at the beginning of every path.
    return path != DOCUMENT and re.search(rf"{re.escape(path)}(?![\w.\[])", text) is not None


def _name(state: StateDifference) -> Words:
    stays = state.kinds[0] in _STAYED
    words: Words = (Code(state.place.name if stays else _with_inner(state.place)),)
    if Kind.RENAMED in state.kinds:
        assert state.before is not None
        words = (*words, ", was ", Code(state.before.name))
    scope = "" if state.moved else inside(state.place)
    return (*words, " in ", Code(scope)) if scope else words


def access_items(what: str, change: AccessChange) -> Iterator[Item]:
    if change.gained:
        yield Item(Mark.ADDED, (f"{what} ", *codes(change.gained)))
    if change.lost:
        yield Item(Mark.REMOVED, (f"{what} ", *codes(change.lost)))


# --- states on one side ------------------------------------------------------------------------------------------


def states_alone(difference: Difference, kind: Kind) -> Iterator[Section]:
    mark = Mark.ADDED if kind is Kind.ADDED else Mark.REMOVED
    verb = "Added to " if kind is Kind.ADDED else "Removed from "
    whole = {file_of(one) for machine in difference.machines if (one := only_side(machine)) is not None}
    groups: dict[str, list[StateDifference]] = {}
    for state in difference.of(kind):
        groups.setdefault(state.place.file, []).append(state)
    for file, states in groups.items():
        items = (
            *_copies(states, mark),
            *_with_roles(states, mark),
            *_others([state for state in states if state.role is None and state.twin is None], mark, file in whole),
        )
        yield Section((verb, Code(file), f", {counted(len(states))}"), items)


def only_side(machine: MachineDifference) -> StateMachine | None:
    return (machine.after or machine.before) if machine.before is None or machine.after is None else None


def _copies(states: Sequence[StateDifference], mark: Mark) -> Iterator[Item]:
    groups: dict[str, list[str]] = {}
    for state in states:
        if state.twin is not None:
            groups.setdefault(state.twin.file, []).append(state.place.name)
    for file, names in groups.items():
        yield Item(mark, ("copies of states of ", Code(file), ": ", *codes(names)))


def _with_roles(states: Sequence[StateDifference], mark: Mark) -> Iterator[Item]:
    groups: dict[str, dict[RoleKind, list[str]]] = {}
    for state in states:
        if state.role is not None:
            groups.setdefault(state.role.machine, {}).setdefault(state.role.kind, []).append(state.place.name)
    for machine, roles in groups.items():
        lines = [Item(mark, (f"{role.value}: ", *codes(roles[role]))) for role in RoleKind if role in roles]
        if RoleKind.CALL in roles:
            yield Item(mark, ("calls ", Code(machine)), tuple(lines))
        else:
            yield from lines


def _others(states: Sequence[StateDifference], mark: Mark, whole: bool) -> Iterator[Item]:
    """Where the whole machine came or went there are no news in each of its states."""
    if whole and states:
        yield Item(mark, codes(state.place.name for state in states))
        return
    for state in states:
        ways = [way_words(edge) for change in state.transitions if (edge := change.after or change.before)]
        words: Words = (*_name(state), f", {state.place.state.type}")
        for way in ways:
            words = (*words, ", ", *way)
        yield Item(mark, words)
