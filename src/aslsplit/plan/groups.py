"""Groups: neighbouring children that are to run side by side, and the names of their Parallel states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aslsplit.analysis.facts import Facts
from aslsplit.findings import Finding
from aslsplit.plan.boundaries import BoundaryMap
from aslsplit.plan.group_checks import CHECKS, row_of
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
        row = row_of(facts, boundaries, group, members, children)
        remarks = [remark for check in CHECKS for remark in check(row)]
        findings += [(name, remark) for name in group.children for remark in remarks]
        if not remarks:
            groups.append(GroupPlan(group, states[group.state], members))
    return tuple(groups), findings
