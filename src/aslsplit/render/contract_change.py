"""What a change of contracts means, for people and for programs; the remarks themselves are findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.asl.source import Json
from aslsplit.compatibility.compare import ContractChange
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.compatibility.versions import Extent
from aslsplit.findings import Finding
from aslsplit.render.findings_text import findings_data, tally

__all__ = ["contract_change_data", "contract_change_markdown", "contract_change_text"]


def contract_change_text(changes: Sequence[ContractChange]) -> str:
    """A line per contract, and below it what to do, where there is something."""
    width = max((len(change.child) for change in changes), default=0)
    lines: list[str] = []
    for change in changes:
        lines.append(f"{change.child:<{width}}  {_versions(change)}: {_verdict(change)}")
        lines += [f"{'':<{width}}  {advice}" for advice in _advice(change)]
    return "\n".join(lines) + "\n"


def _versions(change: ContractChange) -> str:
    before, after = _version(change.before), _version(change.after)
    if before is None or after is None or change.before is None or change.after is None:
        return before or after or "no version"
    return before if before == after else f"{before} → {after}"


def _version(files: ContractFiles | None) -> str | None:
    return None if files is None else files.version or "no version"


def _verdict(change: ContractChange) -> str:
    if change.before is None:
        return "new"
    if change.after is None:
        return "gone"
    counted = tally([remark.finding for remark in change.remarks])
    ignored = f"{len(change.excused)} ignored" if change.excused else ""
    return ", ".join(part for part in (change.extent.value, counted, ignored) if part)


def _advice(change: ContractChange) -> Iterator[str]:
    if (proposed := _proposed(change)) is not None:
        yield proposed
    if change.order is not None:
        yield change.order.value


def _proposed(change: ContractChange) -> str | None:
    """None where nothing changed that a version would tell."""
    if change.before is None or change.after is None or change.extent in (Extent.NOTHING, Extent.WORDS):
        return None
    if change.proposed is None:
        return "next version: none can be proposed, since the old one is no number"
    perhaps = f", or {change.perhaps} if what may break a caller does" if change.perhaps is not None else ""
    return f"next version: {change.proposed}{perhaps}"


def contract_change_data(changes: Sequence[ContractChange], findings: Sequence[Finding]) -> Json:
    return {
        "version": 1,
        "contracts": [
            {
                "child": change.child,
                "before": _side(change.before),
                "after": _side(change.after),
                "change": change.extent.value,
                "next_version": change.proposed,
                "or_version": change.perhaps,
                "order": None if change.order is None else change.order.name.lower().replace("_", "-"),
                "ignored": findings_data([remark.finding for remark in change.excused]),
            }
            for change in changes
        ],
        "findings": findings_data(findings),
    }


def _side(files: ContractFiles | None) -> Json:
    if files is None:
        return None
    return {
        "files": [source.name for source in files.sources],
        "version": files.version,
        "accepts": None if files.accepts is None else list(files.accepts),
    }


def contract_change_markdown(changes: Sequence[ContractChange], findings: Sequence[Finding]) -> str:
    return "\n".join(_page(changes, findings)) + "\n"


def _page(changes: Sequence[ContractChange], findings: Sequence[Finding]) -> Iterator[str]:
    yield "| contract | version | | what to do |"
    yield "|---|---|---|---|"
    for change in changes:
        yield f"| {change.child} | {_versions(change)} | {_verdict(change)} | {'; '.join(_advice(change))} |"
    if findings:
        yield ""
    for found in findings:
        help = "" if found.help is None else f": {found.help}"
        place = "" if found.span is None else f" ({found.span})"
        yield f"- **{found.severity.value} {found.code}** {found.message}{help}{place}"
