"""The contract of each child, with the reason for every field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.render.outline import Code
from aslsplit.render.phrases import how_called
from aslsplit.render.report.document import Block, Cell, Paragraph, Section, Table
from aslsplit.render.sites import goes_on_to, settings_at_sites, sites_of
from aslsplit.render.why import Explained, explained_fields

__all__ = ["contract_section"]

_COLUMNS = ("field", "holds", "read by", "comes from", "because")


def contract_section(plan: Plan, child: ChildPlan, *, extracted: bool) -> Section:
    contract, boundary = child.as_called, child.boundary
    title = f"Contract of {boundary.name}: {contract.workflow} {contract.version}"
    fields = explained_fields(plan, child)
    return Section(
        f"contract-{boundary.name}",
        title,
        tuple(_blocks(plan, child, fields, extracted)),
        folded=True,
    )


def _blocks(plan: Plan, child: ChildPlan, fields: Sequence[Explained], extracted: bool) -> Iterator[Block]:
    contract, boundary, file = child.as_called, child.boundary, plan.facts.machine.source.name
    if boundary.description:
        yield Paragraph(boundary.description)
    owner = f", owned by {boundary.owner}" if boundary.owner else ""
    state = "extracted" if extracted else "not yet extracted"
    yield Paragraph(f"Called as {boundary.alias_arn}{owner}; {state}. Accepts version {', '.join(contract.accepts)}.")
    if (how := how_called(boundary.pattern)) is not None:
        yield Paragraph(how)
    yield Paragraph(f"Entered at {', '.join(child.region.entries)}. Moves {', '.join(child.region.members)}.")
    for site in sites_of(plan, child)[1:]:
        where = f"{', '.join(site.plan.region.members)}, entered at {site.plan.region.entries[0]}"
        yield Paragraph(f"Also at {site.name}: {where}; it returns {goes_on_to(site.plan)}.")
    if boundary.home is not None:
        yield Paragraph(f"Written by another map, to {boundary.home.file}.")
    sent = [field for field in fields if not field.returned]
    back = [field for field in fields if field.returned]
    yield (
        _fields("Request", sent, file)
        if sent
        else Paragraph("The request is empty: the child needs nothing of the parent.")
    )
    if contract.settings:
        rows = ((Code(name), *map(Code, values.values())) for name, values in settings_at_sites(plan, child))
        names = [site.name for site in sites_of(plan, child)]
        yield Table(("setting", *(f"sent by {name}" for name in names)), tuple(rows), "Settings")
    yield (
        Table(
            ("exit", "goes on to"),
            tuple((Code(found.outcome), _target(found.target)) for found in contract.exits),
            "Exits",
        )
        if contract.exits
        else Paragraph("It never returns; it ends in a failure.")
    )
    if back:
        yield _fields("Result", back, file)
    yield Table(("error", "from"), tuple(_errors(child)), "Errors")


def _target(target: str | None) -> Cell:
    return "the end of the scope" if target is None else Code(target)


def _fields(title: str, fields: Sequence[Explained], file: str) -> Table:
    rows = tuple(
        (
            (Code(_short(field)), field.status),
            Code(str(field.path)),
            tuple(_row(row, file) for row in field.uses),
            tuple(_row(row, file) for row in field.sources),
            field.because,
        )
        for field in fields
    )
    return Table(_COLUMNS, rows, title)


def _short(field: Explained) -> str:
    """Without the child, which the heading has."""
    return field.name.partition(".")[2] or field.name


def _row(row: Sequence[str], file: str) -> str:
    """Who, where, and how; of a place in the monolith's own ``file`` the line is enough."""
    who, where, *rest = (*row, "")
    if where.startswith(f"{file}:"):
        where = f"line {where.removeprefix(f'{file}:').partition(':')[0]}"
    details = ", ".join(filter(None, (where, *rest)))
    return f"{who} ({details})" if details else who


def _errors(child: ChildPlan) -> Iterator[tuple[Cell, ...]]:
    contract = child.as_called
    yield Code("ContractValidationError"), "a request that is not what this contract says"
    for name in contract.errors.named:
        yield Code(name), "a Fail state"
    if contract.errors.tasks:
        yield "whatever they fail with and nobody inside handles", Code(", ".join(contract.errors.tasks))
