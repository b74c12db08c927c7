"""A scenario: one input and one behaviour of the outside world, in which machines can be compared.

What a service answers depends on which state asks, where (branch or item) and for which time, and on nothing else.
So a state that moved to a child meets the world that it met in the monolith.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from aslsplit.asl.source import Json
from aslsplit.interpreter import Answer, Error, Execution, Result, ScopePath, TaskAnswer, TaskCall, TimedOut, run
from aslsplit.rewrite.answering import running_state

__all__ = ["Scenario", "Script", "play", "scenario_data", "scenario_from", "unread"]

Script = tuple[TaskAnswer, ...]
"""What a state is answered the first time, the second time, …; the last answer holds from then on."""

_UNSCRIPTED = Result({})


@dataclass(frozen=True, slots=True)
class Scenario:
    """``why`` says what it was made for."""

    input: Json
    scripts: Mapping[str, Script] = field(default_factory=dict)
    why: str = ""


def unread(name: str) -> Json:
    """An object that has what no machine reads, so that it shows where the whole of it goes astray."""
    return {"unread": f"{name} 1"}


def play(
    definition: Json,
    scenario: Scenario,
    children: Mapping[str, Json] | None = None,
    *,
    budget: int = 2_000,
    asked: Iterable[TaskCall] = (),
    below: ScopePath = (),
    awaited: Iterable[str] = (),
    in_turn: Collection[str] = (),
) -> Execution:
    """Run a machine in a scenario. ``children`` are definitions by the ARN that calls them.

    A child that runs alone meets the world in which its parent called it, after the calls ``asked`` and in the branch
    or iteration ``below``. ``awaited`` are the task tokens that its caller waits for, ``in_turn`` Parallel states that
    join children which the monolith has one after the other. Of the orders that are possible where a parent does not
    wait for a child, the one is taken that the monolith has.
    """
    world, machines = _world(scenario, asked, below), children or {}
    # A state that moved has the path that it had in the monolith, so the branch around it counts as none.
    around = [name for one in machines.values() if (name := running_state(one)) is not None]
    return run(
        definition,
        scenario.input,
        world,
        machines=machines,
        step_budget=budget,
        awaited=awaited,
        in_turn=(*in_turn, *around),
        awaits_all=True,
    )


def _world(scenario: Scenario, before: Iterable[TaskCall], below: ScopePath) -> Answer:
    asked = Counter((call.state, call.resource, call.path) for call in before)

    def answer(call: TaskCall) -> TaskAnswer:
        key = (call.state, call.resource, (*below, *call.path))
        turn = asked[key]
        asked[key] += 1
        script = scenario.scripts.get(call.state, (_UNSCRIPTED,))
        return script[min(turn, len(script) - 1)]

    return answer


def scenario_data(scenario: Scenario) -> Json:
    """As JSON, to be saved and read again by ``scenario_from``."""
    return {
        "why": scenario.why,
        "input": scenario.input,
        "answers": {state: [_answer_data(answer) for answer in script] for state, script in scenario.scripts.items()},
    }


def _answer_data(answer: TaskAnswer) -> Json:
    match answer:
        case Result(value):
            return {"result": value}
        case Error(error, cause):
            return {"error": error, "cause": cause}
        case TimedOut():
            return {"timed_out": True}


def scenario_from(data: Json) -> Scenario:
    """Raises KeyError, TypeError or ValueError when ``data`` is no scenario."""
    scripts = {state: tuple(_answer_from(answer) for answer in answers) for state, answers in data["answers"].items()}
    return Scenario(data["input"], scripts, str(data.get("why", "")))


def _answer_from(data: Json) -> TaskAnswer:
    if "result" in data:
        return Result(data["result"])
    return TimedOut() if data.get("timed_out") else Error(data.get("error"), data.get("cause"))
