"""What a value in a state was taken from: paths, through templates and the functions that can be turned around.

``refs_in_template`` and ``refs_of_node`` answer: to have a wanted value at these steps of what the template or
expression makes, where would a value have to be put? Functions that cannot be turned around have no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.intrinsics import Call as Intrinsic
from aslsplit.asl.intrinsics import Constant, Expression
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
from aslsplit.asl.paths import ANY, CONTEXT, DOCUMENT
from aslsplit.asl.references import Reference, ReferenceSyntaxError, parse_expression, parse_path
from aslsplit.asl.source import Json
from aslsplit.verify.places import (
    ABSENT,
    DECODED,
    LENGTH,
    PARSED,
    PRESENT,
    TYPE,
    Compared,
    Item,
    Offset,
    Split,
    Step,
    Steps,
    Value,
    into_array,
)

__all__ = [
    "ERROR",
    "ITEMS",
    "NOTHING_BOUND",
    "RESULT",
    "Environment",
    "KeyOf",
    "Ref",
    "bound",
    "of_item",
    "other_than",
    "ref_of_path",
    "refs_in_template",
    "refs_of_expression",
    "refs_of_node",
]

RESULT: Final = "result"
"""The root of what a state's work gives, before anything selects from it."""
ERROR: Final = "error"
"""The root of what a catcher sees."""
ITEMS: Final = "items"
"""The root of the array that a Map goes through."""

_ROOTS: Mapping[str, str] = {"input": DOCUMENT, "context": CONTEXT, "result": RESULT, "errorOutput": ERROR}


@dataclass(frozen=True, slots=True)
class Ref:
    """``root`` is ``$``, ``$$``, a variable with its ``$``, RESULT or ERROR."""

    root: str
    steps: Steps = ()

    def at(self, *steps: Step) -> Ref:
        return Ref(self.root, (*self.steps, *steps))


@dataclass(frozen=True, slots=True)
class KeyOf:
    """Among the steps: a name that is itself what another reference means."""

    ref: Ref

    def view(self, whole: Value) -> Value:
        """Nothing: what the name is has to be looked up before anything is read."""
        return ABSENT

    def back(self, whole: Value, part: Value) -> Value:
        return whole


@dataclass(frozen=True, slots=True)
class Environment:
    """What the local names of a JSONata expression stand for. The empty name is the context value."""

    values: Mapping[str, tuple[Ref, ...]]
    functions: Mapping[str, Lambda]

    def with_value(self, name: str, refs: Sequence[Ref]) -> Environment:
        return Environment({**self.values, name: tuple(refs)}, self.functions)


def of_item(ref: Ref, item: Step) -> Ref:
    """In a Map's own ItemSelector, the context object's item is one of the array that this Map goes through."""
    inside = ref.root == CONTEXT and ref.steps[:3] == ("Map", "Item", "Value")
    return Ref(ITEMS, (item, *ref.steps[3:])) if inside else ref


NOTHING_BOUND = Environment({}, {})


def ref_of_path(text: Json) -> Ref | None:
    """None for what is no path."""
    if not isinstance(text, str):
        return None
    try:
        path = parse_path(text)
    except ReferenceSyntaxError:
        return None
    return Ref(path.root, path.steps)


def refs_in_template(template: Json, steps: Steps, language: str) -> Iterator[Ref]:
    if isinstance(template, dict) and steps and isinstance(steps[0], str):
        if steps[0] in template:
            yield from refs_in_template(template[steps[0]], steps[1:], language)
        elif language == "JSONPath" and isinstance(text := template.get(f"{steps[0]}.$"), str):
            try:
                yield from refs_of_expression(parse_expression(text), steps[1:])
            except ReferenceSyntaxError:
                return
    elif isinstance(template, list) and steps:
        chosen, rest = into_array(steps)
        for item in template if chosen is None else template[chosen:][:1]:
            yield from refs_in_template(item, rest, language)
    elif isinstance(template, str) and language == "JSONata" and (expression := expression_in(template)) is not None:
        yield from refs_of_node(parse_jsonata(expression.strip()), steps, NOTHING_BOUND)


