"""Two versions of the contracts of some children, and what that means for those who call them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.compatibility.agreements import about_call, about_version, about_window
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.compatibility.excuses import Excuse
from aslsplit.compatibility.failures import about_errors
from aslsplit.compatibility.messages import about_requests, about_results
from aslsplit.compatibility.remark import Order, Remark, order_of, remark
from aslsplit.compatibility.versions import Extent, next_version

__all__ = ["ContractChange", "Contracts", "compare_contracts", "compare_one"]

Contracts = Mapping[str, ContractFiles]
"""By the name of the child."""


@dataclass(frozen=True, slots=True)
class ContractChange:
    """``excused`` are remarks that somebody has said may be; they count for nothing. ``proposed`` is the version that
    the new contract should have, None where there is nothing to go by; ``perhaps`` a higher one, if what may break a
    caller does."""

    child: str
    before: ContractFiles | None
    after: ContractFiles | None
    remarks: tuple[Remark, ...]
    excused: tuple[Remark, ...]
    extent: Extent
    proposed: str | None
    perhaps: str | None

    @property
    def order(self) -> Order | None:
        """A window that has grown asks only that the child is there before somebody sends the new version."""
        return order_of(found for found in self.remarks if found.finding.code != "CTR408") or order_of(self.remarks)


def compare_contracts(
    before: Contracts, after: Contracts, excuses: Sequence[Excuse] = ()
) -> tuple[ContractChange, ...]:
    """In the order of the new side, then those that are gone."""
    found: list[ContractChange] = []
    for child in (*after, *(child for child in before if child not in after)):
        was, now = before.get(child), after.get(child)
        if was is not None and now is not None:
            found.append(compare_one(child, was, now, excuses))
        elif now is not None:
            text = f'there is a contract of "{child}" now'
            new = remark("CTR414", text, now.request, (), order=Order.CHILD_FIRST)
            found.append(ContractChange(child, None, now, (new,), (), Extent.COMPATIBLE, now.version, None))
        elif was is not None:
            text = f'there is no contract of "{child}" any more'
            gone = remark("CTR415", text, was.request, (), order=Order.PARENT_FIRST)
            kept, forgiven = _sorted_out((gone,), [excuse for excuse in excuses if excuse.child == child])
            extent = Extent.BREAKING if kept else Extent.COMPATIBLE
            found.append(ContractChange(child, was, None, kept, forgiven, extent, None, None))
    return tuple(found)


def compare_one(
    child: str, before: ContractFiles, after: ContractFiles, excuses: Sequence[Excuse] = ()
) -> ContractChange:
    """``excuses`` may be about other children too."""
    holding = [excuse for excuse in excuses if excuse.child == child and not excuse.has_expired(after.version)]
    about_content = (
        *about_requests(child, before.requests, after.requests),
        *about_results(child, before.responses, after.responses),
        *about_errors(child, before, after),
    )
    content, excused_content = _sorted_out(about_content, holding)
    call, excused_call = _sorted_out(tuple(about_call(child, before, after)), holding)
    breaking = tuple(dict.fromkeys(found.finding.code for found in (*content, *call) if found.breaks))
    extent = Extent.BREAKING if breaking else Extent.COMPATIBLE if about_content or call else Extent.NOTHING
    words: tuple[Remark, ...] = ()
    if extent is Extent.COMPATIBLE and not call and _texts(before) == _texts(after):
        # All there is to say is that what the files refer to cannot be judged.
        extent = Extent.NOTHING
    elif extent is Extent.NOTHING and _texts(before) != _texts(after):
        extent = Extent.WORDS
        words = (remark("CTR412", f'the contract of "{child}" says the same in other words', after.request, ()),)
    about_itself = (
        *about_version(child, before, after, extent),
        *about_window(child, before, after, breaking),
        *words,
    )
    itself, excused_itself = _sorted_out(about_itself, holding)
    may_break = any(found.finding.severity == "warning" for found in content)
    return ContractChange(
        child,
        before,
        after,
        (*content, *call, *itself),
        (*excused_content, *excused_call, *excused_itself),
        extent,
        next_version(before.version, extent),
        next_version(before.version, Extent.BREAKING) if may_break and not breaking else None,
    )


def _sorted_out(
    remarks: tuple[Remark, ...], excuses: Sequence[Excuse]
) -> tuple[tuple[Remark, ...], tuple[Remark, ...]]:
    """Those that count, and those that somebody has excused."""
    forgiven = tuple(found for found in remarks if any(excuse.covers(found) for excuse in excuses))
    return tuple(found for found in remarks if found not in forgiven), forgiven


def _texts(files: ContractFiles) -> list[str]:
    """All that people read in them, in its order; the version and the window apart, of which there are rules."""
    return [json.dumps(_without_versions(source.data)) for source in files.sources]


def _without_versions(value: Json) -> Json:
    if isinstance(value, dict):
        return dict(_members_without_versions(value))
    return [_without_versions(item) for item in value] if isinstance(value, list) else value


def _members_without_versions(schema: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    for name, member in schema.items():
        if name == "title" and isinstance(member, str):
            yield name, member.rpartition(", version ")[0] or member
        elif name != "contractVersion":
            yield name, _without_versions(member)
