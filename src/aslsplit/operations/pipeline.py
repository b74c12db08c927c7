"""The passes, in their order: read, plan, rewrite, prove, render. The only module that knows it.

Nothing is written here; an outcome is a set of files to be, and everything there is to say about them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.disk.workspace import Artifact
from aslsplit.errors import ProofError
from aslsplit.findings import Finding, finding, has_errors, in_order
from aslsplit.plan.plan import Plan
from aslsplit.plan.residues import redrive
from aslsplit.plan.side_by_side import side_by_side
from aslsplit.project.load import Project, load_project
from aslsplit.project.planning import neighbours, plan_of
from aslsplit.project.rewritten import Rewritten, rewritten
from aslsplit.project.tree import artifacts, obstacles, published_contracts
from aslsplit.rewrite.extract import Extraction, extract
from aslsplit.rewrite.folding import behind_join, folding_of
from aslsplit.rewrite.substitutions import unfilled
from aslsplit.verify.progress import Progress, unseen
from aslsplit.verify.static import prove_statically
from aslsplit.verify.structural import prove_structure

if TYPE_CHECKING:
    from aslsplit.verify.counterexample import Counterexample
    from aslsplit.verify.execution import Remembered
    from aslsplit.verify.scenario import Scenario

DEFAULT_CASES = 100
"""Scenarios for the proof by execution: about two seconds for fifty states."""

__all__ = [
    "ExecutionProofError",
    "Outcome",
    "Proofs",
    "dry_run",
    "extraction_outcome",
    "inline_outcome",
    "load_project",
    "plan_of",
    "proofs_of",
]


class ExecutionProofError(ProofError):
    """With the smallest case that was found in which parent and children do something else."""

    def __init__(self, message: str, findings: tuple[Finding, ...], counterexample: Counterexample) -> None:
        super().__init__(message, findings)
        self.counterexample = counterexample


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run would leave on disk. ``artifacts`` is empty when there are errors among the findings."""

    project: Project
    plan: Plan
    extracted: tuple[str, ...]
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


def dry_run(project: Project, plan: Plan, names: Collection[str]) -> tuple[Finding, ...]:
    """All that extracting these children would say. Those that are refused do not keep the others from being tried."""
    legal = [name for name in names if plan.child(name) is not None]
    # The first two proofs are quick enough for a look; the third one belongs to what is written.
    tried = extraction_outcome(project, plan, legal, cases=0).findings if legal else ()
    return in_order((*project.findings, *plan.findings_of(frozenset(names)), *tried))


