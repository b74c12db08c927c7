"""``permissions``: what the roles of a split, or the role of one definition, must be allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aslsplit.asl.model import StateMachine
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding, has_errors, in_order
from aslsplit.iam.changes import RoleChange
from aslsplit.iam.need import OWN_NAME
from aslsplit.iam.needs import policy_of
from aslsplit.iam.policy import Policy, Unknown
from aslsplit.operations.pipeline import plan_of
from aslsplit.project.definitions import named_machine
from aslsplit.project.load import Project
from aslsplit.project.rewritten import afterwards
from aslsplit.render.permissions import Role, told
from aslsplit.rewrite.extract import extract
from aslsplit.rewrite.roles import roles_of

__all__ = ["Authorised", "about_policy", "authorised_file", "authorised_split"]


@dataclass(frozen=True, slots=True)
class Authorised:
    """``refused`` children have errors among the findings, and no role."""

    roles: tuple[Role, ...]
    refused: tuple[str, ...]
    findings: tuple[Finding, ...]

    def located(self, region: str | None, account: str | None) -> Authorised:
        """For machines in this region and account."""
        roles = (replace(role, change=role.change.located(region, account)) for role in self.roles)
        return replace(self, roles=tuple(roles))


def authorised_split(project: Project, names: Sequence[str]) -> Authorised:
    """Of the parent, of these children and of all that were extracted before. What was extracted is read from disk.

    Raises InputError when a file on disk cannot be read, ProofError when what would be written cannot.
    """
    plan, extracted = plan_of(project), project.lock.children
    wanted = [child.name for child in project.boundaries.children if child.name in names or child.name in extracted]
    planned = plan.findings_of(frozenset(wanted))
    remarks = (*project.findings, *planned)
    refused = tuple(name for name in wanted if plan.refuses(name))
    legal = [name for name in wanted if name not in refused]
    if not legal or has_errors(remark for child, remark in plan.findings if child is None):
        return Authorised((), refused, in_order(remarks))
    extraction = extract(plan, legal)
    there = afterwards(project, extraction)
    shown = project.workspace.shown
    roles: list[Role] = []
    about = project.findings
    if all(child in extracted for child in legal):
        # The roles are those of parent and children. What is odd about the monolith is odd about one of them, which
        # says so itself.
        about = tuple(one for one in about if one.span is None or one.span.file != project.machine.source.name)
    found: list[Finding] = [*about, *planned, *there.findings]
    for change in roles_of(project.machine, there.parent, there.children, extraction):
        name = change.child
        if name is not None and project.boundaries.child(name).served_by is not None:
            # Its role is looked after where it is written.
            continue
        file = project.boundaries.parent_file if name is None else project.child_file(name)
        is_written = all(child in extracted for child in legal) if name is None else name in extracted
        machine = there.parent if name is None else there.children[name]
        roles.append(Role(shown(file), change))
        # What would be written has no lines yet; its states stand in the monolith.
        found += about_policy(change.needs, machine if is_written else project.machine)
    return Authorised(tuple(roles), refused, in_order(found))


def authorised_file(file: str, resource: str | None, name: str | None) -> Authorised:
    """Of a single definition. ``name`` is its state machine's. Raises InputError if there is no usable definition."""
    shown, machine, findings = named_machine(file, resource)
    needs = policy_of(machine, name=name)
    change = RoleChange.new(None, name, needs)
    return Authorised((Role(shown, change),), (), in_order((*findings, *about_policy(needs, machine))))


def about_policy(policy: Policy, machine: StateMachine) -> Iterator[Finding]:
    """What is not known of it, where it stands in the machine."""
    for unknown in (*policy.unknown, *policy.assumed):
        state = next((state for state in machine.states() if state.name == unknown.states[0]), None)
        place = None if state is None else machine.source.span(state.pointer, key=True)
        pointer = None if state is None else format_pointer(state.pointer)
        yield finding(unknown.code, told(unknown), span=place, pointer=pointer, help=_way_out(unknown))


def _way_out(unknown: Unknown) -> str | None:
    if unknown.code == "ASL562":
        return "add a statement for what it calls"
    if unknown.what == OWN_NAME:
        return "say it with --name, or add a statement for the machine itself"
    return "add a statement for the resources that are meant" if unknown.actions else None
