"""What a state wants to find: the values it reads and what kind each of them has to be of to be of use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from aslsplit.asl.intrinsics import Call, Constant, Expression
from aslsplit.asl.model import State, StateType
from aslsplit.asl.paths import ANY, DOCUMENT
from aslsplit.asl.references import (
    Evaluated,
    Items,
    Members,
    Reference,
    ReferenceSyntaxError,
    Template,
    parse_expression,
    parse_template,
    references_of,
)
from aslsplit.asl.source import Json
from aslsplit.verify.jsonata_needs import Need, needs_of_jsonata
from aslsplit.verify.kinds import Kind
from aslsplit.verify.operators import comparisons, values_for
from aslsplit.verify.places import PARSED
from aslsplit.verify.refs import ERROR, RESULT, Ref, of_item, ref_of_path, refs_of_expression

__all__ = ["Need", "input_of", "needs_of"]

_ARRAY, _NUMBER, _TEXT = Kind.ARRAY, Kind.INTEGER, Kind.TEXT

_PATHS: Mapping[str, Kind] = {
    "ItemsPath": Kind.ARRAY,
    "SecondsPath": Kind.INTEGER,
    "TimestampPath": Kind.MOMENT,
    "TimeoutSecondsPath": Kind.INTEGER,
    "HeartbeatSecondsPath": Kind.INTEGER,
    "MaxConcurrencyPath": Kind.INTEGER,
    "ToleratedFailureCountPath": Kind.INTEGER,
    "ToleratedFailurePercentagePath": Kind.INTEGER,
    "MaxItemsPath": Kind.INTEGER,
    "MaxItemsPerBatchPath": Kind.INTEGER,
    "MaxInputBytesPerBatchPath": Kind.INTEGER,
    "ErrorPath": Kind.TEXT,
    "CausePath": Kind.TEXT,
}
_TEMPLATES = ("Parameters", "ItemSelector", "Credentials", "BatchInput")

_ARGUMENTS: Mapping[str, tuple[tuple[Kind, tuple[Json, ...]], ...]] = {
    "States.ArrayContains": ((_ARRAY, ()), (Kind.ANY, ())),
    "States.ArrayLength": ((_ARRAY, ()),),
    "States.ArrayPartition": ((_ARRAY, ()), (_NUMBER, (2,))),
    "States.ArrayRange": ((_NUMBER, (1,)), (_NUMBER, (3,)), (_NUMBER, (1,))),
    "States.ArrayUnique": ((_ARRAY, ()),),
    "States.Base64Decode": ((_TEXT, ("YWJj",)),),
    "States.Base64Encode": ((_TEXT, ()),),
    "States.Hash": ((Kind.ANY, ()), (_TEXT, ("SHA-256",))),
    "States.JsonMerge": ((Kind.OBJECT, ()), (Kind.OBJECT, ()), (Kind.BOOLEAN, (False,))),
    "States.MathAdd": ((_NUMBER, ()), (_NUMBER, ())),
    "States.MathRandom": ((_NUMBER, (1,)), (_NUMBER, (9,)), (_NUMBER, ())),
    "States.StringSplit": ((_TEXT, ("a,b",)), (_TEXT, (",",))),
    "States.StringToJson": ((Kind.JSON_TEXT, ()),),
}
"""Per argument its kind, and values to prefer to one that only is of that kind."""


def needs_of(state: State) -> tuple[Need, ...]:
    """In the order in which the state reads; those on the input first."""
    if state.query_language == "JSONata":
        items = state.type is StateType.MAP and not {"Items", "ItemReader"} & set(state.body)
        return (*((Need(Ref(DOCUMENT), Kind.ARRAY),) if items else ()), *needs_of_jsonata(state.body))
    return tuple(dict.fromkeys(_needs(state)))


def input_of(state: State) -> Ref:
    """What the state takes from its input before anything else."""
    return ref_of_path(state.body.get("InputPath", "$")) or Ref(DOCUMENT)


def _needs(state: State) -> Iterator[Need]:
    body = state.body
    own = input_of(state)
    if own.steps:
        yield Need(own, Kind.ANY)
    for need in _on_effective_input(state):
        yield _below(need, own)
    put = ref_of_path(body.get("ResultPath"))
    for target in (put, *(ref_of_path(catcher.get("ResultPath")) for catcher in body.get("Catch") or ())):
        if target is not None and target.steps:
            yield Need(Ref(DOCUMENT, target.steps[:-1]), Kind.OBJECT)
    results = RESULT if state.type in (StateType.TASK, StateType.MAP, StateType.PARALLEL, StateType.PASS) else DOCUMENT
    for key in ("ResultSelector", "Assign"):
        for need in _of_template(body.get(key)):
            yield _from_result(need, results)
    kept = ref_of_path(body.get("OutputPath"))
    if kept is not None and kept.steps and kept.root == DOCUMENT:
        steps = () if put is None else put.steps
        inside = kept.steps[: len(steps)] == steps and body.get("ResultPath", "$") is not None
        yield Need(Ref(results, kept.steps[len(steps) :]) if inside else kept, Kind.ANY)
    for catcher in body.get("Catch") or ():
        for need in _of_template(catcher.get("Assign")):
            yield _from_result(need, ERROR)


def _below(need: Need, own: Ref) -> Need:
    return replace(need, ref=own.at(*need.ref.steps)) if need.ref.root == DOCUMENT else need


def _from_result(need: Need, root: str) -> Need:
    return replace(need, ref=Ref(root, need.ref.steps)) if need.ref.root == DOCUMENT else need


def _on_effective_input(state: State) -> Iterator[Need]:
    body = state.body
    reader, writer, batcher = (body.get(key) or {} for key in ("ItemReader", "ResultWriter", "ItemBatcher"))
    if state.type is StateType.MAP and "ItemsPath" not in body and not reader:
        yield Need(Ref(DOCUMENT), Kind.ARRAY)
    for block in (body, reader, reader.get("ReaderConfig") or {}, writer, batcher):
        for key, kind in _PATHS.items():
            if isinstance(text := block.get(key), str):
                yield from _of_text(text, kind)
        for key in _TEMPLATES:
            for need in _of_template(block.get(key)):
                yield replace(need, ref=of_item(need.ref, ANY)) if state.type is StateType.MAP else need
    for rule in body.get("Choices") or ():
        for variable, operator, operand in comparisons(rule):
            values = tuple(value for value in values_for(operator, operand) if value is not None)
            for path in (variable, operand if operator.endswith("Path") else None):
                ref = ref_of_path(path)
                if ref is not None:
                    yield Need(ref, _compared(operator), values)
        if "Assign" in rule:
            yield from _of_template(rule["Assign"])


def _compared(operator: str) -> Kind:
    kinds = {"S": Kind.TEXT, "N": Kind.NUMBER, "B": Kind.BOOLEAN, "T": Kind.MOMENT}
    return kinds.get(operator[:1], Kind.ANY)


def _of_template(template: Json) -> Iterator[Need]:
    if template is not None:
        yield from _of_parsed(parse_template(template)[0])


def _of_parsed(template: Template) -> Iterator[Need]:
    match template:
        case Members(members):
            for member in members.values():
                yield from _of_parsed(member)
        case Items(items):
            for item in items:
                yield from _of_parsed(item)
        case Evaluated(text=text, expression=expression):
            # A template that could not be read counts as one reference to everything, which is no need.
            if text.strip() != DOCUMENT:
                yield from _of_expression(expression, Kind.ANY, ())
        case Constant():
            return


def _of_text(text: str, kind: Kind) -> Iterator[Need]:
    try:
        expression = parse_expression(text)
    except ReferenceSyntaxError:
        return
    yield from _of_expression(expression, kind, ())


def _of_expression(expression: Expression, kind: Kind, values: tuple[Json, ...]) -> Iterator[Need]:
    match expression:
        case Reference(path=path):
            if path.steps or kind is not Kind.ANY:
                yield Need(Ref(path.root, path.steps), kind, values)
            for inner in expression.inner:
                yield from (Need(Ref(r.path.root, r.path.steps), Kind.ANY) for r in references_of(inner))
        case Call("States.Format", arguments):
            for argument in arguments:
                yield from _of_expression(argument, Kind.SCALAR, ())
        case Call("States.StringToJson", (Reference(path=path),)) if not path.definite:
            yield Need(Ref(path.root, (*path.steps, PARSED)), Kind.ANY)
        case Call("States.ArrayGetItem"):
            yield from (Need(ref, kind, values) for ref in refs_of_expression(expression, ()))
        case Call(function, arguments):
            known = _ARGUMENTS.get(function, ())
            for position, argument in enumerate(arguments):
                wanted = known[position] if position < len(known) else (Kind.ANY, ())
                yield from _of_expression(argument, *wanted)
        case Constant():
            return
