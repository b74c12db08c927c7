"""The name of a child's execution, derived from that of its caller: the same when a start is tried again, so that AWS
answers with the execution that runs already, and another one for each call and each redrive.

It is a digest, since a name has 80 characters at most and those of executions may be as long.
"""

from __future__ import annotations

from aslsplit.asl.model import ScopeKind
from aslsplit.asl.source import Json
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.envelope import OwnContext
from aslsplit.rewrite.packing import expression

__all__ = ["execution_name"]

_PARTS = ("Execution.Id", "Execution.RedriveCount", "State.Name")
_ITEM = "Map.Item.Index"


def execution_name(plan: ChildPlan, own: OwnContext) -> dict[str, Json]:
    """The field of the call; nothing where AWS is to name the execution."""
    if plan.boundary.execution_name == "generated":
        return {}
    parts = (*_PARTS, _ITEM) if _is_item(plan, own) else _PARTS
    if plan.query_language == "JSONata":
        joined = " & ' ' & ".join(f"$states.context.{part}" for part in parts)
        return {"Name": expression(f"$hash({joined}, 'SHA-256')")}
    arguments = ", ".join(f"$$.{part}" for part in parts)
    places = " ".join("{}" for _ in parts)
    return {"Name.$": f"States.Hash(States.Format('{places}', {arguments}), 'SHA-256')"}


def _is_item(plan: ChildPlan, own: OwnContext) -> bool:
    """Called once per item of a Map. A child that lies inside an item as well calls once in its own execution."""
    return plan.region.scope.kind is ScopeKind.PROCESSOR and own != "none"
