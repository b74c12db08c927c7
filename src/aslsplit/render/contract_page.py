"""A contract as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.paths import format_path
from aslsplit.plan.contract import Contract, EntryContract, ExitContract, Request
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import ChildPlan, Plan
from aslsplit.render.phrases import how_called, listed
from aslsplit.render.sites import NamedSite, goes_on_to, settings_at_sites, sites_of
from aslsplit.render.templates import render_template
from aslsplit.rewrite.extract import ExtractedChild
from aslsplit.rewrite.substitutions import tokens_to_fill_in, uses_of_tokens

__all__ = ["contract_page", "in_table", "payload_rows"]

Row = Mapping[str, str]


def contract_page(extracted: ExtractedChild, plan: Plan) -> str:
    child = extracted.plan
    contract, boundary = child.published, child.boundary
    return render_template(
        "contract/contract.md.j2",
        workflow=contract.workflow,
        version=contract.version,
        description=boundary.description,
        alias_arn=boundary.alias_arn,
        owner=boundary.owner,
        intake=" ".join(
            filter(None, (_intake(contract, plan) + _beside(extracted, plan), how_called(boundary.pattern)))
        ),
        answers_token=contract.answers_token,
        entries=[_entry(contract, found) for found in contract.entries],
        exits=[_exit(contract, found) for found in contract.exits],
        errors=list(_errors(contract)),
        settings=list(_settings(child, plan)),
        sites=[_site(site) for site in sites_of(plan, child)],
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


def _settings(child: ChildPlan, plan: Plan) -> Iterator[Row]:
    own = {site.name for site in sites_of(plan, child) if site.is_own}
    for name, values in settings_at_sites(plan, child):
        sent = ", ".join(f"`{in_table(value)}` by {site}" for site, value in values.items() if site in own)
        yield {"name": name, "type": child.published.settings[name].get("type", ""), "sent": sent}


def _site(site: NamedSite) -> Row:
    if not site.is_own:
        # What its states and theirs are called may change without this page.
        return {"name": site.name, "call": "", "states": "", "on": ""}
    states, call = ", ".join(site.plan.region.members), site.plan.generated.parent.invoke
    return {"name": site.name, "call": call, "states": states, "on": goes_on_to(site.plan)}


def _tokens(extracted: ExtractedChild, plan: Plan) -> Iterator[Row]:
    embedded = plan.facts.machine.source.embedded
    meanings = {} if embedded is None else tokens_to_fill_in(extracted, embedded)
    for token, uses in sorted(uses_of_tokens(extracted.definition).items()):
        yield {
            "name": in_table(f"${{{token}}}"),
            "uses": ", ".join(in_table(use) for use in uses),
            "meaning": in_table(meanings.get(token) or ""),
        }


def in_table(text: str) -> str:
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


def _beside(extracted: ExtractedChild, plan: Plan) -> str:
    """Whom it runs at the same time with."""
    branch, own = extracted.side.branch, extracted.plan.boundary.name
    groups = [group for group in plan.groups if branch is not None and group.state == branch.join]
    beside = [name for group in groups for name in group.names if name != own]
    return f" It runs at the same time as {listed(beside)}." if beside else ""


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
