"""The contract of one child: the request per entry, the result per exit, the errors; with a version of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from aslsplit.analysis.pathset import EMPTY, Paths, PathSet
from aslsplit.analysis.presence import with_paths
from aslsplit.analysis.region_flow import EntryFlow, ExitFlow, RegionFlow
from aslsplit.analysis.shapes import Presence
from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.model import QueryLanguage, Scope, ScopeKind, State, StateType
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem
from aslsplit.plan.boundaries import ChildBoundary
from aslsplit.plan.payload import Payload, payload

__all__ = [
    "Contract",
    "EntryContract",
    "Errors",
    "ExitContract",
    "Request",
    "contract_of",
    "failing",
    "members_inside",
    "missing_names",
    "scopes_of_execution",
]


@dataclass(frozen=True, slots=True)
class Request:
    document: Payload
    variables: tuple[Payload, ...]
    """One per variable that the region reads and the parent has assigned."""

    context: Payload
    """What the region reads of the parent's context object; in the child it lies in ``$$.Execution.Input.context``."""

    @property
    def parts(self) -> tuple[Payload, ...]:
        return (self.document, *self.variables, self.context)

    @property
    def strict(self) -> bool:
        return all(part.strict for part in self.parts)

    @property
    def surely_assigned(self) -> tuple[Payload, ...]:
        return tuple(variable for variable in self.variables if variable.strict)

    @property
    def perhaps_assigned(self) -> tuple[Payload, ...]:
        """Those that go along if they have been assigned: then whole, since nothing inside is sure either."""
        return tuple(variable for variable in self.variables if not variable.strict)


@dataclass(frozen=True, slots=True)
class EntryContract:
    """``entry`` is the state where control arrives. Where there are several, the request names the one it is for."""

    entry: str
    request: Request


@dataclass(frozen=True, slots=True)
class ExitContract:
    """``writes`` are the document's changed places that go back, prefix-minimal; ``emptied`` are those of them for
    which nothing travels, since an object without members does as well. ``replaced``: the region may have put another
    document in place of the old one, so that the returned one takes its place."""

    outcome: str
    target: str | None
    result: Payload
    variables: tuple[Payload, ...]
    writes: tuple[Stem, ...]
    emptied: tuple[Stem, ...]
    replaced: bool
    surely_written: frozenset[Stem]

    @property
    def strict(self) -> bool:
        return self.result.strict and not self.perhaps_assigned

    @property
    def surely_assigned(self) -> tuple[Payload, ...]:
        return tuple(variable for variable in self.variables if variable.strict)

    @property
    def perhaps_assigned(self) -> tuple[Payload, ...]:
        return tuple(variable for variable in self.variables if not variable.strict)

    @property
    def takes_all(self) -> bool:
        """Nothing of the result is left over, as it is where a shared child returns what another site wants."""
        stems = [value.stem for value in self.result.values]
        return all(any(stem[: len(w)] == w or w[: len(stem)] == stem for w in self.writes) for stem in stems)

    @property
    def taken(self) -> Mapping[Stem, Stem]:
        """What is taken of the result: places of the document, each with where its value lies in the result.

        A name of the user's may stand for more than was written; only what was written is taken.
        """
        found: dict[Stem, Stem] = {}
        for value in self.result.values:
            place = self.result.place_of(value)
            for written in self.writes:
                if value.stem[: len(written)] == written:
                    found[value.stem] = place
                elif written[: len(value.stem)] == value.stem:
                    found[written] = place + written[len(value.stem) :]
        return found

    def taken_below(self, stem: Stem) -> Mapping[Stem, Stem]:
        """``taken``, relative to a written place."""
        return {found[len(stem) :]: place for found, place in self.taken.items() if found[: len(stem)] == stem}

    def surely_returned(self, stem: Stem, there: Collection[Stem] = ()) -> bool:
        """There is a value for this written place whenever there is a response. ``there`` is what the child surely has
        beside, where it answers to one of several entries.

        Under the user's names that takes each of its parts; otherwise the object around them is there in any case.
        """
        if stem in self.emptied:
            return True
        if not self.result.renamed:
            return self.strict or stem in self.surely_written or stem in there
        sent = {value.stem for value in self.result.values} if self.strict else set()
        parts = (stem + below for below in self.taken_below(stem))
        return all(part in sent or part in self.surely_written or part in there for part in parts)


