"""The dry run for people: what would become of the machine, child by child."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from aslsplit.asl.model import Scope
from aslsplit.asl.paths import format_path
from aslsplit.plan.contract import Contract, ExitContract
from aslsplit.plan.costs import costs_of
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import ChildPlan, Plan

__all__ = ["plan_text"]

_LABEL = 12


def plan_text(plan: Plan, children: Sequence[ChildPlan], refused: Collection[str], extracted: Collection[str]) -> str:
    """``refused`` children have errors among the findings; ``extracted`` ones lie on disk already."""
    machine = plan.facts.machine
    states = sum(len(scope.states) for scope in machine.scopes())
    moved = sum(_size(child) for child in children)
    lines = [
        f"{machine.source.name}: {_count(states, 'state')}, {moved} of them would move into {_count(len(children), 'child')}"
    ]
    for child in children:
        lines += ["", *_child(child, child.boundary.name in extracted)]
    for name in refused:
        lines += ["", f"{name}", "  refused      see the findings"]
    return "\n".join(lines) + "\n"


def _child(child: ChildPlan, extracted: bool) -> Iterator[str]:
    contract, boundary = child.contract, child.boundary
    owner = f", {boundary.owner}" if boundary.owner else ""
    status = "  (extracted)" if extracted else ""
    yield f"{boundary.name} → {contract.workflow}, contract {contract.version}{owner}{status}"
    where = f' inside "{child.region.scope.owner}"' if child.region.scope.owner else ""
    yield _row("moves", f"{_count(_size(child), 'state')}{where}: {', '.join(child.region.members)}")
    yield _row("enters", child.region.entry)
    for label, text in _request(contract):
        yield _row(label, text)
    if not contract.exits:
        yield _row("leaves", "never; it ends in a failure")
    for found in contract.exits:
        yield from _exit(contract, found)
    yield _row("errors", _errors(child))
    yield _row("calls", _calls(child))
    costs = costs_of(child)
    yield _row("costs", f"{costs.transitions} more transitions and about {costs.events} more history events per call")


def _request(contract: Contract) -> Iterator[tuple[str, str]]:
    request = contract.request
    parts = [_payload(request.document), *(_payload(variable) for variable in request.variables)]
    parts += [_payload(request.context)] if request.context.values else []
    yield "request", ", ".join(part for part in parts if part) or "nothing"


def _exit(contract: Contract, found: ExitContract) -> Iterator[str]:
    target = "the end" if found.target is None else found.target
    outcome = f' as "{found.outcome}"' if contract.routed and found.outcome != found.target else ""
    back = ", ".join(part for part in (_payload(found.result), *map(_payload, found.variables)) if part)
    yield _row("leaves", f"to {target}{outcome}, returning {back or 'nothing'}")


def _payload(payload: Payload) -> str:
    def shown(place: str, path: str, required: bool) -> str:
        renamed = f"{place} = {path}" if payload.renamed else path
        return renamed if required else f"{renamed}?"

    return ", ".join(
        shown(".".join(payload.place_of(value)), format_path(payload.root, value.stem), payload.requires(value))
        for value in payload.values
    )


def _errors(child: ChildPlan) -> str:
    if child.boundary.errors == "surface":
        return "surface as States.TaskFailed"
    named = child.contract.errors.named
    listed = f" ({', '.join(named)})" if named else ""
    return f"rethrown with their own name and cause{listed}"


def _calls(child: ChildPlan) -> str:
    boundary = child.boundary
    return f"{boundary.alias_arn}, carrier {boundary.carrier}, style {boundary.style}"


def _size(child: ChildPlan) -> int:
    states = child.region.scope.states
    return sum(1 + _inside(states[name].scopes) for name in child.region.members)


def _inside(scopes: Sequence[Scope]) -> int:
    return sum(1 + _inside(state.scopes) for scope in scopes for state in scope.states.values())


def _count(number: int, thing: str) -> str:
    plural = {"child": "children"}.get(thing, f"{thing}s")
    return f"{number} {thing if number == 1 else plural}"


def _row(label: str, text: str) -> str:
    return f"  {label:<{_LABEL}} {text}"
