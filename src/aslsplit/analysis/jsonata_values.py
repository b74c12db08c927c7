"""Evaluating JSONata symbolically: a value, and the reads that it takes.

A read here is never sure: where nothing is found there is nothing, and no failure. A path through an array goes through
all of its items; its stem is right all the same, since what is no object travels whole (``packing``). A ``New`` value
has its reads with it: whatever it was made of is read where it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import assert_never

from aslsplit.analysis.effects import Read
from aslsplit.analysis.pathset import HERE, WHOLE, PathSet, at_stem
from aslsplit.analysis.shapes import Copy, Given, New, Record, Shape, Update, demand, overlaid, project
from aslsplit.asl.jsonata import FUNCTIONS, expression_in
from aslsplit.asl.jsonata_text import context_references, states_named, variables_named, variables_read
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
    names_bound,
    parse_jsonata,
    variables_of,
)
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath
from aslsplit.asl.source import Json, Pointer

__all__ = ["Evaluation", "evaluate_jsonata", "has_expression", "merged_values"]

Evaluation = tuple[Shape, tuple[Read, ...]]


def evaluate_jsonata(template: Json, states: Mapping[str, Shape], pointer: Pointer, *, deep: bool) -> Evaluation:
    """A field on what ``$states`` holds. ``deep``: the result is sent to someone who looks inside all of it."""
    match template:
        case str():
            expression = expression_in(template)
            if expression is None:
                return Given(template), ()
            return _expression(expression, Record(states), pointer, deep)
        case dict():
            parts = {
                name: evaluate_jsonata(member, states, (*pointer, name), deep=deep) for name, member in template.items()
            }
            reads = tuple(read for _, found in parts.values() for read in found)
            return Record({name: shape for name, (shape, _) in parts.items()}), reads
        case list() if has_expression(template):
            # The members of an array are not followed: whoever reads one may read all.
            items = (
                evaluate_jsonata(item, states, (*pointer, index), deep=True) for index, item in enumerate(template)
            )
            return New("an array in a template"), tuple(read for _, found in items for read in found)
        case _:
            return Given(template), ()


def has_expression(template: Json) -> bool:
    match template:
        case str():
            return expression_in(template) is not None
        case dict():
            return any(has_expression(member) for member in template.values())
        case list():
            return any(has_expression(item) for item in template)
        case _:
            return False


def merged_values(
    template: Json, states: Mapping[str, Shape], pointer: Pointer
) -> tuple[tuple[AccessPath, Pointer], ...]:
    """The values that were there before and that ``$merge`` puts something into, or puts something under."""
    match template:
        case str():
            node = parse_jsonata((expression_in(template) or "").strip()) if "$merge" in template else None
            if node is None:
                return ()
            evaluator = _Evaluator(pointer)
            evaluator.value(node, {"states": Record(states)})
            found = (AccessPath(shape.root, shape.stem) for shape in evaluator.merged)
            return tuple((path, pointer) for path in dict.fromkeys(found))
        case dict():
            parts: Iterable[tuple[str | int, Json]] = template.items()
        case list():
            parts = enumerate(template)
        case _:
            return ()
    return tuple(merged for key, part in parts for merged in merged_values(part, states, (*pointer, key)))


@dataclass(frozen=True, slots=True)
class _Value:
    """``reads`` are made whatever becomes of the value. ``defined``: it is never nothing."""

    shape: Shape
    reads: tuple[Read, ...] = ()
    defined: bool = False


_Names = Mapping[str, Shape]
"""What the local names stand for; the empty one is the value that is being looked at."""


def _expression(expression: str, states: Shape, pointer: Pointer, deep: bool) -> Evaluation:
    node = parse_jsonata(expression.strip())
    if variables_named(expression) != variables_of(node) or "states" in names_bound(node):
        # Part of it has no place in the tree, or it cannot be parsed before deployment has filled it in.
        return New("an expression that is not resolved"), _unresolved(expression, pointer)
    value = _Evaluator(pointer).value(node, {"states": states})
    # What the text names of the context object is sent along for it, even where nobody reads it afterwards.
    named = tuple(
        Read(AccessPath(CONTEXT, reference.names), pointer, deep=False, sure=False)
        for reference in context_references(expression)
        if reference.names
    )
    # An expression without a value fails, so it matters in any case whether there is one.
    reads = (*value.reads, *_reads(value.shape, WHOLE if deep else HERE, pointer))
    if value.shape == Copy(DOCUMENT):
        reads = _reasoned(reads, f'sends "{{%{expression}%}}", all of its input')
    return value.shape, tuple(dict.fromkeys((*named, *reads)))


def _unresolved(expression: str, pointer: Pointer) -> tuple[Read, ...]:
    reason = "has an expression that cannot be resolved, so it may read all of its input"
    if "${" in expression:
        reason = "has an expression that is filled in at deployment, so it may read all of its input"
    found = [AccessPath(DOCUMENT), *(AccessPath(f"${name}") for name in variables_read(expression))]
    found += [AccessPath(CONTEXT, reference.names) for reference in context_references(expression)]
    if "" in states_named(expression):
        found.append(AccessPath(CONTEXT))
    return _reasoned((Read(path, pointer, sure=False) for path in found), reason)


def _reasoned(reads: Iterable[Read], reason: str) -> tuple[Read, ...]:
    """An opaque read of the whole document, wherever there is one, with its reason."""
    return tuple(replace(read, opaque=reason) if _takes_all(read) else read for read in reads)


def _takes_all(read: Read) -> bool:
    return read.path == AccessPath(DOCUMENT) and read.deep


def _reads(shape: Shape, wanted: PathSet, pointer: Pointer) -> tuple[Read, ...]:
    """What must be read to have the ``wanted`` part of the value."""
    found: list[Read] = []
    for root, paths in sorted(demand(shape, wanted).items()):
        for stem in paths.leaves():
            deep = paths.at(stem) != HERE
            read = Read(AccessPath(root, stem), pointer, deep=deep, sure=False)
            found.append(replace(read, opaque=f"uses all of its input in {pointer[-1]}") if _takes_all(read) else read)
    return tuple(found)


_CALLED_FOR_EACH = frozenset({"each", "filter", "map", "reduce", "sift", "single", "sort"})
_ALWAYS_DEFINED = frozenset({"count", "exists", "millis", "now", "random", "uuid"})
_OPERATORS_ALWAYS_DEFINED = frozenset({"&", "=", "!=", "and", "in", "or"})


@dataclass(frozen=True, slots=True)
class _Evaluator:
    """``merged`` is added to: the values that something is merged with, and that can still be told apart."""

    pointer: Pointer
    merged: list[Copy] = field(default_factory=list)

    def value(self, node: Node, names: _Names) -> _Value:
        match node:
            case Literal(value):
                return _Value(Given(value), defined=True)
            case Variable(name):
                if name in names:
                    return self._bare(_Value(names[name], defined=name == "states"))
                # Without a value that is being looked at, ``$`` and ``$$`` are nothing.
                return _Value(New("nothing")) if name in ("", "$") else _Value(Copy(f"${name}"))
            case Context():
                return _Value(names.get("", New("nothing")))
            case Path(first, links):
                return self._path(first, links, names)
            case Object(members):
                return self._object(members, names)
            case Array(items):
                return _Value(New("an array"), self._all_consumed(items, names), defined=True)
            case Call(function, arguments):
                return self._call(function, arguments, names)
            case Binary(operator, left, right):
                reads = self._all_consumed((left, right), names)
                return _Value(New(f"a value made with {operator}"), reads, operator in _OPERATORS_ALWAYS_DEFINED)
            case Conditional(condition, then, otherwise):
                ways = (then,) if otherwise is None else (then, otherwise)
                values = [self.value(way, names) for way in ways]
                reads = (*self._all_consumed((condition,), names), *chain(*map(self.consumed, values)))
                defined = len(ways) == 2 and all(value.defined for value in values)
                return _Value(New("one of two values"), reads, defined)
            case Bind(_, value):
                return self.value(value, names)
            case Block(expressions):
                return self._block(expressions, names)
            case Lambda(parameters, body):
                inside = {**names, **{name: New("an argument") for name in parameters}}
                return _Value(New("a function"), self.consumed(self.value(body, inside)))
            case Opaque(parts):
                inside = {**names, "": New("a value inside")}
                return _Value(New("a value that is not followed"), self._all_consumed(parts, inside))
            case _ as unreachable:
                assert_never(unreachable)

    def consumed(self, value: _Value) -> tuple[Read, ...]:
        """All that is read when someone looks inside all of the value."""
        return (*value.reads, *_reads(value.shape, WHOLE, self.pointer))

    def _all_consumed(self, nodes: Iterable[Node], names: _Names) -> tuple[Read, ...]:
        return tuple(read for node in nodes for read in self.consumed(self.value(node, names)))

    def _bare(self, value: _Value) -> _Value:
        """``$states.context`` means another execution's where it is not followed by a name, so all of it is read."""
        if value.shape != Copy(CONTEXT):
            return value
        return _Value(New("the context object"), self.consumed(value), value.defined)

    def _path(self, first: Node, links: Sequence[Link], names: _Names) -> _Value:
        start = self.value(first, names)
        shape, reads = start.shape, list(start.reads)
        for link in links:
            match link:
                case Name(name):
                    shape, found = self._member(shape, name)
                    reads += found
                    continue
                case Filter(condition):
                    # An index counts in the array, and in a value that is none it means the value itself.
                    parts: tuple[Node, ...] = () if isinstance(condition, Literal) else (condition,)
                    reads += _reads(shape, WHOLE, self.pointer)
                    reads += self._all_consumed(parts, {**names, "": New("an item")})
                case Rearrangement(parts):
                    reads += _reads(shape, WHOLE, self.pointer)
                    reads += self._all_consumed(parts, {**names, "": New("an item")})
                case Opaque(parts):
                    reads += _reads(shape, WHOLE, self.pointer)
                    reads += self._all_consumed(parts, {**names, "": New("an item")})
                case _:
                    # Evaluated for each item there is, so it matters whether there is one.
                    reads += _reads(shape, HERE, self.pointer)
                    reads += self.consumed(self.value(link, {**names, "": shape}))
            shape = New("a value behind a path")
        given = first == Variable("states") and len(links) == 1 and not isinstance(links[0], Filter | Rearrangement)
        return self._bare(_Value(shape, tuple(reads), defined=given))

    def _member(self, shape: Shape, name: str) -> Evaluation:
        if isinstance(shape, Update) and not shape.sure and shape.stem[:1] == (name,):
            reads = _reads(shape, at_stem(WHOLE, (name,)), self.pointer)
            return New("what was put there, or what was there before"), reads
        if isinstance(shape, Given | Copy | Record | Update):
            return project(shape, (name,)), ()
        return New(f"{name} of {shape.origin}"), ()

    def _object(self, members: Sequence[tuple[Node, Node]], names: _Names) -> _Value:
        keys = [key.value for key, _ in members if isinstance(key, Literal) and isinstance(key.value, str)]
        if len({*keys}) < len(members):
            parts = [part for member in members for part in member]
            return _Value(New("an object", is_object=True), self._all_consumed(parts, names), defined=True)
        found = {key: self.value(node, names) for key, (_, node) in zip(keys, members, strict=True)}
        reads = tuple(read for value in found.values() for read in value.reads)
        optional = frozenset(name for name, value in found.items() if not value.defined)
        return _Value(Record({name: value.shape for name, value in found.items()}, optional), reads, defined=True)

    def _block(self, expressions: Sequence[Node], names: _Names) -> _Value:
        reads: list[Read] = []
        value = _Value(New("nothing"))
        for expression in expressions:
            reads += value.reads
            value = self.value(expression, names)
            if isinstance(expression, Bind):
                names = {**names, expression.name: value.shape}
        return _Value(value.shape, (*reads, *value.reads), value.defined)

    def _call(self, function: str, arguments: Sequence[Node], names: _Names) -> _Value:
        if not function or function in names:
            return _Value(New("a call"), self._all_consumed(arguments, names))
        defined = function in _ALWAYS_DEFINED
        match function, arguments:
            case "merge", (Array(items),):
                return self._merged(items, names)
            case "exists" | "type", (argument,):
                value = self.value(argument, names)
                reads = (*value.reads, *_reads(value.shape, HERE, self.pointer))
                return _Value(New(f"${function}"), reads, defined)
            case "lookup", (argument, Literal(str(name))):
                value = self.value(argument, names)
                shape, found = self._member(value.shape, name)
                return self._bare(_Value(shape, (*value.reads, *found)))
            case _, (first, *others) if function in _CALLED_FOR_EACH:
                # A function by name ($string) looks like a variable.
                arguments = (first, *(other for other in others if not _names_function(other, names)))
            case _:
                pass
        return _Value(New(f"${function}"), self._all_consumed(arguments, names), defined)

    def _merged(self, items: Sequence[Node], names: _Names) -> _Value:
        """``$merge([$states.input, {'a': 1}])`` is the document with another ``a``."""
        reads: list[Read] = []
        merged: Shape | None = None
        copied: list[Copy] = []
        for item in items:
            value = self.value(item, names)
            reads += value.reads
            copied += [value.shape] if isinstance(value.shape, Copy) else []
            both = value.shape if merged is None else overlaid(merged, value.shape)
            if both is None or isinstance(both, New):
                reads += _reads(merged or Given(None), WHOLE, self.pointer)
                reads += _reads(value.shape, WHOLE, self.pointer)
                both = New("a merged object", is_object=True)
            merged = both
        if not isinstance(merged, New):
            self.merged.extend(copied)
        return _Value(merged or Given({}), tuple(reads), defined=True)


def _names_function(node: Node, names: _Names) -> bool:
    return isinstance(node, Variable) and node.name in FUNCTIONS and node.name not in names
