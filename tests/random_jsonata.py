"""Random JSONata: expressions, outputs, and machines of which all states or some speak it.

The expressions make little sense, which is the point of them. ``pick`` is as in ``random_machines``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.random_machines import Pick, rich_machine

__all__ = ["FIELDS", "an_expression", "an_output", "jsonata_machine", "mixed_machine", "without_nothing"]

FIELDS = "abc"
_LANGUAGE = "JSONata"


def an_expression(pick: Pick, result: str | None, depth: int = 2, variables: Sequence[str] = ("$v", "$w")) -> str:
    root = pick(["$states.input"] * 4 + list(variables) + ([result] * 2 if result else []))
    names = [pick(FIELDS) for _ in range(pick((1, 1, 2, 2, 3)) if root == "$states.input" else pick((0, 1, 2)))]
    path = ".".join((root, *names))
    field, number = pick(FIELDS), pick((1, 2))
    forms = [path] * 8
    forms += [f"{path}[0]", f"{path}[-1]", f"{path}[]", f"{path}[{field} = {number}]", f"{path}[0].{field}"]
    forms += ["'s'", str(number), "null", f"$states.context.Execution.Input.{field}"]
    if depth:
        one, other, third = (an_expression(pick, result, depth - 1, variables) for _ in range(3))
        forms += [
            f"$exists({one})",
            f"$type({one}) = 'object'",
            f"{one} = {number}",
            f"$count({one})",
            f"$string({one})",
        ]
        forms += [f"{{'{field}': {one}}}", f"{{'a': {one}, 'b': {other}}}", f"[{one}, {other}]"]
        forms += [f"({one} ? {other} : {third})", f"($l := {one}; $l.{field})", f"$lookup({one}, '{field}')"]
        forms += [f"$map({one}, function($i) {{ $i.{field} }})"]
    return str(pick(forms))


def an_output(pick: Pick, result: str | None, variables: Sequence[str] = ("$v", "$w")) -> Any:
    """None leaves it out."""
    names = dict.fromkeys(pick(FIELDS) for _ in range(pick((1, 1, 2))))
    values = {name: an_expression(pick, result, variables=variables) for name in names}
    made = "{" + ", ".join(f"'{name}': {value}" for name, value in values.items()) + "}"
    field = pick(FIELDS)
    inside = f"{{'{field}': $merge([$states.input.{field}, {made}])}}"
    return pick(
        [f"{{% $merge([$states.input, {made}]) %}}"] * 3
        + [f"{{% $merge([$states.input, {inside}]) %}}"]
        + ["{% $states.input %}", f"{{% {made} %}}", f"{{% $merge([{made}, $states.input]) %}}", None, None]
        + [{name: f"{{% {value} %}}" for name, value in values.items()}]
    )


def without_nothing(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def jsonata_machine(pick: Pick) -> dict[str, Any]:
    """A ``rich_machine`` with all of its states said in JSONata; a leading one assigns the variables."""
    machine = rich_machine(pick)
    _reworded(pick, machine, (), share=1, named=False)
    first = {"Type": "Pass", "Assign": {"v": 1, "w": {"b": {"c": 1}}}, "Next": machine["StartAt"]}
    states = {"Init": first, **machine["States"]}
    return {"QueryLanguage": _LANGUAGE, **machine, "StartAt": "Init", "States": states}


def mixed_machine(pick: Pick) -> dict[str, Any]:
    """A ``rich_machine`` with every third state said in JSONata."""
    machine = rich_machine(pick)
    _reworded(pick, machine, (), share=3, named=True)
    return machine


def _reworded(pick: Pick, scope: dict[str, Any], variables: tuple[str, ...], *, share: int, named: bool) -> None:
    """Says states of a scope, and of those inside, in JSONata: one of ``share``. Where they lead stays."""
    own = (*variables, *dict.fromkeys(f"${name}" for body in scope["States"].values() for name in _assigned(body)))
    for name, body in scope["States"].items():
        inner = body.get("Branches", ()) if "Branches" in body else filter(None, (body.get("ItemProcessor"),))
        for inside in inner:
            distributed = inside.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"
            _reworded(pick, inside, () if distributed else own, share=share, named=named)
        if pick((True,) + (False,) * (share - 1)):
            spoken = _in_jsonata(pick, body, own)
            scope["States"][name] = {"Type": spoken["Type"], "QueryLanguage": _LANGUAGE, **spoken} if named else spoken


def _assigned(body: dict[str, Any]) -> list[str]:
    holders = [body, *body.get("Catch", ()), *body.get("Choices", ())]
    return [key.removesuffix(".$") for holder in holders for key in holder.get("Assign", ())]


_KEPT = ("Type", "Resource", "TimeoutSeconds", "HeartbeatSeconds", "Retry", "Branches", "ItemProcessor", "Next", "End")
_KEPT_OF_DISTRIBUTED = ("ToleratedFailurePercentage",)


def _in_jsonata(pick: Pick, body: dict[str, Any], variables: tuple[str, ...]) -> dict[str, Any]:
    kind = body["Type"]
    has_result = kind in ("Task", "Parallel", "Map")
    result = "$states.result" if has_result else None
    known = variables or ("$states.input",)

    def said(depth: int = 2) -> str:
        return f"{{% {an_expression(pick, result, depth, known)} %}}"

    def assigned(holder: dict[str, Any]) -> dict[str, Any] | None:
        names = [key.removesuffix(".$") for key in holder.get("Assign", ())]
        return {name: pick((said(1), f"{{% [{said(1)[3:-3]}] %}}")) for name in names} or None

    def put(value: Any) -> Any:
        return an_output(pick, value, known)

    spoken: dict[str, Any] = {key: body[key] for key in (*_KEPT, *_KEPT_OF_DISTRIBUTED) if key in body}
    if kind == "Fail":
        return {"Type": kind, "Error": pick(("Stop", "{% $string($states.input.a) %}")), "Cause": "because"}
    if kind == "Wait":
        spoken["Seconds"] = pick((1, "{% $count($states.input) %}"))
    if kind == "Task":
        arguments: dict[str, Any] = {"p": f"{{% [{an_expression(pick, None, 2, known)}] %}}"}
        if body["Resource"].endswith(".waitForTaskToken"):
            arguments["token"] = "{% $states.context.Task.Token %}"
        if "states:startExecution" in body["Resource"]:
            arguments = {"StateMachineArn": "${Other}", "Input": arguments}
        spoken["Arguments"] = arguments
    if kind == "Parallel" and pick((True, False)):
        spoken["Arguments"] = {name: f"{{% {an_expression(pick, None, 1, known)} %}}" for name in "ab"}
    if kind == "Map":
        spoken["Items"] = f"{{% [{an_expression(pick, None, 1, known)}] %}}"
        if pick((True, False)):
            value = pick(("$states.context.Map.Item.Value", "$states.context.Map.Item.Index", "$states.input.a"))
            spoken["ItemSelector"] = {"a": f"{{% [{value}] %}}"}
    if kind == "Choice":
        spoken["Choices"] = [
            without_nothing(
                {
                    "Condition": f"{{% $boolean({an_expression(pick, None, 1, known)}) = true %}}",
                    "Output": put(None),
                    "Assign": assigned(rule),
                    "Next": rule["Next"],
                }
            )
            for rule in body["Choices"]
        ]
        spoken |= {"Default": body.get("Default")}
    if "Catch" in body:
        spoken["Catch"] = [
            without_nothing(
                {
                    "ErrorEquals": catcher["ErrorEquals"],
                    "Output": put("$states.errorOutput"),
                    "Next": catcher["Next"],
                }
            )
            for catcher in body["Catch"]
        ]
    spoken["Output"] = put(result)
    spoken["Assign"] = assigned(body)
    return without_nothing(spoken)
