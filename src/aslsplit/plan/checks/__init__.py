"""Legality: one check per file, each refusing for one reason and reporting every place of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aslsplit.findings import Finding
from aslsplit.plan.checks.execution_name import execution_name
from aslsplit.plan.checks.express_child import express_child
from aslsplit.plan.checks.express_parent import express_parent
from aslsplit.plan.checks.one_scope import one_scope
from aslsplit.plan.checks.pattern_choices import pattern_choices
from aslsplit.plan.checks.reachable_members import reachable_members
from aslsplit.plan.checks.single_entry import single_entry
from aslsplit.plan.checks.time_limit import time_limit
from aslsplit.plan.claim import Claim

__all__ = ["CHECKS", "Check"]

Check = Callable[[Claim, tuple[Claim, ...]], Iterator[Finding]]
"""Given the claim and all claims of the map."""

CHECKS: tuple[Check, ...] = (
    one_scope,
    single_entry,
    reachable_members,
    express_parent,
    execution_name,
    express_child,
    pattern_choices,
    time_limit,
)
