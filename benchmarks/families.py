"""Parents that people wrote, with the real children that they call put back where the calls stand.

A call is known by what it names: ``${IngestVideoStateMachine}`` is the definition beside its parent whose file has the
same words, or whose name one of the two cut off, or the only other one there. Of two that fit, none is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compositions import Composition, read_machine
from pieces import Made, leading_to, reached_from, renamed, without_words

from aslsplit.asl.source import Json


@dataclass(frozen=True, slots=True)
class Call:
    """A state that starts an execution and waits for it; ``child`` is the file of the definition, if it is there."""

    parent: str
    state: str
    is_top: bool
    child: str | None


@dataclass(frozen=True, slots=True)
class Families:
    calls: tuple[Call, ...]
    definitions: Mapping[str, Json]

    @property
    def known(self) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.child is not None)

    def compositions(self, *, neutral: bool) -> Iterator[Composition]:
        """One per parent that calls children in its top scope; those that cannot be read afterwards are left out."""
        parents = dict.fromkeys(call.parent for call in self.known if call.is_top)
        for parent in parents:
            children = {
                call.state: self.definitions[call.child]
                for call in self.known
                if call.parent == parent and call.is_top and call.child is not None
            }
            made = _with_children(self.definitions[parent], children)
            named = without_words(made) if neutral else made
            if read_machine(parent, named[0]) is not None:
                yield Composition(parent, "real", *named)


def families_in(folder: Path) -> Families:
    definitions: dict[str, Json] = {}
    for path in sorted(folder.rglob("*.json")):
        try:
            definition = json.loads(path.read_bytes())
        except ValueError:
            continue
        if isinstance(definition, dict) and isinstance(definition.get("States"), dict):
            definitions[path.relative_to(folder).as_posix()] = definition
    calls: list[Call] = []
    for file, definition in definitions.items():
        beside = [other for other in definitions if _place(other) == _place(file) and other != file]
        for state, body, is_top in _states(definition):
            if "startExecution.sync" in str(body.get("Resource")):
                payload = body.get("Parameters", body.get("Arguments", {}))
                calls.append(Call(file, state, is_top, _called(payload.get("StateMachineArn"), beside)))
    return Families(tuple(calls), definitions)


def _states(scope: Json, is_top: bool = True) -> Iterator[tuple[str, Json, bool]]:
    for name, body in scope["States"].items():
        yield name, body, is_top
        for inside in (*body.get("Branches", ()), body.get("Iterator"), body.get("ItemProcessor")):
            if isinstance(inside, dict) and "States" in inside:
                yield from _states(inside, False)


def _called(arn: Json, beside: Sequence[str]) -> str | None:
    if not isinstance(arn, str) or arn.startswith("{%"):
        return None
    name = _words(arn.partition(":stateMachine:")[2] or arn.strip("${}"))
    whole = "".join(name)
    same = [file for file in beside if sorted(_file_words(file)) == sorted(name)]
    cut_off = [file for file in beside if whole and _ends_alike(whole, "".join(_file_words(file)))]
    for fitting in (same, cut_off, beside if len(beside) == 1 else []):
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _ends_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 8 and longer.endswith(shorter)


def _place(file: str) -> str:
    return file.rpartition("__")[0]


def _file_words(file: str) -> Sequence[str]:
    stem = file.rpartition("__")[2].removesuffix(".json").removesuffix(".asl")
    return _words(stem.partition(".Properties")[0].rpartition(".")[2])


_SAYS_NOTHING = {"state", "statemachine", "machine", "workflow", "arn", "sfn", "sf", "sm", "template"}


def _words(text: str) -> Sequence[str]:
    found = (word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", text))
    return [word for word in found if word not in _SAYS_NOTHING]


def _with_children(parent: Json, children: Mapping[str, Json]) -> Made:
    """What stands in the place of a call is the region: a state that makes the child's input, the child's states, and
    one that puts the output where the result of the call went. An error of the child went where the call's catcher
    said, and now nobody catches it."""
    states: dict[str, Json] = dict(parent["States"])
    truth: list[frozenset[str]] = []
    is_jsonata = parent.get("QueryLanguage") == "JSONata"
    for number, (call, child) in enumerate(children.items(), 1):
        last = f"After {call}"[:80]
        clashes = any(name in states or name == last for name in child["States"])
        first, piece = renamed(child, f"{number} " if clashes else "", None if is_jsonata else f"called{number}")
        body = states[call]
        before, after = _in_jsonata(body, first) if is_jsonata else _in_jsonpath(body, f"called{number}", first)
        states |= {call: before, **leading_to(piece, last), last: after}
        truth.append(frozenset((call, *piece, last)))
    reached = reached_from(parent["StartAt"], states)
    definition = {**parent, "States": {name: body for name, body in states.items() if name in reached}}
    return definition, tuple(region & reached for region in truth)


def _in_jsonpath(call: Json, field: str, first: str) -> tuple[Json, Json]:
    payload = call.get("Parameters", {})
    makes: Json = {"Type": "Pass", "ResultPath": f"$.{field}", "Next": first}
    if "Input" in payload:
        makes["Parameters"] = {k: v for k, v in payload["Input"].items() if not k.startswith("AWS_STEP_FUNCTIONS")}
    elif "Input.$" in payload:
        makes["InputPath"] = payload["Input.$"]
    puts = {
        "Type": "Pass",
        "InputPath": f"$.{field}",
        "Parameters": call.get("ResultSelector", {"Output.$": "$"}),
        **_kept(call, "ResultPath", "OutputPath", "Next", "End"),
    }
    return makes, puts


def _in_jsonata(call: Json, first: str) -> tuple[Json, Json]:
    makes = {"Type": "Pass", "Output": call.get("Arguments", {}).get("Input", {}), "Next": first}
    puts = {"Type": "Pass", **_kept(call, "Output", "Assign", "Next", "End")}
    puts.setdefault("Output", "{% {'Output': $states.input} %}")
    text = json.dumps(puts).replace("$states.result.Output", "$states.input")
    return makes, json.loads(text)


def _kept(body: Json, *keys: str) -> dict[str, Json]:
    return {key: body[key] for key in keys if key in body}
