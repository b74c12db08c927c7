"""The flow graph of one scope: its states, its transitions, and a virtual entry, end and fail node.

The only door to networkx, which is imported when a question needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from aslsplit.asl.model import Scope, StateType, Transition

if TYPE_CHECKING:
    import networkx

__all__ = ["FlowGraph", "Virtual", "flow_graph"]


class Virtual(Enum):
    ENTRY = "entry"
    END = "end"
    FAIL = "fail"


Node = str | Virtual


@dataclass(frozen=True)
class FlowGraph:
    """Edges run along transitions; ENTRY leads to StartAt, END and FAIL are reached where the scope ends or fails."""

    scope: Scope
    transitions: tuple[Transition, ...]
    """In the order of the file."""

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Transition, ...]]:
        found: dict[str, list[Transition]] = {name: [] for name in self.scope.states}
        for transition in self.transitions:
            if transition.target in found:
                found[transition.target].append(transition)
        return {name: tuple(transitions) for name, transitions in found.items()}

    @cached_property
    def digraph(self) -> networkx.MultiDiGraph[Node]:
        import networkx

        graph: networkx.MultiDiGraph[Node] = networkx.MultiDiGraph()
        graph.add_nodes_from([Virtual.ENTRY, *self.scope.states, Virtual.END, Virtual.FAIL])
        graph.add_edge(Virtual.ENTRY, self.scope.start_at)
        for transition in self.transitions:
            target = Virtual.END if transition.target is None else transition.target
            graph.add_edge(transition.source, target, transition=transition)
        for state in self.scope.states.values():
            if state.type is StateType.FAIL:
                graph.add_edge(state.name, Virtual.FAIL)
        return graph

    @cached_property
    def reachable(self) -> frozenset[str]:
        import networkx

        return frozenset(node for node in networkx.descendants(self.digraph, Virtual.ENTRY) if isinstance(node, str))

    @cached_property
    def immediate_dominators(self) -> Mapping[Node, Node]:
        """Without ENTRY itself, whichever way the installed networkx answers that."""
        import networkx

        found = networkx.immediate_dominators(networkx.DiGraph(self.digraph), Virtual.ENTRY)
        return {node: dominator for node, dominator in found.items() if node is not Virtual.ENTRY}

    @cached_property
    def loops(self) -> tuple[frozenset[str], ...]:
        """The strongly connected components that contain a cycle, in the order of the file."""
        import networkx

        order = {name: position for position, name in enumerate(self.scope.states)}
        found = [
            frozenset(node for node in component if isinstance(node, str))
            for component in networkx.strongly_connected_components(self.digraph)
            if len(component) > 1 or any(self.digraph.has_edge(node, node) for node in component)
        ]
        return tuple(sorted(found, key=lambda component: min(order[name] for name in component)))

    def dominators(self, name: str) -> tuple[str, ...]:
        """The states that control must pass to arrive at ``name``: itself first, then outward. Empty if unreachable."""
        chain: list[str] = []
        node: Node | None = name if name in self.reachable else None
        while isinstance(node, str):
            chain.append(node)
            node = self.immediate_dominators.get(node)
        return tuple(chain)

    def leads(self, source: str | None, target: str) -> bool:
        """Whether control may come from one state to another; it is at ``source`` already."""
        return source is not None and target in self.reached_from(source, self.scope.states)

    def reached_from(self, start: str, within: Iterable[str]) -> frozenset[str]:
        """The states reached from ``start`` without leaving ``within``; ``start`` is one of them."""
        allowed = set(within)
        seen = {start}
        pending = [start]
        while pending:
            name = pending.pop()
            for transition in self.scope.states[name].transitions:
                if transition.target in allowed and transition.target not in seen:
                    seen.add(transition.target)
                    pending.append(transition.target)
        return frozenset(seen)


def flow_graph(scope: Scope) -> FlowGraph:
    return FlowGraph(scope, tuple(t for state in scope.states.values() for t in state.transitions))
