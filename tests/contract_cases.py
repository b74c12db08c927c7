"""Contracts for tests, built out of the parts that a case is about."""

from __future__ import annotations

import json
from typing import Any

from aslsplit.compatibility.contract import ContractFiles
from aslsplit.project.contracts_on_disk import contract_in

__all__ = ["contract", "schemas"]


def schemas(
    *,
    request: Any = None,
    entries: dict[str, Any] | None = None,
    around_request: dict[str, Any] | None = None,
    meta_of_request: dict[str, Any] | None = None,
    result: Any = None,
    outcomes: dict[str, Any] | None = None,
    around_result: dict[str, Any] | None = None,
    meta_of_result: dict[str, Any] | None = None,
    errors: dict[str, Any] | None = None,
    definitions: dict[str, Any] | None = None,
    version: str = "1.0",
    title_version: str | None = None,
    accepts: list[str] | None = None,
    workflow: str = "PaymentWorkflow",
) -> dict[str, Any]:
    """The three files, by their names."""
    window = {"enum": [version] if accepts is None else accepts}
    sent = [
        _message({**(meta_of_request or {}), "contractVersion": window}, "entry", name, "request", body, around_request)
        for name, body in (entries or {None: request}).items()
    ]
    answered = [
        _message(
            {**(meta_of_result or {}), "contractVersion": {"const": version}},
            "outcome", name, "result", body, around_result,
        )
        for name, body in (outcomes or {None: result}).items()
    ]  # fmt: skip
    titled = title_version or version
    defined = {} if definitions is None else {"$defs": definitions}
    return {
        "request.schema.json": {"title": f"{workflow} request, version {titled}", **defined, **_one_of(sent)},
        "response.schema.json": {"title": f"{workflow} response, version {titled}", **defined, **_one_of(answered)},
        "errors.schema.json": {"title": f"{workflow} errors, version {titled}", **(errors or {"type": "object"})},
    }


def contract(*, pattern: str | None = None, **parts: Any) -> ContractFiles:
    texts = {name: json.dumps(schema, indent=2).encode() for name, schema in schemas(**parts).items()}
    found, findings = contract_in("contracts/payment", texts)
    assert found is not None, findings
    return ContractFiles(*found.sources, pattern=pattern)


def _message(
    meta: dict[str, Any], told_apart_by: str, name: str | None, part: str, body: Any, around: dict[str, Any] | None
) -> dict[str, Any]:
    named = {} if name is None else {told_apart_by: {"const": name}}
    properties = {"meta": _all_required(meta), **named, part: {} if body is None else body, **(around or {})}
    return _all_required(properties)


def _all_required(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _one_of(forms: list[dict[str, Any]]) -> dict[str, Any]:
    return forms[0] if len(forms) == 1 else {"oneOf": forms}
