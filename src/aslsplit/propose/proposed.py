"""A proposal as a value: several ways to cut, each planned, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass

from aslsplit.asl.model import StateMachine
from aslsplit.findings import Finding
from aslsplit.plan.plan import ChildPlan
from aslsplit.propose.alternatives import Alternative
from aslsplit.propose.scores import Reason
from aslsplit.propose.search import Refused
from aslsplit.propose.selection import Scored
from aslsplit.rewrite.costs import Costs

__all__ = ["Option", "Proposal", "ProposedChild"]


@dataclass(frozen=True, slots=True)
class ProposedChild:
    name: str
    call: str
    """The name of the state in the parent that would call it."""

    scored: Scored
    reasons: tuple[Reason, ...]
    patterns: tuple[tuple[str, str], ...]
    plan: ChildPlan
    costs: Costs


@dataclass(frozen=True, slots=True)
class Option:
    alternative: Alternative
    children: tuple[ProposedChild, ...]
    story: tuple[str, ...]
    """What the top scope of the parent would hold, in the order in which control comes to it."""

    boundary_map: str
    """As a file; empty where nothing would be split."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The first option is the one that is recommended."""

    machine: StateMachine
    options: tuple[Option, ...]
    refused: tuple[Refused, ...]
    looked_at: int
    child_price: float
    fixed: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def best_split(self) -> Option | None:
        return next((option for option in self.options if option.children), None)
