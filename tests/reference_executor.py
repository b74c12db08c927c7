"""A tiny executor of JSONPath machines, to hold the analysis against what really happens.

It knows plain paths, templates with two intrinsic functions, and a region that runs elsewhere: on a restricted
document, with only the returned places put back. It shares no code with the analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Stem = tuple[str, ...]
MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()
RUNTIME = "States.Runtime"


class Failure(Exception):
    """Ends an execution with this error name, unless a catcher takes it."""


class OutOfSteps(Exception):
    pass


class NotAnObject(Exception):
    """A ``ResultPath`` leads through something that is no object."""


class Arrival(NamedTuple):
    state: str
    document: Any
    variables: dict[str, Any]
    context: Any
    calls_before: int


Leaving = tuple[str | None, Any, dict[str, Any]]
"""Where control goes (None: the end of the scope), with which document and variables."""


@dataclass
class Split:
    """A region that leaves: ``send`` and ``take_back`` are the border, made from what the analysis says."""

    entries: Collection[str]
    members: Collection[str]
    send: Callable[[str, Any, dict[str, Any]], tuple[Any, dict[str, Any]]]
    take_back: Callable[[Leaving, Any, dict[str, Any]], Leaving]


@dataclass
class World:
    """``answer`` gives a task's result, or an error name, for the how manyeth call of which state."""

    answer: Callable[[str, int], tuple[bool, Any]]
    split: Split | None = None
    steps: int = 60
    calls: list[tuple[str, Any]] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)


def ending(
    world: World, machine: Mapping[str, Any], document: Any, variables: dict[str, Any] | None = None
) -> tuple[str, Any]:
    try:
        return "SUCCEEDED", run_scope(world, machine, document, variables or {}, {"Execution": {"Id": "e1"}})
    except Failure as failure:
        return "FAILED", str(failure)


def run_scope(world: World, scope: Mapping[str, Any], document: Any, outer: dict[str, Any], context: Any) -> Any:
    target, variables, states = scope["StartAt"], dict(outer), scope["States"]
    while target is not None:
        split = world.split
        if split is not None and target in split.entries:
            sent, known = split.send(target, document, variables)
            found = run_region(world, scope, split.members, target, sent, known, context)
            target, document, variables = split.take_back(found, document, variables)
        else:
            target, document, variables = run_state(world, target, states[target], document, variables, context)
    return document


def run_region(
    world: World,
    scope: Mapping[str, Any],
    members: Collection[str],
    entry: str,
    document: Any,
    variables: dict[str, Any],
    context: Any,
) -> Leaving:
    """From the entry to the first place outside."""
    found: Leaving = (entry, document, variables)
    while found[0] in members:
        assert found[0] is not None
        found = run_state(world, found[0], scope["States"][found[0]], found[1], found[2], context)
    return found


def run_state(
    world: World, name: str, body: Mapping[str, Any], raw: Any, variables: dict[str, Any], context: Any
) -> Leaving:
    if world.steps == 0:
        raise OutOfSteps
    world.steps -= 1
    world.arrivals.append(Arrival(name, raw, variables, context, len(world.calls)))
    try:
        return _perform(world, name, body, raw, variables, context)
    except Failure as failure:
        catchers = [] if str(failure) == RUNTIME else body.get("Catch", [])
        catcher = next((c for c in catchers if c["ErrorEquals"][0] in ("States.ALL", str(failure))), None)
        if catcher is None:
            raise
        error = {"Error": str(failure), "Cause": "why"}
        assigned = _assigned(catcher, {"$": error, "$$": context, **variables})
        return catcher["Next"], _placed(catcher, raw, error), {**variables, **assigned}


def _perform(
    world: World, name: str, body: Mapping[str, Any], raw: Any, variables: dict[str, Any], context: Any
) -> Leaving:
    view = {"$": raw, "$$": context, **variables}
    value = _filtered(body, "InputPath", view)
    view["$"] = value
    following = body.get("Next")
    result = value
    holder = body
    match body["Type"]:
        case "Fail":
            raise Failure(read(body["ErrorPath"], {**view, "$": raw}) if "ErrorPath" in body else body["Error"])
        case "Pass":
            result = fill(body.get("Parameters", MISSING), view)
            result = body.get("Result", result)
        case "Task":
            payload = fill(body.get("Parameters", MISSING), view)
            earlier = sum(state == name for state, _ in world.calls)
            world.calls.append((name, payload))
            succeeded, result = world.answer(name, earlier)
            if not succeeded:
                raise Failure(result)
        case "Parallel":
            handed = fill(body.get("Parameters", MISSING), view)
            result = [run_scope(world, branch, handed, variables, context) for branch in body["Branches"]]
        case "Map":
            result = _map(world, body, view, variables, context)
        case "Choice":
            holder = next((rule for rule in body["Choices"] if matches(rule, view)), body)
            following = holder.get("Next", body.get("Default"))
            if following is None:
                raise Failure("States.NoChoiceMatched")
    assigned = _assigned(holder, {**view, "$": result})
    document = result
    if body["Type"] in ("Pass", "Task", "Parallel", "Map"):
        document = _placed(body, raw, fill(body.get("ResultSelector", MISSING), {**view, "$": result}))
    return following, _filtered(body, "OutputPath", {**view, "$": document}), {**variables, **assigned}


