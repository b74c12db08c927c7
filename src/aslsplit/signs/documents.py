"""The document as it grows: how wide it gets, what is carried unread, and how far fields travel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aslsplit.asl.paths import DOCUMENT, Stem, format_path
from aslsplit.signs.carried import Carried, Distance, Fields, carried_in
from aslsplit.signs.longest import longest_ways
from aslsplit.signs.sign import Evidence, Kind, Sign, Survey, at_state, names

__all__ = ["DISTANT_READ", "GROWING_DOCUMENT", "UNREAD_FIELDS", "document_signs"]

GROWING_DOCUMENT = Kind(
    code="ASL805",
    title="Fields that states add to the document",
    unit="field",
    units="fields",
    threshold=8,
)

UNREAD_FIELDS = Kind(
    code="ASL806",
    title="Fields carried that nothing reads any more",
    unit="field",
    units="fields",
    threshold=3,
)

DISTANT_READ = Kind(
    code="ASL807",
    title="Longest way from write to read",
    unit="transition",
    units="transitions",
    threshold=6,
)

_SHOWN = 8
_MOST_DISTANCES = 100

_STILL_TO_COME = 5
"""States on the longest way on, the one at hand included. Near the end nothing is read any more anyway."""

_TOO_MUCH = "a scope has too many states and fields to be followed"


def document_signs(survey: Survey) -> tuple[Sign, ...]:
    scopes = [carried_in(facts) for facts in survey.facts.scopes.values()]
    remark = _TOO_MUCH if None in scopes else None
    known = [carried for carried in scopes if carried is not None]
    if not known:
        return tuple(survey.sign(kind, None, (), remark) for kind in (GROWING_DOCUMENT, UNREAD_FIELDS, DISTANT_READ))
    return (_growing(survey, known, remark), _unread(survey, known, remark), _distant(survey, known, remark))


def _growing(survey: Survey, scopes: Sequence[Carried], remark: str | None) -> Sign:
    carried, name, fields = _widest((c, name, fields) for c in scopes for name, fields in c.before.items())
    state = carried.facts.scope.states[name]
    text = f"{GROWING_DOCUMENT.counted(len(fields))} when {name} begins: {names(_paths(fields), _SHOWN)}"
    return survey.sign(GROWING_DOCUMENT, len(fields), (at_state(survey.machine, state, text),), remark)


def _unread(survey: Survey, scopes: Sequence[Carried], remark: str | None) -> Sign:
    places = [(c, name, c.unread(name)) for c in scopes for name in _with_some_to_come(c)]
    if not places:
        return survey.sign(UNREAD_FIELDS, 0, (), remark)
    carried, name, fields = _widest(places)
    states = carried.facts.scope.states
    position = {name: place for place, name in enumerate(states)}
    evidence = [
        at_state(survey.machine, states[writer], f"{format_path(DOCUMENT, stem)} of {writer}, unread from {name} on")
        for stem, writers in sorted(fields.items(), key=lambda field: min(position[name] for name in field[1]))
        for writer in sorted(writers, key=position.__getitem__)[:1]
    ]
    return survey.sign(UNREAD_FIELDS, len(fields), evidence, remark)


def _with_some_to_come(carried: Carried) -> list[str]:
    """The states that control reaches and that are not among the last on their way."""
    states = carried.facts.scope.states
    onward = {
        name: {way.target: 1 for way in state.transitions if way.target is not None} for name, state in states.items()
    }
    ahead = longest_ways(onward, lambda name: 1)
    return [name for name in carried.before if ahead.length[name] >= _STILL_TO_COME]


def _distant(survey: Survey, scopes: Sequence[Carried], remark: str | None) -> Sign:
    """Of several writers of a field the one furthest from the reader is told."""
    found: dict[tuple[Stem, str], tuple[Carried, Distance]] = {}
    for carried in scopes:
        for way in carried.distances():
            known = found.get((way.stem, way.reader))
            if known is None or way.transitions > known[1].transitions:
                found[way.stem, way.reader] = (carried, way)
    ranked = sorted(found.values(), key=lambda one: -one[1].transitions)[:_MOST_DISTANCES]
    evidence = [(way.transitions, _distance(survey, carried, way)) for carried, way in ranked]
    figure = evidence[0][0] if evidence else 0
    return survey.sign(DISTANT_READ, figure, survey.worst(DISTANT_READ, evidence), remark)


def _distance(survey: Survey, carried: Carried, way: Distance) -> Evidence:
    state = carried.facts.scope.states[way.reader]
    inside = () if way.read is None else way.read.pointer[len(state.pointer) :]
    later = f"{way.transitions} transition{'' if way.transitions == 1 else 's'} later"
    text = f"{format_path(DOCUMENT, way.stem)} of {way.writer}, read by {way.reader} {later}"
    return at_state(survey.machine, state, text, *inside, others=(way.writer,))


Place = tuple[Carried, str, Fields]


def _widest(places: Iterable[Place]) -> Place:
    """The first of those with the most fields; there is one, since every scope has a first state."""
    return max(places, key=lambda place: len(place[2]))


def _paths(fields: Fields) -> list[str]:
    return sorted(format_path(DOCUMENT, stem) for stem in fields)
