"""Liveness: what of the document, the variables and the context may still be read (backward, may)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from aslsplit.analysis.effects import Effects, Passage, demanded
from aslsplit.analysis.pathset import DEEPEST, EMPTY, Paths, merge
from aslsplit.analysis.shapes import demand
from aslsplit.analysis.worklist import Worklist
from aslsplit.asl.model import Transition
from aslsplit.asl.paths import CONTEXT, DOCUMENT

__all__ = ["live_before", "wanted_by"]


def live_before(
    members: Iterable[str], effects: Mapping[str, Effects], beyond: Callable[[Transition], Paths]
) -> Mapping[str, Paths]:
    """For each member what is live before it runs; ``beyond`` answers for transitions that leave ``members``.

    A worklist over the least fixpoint; path sets only grow, their names come from the definition and in a loop their
    depth is limited, so it ends. The limit holds there from the beginning: what is found must not depend on the order
    of the work, or a proof that repeats it on other machines finds something else.
    """
    names = tuple(members)
    live: dict[str, Paths] = {name: {} for name in names}
    sources: dict[str, set[str]] = {name: set() for name in names}
    for name in names:
        for way in effects[name].passages:
            if way.transition.target in sources:
                sources[way.transition.target].add(name)
    # What stands last in the file mostly runs last, so its answer comes first.
    pending = Worklist(reversed(names), names)
    loops = _in_loops(sources)
    while pending:
        name = pending.pop()
        found = _before(effects[name], live, beyond)
        if name in loops:
            # The context is never written, so no loop steps into it.
            found = {root: paths if root == CONTEXT else paths.cut(DEEPEST) for root, paths in found.items()}
        if found != live[name]:
            live[name] = found
            for source in sources[name]:
                pending.add(source)
    return live


def _in_loops(sources: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The states on a way from a loop to a loop, those of the loops themselves included."""
    targets: dict[str, set[str]] = {name: set() for name in sources}
    for name, found in sources.items():
        for source in found:
            targets[source].add(name)
    behind = _without_ends(sources, targets)
    return behind & _without_ends(targets, sources)


def _without_ends(before: Mapping[str, Collection[str]], behind: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Those that are left when whatever has nothing before it is taken away, again and again."""
    waiting = {name: len(found) for name, found in before.items()}
    ends = [name for name, count in waiting.items() if not count]
    while ends:
        name = ends.pop()
        del waiting[name]
        for follower in behind[name]:
            waiting[follower] -= 1
            if not waiting[follower]:
                ends.append(follower)
    return frozenset(waiting)


def _before(effects: Effects, live: Mapping[str, Paths], beyond: Callable[[Transition], Paths]) -> Paths:
    parts = [demanded(effects.before), effects.inner]
    for way in effects.passages:
        target = way.transition.target
        after = live[target] if target is not None and target in live else beyond(way.transition)
        parts.append(wanted_by(way, after))
    return merge(*parts)


def wanted_by(way: Passage, after: Paths) -> Paths:
    """What a transition wants of what was there before, when ``after`` is live behind it."""
    parts = [demanded(way.reads), demand(way.document, after.get(DOCUMENT, EMPTY))]
    for root, wanted in after.items():
        if root == CONTEXT or (root != DOCUMENT and root not in way.variables):
            parts.append({root: wanted})
        elif root in way.variables:
            parts.append(demand(way.variables[root], wanted))
    return merge(*parts)
