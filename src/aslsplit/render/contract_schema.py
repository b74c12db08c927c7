"""A contract as JSON Schema (2020-12): the child's input, its output per exit, its errors."""

from __future__ import annotations

import json
from collections.abc import Iterable

from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Json
from aslsplit.compatibility.contract import OTHER_ERRORS
from aslsplit.plan.contract import Contract, EntryContract, ExitContract
from aslsplit.plan.payload import Carried, Payload
from aslsplit.plan.plan import Plan
from aslsplit.plan.types import KnownTypes, ValueTypes
from aslsplit.rewrite.envelope import TASK_TOKEN
from aslsplit.rewrite.record import digest
from aslsplit.verify.published import Published

__all__ = ["contract_digest", "error_schema", "published", "request_schema", "response_schema", "schema_text"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def request_schema(contract: Contract, plan: Plan, types: ValueTypes) -> Json:
    """The input of the child: one form per entry, told apart by ``entry`` when there are several. More fields than
    these are allowed: AWS's own and those of later versions."""
    forms = [_request(contract, found, plan, types) for found in contract.entries]
    return _one_of(f"{contract.workflow} request, version {contract.version}", forms)


def response_schema(contract: Contract, plan: Plan, types: ValueTypes) -> Json:
    """The output of the child: one form per exit, told apart by ``outcome`` when there are several."""
    forms = [_response(contract, found, plan, types) for found in contract.exits]
    return _one_of(f"{contract.workflow} response, version {contract.version}", forms)


def error_schema(contract: Contract) -> Json:
    """How a failed execution of the child shows: its error name and cause, either of which AWS may leave out.

    The names are those known from the definition. Others come from tasks, and from AWS (``States.Runtime``).
    """
    names = [*contract.errors.named, "ContractValidationError"]
    error: dict[str, Json] = {"type": "string", "examples": names}
    if contract.errors.tasks:
        error["description"] = OTHER_ERRORS + ", ".join(contract.errors.tasks)
    return _document(
        f"{contract.workflow} errors, version {contract.version}", {"Error": error, "Cause": {"type": "string"}}, ()
    )


def published(contract: Contract, plan: Plan, types: ValueTypes) -> Published:
    """All that is published of a contract, to be held against what the machines do."""
    return Published(
        contract.child,
        request_schema(contract, plan, types),
        response_schema(contract, plan, types),
        error_schema(contract),
    )


def contract_digest(contract: Contract, plan: Plan, types: ValueTypes) -> str:
    """Of what the contract says, apart from how the page about it looks."""
    return digest(
        [request_schema(contract, plan, types), response_schema(contract, plan, types), error_schema(contract)]
    )


def schema_text(schema: Json) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _one_of(title: str, forms: list[dict[str, Json]]) -> Json:
    form = forms[0] if len(forms) == 1 else {"oneOf": forms}
    return {"$schema": _DIALECT, "title": title, **form}


def _request(contract: Contract, found: EntryContract, plan: Plan, types: ValueTypes) -> dict[str, Json]:
    request = found.request
    properties: dict[str, Json] = {"meta": _meta(plan, contract, calls=True)}
    if contract.answers_token:
        properties[TASK_TOKEN] = {"type": "string"}
    if contract.dispatched:
        properties["entry"] = {"const": found.entry}
    properties["request"] = _described(request.document, types.requests.get(found.entry, {}))
    if request.variables:
        properties["variables"] = _variables(request.variables)
    if request.context.values:
        properties["context"] = _described(request.context, {})
    if contract.settings:
        settings = {name: dict(type) for name, type in contract.settings.items()}
        properties["settings"] = {"type": "object", "properties": settings, "required": list(settings)}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _response(contract: Contract, found: ExitContract, plan: Plan, types: ValueTypes) -> dict[str, Json]:
    properties: dict[str, Json] = {"meta": _meta(plan, contract, calls=False)}
    if contract.routed:
        properties["outcome"] = {"const": found.outcome}
    properties["result"] = _described(found.result, types.results.get(found.outcome, {}))
    if found.variables:
        properties["variables"] = _variables(found.variables)
    return {"type": "object", "properties": properties, "required": list(properties)}


def _meta(plan: Plan, contract: Contract, *, calls: bool) -> Json:
    properties: dict[str, Json] = {}
    if plan.boundaries.meta.correlation_id is not None:
        properties["correlationId"] = {}
    if calls and plan.boundaries.meta.entity_id is not None:
        properties["entityId"] = {}
    if calls:
        properties["causationId"] = {"type": "string"}
    properties["contractVersion"] = {"enum": list(contract.accepts)} if calls else {"const": contract.version}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _described(payload: Payload, types: KnownTypes) -> Json:
    """The payload's shape: objects around the values, of which little is known.

    A template makes those objects. Otherwise a value that stands in such a place and is none travels as it is, unless
    something proves it an object.
    """
    if payload.whole and not payload.renamed:
        return {}
    node: dict[str, Json] = {}
    for value in payload.values:
        _put(node, payload, value, types)
    sure = None if payload.templated or payload.renamed else payload.objects
    return _finished(node, (), sure)


def _put(node: dict[str, Json], payload: Payload, value: Carried, types: KnownTypes) -> None:
    place = payload.place_of(value)
    for depth, name in enumerate(place):
        last = depth + 1 == len(place)
        properties = node.setdefault("properties", {})
        below = properties.setdefault(name, dict(types.get(value.stem, {})) if last else {})
        if payload.requires(value) and name not in node.setdefault("required", []):
            node["required"].append(name)
        node = below


def _finished(node: dict[str, Json], stem: Stem, objects: frozenset[Stem] | None) -> Json:
    """With ``type: object`` where there is surely one; without ``objects``, everywhere."""
    if "properties" not in node:
        return node or {"type": "object"}
    properties = {
        name: _finished(below, (*stem, name), objects) if "properties" in below else below
        for name, below in node["properties"].items()
    }
    kind = {"type": "object"} if objects is None or stem in objects else {}
    required = node.get("required")
    return {**kind, "properties": properties, **({"required": required} if required else {})}


def _variables(payloads: tuple[Payload, ...]) -> Json:
    properties = {payload.root[1:]: _described(payload, {}) for payload in payloads}
    required = [part.root[1:] for part in payloads if all(part.requires(value) for value in part.values)]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _document(title: str, properties: dict[str, Json], required: Iterable[str]) -> Json:
    document: dict[str, Json] = {"$schema": _DIALECT, "title": title, "type": "object", "properties": properties}
    names = list(required)
    return {**document, "required": names} if names else document
