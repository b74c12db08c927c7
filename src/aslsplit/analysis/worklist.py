"""A worklist: what is still to be looked at, in an order that lets most answers come before they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

__all__ = ["Worklist"]


class Worklist:
    """Round after round in ``order``. One that waits already does not wait twice.

    What lies behind the last one taken waits for the next round: to go back at once would go through the inner loops
    of a machine again for every turn of the outer ones.

    >>> pending = Worklist("abc", "ac")
    >>> pending.pop()
    'a'
    >>> pending.add("b"), pending.add("a")
    (None, None)
    >>> [pending.pop() for _ in range(3)], bool(pending)
    (['b', 'c', 'a'], False)
    """

    def __init__(self, order: Iterable[str], waiting: Iterable[str]) -> None:
        self._names = tuple(order)
        self._position = {name: position for position, name in enumerate(self._names)}
        self._round = [self._position[name] for name in waiting]
        heapify(self._round)
        self._next: list[int] = []
        self._waiting = set(self._round)
        self._last = -1

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, name: str) -> None:
        position = self._position[name]
        if position not in self._waiting:
            self._waiting.add(position)
            heappush(self._round if position > self._last else self._next, position)

    def pop(self) -> str:
        if not self._round:
            self._round, self._next = self._next, self._round
        self._last = heappop(self._round)
        self._waiting.remove(self._last)
        return self._names[self._last]
