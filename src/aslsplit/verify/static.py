"""The static proof: the rewritten machines, analysed afresh, carry every access path that is needed.

The child is analysed as a machine of its own: whatever it may read before writing it must be in its request, what
its answers return included. Behind each exit, whatever the child may have changed and the rest of the parent may
still read must come back. What the parent makes of the answer is checked in ``arrival``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.analysis.effects import Effects
from aslsplit.analysis.facts import Assumptions, Facts, ScopeFacts, analyze
from aslsplit.analysis.liveness import live_before
from aslsplit.analysis.pathset import EMPTY, WHOLE, Paths, PathSet, merge
from aslsplit.analysis.region_flow import changed_before, changed_behind, returned_at
from aslsplit.asl.model import StateMachine
from aslsplit.asl.paths import CONTEXT, DOCUMENT, format_path
from aslsplit.findings import Finding, finding
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.extract import ExtractedChild, Extraction
from aslsplit.verify.arrival import misplaced, scope_in_parent

__all__ = ["prove_statically"]


def prove_statically(
    plan: Plan, parent: StateMachine, children: Mapping[str, StateMachine], extraction: Extraction
) -> Iterator[Finding]:
    """``parent`` and ``children`` are the rewritten files, read again."""
    given = plan.facts.assumptions
    around = analyze(parent, Assumptions(given.observed, given.present, given.reads, {}))
    for child in extraction.children.values():
        unknown_input = Assumptions({DOCUMENT: WHOLE}, {DOCUMENT: frozenset({()})}, given.reads, {})
        inside = analyze(children[child.plan.boundary.name], unknown_input)
        scope = around.of(scope_in_parent(child, parent))
        yield from _unsent(child, inside)
        yield from _unreturned(child, inside, scope)
        yield from (_lost(child, where, path) for where, path in misplaced(child, scope))


def _unsent(child: ExtractedChild, inside: Facts) -> Iterator[Finding]:
    """What the moved states may read at the entry, and what the answers return of it, beyond what was sent."""
    contract = child.plan.contract
    effects = inside.of(inside.machine.top).effects
    answers = {
        child.plan.generated.child.respond[found.outcome]: _by_root((found.result, *found.variables))
        for found in contract.exits
    }
    moved = {name: effects[name] for name in child.plan.region.members}
    live = live_before(moved, moved, lambda transition: answers[transition.target or ""])
    wanted = live[child.record.entry]
    carried = _by_root((contract.request.document, *contract.request.variables))
    for root, paths in wanted.items():
        if root != CONTEXT:
            yield from _lacking(child, "request", root, paths, carried.get(root, EMPTY))
    read = wanted.get(CONTEXT, EMPTY)
    sent = ("Execution", "Input", "context")
    yield from _lacking(child, "context", CONTEXT, read.at(sent), contract.request.context.paths)
    # The child's own context is another execution's, but for what belongs to each state.
    for own in (("State",), ("Task",), sent):
        read = read.without(own)
    yield from _lacking(child, "context", CONTEXT, read, EMPTY)


def _unreturned(child: ExtractedChild, inside: Facts, scope: ScopeFacts) -> Iterator[Finding]:
    """What may have changed at an answer and is live in the parent behind the exit, beyond what comes back."""
    effects = inside.of(inside.machine.top).effects
    moved = {name: effects[name] for name in child.plan.region.members}
    changed = changed_before(child.record.entry, moved)
    for found, live in zip(child.plan.contract.exits, _live_behind(child, scope), strict=True):
        response = child.plan.generated.child.respond[found.outcome]
        back = returned_at(live, _changed_at(response, moved, changed))
        carried = _by_root((found.result, *found.variables))
        for root, paths in back.items():
            yield from _lacking(child, f'result "{found.outcome}"', root, paths, carried.get(root, EMPTY))


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


def _live_behind(child: ExtractedChild, scope: ScopeFacts) -> Iterator[Paths]:
    """What is live in the parent where each exit leads: its target, or the states that another child has become."""
    for found in child.plan.contract.exits:
        if found.target is None:
            yield scope.at_end
        else:
            yield scope.live[child.arrivals[found.outcome]]


def _by_root(payloads: tuple[Payload, ...]) -> Mapping[str, PathSet]:
    return {payload.root: payload.paths for payload in payloads}


def _lacking(child: ExtractedChild, where: str, root: str, needed: PathSet, given: PathSet) -> Iterator[Finding]:
    for stem in needed.leaves():
        if not given.at(stem).covers(needed.at(stem)):
            yield _lost(child, where, format_path(root, stem))


def _lost(child: ExtractedChild, where: str, path: str) -> Finding:
    return finding("ASL701", f'the {where} of "{child.plan.boundary.name}" does not carry {path}')
