"""``contract fixtures``: made from the plan and written beside the contracts; played again as they lie there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.disk.workspace import Artifact
from aslsplit.errors import BoundaryError, DefinitionError
from aslsplit.findings import Finding, finding, has_errors, in_order
from aslsplit.operations.pipeline import plan_of
from aslsplit.plan.plan import Plan
from aslsplit.project.definitions import read_child_machine
from aslsplit.project.load import Project
from aslsplit.project.tree import published_contracts
from aslsplit.render.fixtures_text import FixtureRows, PlayedRow
from aslsplit.rewrite.extract import Extraction, extract
from aslsplit.verify.cases import cases_of
from aslsplit.verify.execution import pair_of
from aslsplit.verify.fixture import Ended, Fixture, fixture_data, fixture_from, played
from aslsplit.verify.fixture_making import fixtures_of, recordings_of
from aslsplit.verify.progress import Progress, unseen

__all__ = ["FixturesMade", "make_fixtures", "play_fixtures"]


@dataclass(frozen=True, slots=True)
class FixturesMade:
    """``rows`` are by child. ``artifacts`` are the files to be, and those that go because nothing makes them any
    more; without those that people have made or changed, which are left alone."""

    rows: tuple[FixtureRows, ...]
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


def make_fixtures(
    project: Project, names: Collection[str], *, cases: int, seed: int, progress: Progress = unseen
) -> FixturesMade:
    """Of these children, or of all that are legal; with the findings about the others.

    Raises BoundaryError when none of them is legal.
    """
    plan = plan_of(project)
    wanted, remarks = _legal(project, plan, names)
    # A child inside another one is called by that one, so all are extracted whichever are asked for.
    extraction = extract(plan, [child.boundary.name for child in plan.children])
    definitions = {name: child.written for name, child in extraction.children.items()}
    pair = pair_of(plan, extraction.parent, definitions, extraction)
    published = published_contracts(plan, extraction)
    scenarios = cases_of(plan.facts, limit=cases, seed=seed, progress=progress).scenarios
    rows: list[FixtureRows] = []
    artifacts: list[Artifact] = []
    for number, name in enumerate(wanted):
        progress("making fixtures", number, len(wanted))
        child = extraction.children[name].plan
        arn = child.boundary.alias_arn
        recordings = recordings_of(pair, scenarios, arn)
        fixtures, unmade = fixtures_of(pair, arn, published[arn], child.contract.version, recordings)
        on_disk = dict(_on_disk(project, name))
        kept = tuple(file for file, fixture in on_disk.items() if fixture is None or not fixture.made)
        rows.append((name, fixtures, unmade, kept))
        artifacts += _files(_folder(project, name), fixtures, on_disk, kept)
    return FixturesMade(tuple(rows), tuple(artifacts), remarks)


def _legal(project: Project, plan: Plan, names: Collection[str]) -> tuple[list[str], tuple[Finding, ...]]:
    # Those of a child that another map writes lie there, beside its contract.
    written = [child.name for child in project.boundaries.children if child.served_by is None]
    wanted = [name for name in written if not names or name in names]
    if not wanted:
        raise BoundaryError("another map writes what was asked for; its fixtures are made there, beside its contract")
    refused = frozenset(name for name in wanted if plan.child(name) is None)
    remarks = in_order((*project.findings, *(remark for name, remark in plan.findings if name in refused)))
    if len(refused) == len(wanted):
        raise BoundaryError("there is no contract to make fixtures of", remarks)
    return [name for name in wanted if name not in refused], remarks


def _files(
    folder: str, fixtures: Collection[Fixture], on_disk: Collection[str], kept: Collection[str]
) -> Iterator[Artifact]:
    texts = {f"{folder}/{one.name}.json": _text(fixture_data(one)) for one in fixtures}
    yield from (Artifact(file, text) for file, text in texts.items() if file not in kept)
    yield from (Artifact(file, None) for file in on_disk if file not in texts and file not in kept)


def play_fixtures(project: Project, names: Collection[str]) -> tuple[tuple[PlayedRow, ...], tuple[Finding, ...]]:
    """Every fixture on disk, on the children as they are: extracted ones on disk, others as they would be.

    Raises as ``make_fixtures`` does, and InputError or DefinitionError when a child on disk cannot be run.
    """
    plan = plan_of(project)
    wanted, remarks = _legal(project, plan, names)
    extraction = extract(plan, [child.boundary.name for child in plan.children])
    definitions = _definitions(project, extraction)
    by_arn = {child.plan.boundary.alias_arn: definitions[name] for name, child in extraction.children.items()}
    found = tuple(
        _played(name, file, fixture, definitions[name], by_arn)
        for name in wanted
        for file, fixture in _on_disk(project, name)
    )
    return found, in_order((*remarks, *_told(project, found)))


def _definitions(project: Project, extraction: Extraction) -> Mapping[str, Json]:
    """Raises InputError or DefinitionError when one that people have changed cannot be run."""
    found: dict[str, Json] = {}
    problems: list[Finding] = []
    for name, child in extraction.children.items():
        found[name] = child.written
        if name in project.lock.children:
            file = project.lock.children[name].file
            machine, remarks = read_child_machine(project.workspace, file, project.machine.source)
            found[name] = machine.source.data
            problems += remarks
    if has_errors(problems):
        raise DefinitionError("a child has errors", in_order(problems))
    return found


def _played(child: str, file: str, fixture: Fixture | None, definition: Json, by_arn: Mapping[str, Json]) -> PlayedRow:
    if fixture is None:
        return child, file, None, "it is no fixture"
    return child, file, fixture, _difference(fixture.expected, played(fixture, definition, by_arn))


def _difference(expected: Ended, actual: Ended) -> str | None:
    for part in ("status", "error", "output", "cause"):
        wanted, found = getattr(expected, part), getattr(actual, part)
        # Why a request is refused is told to people in words that may change.
        if wanted != found and not (part == "cause" and wanted is None):
            return f"{part} is {_brief(found)} and not {_brief(wanted)}"
    if expected.calls != actual.calls:
        return _calls_differ(expected.calls, actual.calls)
    return None


def _calls_differ(expected: tuple[Json, ...], actual: tuple[Json, ...]) -> str:
    for wanted, found in zip(expected, actual, strict=False):
        if wanted != found:
            return f"it calls {_brief(found)} and not {_brief(wanted)}"
    return f"it makes {len(actual)} calls and not {len(expected)}"


def _brief(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _told(project: Project, found: Collection[PlayedRow]) -> Iterator[Finding]:
    for child, file, fixture, what in found:
        if what is not None:
            shown = project.workspace.shown(file)
            help = "mend the child, or run contract fixtures again if the contract has changed"
            if fixture is None:
                help = "mend the file or take it away; contract fixtures writes those that it makes anew"
            yield finding("ASL705", f'{shown}, of "{child}": {what}', help=help)


def _on_disk(project: Project, name: str) -> Iterator[tuple[str, Fixture | None]]:
    for file in project.workspace.files_in(_folder(project, name), ".json"):
        yield file, _read(project.workspace.read(file) or b"")


def _read(raw: bytes) -> Fixture | None:
    try:
        return fixture_from(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _folder(project: Project, name: str) -> str:
    return f"{project.boundaries.contracts_dir}/{name}/fixtures"


def _text(data: Json) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
