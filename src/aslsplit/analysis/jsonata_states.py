"""The effects of a JSONata state: ``Arguments``, the work, then ``Output`` and ``Assign`` side by side.

There is no merging of input and result: the output is the result (the input, for a state without work, and the error
output behind a catcher), unless ``Output`` says otherwise. (AWS Step Functions Developer Guide, "Transforming data".)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aslsplit.analysis.effects import Effects, Passage, Read, sends_token
from aslsplit.analysis.inner_scopes import wanted_by_processor, wanted_from_outside, with_own_item
from aslsplit.analysis.jsonata_values import Evaluation, evaluate_jsonata, has_expression, merged_values
from aslsplit.analysis.pathset import Paths, merge
from aslsplit.analysis.shapes import Copy, New, Shape, Update, error_output
from aslsplit.asl.model import State, StateType, Transition, TransitionKind
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath
from aslsplit.asl.results import answers_with_object
from aslsplit.asl.source import Json, Pointer

__all__ = ["jsonata_effects", "sent_in_jsonata"]

_RAW = Copy(DOCUMENT)
_BEFORE: Mapping[str, Shape] = {"input": _RAW, "context": Copy(CONTEXT)}
_ANY_MOMENT = {**_BEFORE, "result": New("a result"), "errorOutput": New("an error output")}
_NOT_WORK = (
    "Type Comment QueryLanguage Resource Next End Default Choices Catch Arguments ItemSelector Output Assign "
    "Branches ItemProcessor Iterator"
)
_NO_WORK = frozenset(_NOT_WORK.split())
"""What is not evaluated, or has a moment of its own."""


def jsonata_effects(
    state: State,
    inner: Sequence[Paths],
    assumed: Sequence[AccessPath] | None = None,
    result: Shape | None = None,
) -> Effects:
    """``inner`` is what each inner scope wants at its start, in terms of its own document.

    ``assumed`` replaces the reads of a Task that sends its whole input: what the user vouches that it uses.
    ``result`` is that of a Task, if anything is known of it.
    """
    reads = _work(state)
    wanted: Paths = {}
    inputs: tuple[Shape, ...] = ()
    match state.type:
        case StateType.TASK:
            reads += _task_reads(state, assumed)
        case StateType.PARALLEL:
            handed, found = _field(state, "Arguments", _BEFORE, _RAW, deep=False)
            reads += found
            inputs = tuple(handed for _ in state.scopes)
            wanted = merge(*(wanted_from_outside(paths, handed) for paths in inner))
        case StateType.MAP:
            item, found = _map_item(state)
            reads += found
            inputs = (item,)
            wanted = wanted_by_processor(state, inner[0] if inner else {}, item)
        case StateType.CHOICE:
            # The first condition is tested whichever way control goes on, and if it goes nowhere.
            reads += _condition(state, 0)
        case StateType.PASS | StateType.WAIT | StateType.SUCCEED | StateType.FAIL:
            pass
    evaluated = {name: value for name, value in state.body.items() if name not in ("Branches", "ItemProcessor")}
    return Effects(
        state=state,
        before=tuple(reads),
        passages=tuple(_passage(state, transition, result) for transition in state.transitions),
        inner=wanted,
        inputs=inputs,
        external=state.type in (StateType.TASK, StateType.PARALLEL, StateType.MAP),
        # An expression that gives nothing is an error of its own (States.QueryEvaluationError), which can be caught.
        fallible=has_expression(evaluated) or (state.type is StateType.CHOICE and "Default" not in state.body),
        merged=merged_values(evaluated, _ANY_MOMENT, state.pointer),
    )


def sent_in_jsonata(state: State) -> Shape:
    """What a Task sends."""
    return _field(state, "Arguments", _BEFORE, _RAW, deep=False)[0]


def _field(
    state: State, key: str, states: Mapping[str, Shape], default: Shape, *, deep: bool
) -> tuple[Shape, tuple[Read, ...]]:
    if key not in state.body:
        return default, ()
    return evaluate_jsonata(state.body[key], states, (*state.pointer, key), deep=deep)


def _work(state: State) -> list[Read]:
    """Whatever may hold an expression and is evaluated ahead of the work, or on the way."""
    found: list[Read] = []
    for key, value in state.body.items():
        if key not in _NO_WORK:
            found += evaluate_jsonata(value, _BEFORE, (*state.pointer, key), deep=True)[1]
    return found


def _task_reads(state: State, assumed: Sequence[AccessPath] | None) -> tuple[Read, ...]:
    vouched = tuple(Read(path, state.pointer, sure=False) for path in assumed or ())
    if "Arguments" in state.body:
        sent = _field(state, "Arguments", _BEFORE, _RAW, deep=True)[1]
        if assumed is None or not any(read.opaque for read in sent):
            return sent
        return (*(read for read in sent if not read.opaque), *vouched)
    if assumed is not None:
        return vouched
    reason = "has no Arguments, so it sends all of its input"
    return (Read(AccessPath(DOCUMENT), state.pointer, sure=False, opaque=reason),)


def _map_item(state: State) -> Evaluation:
    body = state.body
    reads: list[Read] = []
    if "Items" not in body and "ItemReader" not in body:
        reason = "has no Items, so all of its input are the items"
        reads.append(Read(AccessPath(DOCUMENT), state.pointer, sure=False, opaque=reason))
    item, found = _field(state, "ItemSelector", _BEFORE, New(f"an item of {state.name}"), deep=False)
    item = with_own_item(item, state.name)
    outside = [read for read in found if not (read.path.root == CONTEXT and read.path.stem[:1] == ("Map",))]
    if "ItemBatcher" in body:
        item = New(f"a batch of {state.name}")
        # Batches are not followed into: whoever reads one may read all that was selected.
        selected = _field(state, "ItemSelector", _BEFORE, item, deep=True)[1]
        outside = [read for read in selected if not (read.path.root == CONTEXT and read.path.stem[:1] == ("Map",))]
    return item, (*reads, *outside)


def _condition(state: State, position: int) -> tuple[Read, ...]:
    condition = state.body["Choices"][position].get("Condition")
    pointer = (*state.pointer, "Choices", position, "Condition")
    return evaluate_jsonata(condition, _BEFORE, pointer, deep=True)[1]


def _passage(state: State, transition: Transition, result: Shape | None) -> Passage:
    """Whatever carries the ``Output`` and the ``Assign`` of this way: the state, the rule that matched, the catcher."""
    index = transition.index or 0
    match transition.kind:
        case TransitionKind.CATCH:
            error = error_output(state.name)
            given = {**_BEFORE, "errorOutput": error}
            holder, pointer = state.body["Catch"][index], (*state.pointer, "Catch", index)
            return _left(transition, holder, pointer, given, error)
        case TransitionKind.CHOICE:
            tested = _conditions(state, index + 1)
            pointer = (*state.pointer, "Choices", index)
            return _left(transition, state.body["Choices"][index], pointer, _BEFORE, _RAW, tested)
        case TransitionKind.DEFAULT:
            tested = _conditions(state, len(state.body["Choices"]))
            return _left(transition, state.body, state.pointer, _BEFORE, _RAW, tested)
        case TransitionKind.NEXT | TransitionKind.END:
            if state.type not in (StateType.TASK, StateType.PARALLEL, StateType.MAP):
                return _left(transition, state.body, state.pointer, _BEFORE, _RAW)
            result = result or New(f"the result of {state.name}", _answers_with_object(state))
            return _left(transition, state.body, state.pointer, {**_BEFORE, "result": result}, result)


def _answers_with_object(state: State) -> bool:
    if state.type is not StateType.TASK or not answers_with_object(state.body.get("Resource")):
        return False
    return not sends_token(_field(state, "Arguments", _BEFORE, _RAW, deep=True)[1])


def _conditions(state: State, count: int) -> tuple[Read, ...]:
    return tuple(read for position in range(count) for read in _condition(state, position))


def _left(
    transition: Transition,
    holder: Mapping[str, Json],
    pointer: Pointer,
    states: Mapping[str, Shape],
    default: Shape,
    tested: tuple[Read, ...] = (),
) -> Passage:
    reads = list(tested)
    document = default
    if "Output" in holder:
        document, found = evaluate_jsonata(holder["Output"], states, (*pointer, "Output"), deep=False)
        reads += found
    variables: dict[str, Shape] = {}
    assigned = holder.get("Assign")
    if isinstance(assigned, dict):
        for name, value in assigned.items():
            variables[f"${name}"], found = evaluate_jsonata(value, states, (*pointer, "Assign", name), deep=False)
            reads += found
    put_at = document.stem if isinstance(document, Update) else ()
    return Passage(transition, document, variables, tuple(reads), put_at=put_at)
