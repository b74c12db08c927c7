"""The two directions in which a contract is read, and which rule a change is in each.

A request must go on taking what it took: to ask for more or to take less breaks callers. A result must go on giving
what it gave: to give less or something else breaks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aslsplit.compatibility.changes import Change, Presence
from aslsplit.compatibility.remark import Order
from aslsplit.compatibility.shift import Aspect, Shift, Way

__all__ = ["REQUEST", "RESULT", "Direction"]


@dataclass(frozen=True, slots=True)
class Direction:
    """``breaking`` is the way in which values must not change. ``shifts`` has a rule for the breaking way and one for
    the other. ``zones`` are parts of the envelope with rules of their own: what is needed more there, and less.
    ``closed`` is the rule for a field that comes or goes where no others are allowed."""

    part: str
    told_apart_by: str
    breaking: Way
    added: Mapping[bool, str]
    removed: Mapping[bool, str]
    now_required: str
    now_optional: str
    closed: tuple[Presence, str]
    other_type: str
    shifts: Mapping[Aspect, tuple[str, str]]
    zones: Mapping[str, tuple[str, str]]
    unknown: str

    def code(self, change: Change) -> str:
        what = change.what
        if isinstance(what, Shift):
            return self._code_of_shift(what)
        zone = self.zones.get(change.path[0]) if change.path else None
        if change.closed and what is self.closed[0]:
            return self.closed[1]
        match what:
            case Presence.ADDED:
                return zone[0] if zone is not None and change.required else self.added[change.required]
            case Presence.REMOVED:
                return zone[1] if zone is not None and change.required else self.removed[change.required]
            case Presence.NOW_REQUIRED:
                return self.now_required if zone is None else zone[0]
            case Presence.NOW_OPTIONAL:
                return self.now_optional if zone is None else zone[1]

    def _code_of_shift(self, shift: Shift) -> str:
        if shift.way is Way.UNKNOWN or shift.aspect not in self.shifts:
            return self.unknown
        if shift.aspect is Aspect.TYPE and shift.way is Way.CROSSED:
            return self.other_type
        breaking, safe = self.shifts[shift.aspect]
        return breaking if shift.way in (self.breaking, Way.CROSSED) else safe

    def order(self, change: Change) -> Order | None:
        """Where callers have to follow, they can follow before; what they may make use of has to be there first."""
        what = change.what
        if isinstance(what, Shift):
            if what.way is Way.UNKNOWN or what.aspect not in self.shifts:
                return None
            if what.way is Way.CROSSED and self.breaking is Way.NARROWED:
                return Order.TOGETHER
            return Order.PARENT_FIRST if what.way in (self.breaking, Way.CROSSED) else Order.CHILD_FIRST
        if change.closed and what is Presence.ADDED and self.breaking is Way.NARROWED:
            # What a closed object does not name yet is refused, so it cannot be sent before either.
            return Order.TOGETHER if change.required else Order.CHILD_FIRST
        if change.closed and what is self.closed[0]:
            return Order.PARENT_FIRST
        needs_more = what is Presence.NOW_REQUIRED or (what is Presence.ADDED and change.required)
        needs_less = what in (Presence.NOW_OPTIONAL, Presence.REMOVED)
        hurts = needs_more if self.breaking is Way.NARROWED else needs_less
        return Order.PARENT_FIRST if hurts else Order.CHILD_FIRST


REQUEST: Final = Direction(
    part="request",
    told_apart_by="entry",
    breaking=Way.NARROWED,
    added={True: "CTR101", False: "CTR102"},
    removed={True: "CTR103", False: "CTR103"},
    now_required="CTR105",
    now_optional="CTR106",
    closed=(Presence.REMOVED, "CTR104"),
    other_type="CTR109",
    shifts={
        Aspect.TYPE: ("CTR107", "CTR108"),
        Aspect.VALUES: ("CTR110", "CTR111"),
        Aspect.NULL: ("CTR112", "CTR113"),
        Aspect.BOUNDS: ("CTR114", "CTR115"),
        Aspect.FORMAT: ("CTR116", "CTR117"),
        Aspect.MORE_FIELDS: ("CTR118", "CTR119"),
        Aspect.OTHER: ("CTR131", "CTR132"),
    },
    zones={"context": ("CTR124", "CTR125"), "variables": ("CTR126", "CTR127"), "meta": ("CTR128", "CTR129")},
    unknown="CTR130",
)

RESULT: Final = Direction(
    part="result",
    told_apart_by="outcome",
    breaking=Way.WIDENED,
    added={True: "CTR202", False: "CTR202"},
    removed={True: "CTR201", False: "CTR229"},
    now_required="CTR204",
    now_optional="CTR203",
    closed=(Presence.ADDED, "CTR228"),
    other_type="CTR207",
    shifts={
        Aspect.TYPE: ("CTR205", "CTR206"),
        Aspect.VALUES: ("CTR208", "CTR209"),
        Aspect.NULL: ("CTR210", "CTR211"),
        Aspect.BOUNDS: ("CTR212", "CTR213"),
        Aspect.FORMAT: ("CTR214", "CTR215"),
        Aspect.MORE_FIELDS: ("CTR216", "CTR217"),
        Aspect.OTHER: ("CTR231", "CTR232"),
    },
    zones={"variables": ("CTR224", "CTR223"), "meta": ("CTR226", "CTR225")},
    unknown="CTR230",
)
