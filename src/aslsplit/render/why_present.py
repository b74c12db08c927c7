"""Why a contract's field must be present, or why it may be absent."""

from __future__ import annotations

from collections.abc import Sequence

from aslsplit.analysis.effects import proved
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.sources import Origin, Writing, sure_reader
from aslsplit.asl.paths import CONTEXT, DOCUMENT
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.render.contract_fields import Field, entry_of, start_of
from aslsplit.render.phrases import listed

__all__ = ["why_present"]


def why_present(plan: Plan, child: ChildPlan, field: Field, sources: Sequence[Writing]) -> str:
    if field.value.certain:
        return _why_certain(plan, child, field, sources)
    if field.required:
        if field.exit is None:
            return f"every way from {start_of(child, field)} reads it before any external call"
        return f"every way from {field.exit[1].target} reads it before any external call"
    if field.value.strict:
        return "it is read first thing, but travels with values that may be absent, so it may be left out like them"
    return f"may be absent: {_why_absent(plan, field, sources)}"


def _why_certain(plan: Plan, child: ChildPlan, field: Field, sources: Sequence[Writing]) -> str:
    root, stem = field.path.root, field.path.stem
    flow = field.arrival if field.exit is None else field.exit[0]
    assert flow is not None
    if root == DOCUMENT and not stem:
        return "there always is a document"
    if stem not in flow.present.get(root, ()):
        return f"the map says so: assume.present of {child.boundary.name}"
    if root == CONTEXT:
        return _why_in_context(plan, child, field)
    there = start_of(child, field) if field.exit is None else "this exit"
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


def _why_in_context(plan: Plan, child: ChildPlan, field: Field) -> str:
    stem, scope = field.path.stem, plan.facts.of(child.region.scope)
    if len(stem) > 2 and stem in plan.facts.assumptions.present.get(CONTEXT, ()):
        return "input_schema requires it"
    if stem in scope.present[scope.scope.start_at].get(CONTEXT, ()):
        return "the context object always has it"
    return _who_read_it(plan.facts, child, field, ()) or f"every way to {start_of(child, field)} has read it"


def _required_of_input(plan: Plan, writing: Writing) -> bool:
    return writing.path.stem in plan.facts.assumptions.present.get(DOCUMENT, ())


def _who_read_it(facts: Facts, child: ChildPlan, field: Field, sources: Sequence[Writing]) -> str | None:
    """The state that has proved a value of the input to be there, by reading it in place or by copying it."""
    entry = entry_of(child, field)
    copied = [writing for writing in sources if writing.moves]
    if copied:
        states = sorted({writing.moves[-1].state for writing in copied})
        if not all(_is_copied(facts, writing) for writing in sources):
            return None
        return f"{listed(states)} copied it, which fails without it"
    found = sure_reader(facts, child.region.scope, entry, field.path.root, field.path.stem)
    if found is None:
        return None
    state, pointer = found
    return f"{state.name} has read it on every way to {entry} ({facts.machine.source.span(pointer)})"


def _is_copied(facts: Facts, writing: Writing) -> bool:
    """A filter such as OutputPath moves what is inside a value without looking whether it is there."""
    if not writing.moves:
        return False
    *earlier, last = writing.moves
    before = earlier[-1].path if earlier else writing.path
    scope = facts.machine.scope_of(last.state)
    paths = proved(facts.of(scope).effects[last.state].reads) if scope else ()
    return any(path.root == before.root and path.stem[: len(before.stem)] == before.stem for path in paths)


def _why_absent(plan: Plan, field: Field, sources: Sequence[Writing]) -> str:
    reasons = []
    origins = {writing.origin for writing in sources}
    # What was copied from there was there, or the state that copied it would have failed.
    given = [writing for writing in sources if writing.origin is Origin.INPUT and not _is_copied(plan.facts, writing)]
    if not all(_required_of_input(plan, writing) for writing in given):
        schema = plan.boundaries.input_schema
        reasons.append("input_schema does not require it" if schema else "no input_schema says that the input has it")
    missing = [writing for writing in sources if writing.origin is Origin.ABSENT]
    leaving_out = dict.fromkeys(writing.state.name for writing in missing if writing.state is not None)
    if leaving_out:
        reasons.append(f"{listed(tuple(leaving_out))} {'leaves' if len(leaving_out) == 1 else 'leave'} it out")
    if any(writing.state is None for writing in missing):
        reasons.append("some way there does not assign it")
    made = dict.fromkeys(writing.state.name for writing in sources if writing.state is not None and writing.inside)
    if made:
        reasons.append(f"nothing proves that it is in what {listed(tuple(made))} produced")
    if Origin.ENTRY in origins:
        reasons.append("some way to this exit does not write it")
    if Origin.CONTEXT in origins:
        reasons.append("not every execution has it")
    return ", and ".join(reasons) or "some way there neither reads nor writes it"
