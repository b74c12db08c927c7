"""The dry run for programs, and as Markdown."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from aslsplit.asl.paths import format_path
from aslsplit.asl.source import Json, format_pointer
from aslsplit.findings import Finding
from aslsplit.plan.contract import EntryContract, ExitContract
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import ChildPlan, GroupPlan, Plan
from aslsplit.plan.prices import Prices
from aslsplit.render.contract_page import in_table, payload_rows
from aslsplit.render.findings_text import findings_data, findings_markdown
from aslsplit.render.phrases import how_called, listed
from aslsplit.render.plan_text import groups_around
from aslsplit.render.sites import goes_on_to, settings_at_sites, sites_data, sites_of
from aslsplit.rewrite.costs import Costs, costs_of, costs_of_group
from aslsplit.rewrite.money import Money, money_of_call, money_of_group

__all__ = ["plan_data", "plan_markdown"]


def plan_data(
    plan: Plan,
    children: Sequence[ChildPlan],
    refused: Collection[str],
    extracted: Collection[str],
    findings: Sequence[Finding],
) -> Json:
    return {
        "monolith": plan.facts.machine.source.name,
        "children": [
            {**_child(plan, child, children), "extracted": child.boundary.name in extracted} for child in children
        ],
        "parallel": [_group(plan, group, children) for group in groups_around(plan, children)],
        "refused": list(refused),
        "findings": findings_data(findings),
    }


def _group(plan: Plan, group: GroupPlan, children: Sequence[ChildPlan]) -> Json:
    costs = costs_of_group(group)
    caller = plan.caller(group.children[0], [one.boundary.name for one in children])
    money = money_of_group(caller, plan.boundaries, costs)
    return {
        "state": group.state,
        "children": list(group.names),
        "costs": _costs(plan, costs, money),
    }


def _child(plan: Plan, child: ChildPlan, children: Sequence[ChildPlan]) -> dict[str, Json]:
    contract, costs = child.as_called, costs_of(child, plan.boundaries.meta)
    money = money_of_call(child, plan.caller(child, [one.boundary.name for one in children]), plan.boundaries, costs)
    return {
        "name": child.boundary.name,
        "workflow": contract.workflow,
        "owner": child.boundary.owner,
        "alias_arn": child.boundary.alias_arn,
        "pattern": child.boundary.pattern,
        "timeout_seconds": child.boundary.timeout_seconds,
        "contract": {
            "version": contract.version,
            "accepts": list(contract.accepts),
            "entries": [_entry(found) for found in contract.entries],
            "exits": [_exit(found) for found in contract.exits],
            "errors": {"named": list(contract.errors.named), "tasks": list(contract.errors.tasks)},
        },
        "scope": format_pointer(child.region.scope.pointer),
        "states": list(child.region.members),
        "costs": _costs(plan, costs, money),
        **({"sites": sites} if (sites := sites_data(plan, child)) else {}),
        **({} if child.boundary.home is None else {"written_to": child.boundary.home.file}),
    }


def _costs(plan: Plan, costs: Costs, money: Money | None) -> Json:
    prices = plan.boundaries.prices
    told = {} if prices is None else {"money": _money(money, prices)}
    return {"transitions": costs.transitions, "events": costs.events, **told}


def _money(money: Money | None, prices: Prices) -> Json:
    """Of 1,000 calls; null where the price of EXPRESS executions is not given."""
    return {
        "for_1000_calls": None if money is None else float(money.amount),
        "and_duration": money is not None and money.duration,
        "currency": prices.currency,
        "as_of": prices.as_of,
    }


def _entry(found: EntryContract) -> Json:
    request = found.request
    return {
        "entry": found.entry,
        "request": _payload(request.document),
        "variables": [field for variable in request.variables for field in _payload(variable)],
        "context": _payload(request.context),
    }


def _exit(found: ExitContract) -> Json:
    return {
        "outcome": found.outcome,
        "target": found.target,
        "result": _payload(found.result),
        "variables": [field for variable in found.variables for field in _payload(variable)],
    }


def _payload(payload: Payload) -> list[Json]:
    return [
        {
            "field": list(payload.place_of(value)),
            "path": format_path(payload.root, value.stem),
            "required": payload.requires(value),
        }
        for value in payload.values
    ]


def plan_markdown(
    plan: Plan,
    children: Sequence[ChildPlan],
    refused: Collection[str],
    extracted: Collection[str],
    findings: Sequence[Finding],
) -> str:
    parts = [f"# Plan for `{plan.facts.machine.source.name}`", ""]
    for child in children:
        status = " (extracted)" if child.boundary.name in extracted else ""
        parts += [f"## {child.boundary.name}: {child.as_called.workflow} {child.as_called.version}{status}", ""]
        parts += [f"Moves {len(child.region.members)} states: {', '.join(f'`{n}`' for n in child.region.members)}.", ""]
        if (how := how_called(child.boundary.pattern)) is not None:
            parts += [how, ""]
        parts += ["| crosses | field | holds | present |", "|---|---|---|---|"]
        for arrival in child.as_called.entries:
            where = f"in at `{arrival.entry}`" if child.as_called.dispatched else "in"
            for part in arrival.request.parts:
                parts += [_row(where, row) for row in payload_rows(part, "request")]
        for name, values in settings_at_sites(plan, child):
            parts.append(f"| in | `settings.{name}` | {in_table(' or '.join(values.values()))} | always |")
        for found in child.as_called.exits:
            where = f"out to {'the end' if found.target is None else f'`{found.target}`'}"
            parts += [_row(where, row) for row in payload_rows(found.result, "result")]
        parts.append("")
        for site in sites_of(plan, child)[1:]:
            states = ", ".join(f"`{name}`" for name in site.plan.region.members)
            parts += [f"Also at {site.name}: {states}; it returns {goes_on_to(site.plan)}.", ""]
        if child.boundary.home is not None:
            parts += [f"Written by another map, to `{child.boundary.home.file}`.", ""]
    for group in groups_around(plan, children):
        parts += [f"**{group.state}** runs {listed(group.names)} at the same time, once all of them are extracted.\n"]
    parts += [f"**{name}** is refused; see the findings.\n" for name in refused]
    if findings:
        parts += ["## Findings", "", findings_markdown(findings)]
    return "\n".join(parts).rstrip() + "\n"


def _row(direction: str, row: object) -> str:
    assert isinstance(row, dict)
    return f"| {direction} | `{row['field']}` | `{row['holds']}` | {row['present']} |"
