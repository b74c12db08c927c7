"""Reading ``parallel`` of the boundary map: which children are to run side by side."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.plan.boundaries import Group
from aslsplit.plan.child_reading import STATE_NAME, STATE_NAME_SHAPE
from aslsplit.plan.map_fields import Node, describe, is_mapping, nearest, text_list

__all__ = ["groups_in"]


def groups_in(node: Node | None, children: Node | None) -> tuple[Group, ...]:
    """``children`` is the map's member of that name."""
    if node is None or not is_mapping(node):
        return ()
    known = tuple(children.value) if children is not None and isinstance(children.value, dict) else ()
    group_of: dict[str, str] = {}
    return tuple(_groups(node, known, group_of))


def _groups(node: Node, known: tuple[str, ...], group_of: dict[str, str]) -> Iterator[Group]:
    for state, inner in node.members():
        if not STATE_NAME.fullmatch(state):
            inner.report("ASL004", f"{describe(state)} in {node.label} is not {STATE_NAME_SHAPE}", key=True)
        names = text_list(inner)
        if names is None:
            continue
        if len(inner.value) < 2:
            inner.report("ASL004", f"{inner.label} names one child", help="name at least two, or leave it out")
        for item in inner.items():
            if isinstance(item.value, str) and item.value:
                _check_name(item, known, group_of, state)
        yield Group(state, names, inner.pointer)


def _check_name(item: Node, known: tuple[str, ...], group_of: dict[str, str], state: str) -> None:
    name = item.value
    if name not in known:
        close = nearest(name, known)
        help = f"did you mean {describe(close)}?" if close else f"children of the map are {', '.join(known)}"
        item.report("ASL339", f"{item.label} is {describe(name)}, which is no child of the map", help=help)
    elif name in group_of:
        message = f"{item.label} is {describe(name)}, which {group_of[name]} names already"
        item.report("ASL339", message, help="a child is called in one place: name it once")
    group_of.setdefault(name, state)
