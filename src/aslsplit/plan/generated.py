"""What the generated states, variables and fields of one child are called."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from aslsplit.analysis.effects import Effects
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.shapes import Record, Shape, Update
from aslsplit.asl.model import StateMachine
from aslsplit.asl.paths import DOCUMENT
from aslsplit.plan.boundaries import ChildBoundary
from aslsplit.plan.contract import Contract
from aslsplit.plan.naming import Names, camel, free, style_of, words_of

__all__ = [
    "AnsweringNames",
    "CarrierNames",
    "ChildNames",
    "Generated",
    "ParentNames",
    "generated_names",
    "names_of",
    "values_taken",
]


@dataclass(frozen=True, slots=True)
class CarrierNames:
    """Variables of the parent with ``carrier: variables``, top-level fields of its document with ``document``."""

    request: str
    context: str
    result: str
    outcome: str
    variables: str
    error: str
    call: str
    execution: str

    @property
    def all(self) -> frozenset[str]:
        return frozenset(getattr(self, field.name) for field in fields(self))


_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class ParentNames:
    build: Mapping[str, str]
    """Entry to the state that builds its request."""

    invoke: str
    route: str
    unknown: str
    read_error: str
    failed: str
    check: str
    """The state that looks how an EXPRESS child has ended."""

    read: str
    """The state that takes apart what such a child puts out."""

    timed_out: str
    which_failure: str
    failed_without: Mapping[str, str]
    """What the error lacks ("cause", "error", "both") to the Fail state for it."""

    normalize: Mapping[str, str]
    """Outcome to the first state that normalizes it."""

    completed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnsweringNames:
    """Of a child that answers a task token: ``run`` has all its other states in a branch."""

    run: str
    send_response: str
    send_failure: str
    failed: str

    @property
    def sending(self) -> tuple[str, ...]:
        return (self.send_response, self.send_failure)


@dataclass(frozen=True, slots=True)
class ChildNames:
    validate: str
    unpack: Mapping[str, str]
    """Entry to the state that takes its request apart."""

    assign: Mapping[tuple[str, str], str]
    """Entry, and root of a variable that may not have been sent, to the state that assigns it if it was."""

    reject: str
    respond: Mapping[str, str]
    answering: AnsweringNames | None
    """None if it answers by ending."""

    def at_site(self, names: Mapping[str, str]) -> ChildNames:
        """The same names, by the entry of another site; ``names`` lead the first site's states to its own."""
        unpack = {names[entry]: name for entry, name in self.unpack.items()}
        return replace(self, unpack=unpack, assign={(names[e], root): name for (e, root), name in self.assign.items()})


@dataclass(frozen=True, slots=True)
class Generated:
    parent: ParentNames
    child: ChildNames
    carrier: CarrierNames
    names: Names
    """To make more names in the parent with, each of them free."""


def names_of(machine: StateMachine) -> Names:
    every = tuple(name for scope in machine.scopes() for name in scope.states)
    return Names(style_of(every), frozenset(every))


def values_taken(facts: Facts) -> frozenset[str]:
    """The variables of the machine and the top-level fields of its documents, as far as anything names them."""
    taken: set[str] = {"states"}
    for scope in facts.scopes.values():
        for effects in scope.effects.values():
            taken |= _named_by(effects)
    return frozenset(taken)


def _named_by(effects: Effects) -> set[str]:
    found = {read.path.root[1:] for read in effects.reads if read.path.is_variable}
    found |= {read.path.stem[0] for read in effects.reads if read.path.root == DOCUMENT and read.path.stem}
    for way in effects.passages:
        found |= {root[1:] for root in way.variables}
        found |= _fields_put(way.document)
    body = effects.state.body
    holders = [body, *(body.get("Catch") or ())]
    for holder in holders:
        path = holder.get("ResultPath") if isinstance(holder, dict) else None
        if isinstance(path, str):
            found |= set(path.removeprefix("$.").split(".")[:1])
    return found


def _fields_put(document: Shape) -> set[str]:
    match document:
        case Record(members):
            return set(members)
        case Update(base, stem, _):
            return {*stem[:1], *_fields_put(base)}
        case _:
            return set()


