"""The effects of a JSONPath state, phase by phase as AWS runs it.

Raw input, ``InputPath``, ``Parameters``, work, ``ResultSelector``, ``ResultPath`` into the raw input, ``OutputPath``.
Wait, Choice and Succeed have no result: their output is their effective input. A catcher puts the error output into
the raw input and skips ``OutputPath``. (AWS Step Functions Developer Guide, "Processing input and output".)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from aslsplit.analysis.choice_rules import proved_by_rule, reads_of_rule
from aslsplit.analysis.effects import Effects, Passage, Read, sends_token
from aslsplit.analysis.evaluation import (
    belated,
    evaluate_expression,
    evaluate_path,
    evaluate_template,
    may_fail_in_a_function,
    whole,
)
from aslsplit.analysis.inner_scopes import wanted_by_processor, wanted_from_outside, with_own_item
from aslsplit.analysis.pathset import Paths, merge
from aslsplit.analysis.shapes import Copy, Given, New, Shape, Update, error_output, project
from aslsplit.asl.model import State, StateType, Transition, TransitionKind
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath
from aslsplit.asl.references import ReferenceSyntaxError, parse_path
from aslsplit.asl.results import answers_with_object
from aslsplit.asl.source import Json, Pointer

__all__ = ["effective_input", "jsonpath_effects", "sent_in_jsonpath"]

_RAW = Copy(DOCUMENT)
_PATHS_READ_BY_WORK = (
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
)
_MAP_TEMPLATES: tuple[tuple[str, ...], ...] = (
    ("ItemReader", "Parameters"),
    ("ItemBatcher", "BatchInput"),
    ("ResultWriter", "Parameters"),
)
_MAP_PATHS: tuple[tuple[str, ...], ...] = (
    ("ItemReader", "ReaderConfig", "MaxItemsPath"),
    ("ItemBatcher", "MaxItemsPerBatchPath"),
    ("ItemBatcher", "MaxInputBytesPerBatchPath"),
)


def jsonpath_effects(
    state: State,
    inner: Sequence[Paths],
    assumed: Sequence[AccessPath] | None = None,
    result: Shape | None = None,
) -> Effects:
    """``inner`` is what each inner scope wants at its start, in terms of its own document.

    ``assumed`` replaces the reads of a Task that sends its whole input: what the user vouches that it uses.
    ``result`` is that of a Task, if anything is known of it.
    """
    value, reads = _effective_input(state)
    work_paths = _work_paths(state, value)
    before = [*reads, *(belated(work_paths) if _may_fail(state) else work_paths)]
    wanted: Paths = {}
    inputs: tuple[Shape, ...] = ()
    known, result = result, value
    match state.type:
        case StateType.TASK:
            before += _task_reads(state, value, assumed)
            is_object = answers_with_object(state.body.get("Resource")) and not sends_token(before)
            result = known or New(f"the result of {state.name}", is_object)
        case StateType.PASS:
            result, reads = _pass_result(state, value)
            before += reads
        case StateType.PARALLEL:
            handed, reads = _shaped(state.body, "Parameters", value, state.pointer, deep=False)
            before += reads
            inputs = tuple(handed for _ in state.scopes)
            wanted = merge(*(wanted_from_outside(paths, handed) for paths in inner))
            result = New(f"the result of {state.name}")
        case StateType.MAP:
            item, reads = _map_item(state, value)
            before += belated(reads) if _may_fail(state) else reads
            inputs = (item,)
            wanted = wanted_by_processor(state, inner[0] if inner else {}, item)
            result = New(f"the result of {state.name}")
        case StateType.FAIL:
            for key in ("ErrorPath", "CausePath"):
                if isinstance(state.body.get(key), str):
                    before += evaluate_expression(state.body[key], _RAW, (*state.pointer, key))[1]
        case StateType.CHOICE:
            # The first rule is tested whichever way control goes on, and if it goes nowhere.
            before += reads_of_rule(state.body["Choices"][0], value, (*state.pointer, "Choices", 0))
        case StateType.WAIT | StateType.SUCCEED:
            pass
        case _ as unreachable:
            assert_never(unreachable)
    passages = tuple(_passage(state, transition, value, result) for transition in state.transitions)
    return Effects(
        state=state,
        before=tuple(before),
        passages=passages,
        inner=wanted,
        inputs=inputs,
        external=state.type in (StateType.TASK, StateType.PARALLEL, StateType.MAP),
        fallible=_may_fail(state) or _may_refuse(state),
    )


def effective_input(state: State) -> Shape:
    """What is left of the document after ``InputPath``."""
    return _effective_input(state)[0]


def sent_in_jsonpath(state: State) -> Shape:
    """What a Task sends."""
    return _shaped(state.body, "Parameters", effective_input(state), state.pointer, deep=False)[0]


def _may_fail(state: State) -> bool:
    """In a template that is evaluated ahead of the work; without work, in any."""
    body = state.body
    templates = [body.get("Parameters"), body.get("Credentials"), *(_lookup(body, keys) for keys in _MAP_TEMPLATES)]
    if state.type in (StateType.PASS, StateType.CHOICE, StateType.WAIT):
        templates += [body.get("Assign"), *(rule.get("Assign") for rule in body.get("Choices", ()))]
    return any(may_fail_in_a_function(template) for template in templates)


def _may_refuse(state: State) -> bool:
    """No rule need match, and an object may turn out not to be one when something is to be put below it."""
    if state.type is StateType.CHOICE:
        return "Default" not in state.body
    target = state.body.get("ResultPath")
    try:
        return isinstance(target, str) and len(parse_path(target).steps) > 1
    except ReferenceSyntaxError:
        return True


def _effective_input(state: State) -> tuple[Shape, tuple[Read, ...]]:
    return _filtered(state, "InputPath", _RAW)


def _filtered(state: State, key: str, value: Shape) -> tuple[Shape, tuple[Read, ...]]:
    """``InputPath`` or ``OutputPath``: absent passes all, null gives ``{}``."""
    if key not in state.body:
        return value, ()
    text = state.body[key]
    if not isinstance(text, str):
        return Given({}), ()
    return evaluate_path(text, value, (*state.pointer, key), deep=False)


def _work_paths(state: State, value: Shape) -> list[Read]:
    return [
        read
        for key in _PATHS_READ_BY_WORK
        if isinstance(state.body.get(key), str)
        for read in evaluate_path(state.body[key], value, (*state.pointer, key), deep=True)[1]
    ]


def _task_reads(state: State, value: Shape, assumed: Sequence[AccessPath] | None) -> list[Read]:
    reads: list[Read] = []
    if "Credentials" in state.body:
        found = evaluate_template(state.body["Credentials"], value, (*state.pointer, "Credentials"), deep=True)[1]
        reads += belated(found) if _may_fail(state) else found
    if "Parameters" in state.body:
        sent = evaluate_template(state.body["Parameters"], value, (*state.pointer, "Parameters"), deep=True)[1]
        opaque = any(read.opaque for read in sent)
        reads += [read for read in sent if not (read.opaque and assumed is not None)]
        if not (opaque and assumed is not None):
            return reads
    elif assumed is None:
        return reads + list(whole(value, state.pointer, "has no Parameters, so it sends all of its input"))
    return reads + [Read(path, state.pointer, sure=False) for path in assumed or ()]


def _pass_result(state: State, value: Shape) -> tuple[Shape, tuple[Read, ...]]:
    handed, reads = _shaped(state.body, "Parameters", value, state.pointer, deep=False)
    return (Given(state.body["Result"]) if "Result" in state.body else handed), reads


def _shaped(
    body: Mapping[str, Json], key: str, value: Shape, pointer: Pointer, *, deep: bool
) -> tuple[Shape, tuple[Read, ...]]:
    if key not in body:
        return value, ()
    return evaluate_template(body[key], value, (*pointer, key), deep=deep)


def _map_item(state: State, value: Shape) -> tuple[Shape, tuple[Read, ...]]:
    reads: list[Read] = []
    body, pointer = state.body, state.pointer
    if isinstance(body.get("ItemsPath"), str):
        found = evaluate_path(body["ItemsPath"], value, (*pointer, "ItemsPath"), deep=True)[1]
        # With a reader, which is a call to a service, the path comes second.
        reads += _unsure(found) if "ItemReader" in body else found
    elif "ItemReader" not in body:
        reads += whole(value, pointer, "has no ItemsPath, so all of its input are the items")
    for keys in _MAP_TEMPLATES:
        template = _lookup(body, keys)
        if template is not None:
            found = evaluate_template(template, value, (*pointer, *keys), deep=True)[1]
            # Results are written at the end and batches begun with an item: the state may fail, or have none, first.
            reads += found if keys[0] == "ItemReader" else _unsure(found)
    for keys in _MAP_PATHS:
        text = _lookup(body, keys)
        if isinstance(text, str):
            reads += evaluate_path(text, value, (*pointer, *keys), deep=True)[1]
    selector = "ItemSelector" if "ItemSelector" in body else "Parameters"
    if selector not in body:
        return New(f"an item of {state.name}"), tuple(reads)
    item, found = _shaped(body, selector, value, pointer, deep=False)
    # The item belongs to this very Map: it is neither read from outside nor known before the Map runs.
    item = with_own_item(item, state.name)
    outside = [read for read in found if not (read.path.root == CONTEXT and read.path.stem[:1] == ("Map",))]
    if "ItemBatcher" in body:
        item = New(f"a batch of {state.name}")
        # Batches are not followed into: whoever reads one may read all that was selected.
        outside = [replace(read, deep=True) for read in outside]
    # With no items the selector is never evaluated, so it proves nothing.
    return item, (*reads, *_unsure(outside))


def _unsure(reads: Iterable[Read]) -> tuple[Read, ...]:
    return tuple(replace(read, sure=False) for read in reads)


def _lookup(body: Mapping[str, Json], keys: tuple[str, ...]) -> Json:
    found: Json = body
    for key in keys:
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found


def _passage(state: State, transition: Transition, value: Shape, result: Shape) -> Passage:
    match transition.kind:
        case TransitionKind.CATCH:
            assert transition.index is not None
            return _catch_passage(state, transition, state.body["Catch"][transition.index])
        case TransitionKind.CHOICE | TransitionKind.DEFAULT:
            return _choice_passage(state, transition, value)
        case TransitionKind.NEXT | TransitionKind.END:
            return _success_passage(state, transition, value, result)
        case _ as unreachable:
            assert_never(unreachable)


def _success_passage(state: State, transition: Transition, value: Shape, result: Shape) -> Passage:
    reads: list[Read] = []
    variables, found = _assigned(state.body, result, state.pointer)
    reads += found
    document = value
    if state.type in (StateType.TASK, StateType.PASS, StateType.PARALLEL, StateType.MAP):
        selected, found = _shaped(state.body, "ResultSelector", result, state.pointer, deep=False)
        reads += found
        document, found = _put(state.body, "ResultPath", selected, state.pointer)
        reads += found
    put_at = document.stem if isinstance(document, Update) else ()
    document, found = _filtered(state, "OutputPath", document)
    return Passage(transition, document, variables, (*reads, *found), put_at=put_at)


def _catch_passage(state: State, transition: Transition, catcher: Mapping[str, Json]) -> Passage:
    pointer = (*state.pointer, "Catch", transition.index or 0)
    error = error_output(state.name)
    variables, reads = _assigned(catcher, error, pointer)
    document, found = _put(catcher, "ResultPath", error, pointer)
    put_at = document.stem if isinstance(document, Update) else ()
    return Passage(transition, document, variables, (*reads, *found), put_at=put_at)


def _choice_passage(state: State, transition: Transition, value: Shape) -> Passage:
    rules: list[Mapping[str, Json]] = state.body["Choices"]
    taken = transition.index
    tested = rules if taken is None else rules[: taken + 1]
    reads: list[Read] = []
    proves: set[AccessPath] = set()
    for position, rule in enumerate(tested):
        pointer = (*state.pointer, "Choices", position)
        reads += reads_of_rule(rule, value, pointer)
        proves |= proved_by_rule(rule, position == taken, value, pointer)
    # A rule that matches brings its own Assign; the state's is for the default.
    holder = state.body if taken is None else rules[taken]
    at = state.pointer if taken is None else (*state.pointer, "Choices", taken)
    variables, found = _assigned(holder, value, at)
    document, filtered = _filtered(state, "OutputPath", value)
    return Passage(transition, document, variables, (*reads, *found, *filtered), tuple(sorted(proves, key=str)))


def _assigned(holder: Mapping[str, Json], value: Shape, pointer: Pointer) -> tuple[dict[str, Shape], tuple[Read, ...]]:
    template = holder.get("Assign")
    if not isinstance(template, dict):
        return {}, ()
    shape, reads = evaluate_template(template, value, (*pointer, "Assign"), deep=False)
    names = [key.removesuffix(".$") for key in template]
    return {f"${name}": project(shape, (name,)) for name in names}, reads


def _put(holder: Mapping[str, Json], key: str, result: Shape, pointer: Pointer) -> tuple[Shape, tuple[Read, ...]]:
    """``ResultPath``: absent replaces the document, null drops the result."""
    if key not in holder:
        return result, ()
    text = holder[key]
    if not isinstance(text, str):
        return _RAW, ()
    try:
        path = parse_path(text)
    except ReferenceSyntaxError:
        reads = whole(_RAW, (*pointer, key), f"{text} is filled in at deployment, so it may write anywhere")
        return New(text), reads
    if not path.steps:
        return result, ()
    if len(path.stem) < len(path.steps):
        # One element of an array is written: the others stay, so the array itself is read and written.
        read = Read(AccessPath(DOCUMENT, path.stem), (*pointer, key), sure=False)
        return Update(_RAW, path.stem, New(f"{path.stem} with one element written")), (read,)
    return Update(_RAW, path.stem, result), ()
