"""``report``: plan, rewrite or read what was written, prove, and compare."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from aslsplit.asl.model import StateMachine
from aslsplit.findings import has_errors, in_order
from aslsplit.operations.pipeline import dry_run, plan_of
from aslsplit.operations.verification import verified
from aslsplit.project.load import Project
from aslsplit.project.rewritten import afterwards, seen_by_sites
from aslsplit.render.diff import FileChange
from aslsplit.render.report.report import After, Report, Sizes
from aslsplit.rewrite.extract import Extraction, extract
from aslsplit.verify.execution import Pair
from aslsplit.verify.progress import Progress, unseen
from aslsplit.verify.scenario import Scenario

__all__ = ["DEFAULT_CASES", "report_of"]

DEFAULT_CASES = 100
_MEASURED = 60
"""Scenarios in which the sizes at the border are looked at."""


def report_of(
    project: Project,
    names: Sequence[str],
    *,
    cases: int = DEFAULT_CASES,
    seed: int = 0,
    examples: Sequence[Scenario] = (),
    progress: Progress | None = None,
) -> Report:
    """Of these children and of all that were extracted before. Nothing is written.

    Raises InputError when a file on disk cannot be read, ProofError when what would be written cannot.
    """
    plan = plan_of(project)
    extracted = tuple(project.lock.children)
    wanted = [name for name in project.boundaries.names if name in names or name in extracted]
    findings = dry_run(project, plan, wanted)
    refused = tuple(name for name in wanted if plan.refuses(name))
    legal = [name for name in wanted if name not in refused]
    if not legal or has_errors(finding for child, finding in plan.findings if child is None):
        return Report(plan, refused, extracted, findings, None)
    extraction = extract(plan, [site for name in legal for site in project.boundaries.sites(name)])
    there = afterwards(project, extraction)
    parent = there.parent
    # A child that several sites share is one file.
    children = {name: there.children[name] for name, child in extraction.children.items() if child.plan.is_child}
    report = progress or unseen
    verdict = verified(project, plan, extraction, parent, children, there.findings, cases, seed, examples, report)
    scenarios = (*examples, *(() if verdict.cases is None else verdict.cases.scenarios))
    sizes = {} if verdict.pair is None else _sizes(verdict.pair, scenarios, extraction)
    changes = _changes(project, parent, children)
    after = After(extraction, parent, children, seen_by_sites(children, extraction), verdict, changes, sizes)
    return Report(plan, refused, extracted, in_order((*findings, *verdict.findings)), after)


def _changes(project: Project, parent: StateMachine, children: Mapping[str, StateMachine]) -> tuple[FileChange, ...]:
    """Of a template only the definition is compared: the rest stays as it is."""
    workspace = project.workspace
    changes: list[FileChange] = [
        (workspace.shown(project.boundaries.parent_file), project.machine.source.text, parent.source.text)
    ]
    changes += [
        (workspace.shown(project.child_file(name)), None, child.source.text) for name, child in children.items()
    ]
    return tuple(changes)


def _sizes(
    pair: Pair, scenarios: Iterable[Scenario], extraction: Extraction
) -> Mapping[tuple[str, str, str | None], Sizes]:
    by_call = {child.plan.generated.parent.invoke: (name, child.plan) for name, child in extraction.children.items()}
    by_arn = {child.boundary.alias_arn: (name, child) for name, child in by_call.values() if child.is_child}
    found: dict[tuple[str, str, str | None], Sizes] = {}
    for scenario in islice(scenarios, _MEASURED):
        for call in pair.split(pair.completed(scenario)).children:
            payload = call.call.payload
            arn = str(payload.get("StateMachineArn")) if isinstance(payload, dict) else ""
            called = by_call.get(call.call.state, by_arn.get(arn))
            # Somebody may have edited either side since.
            request = payload.get("Input") if isinstance(payload, dict) else None
            if called is None or call.status != "SUCCEEDED" or not isinstance(request, dict):
                continue
            name, plan = called
            outcome = call.output.get("outcome") if isinstance(call.output, dict) else None
            entry = str(request.get("entry")) if plan.contract.dispatched else plan.region.entries[0]
            taken = [one for one in plan.contract.exits if not plan.contract.routed or one.outcome == outcome]
            if not taken:
                continue
            way = (name, entry, taken[0].target)
            seen = found.get(way, Sizes())
            found[way] = Sizes(max(seen.request, _bytes(request)), max(seen.response, _bytes(call.output)))
    return found


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
