"""Reading the children of the boundary map, and what it chooses for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from aslsplit.asl.paths import AccessPath
from aslsplit.plan.boundaries import (
    Carrier,
    ChildBoundary,
    Elsewhere,
    Entries,
    Errors,
    ExecutionName,
    Optional_,
    Pattern,
    Style,
)
from aslsplit.plan.map_fields import (
    Node,
    check_keys,
    choice,
    describe,
    file_name,
    is_mapping,
    is_reserved,
    machine_name,
    number,
    path,
    paths,
    renames,
    text,
    text_list,
    text_or_list,
)

__all__ = ["STATE_NAME", "STATE_NAME_SHAPE", "children_in"]

DEFAULTS_KEYS: Final = ("pattern", "entries", "errors", "carrier", "style", "optional", "execution_name")
CHILD_KEYS: Final = (
    "workflow",
    "description",
    "owner",
    "states",
    "from",
    "until",
    "alias_arn",
    "invoke_as",
    "timeout_seconds",
    "contract",
    "exits",
    "assume",
    "shared",
    "served_by",
    "accepted_at",
    *DEFAULTS_KEYS,
)
SITE_KEYS: Final = ("states", "from", "until", "invoke_as", "assume")
ELSEWHERE_KEYS: Final = ("map", "child")
"""Of a site in another machine."""

SERVED_BY_KEYS: Final = (*ELSEWHERE_KEYS, "same")
SERVED_KEYS: Final = (*SITE_KEYS, "alias_arn", "shared", "served_by")
"""Of a child that another map writes; all else is said there."""

CONTRACT_KEYS: Final = ("version", "accepts", "request", "result")
ASSUME_KEYS: Final = ("reads", "present")

STATE_NAME: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,80}")
STATE_NAME_SHAPE: Final = "a state name of at most 80 characters"

_PATTERNS: Final[tuple[Pattern, ...]] = ("sync", "async", "callback", "express")
_ENTRIES: Final[tuple[Entries, ...]] = ("single", "dispatch")
_ERRORS: Final[tuple[Errors, ...]] = ("rethrow", "surface", "ignore")
_CARRIERS: Final[tuple[Carrier, ...]] = ("variables", "document")
_STYLES: Final[tuple[Style, ...]] = ("explicit", "compact")
_OPTIONALS: Final[tuple[Optional_, ...]] = ("exact", "widen")
_NAMES: Final[tuple[ExecutionName, ...]] = ("generated", "derived")

_CHILD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_VERSION_SHAPE = 'a version such as "1.0"'
_LONGEST_WAIT = 99_999_999
"""Seconds; what AWS takes for the TimeoutSeconds of a Task."""


@dataclass(frozen=True, slots=True)
class _Defaults:
    pattern: Pattern = "sync"
    entries: Entries = "single"
    errors: Errors = "rethrow"
    carrier: Carrier = "variables"
    style: Style = "explicit"
    optional: Optional_ = "exact"
    execution_name: ExecutionName = "generated"


def children_in(node: Node | None, defaults: Node | None) -> tuple[ChildBoundary, ...]:
    """``defaults`` is the map's member of that name."""
    chosen = _defaults(defaults)
    if node is None or not is_mapping(node):
        return ()
    if not node.value:
        node.report("ASL003", "children is empty", help="name at least one child and its states")
    children = [(inner, _child(name, inner, chosen)) for name, inner in node.members()]
    return tuple(one for inner, child in children if child is not None for one in (child, *_other_sites(inner, child)))


def _defaults(node: Node | None) -> _Defaults:
    if node is None or not is_mapping(node):
        return _Defaults()
    check_keys(node, DEFAULTS_KEYS)
    return _choices(node, _Defaults())


def _choices(node: Node, defaults: _Defaults) -> _Defaults:
    return _Defaults(
        pattern=choice(node.member("pattern"), _PATTERNS) or defaults.pattern,
        entries=choice(node.member("entries"), _ENTRIES) or defaults.entries,
        errors=choice(node.member("errors"), _ERRORS) or defaults.errors,
        carrier=choice(node.member("carrier"), _CARRIERS) or defaults.carrier,
        style=choice(node.member("style"), _STYLES) or defaults.style,
        optional=choice(node.member("optional"), _OPTIONALS) or defaults.optional,
        execution_name=choice(node.member("execution_name"), _NAMES) or defaults.execution_name,
    )


