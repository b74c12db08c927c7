"""What parent and children want of each other, once the children are called.

A generated state may read more than anyone wants of it: a request has its holes filled or is widened, a merge takes
the whole document and then overwrites a part of it. So the generated states count with what they stand for, and what
a child is sent for and what an answer is read for are found together: through a loop, each may depend on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from aslsplit.analysis.effects import Effects, Passage
from aslsplit.analysis.facts import Assumptions, Facts, analyze
from aslsplit.analysis.liveness import live_before
from aslsplit.analysis.pathset import DEEPEST, EMPTY, WHOLE, Paths, PathSet, at_stem, merge, paths_of
from aslsplit.analysis.presence import known_after, present_before
from aslsplit.analysis.shapes import Copy, New, Presence, Shape, Update
from aslsplit.asl.model import Scope, StateMachine, TransitionKind
from aslsplit.asl.paths import CONTEXT, DOCUMENT, Stem
from aslsplit.asl.source import Json
from aslsplit.plan.contract import ExitContract
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import Plan
from aslsplit.rewrite.envelope import OwnContext
from aslsplit.rewrite.extract import ExtractedChild, Extraction

__all__ = ["SENT_CONTEXT", "Behind", "Inside", "alone", "by_root", "demands_of", "returned_by", "scope_of_call"]

Behind = Mapping[str, Paths]
"""What is live in the parent behind each exit, by the response state of the child."""

SENT_CONTEXT = ("Execution", "Input", "context")
"""Where in its own context a child has what it was sent of its parent's."""

_Known = dict[str, Callable[[Effects], Effects]]


@dataclass(frozen=True, slots=True)
class Inside:
    """What is found in a child as it would be written. ``moved`` are its states but for those that take its request
    apart and answer; calls of other children count with what they stand for. ``exits`` are by response state."""

    child: ExtractedChild
    moved: Mapping[str, Effects]
    exits: Mapping[str, ExitContract]

    def wanted(self, behind: Behind) -> Mapping[str, Paths]:
        """What the moved states may read at each entry, and what the answers return of it that anyone wants."""
        answers = {
            response: {root: paths & behind[response].get(root, EMPTY) for root, paths in returned_by(found).items()}
            for response, found in self.exits.items()
        }
        live = live_before(self.moved, self.moved, lambda transition: answers[transition.target or ""])
        return {entry: live[start] for entry, start in self.child.starts.items()}

    def reached(self, entry: str) -> frozenset[str]:
        """The outcomes that control may come to from this entry."""
        start = self.child.starts[entry]
        seen, pending, outcomes = {start}, [start], set()
        while pending:
            for way in self.moved[pending.pop()].passages:
                target = way.transition.target or ""
                if target in self.exits:
                    outcomes.add(self.exits[target].outcome)
                elif target in self.moved and target not in seen:
                    seen.add(target)
                    pending.append(target)
        return frozenset(outcomes)

    def there(self, entry: str, response: str) -> Presence:
        """What surely is there at an answer that begins at this entry: places of the document, and variables that are
        assigned. At other entries they may never be written."""
        known = present_before(self.child.starts[entry], {DOCUMENT: frozenset({()})}, self.moved, self.moved)
        ways = [(name, way) for name in known for way in self.moved[name].passages]
        found = [
            known_after(self.moved[name], way, known[name]) for name, way in ways if way.transition.target == response
        ]
        roots = frozenset.intersection(*(frozenset(one) for one in found)) if found else ()
        return {root: frozenset.intersection(*(frozenset(one[root]) for one in found)) for root in roots}


def alone(plan: Plan) -> Assumptions:
    """What is known of a machine that others call: nothing of its input, and all of its output is read."""
    return Assumptions({DOCUMENT: WHOLE}, {DOCUMENT: frozenset({()})}, plan.facts.assumptions.reads, {})


def inside_of(child: ExtractedChild, facts: Facts) -> Inside:
    effects = facts.of(facts.machine.top).effects
    respond = child.plan.generated.child.respond
    return Inside(
        child=child,
        moved={name: effects[name] for name in child.moved},
        exits={respond[found.outcome]: found for found in child.plan.contract.exits},
    )