def refs_of_expression(expression: Expression, steps: Steps) -> Iterator[Ref]:
    match expression:
        case Reference(path=path):
            # Of a path that selects several values, an index counts the selected ones.
            yield Ref(path.root, (*path.steps, *(into_array(steps)[1] if ANY in path.steps else steps)))
        case Intrinsic(function="States.StringToJson", arguments=(text,)):
            yield from refs_of_expression(text, (PARSED, *steps))
        case Intrinsic(function="States.JsonToString", arguments=(value,)) if steps[:1] == (PARSED,):
            yield from refs_of_expression(value, steps[1:])
        case Intrinsic(function="States.Base64Decode", arguments=(text,)):
            yield from refs_of_expression(text, (DECODED, *steps))
        case Intrinsic(function="States.ArrayLength", arguments=(array,)):
            yield from refs_of_expression(array, (LENGTH,))
        case Intrinsic(function="States.ArrayContains", arguments=(array, Constant(value))):
            yield from refs_of_expression(array, (Compared([value], ["other"]),))
        case Intrinsic(function="States.MathAdd", arguments=(number, Constant(by))) if isinstance(by, int | float):
            yield from refs_of_expression(number, (Offset(by),))
        case Intrinsic(function="States.ArrayGetItem", arguments=(array, Constant(int(item)))):
            yield from refs_of_expression(array, (item, *steps))
        case Intrinsic(function="States.ArrayGetItem", arguments=(array, Reference(path=path))):
            yield from refs_of_expression(array, (KeyOf(Ref(path.root, path.steps)), *steps))
        case Intrinsic(function="States.StringSplit", arguments=(text, Constant(str(separator)))):
            yield from refs_of_expression(text, (Split(separator), *steps))
        case Intrinsic(function="States.ArrayUnique", arguments=(array,)):
            yield from refs_of_expression(array, steps)
        case Intrinsic(function="States.Array", arguments=items):
            index, rest = into_array(steps)
            for argument in items if index is None else items[index:][:1]:
                yield from refs_of_expression(argument, rest)
        case Intrinsic(function="States.JsonMerge", arguments=(first, second, _)):
            yield from refs_of_expression(second, steps)
            yield from refs_of_expression(first, steps)
        case Intrinsic(function="States.Format", arguments=(Constant("{}"), value)):
            yield from refs_of_expression(value, steps)
        case _:
            return


_SAME = ("number", "string", "trim", "lowercase", "uppercase", "substring", "round", "floor", "ceil", "abs")
"""Functions that give back what they get, at least for some values."""
_SAME_ITEMS = ("filter", "sort", "distinct", "reverse", "shuffle", "append", "single", "sift", "spread")
_FOLDS = ("sum", "max", "min", "average")


def refs_of_node(node: Node, steps: Steps, known: Environment) -> Iterator[Ref]:
    match node:
        case Variable(name):
            if name in known.values:
                yield from (ref.at(*steps) for ref in known.values[name])
            elif name and name != "states":
                yield Ref(f"${name}", steps)
        case Context():
            yield from (ref.at(*steps) for ref in known.values.get("", ()))
        case Path(Variable("states"), (Name(name), *links)) if name in _ROOTS:
            yield from _through([Ref(_ROOTS[name])], links, steps, known)
        case Path(first, links):
            yield from _through(list(refs_of_node(first, (), known)), links, steps, known, first)
        case Object(members) if steps and isinstance(steps[0], str):
            for key, value in members:
                if key == Literal(steps[0]):
                    yield from refs_of_node(value, steps[1:], known)
        case Array((Call() | Path() | Variable() | Block() as only,)) if steps and isinstance(steps[0], Item):
            # An array that is worked out does not become one inside another.
            yield from refs_of_node(only, steps, known)
        case Array(items):
            number, rest = into_array(steps)
            for item in items if number is None else items[number:][:1]:
                yield from refs_of_node(item, rest, known)
        case Conditional(_, then, otherwise):
            yield from refs_of_node(then, steps, known)
            if otherwise is not None:
                yield from refs_of_node(otherwise, steps, known)
        case Block(expressions) if expressions:
            inside = bound(expressions[:-1], known)
            yield from refs_of_node(expressions[-1], steps, inside)
        case Bind(_, value):
            yield from refs_of_node(value, steps, known)
        case Binary(operator, left, right):
            yield from _of_binary(operator, left, right, steps, known)
        case Call(function, arguments):
            yield from _of_call(function, arguments, steps, known)
        case Object() | Block() | Literal() | Lambda() | Opaque():
            return


def bound(expressions: Sequence[Node], known: Environment) -> Environment:
    """The environment behind these expressions, with what they bind."""
    for expression in expressions:
        match expression:
            case Bind(name, Lambda() as function):
                known = Environment(known.values, {**known.functions, name: function})
            case Bind(name, value):
                known = known.with_value(name, list(refs_of_node(value, (), known)))
            case _:
                pass
    return known


