"""Answers that come out of a Parallel state: each of its branches ends with a call, and it takes the answers apart.

What comes out of a Parallel state is something new to the analysis. Where a branch ends with nothing but a part of an
answer, the variables that the state assigns are followed to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aslsplit.analysis.effects import Effects
from aslsplit.analysis.facts import Facts, ScopeFacts
from aslsplit.analysis.shapes import Copy, Shape, project
from aslsplit.asl.model import State, StateMachine, StateType, TransitionKind
from aslsplit.asl.paths import DOCUMENT, Stem
from aslsplit.asl.references import ReferenceSyntaxError, parse_path
from aslsplit.asl.source import Json

__all__ = ["joining", "taker_of"]


def taker_of(machine: StateMachine, call: State) -> State | None:
    """The Parallel state that has the answer of this call when the branch with the call in it has ended."""
    scope = machine.scope_of(call.name)
    if scope is None or scope.owner is None or not any(way.target is None for way in call.transitions):
        return None
    owner = next(state for state in machine.states() if state.name == scope.owner)
    return owner if owner.type is StateType.PARALLEL else None


def joining(facts: Facts) -> Iterator[tuple[str, Effects]]:
    """The Parallel states of which that much is known, with what they assign."""
    for scope in facts.scopes.values():
        for name, effects in scope.effects.items():
            if effects.state.type is not StateType.PARALLEL:
                continue
            outputs = [_output(facts.of(branch)) for branch in effects.state.scopes]
            found = dict(_assigned(effects.state, outputs))
            if found:
                ways = (
                    way
                    if way.transition.kind is TransitionKind.CATCH
                    else replace(way, variables={**way.variables, **found})
                    for way in effects.passages
                )
                yield name, replace(effects, passages=tuple(ways))


def _output(branch: ScopeFacts) -> Shape | None:
    ends = {
        way.document
        for effects in branch.effects.values()
        for way in effects.passages
        if way.transition.target is None and isinstance(way.document, Copy)
    }
    every = sum(way.transition.target is None for effects in branch.effects.values() for way in effects.passages)
    return next(iter(ends)) if len(ends) == every == 1 else None


def _assigned(state: State, outputs: Sequence[Shape | None]) -> Iterator[tuple[str, Shape]]:
    assigned: Mapping[str, Json] = state.body.get("Assign") or {}
    for key, text in assigned.items():
        taken = _taken(text, state.query_language == "JSONata") if isinstance(text, str) else None
        if taken is not None and taken[0] < len(outputs):
            output = outputs[taken[0]]
            if output is not None:
                yield f"${key.removesuffix('.$')}", project(output, taken[1])


_IN_JSONATA = re.compile(r"\{% \$states\.result\[(\d+)\]((?:\.\w+)*) %\}")


def _taken(text: str, in_jsonata: bool) -> tuple[int, Stem] | None:
    """Which branch's output, and which part of it."""
    if in_jsonata:
        found = _IN_JSONATA.fullmatch(text)
        return None if found is None else (int(found[1]), tuple(found[2].split(".")[1:]))
    try:
        path = parse_path(text)
    except ReferenceSyntaxError:
        return None
    first, *rest = path.steps or (None,)
    if path.root != DOCUMENT or not isinstance(first, int) or not all(isinstance(step, str) for step in rest):
        return None
    return first, tuple(step for step in rest if isinstance(step, str))
