"""State machines in the templates that people deploy them with: CloudFormation, SAM, and the Serverless Framework."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from aslsplit.asl.cloudformation import function_in, meaning_of_value
from aslsplit.asl.extents import Json, Pointer
from aslsplit.asl.source import Embedded

__all__ = ["Deployed", "Unfit", "is_template", "list_parameters", "machines_in", "place_of_definition"]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A state machine of a template; ``pointer`` leads to what describes it."""

    kind: Literal["cloudformation", "serverless", "terraform"]
    resource: str
    pointer: Pointer
    body: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a definition cannot be rewritten where it stands."""

    code: str
    message: str
    pointer: Pointer
    help: str


def is_template(data: Json) -> bool:
    """
    >>> is_template({"Resources": {}}), is_template({"StartAt": "A", "States": {}})
    (True, False)
    """
    if not isinstance(data, dict) or "States" in data:
        return False
    return any(isinstance(data.get(key), dict) for key in ("Resources", "stepFunctions")) or (
        isinstance(data.get("resources"), dict) and "service" in data
    )


def machines_in(data: Json) -> Iterator[Deployed]:
    """In the order of the file."""
    for place in (("Resources",), ("resources", "Resources")):
        for name, resource in _members(data, place):
            if isinstance(resource, dict) and resource.get("Type") in _TYPES:
                properties = resource.get("Properties")
                body = properties if isinstance(properties, dict) else {}
                yield Deployed("cloudformation", name, (*place, name, "Properties"), body)
    place = ("stepFunctions", "stateMachines")
    for name, machine in _members(data, place):
        if isinstance(machine, dict):
            yield Deployed("serverless", name, (*place, name), machine)


def list_parameters(data: Json) -> frozenset[str]:
    """Parameters that are lists, and not text as all others are."""
    types = {name: part.get("Type") for name, part in _members(data, ("Parameters",)) if isinstance(part, dict)}
    return frozenset(name for name, kind in types.items() if isinstance(kind, str) and "List" in kind)


def place_of_definition(machine: Deployed) -> Embedded | Unfit:
    for key in ("definition",) if machine.kind == "serverless" else _KEYS:
        if key in machine.body:
            return _place(machine, key, machine.body[key], (*machine.pointer, key))
    key = "definition" if machine.kind == "serverless" else "Definition"
    message = f'"{machine.resource}" has no {key}'
    return Unfit("ASL122", message, machine.pointer, "name the file with its definition as monolith")


_TYPES: Final = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_KEYS: Final = ("Definition", "DefinitionString", "DefinitionUri", "DefinitionS3Location")
_FILE: Final = re.compile(r"\$\{file\(\s*+(?:\./)?+([^)]++)\)(?::[^}]*+)?\}")


def _members(data: Json, place: Pointer) -> list[tuple[str, Json]]:
    for key in place:
        data = data.get(key) if isinstance(data, dict) else None
    return list(data.items()) if isinstance(data, dict) else []


def _place(machine: Deployed, key: str, value: Json, pointer: Pointer) -> Embedded | Unfit:
    kind, name = machine.kind, machine.resource
    given = machine.body.get("DefinitionSubstitutions")
    given = {token: meaning_of_value(part) for token, part in given.items()} if isinstance(given, dict) else {}
    function = function_in(value)
    match key, function:
        case "DefinitionUri" | "DefinitionS3Location", None:
            return _elsewhere(machine, key, value, pointer)
        case "DefinitionString", None if isinstance(value, str):
            return Embedded(kind, name, pointer, variables=given)
        case "DefinitionString", ("Fn::Sub", str()):
            return Embedded(kind, name, (*pointer, "Fn::Sub"), True, given)
        case "DefinitionString", ("Fn::Sub", [str(), dict(variables)]):
            own = {token: meaning_of_value(part) for token, part in variables.items()}
            return Embedded(kind, name, (*pointer, "Fn::Sub", 0), True, {**given, **own})
        case "DefinitionString", ("Fn::ToJsonString", dict()):
            return Embedded(kind, name, (*pointer, "Fn::ToJsonString"), variables=given)
        case "Definition" | "definition", None if isinstance(value, dict):
            return Embedded(kind, name, pointer, variables=given)
        case "definition", None if isinstance(value, str) and (file := _FILE.fullmatch(value)):
            return _in_file(machine, key, file[1].rstrip(), pointer)
        case _, (called, argument):
            message = f'the {key} of "{name}" is made by {called}, which cannot be rewritten in place'
            return Unfit("ASL122", message, pointer, _instead_of(called, argument))
        case _:
            return Unfit("ASL122", f'the {key} of "{name}" is no definition', pointer, _OWN_FILE)


_OWN_FILE: Final = "move the definition into a file of its own, and name that file as monolith"


def _instead_of(called: str, argument: Json) -> str:
    match called, argument:
        case "Fn::Join", [str(), list(parts)]:
            functions = [function for part in parts if (function := function_in(part))]
            if not functions:
                return "all of its parts are text: write them as one block, DefinitionString: |"
            told = dict.fromkeys(
                f"{_in_sub(*function)} for {meaning_of_value(dict([function]))}" for function in functions
            )
            shown = [*told][:_MOST_SHOWN]
            more = f", and so on for {len(told) - len(shown)} more" if len(told) > len(shown) else ""
            # Under Fn::Sub a token means another thing than in plain text.
            literal = any(isinstance(part, str) and "${" in part for part in parts)
            kept = "; a ${…} that is in the text already becomes ${!…}" if literal else ""
            return f"write the definition as one text under Fn::Sub, with {', '.join(shown)}{more}{kept}"
        case "Fn::Join", _:
            return "write the definition as one text under Fn::Sub, with ${…} where the parts were joined"
        case _:
            return _OWN_FILE


_MOST_SHOWN: Final = 4


def _in_sub(name: str, argument: Json) -> str:
    """What says the same in a text under ``Fn::Sub``."""
    match name, argument:
        case "Ref" | "Fn::GetAtt", str(target):
            return f"${{{target}}}"
        case "Fn::GetAtt", [str(target), str(attribute)]:
            return f"${{{target}.{attribute}}}"
        case _:
            return "a variable"


def _elsewhere(machine: Deployed, key: str, value: Json, pointer: Pointer) -> Unfit:
    if isinstance(value, str) and not re.match(r"[a-z0-9]+://", value):
        return _in_file(machine, key, value, pointer)
    message = f'the definition of "{machine.resource}" is not in this template but in S3'
    return Unfit("ASL121", message, pointer, "name the file that is uploaded there as monolith")


def _in_file(machine: Deployed, key: str, file: str, pointer: Pointer) -> Unfit:
    message = f'the definition of "{machine.resource}" is not in this template but in {file}'
    return Unfit("ASL121", message, pointer, f"write monolith: {file}, seen from the folder of the boundary map")
