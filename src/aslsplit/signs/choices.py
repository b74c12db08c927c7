"""Decisions in a row: how many choice rules may be tested before anything is done."""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.asl.model import Scope, State, StateType, TransitionKind
from aslsplit.signs.longest import longest_ways
from aslsplit.signs.sign import Evidence, Kind, Sign, Survey, at_state, names

__all__ = ["LONG_CHOICE_CHAIN", "long_choice_chain"]

LONG_CHOICE_CHAIN = Kind(
    code="ASL802",
    title="Choice rules in a row",
    unit="rule",
    units="rules",
    threshold=5,
)


def long_choice_chain(survey: Survey) -> Sign:
    """A chain begins at a Choice state that no other Choice state leads to."""
    chains: list[tuple[int, Evidence]] = []
    for scope in survey.machine.scopes():
        behind = _choices_behind(scope)
        rules = {name: _rules(scope.states[name]) for name in behind}
        longest = longest_ways(behind, rules.__getitem__)
        reached = {target for following in behind.values() for target in following}
        for head in [name for name in behind if name not in reached] or list(behind)[:1]:
            chain = longest.way(head)
            states = f"in {len(chain)} Choice states in a row: " if len(chain) > 1 else "in "
            text = f"{LONG_CHOICE_CHAIN.counted(longest.length[head])} {states}{names(chain)}"
            place = at_state(survey.machine, scope.states[head], text, others=chain[1:])
            chains.append((longest.length[head], place))
    chains.sort(key=lambda chain: -chain[0])
    return survey.sign(LONG_CHOICE_CHAIN, chains[0][0] if chains else 0, survey.worst(LONG_CHOICE_CHAIN, chains))


def _rules(state: State) -> int:
    return sum(way.kind is TransitionKind.CHOICE for way in state.transitions)


def _choices_behind(scope: Scope) -> Mapping[str, Mapping[str, int]]:
    """For each Choice state the Choice states right behind it, with how many rules are tested on the way there."""
    choices = [state for state in scope.states.values() if state.type is StateType.CHOICE]
    found: dict[str, dict[str, int]] = {}
    for state in choices:
        found[state.name] = {}
        for way in state.transitions:
            if way.target is not None and scope.states[way.target].type is StateType.CHOICE:
                tested = _rules(state) if way.index is None else way.index + 1
                found[state.name][way.target] = max(tested, found[state.name].get(way.target, 0))
    return found