def demands_of(
    plan: Plan, parent: StateMachine, machines: Mapping[str, StateMachine], extraction: Extraction
) -> tuple[Mapping[str, Inside], Mapping[str, Behind]]:
    """The least that explains every want, by child; on a loop through a call to a limited depth, as in any loop."""
    given, called = plan.facts.assumptions, alone(plan)
    # What a branch ends with is wanted as far as its Parallel's result is: it matters what the answer is read for.
    holding = {name for name, machine in machines.items() if any(scope.owner for scope in machine.scopes())}
    callers = {caller for child in extraction.children.values() if (caller := child.record.caller) is not None}
    revisited = sorted(callers | holding)
    insides = {name: inside_of(child, analyze(machines[name], called)) for name, child in extraction.children.items()}
    behind: Mapping[str, Behind] = {name: {key: {} for key in inside.exits} for name, inside in insides.items()}
    for name in revisited:
        # Nothing is wanted to begin with, or what is found would shrink and grow by turns.
        known_of_it = replace(called, known=_answering(insides[name], behind[name]))
        insides[name] = inside_of(extraction.children[name], analyze(machines[name], known_of_it))
    for rounds in count():
        known: dict[str | None, _Known] = {caller: {} for caller in (None, *insides)}
        for name, inside in insides.items():
            known[inside.child.record.caller] |= _calling(plan, inside, inside.wanted(behind[name]))
            known[inside.child.record.caller] |= _normalizing(inside)
            known[name] |= _answering(inside, behind[name])
        seen_from_outside = Assumptions(given.observed, given.present, given.reads, {}, known[None])
        around: dict[str | None, Facts] = {None: analyze(parent, seen_from_outside)}
        for name, child in extraction.children.items():
            if name in revisited:
                around[name] = analyze(machines[name], replace(called, known=known[name]))
                insides[name] = inside_of(child, around[name])
        found = {name: _behind(inside, around[inside.child.record.caller]) for name, inside in insides.items()}
        if rounds > DEEPEST:
            found = {name: _cut(wants, behind[name]) for name, wants in found.items()}
        if found == behind:
            break
        behind = found
    return insides, behind


def _cut(found: Behind, before: Behind) -> Behind:
    """What was wanted before stays wanted, so that this comes to an end whatever happens."""
    return {
        response: {root: wanted.cut(DEEPEST) for root, wanted in merge(paths, before[response]).items()}
        for response, paths in found.items()
    }


def scope_of_call(child: ExtractedChild, caller: StateMachine) -> Scope:
    return next(scope for scope in caller.scopes() if scope.pointer == child.called_in)


def returned_by(found: ExitContract) -> Mapping[str, PathSet]:
    """What is taken of an answer; it may hold more."""
    taken = {DOCUMENT: paths_of(found.taken)} if found.taken else {}
    return {**by_root(found.variables), **taken}


def by_root(payloads: tuple[Payload, ...]) -> Mapping[str, PathSet]:
    return {payload.root: payload.paths for payload in payloads}


def _behind(inside: Inside, around: Facts) -> Behind:
    scope = around.of(scope_of_call(inside.child, around.machine))
    arrivals = {response: inside.child.arrivals[found.outcome] for response, found in inside.exits.items()}
    return {
        response: scope.at_end if arrival is None else scope.live[arrival] for response, arrival in arrivals.items()
    }


def _answering(inside: Inside, behind: Behind) -> _Known:
    """The states that answer, as if they read only what someone wants of the answer."""

    def answers(effects: Effects, response: str) -> Effects:
        returned = returned_by(inside.exits[response])
        read = {root: paths & behind[response].get(root, EMPTY) for root, paths in returned.items()}
        ways = (replace(way, document=New("answer"), reads=()) for way in effects.passages)
        return replace(effects, before=(), inner=read, passages=tuple(ways))

    return {response: partial(answers, response=response) for response in inside.exits}


def _calling(plan: Plan, inside: Inside, wanted: Mapping[str, Paths]) -> _Known:
    """The states that build and send a request, as if they read what the child wants, and the envelope."""
    meta, names = plan.boundaries.meta, inside.child.plan.generated.parent
    envelope: Paths = {DOCUMENT: paths_of(path.stem for path in (meta.correlation_id, meta.entity_id) if path)}
    reads: dict[str, Paths] = {}
    for entry, paths in wanted.items():
        context = _taken_from(inside.child.own, paths.get(CONTEXT, EMPTY).at(SENT_CONTEXT))
        reads[entry] = merge({**paths, CONTEXT: context}, envelope)

    def builds(effects: Effects, entry: str) -> Effects:
        ways = tuple(replace(way, document=Copy(DOCUMENT), variables={}, reads=()) for way in effects.passages)
        if len(wanted) > 1:
            ways = tuple(_straight_to_exits(inside, entry, ways))
        return replace(effects, before=(), inner=reads[entry], passages=ways)

    def invokes(effects: Effects) -> Effects:
        ways = (onward for way in effects.passages for onward in _arriving(inside.child, way))
        # Where several entries lead to the call, each build state reads for its own.
        read = envelope if len(wanted) > 1 else merge(*reads.values())
        return replace(effects, before=(), inner=read, passages=tuple(ways))

    known: _Known = {names.invoke: invokes}
    for entry in wanted:
        known[names.build[entry]] = partial(builds, entry=entry)
    return known


def _taken_from(own: OwnContext, sent: PathSet) -> PathSet:
    """Where the caller has what it sends of the context: in its own, or in what it was sent itself."""
    if own == "all":
        return sent
    kept = ("Map",) if own == "map" else ()
    mine = at_stem(sent.at(kept), kept) if kept else EMPTY
    return mine | at_stem(sent.without(kept) if kept else sent, SENT_CONTEXT)


