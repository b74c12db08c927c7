"""The options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

__all__ = [
    "ChildrenOption",
    "Color",
    "ColorOption",
    "DiffOption",
    "Format",
    "FormatOption",
    "MapArgument",
    "QuietOption",
    "Remarks",
    "VerboseOption",
]


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


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


MapArgument = Annotated[
    str, typer.Argument(metavar="MAP", help="The boundary map, a YAML file; - reads it from stdin.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print what was asked for.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print no remarks but errors.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print notes too, and the trace of a bug.")]
ColorOption = Annotated[Color, typer.Option("--color", help="Colour what people read; NO_COLOR is respected.")]
ChildrenOption = Annotated[
    list[str] | None, typer.Option("--child", metavar="NAME", help="This child; may be repeated.")
]
DiffOption = Annotated[bool, typer.Option("--diff", help="Print the diff instead of writing.")]
