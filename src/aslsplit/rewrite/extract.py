"""Extraction: a plan becomes a parent, children, and the records that lead back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from aslsplit.asl.cloudformation import substituted
from aslsplit.asl.model import ScopeKind
from aslsplit.asl.placeholders import tokens_in
from aslsplit.asl.source import Extent, Json, Pointer, Source
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.rewrite.child import Calls, child_definition
from aslsplit.rewrite.edits import Edit, apply, value_at
from aslsplit.rewrite.envelope import OwnContext
from aslsplit.rewrite.folding import folding_of
from aslsplit.rewrite.parent import Branch, ParentSide, parent_edits, parent_side
from aslsplit.rewrite.record import ChildRecord, inside_of, record_of
from aslsplit.rewrite.side_by_side import Joined, joined_sides
from aslsplit.rewrite.site import SiteRecord, layouts_of, literals_of, seen_by

__all__ = ["ExtractedChild", "Extraction", "extract"]


@dataclass(frozen=True, slots=True)
class ExtractedChild:
    """``written`` is what the child's file holds, which looks as ``like`` does; ``definition`` is the same as it is
    seen from a site. ``moved_from`` leads each moved state of the child to its place in the monolith, ``starts`` each
    entry to the state that the child begins with there. ``called_in`` is the scope, in the parent or in the child that
    calls it, where its generated states ``side`` stand; ``own`` is what the context object means there. ``arrivals``
    leads each outcome to the state there that control goes on to (None: the end of that scope). ``folds_result``: the
    invoke state normalizes by itself."""

    plan: ChildPlan
    written: Json
    like: Source
    definition: Json
    moved_from: Mapping[str, Pointer]
    starts: Mapping[str, str]
    side: ParentSide
    called_in: Pointer
    own: OwnContext
    record: ChildRecord
    arrivals: Mapping[str, str | None]
    folds_result: bool

    @property
    def states(self) -> Mapping[str, Json]:
        """The scope of the child in which the moved states stand."""
        found: Mapping[str, Json] = value_at(self.definition, self.record.inside)["States"]
        return found

    @property
    def moved_to(self) -> Mapping[Pointer, Pointer]:
        """Where each moved state stands in the child, with its place in the monolith."""
        return {(*self.record.inside, "States", name): pointer for name, pointer in self.moved_from.items()}

    @property
    def moved(self) -> tuple[str, ...]:
        """The child's states beside its own generated ones: the moved ones, and those that call other children."""
        return tuple(name for name in self.states if name not in self.record.own)


@dataclass(frozen=True, slots=True)
class Extraction:
    """``edits`` turn the monolith into ``parent``."""

    parent: Json
    edits: tuple[Edit, ...]
    children: Mapping[str, ExtractedChild]

    def generated_at(self, caller: str | None = None) -> tuple[Pointer, ...]:
        """Where the states that call children lie in the parent, or in a child that calls others."""
        return tuple(
            (*child.called_in, "States", name)
            for child in self.children.values()
            if child.record.caller == caller
            for name in child.side.standing
        )


def extract(plan: Plan, names: Collection[str]) -> Extraction:
    """Extract these children of the plan at once. The result depends on which they are, not on any order."""
    meta, machine = plan.boundaries.meta, plan.facts.machine
    partition = _partition(machine.source)
    chosen = {child.boundary.name: child for child in plan.children if child.boundary.name in names}
    callers = {name: plan.caller(child, names) for name, child in chosen.items()}
    caller_names = {name: None if caller is None else caller.boundary.name for name, caller in callers.items()}
    # Where control arrives does not depend on where it goes on, so a first look tells what exits may lead to.
    entries: dict[str | None, dict[str, str]] = {}
    joined = plan.joined(names)
    for name, child in chosen.items():
        entries.setdefault(caller_names[name], {}).update(parent_side(child, meta, partition).entries)
    for group in joined:
        entries[caller_names[group.names[0]]][group.children[0].region.entries[0]] = group.state
    placed = {name: _placed(child, callers[name], entries[caller_names[name]]) for name, child in chosen.items()}
    own = {name: _own_context(plan, child, callers[name]) for name, child in chosen.items()}
    beside: dict[str, Joined] = {}
    for group in joined:
        members = [placed[name] for name in group.names]
        beside |= zip(group.names, joined_sides(group.state, members, meta, partition, own), strict=True)
    placed |= {name: one.plan for name, one in beside.items()}
    sides = {
        name: _written_side(
            beside[name].side if name in beside else parent_side(child, meta, partition, own[name]), machine.source
        )
        for name, child in placed.items()
    }
    edits: dict[str | None, list[Edit]] = {None: []}
    for name, child in chosen.items():
        edits.setdefault(caller_names[name], []).extend(parent_edits(child, sides[name]))
    children: dict[str, ExtractedChild] = {}
    for name, child in chosen.items():
        calls = Calls(tuple(edits.get(name, ())), entries.get(name, {}))
        first = children.get(child.boundary.of)
        site = plan.everywhere(child)[0]
        if first is not None:
            written = first.written
        elif child.is_written:
            written = child_definition(child, plan.facts, meta, partition, calls)
        else:
            written = child_definition(
                site.child, site.facts, site.boundaries.meta, _partition(site.facts.machine.source)
            )
        if child.generated.child.answering is not None:
            written["States"] = _as_written(written["States"], machine.source)
        scope, caller = child.region.scope.pointer, callers[name]
        functions_move = machine.source.functions_move
        record = record_of(child, sides[name], caller_names[name], functions_move=functions_move)
        if child.site is not None:
            record = _with_site(record, child, site.child, written)
        definition = written if child.is_written else seen_by(written, record.site, record.own)
        moved = value_at(definition, record.inside)["States"]
        children[name] = ExtractedChild(
            plan=child,
            written=written,
            like=site.facts.machine.source,
            definition=definition,
            moved_from={n: (*scope, "States", n) for n in child.region.members if n in moved},
            starts={entry: calls.entries.get(entry, entry) for entry in child.region.entries},
            side=sides[name],
            called_in=scope if caller is None else _place_in_child(caller, scope),
            own=own[name],
            record=record,
            arrivals={found.outcome: found.target for found in placed[name].contract.exits},
            folds_result=name not in beside and folding_of(child).normalize,
        )
    return Extraction(apply(machine.source.data, edits[None]), tuple(edits[None]), children)


