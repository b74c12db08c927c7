"""The file as written: its text, its data, and where each value stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aslsplit.findings import Finding, Span

__all__ = ["Extent", "Json", "Pointer", "Source", "format_pointer", "read_source"]

Json = Any
"""Plain data: dict, list, str, int, float, bool, None."""

Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """Character offsets into ``Source.text``: of the value, and of its key when it is a member of an object."""

    start: int
    end: int
    key_start: int | None = None
    key_end: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """``name`` is what people see: the path as they gave it, or ``<stdin>``."""

    name: str
    text: str
    format: Literal["json", "yaml"]
    data: Json
    extents: Mapping[Pointer, Extent]

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        """Where the value (or, with ``key``, its key) stands; the nearest enclosing value if it stands nowhere."""
        raise NotImplementedError


def read_source(name: str, raw: bytes, format: Literal["json", "yaml"] | None = None) -> tuple[Source | None, tuple[Finding, ...]]:
    raise NotImplementedError


def format_pointer(pointer: Pointer) -> str:
    """As RFC 6901 writes it; the whole file is ``""``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)
