"""Reading the children of the boundary map, and what it chooses for all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.paths import AccessPath
from aslsplit.plan.boundaries import Carrier, ChildBoundary, Entries, Errors, Optional_, Pattern, Style
from aslsplit.plan.map_fields import (
    Node,
    check_keys,
    choice,
    describe,
    is_mapping,
    machine_name,
    path,
    paths,
    renames,
    text,
    text_list,
    text_or_list,
)

__all__ = ["children_in", "report_planned"]

DEFAULTS_KEYS: Final = ("pattern", "entries", "errors", "carrier", "style", "optional")
CHILD_KEYS: Final = (
    "workflow",
    "description",
    "owner",
    "states",
    "from",
    "until",
    "alias_arn",
    "invoke_as",
    "contract",
    "exits",
    "assume",
    "accepted_at",
    *DEFAULTS_KEYS,
)
CONTRACT_KEYS: Final = ("version", "accepts", "request", "result")
ASSUME_KEYS: Final = ("reads", "present")
PLANNED_KEYS: Final = ("shared", "parallel")
"""Keys that later versions will read."""

_PATTERNS: Final[tuple[Pattern, ...]] = ("sync", "async", "callback", "express")
_PLANNED_PATTERNS: Final[tuple[Pattern, ...]] = ("callback",)
_ENTRIES: Final[tuple[Entries, ...]] = ("single", "dispatch")
_ERRORS: Final[tuple[Errors, ...]] = ("rethrow", "surface", "ignore")
_CARRIERS: Final[tuple[Carrier, ...]] = ("variables", "document")
_STYLES: Final[tuple[Style, ...]] = ("explicit", "compact")
_OPTIONALS: Final[tuple[Optional_, ...]] = ("exact", "widen")

_CHILD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_VERSION_SHAPE = 'a version such as "1.0"'
_STATE_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,80}")
_STATE_NAME_SHAPE = "a state name of at most 80 characters"


@dataclass(frozen=True, slots=True)
class _Defaults:
    pattern: Pattern = "sync"
    entries: Entries = "single"
    errors: Errors = "rethrow"
    carrier: Carrier = "variables"
    style: Style = "explicit"
    optional: Optional_ = "exact"


def children_in(node: Node | None, defaults: Node | None) -> tuple[ChildBoundary, ...]:
    """``defaults`` is the map's member of that name."""
    chosen = _defaults(defaults)
    if node is None or not is_mapping(node):
        return ()
    if not node.value:
        node.report("ASL003", "children is empty", help="name at least one child and its states")
    children = [_child(name, inner, chosen) for name, inner in node.members()]
    return tuple(child for child in children if child is not None)


def _defaults(node: Node | None) -> _Defaults:
    if node is None or not is_mapping(node):
        return _Defaults()
    check_keys(node, (*DEFAULTS_KEYS, *PLANNED_KEYS))
    report_planned(node)
    return _choices(node, _Defaults())


def _choices(node: Node, defaults: _Defaults) -> _Defaults:
    return _Defaults(
        pattern=_pattern(node.member("pattern")) or defaults.pattern,
        entries=choice(node.member("entries"), _ENTRIES) or defaults.entries,
        errors=choice(node.member("errors"), _ERRORS) or defaults.errors,
        carrier=choice(node.member("carrier"), _CARRIERS) or defaults.carrier,
        style=choice(node.member("style"), _STYLES) or defaults.style,
        optional=choice(node.member("optional"), _OPTIONALS) or defaults.optional,
    )


