"""Extraction: a plan becomes a parent, children, and the records that lead back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.cloudformation import substituted
from aslsplit.asl.placeholders import tokens_in
from aslsplit.asl.source import Extent, Json, Pointer, Source
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
    partition = _partition(machine.source)
    sides = {child.boundary.name: _as_written(parent_side(child, meta, partition), machine.source) for child in chosen}
    entries = {child.region.entry: sides[child.boundary.name].first for child in chosen}
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
            record=record_of(child, side, functions_move=machine.source.functions_move),
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
    return ParentSide({name: _redirected(body, entries) for name, body in side.states.items()}, side.first)


def _redirected(body: Json, entries: Mapping[str, str]) -> Json:
    redirected = dict(body)
    for key in ("Next", "Default"):
        if key in redirected:
            redirected[key] = entries.get(redirected[key], redirected[key])
    for key in ("Choices", "Catch"):
        if key in redirected:
            redirected[key] = [_redirected(rule, entries) for rule in redirected[key]]
    return redirected


def _partition(source: Source) -> str:
    """The partition of the monolith's own ARNs; the template's name for it where functions fill in the text."""
    has_functions = source.functions or (source.embedded is not None and source.embedded.substitutes)
    whole = source.extents.get((), Extent(0, len(source.text)))
    pattern = _ANY_PARTITION if has_functions else _PARTITION
    found = pattern.search(source.text, whole.start, whole.end)
    return found[1] if found else "aws"


_PARTITION: Final = re.compile(r"arn:(aws[a-z0-9-]*):")
_ANY_PARTITION: Final = re.compile(r"arn:(aws[a-z0-9-]*|\$\{AWS::Partition\}):")


def _as_written(side: ParentSide, source: Source) -> ParentSide:
    """A resource that names the partition as the template does needs the function around it that fills it in."""
    if not source.functions:
        return side
    states = {
        name: {key: _substituted(value, source) if key == "Resource" else value for key, value in body.items()}
        for name, body in side.states.items()
    }
    return ParentSide(states, side.first)


def _substituted(resource: str, source: Source) -> str:
    if not any(tokens_in(resource)):
        return resource
    return substituted(resource, short_tag=source.format == "yaml")
