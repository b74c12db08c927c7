"""The envelope around a request and a response: ``meta``, and the parts that are not the document."""

from __future__ import annotations

from typing import Literal

from aslsplit.asl.model import QueryLanguage
from aslsplit.asl.paths import CONTEXT, AccessPath, Stem, format_path
from aslsplit.asl.source import Json
from aslsplit.plan.boundaries import ChildBoundary, Meta
from aslsplit.plan.contract import Contract, Request
from aslsplit.plan.payload import Payload
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.moved_context import MOVED
from aslsplit.rewrite.packing import (
    Template,
    expression,
    jsonata_path,
    nested,
    object_expression,
    packed_expression,
    packed_template,
    template_member,
)

__all__ = [
    "OWN_TOKEN",
    "STARTED_BY",
    "TASK_TOKEN",
    "OwnContext",
    "assigned_if_present",
    "context_expression",
    "context_in_jsonata",
    "context_member",
    "parts_of_call",
    "request_meta",
    "response_meta",
    "response_meta_jsonata",
    "settings_sent",
    "time_limit",
    "variable_members",
    "variables_expression",
    "variables_in_jsonata",
]

STARTED_BY: Template = {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id"}
"""Links the child's execution to its parent in the console (Step Functions Developer Guide, nested workflows)."""

TASK_TOKEN = "taskToken"
"""Where a call that waits for its token has it, beside ``meta``: it belongs to the Task that calls, and ``meta`` may be
put together before."""

OWN_TOKEN: Template = {f"{TASK_TOKEN}.$": "$$.Task.Token"}

OwnContext = Literal["all", "map", "none"]
"""How much of the context object means what it meant in the monolith, where a child is called: all of it in the
parent. In another child only that of a Map inside it, or none; the rest lies where that child was sent it."""

MOVED_CONTEXT = format_path(CONTEXT, MOVED)
_IN_JSONATA = {CONTEXT: "$states.context", MOVED_CONTEXT: jsonata_path("$states.context", MOVED)}
_META_OF_CALL = "$$.Execution.Input.meta"


def request_meta(meta: Meta, version: str) -> Template:
    found: Template = {}
    if meta.correlation_id is not None:
        found["correlationId.$"] = str(meta.correlation_id)
    if meta.entity_id is not None:
        found["entityId.$"] = str(meta.entity_id)
    return {**found, "causationId.$": "$$.Execution.Id", "contractVersion": version}


def time_limit(boundary: ChildBoundary) -> dict[str, Json]:
    """Of the state that calls."""
    return {} if boundary.timeout_seconds is None else {"TimeoutSeconds": boundary.timeout_seconds}


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


def variables_expression(variables: tuple[Payload, ...]) -> str:
    """The same in JSONata, without those that were never assigned: such a name is undefined, as recorded on AWS."""
    return object_expression({part.root[1:]: packed_expression(part, part.root) for part in variables})


def variables_in_jsonata(variables: tuple[Payload, ...]) -> Json:
    """For a field of a JSONata state: a template where everything must be there, else one expression."""
    if all(variable.strict for variable in variables):
        return {part.root[1:]: packed_template(part, part.root) for part in variables}
    return expression(variables_expression(variables))


def context_in_jsonata(request: Request, own: OwnContext) -> Json:
    if own == "all":
        return packed_template(request.context, _IN_JSONATA[CONTEXT])
    return expression(context_expression(request, own))


def assigned_if_present(name: str, holder: AccessPath, following: str, language: QueryLanguage) -> Json:
    """A state that assigns a variable its value in ``holder`` and goes on; if there is none it just goes on."""
    if language == "JSONata":
        value = jsonata_path(_IN_JSONATA.get(holder.root, holder.root), (*holder.stem, name))
        rule: dict[str, Json] = {"Condition": expression(f"$exists({value})"), "Assign": {name: expression(value)}}
    else:
        path = format_path(holder.root, (*holder.stem, name))
        rule = {"Variable": path, "IsPresent": True, "Assign": {f"{name}.$": path}}
    return {"Type": "Choice", "Choices": [{**rule, "Next": following}], "Default": following}


def parts_of_call(contract: Contract) -> tuple[str, ...]:
    """What a call consists of beside ``meta``, whichever entry it is for."""
    requests = [found.request for found in contract.entries]
    parts = {
        "entry": contract.dispatched,
        "request": True,
        "variables": any(request.variables for request in requests),
        "context": any(request.context.values for request in requests),
        "settings": bool(contract.settings),
    }
    return tuple(part for part, needed in parts.items() if needed)


def settings_sent(plan: ChildPlan) -> Json:
    """The literals of this site, in which the sites of a shared child differ."""
    return {} if plan.site is None else dict(plan.site.settings)


def context_member(request: Request, own: OwnContext) -> Template:
    payload = request.context
    if own == "all" or payload.whole:
        return template_member("context", payload)
    places = {value.stem: format_path(_context_root(value.stem, own), value.stem) for value in payload.values}
    return {"context": nested(places)}


def context_expression(request: Request, own: OwnContext) -> str:
    payload = request.context
    if own == "all" or payload.whole:
        return packed_expression(payload, _IN_JSONATA[CONTEXT])
    members: dict[str, str] = {}
    for name in dict.fromkeys(value.stem[0] for value in payload.values):
        members[name] = packed_expression(payload, _IN_JSONATA[_context_root((name,), own)], (name,))
    return object_expression(members)


def _context_root(stem: Stem, own: OwnContext) -> str:
    return CONTEXT if own == "all" or (own == "map" and stem[0] == "Map") else MOVED_CONTEXT
