"""Evaluating references, paths and payload templates symbolically: a value, and the reads it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from aslsplit.analysis.effects import Read
from aslsplit.analysis.pathset import WHOLE
from aslsplit.analysis.shapes import Copy, Given, New, Record, Shape, demand, project
from aslsplit.asl.paths import DOCUMENT, AccessPath
from aslsplit.asl.references import (
    Call,
    Constant,
    Evaluated,
    Expression,
    Items,
    Members,
    Reference,
    ReferenceSyntaxError,
    Template,
    parse_path,
    parse_template,
    references_in_path,
    references_of,
)
from aslsplit.asl.source import Json, Pointer

__all__ = ["belated", "evaluate_expression", "evaluate_path", "evaluate_template", "may_fail_in_a_function", "whole"]

_NEVER_FAIL = frozenset({"States.Array", "States.JsonToString", "States.UUID"})

Evaluation = tuple[Shape, tuple[Read, ...]]


def evaluate_path(text: str, value: Shape, pointer: Pointer, *, deep: bool) -> Evaluation:
    """A path in a field such as ``InputPath``, on ``value``. ``deep``: whoever reads it looks inside."""
    try:
        path = parse_path(text)
    except ReferenceSyntaxError:
        return _unresolved(text, value, pointer)
    shape, reads = _resolve(path, value, pointer, deep=deep)
    for inner in references_in_path(text)[1:]:
        reads += _resolve(inner.path, value, pointer, deep=True, sure=False)[1]
    return shape, reads


def evaluate_expression(text: str, value: Shape, pointer: Pointer) -> Evaluation:
    """A path or an intrinsic whose value leaves the state, as in Fail's ``ErrorPath``."""
    return evaluate_template({"value.$": text}, value, pointer[:-1], deep=True, at=pointer)


def evaluate_template(
    template: Json, value: Shape, pointer: Pointer, *, deep: bool, at: Pointer | None = None
) -> Evaluation:
    """A payload template on ``value``. ``deep``: the result is sent to someone who looks inside all of it."""
    parsed, problems = parse_template(template)
    if problems:
        shape, reads = _unresolved("a payload template that cannot be read", value, pointer)
        return shape, reads
    return _evaluate(parsed, value, pointer, deep, at)


def may_fail_in_a_function(template: Json) -> bool:
    """An intrinsic function may refuse its arguments (``States.IntrinsicFailure``), which a catcher can catch."""
    return _may_fail(parse_template(template)[0])


def _may_fail(part: Template | Expression) -> bool:
    match part:
        case Members(members):
            return any(_may_fail(member) for member in members.values())
        case Items(items):
            return any(_may_fail(item) for item in items)
        case Evaluated(_, _, expression):
            return _may_fail(expression)
        case Call(function, arguments):
            total = function in _NEVER_FAIL or (function == "States.Format" and isinstance(arguments[0], Constant))
            return not total or any(_may_fail(argument) for argument in arguments)
        case Constant() | Reference():
            return False
        case _ as unreachable:
            assert_never(unreachable)


def whole(value: Shape, pointer: Pointer, reason: str) -> tuple[Read, ...]:
    """The opaque reads of everything ``value`` is made of."""
    return tuple(replace(read, opaque=reason) for read in _reads_of(value, pointer))


def _evaluate(template: Template, value: Shape, pointer: Pointer, deep: bool, at: Pointer | None) -> Evaluation:
    match template:
        case Constant(constant):
            return Given(constant), ()
        case Members(members):
            parts = {name: _evaluate(part, value, pointer, deep, at) for name, part in members.items()}
            found = _in_turn(members.values(), (reads for _, reads in parts.values()))
            return Record({name: shape for name, (shape, _) in parts.items()}), found
        case Items(items):
            # The members of an array are not followed: whoever reads one may read all.
            read = (_evaluate(item, value, pointer, True, at)[1] for item in items)
            return New("an array in a template"), _in_turn(items, read)
        case Evaluated(inner, text, expression):
            where = at or (*pointer, *inner)
            if isinstance(expression, Call):
                origin = f"{expression.function} in {'/'.join(map(str, where[-2:]))}"
                return New(origin), _arguments(expression, value, where)
            shape, reads = evaluate_path(text, value, where, deep=deep)
            if deep and expression.path == AccessPath(DOCUMENT):
                reads = tuple(replace(read, opaque=f'sends "{text}", all of its input') for read in reads)
            return shape, reads


def _in_turn(parts: Iterable[Template], reads: Iterable[tuple[Read, ...]]) -> tuple[Read, ...]:
    """What the parts read, one after the other, until one may fail."""
    found: list[Read] = []
    prompt = True
    for part, of_part in zip(parts, reads, strict=True):
        found += of_part if prompt else belated(of_part)
        prompt = prompt and not _may_fail(part)
    return tuple(found)


def belated(reads: Iterable[Read]) -> tuple[Read, ...]:
    return tuple(replace(read, prompt=False) for read in reads)


def _arguments(expression: Expression, value: Shape, where: Pointer) -> tuple[Read, ...]:
    match expression:
        case Reference(path, inner=inner):
            reads = _resolve(path, value, where, deep=True)[1]
            # A filter that compares with something missing selects nothing; it does not fail.
            within = (_resolve(found.path, value, where, deep=True, sure=False)[1] for found in _inside(inner))
            return (*reads, *(read for found in within for read in found))
        case Call(_, arguments):
            return tuple(read for argument in arguments for read in _arguments(argument, value, where))
        case Constant():
            return ()
        case _ as unreachable:
            assert_never(unreachable)


def _inside(inner: tuple[Reference, ...]) -> Iterator[Reference]:
    for reference in inner:
        yield from references_of(reference)


def _resolve(path: AccessPath, value: Shape, pointer: Pointer, *, deep: bool, sure: bool = True) -> Evaluation:
    base: Shape = value if path.root == DOCUMENT else Copy(path.root)
    part = project(base, path.stem)
    narrow = len(path.stem) == len(path.steps)
    if isinstance(part, Copy):
        source = AccessPath(part.root, (*part.stem, *path.steps[len(path.stem) :]))
        reads: tuple[Read, ...] = (Read(source, pointer, deep=deep or not narrow, sure=sure),)
    else:
        reads = _reads_of(part, pointer) if deep or not narrow else ()
    return (part if narrow else New(f"part of {path}")), reads


def _reads_of(value: Shape, pointer: Pointer) -> tuple[Read, ...]:
    wanted = demand(value, WHOLE)
    return tuple(
        Read(AccessPath(root, stem), pointer, sure=False)
        for root, paths in sorted(wanted.items())
        for stem in paths.leaves()
    )


def _unresolved(text: str, value: Shape, pointer: Pointer) -> Evaluation:
    reason = f"{text} is filled in at deployment, so it may read anything"
    return New(text), whole(value, pointer, reason)
