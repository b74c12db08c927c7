"""Why a contract has a field: what it carries, who reads it, where it comes from, and what proves it to be present.

A field is asked for by its name in the contract: ``payment.request.amount``, ``payment.result.declined.payment``,
``payment.variables.total``, ``payment.context.Execution.Id``. A name that several fields begin with lists those.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from aslsplit.analysis.effects import proved
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.pathset import EMPTY
from aslsplit.analysis.region_flow import EntryFlow, ExitFlow
from aslsplit.analysis.sources import Origin, Writing, sure_reader, writers, writers_behind
from aslsplit.analysis.trace import Extent, Leaving, Move, Reading, leavings, readers
from aslsplit.asl.model import StateType
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, format_path
from aslsplit.asl.source import Json, Pointer
from aslsplit.findings import Finding, Severity, finding
from aslsplit.plan.boundaries import find_child
from aslsplit.plan.contract import ExitContract
from aslsplit.plan.map_fields import describe
from aslsplit.plan.payload import Carried, Payload
from aslsplit.plan.plan import ChildPlan, Plan

__all__ = ["Explained", "explain_field", "explained_fields"]


def explain_field(plan: Plan, query: str) -> tuple[str | None, tuple[Finding, ...]]:
    """The text for people, or the findings that say why there is none."""
    query = query.strip().rstrip(".")
    name = query.split(".", 1)[0]
    child = plan.child(name)
    if child is None:
        _, unknown = find_child(plan.boundaries, name)
        refused = (remark for remark in plan.findings_of(frozenset({name})) if remark.severity is Severity.ERROR)
        return None, unknown or tuple(refused)
    fields = tuple(_fields(child))
    exact = _named(fields, query)
    inside = [field for field in fields if field not in exact and _is_below(child, field, query)]
    if exact or inside:
        blocks = [_block(plan, child, field) for field in exact]
        return "\n\n".join([*blocks, *([_listing(plan, child, inside)] if inside else [])]) + "\n", ()
    if query in _groups(child):
        return f"{query}   no fields\n", ()
    return None, (_unknown(plan, child, fields, query),)


@dataclass(frozen=True, slots=True)
class Explained:
    """A field, and what there is to say of it. ``uses`` and ``sources`` are rows: who, where, and how."""

    name: str
    status: str
    path: AccessPath
    returned: bool
    carries: str
    uses: tuple[tuple[str, ...], ...]
    sources: tuple[tuple[str, ...], ...]
    because: str


def explained_fields(plan: Plan, child: ChildPlan) -> tuple[Explained, ...]:
    """Every field of the contract, in its order."""
    return tuple(_explained(plan, child, field) for field in _fields(child))


# Fields and their names.


@dataclass(frozen=True, slots=True)
class _Field:
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


def _fields(child: ChildPlan) -> Iterator[_Field]:
    contract, name = child.contract, child.boundary.name
    for arrival, entry in zip(child.flow.entries, contract.entries, strict=True):
        request = entry.request
        for part, group in ((request.document, "request"), (request.context, "context")):
            for value in part.values:
                short = _names(name, (group, *part.place_of(value)))
                long = _names(name, (group, entry.entry, *part.place_of(value)))
                yield _Field((*long, *short) if contract.dispatched else short, part, value, arrival)
        yield from _variables(name, request.variables, arrival, None)
    for flow, found in zip(child.flow.exits, contract.exits, strict=True):
        for value in found.result.values:
            place = found.result.place_of(value)
            short = _names(name, ("result", *place))
            long = _names(name, ("result", found.outcome, *place))
            names = (*long, *short) if contract.routed else (*short, *long)
            yield _Field(names, found.result, value, exit=(flow, found))
        yield from _variables(name, found.variables, None, (flow, found))


def _variables(
    child: str,
    payloads: Iterable[Payload],
    arrival: EntryFlow | None,
    exit: tuple[ExitFlow, ExitContract] | None,
) -> Iterator[_Field]:
    for part in payloads:
        for value in part.values:
            place = (part.root[1:], *part.place_of(value))
            yield _Field(_names(child, ("variables", *place)), part, value, arrival, exit)


def _names(child: str, steps: tuple[str, ...]) -> tuple[str, ...]:
    """As a path is written, and simply with dots."""
    return tuple(dict.fromkeys((format_path(child, steps), ".".join((child, *steps)))))


def _named(fields: Sequence[_Field], query: str) -> list[_Field]:
    first = [field for field in fields if field.names[0] == query]
    return first or [field for field in fields if query in field.names]


def _is_below(child: ChildPlan, field: _Field, query: str) -> bool:
    """Variables and context belong to the request, and variables to a result, although they lie beside it."""
    name = child.boundary.name
    groups = [f"{name}.request"]
    if field.arrival is not None and child.contract.dispatched:
        groups += _names(name, ("request", field.arrival.entry))
    if field.exit is not None:
        groups = [f"{name}.result", *_names(name, ("result", field.exit[1].outcome))]
    return query in groups or any(form.startswith((f"{query}.", f"{query}[")) for form in field.names)


def _groups(child: ChildPlan) -> tuple[str, ...]:
    name = child.boundary.name
    entries = [found.entry for found in child.contract.entries] if child.contract.dispatched else []
    requests = [form for entry in entries for form in _names(name, ("request", entry))]
    results = [form for found in child.contract.exits for form in _names(name, ("result", found.outcome))]
    return (name, *(f"{name}.{part}" for part in ("request", "variables", "context", "result")), *requests, *results)


def _unknown(plan: Plan, child: ChildPlan, fields: Sequence[_Field], query: str) -> Finding:
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
        help = f"did you mean {_listed(shown, joint='or')}?" if shown else f"`--why {name}` lists what there is"
    place = plan.boundaries.source.span(child.boundary.pointer, key=True)
    return finding("ASL016", f'there is no contract field "{query}"', span=place, help=help)


def _tail(name: str) -> str:
    """Without the child and the part of its contract, which would make all names look alike."""
    return name.split(".", 2)[-1]


def _unrenamed(child: str, field: _Field) -> str:
    part = "request" if field.exit is None else "result"
    return ".".join((child, part, *field.value.stem))


# One field, explained.

_Row = tuple[str, ...]


def _explained(plan: Plan, child: ChildPlan, field: _Field) -> Explained:
    sources = _sources(plan, child, field)
    return Explained(
        field.names[0],
        _status(child, field),
        field.path,
        field.exit is not None,
        _carries(child, field),
        tuple(_uses(plan, child, field)),
        tuple(_source_row(plan, writing) for writing in sources),
        _because(plan, child, field, sources),
    )


def _block(plan: Plan, child: ChildPlan, field: _Field) -> str:
    found = _explained(plan, child, field)
    rows = [
        ("  carries     ", (found.carries,)),
        *_labelled("  read by     ", found.uses),
        *_labelled("  comes from  ", found.sources),
        ("  because     ", (found.because,)),
    ]
    texts = _aligned([row for _, row in rows])
    body = [label + text for (label, _), text in zip(rows, texts, strict=True)]
    return "\n".join((f"{found.name}   {found.status}", *body))


def _labelled(label: str, rows: Sequence[_Row]) -> list[tuple[str, _Row]]:
    return [(" " * len(label) if position else label, row) for position, row in enumerate(rows)]


def _status(child: ChildPlan, field: _Field) -> str:
    status = "required" if field.required else "optional"
    if field.payload.root in (DOCUMENT, CONTEXT):
        return status
    if field.exit is None:
        at = f" {_start(child, field)}" if child.contract.dispatched else ""
        return f"{status} in the request{at}"
    return f"{status} in the result" + (f" {field.exit[1].outcome}" if child.contract.routed else "")


def _carries(child: ChildPlan, field: _Field) -> str:
    shown = "the whole document" if field.path == AccessPath(DOCUMENT) else str(field.path)
    if field.payload.root == CONTEXT:
        return f"{shown} of the parent, which means something else inside the child"
    if field.exit is None:
        return f"{shown}, as it is where {_start(child, field)} begins"
    target = field.exit[1].target
    return f"{shown}, as it is where " + (f"control goes on to {target}" if target else "the scope ends")


def _uses(plan: Plan, child: ChildPlan, field: _Field) -> list[_Row]:
    """Who reads it: states, and beyond them whoever gets an output or a result that contains it."""
    facts, scope, path = plan.facts, child.region.scope, field.path
    within = child.region.members if field.exit is None else None
    start = _start(child, field)
    if start is None:
        assert field.exit is not None
        ends = [Leaving(scope, transition, path, ()) for transition in field.exit[0].exit.transitions]
        return _ending_rows(plan, ends)
    found = readers(facts, scope, start, path.root, path.stem, within)
    reads = [reading for reading in found if reading.extent is not Extent.PRESENCE_AROUND]
    rows = _few_per_state([_reading_row(plan, reading) for reading in reads])
    gone = leavings(facts, scope, start, path.root, path.stem, within)
    ends = [leaving for leaving in gone if within is None or leaving.scope.pointer != scope.pointer]
    rows += _ending_rows(plan, ends)
    if within is not None:
        back = [leaving for leaving in gone if leaving not in ends and _goes_back(child, leaving)]
        rows += _returning_rows(child, [leaving for leaving in back if not leaving.moves] or ([] if rows else back))
    around = [_reading_row(plan, reading) for reading in found]
    return rows or around or _calling_rows(plan, child, field) or _uses_around(field)


def _calling_rows(plan: Plan, child: ChildPlan, field: _Field) -> list[_Row]:
    """The calls of children inside this one."""
    meta = plan.boundaries.meta
    if field.arrival is None or field.path not in (meta.correlation_id, meta.entity_id):
        return []
    inside = [other.boundary.name for other in plan.children if plan.lies_inside(other, child)]
    return [(f"the call of {name}", "", "sends it as meta") for name in inside]


def _start(child: ChildPlan, field: _Field) -> str | None:
    """Where the value begins to be of use: at its entry, or behind its exit (None: the scope ends)."""
    return _entry(child, field) if field.exit is None else field.exit[1].target


def _entry(child: ChildPlan, field: _Field) -> str:
    return child.region.entries[0] if field.arrival is None else field.arrival.entry


def _uses_around(field: _Field) -> list[_Row]:
    """Nobody wants the value itself: wanted is an object around it that writing it may have made, or that it is one
    itself, because something will be put into it."""
    path = field.path
    live = field.exit[0].live.get(path.root, EMPTY) if field.exit is not None else EMPTY
    around = [path.stem[:length] for length in range(len(path.stem) - 1, 0, -1) if live.at(path.stem[:length]).here]
    rows: list[_Row] = [
        (f"whatever reads {format_path(path.root, stem)}", "", "which writing this may have made") for stem in around
    ]
    return rows or [(f"whatever writes below {path}", "", "which needs an object there")]


_MOST_PER_STATE = 3


def _few_per_state(rows: Iterable[_Row]) -> list[_Row]:
    """A Choice may ask for one value in twenty rules; the first places show where to look."""
    found: list[_Row] = []
    for name, group in groupby(rows, key=lambda row: row[0]):
        places = list(group)
        kept = _MOST_PER_STATE if len(places) <= _MOST_PER_STATE else _MOST_PER_STATE - 1
        found += places[:kept]
        if len(places) > kept:
            found.append((name, "", f"and {len(places) - kept} more places"))
    return found


def _reading_row(plan: Plan, reading: Reading) -> _Row:
    where = str(plan.facts.machine.source.span(reading.read.pointer, key=_is_state(reading.read.pointer)))
    if reading.arriving:
        called = next((c.boundary.name for c in plan.children if reading.state.name in c.region.entries), "a child")
        return reading.state.name, where, f"the call of {called} sends it as meta"
    field = _relative(reading.read.pointer, reading.state.pointer)
    notes = [field] if field else []
    if reading.read.opaque:
        notes.append(reading.read.opaque)
    elif not field and reading.state.name in plan.facts.assumptions.reads:
        notes.append(f"the map says so: assume.reads.{reading.state.name}")
    if reading.asks_presence:
        notes.append("asks only whether it is there")
    return reading.state.name, where, ", ".join((*notes, *_as_read(reading)))


def _as_read(reading: Reading) -> Iterator[str]:
    how = {
        Extent.EXACT: f"as {reading.place}",
        Extent.PART: f"only {reading.read.path}",
        Extent.AROUND: f"as {reading.place}" if reading.moves else f"as part of {_whole(reading.read.path)}",
        Extent.PRESENCE_AROUND: f"wants {reading.read.path} to be there",
    }[reading.extent]
    says_all = reading.extent is Extent.EXACT or (reading.extent is Extent.AROUND and reading.read.opaque)
    if reading.moves or not says_all:
        yield f"{how}{_moved(reading.moves)}"


def _goes_back(child: ChildPlan, leaving: Leaving) -> bool:
    returned = next(flow.returned for flow in child.flow.exits if leaving.transition in flow.exit.transitions)
    return bool(returned.get(leaving.place.root, EMPTY).at(leaving.place.stem))


def _ending_rows(plan: Plan, ends: Iterable[Leaving]) -> list[_Row]:
    rows: dict[_Row, None] = {}
    for end in ends:
        moved = f"as {end.place}{_moved(end.moves)}" if end.moves else ""
        around = plan.facts.machine.enclosing(end.scope)
        if not around:
            rows[("the execution's output", "", moved)] = None
        else:
            owner = around[0][1]
            where = str(plan.facts.machine.source.span(owner.pointer, key=True))
            rows[(owner.name, where, ", ".join(filter(None, ("has it in its result", moved))))] = None
    return list(rows)


def _returning_rows(child: ChildPlan, back: Iterable[Leaving]) -> list[_Row]:
    outcomes = {found.target: found.outcome for found in child.contract.exits}
    rows: dict[_Row, None] = {}
    for leaving in back:
        result = f"the result {outcomes[leaving.transition.target]}" if child.contract.routed else "the result"
        how = (
            f"as {leaving.place}{_moved(leaving.moves)}"
            if leaving.moves
            else "gives it back on ways that do not overwrite it"
        )
        rows[(result, "", how)] = None
    return list(rows)


# Where it comes from.


def _sources(plan: Plan, child: ChildPlan, field: _Field) -> tuple[Writing, ...]:
    region, path = child.region, field.path
    if field.exit is None:
        return writers(plan.facts, region.scope, _entry(child, field), path.root, path.stem, region.members)
    ways = field.exit[0].exit.transitions
    return writers_behind(plan.facts, region.scope, ways, path.root, path.stem, region.members)


def _source_row(plan: Plan, writing: Writing) -> _Row:
    copying = [state for state, _ in groupby(move.state for move in writing.moves)]
    moved = f"as {writing.path}, then copied by {_listed(copying)}" if copying else ""
    if writing.state is None:
        name, note = _outside(writing.origin)
        notes = ", ".join(filter(None, (note, moved)))
        return (name, "", notes) if notes else (name,)
    where = str(plan.facts.machine.source.span(writing.pointer, key=_is_state(writing.pointer)))
    return writing.state.name, where, ", ".join(filter(None, (_made(plan, writing), moved)))


def _outside(origin: Origin) -> tuple[str, str]:
    """What to call a source that is no state, and what to say of it."""
    match origin:
        case Origin.INPUT:
            return "the execution's input", ""
        case Origin.ENTRY:
            return "the request", "on ways that do not write it"
        case Origin.CONTEXT:
            return "the context object of the parent", ""
        case _:
            return "no state", "on some way nothing has assigned it"


def _made(plan: Plan, writing: Writing) -> str:
    assert writing.state is not None
    field = _relative(writing.pointer, writing.state.pointer)
    text = _value_at(plan, writing.pointer)
    match writing.origin:
        case Origin.ABSENT:
            return f"{field} leaves it out" if field else "leaves it out"
        case Origin.ERROR:
            return f"{field}: the error output"
        case Origin.LITERAL:
            return f"{field}: {'null' if text is None else describe(text)}" if field else "an empty object"
        case Origin.PART:
            return f"writes {writing.path} inside it"
        case Origin.BUILT:
            return f"{field} builds it"
        case _ if field:
            return f"{field}: {text}" if isinstance(text, str) else field
        case Origin.HANDED:
            return "one of its items" if writing.state.type is StateType.MAP else "what its branches get"
        case _:
            return "its result"


# Why it is required or optional.


def _because(plan: Plan, child: ChildPlan, field: _Field, sources: Sequence[Writing]) -> str:
    if field.value.certain:
        return _why_certain(plan, child, field, sources)
    if field.required:
        if field.exit is None:
            return f"every way from {_start(child, field)} reads it before any external call"
        return f"every way from {field.exit[1].target} reads it before any external call"
    if field.value.strict:
        return "it is read first thing, but travels with values that may be absent, so it may be left out like them"
    return f"may be absent: {_why_absent(plan, field, sources)}"


def _why_certain(plan: Plan, child: ChildPlan, field: _Field, sources: Sequence[Writing]) -> str:
    root, stem = field.path.root, field.path.stem
    flow = field.arrival if field.exit is None else field.exit[0]
    assert flow is not None
    if root == DOCUMENT and not stem:
        return "there always is a document"
    if stem not in flow.present.get(root, ()):
        return f"the map says so: assume.present of {child.boundary.name}"
    if root == CONTEXT:
        return _why_in_context(plan, child, field)
    there = _start(child, field) if field.exit is None else "this exit"
    # Writing inside a value leaves the value itself where it was.
    origins = {writing.origin for writing in sources} - {Origin.PART}
    if origins <= {Origin.INPUT}:
        if all(_required_of_input(plan, writing) for writing in sources if writing.origin is Origin.INPUT):
            return "input_schema requires it"
        read = _who_read_it(plan.facts, child, field, sources)
        return read or f"every way to {there} has read or written it"
    if origins.isdisjoint({Origin.INPUT, Origin.ENTRY, Origin.ABSENT}) and not any(one.inside for one in sources):
        return f"every way to {there} writes it"
    return f"every way to {there} has read or written it"


def _why_in_context(plan: Plan, child: ChildPlan, field: _Field) -> str:
    stem, scope = field.path.stem, plan.facts.of(child.region.scope)
    if len(stem) > 2 and stem in plan.facts.assumptions.present.get(CONTEXT, ()):
        return "input_schema requires it"
    if stem in scope.present[scope.scope.start_at].get(CONTEXT, ()):
        return "the context object always has it"
    return _who_read_it(plan.facts, child, field, ()) or f"every way to {_start(child, field)} has read it"


def _required_of_input(plan: Plan, writing: Writing) -> bool:
    return writing.path.stem in plan.facts.assumptions.present.get(DOCUMENT, ())


def _who_read_it(facts: Facts, child: ChildPlan, field: _Field, sources: Sequence[Writing]) -> str | None:
    """The state that has proved a value of the input to be there, by reading it in place or by copying it."""
    entry = _entry(child, field)
    copied = [writing for writing in sources if writing.moves]
    if copied:
        states = sorted({writing.moves[-1].state for writing in copied})
        if len(copied) < len(sources) or not all(_read_by_last_move(facts, writing) for writing in copied):
            return None
        return f"{_listed(states)} copied it, which fails without it"
    found = sure_reader(facts, child.region.scope, entry, field.path.root, field.path.stem)
    if found is None:
        return None
    state, pointer = found
    return f"{state.name} has read it on every way to {entry} ({facts.machine.source.span(pointer)})"


def _read_by_last_move(facts: Facts, writing: Writing) -> bool:
    """A filter such as OutputPath moves what is inside a value without looking whether it is there."""
    *earlier, last = writing.moves
    before = earlier[-1].path if earlier else writing.path
    scope = facts.machine.scope_of(last.state)
    paths = proved(facts.of(scope).effects[last.state].reads) if scope else ()
    return any(path.root == before.root and path.stem[: len(before.stem)] == before.stem for path in paths)


def _why_absent(plan: Plan, field: _Field, sources: Sequence[Writing]) -> str:
    reasons = []
    origins = {writing.origin for writing in sources}
    if any(writing.origin is Origin.INPUT and not _required_of_input(plan, writing) for writing in sources):
        schema = plan.boundaries.input_schema
        reasons.append("input_schema does not require it" if schema else "no input_schema says that the input has it")
    missing = [writing for writing in sources if writing.origin is Origin.ABSENT]
    leaving_out = dict.fromkeys(writing.state.name for writing in missing if writing.state is not None)
    if leaving_out:
        reasons.append(f"{_listed(tuple(leaving_out))} {'leaves' if len(leaving_out) == 1 else 'leave'} it out")
    if any(writing.state is None for writing in missing):
        reasons.append("some way there does not assign it")
    made = dict.fromkeys(writing.state.name for writing in sources if writing.state is not None and writing.inside)
    if made:
        reasons.append(f"nothing proves that it is in what {_listed(tuple(made))} produced")
    if Origin.ENTRY in origins:
        reasons.append("some way to this exit does not write it")
    if Origin.CONTEXT in origins:
        reasons.append("not every execution has it")
    return ", and ".join(reasons) or "some way there neither reads nor writes it"


# Several fields, one line each.


def _listing(plan: Plan, child: ChildPlan, fields: Sequence[_Field]) -> str:
    return "\n".join(_aligned([_line(plan, child, field) for field in fields]))


def _line(plan: Plan, child: ChildPlan, field: _Field) -> _Row:
    uses = tuple(dict.fromkeys(row[0] for row in _uses(plan, child, field)))
    named = (_outside(one.origin)[0] if one.state is None else one.state.name for one in _sources(plan, child, field))
    sources = tuple(dict.fromkeys(named))
    return field.names[0], _status(child, field), f"read by {_listed(uses, 2)}", f"from {_listed(sources, 2)}"


# Text.


def _moved(moves: Sequence[Move]) -> str:
    if not moves:
        return ""
    states = [state for state, _ in groupby(move.state for move in moves)]
    return f" after {_listed(states)} copied it"


def _listed(names: Sequence[str], most: int = 4, *, joint: str = "and") -> str:
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return f" {joint} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _whole(path: AccessPath) -> str:
    return "the whole document" if path == AccessPath(DOCUMENT) else str(path)


def _relative(pointer: Pointer, state: Pointer) -> str:
    """The field within the state: ``Choices[0].Variable``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in pointer[len(state) :])
    return text.removeprefix(".")


def _is_state(pointer: Pointer) -> bool:
    return pointer[-2:-1] == ("States",)


def _value_at(plan: Plan, pointer: Pointer) -> Json:
    value = plan.facts.machine.source.data
    for part in pointer:
        value = value[part]
    return value


def _aligned(rows: Sequence[_Row]) -> list[str]:
    """Columns three spaces apart. What is alone in its row, or last in it, may be as long as it likes."""
    widths = [0] * max(map(len, rows), default=0)
    for row in rows:
        for column, cell in enumerate(row[:-1]):
            widths[column] = max(widths[column], len(cell))
    return ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
