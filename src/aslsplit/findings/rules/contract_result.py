"""Rules about a result that changed from one version of a contract to the next: CTR2xx.

A result must go on giving what it gave.
"""

from __future__ import annotations

from functools import partial

from aslsplit.findings.rule import Rule, Severity
from aslsplit.findings.rules.contract_change import contract_rule

_UNKNOWN = "A parent that reads the result as before finds something else than it was made for, and may fail."
_KNOWN = "Whatever the child returns now, the old version allowed as well."
_PARENT_FIRST = "Deploy a parent first that can do with both."
_CHILD_FIRST = "Deploy the child first; the parent may rely on it afterwards."


_breaks = partial(contract_rule, Severity.ERROR, why=_UNKNOWN, remedy=_PARENT_FIRST)
_may_break = partial(contract_rule, Severity.WARNING)
_safe = partial(contract_rule, Severity.NOTE, why=_KNOWN, remedy=_CHILD_FIRST)

RULES: tuple[Rule, ...] = (
    _breaks(
        "CTR201",
        "result-field-removed",
        what="The result no longer has a field that it surely had.",
        example="result.payment.authorizationId is gone.",
    ),
    _safe(
        "CTR202",
        "result-field-added",
        what="The result has, or may have, a field that it did not have.",
        example="result.payment.fee is new.",
        why="Parents read the fields they know and overlook the others.",
    ),
    _breaks(
        "CTR203",
        "result-field-no-longer-certain",
        what="A field of the result was always there and may be absent.",
        example="result.payment.fee has left the required fields.",
        why="A JSONPath state that reads what is absent fails the parent, and nothing can catch that.",
    ),
    _safe(
        "CTR204",
        "result-field-now-certain",
        what="A field of the result could be absent and is always there.",
        example="result.payment.fee has come into the required fields.",
    ),
    _breaks(
        "CTR205",
        "result-type-widened",
        what="The result may have more types of value in a field.",
        example="result.amount was an integer and is a number.",
    ),
    _safe(
        "CTR206",
        "result-type-narrowed",
        what="The result has fewer types of value in a field.",
        example="result.amount was a number and is an integer.",
    ),
    _breaks(
        "CTR207",
        "result-type-changed",
        what="The result has other types of value in a field.",
        example="result.amount was a number and is a string.",
        remedy="Return the new type under a new name, and drop the old one when no parent reads it any more.",
    ),
    _breaks(
        "CTR208",
        "result-values-widened",
        what="The result may have a value that it could not have.",
        example='result.status was "paid" and is "paid" or "pending".',
        why="A Choice of the parent has no rule for it, and its Default was not made for it.",
    ),
    _safe(
        "CTR209",
        "result-values-narrowed",
        what="The result no longer has a value that it could have.",
        example='result.status was "paid" or "pending" and is "paid".',
    ),
    _breaks(
        "CTR210",
        "result-null-possible",
        what="A field of the result may be null.",
        example="result.note was a string and is a string or null.",
    ),
    _safe(
        "CTR211",
        "result-null-gone",
        what="A field of the result could be null and cannot any more.",
        example="result.note was a string or null and is a string.",
    ),
    _breaks(
        "CTR212",
        "result-bounds-loosened",
        what="The result may have a larger range of numbers, lengths or counts.",
        example="result.items may have 100 items, and could have 50.",
        why="Parents are built for the bounds that were promised: a quota, an index, the size of a payload.",
    ),
    _safe(
        "CTR213",
        "result-bounds-tightened",
        what="The result has a smaller range of numbers, lengths or counts.",
        example="result.items may have 50 items, and could have 100.",
    ),
    _may_break(
        "CTR214",
        "result-format-loosened",
        what="The result no longer promises a format or a pattern, or promises another format.",
        why="A parent that takes a text apart, or compares it as a timestamp, relies on it; others do not notice.",
        example="result.day had format: date.",
        remedy="Look at what the parent does with it; deploy a parent first that can do with any text.",
    ),
    _safe(
        "CTR215",
        "result-format-tightened",
        what="The result promises a format or a pattern that it did not promise.",
        example="result.day has format: date.",
    ),
    _may_break(
        "CTR216",
        "result-opened",
        what="An object of the result may have more fields than those it names.",
        why="Parents overlook fields they do not know, unless they go through all of them or check the schema.",
        example="additionalProperties: false has gone from result.payment.",
        remedy="Look for a Map or a validator in the parent that takes all the fields there are.",
    ),
    _safe(
        "CTR217",
        "result-closed",
        what="An object of the result has no fields but those it names, or only some kinds of them.",
        example="additionalProperties: false has come into result.payment.",
    ),
    _breaks(
        "CTR218",
        "outcome-added",
        what="The child may answer with an outcome that it could not answer with.",
        example='The result has the new outcome "pending".',
        remedy="Deploy a parent first that has a rule for it.",
        why="The parent routes each outcome by a rule of its own, and fails where it has none.",
    ),
    _safe(
        "CTR219",
        "outcome-removed",
        what="The child no longer answers with an outcome.",
        example='The outcome "pending" is gone.',
        remedy="Take the rule for it out of the parent when the child is deployed.",
    ),
    _breaks(
        "CTR220",
        "outcome-renamed",
        what="An outcome has another name and the same result.",
        example='The outcome "failed" is called "declined".',
        remedy="Deploy a parent first that has a rule for both names.",
        why="The parent routes each outcome by its name, and fails where it has no rule.",
    ),
    _breaks(
        "CTR221",
        "outcome-now-told",
        what="The child answers with one of several outcomes, and had only one.",
        example="The region has a second exit.",
        remedy="Deploy a parent first that routes by the outcome where there is one.",
        why="A parent that does not look at the outcome goes on as if the only one it knows had come.",
    ),
    _breaks(
        "CTR222",
        "outcome-no-longer-told",
        what="The child answers in one way only and no longer names an outcome.",
        example="The region had two exits and has one.",
        remedy="Deploy a parent first that can do without an outcome.",
        why="The parent's Choice reads the outcome, and fails where there is none.",
    ),
    _breaks(
        "CTR223",
        "result-variable-removed",
        what="The result lacks, or may lack, a workflow variable that it surely had.",
        example="The child no longer returns $total, which the parent assigns again.",
    ),
    _safe(
        "CTR224",
        "result-variable-added",
        what="The result surely has a workflow variable that it did not surely have.",
        example="The child returns $total.",
    ),
    _breaks(
        "CTR225",
        "result-envelope-removed",
        what="The envelope around the result lacks, or may lack, a field that it surely had.",
        example="The answer no longer has meta.correlationId.",
    ),
    _safe(
        "CTR226",
        "result-envelope-added",
        what="The envelope around the result surely has a field that it did not surely have.",
        example="The answer has meta.correlationId.",
    ),
    _breaks(
        "CTR228",
        "result-field-beyond",
        what="The result has a field that it did not have, in an object that had no fields but those it named.",
        example="result.payment.fee is new, and the payment had additionalProperties: false.",
    ),
    _may_break(
        "CTR229",
        "result-optional-field-removed",
        what="The result no longer has a field that it could have.",
        why="A parent that asks whether it is there goes on without it; whether it should, nobody can tell.",
        example="result.payment.note is gone, and was optional.",
        remedy="Look at what the parent does where the field is absent.",
    ),
    _may_break(
        "CTR230",
        "result-not-judged",
        what="The result changed in a way of which nobody can tell whom it breaks.",
        why="Some keywords of JSON Schema, other patterns, and references into other files cannot be compared.",
        example="result.code has another pattern.",
        remedy="Compare the two versions by hand, and give the contract a new version if callers may have to change.",
    ),
    _breaks(
        "CTR231",
        "result-rule-dropped",
        what="The schema of the result has lost a rule, or has one more alternative, so that it allows more.",
        example="A third schema has come under anyOf.",
    ),
    _safe(
        "CTR232",
        "result-rule-added",
        what="The schema of the result has a rule, or misses an alternative, so that it allows less.",
        example="One of two schemas under anyOf is gone.",
    ),
)