def _through(
    refs: list[Ref],
    links: Sequence[Link],
    steps: Steps,
    known: Environment,
    first: Node | None = None,
) -> Iterator[Ref]:
    names: list[Step] = []
    for position, link in enumerate(links):
        match link:
            case Name(name):
                names.append(name)
            case Filter(Literal(int(index))):
                names.append(Item(index))
            case Filter() | Rearrangement():
                pass
            case _:
                context = known.with_value("", [ref.at(*names) for ref in refs])
                inner = list(refs_of_node(link, (), context))
                rest = links[position + 1 :]
                if rest:
                    yield from _through(inner, rest, steps, known)
                else:
                    yield from refs_of_node(link, into_array(steps)[1], context)
                return
    if refs:
        yield from (ref.at(*names, *steps) for ref in refs)
    elif first is not None:
        yield from refs_of_node(first, (*names, *steps), known)


def _of_binary(operator: str, left: Node, right: Node, steps: Steps, known: Environment) -> Iterator[Ref]:
    match operator, left, right:
        case "+", _, Literal(by) if isinstance(by, int | float):
            yield from refs_of_node(left, (Offset(by),), known)
        case "+", Literal(by), _ if isinstance(by, int | float):
            yield from refs_of_node(right, (Offset(by),), known)
        case "-", _, Literal(by) if isinstance(by, int | float):
            yield from refs_of_node(left, (Offset(-by),), known)
        case "&", _, Literal(""):
            yield from refs_of_node(left, steps, known)
        case "=", _, Literal(value):
            yield from refs_of_node(left, (Compared(value, other_than(value)),), known)
        case "!=", _, Literal(value):
            yield from refs_of_node(left, (Compared(other_than(value), value),), known)
        case _:
            return


def other_than(value: Json) -> Json:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return "other"


def _of_call(function: str, arguments: Sequence[Node], steps: Steps, known: Environment) -> Iterator[Ref]:
    match function, arguments:
        case "parse" | "eval", (text,):
            yield from refs_of_node(text, (PARSED, *steps), known)
        case "string", (value, *_) if steps[:1] == (PARSED,):
            yield from refs_of_node(value, steps[1:], known)
        case "base64decode", (text,):
            yield from refs_of_node(text, (DECODED, *steps), known)
        case "count", (array,):
            yield from refs_of_node(array, (LENGTH,), known)
        case "exists", (value,):
            yield from refs_of_node(value, (PRESENT,), known)
        case "type", (value,):
            yield from refs_of_node(value, (TYPE,), known)
        case "not" | "boolean", (value,) if steps == ():
            yield from refs_of_node(value, (Compared(function == "boolean", function != "boolean"),), known)
        case "lookup", (value, Literal(str(key))):
            yield from refs_of_node(value, (key, *steps), known)
        case "map", (array, Lambda() | Variable() as body):
            items = list(refs_of_node(array, (ANY,), known))
            yield from _of_body(body, [items], into_array(steps)[1], known)
        case "lookup", (value, key):
            for ref in refs_of_node(key, (), known):
                yield from refs_of_node(value, (KeyOf(ref), *steps), known)
        case "split", (text, Literal(str(separator)), *_):
            yield from refs_of_node(text, (Split(separator), *steps), known)
        case "merge", (Array(items),):
            for item in reversed(items):
                yield from refs_of_node(item, steps, known)
        case name, (value, *_) if name in _FOLDS:
            yield from refs_of_node(value, (ANY,), known)
        case name, (value, *_) if name in _SAME:
            yield from refs_of_node(value, steps, known)
        case name, values if name in _SAME_ITEMS:
            for value in values:
                if not isinstance(value, Lambda):
                    yield from refs_of_node(value, steps, known)
        case name, values if name in known.functions:
            given = [list(refs_of_node(value, (), known)) for value in values]
            yield from _of_body(known.functions[name], given, steps, known)
        case _:
            return


def _of_body(
    body: Lambda | Variable, given: Sequence[Sequence[Ref]], steps: Steps, known: Environment
) -> Iterator[Ref]:
    """The references of a function's value, by what its parameters are given."""
    if isinstance(body, Variable):
        if body.name not in known.functions:
            return
        body = known.functions[body.name]
    # A function that calls itself is followed once.
    inside = Environment(known.values, {n: f for n, f in known.functions.items() if f != body})
    for name, refs in zip(body.parameters, given, strict=False):
        inside = inside.with_value(name, refs)
    yield from refs_of_node(body.body, steps, inside)
