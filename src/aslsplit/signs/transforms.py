"""Transforms that say the same thing again: payload templates and literals that are equal up to literals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.analysis.canonical_forms import form_of_value
from aslsplit.asl.model import State, StateType
from aslsplit.asl.source import Json
from aslsplit.signs.sign import Evidence, Kind, Sign, Survey, at_state, names

__all__ = ["REPEATED_TRANSFORM", "repeated_transform"]

REPEATED_TRANSFORM = Kind(
    code="ASL803",
    title="Transforms that repeat another",
    unit="repetition",
    units="repetitions",
    threshold=3,
)

_SMALLEST = 2
"""Members; a template of one field is a copy, and hardly a transform."""


def repeated_transform(survey: Survey) -> Sign:
    alike: dict[str, list[tuple[State, str]]] = {}
    passes = transforms = 0
    for scope in survey.machine.scopes():
        for state in scope.states.values():
            found = dict(_transforms(state))
            passes += state.type is StateType.PASS
            transforms += state.type is StateType.PASS and bool(found)
            for field, value in found.items():
                alike.setdefault(f"{state.query_language} {form_of_value(value)}", []).append((state, field))
    groups = sorted((group for group in alike.values() if len(group) > 1), key=lambda group: -len(group))
    evidence = [_evidence(survey, group) for group in groups]
    return survey.sign(REPEATED_TRANSFORM, sum(len(group) - 1 for group in groups), evidence)


def _evidence(survey: Survey, group: list[tuple[State, str]]) -> Evidence:
    state, field = group[0]
    members = ", ".join(key.removesuffix(".$") for key in list(state.body[field])[:4])
    found = [state.name for state, _ in group]
    text = f"{len(group)} times {field} {{{members}{', …' if len(state.body[field]) > 4 else ''}}}: {names(found)}"
    return at_state(survey.machine, state, text, field, others=found[1:])


def _transforms(state: State) -> Iterator[tuple[str, Mapping[str, Json]]]:
    fields = ("Parameters", "Result", "Output") if state.type is StateType.PASS else ("ResultSelector", "Output")
    for field in fields:
        value = state.body.get(field)
        if isinstance(value, dict) and len(value) >= _SMALLEST:
            yield field, value
