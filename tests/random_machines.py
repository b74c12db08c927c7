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
    return _scope(pick, "S", pick((2, 3, 4, 5, 6)), ("v", "w"), nested)


def _scope(pick: Pick, prefix: str, count: int, variables: tuple[str, ...], nested: bool) -> dict[str, Any]:
    names = [f"{prefix}{number}" for number in range(count)]
    states = {name: _state(pick, name, names, variables, nested) for name in names}
    return {"StartAt": names[0], "States": states}


def _state(pick: Pick, name: str, names: list[str], variables: tuple[str, ...], nested: bool) -> dict[str, Any]:
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
        body["Branches"] = [_scope(pick, prefix, pick((1, 2, 3)), ("x", "y"), False) for prefix in prefixes]
    if kind == "Map":
        body["ItemsPath"] = pick(("$.c", "$.b", "$.a.c", "$v.a"))
        some("ItemSelector", 2, lambda: _template(pick, 2, ("$$.Map.Item.Value", "$$.Map.Item.Value.a")))
        body["ItemProcessor"] = _scope(pick, f"{name}i", pick((1, 2, 3)), ("x", "y"), False)
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
