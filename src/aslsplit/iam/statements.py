"""Needs of single states, put together into the fewest statements that still read well."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aslsplit.asl.source import Json
from aslsplit.iam.need import ASSUMED, Found, Gap, Need
from aslsplit.iam.policy import Policy, Statement, Unknown

__all__ = ["policy_for", "statements_for"]

_LONGEST_SID = 60


@dataclass(slots=True)
class _Grant:
    """Of one service on one resource under one condition."""

    conditions: Mapping[str, Json]
    actions: set[str] = field(default_factory=set)
    states: dict[str, None] = field(default_factory=dict)


def policy_for(found: Iterable[tuple[str, Found]]) -> Policy:
    """``found`` comes with the names of the states, in the order of the machine."""
    pairs = tuple(found)
    needs = [(state, one) for state, one in pairs if isinstance(one, Need)]
    gaps: dict[Gap, dict[str, None]] = {}
    for state, one in pairs:
        if isinstance(one, Gap):
            gaps.setdefault(one, {})[state] = None
    said = [Unknown(gap.what, tuple(states), gap.actions, gap.code) for gap, states in gaps.items()]
    unknown = tuple(one for one in said if one.code != ASSUMED)
    return Policy(statements_for(needs), unknown, tuple(one for one in said if one.code == ASSUMED))


def statements_for(needs: Iterable[tuple[str, Need]]) -> tuple[Statement, ...]:
    """One per set of actions of a service: what is granted on several resources alike is said once. In the order of
    the actions, so that a state that moves within its machine changes nothing."""
    grants: dict[tuple[str, str, str], _Grant] = {}
    for state, need in needs:
        condition = json.dumps(need.conditions, sort_keys=True)
        for resource in need.resources:
            for action in need.actions:
                key = (action.partition(":")[0], resource, condition)
                grant = grants.setdefault(key, _Grant(need.conditions))
                grant.actions.add(action)
                grant.states[state] = None
    alike: dict[tuple[tuple[str, ...], str], list[tuple[str, _Grant]]] = {}
    for (_, resource, condition), grant in grants.items():
        alike.setdefault((tuple(sorted(grant.actions)), condition), []).append((resource, grant))
    made: list[Statement] = []
    taken: set[str] = set()
    for (actions, _), granted in sorted(alike.items(), key=lambda item: item[0]):
        resources = tuple(sorted(resource for resource, _ in granted))
        states = tuple(dict.fromkeys(state for _, grant in granted for state in grant.states))
        sid = _sid(actions, taken)
        taken.add(sid)
        made.append(Statement(sid, actions, resources, states, granted[0][1].conditions))
    return tuple(made)


def _sid(actions: tuple[str, ...], taken: set[str]) -> str:
    service = "".join(part.capitalize() for part in actions[0].partition(":")[0].split("-"))
    verbs = [action.partition(":")[2] for action in actions]
    sid = service + "".join(verbs)
    if len(sid) > _LONGEST_SID:
        sid = f"{service}{verbs[0]}AndMore"
    number = 2
    unique = sid
    while unique in taken:
        unique, number = f"{sid}{number}", number + 1
    return unique
