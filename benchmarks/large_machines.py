"""Machines of any size, in the shapes that are hard in different ways, each with a boundary map for a region in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

__all__ = ["SHAPES", "write_project"]

States = dict[str, Any]

_LAMBDA = "arn:aws:states:::lambda:invoke"
_PLACES = 40
"""So many fields of the document are written again and again; the flat machine has one for every fourth state."""


def _task(reads: str, writes: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": _LAMBDA,
        "Parameters": {"FunctionName": "${Function}", "Payload": {"order.$": "$.order.id", "before.$": reads}},
        "ResultSelector": {"value.$": "$.Payload.value"},
        "ResultPath": writes,
    }


def _chain(bodies: list[dict[str, Any]], prefix: str = "State") -> dict[str, Any]:
    """One after the other; a body may have its own way on."""
    states: States = {}
    for number, body in enumerate(bodies):
        following = {"Next": f"{prefix}{number + 1}"} if number + 1 < len(bodies) else {"End": True}
        if body["Type"] == "Choice":
            following = {}
        states[f"{prefix}{number}"] = {**body, **following}
    return {"StartAt": f"{prefix}0", "States": states}


def flat(size: int) -> dict[str, Any]:
    """A document that grows all the way, each part read once more."""
    bodies: list[dict[str, Any]] = []
    for number in range(size):
        round_, kind = divmod(number, 4)
        if kind == 0:
            bodies.append(_task(f"$.part{max(round_ - 1, 0)}.value" if round_ else "$.order.first", f"$.part{round_}"))
        elif kind == 1:
            bodies.append({"Type": "Pass", "Parameters": {"id.$": "$.order.id"}, "ResultPath": f"$.note{round_}"})
        elif kind == 2 and number + 1 < size:
            rule = {"Variable": f"$.part{round_}.value", "IsPresent": True, "Next": f"State{number + 1}"}
            bodies.append({"Type": "Choice", "Choices": [rule], "Default": f"State{number + 1}"})
        else:
            bodies.append({"Type": "Wait", "Seconds": 1})
    return _chain(bodies)


def choices(size: int) -> dict[str, Any]:
    """A decision at every second state, one way of which jumps ahead."""
    bodies: list[dict[str, Any]] = []
    for number in range(size):
        if number % 2 or number + 4 > size:
            bodies.append(_task(f"$.part{(number + 7) % _PLACES}", f"$.part{number % _PLACES}"))
        else:
            tested = f"$.part{(number + 3) % _PLACES}"
            rules = [
                {"And": [{"Variable": tested, "IsPresent": True}, {"Variable": tested, "NumericGreaterThan": 3}]},
                {"Variable": f"$.part{(number + 5) % _PLACES}", "IsPresent": True},
            ]
            ways = [{**rule, "Next": f"State{number + 3 - place}"} for place, rule in enumerate(rules)]
            bodies.append({"Type": "Choice", "Choices": ways, "Default": f"State{number + 1}"})
    return _chain(bodies)


def loops(size: int) -> dict[str, Any]:
    """A loop for every ten states, in one around each hundred, in one around everything."""
    bodies: list[dict[str, Any]] = []
    for number in range(size):
        back = next((length for length in (size, 100, 10) if (number + 1) % length == 0), 0)
        if back and number + 1 < size:
            rule = {
                "Variable": f"$.part{number % _PLACES}.again",
                "BooleanEquals": True,
                "Next": f"State{number + 1 - back}",
            }
            bodies.append({"Type": "Choice", "Choices": [rule], "Default": f"State{number + 1}"})
        else:
            bodies.append(_task(f"$.part{(number + 7) % _PLACES}", f"$.part{number % _PLACES}"))
    return _chain(bodies)


def nested(size: int) -> dict[str, Any]:
    """Branches of branches: about a tenth of the states hold others, four levels deep."""
    numbers = count()

    def scope(budget: int, depth: int) -> dict[str, Any]:
        bodies: list[dict[str, Any]] = []
        left = budget
        while left > 0:
            number = next(numbers)
            if depth < 4 and left > 9 and number % 10 == 5:
                inner = min(left - 1, max(4, budget // 4))
                branches = [scope(inner // 2, depth + 1), scope(inner - inner // 2, depth + 1)]
                bodies.append({"Type": "Parallel", "Branches": branches, "ResultPath": f"$.part{number % _PLACES}"})
                left -= inner + 1
            else:
                bodies.append(_task(f"$.part{(number + 7) % _PLACES}", f"$.part{number % _PLACES}"))
                left -= 1
        return _chain(bodies, f"Level{depth}At{next(numbers)}State")

    return scope(size, 0)


def jsonata(size: int) -> dict[str, Any]:
    """Merges into the document, variables, and decisions, in JSONata."""
    bodies: list[dict[str, Any]] = []
    for number in range(size):
        here, before = f"part{number % _PLACES}", f"part{(number + 7) % _PLACES}"
        if number % 4 == 3 and number + 1 < size:
            rule = {"Condition": f"{{% $states.input.{before} = 3 %}}", "Next": f"State{number + 1}"}
            bodies.append({"Type": "Choice", "Choices": [rule], "Default": f"State{number + 1}"})
        else:
            bodies.append(
                {
                    "Type": "Task",
                    "Resource": _LAMBDA,
                    "Arguments": {
                        "FunctionName": "${Function}",
                        "Payload": {"before": f"{{% $states.input.{before} %}}"},
                    },
                    "Assign": {f"held{number % 9}": "{% $states.result.Payload.value %}"},
                    "Output": f"{{% $merge([$states.input, {{'{here}': $states.result.Payload}}]) %}}",
                }
            )
    return {"QueryLanguage": "JSONata", **_chain(bodies)}


SHAPES: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "flat": flat,
    "choices": choices,
    "loops": loops,
    "nested": nested,
    "jsonata": jsonata,
}


def write_project(folder: Path, shape: str, size: int) -> Path:
    """A machine of about ``size`` states and a map that takes eight of them in the middle; the map's path."""
    folder.mkdir(parents=True, exist_ok=True)
    definition = SHAPES[shape](size)
    (folder / "machine.asl.json").write_text(json.dumps(definition, indent=2))
    template = {
        "Resources": {
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {"RoleArn": "arn:aws:iam::123456789012:role/machine", "Definition": definition},
            }
        }
    }
    (folder / "template.json").write_text(json.dumps(template, indent=2))
    names = list(definition["States"])
    at = len(names) // 2 // 20 * 20
    region = names[at : at + 8] if shape != "choices" else names[at + 1 : at + 2]
    boundaries = {
        "version": 1,
        "monolith": "machine.asl.json",
        "parent": "parent.asl.json",
        "children": {"middle": {"states": region}},
    }
    path = folder / "boundaries.yaml"
    path.write_text(json.dumps(boundaries, indent=2))
    return path
