"""Which fields a state, a rule, a catcher or a retrier may have, per type and query language.

Unknown fields never stop anything: they survive every rewrite as they are. But a field that Step Functions does not
know is most often a misspelt one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from aslsplit.asl.model import QueryLanguage, ScopeKind, StateType
from aslsplit.asl.remarks import nearest, remark
from aslsplit.asl.source import Json, Pointer, Source
from aslsplit.findings import Finding

__all__ = [
    "COMPARISONS",
    "TYPE_TESTS",
    "misplaced_fields",
    "objects_in",
    "rule_and_inner_rules",
    "scopes_in",
    "unknown_scope_fields",
    "unknown_state_fields",
    "with_scopes",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ORDERED = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
COMPARISONS: frozenset[str] = frozenset(
    {f"{kind}{order}" for kind in ("String", "Numeric", "Timestamp") for order in _ORDERED}
    | {"BooleanEquals", "StringMatches"}
)
"""Each but StringMatches also takes a path, as in ``StringEqualsPath``."""

TYPE_TESTS: frozenset[str] = _words("IsBoolean IsNull IsNumeric IsPresent IsString IsTimestamp")

# Whether Next and End may stand here is not asked in this module: it is a question of transitions.
_EVERYWHERE = _words("Type Comment QueryLanguage Next End")
_LEADING = _words("Choices Default Catch Retry Branches ItemProcessor Iterator")
_FILTERS = _words("InputPath OutputPath")
_WORK = _words("Assign Retry Catch")
_RESULT = _words("ResultSelector ResultPath")
_MAP = _words(
    "ItemProcessor Iterator ItemSelector ItemReader ItemBatcher ResultWriter Label MaxConcurrency "
    "ToleratedFailurePercentage ToleratedFailureCount"
)
_MAP_PATHS = _words("ItemsPath MaxConcurrencyPath ToleratedFailurePercentagePath ToleratedFailureCountPath")
_TASK = _words("Resource Credentials TimeoutSeconds HeartbeatSeconds")

_JSONPATH: Mapping[StateType, frozenset[str]] = {
    StateType.TASK: _TASK | _FILTERS | _RESULT | _WORK | _words("Parameters TimeoutSecondsPath HeartbeatSecondsPath"),
    StateType.PASS: _FILTERS | _words("Parameters Result ResultPath Assign"),
    StateType.CHOICE: _FILTERS | _words("Choices Default Assign"),
    StateType.WAIT: _FILTERS | _words("Seconds SecondsPath Timestamp TimestampPath Assign"),
    StateType.SUCCEED: _FILTERS,
    StateType.FAIL: _words("Error ErrorPath Cause CausePath"),
    StateType.PARALLEL: _FILTERS | _RESULT | _WORK | _words("Branches Parameters"),
    StateType.MAP: _FILTERS | _RESULT | _WORK | _MAP | _MAP_PATHS | _words("Parameters"),
}
_JSONATA: Mapping[StateType, frozenset[str]] = {
    StateType.TASK: _TASK | _WORK | _words("Arguments Output"),
    StateType.PASS: _words("Output Assign"),
    StateType.CHOICE: _words("Choices Default Output Assign"),
    StateType.WAIT: _words("Seconds Timestamp Output Assign"),
    StateType.SUCCEED: _words("Output"),
    StateType.FAIL: _words("Error Cause"),
    StateType.PARALLEL: _WORK | _words("Branches Arguments Output"),
    StateType.MAP: _WORK | _MAP | _words("Items Output"),
}
_FIELDS: Mapping[QueryLanguage, Mapping[StateType, frozenset[str]]] = {"JSONPath": _JSONPATH, "JSONata": _JSONATA}

_RETRIER = _words("ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment")
_CATCHER: Mapping[QueryLanguage, frozenset[str]] = {
    "JSONPath": _words("ErrorEquals Next ResultPath Assign Comment"),
    "JSONata": _words("ErrorEquals Next Output Assign Comment"),
}
_RULE: Mapping[QueryLanguage, frozenset[str]] = {
    "JSONPath": COMPARISONS
    | {f"{comparison}Path" for comparison in COMPARISONS - {"StringMatches"}}
    | TYPE_TESTS
    | _words("Variable And Or Not Next Assign Comment"),
    "JSONata": _words("Condition Next Output Assign Comment"),
}

_BRANCH = _words("StartAt States Comment")
_SCOPE: Mapping[ScopeKind, frozenset[str]] = {
    ScopeKind.TOP: _BRANCH | _words("TimeoutSeconds Version QueryLanguage"),
    ScopeKind.BRANCH: _BRANCH,
    ScopeKind.PROCESSOR: _BRANCH | _words("ProcessorConfig"),
    ScopeKind.DISTRIBUTED: _BRANCH | _words("ProcessorConfig"),
}
_SCOPE_NAMES: Mapping[ScopeKind, str] = {
    ScopeKind.TOP: "a state machine",
    ScopeKind.BRANCH: "a branch",
    ScopeKind.PROCESSOR: "an item processor",
    ScopeKind.DISTRIBUTED: "an item processor",
}


def unknown_scope_fields(
    source: Source, body: Mapping[str, Json], pointer: Pointer, kind: ScopeKind
) -> Iterator[Finding]:
    yield from _unknown(source, body, pointer, _SCOPE[kind], _SCOPE_NAMES[kind])


def unknown_state_fields(
    source: Source, body: Mapping[str, Json], pointer: Pointer, kind: StateType, language: QueryLanguage
) -> Iterator[Finding]:
    """Of the state itself, its choice rules, its catchers and its retriers; not of the scopes in it."""
    known = _FIELDS[language][kind] | _EVERYWHERE | _LEADING
    other: QueryLanguage = "JSONata" if language == "JSONPath" else "JSONPath"
    yield from _unknown(source, body, pointer, known, f"a {language} {kind} state", _FIELDS[other][kind], other)
    if kind is StateType.CHOICE:
        for place, rule in _rules(body.get("Choices"), (*pointer, "Choices")):
            # The comparisons of a JSONPath rule mean nothing in JSONata, and the other way round.
            yield from _unknown(source, rule, place, _RULE[language], "a choice rule", _RULE[other], other)
    if "Catch" in _FIELDS[language][kind]:
        for place, catcher in objects_in(body.get("Catch"), (*pointer, "Catch")):
            yield from _unknown(source, catcher, place, _CATCHER[language], "a catcher", _CATCHER[other], other)
    if "Retry" in _FIELDS[language][kind]:
        for place, retrier in objects_in(body.get("Retry"), (*pointer, "Retry")):
            yield from _unknown(source, retrier, place, _RETRIER, "a retrier")


def misplaced_fields(body: Mapping[str, Json], kind: StateType) -> tuple[str, ...]:
    """Fields that lead somewhere, or decide where failures lead, in a state of a type that does not have them."""
    return tuple(field for field in body if field in _LEADING - _JSONPATH[kind])


def rule_and_inner_rules(rule: Mapping[str, Json], pointer: Pointer) -> Iterator[tuple[Pointer, Mapping[str, Json]]]:
    """A choice rule and the rules inside its And, Or and Not, each with the pointer to it."""
    yield pointer, rule
    for junction in ("And", "Or"):
        yield from _rules(rule.get(junction), (*pointer, junction))
    if isinstance(rule.get("Not"), dict):
        yield from rule_and_inner_rules(rule["Not"], (*pointer, "Not"))


def _unknown(
    source: Source,
    body: Mapping[str, Json],
    pointer: Pointer,
    known: frozenset[str],
    owner: str,
    known_in_other: Iterable[str] = (),
    other: QueryLanguage = "JSONata",
) -> Iterator[Finding]:
    for name in body:
        if name in known:
            continue
        place = (*pointer, name)
        if name in known_in_other:
            way_out = f'"{name}" belongs to {other}: set QueryLanguage to {other}, or use the fields of this language'
        elif f"{name.removesuffix('.$')}Path" in known:
            way_out = f'use "{name.removesuffix(".$")}Path"'
        else:
            way_out = nearest(name, known, "field") or "remove it, or put it into Comment"
        yield remark(source, "ASL115", f'{owner} has no field "{name}"', place, key=True, help=way_out)


def scopes_in(body: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """The scopes of a state as it is written, each with the field that holds it. In states of other types fields of
    those names are unknown fields, which may hold anything."""
    match body.get("Type"):
        case "Parallel":
            yield from (("Branches", branch) for branch in body["Branches"])
        case "Map":
            yield from ((key, body[key]) for key in _PROCESSORS if key in body)


def with_scopes(body: Mapping[str, Json], changed: Callable[[Json], Json]) -> dict[str, Json]:
    """The state with each of its scopes changed."""
    match body.get("Type"):
        case "Parallel":
            return {**body, "Branches": [changed(branch) for branch in body["Branches"]]}
        case "Map":
            return {**body, **{key: changed(body[key]) for key in _PROCESSORS if key in body}}
        case _:
            return dict(body)


_PROCESSORS = ("ItemProcessor", "Iterator")


def objects_in(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, Mapping[str, Json]]]:
    """The items of an array that are objects, each with the pointer to it; nothing for any other value."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield (*pointer, index), item


def _rules(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, Mapping[str, Json]]]:
    for place, rule in objects_in(value, pointer):
        yield from rule_and_inner_rules(rule, place)
