"""What programs call: a function per verb of the command line, on the same files.

Each returns what the verb tells. Nothing is printed, and nothing is written before ``Files.write``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aslsplit.asl.source import Json
from aslsplit.disk.workspace import Artifact, Workspace
from aslsplit.findings import Finding, has_errors
from aslsplit.operations.selection import chosen

if TYPE_CHECKING:
    from aslsplit.operations.pipeline import Outcome
    from aslsplit.project.load import Project

__all__ = [
    "Files",
    "Result",
    "check_children",
    "derive_permissions",
    "diff_contracts",
    "diff_definitions",
    "extract_children",
    "inline_child",
    "inspect_definitions",
    "plan_children",
    "propose_children",
    "verify_children",
]


@dataclass(frozen=True, slots=True)
class Result:
    """``findings`` are about the user's files, in the order in which they are printed. ``data`` is what the verb prints
    with ``--format json``, of dict, list, str, int, float, bool and None."""

    findings: tuple[Finding, ...]
    data: Json

    @property
    def ok(self) -> bool:
        """Whether no finding is an error; the verb would then end with exit code 0."""
        return not has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Files:
    """What a run would leave on disk; ``artifacts`` are those that are not there as they should be, and none if a
    finding is an error. One whose ``text`` is None would go."""

    findings: tuple[Finding, ...]
    artifacts: tuple[Artifact, ...]
    _workspace: Workspace

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not has_errors(self.findings)

    def diff(self) -> str:
        """As ``--diff`` prints it: for git, with names relative to the folder of the map. Empty if nothing changes."""
        from aslsplit.render.diff import unified_diff

        return unified_diff([(one.name, self._workspace.read_text(one.name), one.text) for one in self.artifacts])

    def write(self) -> tuple[str, ...]:
        """Writes all or nothing, and tells the names of the files, relative to the folder of the map.

        Raises OutputError when something cannot be written, or was changed since it was read; then nothing was.
        """
        self._workspace.write(self.artifacts)
        return tuple(one.name for one in self.artifacts)


def inspect_definitions(
    files: Sequence[str],
    *,
    beside: str | None = None,
    history: bool = False,
    thresholds: Mapping[str, int] | None = None,
    jobs: int | None = None,
) -> Result:
    """The signs of sprawl of each machine; ``beside`` is a folder in which to look for copies and children.

    ``thresholds`` are by the names of signs, such as ``many-domains``. ``jobs`` is how many processes measure.
    Raises InputError if a definition cannot be read.
    """
    from aslsplit.operations.inspection import inspect_files
    from aslsplit.render.signs_data import inspection_data

    inspections, about_folder = inspect_files(files, beside, history, thresholds or {}, jobs)
    machines = [(one.machine, one.signs, one.findings) for one in inspections]
    findings = (*(found for one in inspections for found in one.findings), *about_folder)
    return Result(findings, inspection_data(machines, about_folder))


def propose_children(
    file: str,
    *,
    resource: str | None = None,
    weights: str | None = None,
    map: str | None = None,
    target: str | None = None,
    history: bool = False,
) -> Result:
    """Where to cut. ``resource`` chooses a state machine of a template; ``weights`` names a file with weights and
    links, ``map`` a boundary map to go on from, ``target`` the file that the proposed map is for, to which its paths
    are relative.

    Raises InputError, BoundaryError or DefinitionError for files that cannot be used.
    """
    from aslsplit.operations.proposal import make_proposal
    from aslsplit.render.proposal_data import proposal_data

    found = make_proposal(file, resource, weights, map, target, history)
    return Result(found.findings, proposal_data(found))


def plan_children(map: str, children: Sequence[str] = ()) -> Result:
    """The dry run for these children, or for all of the map: regions, contracts, costs and findings.

    Raises InputError, BoundaryError or DefinitionError for files that cannot be used.
    """
    from aslsplit.operations.pipeline import dry_run, plan_of
    from aslsplit.render.plan_data import plan_data

    project = _project(map)
    names = chosen(project, children) or project.boundaries.names
    made = plan_of(project)
    findings = dry_run(project, made, names)
    planned = [child for child in made.children if child.boundary.name in names]
    refused = [name for name in names if made.child(name) is None]
    return Result(findings, plan_data(made, planned, refused, tuple(project.lock.children), findings))


def extract_children(map: str, children: Sequence[str] = (), *, cases: int | None = None) -> Files:
    """What extracting these children, or all of the map, would leave; proved, with ``cases`` scenarios for the proof by
    execution (100 if None).

    Raises ProofError if a proof fails, which is a bug of aslsplit; and as ``plan_children`` does.
    """
    from aslsplit.operations.pipeline import extraction_outcome, plan_of

    project = _project(map)
    names = chosen(project, children) or project.boundaries.names
    return _files(extraction_outcome(project, plan_of(project), names, cases=cases))


def inline_child(map: str, child: str) -> Files:
    """What putting an extracted child back would leave; proved. Raises as ``extract_children`` does."""
    from aslsplit.operations.pipeline import inline_outcome, plan_of

    project = _project(map)
    (name,) = chosen(project, [child])
    return _files(inline_outcome(project, plan_of(project), name))


def verify_children(map: str, *, cases: int = 200, seed: int = 0) -> Result:
    """The proofs on what lies on disk. Where one fails, a finding is an error. Raises as ``plan_children`` does."""
    from aslsplit.operations.pipeline import plan_of
    from aslsplit.operations.verification import verification
    from aslsplit.render.verification_text import verification_data

    project = _project(map)
    found = verification(project, plan_of(project), cases=cases, seed=seed)
    return Result(found.findings, verification_data(found))


def check_children(map: str) -> Result:
    """Whether parent, children and contracts on disk still fit. Raises as ``plan_children`` does."""
    from aslsplit.operations.checking import check_tree
    from aslsplit.render.check_text import check_data

    found = check_tree(map)
    return Result(found.findings, check_data(found))


def diff_definitions(old: str, new: Sequence[str], *, resource: str | None = None) -> Result:
    """What changed, by states. Names are files, folders, or ``REVISION:PATH`` of git; the first of ``new`` goes on for
    ``old``, the others are new. Raises InputError if anything cannot be read."""
    from aslsplit.operations.comparison import compare_files
    from aslsplit.render.difference_data import difference_data

    found = compare_files(old, new, resource, reverse=False)
    return Result(found.findings, difference_data(found.difference, found.contracts, found.findings))


def diff_contracts(old: str, new: str | None = None, *, ignore: str | None = None) -> Result:
    """Whom a change of a contract breaks. Names are files, folders, git revisions, or boundary maps; ``old`` alone is a
    boundary map, of which what lies on disk is held against what is planned. ``ignore`` names a file of excuses.

    Raises InputError if anything cannot be read, BoundaryError for names that mean nothing here.
    """
    from aslsplit.operations.contract_comparison import compare_named
    from aslsplit.render.contract_change import contract_change_data

    found = compare_named(old, new, ignore)
    return Result(found.findings, contract_change_data(found.changes, found.findings))


def derive_permissions(map: str, children: Sequence[str] = ()) -> Result:
    """What the roles of the parent and of these children, or of all, must be allowed. Raises as
    ``plan_children`` does."""
    from aslsplit.operations.authorisation import authorised_split
    from aslsplit.render.permissions import permissions_data

    project = _project(map)
    names = chosen(project, children) or tuple(child.name for child in project.boundaries.children)
    found = authorised_split(project, names)
    return Result(found.findings, permissions_data(found.roles, found.refused, found.findings))


def _project(map: str) -> Project:
    from aslsplit.project.load import load_project

    return load_project(map)


def _files(outcome: Outcome) -> Files:
    workspace = outcome.project.workspace
    changed = () if has_errors(outcome.findings) else workspace.differing(outcome.artifacts)
    return Files(outcome.findings, changed, workspace)
