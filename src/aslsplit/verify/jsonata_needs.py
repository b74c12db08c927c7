"""What the expressions of a JSONata state want to find, and of which kind, from the functions that they use it with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.jsonata_tree import (
    Array,
    Binary,
    Bind,
    Block,
    Call,
    Conditional,
    Context,
    Filter,
    Lambda,
    Link,
    Literal,
    Name,
    Node,
    Object,
    Opaque,
    Path,
    Rearrangement,
    Variable,
    parse_jsonata,
)
from aslsplit.asl.paths import ANY
from aslsplit.asl.source import Json
from aslsplit.verify.kinds import Kind
from aslsplit.verify.refs import NOTHING_BOUND, Environment, Ref, bound, of_item, refs_of_node

__all__ = ["Need", "needs_of_jsonata"]


@dataclass(frozen=True)
class Need:
    """``values`` are better than just any of the kind. They may be of another kind, for what is tested for its kind."""

    ref: Ref
    kind: Kind
    values: tuple[Json, ...] = ()

    def __hash__(self) -> int:
        return hash((self.ref, self.kind, repr(self.values)))


_INNER = ("Branches", "ItemProcessor", "Iterator")
_FIELDS: Mapping[str, Kind] = {
    "Items": Kind.ARRAY,
    "Condition": Kind.BOOLEAN,
    "Seconds": Kind.INTEGER,
    "Timestamp": Kind.MOMENT,
    "TimeoutSeconds": Kind.INTEGER,
    "HeartbeatSeconds": Kind.INTEGER,
    "MaxConcurrency": Kind.INTEGER,
    "ToleratedFailureCount": Kind.INTEGER,
    "ToleratedFailurePercentage": Kind.INTEGER,
    "MaxItems": Kind.INTEGER,
    "MaxItemsPerBatch": Kind.INTEGER,
    "MaxInputBytesPerBatch": Kind.INTEGER,
    "Error": Kind.TEXT,
    "Cause": Kind.TEXT,
}
_FREE_FORM = ("Arguments", "Output", "Assign", "ItemSelector", "BatchInput", "Credentials")
"""Below these a name is the user's."""

_TEXTS = (
    "substring substringBefore substringAfter uppercase lowercase trim contains split replace match pad encodeUrl "
    "encodeUrlComponent decodeUrl decodeUrlComponent base64encode length"
)
_NUMBERS = "abs floor ceil round power sqrt formatNumber formatBase formatInteger fromMillis range"
_ARRAYS = "count sort reverse shuffle distinct zip map filter reduce single partition join append merge"
_FOLDS = "sum max min average"
_OBJECTS = "keys lookup spread each sift"
_FIRST: Mapping[str, Kind] = {
    **dict.fromkeys(_TEXTS.split(), Kind.TEXT),
    **dict.fromkeys(_NUMBERS.split(), Kind.NUMBER),
    **dict.fromkeys(_ARRAYS.split(), Kind.ARRAY),
    **dict.fromkeys(_FOLDS.split(), Kind.ARRAY),
    **dict.fromkeys(_OBJECTS.split(), Kind.OBJECT),
    "number": Kind.NUMERIC,
    "toMillis": Kind.MOMENT,
    "parse": Kind.JSON_TEXT,
}
_OTHERS: Mapping[str, Kind] = {
    **dict.fromkeys(("split", "contains", "substringBefore", "substringAfter", "join", "replace", "lookup"), Kind.TEXT),
    **dict.fromkeys(("substring", "pad", "range", "power", "partition", "round", "formatBase"), Kind.NUMBER),
    "append": Kind.ARRAY,
}
_SAMPLES: Mapping[str, tuple[Json, ...]] = {"base64decode": ("YWJj",), "partition": (2,), "range": (1,), "number": (3,)}


def needs_of_jsonata(body: Mapping[str, Json]) -> tuple[Need, ...]:
    found: dict[Need, None] = {}
    for key, value in body.items():
        if key not in _INNER:
            for kind, text in _expressions(key, value):
                expression = expression_in(text)
                if expression is None:
                    continue
                for need in _wanted(parse_jsonata(expression.strip()), kind, NOTHING_BOUND):
                    found.setdefault(replace(need, ref=of_item(need.ref, ANY)) if key == "ItemSelector" else need)
    return tuple(need for need in found if need.ref.steps or need.kind is not Kind.ANY)


def _expressions(key: str, value: Json, free: bool = False) -> Iterator[tuple[Kind, str]]:
    if isinstance(value, str):
        yield (Kind.ANY if free else _FIELDS.get(key, Kind.ANY)), value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _expressions(name, member, free or key in _FREE_FORM)
    elif isinstance(value, list):
        for member in value:
            yield from _expressions("" if free else key, member, free or key in _FREE_FORM)