def _child(name: str, node: Node, defaults: _Defaults) -> ChildBoundary | None:
    if not _CHILD_NAME.fullmatch(name):
        help = "use up to 64 letters, digits, - and _, beginning with a letter"
        node.report("ASL009", f"{describe(name)} cannot be the name of a child", help=help, key=True)
    elif is_reserved(name):
        message = f"the child {name} would have a file that Windows takes for a device"
        node.report("ASL009", message, help="choose another name", key=True)
    if not is_mapping(node):
        return None
    check_keys(node, CHILD_KEYS)
    _names_states(node)
    served = _served_by(node)
    chosen = _choices(node, defaults if served is None else _Defaults())
    version, accepts, request, result = _contract(node.member("contract"))
    reads, present = _assume(node.member("assume"))
    workflow = machine_name(node.member("workflow")) or f"{_pascal_case(name)}Workflow"
    return ChildBoundary(
        name=name,
        workflow=workflow,
        states=text_list(node.member("states")) or (),
        start=text(node.member("from")),
        until=text_or_list(node.member("until")) or (),
        # The map that writes the child says it too, unless it is called another thing here.
        alias_arn=text(node.member("alias_arn")) or ("" if served else f"${{{_pascal_case(workflow)}AliasArn}}"),
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
        execution_name=chosen.execution_name,
        invoke_as=text(node.member("invoke_as"), pattern=STATE_NAME, shape=STATE_NAME_SHAPE),
        timeout_seconds=number(node.member("timeout_seconds"), range(1, _LONGEST_WAIT + 1)),
        exits=_exits(node.member("exits")),
        assume_reads=reads,
        assume_present=present,
        pointer=node.pointer,
        elsewhere=tuple(_sites_elsewhere(node, served)),
        served_by=served,
    )


def _served_by(node: Node) -> Elsewhere | None:
    served = node.member("served_by")
    if served is None or not is_mapping(served):
        return None
    check_keys(served, SERVED_BY_KEYS)
    for key, _ in node.members():
        if key in CHILD_KEYS and key not in SERVED_KEYS:
            message = f"{node.label} is served by another map, which says {key} for every site"
            named = node.member(key)
            assert named is not None
            named.report("ASL525", message, help=f"take {key} out here, and say it there", key=True)
    return _elsewhere(served)


def _sites_elsewhere(node: Node, served: Elsewhere | None) -> Iterator[Elsewhere]:
    shared = node.member("shared")
    if shared is None or not isinstance(shared.value, list):
        return
    for site in shared.items():
        if not _is_elsewhere(site):
            continue
        check_keys(site, ELSEWHERE_KEYS)
        found = _elsewhere(site)
        if served is not None:
            message = f"{site.label} is a site of another machine, and {node.label} is served by another map itself"
            site.report("ASL525", message, help="name this site there: one map writes the child for all of them")
        elif found is not None:
            yield found


def _is_elsewhere(site: Node) -> bool:
    return site.member("map") is not None or site.member("child") is not None


def _elsewhere(node: Node) -> Elsewhere | None:
    for key in ELSEWHERE_KEYS:
        if node.member(key) is None:
            help = "name the file of the other map and its child: {map: ../refunds/boundaries.yaml, child: notify}"
            node.report("ASL003", f'{node.label} lacks "{key}"', help=help)
    name = text(node.member("child"), pattern=_CHILD_NAME, shape="the name of a child")
    map = file_name(node.member("map"), upward=True)
    same = text_list(node.member("same")) or ()
    return None if name is None or map is None else Elsewhere(map, name, node.pointer, same)


def _other_sites(node: Node, child: ChildBoundary) -> Iterator[ChildBoundary]:
    """What a site does not say for itself it has from the child."""
    shared = node.member("shared")
    if shared is None:
        return
    if not isinstance(shared.value, list) or not shared.value:
        help = "list the other sites, each with its states: [{states: [BuildMail2, SendMail2]}]"
        shared.report("ASL004", f"{shared.label} is {describe(shared.value)} and not a list of sites", help=help)
        return
    if child.pattern != "sync":
        message = f'"{child.name}" has other sites, which cannot call it with pattern: {child.pattern}'
        shared.report("ASL525", message, help="write `pattern: sync` under it, or take shared out", key=True)
    for position, site in enumerate(shared.items(), start=2):
        if not is_mapping(site):
            continue
        if _is_elsewhere(site):
            continue
        check_keys(site, SITE_KEYS)
        _names_states(site)
        reads, present = _assume(site.member("assume"))
        yield replace(
            child,
            # No child can be called like this.
            name=f"{child.name}#{position}",
            states=text_list(site.member("states")) or (),
            start=text(site.member("from")),
            until=text_or_list(site.member("until")) or (),
            invoke_as=text(site.member("invoke_as"), pattern=STATE_NAME, shape=STATE_NAME_SHAPE),
            exits={},
            assume_reads=reads,
            assume_present=present,
            pointer=site.pointer,
            site_of=child.name,
            elsewhere=(),
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


def _pascal_case(name: str) -> str:
    """
    >>> _pascal_case("fraud-check"), _pascal_case("fraudCheck")
    ('FraudCheck', 'FraudCheck')
    """
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[\W_]", name))
