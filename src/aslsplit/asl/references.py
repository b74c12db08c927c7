"""References: everything in a state that reads the document, a variable or the context object.

The face of the reference reader: paths, expressions (a path or an intrinsic function call) and payload templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from aslsplit.asl.intrinsics import INTRINSICS, Call, Constant, Expression, parse_expression
from aslsplit.asl.path_reader import PlaceholderReference, Reference, ReferenceSyntaxError, whole_path
from aslsplit.asl.paths import DOCUMENT, AccessPath
from aslsplit.asl.source import Json, Pointer

__all__ = [
    "INTRINSICS",
    "Call",
    "Constant",
    "Evaluated",
    "Expression",
    "Items",
    "Members",
    "PlaceholderReference",
    "Reference",
    "ReferenceSyntaxError",
    "Template",
    "TemplateError",
    "parse_expression",
    "parse_path",
    "parse_reference_path",
    "parse_template",
    "references_in_path",
    "references_of",
    "replace_references",
]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluated value of a template: ``pointer`` leads to the string, relative to the template."""

    pointer: Pointer
    text: str
    expression: Reference | Call


@dataclass(frozen=True, slots=True)
class Members:
    """An object in a template, by the names that it has when evaluated (without ``.$``)."""

    members: Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class Items:
    """An array in a template."""

    items: tuple[Template, ...]


Template = Members | Items | Evaluated | Constant


@dataclass(frozen=True, slots=True)
class TemplateError:
    """What is wrong with one member of a template; ``pointer`` is relative to the template."""

    pointer: Pointer
    message: str
    code: str = "ASL109"


def parse_path(text: str) -> AccessPath:
    """A path of any kind; raises ReferenceSyntaxError.

    What only the running execution can decide becomes *any*: wildcards, filters and the like, but also a
    negative index and a name that contains a ``${Token}``.

    >>> str(parse_path("$.order['line items'][0].id"))
    "$.order['line items'][0].id"
    """
    return whole_path(text).reference.path


def parse_reference_path(text: str) -> AccessPath:
    """A Reference Path: one that can only name a single place. Raises ReferenceSyntaxError for any other."""
    scanned = whole_path(text)
    if not scanned.singular:
        raise ReferenceSyntaxError("it may select several values", scanned.reference.start)
    return scanned.reference.path


def references_in_path(text: str) -> tuple[Reference, ...]:
    """The path itself, then those inside its filters."""
    return tuple(references_of(whole_path(text).reference))


def references_of(expression: Expression) -> Iterator[Reference]:
    """Every reference in it, in the order of the text; a path comes before those inside its filters."""
    match expression:
        case Reference():
            yield expression
            for inner in expression.inner:
                yield from references_of(inner)
        case Call():
            for argument in expression.arguments:
                yield from references_of(argument)
        case Constant():
            return


def parse_template(value: Json) -> tuple[Template, tuple[TemplateError, ...]]:
    """A payload template. What cannot be parsed counts as a read of the whole document: nothing gets lost."""
    errors: list[TemplateError] = []
    return _template(value, (), errors), tuple(errors)


def replace_references(text: str, replacement: Callable[[Reference], str | None]) -> str:
    """A path or expression with some of its references rewritten, and every other character as it was.

    A reference that is rewritten is rewritten whole, its filters included; None leaves it, and then the
    references inside its filters have their turn.

    >>> replace_references("States.Format('{}', $.a)", lambda reference: "$.b")
    "States.Format('{}', $.b)"
    """
    pieces: list[str] = []
    done = 0
    for reference in references_of(parse_expression(text)):
        new = None if reference.start < done else replacement(reference)
        if new is not None:
            pieces += (text[done : reference.start], new)
            done = reference.end
    return "".join((*pieces, text[done:]))


def _template(value: Json, pointer: Pointer, errors: list[TemplateError]) -> Template:
    match value:
        case dict():
            return _members(value, pointer, errors)
        case list():
            return Items(tuple(_template(item, (*pointer, index), errors) for index, item in enumerate(value)))
        case _:
            return Constant(value)


def _members(value: dict[str, Json], pointer: Pointer, errors: list[TemplateError]) -> Members:
    members: dict[str, Template] = {}
    for key, member in value.items():
        place = (*pointer, key)
        name = key.removesuffix(".$")
        if name in members:
            errors.append(TemplateError(place, f'there are two members "{name}" once ".$" is stripped'))
        if name == key:
            members[name] = _template(member, place, errors)
        elif isinstance(member, str):
            members[name] = _evaluated(member, place, errors)
        else:
            errors.append(TemplateError(place, f'the value of "{key}" is not a string, so it cannot be evaluated'))
            members[name] = _template(member, place, errors)
    return Members(members)


def _evaluated(text: str, pointer: Pointer, errors: list[TemplateError]) -> Evaluated:
    try:
        return Evaluated(pointer, text, parse_expression(text))
    except PlaceholderReference:
        pass
    except ReferenceSyntaxError as problem:
        errors.append(TemplateError(pointer, problem.message, problem.code))
    return Evaluated(pointer, text, Reference(AccessPath(DOCUMENT), 0, len(text)))