def _wanted(node: Node, kind: Kind, known: Environment, values: tuple[Json, ...] = ()) -> Iterator[Need]:
    match node:
        case Variable() | Context():
            yield from (Need(ref, kind, values) for ref in refs_of_node(node, (), known))
        case Path(first, links):
            yield from _in_path(first, links, known)
            yield from (Need(ref, kind, values) for ref in refs_of_node(node, (), known))
        case Object(members):
            for key, value in members:
                yield from _wanted(key, Kind.TEXT, known)
                yield from _wanted(value, Kind.ANY, known)
        case Array(items):
            for item in items:
                yield from _wanted(item, Kind.ANY, known)
        case Conditional(condition, then, otherwise):
            yield from _wanted(condition, Kind.ANY, known)
            yield from _wanted(then, kind, known, values)
            if otherwise is not None:
                yield from _wanted(otherwise, kind, known, values)
        case Bind(_, value):
            yield from _wanted(value, Kind.ANY, known)
        case Block(expressions):
            for position, expression in enumerate(expressions):
                last = position == len(expressions) - 1
                yield from _wanted(expression, kind if last else Kind.ANY, known, values if last else ())
                known = bound((expression,), known)
        case Binary(operator, left, right):
            yield from _of_binary(operator, left, right, known)
        case Call(function, arguments):
            yield from _of_call(function, arguments, known, kind)
            if function == "lookup":
                yield from (Need(ref, kind, values) for ref in refs_of_node(node, (), known))
        case Opaque(parts):
            for part in parts:
                yield from _wanted(part, Kind.ANY, known)
        case Lambda() | Literal():
            return


def _in_path(first: Node, links: Sequence[Link], known: Environment) -> Iterator[Need]:
    """What the conditions and the expressions inside a path want."""
    if not isinstance(first, Variable | Context):
        yield from _wanted(first, Kind.ANY, known)
    for position, link in enumerate(links):
        if isinstance(link, Name | Rearrangement):
            continue
        before = Path(first, tuple(links[:position])) if position else first
        context = known.with_value("", list(refs_of_node(before, (), known)))
        if isinstance(link, Filter):
            if not isinstance(link.condition, Literal):
                yield from _wanted(link.condition, Kind.ANY, context)
        else:
            yield from _wanted(link, Kind.ANY, context)


def _of_binary(operator: str, left: Node, right: Node, known: Environment) -> Iterator[Need]:
    for one, other in ((left, right), (right, left)):
        match operator, other:
            case "+" | "-" | "*" | "/" | "%", _:
                yield from _wanted(one, Kind.NUMBER, known)
            case "..", _:
                yield from _wanted(one, Kind.INTEGER, known, (1,) if one is left else (3,))
            case "&", _:
                yield from _wanted(one, Kind.SCALAR, known)
            case "<" | ">" | "<=" | ">=", Literal(str(text)):
                yield from _wanted(one, Kind.TEXT, known, (text,))
            case "<" | ">" | "<=" | ">=", _:
                yield from _wanted(one, Kind.NUMBER, known)
            case "=" | "!=", Literal(value):
                yield from _wanted(one, Kind.ANY, known, (value,))
            case "in", Array(items) if one is left:
                yield from _wanted(one, Kind.ANY, known, tuple(i.value for i in items if isinstance(i, Literal)))
            case "in", Literal(value):
                yield from _wanted(one, Kind.ARRAY, known, ([value],))
            case _:
                yield from _wanted(one, Kind.ANY, known)


def _of_call(function: str, arguments: Sequence[Node], known: Environment, kind: Kind) -> Iterator[Need]:
    if function in known.functions:
        given = [list(refs_of_node(argument, (), known)) for argument in arguments]
        for argument in arguments:
            yield from _wanted(argument, Kind.ANY, known)
        body = known.functions[function]
        inside = Environment(known.values, {n: f for n, f in known.functions.items() if f != body})
        yield from _in_body(body, given, inside, kind)
        return
    for position, argument in enumerate(arguments):
        if isinstance(argument, Lambda):
            yield from _in_body(argument, _handed(function, arguments, known), known, Kind.ANY)
        elif isinstance(argument, Variable) and argument.name in known.functions:
            yield from _in_body(known.functions[argument.name], _handed(function, arguments, known), known, Kind.ANY)
        elif function == "merge" and isinstance(argument, Array):
            for item in argument.items:
                yield from _wanted(item, Kind.OBJECT, known)
        elif position == 0:
            samples = _SAMPLES.get(function, ()) if function != "partition" else ()
            yield from _wanted(argument, _FIRST.get(function, Kind.ANY), known, samples)
            if function in _FOLDS.split():
                yield from (Need(ref, Kind.NUMBER) for ref in refs_of_node(argument, (ANY,), known))
            if function == "join":
                yield from (Need(ref, Kind.TEXT) for ref in refs_of_node(argument, (ANY,), known))
            if function == "merge":
                yield from (Need(ref, Kind.OBJECT) for ref in refs_of_node(argument, (ANY,), known))
        else:
            yield from _wanted(argument, _OTHERS.get(function, Kind.ANY), known, _SAMPLES.get(function, ()))


def _handed(function: str, arguments: Sequence[Node], known: Environment) -> list[list[Ref]]:
    """What the function's parameters are when ``function`` calls it for each member of its first argument."""
    members = list(refs_of_node(arguments[0], (ANY,), known)) if arguments else []
    match function:
        case "reduce":
            start = list(refs_of_node(arguments[2], (), known)) if len(arguments) > 2 else []
            return [start, members]
        case "sort":
            return [members, members]
        case "sift" | "each":
            # The members of an object: of which names, nobody says.
            return []
        case _:
            return [members]


def _in_body(body: Lambda, given: Sequence[Sequence[Ref]], known: Environment, kind: Kind) -> Iterator[Need]:
    for name in body.parameters:
        known = known.with_value(name, ())
    for name, refs in zip(body.parameters, given, strict=False):
        known = known.with_value(name, refs)
    yield from _wanted(body.body, kind, known)
