"""The static proof: the rewritten machines, analysed afresh, carry every access path that is needed.

The child is analysed as a machine of its own: whatever it may read before writing it must be in its request, what
its answers return included. Behind each exit, whatever the child may have changed and the rest of the parent may
still read must come back. What the parent makes of the answer is checked in ``arrival``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.analysis.effects import Effects
from aslsplit.analysis.facts import Assumptions, Facts, ScopeFacts, analyze
from aslsplit.analysis.pathset import EMPTY, HERE, WHOLE, Paths, PathSet, at_stem, merge
from aslsplit.analysis.region_flow import changed_before, changed_behind, returned_at, state_at
from aslsplit.asl.model import StateMachine
from aslsplit.asl.paths import CONTEXT, DOCUMENT, format_path
from aslsplit.findings import Finding, finding
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.extract import ExtractedChild, Extraction
from aslsplit.verify.arrival import misplaced
from aslsplit.verify.demands import (
    SENT_CONTEXT,
    Behind,
    Inside,
    alone,
    by_root,
    demands_of,
    returned_by,
    scope_of_call,
)

__all__ = ["prove_statically"]


def prove_statically(
    plan: Plan, parent: StateMachine, children: Mapping[str, StateMachine], extraction: Extraction
) -> Iterator[Finding]:
    """``parent`` and ``children`` are the rewritten files, read again."""
    given = plan.facts.assumptions
    children = {
        name: machine.inside(extraction.children[name].record.inside) if name in extraction.children else machine
        for name, machine in children.items()
    }
    seen_from_outside = Assumptions(given.observed, given.present, given.reads, {})
    around: dict[str | None, Facts] = {None: analyze(parent, seen_from_outside)}
    for caller in {child.record.caller for child in extraction.children.values()} - {None}:
        around[caller] = analyze(children[caller or ""], alone(plan))
    insides, behind = demands_of(plan, parent, children, extraction)
    for name, inside in insides.items():
        monolith = plan.facts.of(inside.child.plan.region.scope)
        yield from _unsent(inside, behind[name], monolith)
        yield from _unreturned(inside, behind[name], monolith)
        child, machine = inside.child, around[inside.child.record.caller]
        scope = machine.of(scope_of_call(child, machine.machine))
        yield from (_lost(child, where, path) for where, path in misplaced(child, scope))


def _unsent(inside: Inside, behind: Behind, monolith: ScopeFacts) -> Iterator[Finding]:
    """What is wanted at an entry beyond what was sent. What the monolith never has there is lacking as it should."""
    child = inside.child
    wanted = inside.wanted(behind)
    for found in child.plan.contract.entries:
        request = found.request
        at = f' "{found.entry}"' if child.plan.contract.dispatched else ""
        carried = by_root((request.document, *request.variables))
        for root, paths in wanted[found.entry].items():
            if root == DOCUMENT:
                paths = paths.among(monolith.possible.get(found.entry, WHOLE))
            if root != CONTEXT:
                yield from _lacking(child, f"request{at}", root, paths, carried.get(root, EMPTY))
        read = wanted[found.entry].get(CONTEXT, EMPTY)
        yield from _lacking(child, f"context{at}", CONTEXT, read.at(SENT_CONTEXT), request.context.paths)
        # The child's own context is another execution's, but for what belongs to each state.
        for own in (("State",), ("Task",), SENT_CONTEXT):
            read = read.without(own)
        yield from _lacking(child, f"context{at}", CONTEXT, read, EMPTY)


def _unreturned(inside: Inside, behind: Behind, monolith: ScopeFacts) -> Iterator[Finding]:
    """What may have changed at an answer and is live in the parent behind the exit, beyond what comes back. What the
    monolith never has there must not come back; that the parent does not keep it either is checked in ``arrival``."""
    exits = {exit.target: exit for exit in inside.child.plan.region.exits}
    changed = changed_before(inside.child.starts.values(), inside.moved)
    for response, found in inside.exits.items():
        back = returned_at(behind[response], _changed_at(response, inside.moved, changed))
        there = state_at(monolith, exits[found.target])
        objects = (at_stem(HERE, stem) for stem in found.emptied if there.is_object(stem))
        carried = merge(returned_by(found), *({DOCUMENT: stem} for stem in objects))
        for root, paths in back.items():
            if root == DOCUMENT:
                paths = paths.among(there.possible)
            yield from _lacking(inside.child, f'result "{found.outcome}"', root, paths, carried.get(root, EMPTY))


def _changed_at(response: str, moved: Mapping[str, Effects], changed: Mapping[str, Paths]) -> Paths:
    return merge(
        *(
            changed_behind(way, changed[name])
            for name, effects in moved.items()
            if name in changed
            for way in effects.passages
            if way.transition.target == response
        )
    )


def _lacking(child: ExtractedChild, where: str, root: str, needed: PathSet, given: PathSet) -> Iterator[Finding]:
    for stem in needed.leaves():
        if not given.at(stem).covers(needed.at(stem)):
            yield _lost(child, where, format_path(root, stem))


def _lost(child: ExtractedChild, where: str, path: str) -> Finding:
    return finding("ASL701", f'the {where} of "{child.plan.boundary.name}" does not carry {path}')
