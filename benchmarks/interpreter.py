"""How fast the interpreter runs: executions per second on one core, and the growth with the size of the machine.

    python benchmarks/interpreter.py

Time is the processor's, so that what else runs on the computer counts little.
Each machine goes round through a task call, a choice, a shaping Pass and a variable.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from aslsplit.interpreter import Result, TaskCall, run

SIZES = (5, 10, 20, 40, 80, 160)
AIMS = {"JSONPath": 2_000, "JSONata": 300}
SIZE_OF_AIM = 20
SECONDS = 0.5
BEST_OF = 3
INPUT = {"order": {"id": 7, "lines": [{"sku": "a", "count": 2}, {"sku": "b", "count": 1}], "note": "n" * 40}}


def main() -> None:
    print(f"executions per second, best of {BEST_OF}")
    print(f"{'states':>8} {'JSONPath':>10} {'JSONata':>10} {'µs a state':>12} {'µs a state':>12}")
    for size in SIZES:
        rates = [executions_per_second(build(size)) for build in (jsonpath_machine, jsonata_machine)]
        shares = [1e6 / rate / size for rate in rates]
        print(f"{size:>8} {rates[0]:>10.0f} {rates[1]:>10.0f} {shares[0]:>12.1f} {shares[1]:>12.1f}")
    aims = " and ".join(f"{aim} ({language})" for language, aim in AIMS.items())
    print(f"aim for {SIZE_OF_AIM} states: {aims}")


def executions_per_second(definition: dict[str, Any]) -> float:
    assert run(definition, INPUT, answer).status == "SUCCEEDED"
    return max(_rate(definition) for _ in range(BEST_OF))


def _rate(definition: dict[str, Any]) -> float:
    count, began = 0, time.process_time()
    while (passed := time.process_time() - began) < SECONDS:
        run(definition, INPUT, answer)
        count += 1
    return count / passed


def answer(call: TaskCall) -> Result:
    return Result({"status": "DONE", "amount": 12.5, "echo": call.payload})


def jsonpath_machine(size: int) -> dict[str, Any]:
    def state(index: int) -> dict[str, Any]:
        match index % 4:
            case 0:
                return {
                    "Type": "Task",
                    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work",
                    "Parameters": {"id.$": "$.order.id", "run.$": "$$.Execution.Name", "kind": "retail"},
                    "ResultSelector": {"status.$": "$.status", "amount.$": "$.amount"},
                    "ResultPath": "$.work",
                    "Retry": [{"ErrorEquals": ["States.ALL"]}],
                }
            case 1:
                rule = {"Variable": "$.work.status", "StringEquals": "DONE", "Next": name(index + 1)}
                return {"Type": "Choice", "Choices": [rule], "Default": name(index + 1)}
            case 2:
                text = "States.Format('{}-{}', $.order.id, $.work.amount)"
                return {"Type": "Pass", "Parameters": {"text.$": text}, "ResultPath": "$.shaped"}
            case _:
                return {"Type": "Pass", "Assign": {"last.$": "$.work.amount", "first.$": "$.order.lines[0].sku"}}

    return machine(size, "JSONPath", state)


def jsonata_machine(size: int) -> dict[str, Any]:
    def state(index: int) -> dict[str, Any]:
        match index % 4:
            case 0:
                return {
                    "Type": "Task",
                    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work",
                    "Arguments": {"id": "{% $states.input.order.id %}", "run": "{% $states.context.Execution.Name %}"},
                    "Output": "{% $merge([$states.input, {'work': $states.result}]) %}",
                    "Retry": [{"ErrorEquals": ["States.ALL"]}],
                }
            case 1:
                rule = {"Condition": "{% $states.input.work.status = 'DONE' %}", "Next": name(index + 1)}
                return {"Type": "Choice", "Choices": [rule], "Default": name(index + 1)}
            case 2:
                text = "{% $merge([$states.input, {'shaped': $string($states.input.order.id) & '-'}]) %}"
                return {"Type": "Pass", "Output": text}
            case _:
                return {"Type": "Pass", "Assign": {"total": "{% $sum($states.input.order.lines.count) %}"}}

    return machine(size, "JSONata", state)


def machine(size: int, language: str, state: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    """States in a row, the last one a Succeed."""
    states = {name(index): state(index) for index in range(size - 1)}
    for index, body in enumerate(states.values()):
        if body["Type"] != "Choice":
            body["Next"] = name(index + 1)
    states[name(size - 1)] = {"Type": "Succeed"}
    return {"QueryLanguage": language, "StartAt": name(0), "States": states}


def name(index: int) -> str:
    return f"State{index}"


if __name__ == "__main__":
    main()