def generated_names(
    boundary: ChildBoundary, contract: Contract, names: Names, values: frozenset[str], members: Iterable[str]
) -> Generated:
    """Names of the parent are free in ``names``, variables and fields in ``values``. In the child only its own states
    take names: the ``members``, those inside them included."""
    parent = _parent_names(boundary, contract, names)
    words = words_of(boundary.name)
    carrier = CarrierNames(
        *(
            free(camel((*words, part)), values)
            for part in ("Request", "Context", "Result", "Outcome", "Variables", "Error", "Call", "Execution")
        )
    )
    names = names.taking(_all(parent))
    inside = Names(names.style, frozenset(members))
    answering = None
    if boundary.pattern == "callback":
        # Its name is told apart from every other: paths through it are those of the monolith.
        run = names.fresh("Run", boundary.name)
        names = names.taking([run])
        answering = _answering_names(boundary.name, run, inside)
    return Generated(parent, _child_names(contract, inside, answering), carrier, names)


def _parent_names(boundary: ChildBoundary, contract: Contract, names: Names) -> ParentNames:
    child = boundary.name
    suffixes = {found.outcome: (found.outcome if contract.routed else "") for found in contract.exits}
    invoke = free(boundary.invoke_as, names.taken) if boundary.invoke_as else names.fresh("Invoke", child)
    names = names.taking([invoke])
    entries = _words_of_entries(contract)
    return ParentNames(
        build=_distinct({key: names.fresh("Build", child, word, "Request") for key, word in entries.items()}, names),
        invoke=invoke,
        route=names.fresh("Route", child),
        unknown=names.fresh("Unknown", child, "Outcome"),
        read_error=names.fresh("Read", child, "Error"),
        failed=names.fresh(child, "Failed"),
        check=names.fresh("Check", child, "Status"),
        read=names.fresh("Read", child, "Answer"),
        timed_out=names.fresh(child, "Timed", "Out"),
        which_failure=names.fresh("Classify", child, "Failure"),
        failed_without={
            "cause": names.fresh(child, "Failed", "Without", "Cause"),
            "error": names.fresh(child, "Failed", "Without", "Error"),
            "both": names.fresh(child, "Failed", "Without", "Details"),
        },
        normalize=_distinct(
            {key: names.fresh("Normalize", child, word, "Result") for key, word in suffixes.items()}, names
        ),
        completed=_distinct({key: names.fresh(child, word, "Completed") for key, word in suffixes.items()}, names),
    )


def _child_names(contract: Contract, names: Names, answering: AnsweringNames | None) -> ChildNames:
    validate, words = names.fresh("Validate", "Request"), _words_of_entries(contract)
    suffixes = {found.outcome: (found.outcome if contract.routed else "") for found in contract.exits}
    return ChildNames(
        validate=validate,
        unpack=_distinct({key: names.fresh("Unpack", word, "Request") for key, word in words.items()}, names),
        assign=_distinct(
            {
                (found.entry, part.root): names.fresh("Unpack", words[found.entry], part.root[1:])
                for found in contract.entries
                for part in found.request.perhaps_assigned
            },
            names,
        ),
        reject=names.fresh("Reject", "Request"),
        respond=_distinct({key: names.fresh("Build", word, "Response") for key, word in suffixes.items()}, names),
        answering=answering,
    )


def _answering_names(child: str, run: str, names: Names) -> AnsweringNames:
    return AnsweringNames(
        run=run,
        send_response=names.fresh("Send", "Response"),
        send_failure=names.fresh("Send", "Failure"),
        failed=names.fresh(child, "Failed"),
    )


def _words_of_entries(contract: Contract) -> Mapping[str, str]:
    return {found.entry: (found.entry if contract.dispatched else "") for found in contract.entries}


def _distinct(named: Mapping[_Key, str], names: Names) -> Mapping[_Key, str]:
    """Outcomes and entries may differ in characters that the naming style drops."""
    found: dict[_Key, str] = {}
    for key, name in named.items():
        taken = {*found.values(), *names.taken}
        found[key] = name if name not in found.values() else free(name, taken)
    return found


def _all(names: ParentNames) -> frozenset[str]:
    single = (names.invoke, names.route, names.unknown, names.read_error, names.failed, names.check, names.read)
    groups = (names.build, names.failed_without, names.normalize, names.completed)
    return frozenset(
        {*single, names.timed_out, names.which_failure, *(name for group in groups for name in group.values())}
    )
