"""The syntax of a JSONata expression as a small tree, for whoever asks what an expression reads.

The library's own tree has one class for everything and rewrites itself while it runs; this one is frozen and holds
what matters here. What has no node of its own is kept as ``Opaque``, with the parts in it that can be looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any as Untyped
from typing import assert_never

from aslsplit.asl.jsonata_text import regex_engine
from aslsplit.asl.limits import MAX_EXPRESSION, MAX_LEVELS, MAX_STEPS
from aslsplit.asl.source import Json

__all__ = [
    "Array",
    "Binary",
    "Bind",
    "Block",
    "Call",
    "Conditional",
    "Context",
    "Filter",
    "Lambda",
    "Link",
    "Literal",
    "Name",
    "Node",
    "Object",
    "Opaque",
    "Path",
    "Rearrangement",
    "Variable",
    "is_too_deep",
    "names_bound",
    "parse_jsonata",
    "variables_of",
]


@dataclass(frozen=True, slots=True)
class Literal:
    value: Json


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name``; the empty name is ``$``, the value that is being looked at."""

    name: str


@dataclass(frozen=True, slots=True)
class Context:
    """Where a path begins that begins with a field name."""


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps those of the values so far for which the condition holds, or the one at the index."""

    condition: Node


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """Sorts the values so far (``^``), groups them (``{}``), gathers those at any depth (``**``) or keeps them in an
    array (``[]``): what comes out are the same values, but no longer at one place. ``parts`` are evaluated for each."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A link that is neither a name, a filter nor a rearrangement is evaluated for each value so far."""

    first: Node
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Object:
    members: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Array:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """``function`` is the name of a function without ``$``; empty if the function itself is computed."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Node
    then: Node
    otherwise: Node | None


@dataclass(frozen=True, slots=True)
class Bind:
    name: str
    value: Node


@dataclass(frozen=True, slots=True)
class Block:
    expressions: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Lambda:
    parameters: tuple[str, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Opaque:
    parts: tuple[Node, ...] = ()


Node = (
    Literal | Variable | Context | Path | Object | Array | Call | Binary | Conditional | Bind | Block | Lambda | Opaque
)
Link = Name | Filter | Rearrangement | Node


def parse_jsonata(expression: str) -> Node:
    """What cannot be parsed, and what is too long or too deep, is ``Opaque`` without parts."""
    return _parsed(expression)[0]


def is_too_deep(expression: str) -> bool:
    """Whoever follows the tree does so level by level, and a path name by name, and cannot go on without end."""
    # Each takes a character at least, and most machines have no use for the library.
    return len(expression) > MAX_STEPS and _parsed(expression)[1]


@lru_cache(maxsize=4096)
def _parsed(expression: str) -> tuple[Node, bool]:
    """The tree, and whether it would have been too deep."""
    if len(expression) > MAX_EXPRESSION:
        return Opaque(), False
    # The library takes long to load, and most machines have no use for it.
    from jsonata import Jsonata  # type: ignore[import-untyped]

    try:
        node = _node(Jsonata(expression, regex_engine).ast)
    except RecursionError:
        return Opaque(), True
    except (RuntimeError, ValueError, TypeError, LookupError, AttributeError):
        return Opaque(), False
    steps = max((len(part.links) for part in _parts_of(node) if isinstance(part, Path)), default=0)
    too_deep = _levels(node) > MAX_LEVELS or steps > MAX_STEPS
    return Opaque() if too_deep else node, too_deep


def _levels(node: Node) -> int:
    levels = 0
    level: list[Link] = [node]
    while level:
        levels += 1
        level = [inner for part in level for inner in _inside(part)]
    return levels


_CONSTANTS: Mapping[str, Json] = {"true": True, "false": False, "null": None}


def variables_of(node: Node) -> Counter[str]:
    """How often each ``$name`` stands in it, whatever it is there: a variable, a function, a parameter."""
    found: Counter[str] = Counter()
    for part in _parts_of(node):
        match part:
            case Variable(name) | Bind(name):
                found[name] += 1
            case Call(name) if name:
                found[name] += 1
            case Lambda(parameters):
                found.update(parameters)
            case _:
                pass
    return found


def names_bound(node: Node) -> frozenset[str]:
    """The names that mean something of its own in some part of it."""
    found: set[str] = set()
    for part in _parts_of(node):
        if isinstance(part, Bind):
            found.add(part.name)
        elif isinstance(part, Lambda):
            found.update(part.parameters)
    return frozenset(found)


def _parts_of(node: Node) -> Iterator[Link]:
    """The node and everything inside it."""
    pending: list[Link] = [node]
    while pending:
        part = pending.pop()
        yield part
        pending += _inside(part)


def _inside(part: Link) -> tuple[Link, ...]:
    match part:
        case Call(_, parts) | Array(parts) | Block(parts) | Opaque(parts) | Rearrangement(parts):
            return parts
        case Bind(_, inner) | Lambda(_, inner) | Filter(inner):
            return (inner,)
        case Path(first, links):
            return (first, *links)
        case Object(members):
            return tuple(inner for member in members for inner in member)
        case Binary(_, left, right):
            return (left, right)
        case Conditional(condition, then, otherwise):
            return (condition, then, *(() if otherwise is None else (otherwise,)))
        case Literal() | Variable() | Context() | Name():
            return ()
        case _ as unreachable:
            assert_never(unreachable)


def _node(symbol: Untyped) -> Node:
    bare, links = _bare(symbol), tuple(_behind(symbol))
    if not links:
        return bare
    return Path(bare.first, (*bare.links, *links)) if isinstance(bare, Path) else Path(bare, links)


def _bare(symbol: Untyped) -> Node:
    """Without the filters behind it."""
    match symbol.type:
        case "string" | "number":
            return Literal(symbol.value)
        case "value":
            return Literal(symbol.value if isinstance(symbol.value, bool) else _CONSTANTS.get(str(symbol.value)))
        case "variable":
            return Variable(str(symbol.value))
        case "path":
            return _path(symbol)
        case "name":
            return Path(Context(), (Name(str(symbol.value)),))
        case "unary":
            return _unary(symbol)
        case "binary":
            return Binary(str(symbol.value), _node(symbol.lhs), _node(symbol.rhs))
        case "apply":
            return _applied(symbol)
        case "function" | "partial":
            procedure = symbol.procedure
            name = str(procedure.value) if procedure.type == "variable" else ""
            return Call(name, tuple(_node(argument) for argument in symbol.arguments))
        case "lambda" if symbol.thunk:
            # A call at the end of a function is put into a function of its own, to be made without growing the stack.
            return _node(symbol.body)
        case "lambda":
            return Lambda(tuple(str(argument.value) for argument in symbol.arguments), _node(symbol.body))
        case "condition":
            otherwise = None if symbol._else is None else _node(symbol._else)
            return Conditional(_node(symbol.condition), _node(symbol.then), otherwise)
        case "bind":
            return Bind(str(symbol.lhs.value), _node(symbol.rhs))
        case "block":
            return Block(tuple(_node(expression) for expression in symbol.expressions))
        case "transform":
            deleted = () if symbol.delete is None else (_node(symbol.delete),)
            return Opaque((_node(symbol.pattern), _node(symbol.update), *deleted))
        case _:
            return Opaque()


def _unary(symbol: Untyped) -> Node:
    match symbol.value:
        case "{":
            return Object(tuple((_node(key), _node(value)) for key, value in symbol.lhs_object))
        case "[":
            return Array(tuple(_node(item) for item in symbol.expressions or ()))
        case "-" if symbol.expression is not None:
            inner = _node(symbol.expression)
            return Literal(-inner.value) if isinstance(inner, Literal) else Opaque((inner,))
        case _:
            return Opaque()


def _applied(symbol: Untyped) -> Node:
    """``value ~> $function(more)`` is ``$function(value, more)``."""
    value, function = _node(symbol.lhs), _node(symbol.rhs)
    match function:
        case Variable(name):
            return Call(name, (value,))
        case Call(name, arguments):
            return Call(name, (value, *arguments))
        case _:
            return Opaque((value, function))


def _path(symbol: Untyped) -> Node:
    steps = list(symbol.steps)
    if steps[0].type == "name":
        return Path(Context(), tuple(link for step in steps for link in _links(step)))
    first = _bare(steps[0])
    rest = (*_behind(steps[0]), *(link for step in steps[1:] for link in _links(step)))
    return Path(first, rest) if rest else first


def _links(step: Untyped) -> Iterator[Link]:
    match step.type:
        case "name":
            yield Name(str(step.value))
        case "sort":
            yield Rearrangement(tuple(_node(term.expression) for term in step.terms))
        case "descendant":
            yield Rearrangement()
        case _:
            yield _bare(step)
    yield from _behind(step)


def _behind(symbol: Untyped) -> Iterator[Filter | Rearrangement]:
    """What stands directly behind a step, before the next one: ``[condition]``, ``[]``, ``{key: value}``."""
    for stage in (*(symbol.predicate or ()), *(symbol.stages or ())):
        if stage.type == "filter" and stage.expr is not None:
            yield Filter(_node(stage.expr))
    if symbol.keep_array or symbol.keep_singleton_array:
        yield Rearrangement()
    if symbol.group is not None:
        yield Rearrangement(tuple(_node(part) for pair in symbol.group.lhs_object for part in pair))
