"""What parent and children want of each other, once the children are called.

A generated state may read more than anyone wants of it: a request has its holes filled or is widened, a merge takes
the whole document and then overwrites a part of it. So the generated states count with what they stand for, and what
a child is sent for and what an answer is read for are found together: through a loop, each may depend on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from aslsplit.analysis.effects import Effects, Passage
from aslsplit.analysis.facts import Assumptions, Facts, ScopeFacts, analyze
from aslsplit.analysis.liveness import live_before
from aslsplit.analysis.pathset import EMPTY, Paths, PathSet, merge, paths_of
from aslsplit.analysis.shapes import Copy, New, Shape, Update
from aslsplit.asl.model import Scope, StateMachine, TransitionKind
from aslsplit.asl.paths import CONTEXT, DOCUMENT
from aslsplit.plan.contract import ExitContract
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.extract import ExtractedChild

__all__ = ["SENT_CONTEXT", "Behind", "Inside", "by_root", "inside_of", "live_behind", "returned_by", "scope_in_parent"]

Behind = Mapping[str, Paths]
"""What is live in the parent behind each exit, by the response state of the child."""

SENT_CONTEXT = ("Execution", "Input", "context")
"""Where in its own context a child has what it was sent of its parent's."""

_Known = dict[str, Callable[[Effects], Effects]]


@dataclass(frozen=True, slots=True)
class Inside:
    """What is found in a child as it would be written. ``exits`` are by response state."""

    child: ExtractedChild
    moved: Mapping[str, Effects]
    exits: Mapping[str, ExitContract]

    def wanted(self, behind: Behind) -> Paths:
        """What the moved states may read at the entry, and what the answers return of it that anyone wants."""
        answers = {
            response: {root: paths & behind[response].get(root, EMPTY) for root, paths in returned_by(found).items()}
            for response, found in self.exits.items()
        }
        live = live_before(self.moved, self.moved, lambda transition: answers[transition.target or ""])
        return live[self.child.record.entry]


def inside_of(child: ExtractedChild, facts: Facts) -> Inside:
    effects = facts.of(facts.machine.top).effects
    respond = child.plan.generated.child.respond
    return Inside(
        child=child,
        moved={name: effects[name] for name in child.plan.region.members},
        exits={respond[found.outcome]: found for found in child.plan.contract.exits},
    )


def live_behind(plan: Plan, parent: StateMachine, insides: Mapping[str, Inside]) -> Mapping[str, Behind]:
    """The least that explains every want, by child."""
    given = plan.facts.assumptions
    behind: Mapping[str, Behind] = {name: {key: {} for key in inside.exits} for name, inside in insides.items()}
    while True:
        known: _Known = {}
        for name, inside in insides.items():
            known |= _calling(plan, inside, inside.wanted(behind[name]))
            known |= _normalizing(inside)
        facts = analyze(parent, Assumptions(given.observed, given.present, given.reads, {}, known))
        found = {
            name: _behind(inside, facts.of(scope_in_parent(inside.child, parent))) for name, inside in insides.items()
        }
        if found == behind:
            return behind
        behind = found


def scope_in_parent(child: ExtractedChild, parent: StateMachine) -> Scope:
    return next(scope for scope in parent.scopes() if scope.pointer == child.record.scope)


def returned_by(found: ExitContract) -> Mapping[str, PathSet]:
    """What is taken of an answer; it may hold more."""
    taken = {DOCUMENT: paths_of(found.taken)} if found.taken else {}
    return {**by_root(found.variables), **taken}


def by_root(payloads: tuple[Payload, ...]) -> Mapping[str, PathSet]:
    return {payload.root: payload.paths for payload in payloads}


def _behind(inside: Inside, scope: ScopeFacts) -> Behind:
    """Where each exit leads is its target, or the states that another child has become."""
    return {
        response: scope.at_end if found.target is None else scope.live[inside.child.arrivals[found.outcome]]
        for response, found in inside.exits.items()
    }


def _calling(plan: Plan, inside: Inside, wanted: Paths) -> _Known:
    """The states that build and send the request, as if they read what the child wants, and the envelope."""
    meta, names = plan.boundaries.meta, inside.child.plan.generated.parent
    envelope = paths_of(path.stem for path in (meta.correlation_id, meta.entity_id) if path is not None)
    # What a child wants of the context it was sent, the parent takes from its own.
    context = wanted.get(CONTEXT, EMPTY).at(SENT_CONTEXT)
    read = merge({**wanted, CONTEXT: context}, {DOCUMENT: envelope})

    def builds(effects: Effects) -> Effects:
        ways = (replace(way, document=Copy(DOCUMENT), variables={}, reads=()) for way in effects.passages)
        return replace(effects, before=(), inner=read, passages=tuple(ways))

    def invokes(effects: Effects) -> Effects:
        ways = (_arriving(inside.child, way) for way in effects.passages)
        return replace(effects, before=(), inner=read, passages=tuple(ways))

    return {names.build: builds, names.invoke: invokes}


def _arriving(child: ExtractedChild, way: Passage) -> Passage:
    """A way out of the invoke state, which may put the result in place itself."""
    exits = child.plan.contract.exits
    if not child.folds_result or way.transition.kind is TransitionKind.CATCH or not _puts_at_once(way.document):
        return replace(way, reads=())
    return replace(way, document=_written(exits[0]), reads=())


def _puts_at_once(document: Shape) -> bool:
    """Several places with one expression, of which some may be left as they were."""
    match document:
        case New():
            return True
        case Update(base, _, _, sure):
            return not sure or _puts_at_once(base)
        case _:
            return False


def _written(found: ExitContract) -> Shape:
    written: Shape = Copy(DOCUMENT)
    for stem in found.writes:
        if found.replaced or found.surely_returned(stem):
            written = Update(written, stem, New("returned"))
    return written


def _normalizing(inside: Inside) -> _Known:
    """States that put a whole result in place at once, as if they wrote each of its places."""
    known: _Known = {}
    for found in inside.exits.values():
        document = _written(found)

        def merges(effects: Effects, written: Shape = document) -> Effects:
            if not all(_puts_at_once(way.document) for way in effects.passages):
                return effects
            ways = (replace(way, document=written, reads=()) for way in effects.passages)
            return replace(effects, before=(), passages=tuple(ways))

        known[inside.child.plan.generated.parent.normalize[found.outcome]] = merges

    def routes(effects: Effects) -> Effects:
        ways = (_routed(inside, way) for way in effects.passages)
        return replace(effects, passages=tuple(ways))

    known[inside.child.plan.generated.parent.route] = routes
    return known


def _routed(inside: Inside, way: Passage) -> Passage:
    """A way out of the routing Choice, whose rules may put the results in place themselves."""
    if way.transition.kind is not TransitionKind.CHOICE or not _puts_at_once(way.document):
        return way
    exits = inside.child.plan.contract.exits
    return replace(way, document=_written(exits[way.transition.index or 0]), reads=())
