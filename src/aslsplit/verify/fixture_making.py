"""Making the fixtures of a child: from the calls that its parent makes of it, and from what spoils such a request.

A parent's call is taken with the answers that the world gave meanwhile, and is run again by the child alone. What
comes out is what the fixture expects; that it is right is what the proofs are for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aslsplit.asl.source import Json
from aslsplit.interpreter import ChildCall, Error, Execution, TaskCall, TimedOut
from aslsplit.verify.execution import Pair
from aslsplit.verify.fixture import Ended, Fixture, FixtureKind, ended
from aslsplit.verify.published import Published
from aslsplit.verify.scenario import Scenario, Script, play

__all__ = ["Unmade", "fixtures_of", "recordings_of"]

Place = tuple[str, ...]

_BUDGET = 16_000
_UNKNOWN_FIELD = "unknownField"
_UNKNOWN_VERSION = "0.0-unknown"
_FROM_DATA = ("States.Runtime", "States.QueryEvaluationError", "States.IntrinsicFailure", "States.ParameterPathFailure")
_REFUSED = "ContractValidationError"


@dataclass(frozen=True, slots=True)
class Recording:
    """A call of a child as it would be answered alone."""

    scenario: Scenario
    ended: Ended
    answered: tuple[object, ...]
    """By the world, while the child ran."""

    retried: bool

    @property
    def smooth(self) -> bool:
        return self.ended.status == "SUCCEEDED" and not any(
            isinstance(answer, Error | TimedOut) for answer in self.answered
        )

    @property
    def from_data(self) -> bool:
        """It failed with what it was sent or answered, which says more about the scenario than about the child."""
        return self.ended.error in _FROM_DATA


@dataclass(frozen=True, slots=True)
class Unmade:
    """A fixture that no scenario gave."""

    kind: FixtureKind
    what: str


def recordings_of(pair: Pair, scenarios: Collection[Scenario], arn: str) -> tuple[Recording, ...]:
    """Every call of this child in these scenarios; none twice, and the smoothest first."""
    found: dict[str, Recording] = {}
    for scenario in map(pair.completed, scenarios):
        split = pair.split(scenario)
        for call in split.children:
            if isinstance(call.call.payload, dict) and call.call.payload.get("StateMachineArn") == arn:
                recording = _recording(pair, scenario, split, call, arn)
                if recording is not None:
                    found.setdefault(repr((recording.scenario.input, recording.scenario.scripts)), recording)
    return tuple(
        sorted(found.values(), key=lambda one: (not one.smooth, one.ended.status != "SUCCEEDED", one.from_data))
    )


def _recording(pair: Pair, scenario: Scenario, split: Execution, call: ChildCall, arn: str) -> Recording | None:
    """None where it cannot be told apart what the world answers this call and what another one."""
    if call.status == "ABORTED":
        return None
    made = split.calls[call.calls.start : call.calls.stop]
    scripts = _scripts(scenario, split.calls[: call.calls.start], made)
    if scripts is None:
        return None
    alone = Scenario(call.call.payload["Input"], scripts, scenario.why)
    execution = play(pair.children[arn], alone, pair.children, budget=_BUDGET)
    if (execution.status, execution.output, execution.error) != (call.status, call.output, call.error):
        return None
    retried = any(one.attempt for one in execution.calls)
    return Recording(alone, ended(execution), tuple(_answers(scripts, execution.calls)), retried)


def _scripts(scenario: Scenario, before: Sequence[TaskCall], made: Sequence[TaskCall]) -> Mapping[str, Script] | None:
    """What is left of the scripts of those states that were asked meanwhile."""
    asked = Counter((call.state, call.resource, call.path) for call in before)
    scripts: dict[str, Script] = {}
    for call in made:
        script = scenario.scripts.get(call.state)
        if script is None:
            continue
        left = script[min(asked[(call.state, call.resource, call.path)], len(script) - 1) :]
        if scripts.setdefault(call.state, left) != left:
            return None
    return scripts


def _answers(scripts: Mapping[str, Script], calls: Sequence[TaskCall]) -> Iterator[object]:
    turns: Counter[object] = Counter()
    for call in calls:
        key = (call.state, call.resource, call.path)
        script = scripts.get(call.state)
        if script is not None:
            yield script[min(turns[key], len(script) - 1)]
        turns[key] += 1


@dataclass(frozen=True, slots=True)
class _Child:
    """What the fixtures of one child are made of."""

    definition: Json
    children: Mapping[str, Json]
    contract: Published
    version: str
    recordings: tuple[Recording, ...]

    def recorded(self, name: str, kind: FixtureKind, recording: Recording) -> Fixture:
        return Fixture(name, kind, self.version, recording.scenario, recording.ended)

    def changed(self, name: str, kind: FixtureKind, recording: Recording, value: Json, why: str) -> Fixture:
        """With another request."""
        return self._played(name, kind, replace(recording.scenario, input=value, why=why))

    def answered(
        self, name: str, kind: FixtureKind, recording: Recording, scripts: Mapping[str, Script], why: str
    ) -> Fixture:
        """With other answers from these states' services."""
        known = recording.scenario.scripts
        return self._played(name, kind, replace(recording.scenario, scripts={**known, **scripts}, why=why))

    def _played(self, name: str, kind: FixtureKind, scenario: Scenario) -> Fixture:
        execution = play(self.definition, scenario, self.children, budget=_BUDGET)
        return Fixture(name, kind, self.version, scenario, ended(execution))


