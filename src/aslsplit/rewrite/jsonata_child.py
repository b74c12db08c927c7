"""The generated states of a child in a machine that is JSONata throughout: validate, unpack, answer."""

from __future__ import annotations

from collections.abc import Iterable

from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.contract import ExitContract
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.envelope import response_meta_jsonata
from aslsplit.rewrite.packing import (
    expression,
    jsonata_path,
    literal_expression,
    packed_template,
    template_of,
    tree_expression,
)

__all__ = ["respond_in_jsonata", "unpack_in_jsonata", "validate_in_jsonata"]

_INPUT = "$states.input"


def validate_in_jsonata(plan: ChildPlan, required: Iterable[Stem]) -> Json:
    """``required`` are the places of the envelope that must be there, besides the version."""
    names, accepts = plan.generated.child, plan.contract.accepts
    versions = [literal_expression(known) for known in accepts]
    known = f"= {versions[0]}" if len(versions) == 1 else f"in [{', '.join(versions)}]"
    tests = [f"{_INPUT}.meta.contractVersion {known}"]
    tests += [f"$exists({jsonata_path(_INPUT, stem)})" for stem in required]
    rule = {"Condition": expression(" and ".join(tests)), "Next": names.unpack}
    return {"Type": "Choice", "Choices": [rule], "Default": names.reject}


def unpack_in_jsonata(plan: ChildPlan) -> Json:
    request = plan.contract.request
    body: dict[str, Json] = {"Type": "Pass", "Output": expression(f"{_INPUT}.request")}
    if request.document.renamed:
        places = {value.stem: request.document.place_of(value) for value in request.document.values}
        reads = {stem: jsonata_path(f"{_INPUT}.request", place) for stem, place in places.items()}
        certain = all(request.document.requires(value) for value in request.document.values)
        whole = expression(tree_expression(reads, lambda _, members: members))
        body["Output"] = template_of(reads) if certain else whole
    if request.variables:
        names = [variable.root[1:] for variable in request.variables]
        body["Assign"] = {name: expression(jsonata_path(f"{_INPUT}.variables", (name,))) for name in names}
    return {**body, "Next": plan.region.entry}


def respond_in_jsonata(plan: ChildPlan, found: ExitContract, meta: Meta) -> Json:
    contract = plan.contract
    answer: dict[str, Json] = {"meta": response_meta_jsonata(meta, contract.version)}
    answer |= {"outcome": found.outcome} if contract.routed else {}
    answer["result"] = packed_template(found.result, _INPUT)
    if any(other.variables for other in contract.exits):
        answer["variables"] = {
            variable.root[1:]: packed_template(variable, variable.root) for variable in found.variables
        }
    return {"Type": "Pass", "Output": answer, "End": True}
