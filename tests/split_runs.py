"""Running a machine whole and split, the border made from the analysis alone, and comparing what can be seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aslsplit.analysis.anticipation import Anticipated
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.pathset import EMPTY, Paths, PathSet
from aslsplit.analysis.region_flow import ExitFlow, RegionFlow
from aslsplit.analysis.shapes import Presence
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.paths import CONTEXT, DOCUMENT, Stem
from aslsplit.asl.source import read_source
from tests.reference_executor import MISSING, RUNTIME, Failure, Leaving, Split, get, put, restrict

__all__ = ["changes_beyond", "machine_of", "missing", "narrowed", "split_at"]

Variables = dict[str, Any]


def machine_of(definition: Any) -> StateMachine:
    source, _ = read_source("m.asl.json", json.dumps(definition).encode())
    assert source is not None
    machine, findings = parse(source)
    assert machine is not None, findings
    return machine


def narrowed(document: Any, variables: Variables, wanted: Paths) -> tuple[Any, Variables]:
    """What is left of a document and the variables when only ``wanted`` travels."""
    known = {root: restrict(value, stems(wanted, root)) for root, value in variables.items() if root in wanted}
    return restrict(document, stems(wanted, DOCUMENT)) if stems(wanted, DOCUMENT) else {}, known


def split_at(flow: RegionFlow) -> Split:
    def send(document: Any, variables: Variables) -> tuple[Any, Variables]:
        view = {DOCUMENT: document, **variables}
        for root in flow.wanted:
            strict = _strict(stems(flow.wanted, root), root, flow.present, flow.anticipated)
            if root != CONTEXT and missing(view.get(root, MISSING), strict):
                raise Failure(RUNTIME)
        return narrowed(document, variables, flow.wanted)

    def take_back(found: Leaving, document: Any, variables: Variables) -> Leaving:
        target, inside, known = found
        flow_there = next(exit for exit in flow.exits if exit.exit.target == target)
        back, known_back = narrowed(inside, known, flow_there.returned)
        returned = stems(flow_there.returned, DOCUMENT)
        strict = _strict(returned, DOCUMENT, flow_there.present, flow_there.anticipated)
        if len(strict) == len(returned) and missing(inside, strict):
            raise Failure(RUNTIME)
        return target, _put_back(flow_there, back, document), {**variables, **known_back}

    return Split(flow.region.entry, flow.region.members, send, take_back)


def stems(paths: Paths, root: str) -> list[Stem]:
    return list(paths.get(root, EMPTY).leaves())


def missing(value: Any, needed: list[Stem]) -> bool:
    return any(get(value, stem) is MISSING for stem in needed)


def _strict(found: list[Stem], root: str, present: Presence, anticipated: Anticipated) -> list[Stem]:
    """What is read unconditionally, since it must be there or would be read next anyway."""
    awaited = {stem for other, stem in anticipated if other == root}
    return [
        stem
        for stem in found
        if stem in present.get(root, ()) or any(other[: len(stem)] == stem for other in awaited if stem)
    ]


def _put_back(flow: ExitFlow, back: Any, document: Any) -> Any:
    changed = flow.changed.get(DOCUMENT, EMPTY)
    returned = flow.returned.get(DOCUMENT, EMPTY)
    if changed.rest and returned:
        return back
    for stem in changed.leaves():
        value = get(back, stem)
        if returned.at(stem) and value is not MISSING:
            document = put(document, stem, value)
    return document


def changes_beyond(changed: PathSet, before: Any, after: Any) -> bool:
    """Is something different that ``changed`` does not name?"""
    if changed.rest:
        return False
    if before is MISSING or after is MISSING:
        return before is not after and not changed.here
    if isinstance(before, dict) and isinstance(after, dict):
        names = {*before, *after}
        return any(changes_beyond(changed.member(n), before.get(n, MISSING), after.get(n, MISSING)) for n in names)
    return bool(before != after)