def extraction_outcome(
    project: Project,
    plan: Plan,
    names: Collection[str],
    *,
    cases: int | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Extract these children and all that were extracted before. ``cases`` scenarios are run for the third proof,
    ``DEFAULT_CASES`` if that is None.

    Raises ProofError when the result is not proved equivalent, ExecutionProofError when running it showed that.
    """
    wanted = [
        child.name
        for child in project.boundaries.children
        if child.of in names or child.name in (*names, *project.lock.children)
    ]
    return _outcome(project, plan, wanted, (), _or_default(cases), progress)


def inline_outcome(
    project: Project, plan: Plan, name: str, *, cases: int | None = None, progress: Progress | None = None
) -> Outcome:
    """Put one extracted child back; the others stay extracted."""
    if name not in project.lock.children:
        remark = finding(
            "ASL606",
            f'"{name}" was not extracted, so there is nothing to put back',
            help=f"extracted so far: {', '.join(project.lock.children) or 'none'}",
        )
        return Outcome(project, plan, tuple(project.lock.children), (), (remark,))
    gone = tuple(site for site in project.boundaries.sites(name) if site in project.lock.children)
    kept = [child for child in project.lock.children if child not in gone]
    return _outcome(project, plan, kept, gone, _or_default(cases), progress)


def _or_default(cases: int | None) -> int:
    return DEFAULT_CASES if cases is None else cases


def _outcome(
    project: Project, plan: Plan, names: list[str], gone: tuple[str, ...], cases: int, progress: Progress | None
) -> Outcome:
    remarks = (*project.findings, *plan.findings_of(frozenset(names)))
    if has_errors(remarks):
        return Outcome(project, plan, tuple(names), (), in_order(remarks))
    if stuck := tuple(_in_the_file_of_another(project, plan, names, gone)):
        return Outcome(project, plan, tuple(names), (), in_order((*remarks, *stuck)))
    extraction = extract(plan, names)
    made = rewritten(project, extraction)
    _prove(project, plan, extraction, made, cases, progress)
    remarks += (
        *redrive(project.boundaries, [name for name in names if name in project.boundaries.names]),
        *side_by_side(plan, names),
        *_not_folded(project, extraction),
        *_unfilled(project, extraction),
        *obstacles(project, plan, extraction, made, gone),
    )
    files = () if has_errors(remarks) else artifacts(project, plan, extraction, made, gone)
    return Outcome(project, plan, tuple(names), files, in_order(remarks))


def _in_the_file_of_another(
    project: Project, plan: Plan, names: Sequence[str], gone: Sequence[str]
) -> Iterator[Finding]:
    """A child whose call would have to be put into, or taken out of, one that was extracted before it."""
    extracted = project.lock.children
    moving = [name for name in (*names, *gone) if name in gone or name not in extracted]
    for name in moving:
        child = plan.child(name)
        outer = plan.caller(child, [other for other in extracted if other != name]) if child is not None else None
        if outer is not None:
            around = outer.boundary.name
            does = "putting it back would change" if name in gone else "its call would have to be put into"
            of = child.boundary.of if child is not None else name
            order = f"then inline {of}" if name in gone else f"then extract {of}, and {around} after it"
            yield finding(
                "ASL609",
                f'"{name}" lies inside "{around}", which was extracted before: {does} {extracted[around].file}',
                span=project.boundaries.source.span(outer.boundary.pointer, key=True),
                help=f"inline {around} first, {order}",
            )


def _prove(
    project: Project, plan: Plan, extraction: Extraction, made: Rewritten, cases: int, progress: Progress | None
) -> None:
    """Of the parent, and of those of other maps that have children from here: none of them calls what was not proved
    for it."""
    _prove_one(project, plan, extraction, made, cases, progress)
    for other in neighbours(project, plan, extraction.children):
        split = extract(other.plan, other.names)
        _prove_one(other.project, other.plan, split, rewritten(other.project, split), cases, progress)


def _prove_one(
    project: Project, plan: Plan, extraction: Extraction, made: Rewritten, cases: int, progress: Progress | None
) -> None:
    report = progress or unseen

    def scenarios() -> tuple[Scenario, ...]:
        from aslsplit.verify.cases import cases_of

        return cases_of(plan.facts, limit=cases, progress=report).scenarios

    proofs = proofs_of(project.machine, plan, extraction, made, scenarios if cases else None, progress=report)
    if proofs.counterexample is not None:
        raise ExecutionProofError(_NOT_PROVED, proofs.failures, proofs.counterexample)
    if proofs.failures:
        raise ProofError(_NOT_PROVED, proofs.failures)


_NOT_PROVED = "the result could not be proved equivalent to the monolith"


@dataclass(frozen=True, slots=True)
class Proofs:
    """All that the proofs have against a split; the smallest case, where running it showed a difference."""

    failures: tuple[Finding, ...]
    counterexample: Counterexample | None = None


def proofs_of(
    machine: StateMachine,
    plan: Plan,
    extraction: Extraction,
    made: Rewritten,
    scenarios: Callable[[], Collection[Scenario]] | None,
    remembered: Remembered | None = None,
    progress: Progress = unseen,
) -> Proofs:
    """Of what would be written for ``machine``.

    The third proof is made if the first two hold and there are ``scenarios``. ``remembered`` is kept between the
    proofs of several splits of one machine.
    """
    failures = [
        *_new_mistakes(machine, made),
        *prove_statically(plan, made.parent, made.children, extraction),
        *prove_structure(machine, made.parent, made.children, extraction),
    ]
    if failures or scenarios is None or not extraction.children:
        return Proofs(tuple(failures))
    # The interpreter and what makes scenarios for it are of no use to a dry run, which starts faster without them.
    from aslsplit.verify.counterexample import Counterexample
    from aslsplit.verify.execution import pair_of, run_side_by_side

    pair = pair_of(plan, *made.definitions(), extraction, remembered)
    runs = run_side_by_side(pair, scenarios(), published_contracts(plan, extraction), progress)
    return Proofs(runs.findings, None if runs.mismatch is None else Counterexample(pair, runs.mismatch))


def _new_mistakes(machine: StateMachine, made: Rewritten) -> list[Finding]:
    """Structural mistakes in what would be written that the monolith does not have."""
    known = {remark.code for remark in parse(machine.source)[1]}
    found = [remark for written in (made.parent, *made.files.values()) for remark in parse(written.source)[1]]
    return [
        finding("ASL701", f"{remark.span}: {remark.message}", pointer=remark.pointer)
        for remark in found
        if remark.code not in known and remark.code != _NO_END
    ]


_NO_END = "ASL114"
"""Where only the failures inside a region ended a scope, a parent that lets them surface shows no end of its own."""


def _unfilled(project: Project, extraction: Extraction) -> list[Finding]:
    embedded, source = project.machine.source.embedded, project.boundaries.source
    if embedded is None:
        return []
    return [
        remark
        for name, child in extraction.children.items()
        if child.plan.is_written
        for remark in unfilled(
            child, embedded, project.child_file(name), source.span(child.plan.boundary.pointer, key=True)
        )
    ]


def _not_folded(project: Project, extraction: Extraction) -> list[Finding]:
    return [
        finding(
            "ASL505",
            f'"{name}" is not called in one state: {reason}',
            span=project.boundaries.source.span(child.plan.boundary.pointer),
        )
        for name, child in extraction.children.items()
        for reason in (folding_of if child.side.branch is None else behind_join)(child.plan).reasons
    ]
