"""Following what is known along the transitions, from where control arrives, until nothing changes any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from aslsplit.analysis.effects import Effects, Passage
from aslsplit.analysis.worklist import Worklist

__all__ = ["followed"]

_Known = TypeVar("_Known")


def followed(
    starts: Mapping[str, _Known],
    effects: Mapping[str, Effects],
    behind: Callable[[Effects, Passage, _Known], _Known],
    joined: Callable[[_Known, _Known], _Known],
) -> Mapping[str, _Known]:
    """For each state of ``effects`` that control reaches what is known before it runs; ``joined`` where ways meet."""
    known = dict(starts)
    pending = Worklist(effects, tuple(known))
    while pending:
        name = pending.pop()
        for way in effects[name].passages:
            target = way.transition.target
            if target is None or target not in effects:
                continue
            found = behind(effects[name], way, known[name])
            both = joined(known[target], found) if target in known else found
            if target not in known or both != known[target]:
                known[target] = both
                pending.add(target)
    return known
