"""A claim: the states that the boundary map gives to one child, before anyone asked whether that is legal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aslsplit.analysis.graph import FlowGraph, flow_graph
from aslsplit.analysis.regions import Region, region_of
from aslsplit.asl.model import Scope, State, StateMachine
from aslsplit.asl.source import Pointer
from aslsplit.findings import Span
from aslsplit.plan.boundaries import BoundaryMap, ChildBoundary

__all__ = ["Claim", "claims_of"]


@dataclass(frozen=True, slots=True)
class Claim:
    """``scopes`` are those that hold members, outer before inner; a legal claim has exactly one, and a region."""

    boundaries: BoundaryMap
    machine: StateMachine
    boundary: ChildBoundary
    members: frozenset[str]
    scopes: tuple[Scope, ...]
    graph: FlowGraph | None
    region: Region | None

    @property
    def child(self) -> str:
        return self.boundary.name

    def states(self) -> tuple[State, ...]:
        """The members, in the order of the file."""
        return tuple(s for scope in self.scopes for s in scope.states.values() if s.name in self.members)

    def in_map(self, *keys: str | int) -> Span:
        return self.boundaries.source.span((*self.boundary.pointer, *keys))

    def in_machine(self, pointer: Pointer) -> Span:
        return self.machine.source.span(pointer)


def claims_of(
    boundaries: BoundaryMap, machine: StateMachine, selected: Mapping[str, frozenset[str]]
) -> tuple[Claim, ...]:
    claims: list[Claim] = []
    graphs = {scope.pointer: flow_graph(scope) for scope in machine.scopes()}
    for boundary in boundaries.children:
        members = selected.get(boundary.name, frozenset())
        scopes = tuple(scope for scope in machine.scopes() if not members.isdisjoint(scope.states))
        graph = graphs[scopes[0].pointer] if len(scopes) == 1 else None
        region = region_of(graph, members, dispatch=boundary.entries == "dispatch") if graph is not None else None
        claims.append(Claim(boundaries, machine, boundary, members, scopes, graph, region))
    return tuple(claims)
