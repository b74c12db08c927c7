"""The envelope around a request and a response: ``meta``, and the parts that are not the document."""

from __future__ import annotations

from aslsplit.asl.source import Json
from aslsplit.plan.boundaries import Meta
from aslsplit.plan.contract import ExitContract, Request
from aslsplit.plan.payload import Payload
from aslsplit.rewrite.packing import Template, packed_expression, template_member

__all__ = [
    "STARTED_BY",
    "context_expression",
    "request_meta",
    "response_meta",
    "response_meta_jsonata",
    "variable_members",
    "variables_expression",
]

STARTED_BY: Template = {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id"}
"""Links the child's execution to its parent in the console (Step Functions Developer Guide, nested workflows)."""

_META_OF_CALL = "$$.Execution.Input.meta"


def request_meta(meta: Meta, version: str) -> Template:
    found: Template = {}
    if meta.correlation_id is not None:
        found["correlationId.$"] = str(meta.correlation_id)
    if meta.entity_id is not None:
        found["entityId.$"] = str(meta.entity_id)
    return {**found, "causationId.$": "$$.Execution.Id", "contractVersion": version}


def response_meta(meta: Meta, version: str) -> Template:
    found: Template = {}
    if meta.correlation_id is not None:
        found["correlationId.$"] = f"{_META_OF_CALL}.correlationId"
    return {**found, "contractVersion": version}


def response_meta_jsonata(meta: Meta, version: str) -> Json:
    found: dict[str, Json] = {}
    if meta.correlation_id is not None:
        found["correlationId"] = "{% $states.context.Execution.Input.meta.correlationId %}"
    return {**found, "contractVersion": version}


def variable_members(variables: tuple[Payload, ...]) -> Template:
    """The ``variables`` part as a template; empty when there are none."""
    if not variables:
        return {}
    members: Template = {}
    for variable in variables:
        members |= template_member(variable.root[1:], variable)
    return {"variables": members}


def variables_expression(found: ExitContract) -> dict[str, str]:
    return {variable.root[1:]: packed_expression(variable, variable.root) for variable in found.variables}


def context_expression(request: Request) -> str:
    return packed_expression(request.context, "$states.context")
