"""The roles of a split: the one that the parent takes over from the monolith, and those of the children."""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.asl.model import StateMachine
from aslsplit.iam.changes import Callee, RoleChange, role_changes
from aslsplit.rewrite.extract import Extraction

__all__ = ["roles_of"]


def roles_of(
    monolith: StateMachine, parent: StateMachine, children: Mapping[str, StateMachine], extraction: Extraction
) -> tuple[RoleChange, ...]:
    """``parent`` and ``children`` are as they lie on disk or would be written."""
    callees = {
        name: Callee(children[name], child.plan.contract.workflow, child.plan.boundary.alias_arn)
        for name, child in extraction.children.items()
        if child.plan.is_child
    }
    return role_changes(monolith, parent, callees)