@dataclass(frozen=True, slots=True)
class Errors:
    """How the child can fail. ``named`` are the error names of its Fail states; ``unnamed``/``uncaused``: it may
    fail without an error name, or without a cause (a task that timed out has none). ``tasks`` bring their own."""

    named: tuple[str, ...]
    tasks: tuple[str, ...]
    unnamed: bool
    uncaused: bool


@dataclass(frozen=True, slots=True)
class Contract:
    child: str
    workflow: str
    version: str
    accepts: tuple[str, ...]
    entries: tuple[EntryContract, ...]
    exits: tuple[ExitContract, ...]
    errors: Errors
    answers_token: bool
    """The request brings a task token, and the child sends its response, or its failure, with it."""
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The literals in which the sites of a shared child differ, by name, with their type if that is one."""

    @property
    def dispatched(self) -> bool:
        """Several entries: the request says which one it is for."""
        return len(self.entries) > 1

    @property
    def routed(self) -> bool:
        """Several exits: the response says which one was taken."""
        return len(self.exits) > 1

    @property
    def sorts_variables(self) -> bool:
        """Which of the returned variables are to be assigned is known only after the call."""
        several = self.routed and any(found.variables for found in self.exits)
        return several or any(found.perhaps_assigned for found in self.exits)


def contract_of(flow: RegionFlow, boundary: ChildBoundary, language: QueryLanguage = "JSONPath") -> Contract:
    """``language`` is that of the states that pack and unpack it."""
    outcomes = outcome_names(flow, boundary)
    exits = tuple(_exit_contract(flow, found, boundary, outcomes, language) for found in flow.exits)
    return Contract(
        child=boundary.name,
        workflow=boundary.workflow,
        version=boundary.version,
        accepts=boundary.accepts,
        entries=tuple(EntryContract(found.entry, _request(found, boundary, language)) for found in flow.entries),
        exits=exits,
        errors=_errors(flow),
        answers_token=boundary.pattern == "callback",
    )


def _request(found: EntryFlow, boundary: ChildBoundary, language: QueryLanguage) -> Request:
    present = _assumed(found.present, boundary.assume_present)
    wanted = _captured(found.wanted)
    documents = {name: path for name, path in (boundary.request or {}).items() if path.root == DOCUMENT}
    request = Request(
        document=payload(
            DOCUMENT,
            wanted.get(DOCUMENT, EMPTY),
            present,
            found.anticipated,
            optional=boundary.optional,
            names=documents or None,
        ),
        variables=tuple(
            payload(root, wanted[root], present, found.anticipated, optional="widen")
            for root in sorted(wanted)
            if root not in (DOCUMENT, CONTEXT)
        ),
        context=payload(CONTEXT, wanted.get(CONTEXT, EMPTY), present, found.anticipated, optional="exact"),
    )
    templated = request.strict and language == "JSONPath"
    document, *variables, context = (replace(part, templated=templated) for part in request.parts)
    return Request(document, tuple(variables), context)


def outcome_names(flow: RegionFlow, boundary: ChildBoundary) -> Mapping[str | None, str]:
    """What each exit is called in the response: the user's name for it, else the state it leads to, else ``end``."""
    names: dict[str | None, str] = {}
    for found in flow.region.exits:
        key = found.target if found.target is not None else "end"
        name = boundary.exits.get(key, key)
        while name in names.values():
            name += "_"
        names[found.target] = name
    return names


def missing_names(needed: Payload, names: Mapping[str, AccessPath]) -> tuple[AccessPath, ...]:
    """The needed paths that no rename covers."""
    given = [path.stem for path in names.values() if path.root == needed.root]
    return tuple(
        needed.path_of(value) for value in needed.values if not any(value.stem[: len(stem)] == stem for stem in given)
    )


