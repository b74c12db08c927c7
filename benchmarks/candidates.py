"""Regions to try, found without asking the analysis or any proposal: sets of states of one scope, from the transitions.

Control enters a set at one state if and only if each of its other states brings along all that lead to it. So the sets
with one entry are that entry with unions of such closures, and none is missed but for the cap.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.model import Scope, StateMachine

__all__ = ["Candidate", "any_sets", "disjoint_pairs", "neighbours", "regions"]

_MOST_PER_SCOPE = 400


@dataclass(frozen=True, slots=True)
class Candidate:
    """``exits`` counts the distinct places where control leaves, the end of the scope among them."""

    members: tuple[str, ...]
    exits: int
    scope: Scope


def regions(machine: StateMachine, most: int, chance: random.Random) -> list[Candidate]:
    """At most ``most`` single-entry sets of at least two states, every number of exits and every scope in turn.

    The whole of the top level is none: nothing would stay. The whole of a branch is one.
    """
    groups: dict[tuple[str | None, int], list[Candidate]] = {}
    for scope in machine.scopes():
        for members in _single_entry_sets(scope, chance):
            if scope.owner is None and len(members) == len(scope.states):
                continue
            found = _candidate(scope, members)
            groups.setdefault((scope.owner, found.exits), []).append(found)
    for group in groups.values():
        chance.shuffle(group)
    return _in_turn(list(groups.values()), most)


def any_sets(machine: StateMachine, most: int, chance: random.Random) -> list[Candidate]:
    """Sets of states of one scope, whatever leads into them; connected or not."""
    scopes = [scope for scope in machine.scopes() if len(scope.states) > 2]
    found: dict[frozenset[str], Candidate] = {}
    for _ in range(4 * most if scopes else 0):
        scope = chance.choice(scopes)
        reached = _behind(scope, scope.start_at)
        names = [name for name in scope.states if name in reached]
        if len(names) < 3:
            continue
        members = chance.sample(names, chance.randint(2, len(names) - 1))
        found.setdefault(frozenset(members), _candidate(scope, members))
    return list(found.values())[:most]


def neighbours(machine: StateMachine, most: int, chance: random.Random) -> list[tuple[Candidate, ...]]:
    """Rows of two or three regions: each leads to one place, which for all but the last is the next one, and nothing
    else leads into that."""
    rows: list[tuple[Candidate, ...]] = []
    for scope in machine.scopes():
        singles = (frozenset({name}) for name in _behind(scope, scope.start_at))
        every = dict.fromkeys((*sorted(singles, key=sorted), *_single_entry_sets(scope, chance)))
        found = [candidate for members in every if (candidate := _candidate(scope, members)).exits == 1]
        for left in found:
            target = next(_leaving(left), None)
            following = [right for right in found if target in right.members and _only_from(left, right, target)]
            pairs = [(left, right) for right in following]
            rows += pairs
            for pair in pairs[:4]:
                target = next(_leaving(pair[1]), None)
                rows += [
                    (*pair, third) for third in found if _only_from(pair[1], third, target) and _apart(left, third)
                ]
    return chance.sample(rows, min(most, len(rows)))


def _leaving(candidate: Candidate) -> Iterator[str | None]:
    states = candidate.scope.states
    return (
        t.target for name in candidate.members for t in states[name].transitions if t.target not in candidate.members
    )


def _apart(left: Candidate, right: Candidate) -> bool:
    return set(left.members).isdisjoint(right.members)


def _only_from(left: Candidate, right: Candidate, entry: str | None) -> bool:
    """Whether all that leads into ``right`` from outside comes from ``left``, to this entry."""
    if entry not in right.members or right.scope.start_at in right.members or not _apart(left, right):
        return False
    entering = [
        (state.name, t.target)
        for state in right.scope.states.values()
        for t in state.transitions
        if t.target in right.members and state.name not in right.members
    ]
    return all(source in left.members and target == entry for source, target in entering)


def disjoint_pairs(
    found: Sequence[Candidate], machine: StateMachine, most: int, chance: random.Random
) -> list[tuple[Candidate, Candidate]]:
    """Two that share no state and do not lie inside each other."""
    around = _around(machine)
    pairs: list[tuple[Candidate, Candidate]] = []
    for _ in range(20 * most if len(found) > 1 else 0):
        left, right = chance.sample(found, 2)
        apart = not _inside(left, right, around) and not _inside(right, left, around)
        if apart and not set(left.members) & set(right.members) and (left, right) not in pairs:
            pairs.append((left, right))
        if len(pairs) == most:
            break
    return pairs


def _around(machine: StateMachine) -> Mapping[str | None, frozenset[str]]:
    """By the owner of a scope, that state and those around it."""
    found: dict[str | None, frozenset[str]] = {None: frozenset()}
    for scope in machine.scopes():
        for state in scope.states.values():
            if state.scopes:
                found[state.name] = found[scope.owner] | {state.name}
    return found


def _inside(left: Candidate, right: Candidate, around: Mapping[str | None, frozenset[str]]) -> bool:
    return not around[left.scope.owner].isdisjoint(right.members)


def _candidate(scope: Scope, members: Collection[str]) -> Candidate:
    inside = tuple(name for name in scope.states if name in members)
    targets = {t.target for name in inside for t in scope.states[name].transitions if t.target not in members}
    return Candidate(inside, len(targets), scope)


def _single_entry_sets(scope: Scope, chance: random.Random) -> Iterator[frozenset[str]]:
    leading: dict[str, set[str]] = {name: set() for name in scope.states}
    for state in scope.states.values():
        for transition in state.transitions:
            if transition.target in leading:
                leading[transition.target].add(state.name)
    share = max(8, _MOST_PER_SCOPE // max(1, len(scope.states)))
    reached = _behind(scope, scope.start_at)
    for entry in (name for name in scope.states if name in reached):
        behind = _behind(scope, entry)
        closures = [
            closure
            for name in scope.states
            if name != entry and (closure := _closure(name, entry, leading)) <= behind and scope.start_at not in closure
        ]
        yield from _unions(frozenset({entry}), closures, share, chance)


def _behind(scope: Scope, entry: str) -> set[str]:
    found, pending = {entry}, [entry]
    while pending:
        for transition in scope.states[pending.pop()].transitions:
            target = transition.target
            if target is not None and target in scope.states and target not in found:
                found.add(target)
                pending.append(target)
    return found


def _closure(name: str, entry: str, leading: Mapping[str, set[str]]) -> frozenset[str]:
    """The state and all that lead to it without passing the entry."""
    found, pending = {name}, [name]
    while pending:
        for source in leading[pending.pop()] - found - {entry}:
            found.add(source)
            pending.append(source)
    return frozenset(found)


def _unions(
    entry: frozenset[str], closures: Sequence[frozenset[str]], most: int, chance: random.Random
) -> Iterator[frozenset[str]]:
    found: dict[frozenset[str], None] = {}
    pending = [entry]
    while pending and len(found) < most:
        # From a random one of those known: small and large sets alike, whatever the cap.
        grown = pending.pop(chance.randrange(len(pending)))
        for closure in chance.sample(closures, len(closures)):
            union = grown | closure
            if union not in found and union != grown and len(found) < most:
                found[union] = None
                pending.append(union)
    yield from found


def _in_turn(groups: list[list[Candidate]], most: int) -> list[Candidate]:
    taken: list[Candidate] = []
    while groups and len(taken) < most:
        groups = [group for group in groups if group]
        for group in groups:
            if len(taken) < most:
                taken.append(group.pop())
    return taken
