"""Contract replay: each child alone, on its request and nothing else, held against its published contract.

The contract is what other people will build on, so it has to be true on its own: every request that the parent sends
and every answer and failure that comes back fits the schemas, and the child needs nothing that they do not mention.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import jsonschema

from aslsplit.asl.source import Json
from aslsplit.findings import Finding, finding
from aslsplit.interpreter import ChildCall, Execution, child_of
from aslsplit.rewrite.envelope import TASK_TOKEN
from aslsplit.verify.published import Published
from aslsplit.verify.scenario import Scenario, play

__all__ = ["NOTHING_REPLAYED", "Replay", "replay_of"]

_MISSING_DATA = frozenset({"States.Runtime", "States.ParameterPathFailure"})
"""What a path that leads nowhere fails with; nothing in a machine can catch it."""

_UNKNOWN_FIELD = "aslsplit_unknown_field"


@dataclass(frozen=True, slots=True)
class Replay:
    """``requests`` counts those that were replayed, by child."""

    requests: Mapping[str, int]
    findings: tuple[Finding, ...]

    def __or__(self, other: Replay) -> Replay:
        counts = {name: self.requests.get(name, 0) + other.requests.get(name, 0) for name in self._names(other)}
        return Replay(counts, (*self.findings, *other.findings))

    def _names(self, other: Replay) -> dict[str, None]:
        return dict.fromkeys((*self.requests, *other.requests))


NOTHING_REPLAYED = Replay({}, ())


def replay_of(
    scenario: Scenario,
    monolith: Execution,
    split: Execution,
    children: Mapping[str, Json],
    published: Mapping[str, Published],
    *,
    budget: int,
    in_turn: Collection[str] = (),
) -> Replay:
    """For every call of a child in ``split``; ``children`` and ``published`` are by the ARN that calls them.
    ``in_turn`` are Parallel states that were run so in ``split``."""
    requests: dict[str, int] = {}
    findings: list[Finding] = []
    for call in split.children:
        arn = str(call.call.payload.get("StateMachineArn")) if isinstance(call.call.payload, dict) else ""
        contract = published.get(arn)
        if contract is None or call.status in ("ABORTED", "TIMED_OUT"):
            continue
        requests[contract.child] = requests.get(contract.child, 0) + 1
        findings += _misfits(contract, call)
        alone = _alone(scenario, split, call, children, arn, contract, budget, in_turn)
        findings += _strays(contract, call, alone, monolith)
    return Replay(requests, tuple(findings))


def _misfits(contract: Published, call: ChildCall) -> Iterator[Finding]:
    """Where what went over the border is not what the schemas say."""
    yield from _misfit(contract.child, "request", contract.request, call.call.payload["Input"])
    if call.status == "SUCCEEDED":
        yield from _misfit(contract.child, "response", contract.response, call.output)
    elif call.status == "FAILED":
        failure = {"Error": call.error, "Cause": call.cause}
        given = {name: text for name, text in failure.items() if text is not None}
        yield from _misfit(contract.child, "errors", contract.errors, given)


def _misfit(child: str, part: str, schema: Json, value: Json) -> Iterator[Finding]:
    problem = next(jsonschema.Draft202012Validator(schema).iter_errors(value), None)
    if problem is not None:
        place = "".join(f".{name}" for name in problem.absolute_path)
        yield finding("ASL704", f'{part}{place} of "{child}" is not what its contract says: {_brief(problem.message)}')


def _alone(
    scenario: Scenario,
    split: Execution,
    call: ChildCall,
    children: Mapping[str, Json],
    arn: str,
    contract: Published,
    budget: int,
    in_turn: Collection[str],
) -> Execution:
    """The child on those parts of its request that the contract names, beside a field that nobody knows."""
    forms = contract.request.get("oneOf", [contract.request])
    known = {name for form in forms for name in form["properties"]}
    request = {name: value for name, value in call.call.payload["Input"].items() if name in known}
    before = split.calls[: call.calls.start]
    given = replace(scenario, input={**request, _UNKNOWN_FIELD: True})
    definition, below = child_of(call.call, children) or children[arn], call.call.path
    awaited = [text for text in (request.get(TASK_TOKEN),) if isinstance(text, str)]
    return play(definition, given, children, budget=budget, asked=before, below=below, in_turn=in_turn, awaited=awaited)


def _strays(contract: Published, call: ChildCall, alone: Execution, monolith: Execution) -> Iterator[Finding]:
    if (alone.status, alone.error) != (call.status, call.error):
        ends = f"ends {_end(alone.status, alone.error)} alone and {_end(call.status, call.error)} in its parent"
        yield finding("ASL704", f'"{contract.child}" {ends}: it depends on more than its contract says')
    elif alone.error in _MISSING_DATA and not _fails_too(monolith, call, alone.steps[-1].state):
        what = f"fails for want of data where the monolith did not: {_brief(str(alone.cause))}"
        yield finding("ASL704", f'"{contract.child}" {what}')


def _fails_too(monolith: Execution, call: ChildCall, state: str) -> bool:
    """Whether the monolith fails like that, or its item from which the child is called, or the same state: a
    distributed Map has an error of its own."""
    around = [item for item in monolith.items if call.call.path[: len(item.path)] == item.path]
    if any(error in _MISSING_DATA for error in (monolith.error, *(item.error for item in around))):
        return True
    return any(step.state == state and not step.left for step in monolith.steps)


def _end(status: str, error: str | None) -> str:
    return f"{status} with {error}" if error else status


def _brief(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:297]}..."
