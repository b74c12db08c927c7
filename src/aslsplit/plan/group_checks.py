"""Whether neighbouring children may run side by side: each check refuses for one reason and reports every place of it.

Each branch of a Parallel state has a copy of the document as it was before any of them began, and sees no variable of
another. So an earlier child may read what a later one writes; the other way round the later one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from aslsplit.analysis.facts import Facts
from aslsplit.analysis.pathset import EMPTY, Paths, merge, paths_of
from aslsplit.analysis.region_flow import returned_at
from aslsplit.analysis.regions import entering, lies_inside
from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath, Stem
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.boundaries import BoundaryMap, Group
from aslsplit.plan.plan import ChildPlan

__all__ = ["CHECKS", "Row", "row_of"]


@dataclass(frozen=True, slots=True)
class Member:
    """A child of the group, its ``position`` in it, what it reads or is sent, and what it may have written."""

    plan: ChildPlan
    position: int
    reads: Paths
    writes: Paths

    @property
    def name(self) -> str:
        return self.plan.boundary.name


@dataclass(frozen=True, slots=True)
class Row:
    """The children of a group, in its order. ``around`` are all children of the map."""

    facts: Facts
    boundaries: BoundaryMap
    group: Group
    members: tuple[Member, ...]
    around: tuple[ChildPlan, ...]

    def refusal(self, code: str, message: str, help: str, member: Member | None = None) -> Finding:
        place: Pointer = self.group.pointer if member is None else (*self.group.pointer, member.position)
        span = self.boundaries.source.span(place)
        return finding(code, message, span=span, pointer=format_pointer(place), help=help)


Check = Callable[[Row], Iterator[Finding]]


def row_of(
    facts: Facts, boundaries: BoundaryMap, group: Group, children: Sequence[ChildPlan], around: Sequence[ChildPlan]
) -> Row:
    members = (
        Member(child, position, _reads(boundaries, child), merge(*(found.changed for found in child.flow.exits)))
        for position, child in enumerate(children)
    )
    return Row(facts, boundaries, group, tuple(members), tuple(around))


def _reads(boundaries: BoundaryMap, child: ChildPlan) -> Paths:
    """What its region reads and what its call sends, which may be more."""
    sent = [part for found in child.contract.entries for part in found.request.parts]
    wanted = [found.wanted for found in child.flow.entries]
    envelope = {DOCUMENT: paths_of(path.stem for path in _meta(boundaries))}
    return merge(*wanted, envelope, *({part.root: part.paths} for part in sent))


def _meta(boundaries: BoundaryMap) -> tuple[AccessPath, ...]:
    meta = boundaries.meta
    return tuple(path for path in (meta.correlation_id, meta.entity_id) if path is not None)


def called_as_a_branch_can(row: Row) -> Iterator[Finding]:
    for member in row.members:
        boundary, region = member.plan.boundary, member.plan.region
        cannot = f'"{member.name}" cannot run beside others in {row.group.state}'
        if boundary.pattern != "sync":
            message = f"{cannot}: a branch waits as with pattern sync, and it has pattern {boundary.pattern}"
            yield row.refusal("ASL335", message, "use `pattern: sync`, or leave it out of parallel", member)
        if boundary.carrier != "variables":
            message = f"{cannot}: what a branch puts into the document does not leave it, and it has carrier document"
            yield row.refusal("ASL335", message, "use `carrier: variables`", member)
        if len(region.entries) > 1:
            message = f"{cannot}: it has several entries ({', '.join(region.entries)}), and a branch begins at one"
            yield row.refusal("ASL335", message, "make it a region with one entry", member)


def one_exit(row: Row) -> Iterator[Finding]:
    for member in row.members:
        exits = ["the end" if found.target is None else found.target for found in member.plan.contract.exits]
        if len(exits) == 1:
            continue
        leads = f"leads to {' and '.join(exits)}" if exits else "leads nowhere on"
        help = (
            "leave the state that decides out of the child, behind the group; or end what fails in a Fail state inside"
            if exits
            else "leave it out of parallel: nothing comes behind a child that only fails"
        )
        message = f'"{member.name}" {leads}, and a branch of {row.group.state} goes on at one place'
        yield row.refusal("ASL332", message, help, member)


def failures_with_a_name(row: Row) -> Iterator[Finding]:
    """How a Parallel state fails when what failed inside has no name is not documented."""
    for member in row.members:
        if member.plan.boundary.errors == "rethrow" and member.plan.contract.errors.unnamed:
            message = f'"{member.name}" may fail without an error name, which {row.group.state} has to pass on'
            help = "give its Fail states an Error and let a catcher take what waits for a token, or `errors: surface`"
            yield row.refusal("ASL337", message, help, member)


def called_in_one_machine(row: Row) -> Iterator[Finding]:
    """Whichever of the children are extracted."""
    names = {member.name for member in row.members}
    for other in row.around:
        inside = [one.name for one in row.members if lies_inside(row.facts.machine, one.plan.region, other.region)]
        if inside and len(inside) < len(row.members) and other.boundary.name not in names:
            left = ", ".join(sorted(names - set(inside)))
            message = f'"{other.boundary.name}" is around {", ".join(inside)} and not around {left}'
            help = f"let {other.boundary.name} be around all children of {row.group.state}, or around none"
            yield row.refusal("ASL331", message, help)


def neighbours(row: Row) -> Iterator[Finding]:
    for before, member in pairwise(row.members):
        if before.plan.region.scope is not member.plan.region.scope:
            message = f'"{before.name}" and "{member.name}" lie in two scopes, and a Parallel state stands in one'
            yield row.refusal("ASL331", message, "join children of one scope", member)
            continue
        targets = [found.target for found in before.plan.contract.exits]
        if len(targets) != 1 or targets[0] in member.plan.region.entries:
            continue
        message, help = f'"{before.name}" does not lead to "{member.name}"', _order_help(row, before, member)
        if between := _between(row, before, member):
            named = ", ".join(between)
            message = f'{named} {"comes" if len(between) == 1 else "come"} between "{before.name}" and "{member.name}"'
            help = f'move {named} in front of "{before.name}" or behind the group, or into one of the two children'
        yield row.refusal("ASL331", message, help, member)


def _order_help(row: Row, before: Member, member: Member) -> str:
    if any(found.target in before.plan.region.entries for found in member.plan.contract.exits):
        names = [one.name for one in row.members]
        names[before.position], names[member.position] = member.name, before.name
        return f"name them in the order in which they stand: {row.group.state}: [{', '.join(names)}]"
    return "join children that stand one right behind the other"


def _between(row: Row, before: Member, member: Member) -> tuple[str, ...]:
    """The states that control comes through from one child to the next, in the order of the file."""
    graph, scope, region = row.facts.of(member.plan.region.scope).graph, member.plan.region.scope, member.plan.region
    if before.plan.region.scope is not scope:
        return ()
    outside = [name for name in scope.states if name not in region.members]
    starts = [found.target for found in before.plan.contract.exits if found.target in outside]
    reached = frozenset(name for start in starts if start for name in graph.reached_from(start, outside))
    leading = {t.source for t in graph.incoming[region.entries[0]]} & reached
    while more := {t.source for name in leading for t in graph.incoming[name]} & reached - leading:
        leading |= more
    members = {name for one in row.members for name in one.plan.region.members}
    return tuple(name for name in scope.states if name in leading - members)


def entered_by_the_one_before(row: Row) -> Iterator[Finding]:
    machine = row.facts.machine
    for before, member in pairwise(row.members):
        region = member.plan.region
        known = {*before.plan.region.members, *_between(row, before, member)}
        others = [
            (f"{t.source} → {t.target} ({t.kind.value})", t.pointer)
            for t in entering(row.facts.of(region.scope).graph, region.members)
            if t.source not in known
        ]
        if region.scope.start_at in region.members:
            others.append((f"StartAt → {region.scope.start_at}", (*region.scope.pointer, "StartAt")))
        for shown, pointer in others if before.plan.region.scope is region.scope else ():
            yield finding(
                "ASL333",
                f'"{member.name}" is entered by {shown}, which goes past "{before.name}"; side by side both begin',
                span=machine.source.span(pointer),
                pointer=format_pointer(pointer),
                help=f"let it lead to {before.plan.region.entries[0]}, or leave {member.name} out of parallel",
            )


def none_needs_another(row: Row) -> Iterator[Finding]:
    """What a later child reads of what an earlier one may have written."""
    for earlier, later in combinations(row.members, 2):
        if shared := returned_at(later.reads, earlier.writes):
            message = f'"{later.name}" reads {_listed(shared)}, which "{earlier.name}" may have written'
            help = f"leave {later.name} out of parallel, or move what it needs in front of both"
            if any(found.request.document.whole for found in later.plan.contract.entries):
                help += f"; if a Task of {later.name} is sent the document and uses less, say so with assume.reads"
            yield row.refusal("ASL334", message, help, later)


def _listed(shared: Paths) -> str:
    return ", ".join(str(AccessPath(root, stem)) for root, paths in shared.items() for stem in paths.leaves())


def places_of_their_own(row: Row) -> Iterator[Finding]:
    for one, other in combinations(row.members, 2):
        shared = [
            AccessPath(root, max(left, right, key=len))
            for root, paths in one.writes.items()
            for left in paths.leaves()
            for right in other.writes.get(root, EMPTY).leaves()
            if _begins_with(left, right) or _begins_with(right, left)
        ]
        if shared:
            message = f'"{one.name}" and "{other.name}" both write {", ".join(map(str, dict.fromkeys(shared)))}'
            yield row.refusal("ASL334", message, "give each a place of its own to write to", other)


def _begins_with(stem: Stem, start: Stem) -> bool:
    return stem[: len(start)] == start


def there_before_the_first(row: Row) -> Iterator[Finding]:
    """What the request of a later child takes for granted because an earlier one has passed. Where it is missing, the
    later branch would fail at once, and for another reason than the earlier child."""
    first = row.members[0].plan.flow.entries[0]
    vouched = [(path.root, path.stem) for one in row.members for path in one.plan.boundary.assume_present]
    # What is there has what is above it there, too.
    known = [*((root, stem) for root, stems in first.present.items() for stem in stems), *first.anticipated, *vouched]
    for member in row.members[1:]:
        written = merge(*(one.writes for one in row.members[: member.position]))
        missing = [
            path
            for path in _taken_for_granted(row.boundaries, member.plan)
            if not any(root == path.root and _begins_with(stem, path.stem) for root, stem in known)
            and not returned_at({path.root: paths_of((path.stem,))}, written)
        ]
        if missing:
            paths, before = ", ".join(map(str, missing)), row.members[0].name
            message = f'"{member.name}" is sent {paths}, of which nothing proves that it is there before "{before}"'
            help = f"prove it with input_schema, or vouch for it: assume.present: [{paths}] under {member.name}"
            yield row.refusal("ASL336", message, help, member)


def _taken_for_granted(boundaries: BoundaryMap, child: ChildPlan) -> tuple[AccessPath, ...]:
    sent = [part for found in child.contract.entries for part in found.request.parts]
    always = (AccessPath(DOCUMENT), AccessPath(CONTEXT))
    certain = [part.path_of(value) for part in sent for value in part.values if value.certain]
    return tuple(path for path in dict.fromkeys((*certain, *_meta(boundaries))) if path not in always)


CHECKS: tuple[Check, ...] = (
    called_as_a_branch_can,
    one_exit,
    failures_with_a_name,
    called_in_one_machine,
    neighbours,
    entered_by_the_one_before,
    none_needs_another,
    places_of_their_own,
    there_before_the_first,
)
