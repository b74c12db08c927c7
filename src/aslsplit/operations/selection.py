"""Which children of a boundary map a run is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aslsplit.errors import BoundaryError

if TYPE_CHECKING:
    from aslsplit.findings import Finding
    from aslsplit.project.load import Project

__all__ = ["chosen"]


def chosen(project: Project, names: Sequence[str] | None) -> tuple[str, ...]:
    """Raises BoundaryError when the map has no such child."""
    from aslsplit.plan.boundaries import find_child

    found: list[Finding] = []
    for name in names or ():
        found += find_child(project.boundaries, name)[1]
    if found:
        raise BoundaryError("the boundary map has no such child", tuple(found))
    return tuple(dict.fromkeys(names or ()))
