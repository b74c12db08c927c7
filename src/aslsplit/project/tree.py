"""The tree that a run leaves: which files, what they hold, and what on disk stands in their way.

The files of children that were extracted before belong to their teams. They are never written; if the monolith or the
map would make another child of one, that is said and nothing is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from aslsplit.asl.source import Source
from aslsplit.compatibility.compare import compare_one
from aslsplit.compatibility.versions import Extent
from aslsplit.disk.workspace import Artifact
from aslsplit.findings import Finding, Severity, finding
from aslsplit.plan.plan import Plan
from aslsplit.plan.types import ValueTypes, types_of_child
from aslsplit.project.agreement import about_callers, about_served, no_longer_named, still_called
from aslsplit.project.contracts_on_disk import planned_contract
from aslsplit.project.ignore_file import excuses_of
from aslsplit.project.load import Project
from aslsplit.project.recorded_contracts import about_older_versions, recorded_contract, rules_of
from aslsplit.project.rewritten import Rewritten
from aslsplit.render.contract_page import contract_page
from aslsplit.render.contract_schema import (
    contract_digest,
    error_schema,
    published,
    request_schema,
    response_schema,
    schema_text,
)
from aslsplit.rewrite.extract import ExtractedChild, Extraction
from aslsplit.rewrite.lock import Lock, LockedChild, Named, lock_text
from aslsplit.rewrite.record import digest, digest_of_text
from aslsplit.verify.published import Published

__all__ = ["CONTRACT_FILES", "artifacts", "obstacles", "own_text", "published_contracts"]

CONTRACT_FILES = ("README.md", "request.schema.json", "response.schema.json", "errors.schema.json")


def artifacts(
    project: Project, plan: Plan, extraction: Extraction, made: Rewritten, gone: Collection[str]
) -> tuple[Artifact, ...]:
    """The files to be; the lock file is the last one."""
    boundaries, lock = project.boundaries, project.lock
    files: list[Artifact] = []
    locked: dict[str, LockedChild] = {}
    for name, child in extraction.children.items():
        record = child.record
        if name in made.site_texts and record.site is not None:
            record = replace(record, site=replace(record.site, text=made.site_texts[name]))
        if not child.plan.is_child:
            # Of a shared child there is one file, whatever else is recorded of its sites.
            locked[name] = replace(locked[child.plan.boundary.of], record=record, elsewhere=(), served_by=None)
            continue
        file = project.child_file(name)
        text = made.child_texts[name]
        if name in lock.children or not child.plan.is_written:
            text = project.workspace.read_text(file) or text
        else:
            files.append(Artifact(file, text))
        types = types_of_child(plan, child.plan)
        if child.plan.is_written:
            files += _contract_files(project, plan, child, types)
        contract, boundary = child.plan.published, child.plan.boundary
        locked[name] = LockedChild(
            file,
            digest_of_text(text),
            digest(child.written),
            contract.version,
            contract_digest(contract, plan, types),
            record,
            tuple(Named(named.map, named.child) for named in boundary.elsewhere),
            None if boundary.served_by is None else Named(boundary.served_by.map, boundary.served_by.child),
        )
    for name in (name for name in gone if lock.children[name].is_written):
        files.append(Artifact(lock.children[name].file, None))
        files += [Artifact(f"{boundaries.contracts_dir}/{name}/{file}", None) for file in CONTRACT_FILES]
    parent = Artifact(boundaries.parent_file, made.parent_text)
    if not locked:
        parent = parent if boundaries.in_place else Artifact(boundaries.parent_file, None)
        return (*files, parent, Artifact(project.lock_file, None))
    written = Lock(boundaries.parent_file, digest_of_text(own_text(made.parent.source, made.parent_text)), locked)
    return (parent, *files, Artifact(project.lock_file, lock_text(written)))


def published_contracts(plan: Plan, extraction: Extraction) -> Mapping[str, Published]:
    """By the ARN that calls the child."""
    return {
        child.plan.boundary.alias_arn: published(child.plan.published, plan, types_of_child(plan, child.plan))
        for child in extraction.children.values()
        if child.plan.is_child
    }


def own_text(source: Source, text: str) -> str:
    """The parent without the template around it, in which other things change as well; ``text`` is its file's."""
    if source.embedded is None:
        return text
    whole = source.extents[()]
    return source.text[whole.start : whole.end]


def _contract_files(project: Project, plan: Plan, child: ExtractedChild, types: ValueTypes) -> Iterator[Artifact]:
    contract = child.plan.published
    texts = (
        contract_page(child, plan),
        schema_text(request_schema(contract, plan, types)),
        schema_text(response_schema(contract, plan, types)),
        schema_text(error_schema(contract)),
    )
    folder = f"{project.boundaries.contracts_dir}/{contract.child}"
    yield from (Artifact(f"{folder}/{file}", text) for file, text in zip(CONTRACT_FILES, texts, strict=True))


