"""Extraction: a plan becomes a parent, children, and the records that lead back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aslsplit.asl.source import Json, Pointer
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.rewrite.child import child_definition
from aslsplit.rewrite.edits import Edit, apply
from aslsplit.rewrite.folding import folding_of
from aslsplit.rewrite.parent import ParentSide, parent_edits, parent_side
from aslsplit.rewrite.record import ChildRecord, record_of

__all__ = ["ExtractedChild", "Extraction", "extract"]


@dataclass(frozen=True, slots=True)
class ExtractedChild:
    """``moved_from`` leads each moved state of the child to its place in the monolith; ``arrivals`` each outcome to
    the state of the parent that control goes on to. ``folds_result``: the invoke state normalizes by itself."""

    plan: ChildPlan
    definition: Json
    moved_from: Mapping[str, Pointer]
    side: ParentSide
    record: ChildRecord
    arrivals: Mapping[str, str]
    folds_result: bool


@dataclass(frozen=True, slots=True)
class Extraction:
    """``edits`` turn the monolith into ``parent``."""

    parent: Json
    edits: tuple[Edit, ...]
    children: Mapping[str, ExtractedChild]

    def generated_at(self) -> tuple[Pointer, ...]:
        """Where the generated states lie in the parent."""
        return tuple(
            (*child.record.scope, "States", name) for child in self.children.values() for name in child.side.states
        )


def extract(plan: Plan, names: Collection[str]) -> Extraction:
    """Extract these children of the plan at once. The result depends on which they are, not on any order."""
    chosen = [child for child in plan.children if child.boundary.name in names]
    meta = plan.boundaries.meta
    machine = plan.facts.machine
    partition = _partition(machine.source.text)
    sides = {child.boundary.name: parent_side(child, meta, partition) for child in chosen}
    entries = {entry: first for side in sides.values() for entry, first in side.entries.items()}
    edits: list[Edit] = []
    children: dict[str, ExtractedChild] = {}
    for child in chosen:
        side = _with_targets(sides[child.boundary.name], entries)
        edits += parent_edits(child, side)
        children[child.boundary.name] = ExtractedChild(
            plan=child,
            definition=child_definition(child, plan.facts, meta),
            moved_from={name: (*child.region.scope.pointer, "States", name) for name in child.region.members},
            side=side,
            record=record_of(child, side),
            arrivals={
                found.outcome: entries.get(found.target, found.target)
                for found in child.contract.exits
                if found.target is not None
            },
            folds_result=folding_of(child).normalize,
        )
    return Extraction(apply(machine.source.data, edits), tuple(edits), children)


def _with_targets(side: ParentSide, entries: Mapping[str, str]) -> ParentSide:
    """Where one child's exit is another child's entry, the generated states lead to generated states."""
    return ParentSide({name: _redirected(body, entries) for name, body in side.states.items()}, side.entries)


def _redirected(body: Json, entries: Mapping[str, str]) -> Json:
    redirected = dict(body)
    for key in ("Next", "Default"):
        if key in redirected:
            redirected[key] = entries.get(redirected[key], redirected[key])
    for key in ("Choices", "Catch"):
        if key in redirected:
            redirected[key] = [_redirected(rule, entries) for rule in redirected[key]]
    return redirected


def _partition(text: str) -> str:
    """The partition of the monolith's own ARNs."""
    found = re.search(r"arn:(aws[a-z0-9-]*):", text)
    return found[1] if found else "aws"
