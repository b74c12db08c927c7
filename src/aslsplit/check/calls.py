"""All calls of a child held against it: what each sends, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from aslsplit.asl.model import State
from aslsplit.check.answer import about_answer
from aslsplit.check.border import Border
from aslsplit.check.joins import taker_of
from aslsplit.check.request import about_request
from aslsplit.check.sides import Callee, Caller
from aslsplit.findings import Finding

__all__ = ["about_calls"]


def about_calls(
    name: str, calling: Caller, calls: Sequence[State], side: Callee, changed: Collection[str]
) -> Iterator[Finding]:
    for state in calls:
        border = Border(name, calling, state, side, frozenset(changed))
        # A call that control never reaches sends nothing.
        if state.name in calling.forms:
            yield from about_request(border)
            yield from about_answer(border)
            taker = taker_of(calling.facts.machine, state)
            if taker is not None and taker.name in calling.forms:
                yield from about_answer(replace(border, taker=taker))
