"""One remark about a change of a contract: the finding, and in which order the two sides can be deployed with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from aslsplit.asl.source import Pointer, Source, format_pointer
from aslsplit.difference.schema_fields import Steps
from aslsplit.findings import Finding, Severity, finding

__all__ = ["Order", "Remark", "order_of", "remark"]


class Order(StrEnum):
    """Which side goes first, where both orders are not the same."""

    CHILD_FIRST = "deploy the child first"
    PARENT_FIRST = "deploy the parent first"
    TOGETHER = "no order of deployment is safe: let the window take both versions, or change it in two steps"


@dataclass(frozen=True, slots=True)
class Remark:
    """``order`` is None where it makes no difference, or nobody can tell."""

    finding: Finding
    order: Order | None = None

    @property
    def breaks(self) -> bool:
        return self.finding.severity is Severity.ERROR


def remark(
    code: str,
    message: str,
    source: Source,
    pointer: Pointer,
    path: Steps = (),
    order: Order | None = None,
    help: str | None = None,
) -> Remark:
    """``pointer`` is where it stands in the file; ``path`` leads to the value that the remark is about."""
    place = source.span(pointer, key=bool(pointer))
    told = help if order is None else order.value if help is None else f"{order.value}; {help}"
    return Remark(finding(code, message, span=place, pointer=format_pointer(path), help=told), order)


def order_of(remarks: Iterable[Remark]) -> Order | None:
    """The one order that is safe for all of them, if one is needed."""
    orders = {remark.order for remark in remarks if remark.order is not None}
    return orders.pop() if len(orders) == 1 else Order.TOGETHER if orders else None
