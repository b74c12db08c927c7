"""The dry run for people: what would become of the machine, child by child."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from aslsplit.asl.model import Scope
from aslsplit.asl.paths import format_path
from aslsplit.plan.contract import Contract, EntryContract, ExitContract
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import ChildPlan, GroupPlan, Plan
from aslsplit.render.money_words import money_words
from aslsplit.render.sites import goes_on_to, settings_at_sites, sites_of
from aslsplit.rewrite.costs import costs_of, costs_of_group
from aslsplit.rewrite.money import Money, money_of_call, money_of_group

__all__ = ["groups_around", "plan_text"]

_LABEL = 10


def plan_text(
    plan: Plan, children: Sequence[ChildPlan], refused: Collection[str], extracted: Collection[str], *, width: int
) -> str:
    """``refused`` children have errors among the findings; ``extracted`` ones lie on disk already."""
    machine = plan.facts.machine
    states = _count(_inside([machine.top]), "state")
    sites = [site for child in children for site in plan.sites(child)]
    moved = sum(_size(one) for one in sites if not any(plan.lies_inside(one, other) for other in sites))
    lines = [f"{machine.source.name}: {states}, {moved} of them in {_count(len(children), 'child')}"]
    for child in children:
        lines += ["", *_child(plan, child, children, child.boundary.name in extracted, width)]
    for group in groups_around(plan, children):
        lines += ["", *_group(plan, group, children, width)]
    for name in refused:
        lines += ["", f"{name} is refused; the findings say why"]
    return "\n".join(lines) + "\n"


def _child(plan: Plan, child: ChildPlan, children: Sequence[ChildPlan], extracted: bool, width: int) -> Iterator[str]:
    contract, boundary = child.as_called, child.boundary
    owner = f", {boundary.owner}" if boundary.owner else ""
    status = ", extracted" if extracted else ""
    heading = f"{boundary.name} → {contract.workflow}, contract {contract.version}{owner}{status}"
    yield from textwrap.wrap(heading, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    where = f' inside "{child.region.scope.owner}"' if child.region.scope.owner else ""
    members = _wrapped(", ".join(child.region.members), width)
    inside = _size(child) - len(child.region.members)
    states = _count(len(child.region.members), "state") + (f" with {inside} more inside" if inside else "")
    entered = _wrapped(f"{states}{where}, entered at {_listed(child.region.entries)}", width)
    yield from _block("moves", [*entered, *members])
    if called := _called_inside(plan, child, children):
        yield from _block("calls", [f"{_listed(called)}, inside it and to be extracted before it"])
    for arrival in contract.entries:
        yield from _block("request", _request(contract, arrival))
    yield from _block(
        "settings", [line for found in settings_at_sites(plan, child) for line in _setting(*found, width)]
    )
    if not contract.exits:
        yield from _block("returns", ["never; it ends in a failure"])
    for found in contract.exits:
        yield from _block("returns", _exit(contract, found))
    for site in sites_of(plan, child)[1:]:
        region = site.plan.region
        where = f"{site.name}: {', '.join(region.members)}, entered at {region.entries[0]}"
        yield from _block("also at", [*_wrapped(where, width), *_wrapped(f"it returns {goes_on_to(site.plan)}", width)])
    if boundary.home is not None:
        yield from _block("written", [f"by another map, to {boundary.home.file}"])
    yield from _block("errors", _wrapped(_errors(child), width))
    how = "" if boundary.pattern == "sync" else f"pattern {boundary.pattern}, "
    if boundary.timeout_seconds is not None:
        how += f"within {boundary.timeout_seconds} seconds, "
    call = f"{boundary.alias_arn}, {how}carrier {boundary.carrier}, style {boundary.style}"
    yield from _block("call", _wrapped(call, width))
    costs = costs_of(child, plan.boundaries.meta)
    more = f"{costs.transitions} more transitions and {costs.events} more history events per call"
    money = money_of_call(child, _caller(plan, child, children), plan.boundaries, costs)
    yield from _block("costs", _wrapped(more + _in_money(plan, money), width))


def groups_around(plan: Plan, children: Sequence[ChildPlan]) -> tuple[GroupPlan, ...]:
    """The groups that any of these children belongs to."""
    names = {child.boundary.name for child in children}
    return tuple(group for group in plan.groups if not names.isdisjoint(group.names))


def _caller(plan: Plan, child: ChildPlan, children: Iterable[ChildPlan]) -> ChildPlan | None:
    return plan.caller(child, [other.boundary.name for other in children])


def _in_money(plan: Plan, money: Money | None) -> str:
    prices = plan.boundaries.prices
    if prices is None:
        return ""
    as_of = "" if money is None else f", at the prices of {prices.as_of}"
    return f"; for 1,000 calls {money_words(money, prices)}{as_of}"


def _group(plan: Plan, group: GroupPlan, children: Sequence[ChildPlan], width: int) -> Iterator[str]:
    yield f"{group.state} joins {_listed(group.names)}"
    yield from _block("runs", ["them at the same time, once all of them are extracted"])
    last = group.children[-1].contract.exits[0].target
    yield from _block("then", _wrapped(f"puts their results in place, and goes on to {last or 'the end'}", width))
    costs = costs_of_group(group)
    more = f"{_count(costs.transitions, 'more transition')} and {costs.events} more history events"
    money = money_of_group(_caller(plan, group.children[0], children), plan.boundaries, costs)
    yield from _block("costs", _wrapped(more + _in_money(plan, money), width))


def _called_inside(plan: Plan, child: ChildPlan, children: Sequence[ChildPlan]) -> list[str]:
    sites = [site for other in children for site in plan.sites(other)]
    names = [site.boundary.name for site in sites]
    return [site.boundary.of for site in sites if plan.caller(site, names) is child]


def _setting(name: str, values: Mapping[str, str], width: int) -> Iterator[str]:
    first, *others = values.items()
    at_others = [f"at {site} {value}" for site, value in others]
    yield from _wrapped(f"{name}: {', '.join((first[1], *at_others))}", width)


def _request(contract: Contract, arrival: EntryContract) -> list[str]:
    lines = [line for part in arrival.request.parts for line in _fields(part)]
    if not contract.dispatched:
        return lines or ["nothing"]
    return [f"at {arrival.entry}, with {'nothing' if not lines else ''}".rstrip(), *(f"  {line}" for line in lines)]


def _exit(contract: Contract, found: ExitContract) -> list[str]:
    target = "the end" if found.target is None else found.target
    outcome = f' as "{found.outcome}"' if contract.routed and found.outcome != found.target else ""
    back = [line for part in (found.result, *found.variables) for line in _fields(part)]
    return [f"to {target}{outcome}, with {'nothing' if not back else ''}".rstrip(), *(f"  {line}" for line in back)]


def _fields(payload: Payload) -> Iterator[str]:
    """One line per value: its path, its name in the contract if that is another, and whether it may be absent."""
    width = max((len(".".join(payload.place_of(value))) for value in payload.values), default=0)
    for value in payload.values:
        path = format_path(payload.root, value.stem)
        named = f"{'.'.join(payload.place_of(value)):<{width}}  {path}" if payload.renamed else path
        yield named if payload.requires(value) else f"{named}  (may be absent)"


def _errors(child: ChildPlan) -> str:
    if not child.form.waits:
        ignored = child.boundary.errors == "ignore"
        return "are not seen by the caller, which goes on" if ignored else "none: no state of it may fail"
    if child.surfaces:
        return "surface as States.TaskFailed"
    named = child.as_called.errors.named
    listed = f", among them {', '.join(named)}" if named else ""
    return f"fail the parent under their own name and cause{listed}"


def _size(child: ChildPlan) -> int:
    states = child.region.scope.states
    return sum(1 + _inside(states[name].scopes) for name in child.region.members)


def _inside(scopes: Iterable[Scope]) -> int:
    return sum(1 + _inside(state.scopes) for scope in scopes for state in scope.states.values())


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _count(number: int, thing: str) -> str:
    plural = {"child": "children"}.get(thing, f"{thing}s")
    return f"{number} {thing if number == 1 else plural}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width - _LABEL - 2, break_long_words=False, break_on_hyphens=False)


def _block(label: str, lines: Sequence[str]) -> Iterator[str]:
    for position, line in enumerate(lines):
        yield f"  {label if not position else '':<{_LABEL}}{line}"
