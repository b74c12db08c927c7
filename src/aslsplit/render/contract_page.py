"""A contract as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.paths import format_path
from aslsplit.plan.contract import Contract, EntryContract, ExitContract, Request
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import Plan
from aslsplit.render.phrases import how_called
from aslsplit.render.templates import render_template
from aslsplit.rewrite.extract import ExtractedChild
from aslsplit.rewrite.substitutions import tokens_to_fill_in, uses_of_tokens

__all__ = ["contract_page", "payload_rows"]

Row = Mapping[str, str]


def contract_page(extracted: ExtractedChild, plan: Plan) -> str:
    child = extracted.plan
    contract, boundary = child.contract, child.boundary
    return render_template(
        "contract/contract.md.j2",
        workflow=contract.workflow,
        version=contract.version,
        description=boundary.description,
        alias_arn=boundary.alias_arn,
        owner=boundary.owner,
        intake=" ".join(filter(None, (_intake(contract, plan), how_called(boundary.pattern)))),
        entries=[_entry(contract, found) for found in contract.entries],
        exits=[_exit(contract, found) for found in contract.exits],
        errors=list(_errors(contract)),
        states=list(child.region.members),
        tokens=list(_tokens(extracted, plan)),
    )


def payload_rows(payload: Payload, name: str) -> Iterator[Row]:
    for value in payload.values:
        present = "always" if payload.requires(value) else "may be absent"
        yield {
            "field": ".".join((name, *payload.place_of(value))),
            "holds": format_path(payload.root, value.stem),
            "present": present,
        }


def _tokens(extracted: ExtractedChild, plan: Plan) -> Iterator[Row]:
    embedded = plan.facts.machine.source.embedded
    meanings = {} if embedded is None else tokens_to_fill_in(extracted, embedded)
    for token, uses in sorted(uses_of_tokens(extracted).items()):
        yield {
            "name": _in_table(f"${{{token}}}"),
            "uses": ", ".join(_in_table(use) for use in uses),
            "meaning": _in_table(meanings.get(token) or ""),
        }


def _in_table(text: str) -> str:
    return text.replace("|", "\\|")


def _entry(contract: Contract, found: EntryContract) -> Mapping[str, object]:
    rows = [row for part, name in _request_parts(found.request) for row in payload_rows(part, name)]
    return {"name": found.entry, "rows": rows}


def _request_parts(request: Request) -> Iterator[tuple[Payload, str]]:
    yield request.document, "request"
    for variable in request.variables:
        yield variable, f"variables.{variable.root[1:]}"
    yield request.context, "context"


def _intake(contract: Contract, plan: Plan) -> str:
    versions = " and ".join(contract.accepts)
    ids = [
        label
        for label, path in (
            ("a correlation id", plan.boundaries.meta.correlation_id),
            ("an entity id", plan.boundaries.meta.entity_id),
        )
        if path is not None
    ]
    carried = f" `meta` carries {' and '.join(ids)}." if ids else ""
    return f"It takes requests of version {versions}.{carried}"


def _exit(contract: Contract, found: ExitContract) -> Mapping[str, object]:
    leads = "ends" if found.target is None else f"goes on to {found.target}"
    rows = list(payload_rows(found.result, "result"))
    for variable in found.variables:
        rows += payload_rows(variable, f"variables.{variable.root[1:]}")
    routed = f"the parent {leads}" if contract.routed else leads
    return {"outcome": found.outcome, "leads": routed, "rows": rows}


def _errors(contract: Contract) -> Iterator[str]:
    yield "`ContractValidationError`: the request is not what this contract says."
    for name in contract.errors.named:
        yield f"`{name}`, from a Fail state."
    if contract.errors.tasks:
        yield f"Whatever these tasks fail with and nobody inside handles: {', '.join(contract.errors.tasks)}."
