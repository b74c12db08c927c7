"""What states and machines read and write, as access paths in text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aslsplit.analysis.effects import Effects
from aslsplit.analysis.facts import UNOBSERVED, analyze
from aslsplit.analysis.pathset import EMPTY
from aslsplit.analysis.shapes import change
from aslsplit.asl.model import StateMachine
from aslsplit.asl.paths import CONTEXT, DOCUMENT, format_path
from aslsplit.difference.model import AccessChange

__all__ = ["NOTHING", "Access", "access_change", "access_of"]

_Texts = frozenset[str]


@dataclass(frozen=True, slots=True)
class Access:
    """``input``: what some state may read of the execution's input before it is overwritten."""

    input: _Texts
    context: _Texts
    writes: _Texts
    reads_of: Mapping[str, _Texts]
    writes_of: Mapping[str, _Texts]


NOTHING = Access(frozenset(), frozenset(), frozenset(), {}, {})
"""Of a machine that is not there."""


def access_of(machine: StateMachine) -> Access:
    facts = analyze(machine, UNOBSERVED)
    top = facts.of(machine.top)
    wanted = top.live.get(machine.top.start_at, {}).get(DOCUMENT, EMPTY)
    effects = {name: found for scope in facts.scopes.values() for name, found in scope.effects.items()}
    reads_of = {name: _reads(found) for name, found in effects.items()}
    writes_of = {name: _writes(found) for name, found in effects.items()}
    return Access(
        input=frozenset(format_path(DOCUMENT, stem) for stem in wanted.leaves()),
        context=frozenset(path for paths in reads_of.values() for path in paths if path.startswith(CONTEXT)),
        writes=frozenset(path for paths in writes_of.values() for path in paths),
        reads_of=reads_of,
        writes_of=writes_of,
    )


def access_change(before: Iterable[str], after: Iterable[str]) -> AccessChange:
    old, new = frozenset(before), frozenset(after)
    return AccessChange(tuple(sorted(new - old)), tuple(sorted(old - new)))


def _reads(effects: Effects) -> _Texts:
    return frozenset(format_path(read.path.root, read.path.stem) for read in effects.reads)


def _writes(effects: Effects) -> _Texts:
    """On any way out, a caught error included."""
    found: set[str] = set()
    for way in effects.passages:
        found.update(format_path(DOCUMENT, stem) for stem in change(way.document, EMPTY).leaves())
        found.update(way.variables)
    return frozenset(found)
