"""Possibility: which places of the document anything may lie in when a state begins (forward, may).

The counterpart of presence. Most of it is "anywhere"; but the document behind a catcher that has no ``ResultPath`` has
nothing but ``Error`` and ``Cause``, and what a template made has the members that the template names. What surely is
not there need not travel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import or_

from aslsplit.analysis.effects import Effects, Passage
from aslsplit.analysis.forward import followed
from aslsplit.analysis.pathset import DEEPEST, PathSet
from aslsplit.analysis.shapes import possible
from aslsplit.asl.paths import DOCUMENT

__all__ = ["possible_before", "possible_behind", "possible_inside"]


def possible_before(
    start: str, at_start: PathSet, members: Iterable[str], effects: Mapping[str, Effects]
) -> Mapping[str, PathSet]:
    """For each member that control reaches from ``start``: where in the document anything may lie before it runs. The
    depth is limited everywhere, or a loop that wraps the document would not end."""
    own = {name: effects[name] for name in members}
    return followed({start: at_start}, own, lambda _, way, before: possible_behind(way, before).cut(DEEPEST), or_)


def possible_behind(way: Passage, before: PathSet) -> PathSet:
    return possible(way.document, {DOCUMENT: before})


def possible_inside(effects: Effects, before: PathSet) -> tuple[PathSet, ...]:
    """Where in the document anything may lie at the start of each inner scope of a Parallel or Map state."""
    return tuple(possible(handed, {DOCUMENT: before}) for handed in effects.inputs)
