"""Which scope became which, and so which states moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.model import Scope
from aslsplit.asl.source import Pointer
from aslsplit.difference.model import Place

__all__ = ["Homes", "homes_of"]

_ScopeId = tuple[str, Pointer]
_BranchPair = tuple[Scope | None, Scope | None]


@dataclass(frozen=True, slots=True)
class Homes:
    """``branches`` has, for a Parallel or Map state that is on both sides, its scopes by what they became."""

    became: Mapping[_ScopeId, _ScopeId]
    branches: Mapping[Place, tuple[_BranchPair, ...]]

    def moved(self, old: Place, new: Place) -> bool:
        return self.became.get(_id(old.key, old.scope)) != _id(new.key, new.scope)


def homes_of(partners: Mapping[Place, Place], continues: Mapping[str, str]) -> Homes:
    became: dict[_ScopeId, _ScopeId] = {(old, ()): (new, ()) for old, new in continues.items()}
    members = Counter((_id(old.key, old.scope), _id(new.key, new.scope)) for old, new in partners.items())
    branches: dict[Place, tuple[_BranchPair, ...]] = {}
    for old, new in partners.items():
        if old.state.scopes or new.state.scopes:
            branches[old] = pairs = _paired(old, new, members)
            for one, other in pairs:
                if one is not None and other is not None:
                    became[_id(old.key, one)] = _id(new.key, other)
    return Homes(became, branches)


def _paired(old: Place, new: Place, members: Mapping[tuple[_ScopeId, _ScopeId], int]) -> tuple[_BranchPair, ...]:
    """Those with the most states in common, then the others in their order."""
    before, after = old.state.scopes, new.state.scopes
    ranked = sorted(
        (-members.get((_id(old.key, one), _id(new.key, other)), 0), i + j, abs(i - j), i, j)
        for i, one in enumerate(before)
        for j, other in enumerate(after)
    )
    partner: dict[int, int] = {}
    for *_, i, j in ranked:
        if i not in partner and j not in partner.values():
            partner[i] = j
    pairs: list[_BranchPair] = [(one, _at(after, partner.get(i))) for i, one in enumerate(before)]
    return (*pairs, *((None, other) for j, other in enumerate(after) if j not in partner.values()))


def _at(scopes: Sequence[Scope], index: int | None) -> Scope | None:
    return None if index is None else scopes[index]


def _id(key: str, scope: Scope) -> _ScopeId:
    return key, scope.pointer
