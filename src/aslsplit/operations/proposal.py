"""``propose``, from names of files to several ways to cut: read, analyse, search, choose, and plan each choice.

What is shown of a child is not the estimate it was chosen by: each alternative is made into a boundary map and planned.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from aslsplit.analysis.facts import Facts, analyze
from aslsplit.analysis.likeness import copies_in
from aslsplit.asl.model import StateMachine
from aslsplit.asl.source import Json, read_source
from aslsplit.disk.history import revisions_of
from aslsplit.disk.workspace import STDIN, Artifact, Workspace, read_named
from aslsplit.errors import BoundaryError, DefinitionError
from aslsplit.findings import Finding, has_errors, in_order
from aslsplit.plan.generated import names_of
from aslsplit.plan.make import make_plan
from aslsplit.plan.map_reading import read_boundaries
from aslsplit.plan.plan import Plan
from aslsplit.plan.selection import select
from aslsplit.plan.survey import unassuming
from aslsplit.project.definitions import named_machine
from aslsplit.project.load import Project, load_project
from aslsplit.propose.alternatives import Alternative, alternatives_of
from aslsplit.propose.naming import names_for
from aslsplit.propose.patterns import patterns_of
from aslsplit.propose.profile import Measures
from aslsplit.propose.proposed import Option, Proposal, ProposedChild
from aslsplit.propose.scores import Reason, reasons_of
from aslsplit.propose.search import Refused, Search, search
from aslsplit.propose.selection import Scored
from aslsplit.propose.settings import Settings, read_settings, with_changes, with_fixed
from aslsplit.render.proposal_map import NewChild, map_text
from aslsplit.rewrite.costs import costs_of
from aslsplit.signs.past import SWEEPING, changes_of

__all__ = ["make_proposal", "write_map"]

_SHOWN_REFUSALS = 8


def make_proposal(
    file: str, resource: str | None, weights_file: str | None, map_file: str | None, target: str | None, history: bool
) -> Proposal:
    """``resource`` chooses a state machine of a template; with ``history`` the git log of the file counts.

    Raises InputError when a file cannot be read, BoundaryError when the map, the weights or the target are wrong,
    DefinitionError when the definition has errors.
    """
    monolith = _monolith_name(file, target)
    project = None if map_file is None else load_project(map_file)
    machine, findings = _machine(file, resource, project)
    settings = _settings(weights_file, machine)
    if history:
        together, about_history = _changed_together(file, machine)
        settings = with_changes(settings, together)
        findings = in_order((*findings, *about_history))
    facts, fixed = _known(project, machine)
    found = search(
        facts,
        copies_in((machine,)),
        settings.weights,
        settings.gates,
        with_fixed(settings, fixed).constraints,
    )
    making = _Making(found, project, monolith, tuple(fixed))
    options: list[Option] = []
    refused: list[Refused] = []
    for alternative in alternatives_of(found):
        option, more = making.option(alternative)
        refused += more
        if not (alternative.chosen and any(option.boundary_map == other.boundary_map for other in options)):
            options.append(option)
    options.sort(key=lambda option: -option.alternative.worth)
    return Proposal(
        machine,
        tuple(options),
        (*refused, *_telling(found, options)),
        found.looked_at,
        settings.weights.child,
        tuple(fixed),
        findings,
    )


def write_map(proposal: Proposal, target: str, overwritten: str | None) -> None:
    """Writes the map of the best option that splits. A file that is there already is a decision of people: only
    ``overwritten``, the map that the proposal goes on from, or the same text may stand in its place."""
    option = proposal.best_split
    if option is None:
        return
    path = PurePath(target)
    workspace = Workspace(Path(target).parent, "" if path.parent == PurePath() else path.parent.as_posix())
    before = workspace.read_text(path.name)
    if before is not None and before != option.boundary_map and target != overwritten:
        raise BoundaryError(f"{target} is there already; name another file, or remove it")
    workspace.write((Artifact(path.name, option.boundary_map),))


def _machine(file: str, resource: str | None, project: Project | None) -> tuple[StateMachine, tuple[Finding, ...]]:
    if project is not None:
        named = project.workspace.shown(project.boundaries.monolith)
        if posixpath.normpath(named) != posixpath.normpath(PurePath(file).as_posix()):
            raise BoundaryError(f"the boundary map is about {named}, not about {file}")
        if resource not in (None, project.boundaries.resource):
            raise BoundaryError(f"which state machine of {named} is meant, the boundary map says; leave out --resource")
        return project.machine, project.findings
    _, machine, found = named_machine(file, resource)
    findings = in_order(found)
    if has_errors(findings):
        raise DefinitionError("the definition has errors", findings)
    return machine, findings


def _changed_together(file: str, machine: StateMachine) -> tuple[tuple[tuple[str, ...], ...], tuple[Finding, ...]]:
    """The states of one commit each, as far as they are still there."""
    revisions, findings = revisions_of(file, machine.source.resource)
    if isinstance(revisions, str):
        return (), findings
    states = [name for scope in machine.scopes() for name in scope.states]
    changes = [change for _, change in changes_of(revisions) if len(change) <= SWEEPING]
    together = (tuple(name for name in states if name in change) for change in changes)
    return tuple(names for names in together if len(names) > 1), findings


def _settings(file: str | None, machine: StateMachine) -> Settings:
    if file is None:
        return Settings()
    shown, raw = read_named(file, "file of weights")
    source, problems = read_source(shown, raw, "yaml")
    if source is None:
        raise BoundaryError("the file of weights cannot be read", problems)
    states = tuple(name for scope in machine.scopes() for name in scope.states)
    settings, found = read_settings(source, states)
    if has_errors((*problems, *found)):
        raise BoundaryError("the file of weights has errors", (*problems, *found))
    return settings


def _known(project: Project | None, machine: StateMachine) -> tuple[Facts, Mapping[str, frozenset[str]]]:
    if project is None:
        return analyze(machine, unassuming()), {}
    selected, _ = select(project.boundaries, machine)
    plan = make_plan(project.boundaries, machine, project.input_schema)
    return plan.facts, selected


def _monolith_name(file: str, target: str | None) -> str:
    """How the map would name the definition, which has to lie in the map's folder or below it."""
    if target is None:
        return "monolith.asl.json" if file == STDIN else PurePath(file).name
    if file == STDIN:
        raise BoundaryError("a boundary map names its definition: with -o, name the file instead of -")
    if not target or target == STDIN:
        raise BoundaryError("-o takes the name of the file to write")
    name = posixpath.relpath(PurePath(file).as_posix(), PurePath(target).parent.as_posix() or ".")
    if name.startswith("../") or PurePath(name).is_absolute():
        raise BoundaryError(f"{target} has to lie in the folder of {file}, or above it: a map names files below it")
    return name