def obstacles(
    project: Project, plan: Plan, extraction: Extraction, made: Rewritten, gone: Collection[str]
) -> Iterator[Finding]:
    """What stands in the way on disk, or was changed there since the last run."""
    if not project.boundaries.in_place:
        yield from _about_parent(project, made)
    for name, child in extraction.children.items():
        if not child.plan.is_child:
            continue
        if not child.plan.is_written:
            yield from about_served(project, name, _contract_digest(plan, child), child.written)
            continue
        locked = project.lock.children.get(name)
        yield from about_callers(project, name, _contract_digest(plan, child))
        yield from _about_window(project, plan, child)
        if locked is not None:
            yield from _about_child(project, plan, child, locked)
        elif project.workspace.read_text(project.child_file(name)) not in (None, made.child_texts[name]):
            yield _in_the_way(project, project.child_file(name))
    for name in (name for name in gone if project.lock.children[name].is_written):
        yield from _lost_by_inlining(project, name)
        yield from still_called(project, name)
    for name in (name for name in project.lock.children if name not in gone):
        yield from no_longer_named(project, name)


def _contract_digest(plan: Plan, child: ExtractedChild) -> str:
    return contract_digest(child.plan.published, plan, types_of_child(plan, child.plan))


def _about_parent(project: Project, made: Rewritten) -> Iterator[Finding]:
    file, shown = project.boundaries.parent_file, project.workspace.shown
    on_disk = project.workspace.read_text(file)
    if on_disk is None or on_disk == made.parent_text:
        return
    if project.lock.parent_digest is None:
        yield _in_the_way(project, file)
    elif digest_of_text(on_disk) != project.lock.parent_digest:
        yield finding(
            "ASL607",
            f"{shown(file)} was changed since it was written",
            help=f"make the change in {shown(project.boundaries.monolith)} and restore {shown(file)}",
        )


def _about_child(project: Project, plan: Plan, child: ExtractedChild, locked: LockedChild) -> Iterator[Finding]:
    name, shown = child.plan.boundary.name, project.workspace.shown(locked.file)
    in_map = project.boundaries.source.span(child.plan.boundary.pointer)
    on_disk = project.workspace.read_text(locked.file)
    if on_disk is None:
        help = "restore the file from version control"
        yield finding("ASL605", f'"{name}" was extracted, and {shown} is not there', help=help)
        return
    again = f"undo what changed it, or: inline --child {name}, and extract it again"
    if locked.contract_digest != _contract_digest(plan, child):
        yield _about_contract(project, plan, child, locked, again)
    elif digest(child.written) != locked.definition_digest and child.written != project.definition_on_disk(name):
        yield finding("ASL608", f'"{name}" would be another child than the one in {shown}', span=in_map, help=again)
    if digest_of_text(on_disk) != locked.digest:
        yield finding(
            "ASL602",
            f"{shown} was changed since it was extracted; it is left as it is",
            help="extract, without --check, takes note of it in the lock file",
        )


def _about_window(project: Project, plan: Plan, child: ExtractedChild) -> Iterator[Finding]:
    boundary = child.plan.boundary
    if len(boundary.accepts) > 1:
        excuses, _ = excuses_of(project.workspace, project.boundaries)
        folder = f"{project.boundaries.contracts_dir}/{boundary.name}"
        place = project.boundaries.source.span((*boundary.pointer, "contract", "accepts"))
        planned = planned_contract(plan, child.plan)
        yield from about_older_versions(project.workspace, folder, boundary.name, planned, excuses, place)


def _about_contract(project: Project, plan: Plan, child: ExtractedChild, locked: LockedChild, again: str) -> Finding:
    """What changed of it, as far as there is a record, and whether its version says so."""
    name, in_map = child.plan.boundary.name, project.boundaries.source.span(child.plan.boundary.pointer)
    message = f'the contract of "{name}" is no longer version {locked.contract_version} as it was extracted'
    folder = f"{project.boundaries.contracts_dir}/{name}"
    recorded = recorded_contract(project.workspace, folder, locked.contract_digest)
    if recorded is None:
        return finding("ASL409", message, span=in_map, help=f"{again} with a higher contract.version")
    excuses, _ = excuses_of(project.workspace, project.boundaries)
    change = compare_one(name, recorded, planned_contract(plan, child.plan), excuses)
    judged, version = f"{change.extent.value}, as {child.plan.contract.version} says", ""
    if change.extent in (Extent.NOTHING, Extent.WORDS):
        judged = change.extent.value
    elif any(found.finding.code in _NOT_RAISED for found in change.remarks):
        judged = f"{change.extent.value}, and contract.version is {child.plan.contract.version}"
        version = f" with contract.version {change.proposed or 'raised'}"
    help = "\n".join((*rules_of(change), f"{again}{version}"))
    return finding("ASL409", f"{message}: the change is {judged}", span=in_map, help=help)


_NOT_RAISED = frozenset({"CTR402", "CTR403", "CTR404", "CTR405"})


def _lost_by_inlining(project: Project, name: str) -> Iterator[Finding]:
    """In place, a changed child takes its changes back into the parent; otherwise the monolith's file lacks them."""
    locked = project.lock.children[name]
    shown = project.workspace.shown(locked.file)
    changed = digest(project.definition_on_disk(name)) != locked.definition_digest
    if not project.boundaries.in_place and changed:
        yield finding(
            "ASL602",
            f"{shown} was changed since it was extracted, and the monolith's file was not",
            help="bring the change into the monolith's file first; inlining would lose it",
            severity=Severity.ERROR,
        )


def _in_the_way(project: Project, file: str) -> Finding:
    return finding(
        "ASL603",
        f"{project.workspace.shown(file)} is there already, and aslsplit did not write it",
        help="move it away, or choose another name in the boundary map",
    )