def fixtures_of(
    pair: Pair, arn: str, contract: Published, version: str, recordings: tuple[Recording, ...]
) -> tuple[tuple[Fixture, ...], tuple[Unmade, ...]]:
    """Of the child that ``arn`` calls, in the order of ``FIXTURE_KINDS``."""
    child = _Child(pair.children[arn], pair.children, contract, version, recordings)
    found: list[Fixture] = []
    unmade: list[Unmade] = []
    for part in (_ways_out(child), _requests(child), _failures(child), _troubles(child)):
        for one in part:
            if isinstance(one, Unmade):
                unmade.append(one)
            else:
                found.append(replace(one, name=_free(one.name, found)))
    return tuple(found), tuple(unmade)


def _free(name: str, taken: Sequence[Fixture]) -> str:
    """Also where upper and lower case are the same to the file system."""
    names = {one.name.casefold() for one in taken}
    numbered = (f"{name}-{number}" for number in range(2, len(names) + 3))
    return next(free for free in (name, *numbered) if free.casefold() not in names)


def _ways_out(child: _Child) -> Iterator[Fixture | Unmade]:
    successes = [one for one in child.recordings if one.ended.status == "SUCCEEDED"]
    if successes:
        yield child.recorded("happy-path", "happy path", successes[0])
    else:
        yield Unmade("happy path", "no scenario in which the child succeeds")
    for outcome in _outcomes(child.contract.response):
        taken = [one for one in successes if one.ended.output.get("outcome") == outcome]
        if taken:
            yield child.recorded(f"exit-{_slug(outcome)}", "exit", taken[0])
        else:
            yield Unmade("exit", f"no scenario that leaves by {outcome}")


def _requests(child: _Child) -> Iterator[Fixture | Unmade]:
    """What may be missing, what may come along, and what must be refused."""
    for form, recording in _arrivals(child):
        given = recording.scenario.input
        yield from _less(child, form)
        more, why = _with_more(given, form), "a field that nobody knows changes nothing"
        yield child.changed(_of_form("unexpected-extra", form), "unexpected extra", recording, more, why)
        spoilt = {_of_form(f"malformed-{name}", form): value for name, value in _spoilt(given, form)}
        yield from _refusals(child, recording, spoilt)
    if child.recordings:
        yield from _refusals(child, child.recordings[0], {"malformed-empty": {}})


def _less(child: _Child, form: Json) -> Iterator[Fixture | Unmade]:
    for place, required in _places(form, ()):
        if required:
            continue
        label = ".".join(place)
        holding = [one for one in _fitting(child, form) if _holds(one.scenario.input, place)]
        if holding:
            value, name = _without(holding[0].scenario.input, place), f"missing-optional-{_slug(label)}"
            yield child.changed(name, "missing optional", holding[0], value, f"{label} may be absent")
        else:
            yield Unmade("missing optional", f"no scenario in which {label} is there")


def _spoilt(given: Json, form: Json) -> Iterator[tuple[str, Json]]:
    for place, required in _places(form, ()):
        if required:
            yield f"without-{_slug('.'.join(place))}", _without(given, place)
    meta = given.get("meta")
    if isinstance(meta, dict):
        yield "version", {**given, "meta": {**meta, "contractVersion": _UNKNOWN_VERSION}}


