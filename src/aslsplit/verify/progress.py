"""How long work tells that it goes on."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "unseen"]

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and how much there is in all."""


def unseen(what: str, done: int, total: int) -> None:
    """Where nobody looks."""
