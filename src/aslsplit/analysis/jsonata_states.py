"""JSONata states: recognised, and read as if they looked at everything.

What an expression reads is not resolved here, so such a state reads its whole input and every variable it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from aslsplit.analysis.effects import Effects, Passage, Read
from aslsplit.analysis.pathset import Paths
from aslsplit.analysis.shapes import Copy, New, Shape
from aslsplit.asl.model import State, StateType, Transition, TransitionKind
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath
from aslsplit.asl.source import Json, Pointer

__all__ = ["jsonata_effects"]

# A name with an argument list is a function.
_VARIABLE = re.compile(r"\$([^\W\d]\w*)\b(?!\s*\()")
_INNER_SCOPES = ("Branches", "ItemProcessor", "Iterator")


def jsonata_effects(state: State, inner: Paths) -> Effects:
    opaque = "is written in JSONata, whose reads are not resolved"
    before: list[Read] = [Read(AccessPath(DOCUMENT), state.pointer, sure=False, opaque=opaque)]
    for pointer, text in _expressions({k: v for k, v in state.body.items() if k not in _INNER_SCOPES}, state.pointer):
        if "$states.context" in text or "$states" in text.replace("$states.", ""):
            before.append(Read(AccessPath(CONTEXT), pointer, sure=False, opaque=opaque))
        names = sorted(set(_VARIABLE.findall(text)) - {"states"})
        before.extend(Read(AccessPath(f"${name}"), pointer, sure=False) for name in names)
    return Effects(
        state=state,
        before=tuple(before),
        passages=tuple(_passage(state, transition) for transition in state.transitions),
        inner=inner,
        inputs=tuple(New("JSONata") for _ in state.scopes),
        external=state.type in (StateType.TASK, StateType.PARALLEL, StateType.MAP),
        # An expression that gives nothing is an error of its own (States.QueryEvaluationError).
        fallible=True,
    )


def _passage(state: State, transition: Transition) -> Passage:
    holder: Mapping[str, Json] = state.body
    if transition.kind is TransitionKind.CATCH:
        holder = state.body["Catch"][transition.index]
    elif transition.kind is TransitionKind.CHOICE:
        holder = state.body["Choices"][transition.index]
    makes_result = state.type in (StateType.TASK, StateType.PARALLEL, StateType.MAP)
    document: Shape = Copy(DOCUMENT)
    if "Output" in holder or "Output" in state.body or makes_result:
        document = New(f"the output of {state.name}")
    assigned = holder.get("Assign")
    variables: dict[str, Shape] = {}
    if isinstance(assigned, dict):
        variables = {f"${name}": New(f"Assign of {state.name}") for name in assigned}
    return Passage(transition, document, variables)


def _expressions(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, str):
        if value.startswith("{%"):
            yield pointer, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _expressions(member, (*pointer, key))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _expressions(member, (*pointer, position))
