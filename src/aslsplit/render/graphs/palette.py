"""The colours of children, for pictures that cannot follow the reader's theme. ``graph.css`` has both themes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PALETTE", "Paint"]


@dataclass(frozen=True, slots=True)
class Paint:
    """``pale`` is for states that were generated."""

    fill: str
    stroke: str
    pale: str


PALETTE: Final = (
    Paint("#cfe3fb", "#1f5fa8", "#eef5fd"),
    Paint("#fbdcc0", "#a8560f", "#fdf2e8"),
    Paint("#cfeccb", "#2f7a27", "#eff9ee"),
    Paint("#e4d5f5", "#6b3fa3", "#f6f0fb"),
    Paint("#f8d3dd", "#a62f53", "#fdf0f3"),
    Paint("#c9ecea", "#17726d", "#edf9f8"),
    Paint("#f3e8b0", "#7d6608", "#fbf7e3"),
    Paint("#dcdfe4", "#4b5563", "#f3f4f6"),
)
