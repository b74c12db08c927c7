"""Why a contract has a field: what it carries, who reads it, where it comes from, and what proves it to be present.

A field is asked for by its name in the contract: ``payment.request.amount``, ``payment.result.declined.payment``,
``payment.variables.total``, ``payment.context.Execution.Id``. A name that several fields begin with lists those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from aslsplit.analysis.pathset import EMPTY
from aslsplit.analysis.sources import Origin, Writing, writers, writers_behind
from aslsplit.analysis.trace import Extent, Leaving, Move, Reading, leavings, readers
from aslsplit.asl.model import StateType
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, format_path
from aslsplit.asl.source import Json, Pointer
from aslsplit.findings import Finding, Severity
from aslsplit.plan.boundaries import find_child
from aslsplit.plan.map_fields import describe
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.render.contract_fields import (
    Field,
    entry_of,
    fields_of,
    groups_of,
    is_below,
    named,
    start_of,
    unknown_field,
)
from aslsplit.render.phrases import aligned, listed
from aslsplit.render.why_present import why_present

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
    fields = tuple(fields_of(child))
    exact = named(fields, query)
    inside = [field for field in fields if field not in exact and is_below(child, field, query)]
    if exact or inside:
        blocks = [_block(plan, child, field) for field in exact]
        return "\n\n".join([*blocks, *([_listing(plan, child, inside)] if inside else [])]) + "\n", ()
    if query in groups_of(child):
        return f"{query}   no fields\n", ()
    return None, (unknown_field(plan, child, fields, query),)


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
    return tuple(_explained(plan, child, field) for field in fields_of(child))


# One field, explained.

_Row = tuple[str, ...]


def _explained(plan: Plan, child: ChildPlan, field: Field) -> Explained:
    sources = _sources(plan, child, field)
    return Explained(
        field.names[0],
        _status(child, field),
        field.path,
        field.exit is not None,
        _carries(child, field),
        tuple(_uses(plan, child, field)),
        tuple(_source_row(plan, writing) for writing in sources),
        why_present(plan, child, field, sources),
    )


def _block(plan: Plan, child: ChildPlan, field: Field) -> str:
    found = _explained(plan, child, field)
    rows = [
        ("  carries     ", (found.carries,)),
        *_labelled("  read by     ", found.uses),
        *_labelled("  comes from  ", found.sources),
        ("  because     ", (found.because,)),
    ]
    texts = aligned([row for _, row in rows])
    body = [label + text for (label, _), text in zip(rows, texts, strict=True)]
    return "\n".join((f"{found.name}   {found.status}", *body))


def _labelled(label: str, rows: Sequence[_Row]) -> list[tuple[str, _Row]]:
    return [(" " * len(label) if position else label, row) for position, row in enumerate(rows)]


def _status(child: ChildPlan, field: Field) -> str:
    status = "required" if field.required else "optional"
    if field.payload.root in (DOCUMENT, CONTEXT):
        return status
    if field.exit is None:
        at = f" {start_of(child, field)}" if child.as_called.dispatched else ""
        return f"{status} in the request{at}"
    return f"{status} in the result" + (f" {field.exit[1].outcome}" if child.as_called.routed else "")


def _carries(child: ChildPlan, field: Field) -> str:
    shown = "the whole document" if field.path == AccessPath(DOCUMENT) else str(field.path)
    if field.payload.root == CONTEXT:
        return f"{shown} of the parent, which means something else inside the child"
    if field.exit is None:
        return f"{shown}, as it is where {start_of(child, field)} begins"
    target = field.exit[1].target
    return f"{shown}, as it is where " + (f"control goes on to {target}" if target else "the scope ends")


def _uses(plan: Plan, child: ChildPlan, field: Field) -> list[_Row]:
    """Who reads it, at whichever site of a shared child."""
    rows = _uses_at_site(plan, child, field)
    for site in plan.sites(child)[1:]:
        # What is taken there, not what the child gives.
        own, name = replace(site, site=None), field.names[0].removeprefix(child.boundary.name)
        there = (one for one in fields_of(own) if one.names[0].removeprefix(site.boundary.name) == name)
        rows += [row for one in there for row in _uses_at_site(plan, own, one) if row not in rows]
    return rows or _calling_rows(plan, child, field) or _uses_elsewhere(plan, child) or _uses_around(field)


def _uses_elsewhere(plan: Plan, child: ChildPlan) -> list[_Row]:
    """What no state of this machine reads is in the contract for the sake of other machines."""
    maps = dict.fromkeys(site.map for site in plan.everywhere(child) if site.map)
    return [(f"a site of {map}", "", "which shares the child") for map in maps]


def _uses_at_site(plan: Plan, child: ChildPlan, field: Field) -> list[_Row]:
    """States, and beyond them whoever gets an output or a result that contains it."""
    facts, scope, path = plan.facts, child.region.scope, field.path
    within = child.region.members if field.exit is None else None
    start = start_of(child, field)
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
    return rows or around


def _calling_rows(plan: Plan, child: ChildPlan, field: Field) -> list[_Row]:
    """The calls of children inside this one."""
    meta = plan.boundaries.meta
    if field.arrival is None or field.path not in (meta.correlation_id, meta.entity_id):
        return []
    inside = [other.boundary.name for other in plan.children if plan.lies_inside(other, child)]
    return [(f"the call of {name}", "", "sends it as meta") for name in inside]


def _uses_around(field: Field) -> list[_Row]:
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
    outcomes = {found.target: found.outcome for found in child.as_called.exits}
    rows: dict[_Row, None] = {}
    for leaving in back:
        result = f"the result {outcomes[leaving.transition.target]}" if child.as_called.routed else "the result"
        how = (
            f"as {leaving.place}{_moved(leaving.moves)}"
            if leaving.moves
            else "gives it back on ways that do not overwrite it"
        )
        rows[(result, "", how)] = None
    return list(rows)


# Where it comes from.


def _sources(plan: Plan, child: ChildPlan, field: Field) -> tuple[Writing, ...]:
    region, path = child.region, field.path
    if field.exit is None:
        return writers(plan.facts, region.scope, entry_of(child, field), path.root, path.stem, region.members)
    ways = field.exit[0].exit.transitions
    return writers_behind(plan.facts, region.scope, ways, path.root, path.stem, region.members)


def _source_row(plan: Plan, writing: Writing) -> _Row:
    copying = [state for state, _ in groupby(move.state for move in writing.moves)]
    moved = f"as {writing.path}, then copied by {listed(copying)}" if copying else ""
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


# Several fields, one line each.


def _listing(plan: Plan, child: ChildPlan, fields: Sequence[Field]) -> str:
    return "\n".join(aligned([_line(plan, child, field) for field in fields]))


def _line(plan: Plan, child: ChildPlan, field: Field) -> _Row:
    uses = tuple(dict.fromkeys(row[0] for row in _uses(plan, child, field)))
    named = (_outside(one.origin)[0] if one.state is None else one.state.name for one in _sources(plan, child, field))
    sources = tuple(dict.fromkeys(named))
    return field.names[0], _status(child, field), f"read by {listed(uses, 2)}", f"from {listed(sources, 2)}"


# Text.


def _moved(moves: Sequence[Move]) -> str:
    if not moves:
        return ""
    states = [state for state, _ in groupby(move.state for move in moves)]
    return f" after {listed(states)} copied it"


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
