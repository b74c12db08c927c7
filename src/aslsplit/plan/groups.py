"""Groups: neighbouring children that need nothing of each other, and so may run side by side.

Each branch of a Parallel state has a copy of the document as it was before any of them began, and sees no variable of
another. So an earlier child may read what a later one writes; the other way round the later one is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from aslsplit.analysis.facts import Facts
from aslsplit.analysis.pathset import EMPTY, Paths, merge, paths_of
from aslsplit.analysis.region_flow import returned_at
from aslsplit.analysis.regions import entering, lies_inside
from aslsplit.asl.paths import DOCUMENT, AccessPath, Stem
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.boundaries import BoundaryMap, Group
from aslsplit.plan.naming import Names, free
from aslsplit.plan.plan import ChildPlan, GroupPlan

__all__ = ["groups_of", "names_of_groups"]


def names_of_groups(boundaries: BoundaryMap, names: Names) -> Mapping[str, str]:
    """What the map calls each Parallel state, to its name in the machine: a name that is taken gets a number."""
    found: dict[str, str] = {}
    for group in boundaries.parallel:
        found[group.state] = free(group.state, names.taken | frozenset(found.values()))
    return found


def groups_of(
    facts: Facts, boundaries: BoundaryMap, children: Sequence[ChildPlan], states: Mapping[str, str]
) -> tuple[tuple[GroupPlan, ...], list[tuple[str, Finding]]]:
    """The legal groups, and what is wrong with the others, by each of the children that it concerns. ``states`` are the
    names of the Parallel states, by what the map calls them."""
    planned = {child.boundary.name: child for child in children}
    groups: list[GroupPlan] = []
    findings: list[tuple[str, Finding]] = []
    for group in boundaries.parallel:
        if not planned.keys() >= set(group.children):
            # What is wrong with one of them is said there.
            continue
        members = tuple(planned[name] for name in group.children)
        remarks = list(_Checks(facts, boundaries, group, members, children).all())
        findings += [(name, remark) for name in group.children for remark in remarks]
        if not remarks:
            groups.append(GroupPlan(group, states[group.state], members))
    return tuple(groups), findings


class _Checks:
    """All that is wrong with one group."""

    def __init__(
        self,
        facts: Facts,
        boundaries: BoundaryMap,
        group: Group,
        members: tuple[ChildPlan, ...],
        children: Sequence[ChildPlan],
    ) -> None:
        self.facts, self.boundaries, self.group = facts, boundaries, group
        self.members, self.children = members, children
        self.reads = [_reads(boundaries, child) for child in members]
        self.writes = [merge(*(found.changed for found in child.flow.exits)) for child in members]

    def all(self) -> Iterator[Finding]:
        for position, child in enumerate(self.members):
            yield from self._chosen(position, child)
            yield from self._one_exit(position, child)
            yield from self._unnamed(position, child)
        yield from self._around()
        for position, (before, child) in enumerate(pairwise(self.members), start=1):
            yield from self._neighbours(position, before, child)
        for first, second in combinations(range(len(self.members)), 2):
            yield from self._needed(first, second)
            yield from self._written_by_both(first, second)
        for position in range(1, len(self.members)):
            yield from self._there_before(position)

    def _refused(self, code: str, message: str, help: str, position: int | None = None) -> Finding:
        place: Pointer = self.group.pointer if position is None else (*self.group.pointer, position)
        span = self.boundaries.source.span(place)
        return finding(code, message, span=span, pointer=format_pointer(place), help=help)

    def _chosen(self, position: int, child: ChildPlan) -> Iterator[Finding]:
        boundary, cannot = child.boundary, f'"{child.boundary.name}" cannot run beside others in {self.group.state}'
        if boundary.pattern != "sync":
            message = f"{cannot}: pattern {boundary.pattern} does not wait for its answer as the branches do"
            yield self._refused("ASL335", message, "use `pattern: sync`, or leave it out of parallel", position)
        if boundary.carrier != "variables":
            message = f"{cannot}: what a branch puts into the document does not leave it, and it has carrier document"
            yield self._refused("ASL335", message, "use `carrier: variables`", position)
        if child.contract.dispatched:
            entries = ", ".join(child.region.entries)
            message = f"{cannot}: it has several entries ({entries}), and a branch begins at one"
            yield self._refused("ASL335", message, "make it a region with one entry", position)

    def _one_exit(self, position: int, child: ChildPlan) -> Iterator[Finding]:
        exits = ["the end" if found.target is None else found.target for found in child.contract.exits]
        if len(exits) == 1:
            return
        leads = f"leads to {' and '.join(exits)}" if exits else "leads nowhere on"
        help = (
            "leave the state that decides out of the child, behind the group; or end what fails in a Fail state inside"
            if exits
            else "leave it out of parallel: nothing comes behind a child that only fails"
        )
        message = f'"{child.boundary.name}" {leads}, and a branch of {self.group.state} goes on at one place'
        yield self._refused("ASL332", message, help, position)

    def _unnamed(self, position: int, child: ChildPlan) -> Iterator[Finding]:
        """How a Parallel state fails when what failed inside has no name is not documented."""
        if child.boundary.errors == "rethrow" and child.contract.errors.unnamed:
            message = f'"{child.boundary.name}" may fail without an error name, which {self.group.state} has to pass on'
            help = "give its Fail states an Error and let a catcher take what waits for a token, or `errors: surface`"
            yield self._refused("ASL337", message, help, position)

    def _around(self) -> Iterator[Finding]:
        """Where all of them are called in the same machine, whichever children are extracted."""
        names = {child.boundary.name for child in self.members}
        for other in self.children:
            inside = [one for one in self.members if _lies_inside(self.facts, one, other)]
            if inside and len(inside) < len(self.members) and other.boundary.name not in names:
                left = ", ".join(sorted(names - {one.boundary.name for one in inside}))
                called = ", ".join(one.boundary.name for one in inside)
                message = f'"{other.boundary.name}" is around {called} and not around {left}'
                help = f"let {other.boundary.name} be around all children of {self.group.state}, or around none"
                yield self._refused("ASL331", message, help)

    def _neighbours(self, position: int, before: ChildPlan, child: ChildPlan) -> Iterator[Finding]:
        first, second, entry = before.boundary.name, child.boundary.name, child.region.entries[0]
        if before.region.scope is not child.region.scope:
            message = f'"{first}" and "{second}" lie in two scopes, and a Parallel state stands in one'
            yield self._refused("ASL331", message, "join children of one scope", position)
            return
        targets = [found.target for found in before.contract.exits]
        between: tuple[str, ...] = ()
        if targets == [None]:
            message = f'the scope ends behind "{first}", and does not lead to "{second}"'
            yield self._refused("ASL331", message, self._order_help(before, child), position)
        elif len(targets) == 1 and targets != [entry]:
            between = self._between(str(targets[0]), child)
            message, help = f'"{first}" does not lead to "{second}"', self._order_help(before, child)
            if between:
                named = ", ".join(between)
                message = f'{named} {"comes" if len(between) == 1 else "come"} between "{first}" and "{second}"'
                help = f'move {named} in front of "{first}" or behind the group, or into one of the two children'
            yield self._refused("ASL331", message, help, position)
        yield from self._entered_elsewhere(before, child, between)

    def _order_help(self, before: ChildPlan, child: ChildPlan) -> str:
        if any(found.target in before.region.entries for found in child.contract.exits):
            names = [one.boundary.name for one in self.members]
            at = names.index(child.boundary.name)
            names[at - 1], names[at] = names[at], names[at - 1]
            return f"name them in the order in which they stand: {self.group.state}: [{', '.join(names)}]"
        return "join children that stand one right behind the other"

    def _between(self, start: str, child: ChildPlan) -> tuple[str, ...]:
        """The states that control comes through on the way to the child, in the order of the file."""
        graph, scope = self.facts.of(child.region.scope).graph, child.region.scope
        outside = [name for name in scope.states if name not in child.region.members]
        reached = graph.reached_from(start, outside)
        entry = child.region.entries[0]
        leading = {t.source for t in graph.incoming[entry]} & reached
        while more := {t.source for name in leading for t in graph.incoming[name]} & reached - leading:
            leading |= more
        members = {name for one in self.members for name in one.region.members}
        return tuple(name for name in scope.states if name in leading - members)

    def _entered_elsewhere(self, before: ChildPlan, child: ChildPlan, between: tuple[str, ...]) -> Iterator[Finding]:
        scope = child.region.scope
        others = [
            (f"{t.source} → {t.target} ({t.kind.value})", t.pointer)
            for t in entering(self.facts.of(scope).graph, child.region.members)
            if t.source not in {*before.region.members, *between}
        ]
        if scope.start_at in child.region.members:
            others.append((f"StartAt → {scope.start_at}", (*scope.pointer, "StartAt")))
        for shown, pointer in others:
            first, second = before.boundary.name, child.boundary.name
            yield finding(
                "ASL333",
                f'"{second}" is entered by {shown}, which goes past "{first}"; side by side both begin',
                span=self.facts.machine.source.span(pointer),
                pointer=format_pointer(pointer),
                help=f"let it lead to {before.region.entries[0]}, or leave {second} out of parallel",
            )

    def _needed(self, first: int, second: int) -> Iterator[Finding]:
        """What the later child reads of what the earlier one may have written."""
        shared = returned_at(self.reads[second], self.writes[first])
        if shared:
            one, other = self._names(first, second)
            message = f'"{other}" reads {_listed(shared)}, which "{one}" may have written'
            help = f"leave {other} out of parallel, or move what it needs in front of both"
            if any(() in paths.leaves() for paths in shared.values()) or _reads_whole(self.members[second]):
                help += f"; if a Task of {other} is sent the document and uses less, say so with assume.reads"
            yield self._refused("ASL334", message, help, second)

    def _written_by_both(self, first: int, second: int) -> Iterator[Finding]:
        shared = [
            AccessPath(root, max(stem, other, key=len))
            for root, paths in self.writes[first].items()
            for stem in paths.leaves()
            for other in self.writes[second].get(root, EMPTY).leaves()
            if _within(stem, other) or _within(other, stem)
        ]
        if shared:
            one, other = self._names(first, second)
            message = f'"{one}" and "{other}" both write {", ".join(map(str, dict.fromkeys(shared)))}'
            yield self._refused("ASL334", message, "give each a place of its own to write to", second)

    def _names(self, first: int, second: int) -> tuple[str, str]:
        return self.members[first].boundary.name, self.members[second].boundary.name

    def _there_before(self, position: int) -> Iterator[Finding]:
        """What the request of a later child takes for granted because an earlier one has passed. Where it is missing,
        the later branch would fail at once, and for another reason than the earlier child."""
        first, child = self.members[0].flow.entries[0], self.members[position]
        vouched = {path for one in self.members for path in one.boundary.assume_present}
        written = merge(*self.writes[:position])
        missing = [
            path
            for path in _taken_for_granted(self.boundaries, child)
            if not returned_at({path.root: paths_of((path.stem,))}, written)
            and path.stem not in first.present.get(path.root, frozenset())
            and not any(root == path.root and _within(path.stem, stem) for root, stem in first.anticipated)
            and not any(said.root == path.root and _within(path.stem, said.stem) for said in vouched)
        ]
        if missing:
            name, before = child.boundary.name, self.members[0].boundary.name
            paths = ", ".join(map(str, missing))
            message = f'"{name}" is sent {paths}, of which nothing proves that it is there before "{before}"'
            help = f"prove it with input_schema, or vouch for it: assume.present: [{paths}] under {name}"
            yield self._refused("ASL336", message, help, position)


def _reads(boundaries: BoundaryMap, child: ChildPlan) -> Paths:
    """What its region reads and what its call sends, which may be more."""
    sent = [part for found in child.contract.entries for part in found.request.parts]
    wanted = [found.wanted for found in child.flow.entries]
    envelope = {DOCUMENT: paths_of(path.stem for path in _meta(boundaries))}
    return merge(*wanted, envelope, *({part.root: part.paths} for part in sent))


def _meta(boundaries: BoundaryMap) -> tuple[AccessPath, ...]:
    meta = boundaries.meta
    return tuple(path for path in (meta.correlation_id, meta.entity_id) if path is not None)


def _taken_for_granted(boundaries: BoundaryMap, child: ChildPlan) -> tuple[AccessPath, ...]:
    sent = [part for found in child.contract.entries for part in found.request.parts]
    certain = [part.path_of(value) for part in sent for value in part.values if value.certain and value.stem]
    return tuple(dict.fromkeys((*certain, *_meta(boundaries))))


def _within(stem: Stem, longer: Stem) -> bool:
    """What is there has what is above it there, too."""
    return longer[: len(stem)] == stem


def _lies_inside(facts: Facts, inner: ChildPlan, outer: ChildPlan) -> bool:
    return lies_inside(facts.machine, inner.region, outer.region)


def _reads_whole(child: ChildPlan) -> bool:
    return any(found.request.document.whole for found in child.contract.entries)


def _listed(shared: Paths) -> str:
    return ", ".join(str(AccessPath(root, stem)) for root, paths in shared.items() for stem in paths.leaves())