def _child(name: str, node: Node, defaults: _Defaults) -> ChildBoundary | None:
    if not _CHILD_NAME.fullmatch(name):
        help = "use up to 64 letters, digits, - and _, beginning with a letter"
        node.report("ASL009", f"{describe(name)} cannot be the name of a child", help=help, key=True)
    if not is_mapping(node):
        return None
    check_keys(node, (*CHILD_KEYS, *PLANNED_KEYS))
    report_planned(node)
    _names_states(node)
    chosen = _choices(node, defaults)
    version, accepts, request, result = _contract(node.member("contract"))
    reads, present = _assume(node.member("assume"))
    workflow = machine_name(node.member("workflow")) or f"{_pascal_case(name)}Workflow"
    return ChildBoundary(
        name=name,
        workflow=workflow,
        states=text_list(node.member("states")) or (),
        start=text(node.member("from")),
        until=text_or_list(node.member("until")) or (),
        alias_arn=text(node.member("alias_arn")) or f"${{{_pascal_case(workflow)}AliasArn}}",
        owner=text(node.member("owner")),
        description=text(node.member("description")),
        version=version,
        accepts=accepts,
        request=request,
        result=result,
        pattern=chosen.pattern,
        accepted_at=path(node.member("accepted_at")),
        entries=chosen.entries,
        errors=chosen.errors,
        carrier=chosen.carrier,
        style=chosen.style,
        optional=chosen.optional,
        invoke_as=text(node.member("invoke_as"), pattern=_STATE_NAME, shape=_STATE_NAME_SHAPE),
        exits=_exits(node.member("exits")),
        assume_reads=reads,
        assume_present=present,
        pointer=node.pointer,
    )


def _names_states(node: Node) -> None:
    if node.member("states") is None and node.member("from") is None:
        help = "list its states, or name the first with from and what follows the last with until"
        node.report("ASL003", f'{node.label} has neither "states" nor "from"', help=help, key=True)
    elif (until := node.member("until")) and node.member("from") is None:
        message = f'{node.label} has "until" without "from"'
        until.report("ASL003", message, help='add "from", the state the region begins with', key=True)


def _contract(
    node: Node | None,
) -> tuple[str, tuple[str, ...], Mapping[str, AccessPath] | None, Mapping[str, AccessPath] | None]:
    if node is None or not is_mapping(node):
        return "1.0", ("1.0",), None, None
    check_keys(node, CONTRACT_KEYS)
    version = text(node.member("version"), pattern=_VERSION, shape=_VERSION_SHAPE) or "1.0"
    accepted = node.member("accepts")
    accepts = text_list(accepted, pattern=_VERSION, shape=_VERSION_SHAPE) or (version,)
    if accepted and version not in accepts:
        message = f"{accepted.label} lacks {describe(version)}, the version of the contract itself"
        accepted.report("ASL004", message, help=f"add {describe(version)} to it")
    request = renames(node.member("request"), variables=True)
    return version, tuple(dict.fromkeys(accepts)), request, renames(node.member("result"))


def _exits(node: Node | None) -> Mapping[str, str]:
    if node is None or not is_mapping(node):
        return {}
    outcomes: dict[str, str] = {}
    target_of: dict[str, str] = {}
    for target, inner in node.members():
        outcome = text(inner)
        if outcome is None:
            continue
        if outcome in target_of:
            message = f"{node.label} calls two exits {describe(outcome)}: {target_of[outcome]} and {target}"
            inner.report("ASL014", message, help="give each exit an outcome of its own")
        target_of.setdefault(outcome, target)
        outcomes[target] = outcome
    return outcomes


def _assume(node: Node | None) -> tuple[Mapping[str, tuple[AccessPath, ...]], tuple[AccessPath, ...]]:
    if node is None or not is_mapping(node):
        return {}, ()
    check_keys(node, ASSUME_KEYS)
    reads = node.member("reads")
    by_state = dict(reads.members()) if reads is not None and is_mapping(reads) else {}
    present = paths(node.member("present"), variables=True) or ()
    return {state: paths(inner) or () for state, inner in by_state.items()}, present


def _pattern(node: Node | None) -> Pattern | None:
    found = choice(node, _PATTERNS)
    if node is not None and found in _PLANNED_PATTERNS:
        help = "write another pattern, or leave it out"
        node.report("ASL015", f"{node.label} is {found}, which is planned but not available", help=help, key=True)
    return found


def report_planned(node: Node) -> None:
    for key in PLANNED_KEYS:
        if inner := node.member(key):
            message = f'"{key}" in {node.label} is planned but not available'
            inner.report("ASL015", message, help=f'leave "{key}" out', key=True)


def _pascal_case(name: str) -> str:
    """
    >>> _pascal_case("fraud-check"), _pascal_case("fraudCheck")
    ('FraudCheck', 'FraudCheck')
    """
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[\W_]", name))
