"""What of a region may fail, so that somebody who does not wait for it would not learn of it.

A state is only said to be safe if that can be seen: it catches all errors where it calls a service, reads what is
surely there, and evaluates nothing that may refuse. Errors that nothing can catch (``States.Runtime``) count like any
other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from aslsplit.analysis.effects import Effects, Read
from aslsplit.analysis.evaluation import may_fail_in_a_function
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.presence import present_before
from aslsplit.analysis.regions import Region
from aslsplit.analysis.shapes import Presence
from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.model import Scope, ScopeKind, State, StateType
from aslsplit.asl.paths import CONTEXT
from aslsplit.asl.source import Json

__all__ = ["failures_of"]

_OWN_CONTEXT = (("State",), ("Task",))
_PLAIN_PATHS = frozenset({"InputPath", "OutputPath", "ResultPath"})
_SCOPES = frozenset({"Branches", "ItemProcessor", "Iterator"})


def failures_of(facts: Facts, region: Region, at_entries: Mapping[str, Presence]) -> Iterator[tuple[State, str]]:
    """The states that may fail, inner scopes included, each with why. ``at_entries`` is what surely is there when
    control has arrived in the region."""
    scope = facts.of(region.scope)
    found = [present_before(entry, known, region.members, scope.effects) for entry, known in at_entries.items()]
    for name in region.members:
        known = reduce(_both, (before[name] for before in found if name in before))
        yield from _failures(facts, region.scope, scope.scope.states[name], known, handled=False)


def _failures(
    facts: Facts, scope: Scope, state: State, known: Presence, *, handled: bool
) -> Iterator[tuple[State, str]]:
    """``handled``: a state around this one catches all errors that can be caught."""
    handled = handled or any("States.ALL" in catcher["ErrorEquals"] for catcher in _catchers(state))
    why = _beyond_catching(state, facts.of(scope).effects[state.name], known) or (None if handled else _error(state))
    if why is not None:
        yield state, why
    for inner in state.scopes:
        there = facts.of(inner).present
        for name in there:
            yield from _failures(facts, inner, inner.states[name], there[name], handled=handled)


def _error(state: State) -> str | None:
    if state.type is StateType.FAIL:
        return "is a Fail state"
    if state.type is StateType.TASK:
        return "calls a service and does not catch all errors"
    if "ItemReader" in state.body or any(scope.kind is ScopeKind.DISTRIBUTED for scope in state.scopes):
        return "starts executions for its items and does not catch all errors"
    return "evaluates an expression" if _evaluates(_own(state)) else None


def _beyond_catching(state: State, effects: Effects, known: Presence) -> str | None:
    if state.type is StateType.CHOICE and "Default" not in state.body:
        return "has no Default, and no rule may match"
    if any(_evaluates(catcher) or _selects(catcher.get("Assign")) for catcher in _catchers(state)):
        return "evaluates something when it catches an error"
    if state.query_language == "JSONata":
        catches = state.type in (StateType.TASK, StateType.PARALLEL, StateType.MAP)
        return None if catches or not _evaluates(_own(state)) else "evaluates an expression"
    templates = [_own(state).get(key) for key in ("Parameters", "ItemSelector", "ResultSelector", "Assign")]
    templates += [rule.get("Assign") for rule in state.body.get("Choices", ())]
    if effects.fallible or any(may_fail_in_a_function(template) for template in templates):
        return "may have something to evaluate that cannot be evaluated"
    if state.type is StateType.MAP:
        return "may find something else than an array"
    answered = state.type in (StateType.TASK, StateType.PARALLEL)
    if answered and any(_selects(state.body.get(key)) for key in ("ResultSelector", "Assign")):
        return "selects something of its result that need not be there"
    path = state.body.get("OutputPath")
    if isinstance(path, str) and path != "$":
        return f"puts out {path}, which need not be there"
    path = next((key for key in state.body if key.endswith("Path") and key not in _PLAIN_PATHS), None)
    if path is not None:
        return f"takes its {path} from data"
    missing = next((read for read in effects.reads if read.sure and not _is_there(read, known)), None)
    return None if missing is None else f"reads {missing.path}, which need not be there"


def _is_there(read: Read, known: Presence) -> bool:
    own = read.path.root == CONTEXT and read.path.stem[:1] in _OWN_CONTEXT
    return own or (read.path.definite and read.path.stem in known.get(read.path.root, ()))


def _catchers(state: State) -> list[dict[str, Json]]:
    return list(state.body.get("Catch") or ())


def _own(state: State) -> dict[str, Json]:
    return {key: value for key, value in state.body.items() if key not in _SCOPES}


def _evaluates(value: Json) -> bool:
    """There is a JSONata expression in it."""
    if isinstance(value, dict):
        return any(map(_evaluates, value.values()))
    if isinstance(value, list):
        return any(map(_evaluates, value))
    return isinstance(value, str) and expression_in(value) is not None


def _selects(template: Json) -> bool:
    """There is a path in it that leads into something."""
    if isinstance(template, dict):
        return any(
            value not in ("$", "$$") if key.endswith(".$") else _selects(value) for key, value in template.items()
        )
    return isinstance(template, list) and any(map(_selects, template))


def _both(left: Presence, right: Presence) -> Presence:
    return {root: left[root] & right[root] for root in left if root in right}