@dataclass(frozen=True, slots=True)
class _Making:
    found: Search
    project: Project | None
    monolith: str
    fixed: tuple[str, ...]

    def option(self, alternative: Alternative) -> tuple[Option, tuple[Refused, ...]]:
        """Planned; what the plan refuses is left out and said."""
        chosen = alternative.chosen
        refused: list[Refused] = []
        while True:
            names = names_for([(one, self._measures(one)) for one in chosen], self.fixed)
            calls = self._calls(names)
            named = tuple(zip(names, chosen, strict=True))
            new = [
                NewChild(name, call, one, reasons, tuple(patterns_of(one, self._measures(one), named)))
                for name, call, one, reasons in zip(names, calls, chosen, map(self._reasons, chosen), strict=True)
            ]
            if not new:
                return Option(alternative, (), self._story({}), ""), tuple(refused)
            before = None if self.project is None else self.project.boundaries.source
            text = map_text(self.monolith, self.found.facts.machine.source.resource, new, before)
            plan = self._plan(text)
            legal = {one.name for one in new if plan.child(one.name) is not None}
            if len(legal) == len(new):
                break
            for one in new:
                if one.name not in legal:
                    said = [f.message for c, f in plan.findings if c == one.name and f.severity.value == "error"]
                    refused.append(Refused(one.scored, tuple(said) or ("the plan refuses it",)))
            chosen = tuple(one.scored for one in new if one.name in legal)
            gone = sum(one.scored.worth - self.found.weights.child for one in new if one.name not in legal)
            alternative = replace(alternative, chosen=chosen, worth=alternative.worth - gone)
        children = tuple(self._child(one, plan) for one in new)
        story = self._story({child.scored.candidate.members: child.call for child in children})
        return Option(alternative, children, story, text), tuple(refused)

    def _child(self, new: NewChild, plan: Plan) -> ProposedChild:
        planned = plan.child(new.name)
        assert planned is not None
        costs = costs_of(planned, plan.boundaries.meta)
        return ProposedChild(new.name, new.call, new.scored, new.reasons, new.patterns, planned, costs)

    def _plan(self, text: str) -> Plan:
        source, problems = read_source("proposed boundary map", text.encode("utf-8", "surrogatepass"), "yaml")
        boundaries, found = (None, ()) if source is None else read_boundaries(source)
        if boundaries is None:
            said = "; ".join(f"{remark.span}: {remark.message}" for remark in (*problems, *found))
            raise AssertionError(f"a proposed boundary map has errors: {said}")
        schema: Json | None = None if self.project is None else self.project.input_schema
        return make_plan(boundaries, self.found.facts.machine, schema, self.found.facts)

    def _calls(self, names: Sequence[str]) -> tuple[str, ...]:
        """``Process payment``, in the machine's own style."""
        names_in_use = names_of(self.found.facts.machine)
        calls: list[str] = []
        for name in names:
            call = names_in_use.fresh("Process", *name.split("-"))
            names_in_use = names_in_use.taking((call,))
            calls.append(call)
        return tuple(calls)

    def _measures(self, one: Scored) -> Measures:
        return self.found.measures[one.scope.pointer]

    def _reasons(self, one: Scored) -> tuple[Reason, ...]:
        members = set(one.candidate.members)
        changes = sum(len(members.intersection(some)) > 1 for some in self.found.constraints.changed_together)
        return reasons_of(one.measured, self.found.weights, self.found.gates, one.copies, changes)

    def _story(self, calls: Mapping[tuple[str, ...], str]) -> tuple[str, ...]:
        top = self.found.facts.machine.top
        call_of = {name: call for members, call in calls.items() for name in members}
        order = self.found.trees[top.pointer].order
        return tuple(dict.fromkeys(call_of.get(name, name) for name in order))


def _telling(found: Search, options: Sequence[Option]) -> tuple[Refused, ...]:
    """Those that somebody would ask about: the best of what was refused, and groups that people named and that are
    not worth a child. None shares states with another, and none that is chosen anyway is told."""
    chosen = {child.scored.candidate.members for option in options for child in option.children}
    price = found.weights.child
    losing = [
        Refused(one, (f"{one.candidate.origin}: worth {one.worth - price:+.1f}, which is less than other ways to cut",))
        for some in found.scored.values()
        for one in some
        if not one.candidate.origin.startswith(("from ", "all that ")) and one.candidate.members not in chosen
    ]
    large = [one for one in found.refused if one.scored.measured.states >= found.gates.least_states]
    ranked = sorted((*large, *losing), key=lambda one: (-one.scored.worth, one.scored.candidate.members))
    shown: list[Refused] = []
    taken: set[str] = set()
    for one in ranked:
        members = set(one.scored.candidate.members)
        if len(shown) < _SHOWN_REFUSALS and taken.isdisjoint(members):
            taken |= members
            shown.append(one)
    return tuple(shown)