def _straight_to_exits(inside: Inside, entry: str, ways: tuple[Passage, ...]) -> Iterator[Passage]:
    """The call is shared, but what is returned for one entry comes only to the exits that are reached from there."""
    side, contract, carrier = inside.child.side, inside.child.plan.contract, inside.child.plan.generated.carrier
    answer = New("answer")
    held = {f"${name}": answer for name in carrier.all}
    document: Shape = Copy(DOCUMENT)
    if inside.child.plan.boundary.carrier == "document":
        document = Update(document, (carrier.execution,), answer)
    if not contract.routed:
        # What the invoke state does by itself.
        held |= {variable.root: answer for found in contract.exits for variable in found.variables}
    if inside.child.folds_result:
        document = _updated(((),) if contract.exits[0].replaced else contract.exits[0].writes)
    outcomes, respond = inside.reached(entry), inside.child.plan.generated.child.respond
    route = side.states.get(inside.child.plan.generated.parent.route)
    after = route["Choices"] if route is not None else [_leading_on(inside.child)]
    for way in ways:
        for found, onward in zip(contract.exits, after, strict=True) if contract.exits else ():
            if found.outcome not in outcomes:
                continue
            onto = replace(way.transition, target=onward.get("Next"))
            arrived = replace(way, transition=onto, document=document, variables=held)
            there = inside.there(entry, respond[found.outcome])
            places = there.get(DOCUMENT, frozenset())
            if route is not None and "Output" in onward:
                # A rule of the routing Choice puts the result in place itself.
                yield from _putting(found, arrived, places)
            elif contract.routed:
                # What surely comes back may depend on the entry: not by the states that put it in place for all.
                onto = replace(way.transition, target=inside.child.arrivals[found.outcome])
                perhaps = {part.root for part in found.perhaps_assigned if () not in there.get(part.root, ())}
                every = tuple(variable.root for variable in found.variables)
                for roots in dict.fromkeys((every, tuple(root for root in every if root not in perhaps))):
                    assigned = held | dict.fromkeys(roots, answer)
                    yield from _putting(found, replace(arrived, transition=onto, variables=assigned), places)
            else:
                yield arrived


def _leading_on(child: ExtractedChild) -> Json:
    """What leads on to the exit if there is only one: the state that keeps the answer, or the rule that it is there."""
    names, states = child.plan.generated.parent, child.side.states
    if names.read in states:
        return states[names.read]
    return states[names.check]["Choices"][0] if names.check in states else states[names.invoke]


def _arriving(child: ExtractedChild, way: Passage) -> Iterator[Passage]:
    """A way out of the invoke state, which may put the result in place itself; a catcher puts the error there."""
    if not _puts_at_once(way.document):
        return iter((replace(way, reads=()),))
    if way.transition.kind is TransitionKind.CATCH:
        return iter((replace(way, document=_updated(((child.plan.generated.carrier.error,),)), reads=()),))
    if not child.folds_result:
        return iter((replace(way, reads=()),))
    return _putting(child.plan.contract.exits[0], way)


def _puts_at_once(document: Shape) -> bool:
    """Several places with one expression, of which some may be left as they were."""
    match document:
        case New():
            return True
        case Update(base, _, value, sure):
            return not sure or _puts_at_once(base) or (isinstance(value, Update) and _puts_at_once(value))
        case _:
            return False


def _normalizing(inside: Inside) -> _Known:
    """States that put a whole result in place at once, as if they wrote each of its places."""

    def merges(effects: Effects, found: ExitContract) -> Effects:
        if not all(_puts_at_once(way.document) for way in effects.passages):
            return effects
        ways = (put for way in effects.passages for put in _putting(found, way))
        return replace(effects, before=(), passages=tuple(ways))

    def routes(effects: Effects) -> Effects:
        ways = (routed for way in effects.passages for routed in _routed(inside, way))
        return replace(effects, passages=tuple(ways))

    names = inside.child.plan.generated.parent
    known: _Known = {names.normalize[found.outcome]: partial(merges, found=found) for found in inside.exits.values()}
    if inside.child.folds_result and names.read in inside.child.side.states:
        known[names.read] = partial(merges, found=inside.child.plan.contract.exits[0])
    return {**known, names.route: routes}


def _routed(inside: Inside, way: Passage) -> Iterator[Passage]:
    """A way out of the routing Choice, whose rules may put the results in place themselves."""
    if way.transition.kind is not TransitionKind.CHOICE or not _puts_at_once(way.document):
        return iter((way,))
    return _putting(inside.child.plan.contract.exits[way.transition.index or 0], way)


def _putting(found: ExitContract, way: Passage, there: Collection[Stem] = ()) -> Iterator[Passage]:
    """With all places of the result written, and with only those that surely come back, such as what is ``there``."""
    sure = [stem for stem in found.writes if found.replaced or found.surely_returned(stem, there)]
    for stems in dict.fromkeys((found.writes, tuple(sure))):
        yield replace(way, document=_updated(stems), reads=())


def _updated(stems: Iterable[Stem]) -> Shape:
    document: Shape = Copy(DOCUMENT)
    for stem in stems:
        document = Update(document, stem, New("returned"))
    return document
