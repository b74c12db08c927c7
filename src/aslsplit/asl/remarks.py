"""Findings about a place in a definition, and the words in which they speak of values and names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from aslsplit.asl.source import Json, Pointer, Source, format_pointer
from aslsplit.findings import Finding, Severity, finding

__all__ = ["kind_of", "listed", "nearest", "remark"]


def remark(
    source: Source,
    code: str,
    message: str,
    pointer: Pointer,
    *,
    key: bool = False,
    help: str | None = None,
    severity: Severity | None = None,
) -> Finding:
    """A finding with the span and the pointer of one value, or of its ``key``."""
    span = source.span(pointer, key=key)
    return finding(code, message, span=span, pointer=format_pointer(pointer), help=help, severity=severity)


def kind_of(value: Json) -> str:
    """With its article, as in ``an array``."""
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")


def nearest(name: str, known: Iterable[str], what: str = "name") -> str | None:
    """The help that offers the known name most like this one."""
    near = get_close_matches(name, sorted(known), 1)
    return f'the nearest {what} is "{near[0]}"' if near else None


def listed(names: Iterable[str], most: int = 8) -> str:
    quoted = [f'"{name}"' for name in names]
    return ", ".join(quoted[:most] + ["..."] * (len(quoted) > most))
