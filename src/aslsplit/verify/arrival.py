"""What the generated states make of the parent's document, followed symbolically from the call to each exit.

Every returned value must arrive at its place, and every place that nobody returned must be what it was. Values made
by ``States.JsonMerge`` or JSONata cannot be followed like this; they are checked where machines are run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aslsplit.analysis.effects import Passage
from aslsplit.analysis.facts import ScopeFacts
from aslsplit.analysis.pathset import EMPTY
from aslsplit.analysis.shapes import Copy, Given, New, Record, Shape, Update, change, project
from aslsplit.asl.model import TransitionKind
from aslsplit.asl.paths import DOCUMENT, AccessPath, Stem
from aslsplit.plan.contract import ExitContract
from aslsplit.rewrite.extract import ExtractedChild

__all__ = ["misplaced"]


def misplaced(child: ExtractedChild, scope: ScopeFacts) -> Iterator[tuple[str, str]]:
    """Per exit the places that do not hold what they should behind it, as path texts."""
    exits = child.plan.contract.exits
    if not exits:
        return
    root, base = _answer(child)
    accepted_at = child.plan.boundary.accepted_at
    own = () if accepted_at is None else (accepted_at.stem,)
    for position, document in _followed(child, scope, _called(child, scope), Copy(DOCUMENT), 0):
        found = exits[position]
        document = _settled(document)
        if _hidden(document) or child.folds_result:
            continue
        for stem, place in found.taken.items():
            if project(document, stem) != Copy(root, base + place):
                yield f'exit "{found.outcome}"', str(AccessPath(DOCUMENT, stem))
        for stem in found.emptied:
            if project(document, stem) not in (Given({}), Record({})):
                yield f'exit "{found.outcome}"', str(AccessPath(DOCUMENT, stem))
        strays = _strays(found, document, own)
        yield from ((f'exit "{found.outcome}"', str(AccessPath(DOCUMENT, stem))) for stem in strays)


def _called(child: ExtractedChild, scope: ScopeFacts) -> Passage:
    """The way out of the state that has the answer. Behind a Parallel state, it leads past what puts the results of
    others in place."""
    branch = child.side.branch
    asking = child.plan.generated.parent.invoke if branch is None else branch.join
    way = next(way for way in scope.effects[asking].passages if way.transition.kind is not TransitionKind.CATCH)
    if branch is None:
        return way
    first = next(iter(child.side.states), child.arrivals[child.plan.contract.exits[0].outcome])
    return replace(way, transition=replace(way.transition, target=first))


def _answer(child: ExtractedChild) -> tuple[str, Stem]:
    carrier = child.plan.generated.carrier
    if child.plan.boundary.carrier == "document":
        return DOCUMENT, (carrier.execution, "Output", "result")
    return f"${carrier.result}", ()


def _followed(
    child: ExtractedChild, scope: ScopeFacts, way: Passage, document: Shape, position: int
) -> Iterator[tuple[int, Shape]]:
    """The document at the end of each way through the generated states, with the number of its exit."""
    target = way.transition.target
    if target is None or target not in child.side.states:
        yield position, document
        return
    routes = target == child.plan.generated.parent.route
    led: list[tuple[str | None, Shape]] = []
    for following in scope.effects[target].passages:
        if routes and following.transition.kind is TransitionKind.DEFAULT:
            continue
        # A Choice that assigns a variable, or does not, leads to one state either way and leaves the document.
        way_on = (following.transition.target, following.document)
        if not routes and way_on in led:
            continue
        led.append(way_on)
        taken = (following.transition.index or 0) if routes else position
        yield from _followed(child, scope, following, _composed(following.document, document), taken)


def _composed(shape: Shape, document: Shape) -> Shape:
    """``shape``, which is over the document a state began with, over the one that the call left."""
    match shape:
        case Copy(root, stem) if root == DOCUMENT:
            return project(document, stem)
        case Record(members, optional):
            return Record({name: _composed(member, document) for name, member in members.items()}, optional)
        case Update(base, stem, value, sure):
            return Update(_composed(base, document), stem, _composed(value, document), sure)
        case _:
            return shape


def _settled(shape: Shape) -> Shape:
    """What becomes of the document where every value that may be absent is there."""
    match shape:
        case Record(members):
            return Record({name: _settled(member) for name, member in members.items()})
        case Update(base, stem, value):
            return Update(_settled(base), stem, _settled(value))
        case _:
            return shape


def _hidden(shape: Shape) -> bool:
    match shape:
        case New():
            return True
        case Record(members):
            return any(_hidden(member) for member in members.values())
        case Update(base, _, value):
            return _hidden(base) or _hidden(value)
        case _:
            return False


def _strays(found: ExitContract, document: Shape, own: tuple[Stem, ...]) -> Iterator[Stem]:
    """``own`` are places where the call itself puts something, as the map has it."""
    if found.replaced and found.writes:
        return
    changed = change(document, EMPTY)
    for stem in (*found.writes, *own):
        changed = changed.without(stem)
    for stem in changed.leaves():
        # A write may make the objects above its place.
        if changed.at(stem).rest or not any(write[: len(stem)] == stem for write in found.writes):
            yield stem
