"""Children that run side by side: each is called in a branch of one Parallel state, and joined behind it.

A branch is what calls the child anyway, and ends with the child's answer. No variable leaves it, so the Parallel state
takes the results out of the answers. Behind it they are put in place in the order in which the children stand, which
gives the document that the monolith would have had there. A failure in a branch fails the Parallel state as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aslsplit.asl.source import Json
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.envelope import OwnContext
from aslsplit.rewrite.failure import failure_states
from aslsplit.rewrite.folding import behind_join
from aslsplit.rewrite.jsonata_parent import assigned_in_jsonata
from aslsplit.rewrite.normalize import Continuation, normalize_states
from aslsplit.rewrite.packing import expression
from aslsplit.rewrite.parent import Branch, ParentSide, States, assigned_from, calling_states

__all__ = ["Joined", "joined_sides"]


@dataclass(frozen=True, slots=True)
class Joined:
    """A child of the group: its side, and the plan of it, whose exit leads where control goes on behind its result."""

    plan: ChildPlan
    side: ParentSide


def joined_sides(
    state: str, children: Sequence[ChildPlan], meta: Meta, partition: str, own: Mapping[str, OwnContext]
) -> Sequence[Joined]:
    """``state`` is the name of the Parallel state. The exit of the last child leads where control goes on behind all of
    them."""
    branches = [_branch(child, meta, partition, own[child.boundary.name]) for child in children]
    last = children[-1].contract.exits[0].target
    after: Continuation = {"End": True} if last is None else {"Next": last}
    placed: list[ChildPlan] = []
    behind: list[States] = []
    for child in reversed(children):
        found = replace(child.contract.exits[0], target=after.get("Next"))
        placed.insert(0, replace(child, contract=replace(child.contract, exits=(found,))))
        after, states = normalize_states(child, found, done=False)
        behind.insert(0, states)
    starting = [{"StartAt": start, "States": states} for start, states in branches]
    body: Json = {"Type": "Parallel", "Branches": starting, **_kept(children)}
    body = {**body, **after}
    sides = [
        ParentSide(
            states,
            {child.region.entries[0]: state if number == 0 else branches[number][0]},
            Branch(branches[number][1], state, body, number),
        )
        for number, (child, states) in enumerate(zip(children, behind, strict=True))
    ]
    return [Joined(child, side) for child, side in zip(placed, sides, strict=True)]


def _branch(child: ChildPlan, meta: Meta, partition: str, own: OwnContext) -> tuple[str, States]:
    """Its first state, and all of them."""
    kept: dict[str, Json] = {"OutputPath": "$.Output"}
    if child.query_language == "JSONata":
        kept = {"Output": expression("$states.result.Output")}
    states, entries = calling_states(child, meta, partition, own, behind_join(child), kept, {"End": True})
    if child.boundary.errors == "rethrow":
        states |= failure_states(child)
    return entries[child.region.entries[0]], states


def _kept(children: Sequence[ChildPlan]) -> States:
    """What of the answers is assigned to variables; the document stays as it was."""
    assigned: States = {}
    in_jsonata = children[0].query_language == "JSONata"
    for number, child in enumerate(children):
        if in_jsonata:
            assigned |= assigned_in_jsonata(f"$states.result[{number}]", child, behind_join(child))
        else:
            assigned |= assigned_from(f"$[{number}]", child, behind_join(child))
    unchanged: States = {"Output": expression("$states.input")} if in_jsonata else {"ResultPath": None}
    return {**({"Assign": assigned} if assigned else {}), **unchanged}
