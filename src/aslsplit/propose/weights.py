"""What counts how much. Everything is measured in *states*: a child whose states share all they use brings together as
many as it has, and each cost says how many states it must bring together to be worth that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Constraints", "Gates", "Weights"]


@dataclass(frozen=True, slots=True)
class Weights:
    data: float = 1.0
    """States are alike if they use the same fields of the document and the same variables."""

    words: float = 1.0
    """… if their names and what they call have words for a domain in common, or their comments a tag."""

    service: float = 0.3
    """… if they call the same service."""

    handling: float = 0.2
    """… if they retry and catch alike."""

    changes: float = 0.5
    """… if they were changed together (``changed_together``)."""

    flow: float = 0.6
    """How much a state resembles those before and behind it, whatever they do."""

    background: float = 0.6
    """How much of a likeness that all states of the machine have is taken off: it is no reason for one child."""

    child: float = 1.5
    """What a child costs: a workflow, a role, a contract and a call."""

    path: float = 0.08
    """… an access path in its request or in a result."""

    exit: float = 0.3
    """… an exit beyond the first."""

    error_exit: float = 0.15
    """… a catch transition that leaves."""

    opaque: float = 0.1
    """… a state that is sent the whole document, so that the contract cannot be narrow."""

    capture: float = 0.2
    """… a state that reads the context of the execution, which has to be sent along."""

    decision: float = 1.0
    """… a Choice inside that decides where the parent goes on: business decisions stay in the parent."""

    profile: float = 0.4
    """… a second execution profile (waiting, polling, quick calls) or another way to retry."""

    size: float = 0.08
    """… a state above the size band; also each state that is left in a parent of more than ``parent_to``."""

    small: float = 0.15
    """… a state missing below it: nesting is no aim by itself."""

    copy: float = 0.0
    """What each state of a copy elsewhere in the machine is worth. Nothing yet: every call site still gets a child of
    its own, and what counts for single copies stands in the way of larger regions around them."""


@dataclass(frozen=True, slots=True)
class Gates:
    """Beyond these a region is refused, whatever speaks for it."""

    least_states: int = 3
    most_states: int = 60
    band_from: int = 5
    band_to: int = 20
    parent_to: int = 50
    most_exits: int = 4
    most_paths: int = 30


@dataclass(frozen=True, slots=True)
class Constraints:
    """What people know better. Pairs of states that one child must hold together, or must not; states that belong to
    children already; sets of states that changed together."""

    must_link: tuple[tuple[str, ...], ...] = ()
    cannot_link: tuple[tuple[str, ...], ...] = ()
    fixed: dict[str, frozenset[str]] = field(default_factory=dict)
    changed_together: tuple[tuple[str, ...], ...] = ()
