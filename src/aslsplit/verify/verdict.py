"""What the proofs found about machines that lie on disk, and what they covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aslsplit.findings import Finding
from aslsplit.plan.plan import Plan
from aslsplit.verify.cases import Cases
from aslsplit.verify.counterexample import Counterexample
from aslsplit.verify.execution import Pair, Runs
from aslsplit.verify.minimality import FieldUse

__all__ = ["Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``holds`` maps each check that was made to whether it holds: the proofs, and the replay of the contracts.
    ``pair`` is what ran, ``runs`` how it went, ``uses`` whether each field of the contracts was needed; ``examples``
    counts the recorded inputs."""

    plan: Plan
    names: tuple[str, ...]
    findings: tuple[Finding, ...]
    holds: Mapping[str, bool] = field(default_factory=dict)
    cases: Cases | None = None
    examples: int = 0
    pair: Pair | None = None
    runs: Runs | None = None
    uses: tuple[FieldUse, ...] = ()

    @property
    def counterexample(self) -> Counterexample | None:
        if self.pair is None or self.runs is None or self.runs.mismatch is None:
            return None
        return Counterexample(self.pair, self.runs.mismatch)
