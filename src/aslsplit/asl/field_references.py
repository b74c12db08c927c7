"""Are the paths, intrinsic functions and templates in the fields of a state well-formed?

One table per place says what each field holds, so that no field is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, assert_never

from aslsplit.asl.fields import COMPARISONS, objects_in, rule_and_inner_rules
from aslsplit.asl.jsonata import expression_in, is_half_delimited
from aslsplit.asl.jsonata_text import intricate_pattern
from aslsplit.asl.jsonata_tree import is_too_deep
from aslsplit.asl.limits import MAX_EXPRESSION, MAX_LEVELS, MAX_STEPS
from aslsplit.asl.model import QueryLanguage, StateType
from aslsplit.asl.paths import DOCUMENT
from aslsplit.asl.references import (
    PlaceholderReference,
    ReferenceSyntaxError,
    parse_expression,
    parse_path,
    parse_reference_path,
    parse_template,
)
from aslsplit.asl.remarks import kind_of, remark
from aslsplit.asl.source import Json, Pointer, Source
from aslsplit.findings import Finding, Severity

__all__ = ["reference_findings"]

_Holds = Literal["path", "reference path", "target", "expression", "template"]
"""``target`` is a place to write to: a Reference Path into the document."""

_STATE_FIELDS: Mapping[str, _Holds] = {
    "InputPath": "path",
    "OutputPath": "path",
    "ResultPath": "target",
    "ItemsPath": "reference path",
    "SecondsPath": "reference path",
    "TimestampPath": "reference path",
    "TimeoutSecondsPath": "reference path",
    "HeartbeatSecondsPath": "reference path",
    "MaxConcurrencyPath": "reference path",
    "ToleratedFailureCountPath": "reference path",
    "ToleratedFailurePercentagePath": "reference path",
    "ErrorPath": "expression",
    "CausePath": "expression",
    "Parameters": "template",
    "ResultSelector": "template",
    "ItemSelector": "template",
    "Assign": "template",
    "Credentials": "template",
}
_NESTED_FIELDS: Mapping[tuple[str, ...], _Holds] = {
    ("ItemReader", "Parameters"): "template",
    ("ItemReader", "ReaderConfig", "MaxItemsPath"): "reference path",
    ("ItemBatcher", "BatchInput"): "template",
    ("ItemBatcher", "MaxItemsPerBatchPath"): "reference path",
    ("ItemBatcher", "MaxInputBytesPerBatchPath"): "reference path",
    ("ResultWriter", "Parameters"): "template",
}
_CATCHER_FIELDS: Mapping[str, _Holds] = {"ResultPath": "target", "Assign": "template"}
_RULE_FIELDS: Mapping[str, _Holds] = {
    "Variable": "reference path",
    "Assign": "template",
    **{f"{comparison}Path": "reference path" for comparison in sorted(COMPARISONS - {"StringMatches"})},
}
_NULLABLE = frozenset({"InputPath", "OutputPath", "ResultPath"})
_NEVER_EXPRESSIONS = frozenset({"Type", "Comment", "QueryLanguage", "Next", "Default", "Resource"})
_SCOPES = frozenset({"Branches", "ItemProcessor", "Iterator"})


def reference_findings(
    source: Source, body: Mapping[str, Json], pointer: Pointer, kind: StateType, language: QueryLanguage
) -> Iterator[Finding]:
    """Of the state itself; the states inside its scopes are asked one by one."""
    if language == "JSONata":
        yield from _expressions(source, body, pointer)
        return
    for place, holds, value in _reference_fields(body, pointer, kind):
        yield from _check(source, place, holds, value)


def _reference_fields(
    body: Mapping[str, Json], pointer: Pointer, kind: StateType
) -> Iterator[tuple[Pointer, _Holds, Json]]:
    yield from _named_fields(body, pointer, _STATE_FIELDS)
    for steps, holds in _NESTED_FIELDS.items():
        inner: Json = body
        for step in steps:
            inner = inner.get(step) if isinstance(inner, dict) else None
        if inner is not None:
            yield (*pointer, *steps), holds, inner
    for place, catcher in objects_in(body.get("Catch"), (*pointer, "Catch")):
        yield from _named_fields(catcher, place, _CATCHER_FIELDS)
    if kind is StateType.CHOICE:
        for place, rule in objects_in(body.get("Choices"), (*pointer, "Choices")):
            for inner_place, inner_rule in rule_and_inner_rules(rule, place):
                yield from _named_fields(inner_rule, inner_place, _RULE_FIELDS)


def _named_fields(
    body: Mapping[str, Json], pointer: Pointer, fields: Mapping[str, _Holds]
) -> Iterator[tuple[Pointer, _Holds, Json]]:
    for name, value in body.items():
        if name in fields:
            yield (*pointer, name), fields[name], value


def _check(source: Source, place: Pointer, holds: _Holds, value: Json) -> Iterator[Finding]:
    if holds == "template":
        yield from _check_template(source, place, value)
        return
    if value is None and place[-1] in _NULLABLE:
        return
    if not isinstance(value, str):
        allowed = "a path or null" if place[-1] in _NULLABLE else "a path"
        message = f'"{place[-1]}" must be {allowed}, not {kind_of(value)}'
        yield remark(source, "ASL111", message, place)
        return
    try:
        match holds:
            case "path":
                parse_path(value)
            case "expression":
                parse_expression(value)
            case "reference path" | "target":
                parse_path(value)
                yield from _check_reference_path(source, place, holds, value)
            case _ as unreachable:
                assert_never(unreachable)
    except PlaceholderReference:
        return
    except ReferenceSyntaxError as problem:
        yield _unparsable(source, place, value, problem.message, problem.code)


def _check_reference_path(source: Source, place: Pointer, holds: _Holds, value: str) -> Iterator[Finding]:
    try:
        path = parse_reference_path(value)
    except ReferenceSyntaxError:
        # Only for the place that is written to is it certain that Step Functions refuses any other path.
        yield remark(
            source,
            "ASL116",
            f'"{place[-1]}" takes a path to a single place; {value} may select several',
            place,
            help="use only names and indexes, without *, .., slices and filters",
            severity=None if holds == "target" else Severity.WARNING,
        )
        return
    if holds == "target" and path.root != DOCUMENT:
        whose = "a variable" if path.is_variable else "the context object"
        yield remark(
            source,
            "ASL116",
            f'"{place[-1]}" cannot write to {whose}: {value}',
            place,
            help="use Assign to set a variable" if path.is_variable else "begin the path with $.",
        )


def _check_template(source: Source, place: Pointer, value: Json) -> Iterator[Finding]:
    if place[-1] == "Assign" and not isinstance(value, dict):
        message = f'"Assign" must be an object of variables, not {kind_of(value)}'
        yield remark(source, "ASL111", message, place)
        return
    _, errors = parse_template(value)
    for error in errors:
        inner = (*place, *error.pointer)
        yield _unparsable(source, inner, _value_at(value, error.pointer), error.message, error.code)


def _value_at(value: Json, pointer: Pointer) -> Json:
    for part in pointer:
        value = value[part]
    return value


_EXPLAINS: Mapping[str, str] = {
    "ASL109": "shows what paths and intrinsic functions look like",
    "ASL128": "tells how long and how deep they may be",
    "ASL129": "tells which regular expressions are read",
}


def _unparsable(source: Source, place: Pointer, value: Json, problem: str, code: str = "ASL109") -> Finding:
    holds = f'holds "{_shortened(value)}", which cannot be read' if isinstance(value, str) else "cannot be read"
    return remark(
        source,
        code,
        f'"{place[-1]}" {holds}: {problem}',
        place,
        help=f"`aslsplit explain {code}` {_EXPLAINS[code]}",
    )


def _expressions(source: Source, value: Json, pointer: Pointer) -> Iterator[Finding]:
    match value:
        case str() if (expression := expression_in(value)) is not None:
            yield from _intricate(source, expression, pointer)
        case str() if is_half_delimited(value):
            yield remark(
                source,
                "ASL109",
                f'"{pointer[-1]}" is an expression at one end only: "{_shortened(value)}"',
                pointer,
                help="begin it with {% and end it with %}, with nothing outside",
            )
        case dict():
            for name, member in value.items():
                if name not in _NEVER_EXPRESSIONS and name not in _SCOPES:
                    yield from _expressions(source, member, (*pointer, name))
        case list():
            for index, item in enumerate(value):
                yield from _expressions(source, item, (*pointer, index))


def _intricate(source: Source, expression: str, pointer: Pointer) -> Iterator[Finding]:
    """What can be said of an expression without knowing what it means."""
    if len(expression) > MAX_EXPRESSION:
        problem = f"it has {len(expression)} characters; at most {MAX_EXPRESSION} are read"
        yield _unparsable(source, pointer, expression, problem, "ASL128")
    elif is_too_deep(expression):
        problem = f"it has more than {MAX_LEVELS} levels, or a path of more than {MAX_STEPS} steps"
        yield _unparsable(source, pointer, expression, problem, "ASL128")
    elif (pattern := intricate_pattern(expression)) is not None:
        yield _unparsable(source, pointer, expression, pattern, "ASL129")


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
