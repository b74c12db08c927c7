"""The report, section by section, in the order in which a reviewer asks."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.findings import Severity
from aslsplit.render.findings_text import tally
from aslsplit.render.outline import Code
from aslsplit.render.report.changes import diff_section, state_section
from aslsplit.render.report.contracts import contract_section
from aslsplit.render.report.document import Block, Cell, Paragraph, Section, Table
from aslsplit.render.report.effort import cost_section
from aslsplit.render.report.permissions import permission_section
from aslsplit.render.report.proofs import proof_section, proved
from aslsplit.render.report.report import After, Report

__all__ = ["headline", "sections", "title"]


def title(report: Report) -> str:
    return f"Split of {report.monolith.source.name}"


def headline(report: Report) -> str:
    states = len(list(report.monolith.states()))
    after = report.after
    if after is None:
        return f"{states} states; nothing can be extracted, see the findings."
    parent = len(list(after.parent.states()))
    children = [f"{len(list(machine.states()))} in {name}" for name, machine in after.children.items()]
    verdict = after.verdict
    if proved(verdict):
        said = f"All {len(verdict.holds)} checks hold."
    else:
        said = (
            "Not proved: " + (", ".join(name for name, holds in verdict.holds.items() if not holds) or "errors") + "."
        )
    return f"{states} states before; {parent} in the parent, {', '.join(children)} afterwards. {said}"


def sections(report: Report) -> tuple[Section, ...]:
    return tuple(_sections(report))


def _sections(report: Report) -> Iterator[Section]:
    after = report.after
    if report.refused:
        text = f"Refused, see the findings: {', '.join(report.refused)}."
        yield Section("refused", "Refused", (Paragraph(text),))
    if after is not None:
        yield Section("children", "Children", (_children(report, after),))
        yield proof_section(after.verdict)
    yield _findings(report)
    if after is not None:
        yield cost_section(report, after)
        for child in (child for child in report.children if child.is_child):
            yield contract_section(report.plan, child, extracted=child.boundary.name in report.extracted)
        yield permission_section(report, after)
        yield state_section(report, after)
        yield diff_section(after)


def _children(report: Report, after: After) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for child in report.children:
        contract, name = child.contract, child.boundary.name
        caller = after.extraction.children[name].record.caller
        sent = sum(len(part.values) for found in contract.entries for part in found.request.parts)
        back = sum(len(part.values) for found in contract.exits for part in (found.result, *found.variables))
        rows.append(
            (
                Code(name),
                Code(contract.workflow),
                contract.version,
                child.boundary.owner or "",
                "the parent" if caller is None else Code(caller),
                str(len(child.region.members)),
                f"{sent} in, {back} out",
                tuple(Code(found.target) if found.target else "the end" for found in contract.exits),
            )
        )
    columns = ("child", "workflow", "contract", "owner", "called by", "moves", "fields", "goes on to")
    return Table(columns, tuple(rows))


def _findings(report: Report) -> Section:
    order = list(Severity)
    found = sorted(report.findings, key=lambda one: order.index(one.severity))
    residues = [one for one in found if one.code.startswith("ASL5")]
    others = [one for one in found if one not in residues]
    blocks: list[Block] = []
    for heading, some in (("Residues: what no rewrite can repair", residues), ("Findings", others)):
        if some:
            rows = tuple(
                (
                    f"{one.severity.value} {one.code}",
                    (one.message, *(one.help.splitlines() if one.help else ())),
                    "" if one.span is None else Code(str(one.span)),
                )
                for one in some
            )
            blocks.append(Table(("finding", "what", "where"), rows, heading))
    if not blocks:
        blocks.append(Paragraph("None."))
    serious = any(one.severity is not Severity.NOTE for one in found)
    return Section("findings", f"Residues and findings ({tally(found) or 'none'})", tuple(blocks), not serious)
