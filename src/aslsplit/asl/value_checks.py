"""Values of fields that Step Functions checks when it creates a machine, apart from references and transitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.fields import COMPARISONS, TYPE_TESTS, objects_in, rule_and_inner_rules
from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.model import QueryLanguage, StateType
from aslsplit.asl.remarks import kind_of, remark
from aslsplit.asl.source import Json, Pointer, Source
from aslsplit.asl.timestamps import parse_timestamp
from aslsplit.findings import Finding

__all__ = ["value_findings"]

_OPERATORS = COMPARISONS | {f"{comparison}Path" for comparison in COMPARISONS} | TYPE_TESTS
_JUNCTIONS = ("And", "Or")


def value_findings(
    source: Source, name: str, body: Mapping[str, Json], pointer: Pointer, kind: StateType, language: QueryLanguage
) -> Iterator[Finding]:
    match kind:
        case StateType.TASK if not isinstance(body.get("Resource"), str):
            place = (*pointer, "Resource") if "Resource" in body else pointer
            yield remark(source, "ASL111", f'Task state "{name}" needs "Resource", a string', place)
        case StateType.WAIT:
            yield from _timestamp(source, body, pointer)
        case StateType.CHOICE:
            for place, rule in objects_in(body.get("Choices"), (*pointer, "Choices")):
                yield from _choice_rule(source, rule, place, language)
        case _:
            pass
    credentials = body.get("Credentials")
    if isinstance(credentials, dict) and not credentials.keys() & {"RoleArn", "RoleArn.$"}:
        yield remark(source, "ASL111", '"Credentials" needs "RoleArn"', (*pointer, "Credentials"))
    if kind in (StateType.TASK, StateType.PARALLEL, StateType.MAP):
        yield from _retry(source, name, body, pointer)
        for place, catcher in objects_in(body.get("Catch"), (*pointer, "Catch")):
            yield from _error_equals(source, catcher, place)


def _timestamp(source: Source, body: Mapping[str, Json], pointer: Pointer) -> Iterator[Finding]:
    written = body.get("Timestamp")
    if not isinstance(written, str) or expression_in(written) is not None or "${" in written:
        return
    if parse_timestamp(written) is None:
        way_out = "write it as 2026-01-31T12:00:00Z"
        message = f'"{written}" is not an RFC 3339 timestamp'
        yield remark(source, "ASL111", message, (*pointer, "Timestamp"), help=way_out)


def _choice_rule(
    source: Source, rule: Mapping[str, Json], pointer: Pointer, language: QueryLanguage
) -> Iterator[Finding]:
    if language == "JSONata":
        if "Condition" not in rule:
            yield remark(source, "ASL111", 'a choice rule needs "Condition"', pointer)
        return
    for place, part in rule_and_inner_rules(rule, pointer):
        for junction in _JUNCTIONS:
            if junction in part and not _is_rules(part[junction]):
                message = f'"{junction}" must be an array of choice rules'
                yield remark(source, "ASL111", message, (*place, junction))
        if "Not" in part and not isinstance(part["Not"], dict):
            yield remark(source, "ASL111", '"Not" must be a choice rule', (*place, "Not"))
        combines = part.keys() & {*_JUNCTIONS, "Not"}
        if not combines and not ("Variable" in part and part.keys() & _OPERATORS):
            message = 'a choice rule needs "Variable" and a comparison, or "And", "Or" or "Not"'
            yield remark(source, "ASL111", message, place)


def _is_rules(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(rule, dict) for rule in value)


def _retry(source: Source, name: str, body: Mapping[str, Json], pointer: Pointer) -> Iterator[Finding]:
    place = (*pointer, "Retry")
    retriers = body.get("Retry", [])
    if not isinstance(retriers, list):
        message = f'"Retry" of state "{name}" must be an array, not {kind_of(retriers)}'
        yield remark(source, "ASL111", message, place)
        return
    for index, retrier in enumerate(retriers):
        if isinstance(retrier, dict):
            yield from _error_equals(source, retrier, (*place, index))
        else:
            message = f"a retrier must be an object, not {kind_of(retrier)}"
            yield remark(source, "ASL111", message, (*place, index))


def _error_equals(source: Source, body: Mapping[str, Json], pointer: Pointer) -> Iterator[Finding]:
    errors = body.get("ErrorEquals")
    if not isinstance(errors, list) or not errors or not all(isinstance(error, str) for error in errors):
        place = (*pointer, "ErrorEquals") if "ErrorEquals" in body else pointer
        yield remark(source, "ASL111", '"ErrorEquals" must be an array of error names', place)
