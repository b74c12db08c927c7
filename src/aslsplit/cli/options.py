"""The options that several commands share."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, get_type_hints

import typer

from aslsplit.cli.completion import children_of_map

__all__ = [
    "NO_REMARKS_ASKED",
    "ChildrenOption",
    "Color",
    "ColorOption",
    "DiffOption",
    "FindingsFormat",
    "FindingsFormatOption",
    "Format",
    "FormatOption",
    "MapArgument",
    "QuietOption",
    "Remarks",
    "VerboseOption",
    "remarks_as_options",
]


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class FindingsFormat(StrEnum):
    """Of the verbs whose findings are what one asks for."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Remarks:
    """Which remarks are printed, and how."""

    quiet: bool = False
    verbose: bool = False
    color: Color = Color.AUTO


NO_REMARKS_ASKED = Remarks()
"""What a command has for its ``remarks`` where nobody typed an option."""

MapArgument = Annotated[
    str, typer.Argument(metavar="MAP", help="The boundary map, a YAML file; - reads it from stdin.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print what was asked for.")]
FindingsFormatOption = Annotated[
    FindingsFormat, typer.Option("--format", help="How to print what was asked for; sarif is for code scanning.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print no remarks but errors.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print notes too, and the trace of a bug.")]
ColorOption = Annotated[Color, typer.Option("--color", help="Colour what people read; NO_COLOR is respected.")]
ChildrenOption = Annotated[
    list[str] | None,
    typer.Option("--child", metavar="NAME", help="This child; may be repeated.", autocompletion=children_of_map),
]
DiffOption = Annotated[bool, typer.Option("--diff", help="Print the diff instead of writing.")]

_REMARK_OPTIONS = {"quiet": (QuietOption, False), "verbose": (VerboseOption, False), "color": (ColorOption, Color.AUTO)}


def remarks_as_options(command: Callable[..., int]) -> Callable[..., int]:
    """The command as people type it: with ``-q``, ``-v`` and ``--color`` in the place of its parameter ``remarks``."""
    signature, hints = inspect.signature(command), get_type_hints(command, include_extras=True)
    if "remarks" not in signature.parameters:
        return command
    kept = [
        parameter.replace(annotation=hints[name])
        for name, parameter in signature.parameters.items()
        if name != "remarks"
    ]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _REMARK_OPTIONS.items()
    ]

    @functools.wraps(command)
    def typed(*args: Any, **options: Any) -> int:
        remarks = Remarks(**{name: options.pop(name) for name in _REMARK_OPTIONS})
        return command(*args, **options, remarks=remarks)

    typed.__annotations__ = {parameter.name: parameter.annotation for parameter in (*kept, *added)}
    typed.__signature__ = signature.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    return typed
