"""Two sides of state machines in, their difference out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aslsplit.asl.model import StateMachine
from aslsplit.difference.access import NOTHING, Access, access_change, access_of
from aslsplit.difference.bodies import canonical, own_fields, own_fields_of_machine
from aslsplit.difference.fields import field_changes
from aslsplit.difference.homes import homes_of
from aslsplit.difference.matching import continued, matched, places_in, twins_of
from aslsplit.difference.model import (
    Difference,
    Layout,
    MachineDifference,
    Place,
    Role,
    StateDifference,
    TransitionChange,
)
from aslsplit.difference.roles import roles_of
from aslsplit.difference.transitions import Same, edges_of, start_change, transition_changes

__all__ = ["difference_of"]


def difference_of(before: Mapping[str, StateMachine], after: Mapping[str, StateMachine]) -> Difference:
    """Machines under one name are two versions of one; what has no namesake may go on under another name. States are
    looked for in all machines of the other side."""
    comparison = _Comparison(_side(before), _side(after))
    states = tuple(comparison.states())
    machines = tuple(comparison.machines(states))
    return Difference(machines, states, len(comparison.partners) - sum(1 for one in states if one.before and one.after))


@dataclass(frozen=True, slots=True)
class _Side:
    machines: Mapping[str, StateMachine]
    places: tuple[Place, ...]
    access: Mapping[str, Access]
    by_name: Mapping[tuple[str, str], Place]


def _side(machines: Mapping[str, StateMachine]) -> _Side:
    places = places_in(machines)
    access = {key: access_of(machine) for key, machine in machines.items()}
    return _Side(machines, places, access, {(place.key, place.name): place for place in places})


class _Comparison:
    """Which machine, state and scope became which, and what follows from it for each."""

    def __init__(self, before: _Side, after: _Side) -> None:
        self.before, self.after = before, after
        self.continues = continued(before.places, after.places)
        self.partners = matched(before.places, after.places, self.continues)
        self.homes = homes_of(self.partners, self.continues)

    def states(self) -> Iterator[StateDifference]:
        origins = {new: old for old, new in self.partners.items()}
        added = self._alone(self.after, origins, self.before, self.continues.values())
        removed = self._alone(self.before, self.partners, self.after, self.continues.keys())
        for place in self.after.places:
            if place in added:
                ways = tuple(TransitionChange(None, edge) for edge in edges_of(place.state))
                role, twin = added[place]
                yield StateDifference(None, place, transitions=ways, role=role, twin=twin)
            elif (found := self._changed(origins[place], place)).kinds:
                yield found
        for place, (role, twin) in removed.items():
            ways = tuple(TransitionChange(edge, None) for edge in edges_of(place.state))
            yield StateDifference(place, None, transitions=ways, role=role, twin=twin)

    def _alone(
        self, side: _Side, matched: Collection[Place], other: _Side, continuing: Collection[str]
    ) -> Mapping[Place, tuple[Role | None, Place | None]]:
        """What is on this side only, and for each what it is for, or what it is a copy of."""
        alone = [place for place in side.places if place not in matched]
        twins = twins_of(alone, other.places)
        unpaired = [key for key in side.machines if key not in continuing]
        others = [place for place in alone if place not in twins]
        roles = roles_of(others, twins, side.machines, side.access, unpaired)
        return {place: (roles.get(place), twins.get(place)) for place in alone}

    def _changed(self, old: Place, new: Place) -> StateDifference:
        was, now = self.before.access[old.key], self.after.access[new.key]
        return StateDifference(
            old,
            new,
            moved=self.homes.moved(old, new),
            fields=field_changes(own_fields(old.state), own_fields(new.state)),
            transitions=transition_changes(
                old.state, new.state, self.homes.branches.get(old, ()), self._same(old.key, new.key)
            ),
            reads=access_change(was.reads_of[old.name], now.reads_of[new.name]),
            writes=access_change(was.writes_of[old.name], now.writes_of[new.name]),
        )

    def _same(self, old_key: str, new_key: str) -> Same:
        def same(old: str | None, new: str | None) -> bool:
            if old is None or new is None:
                return old is new
            return self.partners.get(self.before.by_name[old_key, old]) is self.after.by_name[new_key, new]

        return same

    def machines(self, states: Sequence[StateDifference]) -> Iterator[MachineDifference]:
        """Those there are now, in their order, then those that are gone."""
        touched_before = {state.before.key for state in states if state.before is not None}
        touched_after = {state.after.key for state in states if state.after is not None}
        origins = {new: old for old, new in self.continues.items()}
        for key in self.after.machines:
            old = origins.get(key)
            yield self._machine(old, key, key in touched_after or old in touched_before)
        for key in self.before.machines:
            if key not in self.continues:
                yield self._machine(key, None, True)

    def _machine(self, old_key: str | None, new_key: str | None, touched: bool) -> MachineDifference:
        old = None if old_key is None else self.before.machines[old_key]
        new = None if new_key is None else self.after.machines[new_key]
        was = NOTHING if old_key is None else self.before.access[old_key]
        now = NOTHING if new_key is None else self.after.access[new_key]
        found = MachineDifference(
            old,
            new,
            input=access_change(was.input, now.input),
            context=access_change(was.context, now.context),
            writes=access_change(was.writes, now.writes),
        )
        if old is None or new is None or old_key is None or new_key is None:
            return found
        fields = field_changes(own_fields_of_machine(old), own_fields_of_machine(new))
        start = start_change(old.top, new.top, self._same(old_key, new_key))
        differs = bool(touched or fields or start)
        return replace(
            found, fields=fields, start=start, differs=differs, layout=None if differs else _layout(old, new)
        )


def _layout(old: StateMachine, new: StateMachine) -> Layout:
    if _text(old) == _text(new):
        return Layout.SAME
    one, other = old.source.data, new.source.data
    reordered = canonical(one) == canonical(other) and json.dumps(one) != json.dumps(other)
    return Layout.ORDER if reordered else Layout.TEXT


def _text(machine: StateMachine) -> str:
    """Of the definition alone, where it is a part of its file."""
    extent = machine.source.extents.get(())
    return machine.source.text if extent is None else machine.source.text[extent.start : extent.end]
