"""Presence: which access paths must exist when a state begins (forward, must).

A definite path that was read has proved itself, a write proves its path and the objects above it, and ``IsPresent``
proves on its edge. Everything else may be absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aslsplit.analysis.effects import Effects, Passage, proved, proved_promptly
from aslsplit.analysis.forward import followed
from aslsplit.analysis.shapes import Presence, presence
from aslsplit.analysis.stems import Stems, numbered, places_in
from aslsplit.asl.model import TransitionKind
from aslsplit.asl.paths import DOCUMENT, AccessPath, Stem

__all__ = ["known_after", "present_before", "present_inside", "present_on", "with_paths"]


def present_before(
    start: str, at_start: Presence, members: Iterable[str], effects: Mapping[str, Effects]
) -> Mapping[str, Presence]:
    """For each member that control reaches from ``start``: what surely exists before it runs."""
    return followed({start: numbered(at_start)}, {name: effects[name] for name in members}, known_after, _both)


def present_on(effects: Effects, way: Passage, before: Presence) -> Presence:
    """What surely existed before the state, when this way is taken."""
    caught = way.transition.kind is TransitionKind.CATCH
    paths = (*(proved_promptly if caught else proved)(effects.before), *proved(way.reads), *way.proves)
    return with_paths(before, paths)


def known_after(effects: Effects, way: Passage, before: Presence) -> Presence:
    """What surely exists behind a transition."""
    here = present_on(effects, way, before)
    after = {root: stems for root, stems in here.items() if root != DOCUMENT and root not in way.variables}
    after[DOCUMENT] = presence(way.document, here)
    for root, shape in way.variables.items():
        after[root] = presence(shape, here)
    return after


def present_inside(effects: Effects, before: Presence) -> tuple[Presence, ...]:
    """What surely exists at the start of each inner scope of a Parallel or Map state."""
    here = with_paths(before, proved(effects.before))
    outer = {root: stems for root, stems in here.items() if root != DOCUMENT}
    return tuple({**outer, DOCUMENT: presence(handed, here)} for handed in effects.inputs)


def with_paths(known: Presence, paths: Iterable[AccessPath]) -> Presence:
    """``known``, and these paths with all that is above them."""
    by_root: dict[str, list[Stem]] = {}
    for path in paths:
        by_root.setdefault(path.root, []).append(path.stem)
    places = places_in(known)
    return {**known, **{r: Stems.of(known.get(r, ()), places).closed_over(stems) for r, stems in by_root.items()}}


def _both(left: Presence, right: Presence) -> Presence:
    return {root: left[root] & right[root] for root in left if root in right}