def _with_site(record: ChildRecord, child: ChildPlan, first: ChildPlan, written: Json) -> ChildRecord:
    """``first`` is the site whose states became the child."""
    literals = tuple(literals_of(child, first))
    if child.is_written:
        return replace(record, site=SiteRecord(1, literals=literals) if literals else None)
    assert child.site is not None
    number = int(child.boundary.name.rpartition("#")[2]) if child.boundary.site_of else 1
    site = SiteRecord(number, child.boundary.site_of, child.site.names, literals)
    states = child.region.scope.states
    own = {name: states[name].body for name in child.region.members}
    layouts = tuple(layouts_of(seen_by(written, site, record.own), own))
    return replace(record, site=replace(site, layouts=layouts))


def _placed(child: ChildPlan, caller: ChildPlan | None, entries: Mapping[str, str]) -> ChildPlan:
    """The child with exits that lead on where it is called: into another child that is called there, or, where they
    leave its caller as well, to that one's answer."""
    answers: dict[str | None, str] = {}
    if caller is not None and caller.region.scope is child.region.scope:
        respond = caller.generated.child.respond
        answers = {found.target: respond[found.outcome] for found in caller.contract.exits}

    def leads_to(target: str | None) -> str | None:
        return answers[target] if target in answers else entries.get(target or "", target)

    exits = tuple(replace(found, target=leads_to(found.target)) for found in child.contract.exits)
    return replace(child, contract=replace(child.contract, exits=exits))


def _place_in_child(child: ChildPlan, scope: Pointer) -> Pointer:
    """Where a scope of the monolith that lies in the child's region, or around it, is in the child."""
    return (*inside_of(child.generated.child.answering), *scope[len(child.region.scope.pointer) :])


def _own_context(plan: Plan, child: ChildPlan, caller: ChildPlan | None) -> OwnContext:
    if caller is None:
        return "all"
    scope = child.region.scope
    outward = (scope, *(outer for outer, _ in plan.facts.machine.enclosing(scope)))
    kinds = {inner.kind for inner in takewhile(lambda one: one is not caller.region.scope, outward)}
    if ScopeKind.DISTRIBUTED in kinds:
        return "all"
    return "map" if ScopeKind.PROCESSOR in kinds else "none"


def _partition(source: Source) -> str:
    """The partition of the monolith's own ARNs; the template's name for it where functions fill in the text."""
    has_functions = source.functions or (source.embedded is not None and source.embedded.substitutes)
    whole = source.extents.get((), Extent(0, len(source.text)))
    pattern = _ANY_PARTITION if has_functions else _PARTITION
    found = pattern.search(source.text, whole.start, whole.end)
    return found[1] if found else "aws"


_PARTITION: Final = re.compile(r"arn:(aws[a-z0-9-]*):")
_ANY_PARTITION: Final = re.compile(r"arn:(aws[a-z0-9-]*|\$\{AWS::Partition\}):")


def _written_side(side: ParentSide, source: Source) -> ParentSide:
    if not source.functions:
        return side
    branch = side.branch
    if branch is not None:
        branches = [{**inner, "States": _as_written(inner["States"], source)} for inner in branch.body["Branches"]]
        states, body = _as_written(branch.states, source), {**branch.body, "Branches": branches}
        branch = Branch(states, branch.join, body, branch.number)
    return ParentSide(_as_written(side.states, source), side.entries, branch)


def _as_written(states: Mapping[str, Json], source: Source) -> dict[str, Json]:
    """A resource that names the partition as the template does needs the function around it that fills it in."""
    return {
        name: {key: _substituted(value, source) if key == "Resource" else value for key, value in body.items()}
        for name, body in states.items()
    }


def _substituted(resource: str, source: Source) -> str:
    if not source.functions or not any(tokens_in(resource)):
        return resource
    return substituted(resource, short_tag=source.format == "yaml")
