"""A fixture: one request of a child, what the outside world answers it, and what the child then does.

It needs no parent, so the team of a child can keep it with the child and run it wherever the child is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from aslsplit.asl.source import Json
from aslsplit.interpreter import Execution
from aslsplit.verify.scenario import Scenario, play, scenario_data, scenario_from

__all__ = ["FIXTURE_KINDS", "Ended", "Fixture", "FixtureKind", "ended", "fixture_data", "fixture_from", "played"]

FixtureKind = Literal[
    "happy path",
    "exit",
    "missing optional",
    "unexpected extra",
    "malformed",
    "business failure",
    "task failure",
    "timeout",
    "retry",
]
FIXTURE_KINDS: Final[tuple[FixtureKind, ...]] = get_args(FixtureKind)

MADE_BY: Final = "aslsplit contract fixtures"
"""Marks the files that may be made anew. People who change one take the mark away, and keep their file."""

_BUDGET = 16_000


@dataclass(frozen=True, slots=True)
class Ended:
    """What is seen of an execution from outside. ``calls`` are in the order in which they were made."""

    status: str
    output: Json
    error: str | None
    cause: str | None
    calls: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Fixture:
    """``name`` is unique among those of a child, and the name of its file. ``expected.cause`` None is not compared."""

    name: str
    kind: FixtureKind
    version: str
    scenario: Scenario
    expected: Ended
    made: bool = True


def ended(execution: Execution) -> Ended:
    calls = tuple({"state": one.state, "resource": one.resource, "payload": one.payload} for one in execution.calls)
    return Ended(execution.status, execution.output, execution.error, execution.cause, calls)


def played(fixture: Fixture, definition: Json, children: Mapping[str, Json]) -> Ended:
    """What a child does now. ``children`` are those that it calls, by ARN."""
    return ended(play(definition, fixture.scenario, children, budget=_BUDGET))


def fixture_data(fixture: Fixture) -> Json:
    data = scenario_data(fixture.scenario)
    return {
        "fixture": fixture.name,
        "kind": fixture.kind,
        "why": data["why"],
        **({"made_by": MADE_BY} if fixture.made else {}),
        "contract": fixture.version,
        "input": data["input"],
        "answers": data["answers"],
        "expected": _expected_data(fixture.expected),
    }


def _expected_data(expected: Ended) -> Json:
    if expected.status == "SUCCEEDED":
        outcome: dict[str, Json] = {"output": expected.output}
    else:
        outcome = {"error": expected.error, "cause": expected.cause}
    return {"status": expected.status, **outcome, "calls": list(expected.calls)}


def fixture_from(data: Json) -> Fixture:
    """Raises KeyError, TypeError or ValueError when ``data`` is no fixture."""
    kind, expected = data["kind"], data["expected"]
    if kind not in FIXTURE_KINDS or not isinstance(data["fixture"], str) or expected["status"] not in _STATUSES:
        raise ValueError("no fixture")
    return Fixture(
        name=data["fixture"],
        kind=kind,
        version=str(data["contract"]),
        scenario=replace(scenario_from({"why": "", "answers": {}, **data})),
        expected=Ended(
            expected["status"],
            expected.get("output"),
            expected.get("error"),
            expected.get("cause"),
            tuple(expected.get("calls", ())),
        ),
        made=data.get("made_by") == MADE_BY,
    )


_STATUSES = ("SUCCEEDED", "FAILED", "TIMED_OUT")
