"""Rules about a request that changed from one version of a contract to the next: CTR1xx.

A request must go on taking what it took.
"""

from __future__ import annotations

from functools import partial

from aslsplit.findings.rule import Rule, Severity
from aslsplit.findings.rules.contract_change import contract_rule

_REFUSED = "A parent that still sends what it sent is refused, or the child fails on what it did not get."
_TAKEN = "Whoever sends what the old version asks for is still served."
_PARENT_FIRST = "Deploy the parent first, so that every caller follows before the child asks for it."
_CHILD_FIRST = "Deploy the child first; callers may make use of it afterwards."


_breaks = partial(contract_rule, Severity.ERROR, why=_REFUSED, remedy=_PARENT_FIRST)
_may_break = partial(contract_rule, Severity.WARNING)
_safe = partial(contract_rule, Severity.NOTE, why=_TAKEN, remedy=_CHILD_FIRST)

RULES: tuple[Rule, ...] = (
    _breaks(
        "CTR101",
        "request-field-required",
        what="The request needs a field that it did not have.",
        example="request.order.currency is new and required.",
    ),
    _safe(
        "CTR102",
        "request-field-optional",
        what="The request may have a field that it did not have.",
        example="request.order.note is new and optional.",
        why=(
            "Callers that do not know it leave it out. One that already sends something else under that name was "
            "never promised anything."
        ),
    ),
    _safe(
        "CTR103",
        "request-field-dropped",
        what="The request no longer has a field, and what callers still send there is overlooked.",
        example="request.order.note is gone, and the object takes other fields.",
        remedy="Deploy the child first; then callers need not send the field any more.",
    ),
    _breaks(
        "CTR104",
        "request-field-refused",
        what="The request no longer has a field, and takes no fields but those it names.",
        example="request.order.note is gone, and the order has additionalProperties: false.",
    ),
    _breaks(
        "CTR105",
        "request-field-now-required",
        what="A field of the request was optional and is required.",
        example="request.order.note has come into the required fields.",
    ),
    _safe(
        "CTR106",
        "request-field-now-optional",
        what="A field of the request was required and is optional.",
        example="request.order.note has left the required fields.",
    ),
    _breaks(
        "CTR107",
        "request-type-narrowed",
        what="The request takes fewer types of value in a field.",
        example="request.amount was a number and is an integer.",
    ),
    _safe(
        "CTR108",
        "request-type-widened",
        what="The request takes more types of value in a field.",
        example="request.amount was an integer and is a number.",
    ),
    _breaks(
        "CTR109",
        "request-type-changed",
        what="The request takes other types of value in a field.",
        example="request.amount was a number and is a string.",
        remedy="Send the new type under a new name, and drop the old one when no caller sends it any more.",
    ),
    _breaks(
        "CTR110",
        "request-values-narrowed",
        what="The request no longer takes a value that it took.",
        example='request.currency was "EUR" or "USD" and is "EUR".',
    ),
    _safe(
        "CTR111",
        "request-values-widened",
        what="The request takes values that it did not take.",
        example='request.currency was "EUR" and is "EUR" or "USD".',
    ),
    _breaks(
        "CTR112",
        "request-null-refused",
        what="The request no longer takes null in a field.",
        example="request.note was a string or null and is a string.",
    ),
    _safe(
        "CTR113",
        "request-null-allowed",
        what="The request takes null in a field too.",
        example="request.note was a string and is a string or null.",
    ),
    _breaks(
        "CTR114",
        "request-bounds-tightened",
        what="The request takes a smaller range of numbers, lengths or counts.",
        example="request.items may have 50 items, and could have 100.",
    ),
    _safe(
        "CTR115",
        "request-bounds-loosened",
        what="The request takes a larger range of numbers, lengths or counts.",
        example="request.items may have 100 items, and could have 50.",
    ),
    _may_break(
        "CTR116",
        "request-format-tightened",
        what="The request asks for a format or a pattern that it did not ask for, or for another format.",
        why="Many validators look at patterns and few at formats; a caller that sends such texts is served.",
        example="request.day has format: date.",
        remedy="Make sure that callers send it so; deploy the parent first where they do not.",
    ),
    _safe(
        "CTR117",
        "request-format-loosened",
        what="The request no longer asks for a format or a pattern.",
        example="request.day had format: date.",
    ),
    _breaks(
        "CTR118",
        "request-closed",
        what="An object of the request takes no fields but those it names, or only some kinds of them.",
        example="additionalProperties: false has come into request.order.",
        remedy="Deploy a parent first that sends no others. AWS sends a field of its own beside meta and request.",
    ),
    _safe(
        "CTR119",
        "request-opened",
        what="An object of the request takes more fields than those it names.",
        example="additionalProperties: false has gone from request.order.",
    ),
    _breaks(
        "CTR120",
        "entry-removed",
        what="The child can no longer be entered at a state where it could.",
        example="With entries: dispatch, the entry PullCreditReport is gone.",
        remedy="Deploy a parent first that no longer names the entry.",
    ),
    _safe(
        "CTR121",
        "entry-added",
        what="The child can be entered at a state where it could not.",
        example="With entries: dispatch, ReviewManually is an entry too.",
    ),
    _breaks(
        "CTR122",
        "entry-to-be-named",
        what="The child has several entries and had one, so that a request has to name the one it is for.",
        example="A second state of the parent leads into the region.",
        remedy="Deploy a parent first that names the entry; a child with one entry overlooks that.",
    ),
    _safe(
        "CTR123",
        "entry-no-longer-named",
        what="The child has one entry and had several, so that a request need not name it.",
        example="One of two ways into the region is gone.",
    ),
    _breaks(
        "CTR124",
        "context-needed",
        what="The request needs a value of the caller's context that it did not need.",
        example="The child now reads $$.Execution.StartTime of the monolith's execution, so the parent has to send it.",
    ),
    _safe(
        "CTR125",
        "context-no-longer-needed",
        what="The request no longer needs a value of the caller's context.",
        example="The child no longer reads $$.Execution.StartTime.",
    ),
    _breaks(
        "CTR126",
        "variable-needed",
        what="The request needs a workflow variable of the caller that it did not need.",
        example="The child now reads $customer, which the parent assigns.",
    ),
    _safe(
        "CTR127",
        "variable-no-longer-needed",
        what="The request no longer needs a workflow variable of the caller.",
        example="The child no longer reads $customer.",
    ),
    _breaks(
        "CTR128",
        "envelope-needed",
        what="The envelope around the request needs a field that it did not need.",
        example="meta.correlation_id came into the boundary map, so that every request has meta.correlationId.",
    ),
    _safe(
        "CTR129",
        "envelope-no-longer-needed",
        what="The envelope around the request no longer needs a field.",
        example="meta.entity_id was taken out of the boundary map.",
    ),
    _may_break(
        "CTR130",
        "request-not-judged",
        what="The request changed in a way of which nobody can tell whom it breaks.",
        why="Some keywords of JSON Schema, other patterns, and references into other files cannot be compared.",
        example="request.code has another pattern.",
        remedy="Compare the two versions by hand, and give the contract a new version if callers may have to change.",
    ),
    _breaks(
        "CTR131",
        "request-rule-added",
        what="The schema of the request has a rule, or misses an alternative, so that it takes less.",
        example="One of two schemas under anyOf is gone.",
    ),
    _safe(
        "CTR132",
        "request-rule-dropped",
        what="The schema of the request has lost a rule, or has one more alternative, so that it takes more.",
        example="A third schema has come under anyOf.",
    ),
)
