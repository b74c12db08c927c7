"""The window of a contract: does the child take each version that its contract says it takes?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aslsplit.analysis.forms import ANYTHING, Form, literal
from aslsplit.asl.source import format_pointer
from aslsplit.check.sides import Callee
from aslsplit.findings import Finding, finding

__all__ = ["about_window"]


def about_window(child: str, callee: Callee) -> Iterator[Finding]:
    """A child and a contract that nobody touched agree on that."""
    if callee.contract is None or (callee.agreed and not callee.edited):
        return
    source = callee.facts.machine.source
    if all(callee.refuses(_of_version(one.form, ANYTHING)) for one in callee.requests):
        # Whatever the version: something else is the matter.
        return
    for version in callee.contract.accepts or ():
        if all(callee.refuses(_of_version(one.form, literal(version))) for one in callee.requests):
            pointer = ("States", callee.facts.machine.top.start_at)
            yield finding(
                "ASL436",
                f'the contract of "{child}" takes version {version}, and the child refuses it',
                span=source.span(pointer, key=True),
                pointer=format_pointer(pointer),
                help=f"let the child take {version}, or take it out of the contract, as a new version",
            )


def _of_version(request: Form, version: Form) -> Form:
    meta = request.member("meta")
    named = replace(meta, members={**meta.members, "contractVersion": version})
    return replace(request, members={**request.members, "meta": named})
