"""Verification: the three proofs on what lies on disk, with what they covered.

Unlike extraction this may fail on files that people have changed, so a failure is a finding and not a bug.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from aslsplit.asl.model import StateMachine
from aslsplit.asl.source import Json
from aslsplit.disk.workspace import open_workspace
from aslsplit.errors import BoundaryError
from aslsplit.findings import Finding, finding, has_errors, in_order
from aslsplit.plan.plan import Plan
from aslsplit.project.agreement import about_others
from aslsplit.project.definitions import read_child_machine, read_machine
from aslsplit.project.load import Project
from aslsplit.project.rewritten import seen_by_sites
from aslsplit.project.tree import published_contracts
from aslsplit.rewrite.extract import Extraction, extract
from aslsplit.verify.cases import cases_of
from aslsplit.verify.counterexample import counterexample_from, is_counterexample
from aslsplit.verify.execution import pair_of, run_side_by_side
from aslsplit.verify.minimality import FieldUse, field_uses
from aslsplit.verify.progress import Progress, unseen
from aslsplit.verify.scenario import Scenario, scenario_from
from aslsplit.verify.static import prove_statically
from aslsplit.verify.structural import prove_structure
from aslsplit.verify.verdict import Verdict

__all__ = ["read_examples", "verification", "verified"]

_SCENARIOS_PER_FIELD = 60


def verification(
    project: Project,
    plan: Plan,
    *,
    cases: int,
    seed: int,
    examples: Sequence[Scenario] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Of the children that the lock file records. Raises InputError when a file on disk cannot be read."""
    names = tuple(child.name for child in project.boundaries.children if child.name in project.lock.children)
    remarks = (*project.findings, *plan.findings_of(frozenset(names)))
    if not names:
        help = "extract a child first; extract makes the same proofs before it writes"
        remarks = (*remarks, finding("ASL606", "no child was extracted, so there is nothing to verify", help=help))
    if has_errors(remarks):
        return Verdict(plan, names, in_order(remarks))
    extraction = extract(plan, names)
    parent, found = read_machine(project.workspace, project.boundaries.parent_file, project.boundaries)
    machines = {
        name: read_child_machine(project.workspace, locked.file, project.machine.source)
        for name, locked in project.lock.children.items()
        if locked.is_child
    }
    children = {name: machine for name, (machine, _) in machines.items()}
    remarks = (*remarks, *(remark for name in children for remark in about_others(project, name)))
    remarks = (*remarks, *found, *(remark for _, more in machines.values() for remark in more))
    return verified(project, plan, extraction, parent, children, remarks, cases, seed, examples, progress or unseen)


def verified(
    project: Project,
    plan: Plan,
    extraction: Extraction,
    parent: StateMachine,
    children: Mapping[str, StateMachine],
    remarks: Sequence[Finding],
    limit: int,
    seed: int,
    examples: Sequence[Scenario],
    progress: Progress,
) -> Verdict:
    """Of a parent and children, wherever they are from; ``remarks`` are what is said of them anyway."""
    names = tuple(children)
    seen = seen_by_sites(children, extraction)
    structural = tuple(prove_structure(project.machine, parent, seen, extraction))
    holds = {"structural": not structural}
    static: tuple[Finding, ...] = ()
    if not structural:
        # The static proof follows the records of what was generated, which hold for the files as they were written.
        static = tuple(prove_statically(plan, parent, seen, extraction))
        holds = {"static": not static, **holds}
    cases = cases_of(plan.facts, limit=limit, seed=seed, progress=progress)
    definitions = {name: machine.source.data for name, machine in children.items()}
    pair = pair_of(plan, parent.source.data, definitions, extraction)
    published = published_contracts(plan, extraction)
    runs = run_side_by_side(pair, (*examples, *cases.scenarios), published, progress)
    holds["execution"] = runs.mismatch is None
    if runs.mismatch is None:
        holds["replay"] = not runs.replay.findings
    found = (*static, *structural, *runs.findings)
    uses: tuple[FieldUse, ...] = ()
    if not found:
        sample = [pair.completed(scenario) for scenario in cases.scenarios[:_SCENARIOS_PER_FIELD]]
        uses = tuple(field_uses(plan, tuple(extraction.children), sample, pair.remembered, progress)) if sample else ()
    every = in_order((*remarks, *found))
    return Verdict(plan, names, every, holds, cases, len(examples), pair, runs, uses)


def read_examples(path: str) -> tuple[Scenario, ...]:
    """Recorded inputs: a JSON array of scenarios as ``verify`` saves them, or of plain inputs, or a single one.

    Raises InputError when the file cannot be read, BoundaryError when it holds something else.
    """
    _, shown, raw = open_workspace(path)
    try:
        data = json.loads(raw)
        entries: list[Json] = data if isinstance(data, list) else [data]
        return tuple(_example(entry, position) for position, entry in enumerate(entries, start=1))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BoundaryError(f"{shown} holds neither inputs nor scenarios") from None


def _example(entry: Json, number: int) -> Scenario:
    if is_counterexample(entry):
        return counterexample_from(entry).mismatch.scenario
    if isinstance(entry, dict) and set(entry) <= {"why", "input", "answers"} and "input" in entry:
        return scenario_from({"why": f"example {number}", "answers": {}, **entry})
    return Scenario(entry, {}, f"example {number}")
