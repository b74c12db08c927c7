"""The door: run a definition on an input."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Literal

from aslsplit.interpreter.errors import BudgetExhausted, DeadlinePassed, StateFailure
from aslsplit.interpreter.frame import Frame, Machine, World
from aslsplit.interpreter.states import run_scope
from aslsplit.interpreter.trace import Answer, Execution
from aslsplit.interpreter.values import MISSING, Json, quantity

__all__ = ["run", "run_machine"]

_EXPRESS_SECONDS = 300


def run(
    definition: Mapping[str, Json],
    input: Json,
    answer: Answer,
    *,
    machines: Mapping[str, Mapping[str, Json]] | None = None,
    context: Mapping[str, Json] | None = None,
    type: Literal["STANDARD", "EXPRESS"] = "STANDARD",
    step_budget: int = 20_000,
    depth_budget: int = 16,
    seed: int = 0,
    awaited: Iterable[str] = (),
    in_turn: Collection[str] = (),
    awaits_all: bool = False,
) -> Execution:
    """One execution, the same on every run: ``answer`` is asked for each call of a service.

    ``machines`` are definitions by StateMachineArn as it stands in the payload, or by ``called_from``; calls that start
    one of them run it inside. ``context`` overrides parts of the context object. ``seed`` is where UUIDs and random
    numbers come from.
    ``step_budget`` counts the states that are entered, ``depth_budget`` the machines that run inside each other; past
    either the execution ends as ``ABORTED``. ``awaited`` are the task tokens that somebody outside waits for.
    ``in_turn`` are Parallel states whose branches run one after the other in
    virtual time as well, in the thread that comes to the state: one of the orders in which AWS may run them.
    A machine that nobody waits for runs to its end at once and takes no time; with ``awaits_all`` it takes its time, as
    if its caller were slow to go on.
    Nothing passed in is changed, and the values that come out may share parts with it.
    """
    world = World(
        answer,
        machines or {},
        Random(seed),
        step_budget,
        depth_budget,
        run_machine,
        in_turn=in_turn,
        awaits_all=awaits_all,
        tokens=dict.fromkeys(awaited, MISSING),
    )
    given = context or {}
    machine_context = {
        "Id": "arn:aws:states:us-east-1:123456789012:stateMachine:machine",
        "Name": "machine",
        **given.get("StateMachine", {}),
    }
    execution = {
        "Id": f"arn:aws:states:us-east-1:123456789012:execution:{machine_context['Name']}:execution",
        "Input": input,
        "Name": "execution",
        "RoleArn": "arn:aws:iam::123456789012:role/machine",
        "StartTime": world.clock.text,
        "RedriveCount": 0,
        **given.get("Execution", {}),
    }
    others = {key: value for key, value in given.items() if key not in ("Execution", "StateMachine")}
    machine = Machine(
        str(machine_context["Name"]),
        definition,
        {**others, "Execution": execution, "StateMachine": machine_context},
        world,
        type,
    )
    try:
        return run_machine(machine, input)
    except BudgetExhausted:
        return _ended(machine, Execution("ABORTED"))


def run_machine(machine: Machine, document: Json) -> Execution:
    """The machine inside the common world; its trace goes to the common recorder."""
    world = machine.world
    if world.depth == 0:
        raise BudgetExhausted
    limits = [quantity(machine.definition, "TimeoutSeconds"), _EXPRESS_SECONDS if machine.type == "EXPRESS" else None]
    world.depth -= 1
    with world.clock.deadline(min((limit for limit in limits if limit is not None), default=None)) as number:
        try:
            output = run_scope(Frame(machine, path=machine.path), machine.definition, document)
        except StateFailure as failure:
            return _ended(machine, Execution("FAILED", error=failure.error, cause=failure.cause))
        except DeadlinePassed as passed:
            if passed.number != number:
                raise
            return _ended(machine, Execution("TIMED_OUT"))
        finally:
            world.depth += 1
    return _ended(machine, Execution("SUCCEEDED", output))


def _ended(machine: Machine, execution: Execution) -> Execution:
    recorder = machine.world.recorder
    return replace(
        execution,
        calls=recorder.calls,
        steps=recorder.steps,
        children=recorder.children,
        items=recorder.items,
        handled=recorder.handled,
    )
