"""The fields of a child's contract, and the names by which people ask for them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aslsplit.analysis.region_flow import EntryFlow, ExitFlow
from aslsplit.asl.paths import AccessPath, format_path
from aslsplit.findings import Finding, finding
from aslsplit.plan.contract import ExitContract
from aslsplit.plan.payload import Carried, Payload
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.render.phrases import listed

__all__ = ["Field", "entry_of", "fields_of", "groups_of", "is_below", "named", "start_of", "unknown_field"]


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a contract. ``names`` begin with the one that is shown. ``arrival`` is where a field of a request
    is wanted, ``exit`` where a field of a result goes back; the other one is None."""

    names: tuple[str, ...]
    payload: Payload
    value: Carried
    arrival: EntryFlow | None = None
    exit: tuple[ExitFlow, ExitContract] | None = None

    @property
    def path(self) -> AccessPath:
        return self.payload.path_of(self.value)

    @property
    def required(self) -> bool:
        return self.payload.requires(self.value)


def fields_of(child: ChildPlan) -> Iterator[Field]:
    contract, name = child.as_called, child.boundary.name
    for arrival, entry in zip(child.flow.entries, contract.entries, strict=True):
        request = entry.request
        for part, group in ((request.document, "request"), (request.context, "context")):
            for value in part.values:
                short = _names(name, (group, *part.place_of(value)))
                long = _names(name, (group, entry.entry, *part.place_of(value)))
                yield Field((*long, *short) if contract.dispatched else short, part, value, arrival)
        yield from _variables(name, request.variables, arrival, None)
    for flow, found in zip(child.flow.exits, contract.exits, strict=True):
        for value in found.result.values:
            place = found.result.place_of(value)
            short = _names(name, ("result", *place))
            long = _names(name, ("result", found.outcome, *place))
            names = (*long, *short) if contract.routed else (*short, *long)
            yield Field(names, found.result, value, exit=(flow, found))
        yield from _variables(name, found.variables, None, (flow, found))


def _variables(
    child: str,
    payloads: Iterable[Payload],
    arrival: EntryFlow | None,
    exit: tuple[ExitFlow, ExitContract] | None,
) -> Iterator[Field]:
    for part in payloads:
        for value in part.values:
            place = (part.root[1:], *part.place_of(value))
            yield Field(_names(child, ("variables", *place)), part, value, arrival, exit)


def _names(child: str, steps: tuple[str, ...]) -> tuple[str, ...]:
    """As a path is written, and simply with dots."""
    return tuple(dict.fromkeys((format_path(child, steps), ".".join((child, *steps)))))


def named(fields: Sequence[Field], query: str) -> list[Field]:
    first = [field for field in fields if field.names[0] == query]
    return first or [field for field in fields if query in field.names]


def is_below(child: ChildPlan, field: Field, query: str) -> bool:
    """Variables and context belong to the request, and variables to a result, although they lie beside it."""
    name = child.boundary.name
    groups = [f"{name}.request"]
    if field.arrival is not None and child.as_called.dispatched:
        groups += _names(name, ("request", field.arrival.entry))
    if field.exit is not None:
        groups = [f"{name}.result", *_names(name, ("result", field.exit[1].outcome))]
    return query in groups or any(form.startswith((f"{query}.", f"{query}[")) for form in field.names)


def groups_of(child: ChildPlan) -> tuple[str, ...]:
    name = child.boundary.name
    entries = [found.entry for found in child.as_called.entries] if child.as_called.dispatched else []
    requests = [form for entry in entries for form in _names(name, ("request", entry))]
    results = [form for found in child.as_called.exits for form in _names(name, ("result", found.outcome))]
    return (name, *(f"{name}.{part}" for part in ("request", "variables", "context", "result")), *requests, *results)


def unknown_field(plan: Plan, child: ChildPlan, fields: Sequence[Field], query: str) -> Finding:
    name = child.boundary.name
    around = [field for field in fields if any(query.startswith((f"{n}.", f"{n}[")) for n in field.names)]
    renamed = [field for field in fields if field.value.name is not None and _unrenamed(name, field) == query]
    if around:
        help = f"it travels inside {around[0].names[0]}; ask for that"
    elif renamed:
        help = f"it is called {renamed[0].names[0]} in the contract"
    else:
        named = {_tail(form): field.names[0] for field in reversed(fields) for form in field.names}
        shown = tuple(dict.fromkeys(named[form] for form in difflib.get_close_matches(_tail(query), named, n=3)))
        help = f"did you mean {listed(shown, joint='or')}?" if shown else f"`--why {name}` lists what there is"
    place = plan.boundaries.source.span(child.boundary.pointer, key=True)
    return finding("ASL016", f'there is no contract field "{query}"', span=place, help=help)


def _tail(name: str) -> str:
    """Without the child and the part of its contract, which would make all names look alike."""
    return name.split(".", 2)[-1]


def _unrenamed(child: str, field: Field) -> str:
    part = "request" if field.exit is None else "result"
    return ".".join((child, part, *field.value.stem))


def start_of(child: ChildPlan, field: Field) -> str | None:
    """Where the value begins to be of use: at its entry, or behind its exit (None: the scope ends)."""
    return entry_of(child, field) if field.exit is None else field.exit[1].target


def entry_of(child: ChildPlan, field: Field) -> str:
    return child.region.entries[0] if field.arrival is None else field.arrival.entry
