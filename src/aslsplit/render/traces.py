"""Two executions side by side, up to where they part."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from aslsplit.interpreter import Execution, TaskCall
from aslsplit.verify.counterexample import Counterexample
from aslsplit.verify.scenario import play, scenario_data

__all__ = ["traces_text"]

_BEFORE, _AFTER = 4, 3
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class _Event:
    """``value`` is what belongs to it: the payload of a call, the output of an execution."""

    label: str
    value: str = ""


_ENDED = _Event("(ended)")


def traces_text(case: Counterexample) -> str:
    """The states that both machines have and the calls they make, then the scenario.

    Generated states are left out, so that the two columns run in step until the first difference.
    """
    pair, scenario = case.pair, case.mismatch.scenario
    monolith = play(pair.monolith, scenario)
    passed = {step.state for step in monolith.steps}
    left = list(_events(monolith, passed))
    right = list(_events(play(pair.parent, scenario, pair.children, in_turn=pair.joined), passed))
    both = list(zip_longest(left, right, fillvalue=_ENDED))
    first = next((number for number, (one, other) in enumerate(both) if one != other), len(both))
    start = max(0, first - _BEFORE)
    shown = both[start : first + _AFTER]
    column = max((len(one.label) for one, _ in shown), default=8) + 2
    rows = [f"  {'monolith':<{column}}parent and children"]
    for number, (one, other) in enumerate(shown, start):
        rows.append(f"{'> ' if number == first else '  '}{one.label:<{column}}{other.label}")
    if first < len(both):
        rows += _values(*both[first])
    given = json.dumps(scenario_data(scenario), indent=2, ensure_ascii=False)
    return "\n".join([*rows, "", given]) + "\n"


def _values(one: _Event, other: _Event) -> Iterator[str]:
    if one.value or other.value:
        yield f"  monolith:            {one.value or '-'}"
        yield f"  parent and children: {other.value or '-'}"


def _events(execution: Execution, states: Collection[str]) -> Iterator[_Event]:
    """Each visit of one of these states, the calls behind it, and how the execution ended."""
    calls: dict[tuple[object, ...], deque[TaskCall]] = defaultdict(deque)
    for call in execution.calls:
        calls[call.state, call.path].append(call)
    for step in execution.steps:
        if step.state not in states:
            continue
        yield _Event(step.state)
        own = calls[step.state, step.path]
        while own:
            yield _Event("  calls", _brief(own.popleft().payload))
            # The calls behind the first one are retries, and belong to the same visit.
            if not own or own[0].attempt == 0:
                break
    output = _brief(execution.output) if execution.status == "SUCCEEDED" else ""
    yield _Event(f"{execution.status} with {execution.error}" if execution.error else execution.status, output)


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