def _exit_contract(
    flow: RegionFlow,
    found: ExitFlow,
    boundary: ChildBoundary,
    outcomes: Mapping[str | None, str],
    language: QueryLanguage,
) -> ExitContract:
    changed = found.changed.get(DOCUMENT, EMPTY)
    back = found.returned.get(DOCUMENT, EMPTY)
    writes = tuple(stem for stem in changed.leaves() if back.at(stem) or stem in found.emptied)
    contract = ExitContract(
        outcome=outcomes[found.exit.target],
        target=found.exit.target,
        result=payload(
            DOCUMENT,
            back,
            found.present,
            found.anticipated,
            optional=_how(boundary, writes),
            names=_names_of_result(boundary, back),
        ),
        variables=tuple(
            payload(root, found.returned[root], found.present, found.anticipated, optional="widen")
            for root in sorted(found.returned)
            if root not in (DOCUMENT, CONTEXT)
        ),
        writes=writes,
        emptied=found.emptied,
        replaced=changed.rest,
        surely_written=frozenset(found.present.get(DOCUMENT, ())),
    )
    templated = contract.strict and language == "JSONPath"
    result, *variables = (replace(part, templated=templated) for part in (contract.result, *contract.variables))
    return replace(contract, result=result, variables=tuple(variables))


def _how(boundary: ChildBoundary, writes: tuple[Stem, ...]) -> Literal["exact", "widen"]:
    # Widening a result beyond what was written would return, and overwrite, what the child was never sent.
    return boundary.optional if writes == ((),) else "exact"


def _names_of_result(boundary: ChildBoundary, back: PathSet) -> Mapping[str, AccessPath] | None:
    return boundary.result if boundary.result and back else None


def _captured(wanted: Paths) -> Paths:
    """Without what every state has of its own: ``$$.State`` and ``$$.Task`` mean the state that reads them."""
    if CONTEXT not in wanted:
        return wanted
    outside = wanted[CONTEXT].without(("State",)).without(("Task",))
    return {
        **{root: paths for root, paths in wanted.items() if root != CONTEXT},
        **({CONTEXT: outside} if outside else {}),
    }


def _assumed(present: Presence, vouched: tuple[AccessPath, ...]) -> Presence:
    return with_paths(present, vouched)


def _errors(flow: RegionFlow) -> Errors:
    """A task that times out has no cause, and whoever answers for one may leave it out: none is relied on."""
    named: dict[str, None] = {}
    tasks: list[str] = []
    unnamed = uncaused = False
    for state in failing(flow.region.scope.states[name] for name in flow.region.members):
        body = state.body
        if state.type is StateType.FAIL:
            if isinstance(body.get("Error"), str) and expression_in(body["Error"]) is None:
                named[body["Error"]] = None
            unnamed |= "Error" not in body and "ErrorPath" not in body
            uncaused |= "Cause" not in body and "CausePath" not in body
        else:
            tasks.append(state.name)
            resource = str(body.get("Resource", ""))
            unnamed |= ".waitForTaskToken" in resource or ":activity:" in resource
    return Errors(tuple(named), tuple(tasks), unnamed, uncaused or bool(tasks))


def failing(states: Iterable[State]) -> Iterator[State]:
    """The Fail states and the tasks, inner scopes included, whose error nothing around them surely catches."""
    for state in states:
        if state.type is StateType.FAIL:
            yield state
        elif not _catches_all(state):
            if state.type is StateType.TASK or "ItemReader" in state.body:
                yield state
            for scope in state.scopes:
                yield from failing(scope.states.values())


def _catches_all(state: State) -> bool:
    return any("States.ALL" in catcher["ErrorEquals"] for catcher in state.body.get("Catch") or ())


def members_inside(states: Iterator[State]) -> Iterator[State]:
    """These states and all states of their inner scopes."""
    for state in states:
        yield state
        for scope in state.scopes:
            yield from members_inside(iter(scope.states.values()))


def scopes_of_execution(scope: Scope, states: Iterable[State]) -> Iterator[tuple[Scope, State]]:
    """The states and those of their inner scopes that share the execution, each with its scope."""
    for state in states:
        yield scope, state
        for inner in state.scopes:
            if inner.kind is not ScopeKind.DISTRIBUTED:
                yield from scopes_of_execution(inner, inner.states.values())
