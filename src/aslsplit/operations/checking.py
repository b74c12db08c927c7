"""``check``: parents and children on disk held against each other and against their contracts.

Nothing is compared with the monolith, and nothing is run: people may have changed both sides, and what counts is
whether they still fit. ``pair_checking`` looks at machines that nobody recorded anything about.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.model import State, StateMachine
from aslsplit.asl.source import Source, read_source
from aslsplit.check.answer import about_endings
from aslsplit.check.calls import about_calls
from aslsplit.check.checked import Checked, CheckedChild
from aslsplit.check.records import (
    about_answering,
    about_arn,
    about_contract_files,
    about_names,
    calls_of,
    changed_states,
    is_as_recorded,
)
from aslsplit.check.sides import Callee, Caller, always_required, callee, caller
from aslsplit.check.window import about_window
from aslsplit.compatibility.compare import compare_one
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.errors import DefinitionError
from aslsplit.findings import Finding, Span, finding, has_errors, in_order
from aslsplit.plan.boundaries import ChildBoundary
from aslsplit.plan.input_schema import required_stems
from aslsplit.project.agreement import about_others
from aslsplit.project.contracts_on_disk import SCHEMA_FILES
from aslsplit.project.definitions import read_child_machine
from aslsplit.project.ignore_file import excuses_of
from aslsplit.project.load import Tree, edited_states, load_tree
from aslsplit.project.recorded_contracts import about_older_versions, recorded_contract, rules_of
from aslsplit.project.tree import own_text
from aslsplit.rewrite.lock import LockedChild
from aslsplit.rewrite.record import digest_of_text
from aslsplit.rewrite.site import seen_from

__all__ = ["check_tree", "children_on_disk"]


@dataclass(frozen=True, slots=True)
class _Child:
    """A recorded child whose file is there, with the machine that calls it and the states that do."""

    name: str
    locked: LockedChild
    boundary: ChildBoundary
    contract: ContractFiles | None
    side: Callee
    calling: StateMachine
    calls: tuple[State, ...]
    findings: tuple[Finding, ...]

    @property
    def machine(self) -> StateMachine:
        return self.side.facts.machine


def check_tree(map_path: str) -> Checked:
    """The children that the lock file records. Raises as ``load_tree``, and InputError for an unreadable child."""
    tree = load_tree(map_path)
    machines, about_tree = children_on_disk(tree)
    about_tree += (*tree.workspace.found, *_about_parent_file(tree))
    if not tree.lock.children:
        help = "extract a child first, or name the files: check --parent FILE --child ARN=FILE"
        about_tree.append(finding("ASL606", "no child was extracted, so there is nothing to check", help=help))
    children = [_child(tree, name, machines) for name in machines if _calls(tree, name) in (None, *machines)]
    callers = {name: _caller(tree, name, children) for name in {_calls(tree, child.name): None for child in children}}
    checked = tuple(_checked(tree, child, machines, callers[_calls(tree, child.name)]) for child in children)
    every = in_order((*about_tree, *(found for child in checked for found in child.findings)))
    return Checked(tree.workspace.shown(tree.boundaries.parent_file), checked, every)


def _calls(tree: Tree, name: str) -> str | None:
    """Which child calls this one; None is the parent."""
    return tree.lock.children[name].record.caller


def children_on_disk(tree: Tree) -> tuple[Mapping[str, StateMachine], list[Finding]]:
    """The children that were extracted, and remarks about those that are gone. Raises DefinitionError for one that has
    errors."""
    machines: dict[str, StateMachine] = {}
    missing: list[Finding] = []
    errors: list[Finding] = []
    for name, locked in tree.lock.children.items():
        if tree.workspace.read(locked.file) is None:
            if not locked.is_child:
                continue
            message = f'"{name}" was extracted, and {tree.workspace.shown(locked.file)} is not there'
            missing.append(finding("ASL605", message, help="restore the file from version control"))
            continue
        machines[name], found = read_child_machine(tree.workspace, locked.file, tree.parent.source)
        errors += found if has_errors(found) and locked.is_child else ()
    if errors:
        raise DefinitionError("the definition of a child has errors", in_order(errors))
    return machines, missing


def _about_parent_file(tree: Tree) -> Iterator[Finding]:
    text = tree.workspace.read_text(tree.boundaries.parent_file)
    if tree.lock.parent_digest is None:
        return
    if text is None:
        message = f"{tree.workspace.shown(tree.boundaries.parent_file)} was written, and is not there"
        yield finding("ASL605", message, help="restore the file from version control")
    elif _parent_is_edited(tree):
        yield _stale(tree.workspace.shown(tree.boundaries.parent_file))


def _parent_is_edited(tree: Tree) -> bool:
    text = tree.workspace.read_text(tree.boundaries.parent_file) or ""
    return digest_of_text(own_text(tree.parent.source, text)) != tree.lock.parent_digest


def _stale(file: str) -> Finding:
    return finding(
        "ASL762",
        f"{file} was changed since the lock file was written",
        span=Span(file, 1, 1, 1, 1),
        help="extract takes note of it, once parent and child fit",
    )


def _child(tree: Tree, name: str, machines: Mapping[str, StateMachine]) -> _Child:
    locked = tree.lock.children[name]
    boundary = next(child for child in tree.boundaries.children if child.name == name)
    calls_it = _calls(tree, name)
    calling = tree.parent if calls_it is None else machines[calls_it]
    contract, findings = _contract_files(tree, boundary.of)
    edited = digest_of_text(tree.workspace.read_text(locked.file) or "") != locked.digest
    agreed = contract is not None and is_as_recorded(contract, locked)
    entangled = _calls_one_with_entries(tree, name)
    record = locked.record
    findings += about_answering(name, record, machines[name])
    side = callee(
        machines[name].inside(record.inside),
        contract,
        edited=edited,
        agreed=agreed,
        entangled=entangled,
        answers_token=record.answering is not None,
    )
    elsewhere = {
        state
        for other in tree.boundaries.sites(boundary.of)
        if other != name and other in tree.lock.children
        for state in tree.lock.children[other].record.generated
    }
    # Calls that people have added count as the child's own, whatever sites it has.
    own = None if locked.is_child else locked.record.generated
    calls = tuple(
        state
        for state in calls_of(calling, boundary, locked)
        if state.name not in elsewhere and (own is None or state.name in own)
    )
    return _Child(name, locked, boundary, contract, side, calling, calls, tuple(findings if locked.is_child else ()))


def _calls_one_with_entries(tree: Tree, name: str) -> bool:
    inner = [child.record for child in tree.lock.children.values() if child.record.caller == name]
    return any(len(record.entries) > 1 for record in inner)


def _caller(tree: Tree, name: str | None, children: Sequence[_Child]) -> Caller:
    answers = {
        state.name: child.side.answer_at(output)
        for child in children
        if _calls(tree, child.name) == name
        for state in child.calls
        if (output := child.side.output_for(state)) is not None
    }
    if name is None:
        schema = tree.input_schema
        required = required_stems(schema) if schema is not None else frozenset({()})
        return caller(tree.parent, required, answers, edited=_parent_is_edited(tree))
    own = next(child for child in children if child.name == name)
    return caller(own.machine, always_required(own.contract), answers, edited=own.side.edited)


def _checked(tree: Tree, child: _Child, machines: Mapping[str, StateMachine], calling: Caller) -> CheckedChild:
    name, locked = child.name, child.locked
    findings = list(child.findings)
    findings += about_others(tree, name) if locked.is_child else ()
    if child.contract is not None and locked.is_written:
        findings += _about_contract(tree, name, child.contract, locked)
    findings += about_window(name, child.side)
    findings += _about_records(tree, name, locked, child.calling, machines)
    findings += _about_arns(child.calling, child.calls, child.boundary)
    inner = {
        state for one in tree.lock.children.values() if one.record.caller == name for state in one.record.generated
    }
    findings += about_endings(name, child.side, inner) if locked.is_child else ()
    changed = changed_states(child.calling, locked.record.generated)
    findings += about_calls(name, calling, child.calls, child.side, changed)
    places = tuple((state.name, child.calling.source.name) for state in child.calls)
    return CheckedChild(name, child.machine.source.name, places, locked.contract_version, in_order(findings))


def _about_records(
    tree: Tree, name: str, locked: LockedChild, calling: StateMachine, machines: Mapping[str, StateMachine]
) -> Iterator[Finding]:
    yield from edited_states(calling, name, locked.record)
    text = tree.workspace.read_text(locked.file)
    stale = text is not None and digest_of_text(text) != locked.digest
    if stale and locked.is_child:
        yield _stale(tree.workspace.shown(locked.file))
    if stale or tree.boundaries.in_place:
        records = {one: tree.lock.children[one].record for one in machines}
        seen = [seen_from(machine, records[one].site, records[one].own) for one, machine in machines.items()]
        everyone = {state.name for machine in seen for state in machine.states()}
        yield from about_names(name, locked.record, everyone, machines[name].source.span(("States",)))


def _about_arns(calling: StateMachine, calls: Sequence[State], boundary: ChildBoundary) -> Iterator[Finding]:
    if not calls:
        yield finding(
            "ASL763",
            f'no state of {calling.source.name} calls "{boundary.name}" any more',
            span=calling.source.span(("States",), key=True),
            help=f"call {boundary.alias_arn} again, or inline the child before it is given up",
        )
    for state in calls:
        yield from about_arn(calling, state, boundary)


def _contract_files(tree: Tree, name: str) -> tuple[ContractFiles | None, list[Finding]]:
    sources: list[Source] = []
    findings: list[Finding] = []
    for file in SCHEMA_FILES:
        path = posixpath.join(_folder(tree, name), file)
        shown, raw = tree.workspace.shown(path), tree.workspace.read(path)
        source, problems = (None, ()) if raw is None else read_source(shown, raw, "json")
        if source is None:
            what = "is not there" if raw is None else "cannot be read"
            span = problems[0].span if problems else None
            help = "restore it from version control; extract writes it anew as well"
            findings.append(finding("ASL760", f'{shown}, of the contract of "{name}", {what}', span=span, help=help))
        else:
            sources.append(source)
    return (None if findings else ContractFiles(*sources)), findings


def _folder(tree: Tree, name: str) -> str:
    return tree.boundaries.contract_folder(name)


def _about_contract(tree: Tree, name: str, contract: ContractFiles, locked: LockedChild) -> Iterator[Finding]:
    """Whether the files are those that were written, and whether they hold what their window promises."""
    folder, (excuses, _) = _folder(tree, name), excuses_of(tree.workspace, tree.boundaries)
    if not is_as_recorded(contract, locked):
        recorded = recorded_contract(tree.workspace, folder, locked.contract_digest)
        change = None if recorded is None else compare_one(name, recorded, contract, excuses)
        yield about_contract_files(name, contract, locked, () if change is None else rules_of(change))
    place = contract.request.span(contract.place_of_window, key=True)
    for remark in about_older_versions(tree.workspace, folder, name, contract, excuses, place):
        # What cannot be known is no break; extract tells it.
        if remark.code != "ASL435":
            yield remark
