"""The file of weights: what ``--weights`` reads.

weights: {child: 3, exit: 0.8}
gates: {most_states: 40}
must_link: [[CreateOrder, UndoOrder]]
cannot_link: [[ChargeCard, PackParcel]]
changed_together: [[ChargeCard, RefundCard]]
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from aslsplit.asl.source import Source
from aslsplit.findings import Finding, in_order
from aslsplit.plan.map_fields import Node, check_keys, describe, is_mapping, nearest, text_list
from aslsplit.propose.weights import Constraints, Gates, Weights

__all__ = ["Settings", "read_settings", "with_changes", "with_fixed"]

_MOST = 1000.0
_LINKS = ("must_link", "cannot_link", "changed_together")


@dataclass(frozen=True, slots=True)
class Settings:
    weights: Weights = field(default_factory=Weights)
    gates: Gates = field(default_factory=Gates)
    constraints: Constraints = field(default_factory=Constraints)


def read_settings(source: Source, states: Collection[str]) -> tuple[Settings, tuple[Finding, ...]]:
    """Every mistake is a finding; what is wrong keeps its default."""
    root = Node(source, (), source.data, [])
    if not is_mapping(root):
        return Settings(), in_order(root.remarks)
    check_keys(root, ("weights", "gates", *_LINKS))
    weights = Weights(**_numbers(root.member("weights"), Weights, whole=False))
    gates = Gates(**_numbers(root.member("gates"), Gates, whole=True))
    must, cannot, changed = (_links(root.member(key), states) for key in _LINKS)
    return Settings(weights, gates, Constraints(must, cannot, changed_together=changed)), in_order(root.remarks)


def _numbers(node: Node | None, kind: type[Any], *, whole: bool) -> dict[str, Any]:
    if node is None or not is_mapping(node):
        return {}
    known = tuple(one.name for one in fields(kind))
    check_keys(node, known)
    found: dict[str, Any] = {}
    for name, inner in node.members():
        if name not in known:
            continue
        value = inner.value
        number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if number and (isinstance(value, int) or math.isfinite(value)) and 0 <= value <= _MOST:
            found[name] = value
        else:
            kind_of = "whole number" if whole else "number"
            inner.report("ASL004", f"{inner.label} is {describe(value)}; it must be a {kind_of} from 0 to {_MOST:.0f}")
    return found


def _links(node: Node | None, states: Collection[str]) -> tuple[tuple[str, ...], ...]:
    if node is None:
        return ()
    if not isinstance(node.value, list):
        node.report("ASL004", f"{node.label} is {describe(node.value)}; it must be a list of lists of states")
        return ()
    found: list[tuple[str, ...]] = []
    for inner in node.items():
        names = text_list(inner) or ()
        for name in names:
            if name not in states:
                near = nearest(name, states)
                help = f'did you mean "{near}"?' if near else "name a state of the machine; case counts"
                inner.report("ASL005", f"the state machine has no state {describe(name)}", help=help)
        found.append(tuple(dict.fromkeys(names)))
    return tuple(found)


def with_changes(settings: Settings, together: tuple[tuple[str, ...], ...]) -> Settings:
    known = settings.constraints
    return replace(settings, constraints=replace(known, changed_together=(*known.changed_together, *together)))


def with_fixed(settings: Settings, fixed: Mapping[str, frozenset[str]]) -> Settings:
    return replace(settings, constraints=replace(settings.constraints, fixed=dict(fixed)))
