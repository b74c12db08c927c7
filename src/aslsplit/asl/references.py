"""References: everything in a state that reads the document, a variable or the context object."""

from __future__ import annotations

from dataclasses import dataclass

from aslsplit.asl.paths import AccessPath
from aslsplit.asl.source import Json, Pointer

__all__ = ["Call", "Expression", "Field", "Fields", "Literal_", "Reference", "Template", "ReferenceSyntaxError", "parse_path", "parse_reference_path", "parse_expression", "parse_template"]


class ReferenceSyntaxError(ValueError):
    """``message`` says what is wrong, ``offset`` where in the text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Reference:
    """One path, and where it stands: ``start``/``end`` are offsets into the string it was read from."""

    path: AccessPath
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal_:
    """A literal argument of an intrinsic function, or any literal value in a template."""

    value: Json


@dataclass(frozen=True, slots=True)
class Call:
    """An intrinsic function call."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Reference | Call | Literal_


@dataclass(frozen=True, slots=True)
class Field:
    """One evaluated value of a payload template: ``pointer`` leads to the string, relative to the template."""

    pointer: Pointer
    text: str
    expression: Reference | Call


@dataclass(frozen=True, slots=True)
class Fields:
    """An object in a template, suffixes stripped: its members, and whether any of them is evaluated."""

    members: dict[str, Template]


Template = Fields | Field | Literal_


def parse_path(text: str) -> AccessPath:
    raise NotImplementedError


def parse_reference_path(text: str) -> AccessPath:
    raise NotImplementedError


def parse_expression(text: str) -> Expression:
    raise NotImplementedError


def parse_template(value: Json) -> Template:
    raise NotImplementedError
