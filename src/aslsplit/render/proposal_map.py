"""A proposal as a boundary map: what ``plan`` reads, with the reasons as comments."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.source import Source
from aslsplit.findings import printable
from aslsplit.plan.selection import scalar
from aslsplit.propose.scores import Reason
from aslsplit.propose.selection import Scored

__all__ = ["NewChild", "map_text"]

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class NewChild:
    name: str
    call: str
    scored: Scored
    reasons: tuple[Reason, ...]
    patterns: tuple[tuple[str, str], ...]


def map_text(monolith: str, resource: str | None, children: Sequence[NewChild], before: Source | None) -> str:
    """A map of its own, or the one that was there with the new children behind the others."""
    if before is not None:
        return _appended(before, children)
    lines = [
        "# Proposed by `aslsplit propose`. Edit it, then `aslsplit plan` shows what follows from it.",
        "version: 1",
        f"monolith: {scalar(monolith)}",
        # In a template the parent takes the monolith's place.
        f"parent: {scalar(_parent(monolith))}" if resource is None else f"resource: {scalar(resource)}",
        "children_dir: children",
        "contracts_dir: contracts",
        "",
        "children:",
    ]
    for child in children:
        lines += [*_child(child, "  "), ""]
    return "\n".join(lines).rstrip() + "\n"


def _appended(before: Source, children: Sequence[NewChild]) -> str:
    known = before.data["children"]
    first = before.extents.get(("children", next(iter(known))))
    last = before.extents.get(("children",))
    line = None
    if first is not None and first.key_start is not None:
        line = before.text[before.text.rfind("\n", 0, first.key_start) + 1 : first.key_start]
    if last is None or line is None or line.strip() or before.text.startswith("{", last.start):
        # In braces, or brought in by an alias: there is no line to go on from, nor a place for comments.
        data = {**before.data, "children": {**known, **{child.name: _keys(child) for child in children}}}
        return dump(data, {(): Origin(before, ())}, like=before)
    new = "\n".join(text for child in children for text in ("", *_child(child, line)))
    head, tail = before.text[: last.end].rstrip(), before.text[last.end :]
    rest = tail.lstrip("\n")
    return f"{head}\n{new}\n" + (f"\n{rest}" if rest else "")


def _parent(monolith: str) -> str:
    folder, _, name = monolith.rpartition("/")
    stem, dot, suffix = name.partition(".")
    return f"{folder}{'/' if folder else ''}{stem}-parent{dot}{suffix}"


def _child(child: NewChild, indent: str) -> Iterator[str]:
    step = indent if indent else "  "
    for reason in child.reasons:
        yield from _comment(indent, f"{reason.points:+.1f}  {reason.words}")
    for pattern, why in child.patterns:
        said = f"`{pattern}`" if pattern in ("parallel", "shared") else f"`pattern: {pattern}`"
        yield from _comment(indent, f"could be {said}: {why}")
    yield f"{indent}{scalar(child.name)}:"
    for key, value in _keys(child).items():
        yield f"{indent}{step}{key}:{f' {scalar(value)}' if isinstance(value, str) else ''}"
        yield from (f"{indent}{step}  - {scalar(name)}" for name in (value if isinstance(value, list) else ()))


def _keys(child: NewChild) -> Mapping[str, str | list[str]]:
    inside = set(child.scored.candidate.members)
    return {
        "workflow": "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_]", child.name)) + "Workflow",
        "invoke_as": child.call,
        "states": [name for name in child.scored.scope.states if name in inside],
    }


def _comment(indent: str, text: str) -> Iterator[str]:
    flat = " ".join(printable(text).split())
    yield from textwrap.wrap(flat, _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}#   ")
