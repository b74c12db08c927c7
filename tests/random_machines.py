"""Small random JSONPath machines, documents and task answers; few names, so that reads and writes meet often.

``pick`` chooses one of a sequence: hypothesis in the tests, anything else for a longer search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Pick = Callable[[Sequence[Any]], Any]

_STEMS = ("a", "b", "c", "a.b", "a.b", "a.c", "b.a", "b.c", "c.a", "a.b.c")
_VARIABLES = ("$v", "$v.a", "$w", "$w.b.c", "$x.a")
_NAMES = ("a", "b", "c")


def random_value(pick: Pick, depth: int = 3, likely: int = 3) -> Any:
    """Objects to the depth, each member there ``likely`` times out of ``likely + 1``."""
    kind = pick(("object",) * 5 + ("scalar", "list")) if depth else pick(("scalar",) * 5 + ("list",))
    if kind == "scalar":
        return pick((0, 1, 2, "x", None))
    if kind == "list":
        return [random_value(pick, max(0, depth - 1)) for _ in range(pick((0, 1, 2)))]
    return {name: random_value(pick, depth - 1, likely) for name in _NAMES if pick((True,) * likely + (False,))}


def random_document(pick: Pick) -> Any:
    document = random_value(pick, 3)
    return document if isinstance(document, dict) else {"a": document}


def random_machine(pick: Pick, *, nested: bool = True) -> dict[str, Any]:
    """Plain enough for the executor in the tests, with scopes in scopes but one deep."""
    return _scope(pick, "S", pick((2, 3, 4, 5, 6)), _SCOPES_OF_VARIABLES, nested)


def rich_machine(pick: Pick) -> dict[str, Any]:
    """With scopes up to three deep, and more of what people use: retries, time limits, waiting for tokens, services
    that are waited for, readers and batches, context references, more functions and comparisons."""
    machine = _scope(pick, "S", pick((3, 4, 5, 6, 7, 8)), _SCOPES_OF_VARIABLES, True, deeper=2)
    _enrich(pick, machine, (), inside_map=False)
    return machine


_SCOPES_OF_VARIABLES = (("v", "w"), ("x", "y"), ("z",), ("u",))
"""Of a scope, then of those inside it: a name of an outer scope is not taken again."""

_Variables = tuple[tuple[str, ...], ...]


def _scope(
    pick: Pick, prefix: str, count: int, variables: _Variables, nested: bool, *, deeper: int = 0
) -> dict[str, Any]:
    names = [f"{prefix}{number}" for number in range(count)]
    states = {name: _state(pick, name, names, variables, nested, deeper) for name in names}
    return {"StartAt": names[0], "States": states}


def _state(pick: Pick, name: str, names: list[str], scopes: _Variables, nested: bool, deeper: int) -> dict[str, Any]:
    variables = scopes[0]
    kinds = ("Pass",) * 4 + ("Task",) * 4 + ("Choice",) * 3 + ("Wait", "Succeed", "Fail")
    kind = pick((*kinds, "Parallel", "Map") if nested else kinds)
    body: dict[str, Any] = {"Type": kind}
    # Mostly onward, so that executions get somewhere.
    later = [*names[names.index(name) + 1 :]] * 3 + names

    def some(key: str, chance: int, value: Callable[[], Any]) -> None:
        if pick((True,) + (False,) * (chance - 1)):
            body[key] = value()

    if kind == "Fail":
        return {**body, **({"ErrorPath": _path(pick)} if pick((True, False, False)) else {"Error": "Stop"})}
    some("InputPath", 5, lambda: pick((_path(pick), _path(pick), _path(pick), "$", None)))
    some("OutputPath", 8, lambda: pick((_path(pick), _path(pick), "$", None)))
    if kind in ("Pass", "Task", "Parallel"):
        some("Parameters", 2, lambda: _template(pick, 2))
    if kind in ("Pass", "Task", "Parallel", "Map"):
        some("ResultPath", 1 + pick((0, 0, 0, 1)), lambda: pick((_target(pick),) * 8 + ("$", None)))
    if kind in ("Task", "Parallel", "Map"):
        some("ResultSelector", 5, lambda: _template(pick, 1))
        some("Catch", 2, lambda: [_catcher(pick, names, variables) for _ in range(pick((1, 2)))])
    if kind == "Pass":
        some("Result", 3, lambda: random_value(pick, 2))
    if kind != "Succeed":
        some("Assign", 4, lambda: _assign(pick, variables))
    if kind == "Parallel":
        prefixes = (f"{name}b", f"{name}c")[: pick((1, 2))]
        body["Branches"] = [_inner(pick, prefix, scopes, deeper) for prefix in prefixes]
    if kind == "Map":
        body["ItemsPath"] = pick(("$.c", "$.b", "$.a.c", "$v.a"))
        some("ItemSelector", 2, lambda: _template(pick, 2, ("$$.Map.Item.Value", "$$.Map.Item.Value.a")))
        body["ItemProcessor"] = _inner(pick, f"{name}i", scopes, deeper)
        if pick((True, False, False)):
            body["ItemProcessor"]["ProcessorConfig"] = {"Mode": "DISTRIBUTED"}
    if kind == "Choice":
        body["Choices"] = [_rule(pick, later, variables) for _ in range(pick((1, 2)))]
        some("Default", 1 + pick((0, 0, 0, 1)), lambda: pick(later))
    elif kind != "Succeed":
        body |= {"End": True} if pick((True,) + (False,) * 5) else {"Next": pick(later)}
    if kind == "Task":
        body["Resource"] = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    if kind == "Wait":
        body["Seconds"] = 1
    return body


def _inner(pick: Pick, prefix: str, scopes: _Variables, deeper: int) -> dict[str, Any]:
    return _scope(pick, prefix, pick((1, 2, 3)), scopes[1:], deeper > 0, deeper=deeper - 1)


def _enrich(pick: Pick, scope: dict[str, Any], variables: tuple[str, ...], *, inside_map: bool) -> None:
    """Adds to the states of a scope and of those inside; ``variables`` are those that can be read there."""
    own = (*variables, *dict.fromkeys(name for body in scope["States"].values() for name in _assigned_by(body)))
    values = (
        *(f"${name}{below}" for name in own for below in ("", ".a", ".b.c")),
        *("$$.Execution.Id", "$$.Execution.Input.a", "$$.Execution.Input.b.c", "$$.State.Name", "$$.StateMachine.Name"),
        *(("$$.Map.Item.Index", "$$.Map.Item.Value", "$$.Map.Item.Value.a") if inside_map else ()),
    )
    for body in scope["States"].values():
        kind = body["Type"]
        if kind in ("Task", "Parallel", "Map") and pick((True, False, False)):
            body["Retry"] = [
                {"ErrorEquals": [pick(("States.ALL", "E1", "States.Timeout"))], "MaxAttempts": pick((1, 2))}
            ]
        for key in ("Parameters", "ResultSelector", "ItemSelector", "Assign"):
            if isinstance(body.get(key), dict) and pick((True, False)):
                name = pick(_NAMES) if key != "Assign" else pick(tuple(body[key])).removesuffix(".$")
                body[key] = {kept: value for kept, value in body[key].items() if kept.removesuffix(".$") != name}
                body[key][f"{name}.$"] = pick((*values, *_CALLS)).replace("#", pick(values))
        if kind == "Task":
            body |= _service(pick, body)
        elif kind == "Wait" and pick((True, False)):
            del body["Seconds"]
            body["SecondsPath"] = pick(("$.a", "$.b.c", *(value for value in values if "." not in value[2:])))
        elif kind == "Fail" and pick((True, False)):
            body |= pick(({"CausePath": "$.a"}, {"Cause": "because"}, {"CausePath": "States.Format('{}', $.b)"}))
        elif kind == "Choice":
            for rule in body["Choices"]:
                if "Variable" in rule and pick((True, False)):
                    kept = {key: rule[key] for key in ("Next", "Assign") if key in rule}
                    rule.clear()
                    rule |= {**pick(_COMPARISONS), "Variable": pick((_path(pick), *values)), **kept}
        for branch in body.get("Branches", ()):
            _enrich(pick, branch, own, inside_map=inside_map)
        if kind == "Map":
            distributed = "ProcessorConfig" in body["ItemProcessor"]
            if distributed:
                _enrich_distributed(pick, body)
            _enrich(pick, body["ItemProcessor"], () if distributed else own, inside_map=True)


def _assigned_by(body: dict[str, Any]) -> list[str]:
    holders = [body, *body.get("Catch", ()), *body.get("Choices", ())]
    return [key.removesuffix(".$") for holder in holders for key in holder.get("Assign", ())]


_CALLS = (
    "States.Format('{}/{}', #, $.a)",
    "States.JsonToString($.b)",
    "States.StringToJson($.a)",
    "States.MathAdd($.a, 1)",
    "States.JsonMerge($.b, $.c, false)",
    "States.ArrayContains($.c, #)",
    "States.ArrayGetItem($.c, 0)",
    "States.StringSplit($.a, '/')",
)
_COMPARISONS = (
    {"StringEquals": "x"},
    {"StringMatches": "x*"},
    {"BooleanEquals": True},
    {"IsString": True},
    {"IsNull": False},
    {"IsNumeric": True},
    {"NumericGreaterThan": 1},
    {"StringEqualsPath": "$.a"},
)


def _service(pick: Pick, body: dict[str, Any]) -> dict[str, Any]:
    more: dict[str, Any] = {"TimeoutSeconds": 60} if pick((True, False, False, False)) else {}
    integration = pick(("lambda",) * 4 + ("token", "glue", "activity", "http", "states"))
    parameters = body.get("Parameters", {"a.$": "$.a"})
    if integration == "token":
        parameters = {**parameters, "token.$": "$$.Task.Token"}
        return {**more, "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": parameters}
    if integration == "activity":
        return {**more, "Resource": "arn:aws:states:eu-west-1:123456789012:activity:a"}
    if integration == "states":
        call = {"StateMachineArn": "${Other}", "Input": parameters}
        return {**more, "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": call}
    if integration == "lambda":
        return more
    resource = {"glue": "arn:aws:states:::glue:startJobRun.sync", "http": "arn:aws:states:::http:invoke"}[integration]
    return {**more, "Resource": resource, "Parameters": parameters}


def _enrich_distributed(pick: Pick, body: dict[str, Any]) -> None:
    body["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] = "STANDARD"
    if pick((True, False, False)):
        body["ItemReader"] = {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket.$": "$.a", "Key": "k"},
        }
        body.pop("ItemsPath", None)
    if pick((True, False, False)):
        body["ItemBatcher"] = {"MaxItemsPerBatch": 2, "BatchInput": {"b.$": "$.b"}}
    if pick((True, False, False)):
        body["ToleratedFailurePercentage"] = pick((0, 50, 100))
    if pick((True, False, False, False)):
        body["ResultWriter"] = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket.$": "$.a"}}


def _path(pick: Pick) -> str:
    return str(pick((*(f"$.{stem}" for stem in _STEMS), *_VARIABLES[:2], f"$.{pick(_STEMS)}[0]")))


def _target(pick: Pick) -> str:
    return f"$.{pick(_STEMS)}"


def _template(pick: Pick, depth: int, more: tuple[str, ...] = ()) -> dict[str, Any]:
    template: dict[str, Any] = {}
    for name in _NAMES[: pick((1, 2, 2, 3))]:
        kind = pick(("path",) * 6 + ("call", "constant", "whole") + (("object",) if depth else ()))
        if kind == "path":
            template[f"{name}.$"] = pick((_path(pick), _path(pick), pick(_VARIABLES), *more))
        elif kind == "call":
            template[f"{name}.$"] = f"{pick(('States.Array', 'States.ArrayLength'))}({pick((_path(pick), *more))})"
        elif kind == "whole":
            template[f"{name}.$"] = pick(("$", "$$.Execution.Id"))
        elif kind == "object":
            template[name] = pick((_template(pick, depth - 1, more), [_template(pick, 0, more)]))
        else:
            template[name] = pick((1, "x", {"a": {"b": 1}}))
    return template


def _assign(pick: Pick, variables: tuple[str, ...]) -> dict[str, Any]:
    name = pick(variables)
    kinds = ({f"{name}.$": "$"}, {f"{name}.$": _path(pick)}, {name: _template(pick, 1)}, {name: {"a": 1, "b": {}}})
    return dict(pick(kinds))


def _catcher(pick: Pick, names: list[str], variables: tuple[str, ...]) -> dict[str, Any]:
    catcher: dict[str, Any] = {"ErrorEquals": [pick(("States.ALL", "States.ALL", "E1"))], "Next": pick(names)}
    if pick((True, True, True, False)):
        catcher["ResultPath"] = pick((_target(pick), _target(pick), "$", None))
    if pick((True, False, False, False)):
        catcher["Assign"] = _assign(pick, variables)
    return catcher


def _rule(pick: Pick, names: list[str], variables: tuple[str, ...]) -> dict[str, Any]:
    rule = {**_condition(pick, 2), "Next": pick(names)}
    if pick((True, False, False, False)):
        rule["Assign"] = _assign(pick, variables)
    return rule


def _condition(pick: Pick, depth: int) -> dict[str, Any]:
    kind = pick(("present",) * 4 + ("equals",) * 2 + ("compared",) + (("And", "And", "Or", "Not") if depth else ()))
    if kind == "Not":
        return {"Not": _condition(pick, depth - 1)}
    if kind in ("And", "Or"):
        return {kind: [_condition(pick, depth - 1) for _ in range(pick((1, 2)))]}
    if kind == "present":
        return {"Variable": _path(pick), "IsPresent": pick((True, True, False))}
    if kind == "compared":
        return {"Variable": _path(pick), "NumericEqualsPath": _path(pick)}
    return {"Variable": _path(pick), "NumericEquals": pick((0, 1))}
