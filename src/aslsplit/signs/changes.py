"""The blast radius of a change: which states were changed together in the commits of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from statistics import median_low

from aslsplit.asl.model import State
from aslsplit.signs.past import SWEEPING, changes_of
from aslsplit.signs.sign import Evidence, Kind, Sign, Survey, at_state

__all__ = ["CHANGE_BLAST_RADIUS", "change_blast_radius"]

CHANGE_BLAST_RADIUS = Kind(
    code="ASL811",
    title="Commits that change several domains at once",
    unit="%",
    units="%",
    threshold=30,
)

_FEWEST = 3
"""Commits; fewer say nothing."""

_SHOWN = 6


def change_blast_radius(survey: Survey) -> Sign:
    if isinstance(survey.revisions, str):
        return survey.sign(CHANGE_BLAST_RADIUS, None, (), survey.revisions)
    changes = changes_of(survey.revisions)
    if len(changes) < _FEWEST:
        return survey.sign(
            CHANGE_BLAST_RADIUS, None, (), f"{_commits(len(changes))} changed states; {_FEWEST} are needed"
        )
    several = [change for _, change in changes if len(_domains(survey, change)) > 1]
    authors = len({author for author, _ in changes})
    states = median_low(sorted(len(change) for _, change in changes))
    remark = (
        f"{len(several)} of {_commits(len(changes))} by {authors} {'author' if authors == 1 else 'authors'}; "
        f"half of them change {states} or fewer states"
    )
    figure = 100 * len(several) // len(changes)
    return survey.sign(CHANGE_BLAST_RADIUS, figure, _pairs(survey, [change for _, change in changes]), remark)


def _domains(survey: Survey, change: frozenset[str]) -> set[str]:
    return {survey.domains[name] for name in change if name in survey.domains}


def _pairs(survey: Survey, changes: Sequence[frozenset[str]]) -> list[Evidence]:
    """The states of different domains that were changed together most often."""
    states = {name: state for scope in survey.machine.scopes() for name, state in scope.states.items()}
    order = {name: place for place, name in enumerate(states)}
    together: Counter[tuple[str, str]] = Counter()
    for change in changes:
        if len(change) <= SWEEPING:
            still_there = sorted((name for name in change if name in order), key=order.__getitem__)
            together.update(combinations(still_there, 2))
    across = [
        (count, pair)
        for pair, count in together.items()
        if count > 1 and len({survey.domains.get(name, name) for name in pair}) > 1
    ]
    across.sort(key=lambda found: (-found[0], order[found[1][0]], order[found[1][1]]))
    return [
        _evidence(survey, states[one], other, f"{count} of {_commits(len(changes))}")
        for count, (one, other) in across[:_SHOWN]
    ]


def _evidence(survey: Survey, state: State, other: str, how_often: str) -> Evidence:
    def named(name: str) -> str:
        return f"{name} ({survey.domains[name]})" if name in survey.domains else name

    text = f"{named(state.name)} together with {named(other)} in {how_often}"
    return at_state(survey.machine, state, text, others=(other,))


def _commits(number: int) -> str:
    return f"{number} commit{'' if number == 1 else 's'}"