def _map(world: World, body: Mapping[str, Any], view: Mapping[str, Any], variables: dict[str, Any], outer: Any) -> Any:
    items = read(body.get("ItemsPath", "$"), view)
    if not isinstance(items, list):
        raise Failure(RUNTIME)
    processor, results = body["ItemProcessor"], []
    distributed = processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"
    for index, item in enumerate(items):
        context = {**outer, "Map": {"Item": {"Index": index, "Value": item}}}
        handed = fill(body["ItemSelector"], {**view, "$$": context}) if "ItemSelector" in body else item
        results.append(run_scope(world, processor, handed, {} if distributed else variables, context))
    return results


def _filtered(body: Mapping[str, Any], key: str, view: Mapping[str, Any]) -> Any:
    path = body.get(key, "$")
    return {} if path is None else read(path, view)


def _assigned(holder: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    return {f"${name}": value for name, value in fill(holder.get("Assign", {}), view).items()}


def _placed(holder: Mapping[str, Any], raw: Any, result: Any) -> Any:
    path = holder.get("ResultPath", "$")
    return raw if path is None else put(raw, tuple(path.split(".")[1:]), result)


def fill(template: Any, view: Mapping[str, Any]) -> Any:
    """A template evaluated; MISSING stands for none."""
    if template is MISSING:
        return view["$"]
    if isinstance(template, list):
        return [fill(item, view) for item in template]
    if not isinstance(template, dict):
        return template
    return {
        key.removesuffix(".$"): _call(value, view) if key.endswith(".$") else fill(value, view)
        for key, value in template.items()
    }


def _call(text: str, view: Mapping[str, Any]) -> Any:
    if not text.startswith("States."):
        return read(text, view)
    argument = read(text[text.index("(") + 1 : -1], view)
    if text.startswith("States.Array("):
        return [argument]
    if not isinstance(argument, list):
        raise Failure("States.IntrinsicFailure")
    return len(argument)


def read(path: str, view: Mapping[str, Any]) -> Any:
    value = look(path, view)
    if value is MISSING:
        raise Failure(RUNTIME)
    return value


def look(path: str, view: Mapping[str, Any]) -> Any:
    root, *names = path.removesuffix("[0]").split(".")
    value = get(view.get(root, MISSING), names)
    if path.endswith("[0]"):
        return value[0] if isinstance(value, list) and value else MISSING
    return value


def matches(rule: Mapping[str, Any], view: Mapping[str, Any]) -> bool:
    if "And" in rule:
        return all(matches(inner, view) for inner in rule["And"])
    if "Or" in rule:
        return any(matches(inner, view) for inner in rule["Or"])
    if "Not" in rule:
        return not matches(rule["Not"], view)
    if "IsPresent" in rule:
        return (look(rule["Variable"], view) is not MISSING) is rule["IsPresent"]
    value = read(rule["Variable"], view)
    other = read(rule["NumericEqualsPath"], view) if "NumericEqualsPath" in rule else rule["NumericEquals"]
    return isinstance(value, int) and value == other


def get(value: Any, names: Iterable[str]) -> Any:
    for name in names:
        value = value.get(name, MISSING) if isinstance(value, dict) else MISSING
    return value


def put(value: Any, stem: Stem, new: Any) -> Any:
    if not stem:
        return new
    if value is not MISSING and not isinstance(value, dict):
        raise NotAnObject
    members = {} if value is MISSING else value
    return {**members, stem[0]: put(members.get(stem[0], MISSING), stem[1:], new)}


def restrict(value: Any, stems: Collection[Stem]) -> Any:
    """What travels when these stems are packed: the values, what is above them, and anything else nowhere."""
    if () in stems or not isinstance(value, dict):
        return value
    heads = {stem[0] for stem in stems}
    return {
        name: restrict(member, [stem[1:] for stem in stems if stem[0] == name])
        for name, member in value.items()
        if name in heads
    }
