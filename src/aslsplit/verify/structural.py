"""The structural proof: inlining the children again gives the monolith back, key order included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.model import StateMachine
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.source import Json, Pointer, format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.rewrite.extract import Extraction
from aslsplit.rewrite.inline import Extracted, inline

__all__ = ["prove_structure"]


def prove_structure(
    monolith: StateMachine, parent: StateMachine, children: Mapping[str, StateMachine], extraction: Extraction
) -> Iterator[Finding]:
    """``parent`` and ``children`` are the rewritten files, read again."""
    extracted = {
        name: Extracted(child.record, children[name]) for name, child in extraction.children.items() if name in children
    }
    again = inline(parent, extracted).definition
    for pointer in _differences(monolith.source.data, again, ()):
        yield finding(
            "ASL702",
            f"inlining {', '.join(extracted)} again differs from {monolith.source.name} at {format_pointer(pointer)}",
            span=monolith.source.span(pointer),
            pointer=format_pointer(pointer),
        )


def _differences(left: Json, right: Json, pointer: Pointer) -> Iterator[Pointer]:
    """The outermost places where two values, or the order of their keys, differ."""
    if isinstance(left, dict) and isinstance(right, dict) and list(left) == list(right):
        for name in left:
            yield from _differences(left[name], right[name], (*pointer, name))
    elif not strictly_equal(left, right):
        yield pointer
