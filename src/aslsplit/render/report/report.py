"""What a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aslsplit.asl.model import StateMachine
from aslsplit.findings import Finding
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.render.diff import FileChange
from aslsplit.rewrite.extract import Extraction
from aslsplit.verify.verdict import Verdict

__all__ = ["After", "Report", "Sizes"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The largest request and response, in bytes, that were seen when the proof by execution ran."""

    request: int = 0
    response: int = 0


@dataclass(frozen=True, slots=True)
class After:
    """The other side: parent and children as they lie on disk or would be written, and what was proved of them.
    ``seen`` are the children as each of their sites sees them."""

    extraction: Extraction
    parent: StateMachine
    children: Mapping[str, StateMachine]
    seen: Mapping[str, StateMachine]
    verdict: Verdict
    changes: tuple[FileChange, ...]
    sizes: Mapping[tuple[str, str, str | None], Sizes]
    """By child, entry and the state that control goes on to, of calls that succeeded."""


@dataclass(frozen=True, slots=True)
class Report:
    """``refused`` children have errors among the findings, ``extracted`` ones lie on disk already. There is no
    ``after`` if no child is left."""

    plan: Plan
    refused: tuple[str, ...]
    extracted: tuple[str, ...]
    findings: tuple[Finding, ...]
    after: After | None

    @property
    def monolith(self) -> StateMachine:
        return self.plan.facts.machine

    @property
    def children(self) -> tuple[ChildPlan, ...]:
        """Those that the report is about."""
        if self.after is None:
            return ()
        return tuple(child.plan for child in self.after.extraction.children.values())
