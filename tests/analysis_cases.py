"""The one adapter of the analysis cases: machines written short, and what was found written as text.

A machine is a map of state names to bodies. What is left out is filled in: ``Type`` Pass, ``Next`` the state below
(the last one ends), ``Resource`` of a Task, ``ErrorEquals`` of a catcher. ``Branches`` are such maps themselves, and
so is ``ItemProcessor``, or ``Distributed`` for a distributed Map.

Paths: ``$.a`` is all of the value, ``whether $.a`` only that it is there, ``$.a without b`` all but one member.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from aslsplit.analysis.effects import Read
from aslsplit.analysis.facts import Assumptions, Facts, analyze
from aslsplit.analysis.pathset import WHOLE, Paths, PathSet, paths_of
from aslsplit.analysis.shapes import Copy, Given, New, Presence, Record, Shape, Update
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem, format_path
from aslsplit.asl.references import parse_path
from aslsplit.asl.source import read_source

__all__ = [
    "cases_of",
    "definition_of",
    "facts_of",
    "machine_of",
    "paths_text",
    "presence_text",
    "read_text",
    "shape_text",
    "title_of",
]

_CASES = Path(__file__).parent / "cases"


def cases_of(analysis_pass: str) -> list[dict[str, Any]]:
    files = sorted((_CASES / analysis_pass).glob("*.yaml"))
    return [case for file in files for case in yaml.safe_load(file.read_text("utf-8"))]


def title_of(case: Mapping[str, Any]) -> str:
    return str(case["title"])


# --- machines ----------------------------------------------------------------------------------------------------


def definition_of(states: Mapping[str, Any]) -> dict[str, Any]:
    names = list(states)
    following = dict(pairwise(names))
    filled = {name: _state(body or {}, following.get(name)) for name, body in states.items()}
    return {"StartAt": names[0], "States": filled}


def _state(short: Mapping[str, Any], following: str | None) -> dict[str, Any]:
    body = {"Type": "Pass", **short}
    if body["Type"] == "Task":
        body.setdefault("Resource", "arn:aws:lambda:eu-west-1:123456789012:function:f")
    if body["Type"] == "Wait" and not any(key.startswith(("Seconds", "Timestamp")) for key in body):
        body["Seconds"] = 1
    if "Catch" in body:
        body["Catch"] = [{"ErrorEquals": ["States.ALL"], **catcher} for catcher in body["Catch"]]
    if "Branches" in body:
        body["Branches"] = [definition_of(branch) for branch in body["Branches"]]
    if "Distributed" in body:
        config = {"Mode": "DISTRIBUTED", "ExecutionType": body.pop("ExecutionType", "STANDARD")}
        body["ItemProcessor"] = {"ProcessorConfig": config, **definition_of(body.pop("Distributed"))}
    elif "ItemProcessor" in body:
        body["ItemProcessor"] = definition_of(body["ItemProcessor"])
    if body["Type"] not in ("Choice", "Succeed", "Fail") and "Next" not in body and "End" not in body:
        body |= {"End": True} if following is None else {"Next": following}
    return body


def machine_of(definition: Any, name: str = "m.asl.json") -> StateMachine:
    source, _ = read_source(name, json.dumps(definition).encode())
    assert source is not None
    machine, findings = parse(source)
    assert machine is not None, findings
    return machine


def facts_of(case: Mapping[str, Any]) -> Facts:
    """``observe``, ``present``, ``assume_reads`` and ``also_read`` are what the user and the plan would say."""
    observe = case.get("observe", "all")
    observed: Paths = {DOCUMENT: WHOLE}
    if observe != "all":
        observed = {DOCUMENT: paths_of(parse_path(text).stem for text in ([] if observe == "none" else observe))}
    present = {stem[:length] for stem in _stems(case.get("present", ())) for length in range(len(stem) + 1)}
    assumptions = Assumptions(
        observed, {DOCUMENT: frozenset({(), *present})}, _paths(case.get("assume_reads")), _paths(case.get("also_read"))
    )
    return analyze(machine_of(definition_of(case["machine"])), assumptions)


def _stems(texts: Sequence[str]) -> list[Stem]:
    return [parse_path(text).stem for text in texts]


def _paths(texts: Mapping[str, Sequence[str]] | None) -> Mapping[str, tuple[AccessPath, ...]]:
    return {name: tuple(map(parse_path, found)) for name, found in (texts or {}).items()}


# --- what was found, as text -------------------------------------------------------------------------------------


def paths_text(paths: Paths, *, context: bool = True) -> list[str]:
    return sorted(text for root, found in paths.items() if context or root != CONTEXT for text in _text(found, root))


def _text(paths: PathSet, root: str, stem: Stem = ()) -> Iterator[str]:
    path = format_path(root, stem)
    if paths.rest:
        yield path + (f" without {', '.join(sorted(paths.members))}" if paths.members else "")
    elif paths.here:
        yield f"whether {path}"
    for name, member in paths.members.items():
        yield from _text(member, root, (*stem, name))


def presence_text(present: Presence, *, context: bool = False) -> list[str]:
    """The longest paths that surely exist; without the context object, unless asked for."""
    return sorted(
        format_path(root, stem)
        for root, stems in present.items()
        for stem in stems
        if (context or root != CONTEXT) and not any(other[:-1] == stem for other in stems if other)
    )


def read_text(read: Read) -> str:
    """``perhaps``: not on every way; ``late``: not if something before it in the state fails."""
    text = str(read.path) if read.deep else f"whether {read.path}"
    return f"{text} perhaps" if not read.sure else text if read.prompt else f"{text} late"


def shape_text(shape: Shape) -> str:
    match shape:
        case Copy(root, stem):
            return format_path(root, stem)
        case New():
            return "new"
        case Given(value):
            return json.dumps(value)
        case Record(members, optional):
            shown = {name: f"{name}?" if name in optional else name for name in members}
            return "{" + ", ".join(f"{shown[name]}: {shape_text(member)}" for name, member in members.items()) + "}"
        case Update(base, stem, value, sure):
            perhaps = "" if sure else "perhaps "
            return f"{shape_text(base)} with {perhaps}{'.'.join(stem) or 'itself'}: {shape_text(value)}"
