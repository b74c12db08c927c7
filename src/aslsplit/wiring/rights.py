"""The right of the parent to call its children, in a template that has the parent's role or makes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from aslsplit.asl.cloudformation import function_in
from aslsplit.asl.placeholders import Placeholder
from aslsplit.asl.source import Json, Pointer
from aslsplit.findings import Finding, finding
from aslsplit.iam.policy import Policy, Statement
from aslsplit.wiring.additions import Addition, Replacement, value_at, written_for
from aslsplit.wiring.dialect import rendered
from aslsplit.wiring.model import Machine, Wiring
from aslsplit.wiring.site import Site, role_in
from aslsplit.wiring.template_view import statements_of

__all__ = ["rights"]


def rights(
    site: Site, wiring: Wiring, values: Mapping[str, Json], user_templates: Path | None
) -> Iterator[Addition | Replacement | Finding]:
    """A policy for each child that the role may not call yet. ``values`` are what the parent's tokens stand for."""
    body, key = site.resource.body, "Role" if site.is_serverless else "RoleArn"
    children = [wiring.child(name) for name in wiring.parent.calls]
    if site.is_serverless and key not in body:
        # SAM makes a role of these policies.
        holder, there = site.pointer, body.get("Policies")
    else:
        role = role_in(site, body.get(key))
        if role is None:
            yield from (_elsewhere(site, wiring, child, key) for child in children)
            return
        holder, there = ("Resources", role, "Properties"), _policies_of(site, role)
    known = "\n".join(_texts(there))
    missing = [child for child in children if f":stateMachine:{child.workflow}" not in known]
    if missing and there is not None and not isinstance(there, list):
        if function_in(there):
            yield finding(
                "ASL576",
                f"the policies of {holder[1]} are made by a function, and nothing can be added to them",
                span=site.source.span((*holder, "Policies")),
                help="write them as a list",
            )
            return
        there = [value_at(site.source.data, (*holder, "Policies"))]
        yield Replacement((*holder, "Policies"), there)
    for place, child in enumerate(missing, start=len(there or ())):
        statements = tuple(one for one in call_statements(wiring.parent.policy, child) if not _is_rule(one, known))
        known += "\n".join(resource for statement in statements for resource in statement.resources)
        yield from _policy(site, child, (*holder, "Policies", place), statements, values, user_templates)


def _policy(
    site: Site,
    child: Machine,
    item: Pointer,
    statements: tuple[Statement, ...],
    values: Mapping[str, Json],
    user_templates: Path | None,
) -> Iterator[Addition]:
    view = {"machine": {"statements": statements_of(Policy(statements), values), "unknown": []}}
    made = rendered("wiring/cloudformation/policy.yaml.j2", user_templates, view)
    document, origin = written_for(site.source, made, ())
    if site.is_role(item[1]):
        yield Addition(item, {"PolicyName": f"Call{child.logical_id}"})
        item = (*item, "PolicyDocument")
    yield Addition(item, document, origin)


def _policies_of(site: Site, role: str) -> Json:
    properties = site.plain["Resources"][role].get("Properties")
    return properties.get("Policies") if isinstance(properties, dict) else None


def _is_rule(statement: Statement, known: str) -> bool:
    """What the role may do already for another child."""
    return all(":rule/" in resource and resource.rpartition("/")[2] in known for resource in statement.resources)


def call_statements(policy: Policy, child: Machine) -> Iterator[Statement]:
    """What of the caller's policy is for calling this child."""
    name = child.workflow
    for statement in policy.statements:
        resources = tuple(
            resource
            for resource in statement.resources
            if resource.endswith((f":stateMachine:{name}", _RULE)) or f":execution:{name}:" in resource
        )
        if resources:
            yield replace(statement, resources=resources)


_RULE = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"


def _elsewhere(site: Site, wiring: Wiring, child: Machine, key: str) -> Finding:
    told = [
        f"{', '.join(statement.actions)} on {', '.join(statement.resources)}"
        for statement in call_statements(wiring.parent.policy, child)
    ]
    return finding(
        "ASL576",
        f'the role of {site.resource.resource} is not in {site.source.name}; it must be allowed to call "{child.name}"',
        span=site.source.span((*site.pointer, key)),
        help="\n".join(["allow it", *told]),
    )


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if isinstance(value, Placeholder):
            yield value.written
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _texts(part)