def _refusals(child: _Child, recording: Recording, spoilt: Mapping[str, Json]) -> Iterator[Fixture]:
    """What the child does not refuse although its contract asks for it, it may refuse tomorrow: no fixture then."""
    for name, value in spoilt.items():
        found = child.changed(name, "malformed", recording, value, "the request is not what the contract says")
        if found.expected.error == _REFUSED:
            yield found


def _failures(child: _Child) -> Iterator[Fixture | Unmade]:
    failed = [one for one in child.recordings if one.ended.status == "FAILED"]
    named = _known_errors(child.contract.errors)
    for name in named:
        taken = [one for one in failed if one.ended.error == name]
        if taken:
            yield child.recorded(f"business-failure-{_slug(name)}", "business failure", taken[0])
        else:
            yield Unmade("business failure", f"no scenario in which it fails with {name}")
    others = [one for one in failed if one.ended.error not in named and _is_from_world(one)]
    if others:
        yield child.recorded("task-failure", "task failure", others[0])


def _is_from_world(recording: Recording) -> bool:
    """The last answer is what the child failed with."""
    match recording.answered[-1:]:
        case (Error(error, _),):
            return recording.ended.error == error
        case (TimedOut(),):
            return recording.ended.error == "States.Timeout"
    return False


def _troubles(child: _Child) -> Iterator[Fixture | Unmade]:
    fit = [one for one in child.recordings if not one.from_data]
    late = [one for one in fit if any(isinstance(answer, TimedOut) for answer in one.answered)]
    if late:
        yield child.recorded("timeout", "timeout", late[0])
    elif child.recordings and child.recordings[0].ended.calls:
        asked = child.recordings[0].ended.calls[0]["state"]
        yield child.answered("timeout", "timeout", child.recordings[0], {asked: (TimedOut(),)}, f"{asked} times out")
    again = [one for one in fit if one.retried]
    if again:
        yield child.recorded("retry", "retry", again[0])


# --- requests and the schema that describes them --------------------------------------------------------------------


def _arrivals(child: _Child) -> Iterator[tuple[Json, Recording]]:
    """Each form of the request with the smoothest call of that form."""
    for form in child.contract.request.get("oneOf", [child.contract.request]):
        if fitting := _fitting(child, form):
            yield form, fitting[0]


def _fitting(child: _Child, form: Json) -> list[Recording]:
    entry = _entry(form)
    return [one for one in child.recordings if entry is None or one.scenario.input.get("entry") == entry]


def _entry(form: Json) -> str | None:
    found = form["properties"].get("entry")
    return None if found is None else found.get("const")


def _of_form(name: str, form: Json) -> str:
    entry = _entry(form)
    return name if entry is None else f"{name}-{_slug(entry)}"


def _places(schema: Json, place: Place) -> Iterator[tuple[Place, bool]]:
    """Every described place below, outer ones first, and whether it must be there."""
    required = schema.get("required", ())
    for name, below in schema.get("properties", {}).items():
        yield (*place, name), name in required
        yield from _places(below, (*place, name))


def _holds(value: Json, place: Place) -> bool:
    for name in place:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


def _without(value: Json, place: Place) -> Json:
    if not isinstance(value, dict) or place[0] not in value:
        return value
    if len(place) == 1:
        return {name: member for name, member in value.items() if name != place[0]}
    return {**value, place[0]: _without(value[place[0]], place[1:])}


def _with_more(value: Json, schema: Json) -> Json:
    """A field more in each object that the schema describes by its fields. Others are data, and all of them is read."""
    properties = schema.get("properties", {})
    if not properties or not isinstance(value, dict):
        return value
    inner = {name: _with_more(member, properties.get(name, {})) for name, member in value.items()}
    return {**inner, _UNKNOWN_FIELD: True}


def _outcomes(schema: Json) -> list[str]:
    return [form["properties"]["outcome"]["const"] for form in schema.get("oneOf", ())]


def _known_errors(schema: Json) -> list[str]:
    return [name for name in schema["properties"]["Error"]["examples"] if name != _REFUSED]


def _slug(text: str) -> str:
    """
    >>> _slug("request.order.orderId"), _slug("Payment Declined!")
    ('request-order-orderId', 'Payment-Declined')
    """
    kept = "".join(letter if letter.isalnum() and letter.isascii() else " " for letter in text)
    return "-".join(kept.split())[:60]
