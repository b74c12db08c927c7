"""The generated states of a child in a machine that is JSONata throughout: validate, unpack, answer."""

from __future__ import annotations

from collections.abc import Iterable

from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.contract import EntryContract, ExitContract, Request
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.envelope import response_meta_jsonata, variables_in_jsonata
from aslsplit.rewrite.packing import (
    expression,
    jsonata_path,
    literal_expression,
    packed_template,
    template_of,
    tree_expression,
)

__all__ = ["is_request_in_jsonata", "respond_in_jsonata", "unpack_in_jsonata"]

_INPUT = "$states.input"


def is_request_in_jsonata(plan: ChildPlan, arrival: EntryContract, required: Iterable[Stem]) -> dict[str, Json]:
    """The condition of the rule for an entry. ``required`` are the places of the envelope that must be there, besides
    the version."""
    versions = [literal_expression(known) for known in plan.contract.accepts]
    known = f"= {versions[0]}" if len(versions) == 1 else f"in [{', '.join(versions)}]"
    tests = [f"{_INPUT}.meta.contractVersion {known}"]
    tests += [f"{_INPUT}.entry = {literal_expression(arrival.entry)}"] if plan.contract.dispatched else []
    tests += [f"$exists({jsonata_path(_INPUT, stem)})" for stem in required]
    return {"Condition": expression(" and ".join(tests))}


def unpack_in_jsonata(request: Request, following: str) -> Json:
    body: dict[str, Json] = {"Type": "Pass", "Output": expression(f"{_INPUT}.request")}
    if request.document.renamed:
        places = {value.stem: request.document.place_of(value) for value in request.document.values}
        reads = {stem: jsonata_path(f"{_INPUT}.request", place) for stem, place in places.items()}
        certain = all(request.document.requires(value) for value in request.document.values)
        whole = expression(tree_expression(reads, lambda _, members: members))
        body["Output"] = template_of(reads) if certain else whole
    if request.surely_assigned:
        names = [variable.root[1:] for variable in request.surely_assigned]
        body["Assign"] = {name: expression(jsonata_path(f"{_INPUT}.variables", (name,))) for name in names}
    return {**body, "Next": following}


def respond_in_jsonata(plan: ChildPlan, found: ExitContract, meta: Meta) -> Json:
    contract = plan.contract
    answer: dict[str, Json] = {"meta": response_meta_jsonata(meta, contract.version)}
    answer |= {"outcome": found.outcome} if contract.routed else {}
    answer["result"] = packed_template(found.result, _INPUT)
    if any(other.variables for other in contract.exits):
        answer["variables"] = variables_in_jsonata(found.variables)
    return {"Type": "Pass", "Output": answer, "End": True}
