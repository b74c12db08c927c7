"""Reading the boundary map: every key of it, with a finding for whatever is wrong, all at once."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from aslsplit.asl.paths import AccessPath
from aslsplit.asl.source import Source
from aslsplit.findings import Finding, has_errors, in_order
from aslsplit.plan.boundaries import (
    BoundaryMap,
    Carrier,
    ChildBoundary,
    Entries,
    Errors,
    MachineType,
    Meta,
    Optional_,
    Style,
)
from aslsplit.plan.map_fields import (
    Node,
    check_keys,
    choice,
    describe,
    file_name,
    is_mapping,
    machine_name,
    path,
    paths,
    renames,
    text,
    text_list,
    text_or_list,
)

__all__ = ["read_boundaries"]


def read_boundaries(source: Source) -> tuple[BoundaryMap | None, tuple[Finding, ...]]:
    """The map, or None when there is an error in it; the findings name every error in this file at once."""
    root = Node(source, (), source.data, [])
    boundaries = _map(root)
    findings = in_order(root.remarks)
    return (None if has_errors(findings) else boundaries), findings


MAP_KEYS: Final = (
    "$schema",
    "version",
    "monolith",
    "resource",
    "type",
    "parent",
    "children_dir",
    "contracts_dir",
    "observe",
    "input_schema",
    "meta",
    "defaults",
    "children",
)
META_KEYS: Final = ("correlation_id", "entity_id")
DEFAULTS_KEYS: Final = ("entries", "errors", "carrier", "style", "optional")
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
    *DEFAULTS_KEYS,
)
CONTRACT_KEYS: Final = ("version", "accepts", "request", "result")
ASSUME_KEYS: Final = ("reads", "present")
PLANNED_KEYS: Final = ("pattern", "shared", "parallel")
"""Keys that later versions will read. ``pattern: sync``, which is what happens anyway, may be written."""

_PATTERNS: Final = ("sync", "async", "callback", "express")
_ENTRIES: Final[tuple[Entries, ...]] = ("single", "dispatch")
_ERRORS: Final[tuple[Errors, ...]] = ("rethrow", "surface")
_CARRIERS: Final[tuple[Carrier, ...]] = ("variables", "document")
_STYLES: Final[tuple[Style, ...]] = ("explicit", "compact")
_OPTIONALS: Final[tuple[Optional_, ...]] = ("exact", "widen")
_TYPES: Final[tuple[MachineType, ...]] = ("STANDARD", "EXPRESS")

_CHILD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_VERSION_SHAPE = 'a version such as "1.0"'
_STATE_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,80}")
_STATE_NAME_SHAPE = "a state name of at most 80 characters"
_DEFINITION_SUFFIXES: Final = (".asl.json", ".asl.yaml", ".asl.yml", ".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class _Defaults:
    entries: Entries = "single"
    errors: Errors = "rethrow"
    carrier: Carrier = "variables"
    style: Style = "explicit"
    optional: Optional_ = "exact"


def _map(root: Node) -> BoundaryMap | None:
    if not isinstance(root.value, dict):
        help = "begin it with version, monolith and children"
        root.report("ASL001", f"the boundary map is {describe(root.value)} and not a mapping", help=help)
        return None
    version = root.member("version")
    if version and (isinstance(version.value, bool) or version.value != 1):
        shown = describe(version.value)
        version.report("ASL001", f"version {shown} of the boundary map is unknown", help="write version: 1")
        return None

    is_mapping(root)
    check_keys(root, (*MAP_KEYS, *PLANNED_KEYS), required=("version", "monolith", "children"))
    _planned(root)
    text(root.member("$schema"))
    boundaries = BoundaryMap(
        source=root.source,
        version=1,
        monolith=file_name(root.member("monolith")) or "",
        resource=text(root.member("resource")),
        parent=file_name(root.member("parent")),
        children_dir=file_name(root.member("children_dir"), folder=True) or "children",
        contracts_dir=file_name(root.member("contracts_dir"), folder=True) or "contracts",
        observe=_observe(root.member("observe")),
        input_schema=file_name(root.member("input_schema")),
        machine_type=choice(root.member("type"), _TYPES) or "STANDARD",
        meta=_meta(root.member("meta")),
        children=_children(root.member("children"), _defaults(root.member("defaults"))),
    )
    _one_file_each(root, boundaries)
    _one_name_each(root, boundaries.children)
    return boundaries


def _observe(node: Node | None) -> Literal["all", "none"] | tuple[AccessPath, ...]:
    if node is None or node.value == "all":
        return "all"
    if node.value == "none":
        return "none"
    if isinstance(node.value, list):
        return paths(node) or ()
    message = f"{node.label} is {describe(node.value)}; allowed: all, none, or a list of paths"
    node.report("ASL004", message, help="list what callers read of the output: [$.order.status]")
    return "all"


def _meta(node: Node | None) -> Meta:
    if node is None or not is_mapping(node):
        return Meta()
    check_keys(node, META_KEYS)
    return Meta(
        correlation_id=path(node.member("correlation_id"), whole=False),
        entity_id=path(node.member("entity_id"), whole=False),
    )


def _defaults(node: Node | None) -> _Defaults:
    if node is None or not is_mapping(node):
        return _Defaults()
    check_keys(node, (*DEFAULTS_KEYS, *PLANNED_KEYS))
    _planned(node)
    return _choices(node, _Defaults())


def _choices(node: Node, defaults: _Defaults) -> _Defaults:
    return _Defaults(
        entries=choice(node.member("entries"), _ENTRIES) or defaults.entries,
        errors=choice(node.member("errors"), _ERRORS) or defaults.errors,
        carrier=choice(node.member("carrier"), _CARRIERS) or defaults.carrier,
        style=choice(node.member("style"), _STYLES) or defaults.style,
        optional=choice(node.member("optional"), _OPTIONALS) or defaults.optional,
    )


def _children(node: Node | None, defaults: _Defaults) -> tuple[ChildBoundary, ...]:
    if node is None or not is_mapping(node):
        return ()
    if not node.value:
        node.report("ASL003", "children is empty", help="name at least one child and its states")
    children = [_child(name, inner, defaults) for name, inner in node.members()]
    return tuple(child for child in children if child is not None)


def _child(name: str, node: Node, defaults: _Defaults) -> ChildBoundary | None:
    if not _CHILD_NAME.fullmatch(name):
        help = "use up to 64 letters, digits, - and _, beginning with a letter"
        node.report("ASL009", f"{describe(name)} cannot be the name of a child", help=help, key=True)
    if not is_mapping(node):
        return None
    check_keys(node, (*CHILD_KEYS, *PLANNED_KEYS))
    _planned(node)
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


def _planned(node: Node) -> None:
    for key in PLANNED_KEYS:
        inner = node.member(key)
        if inner is None or (key == "pattern" and inner.value == "sync"):
            continue
        if key == "pattern" and isinstance(inner.value, str) and inner.value not in _PATTERNS:
            choice(inner, _PATTERNS)
            continue
        help = "write pattern: sync or leave it out" if key == "pattern" else f'leave "{key}" out'
        shown = f"{key}: {inner.value}" if isinstance(inner.value, str) else f'"{key}"'
        inner.report("ASL015", f"{shown} in {node.label} is planned but not available", help=help, key=True)


def _one_file_each(root: Node, boundaries: BoundaryMap) -> None:
    """Reports files of the map that would overwrite one another, on file systems that ignore case as well."""
    roles = {
        "monolith": boundaries.monolith,
        "input_schema": boundaries.input_schema,
        "parent": boundaries.parent,
    }
    taken = {posixpath.basename(root.source.name.replace("\\", "/")).casefold(): "the boundary map itself"}
    for child in boundaries.children:
        stem = posixpath.normpath(posixpath.join(boundaries.children_dir, child.name)).casefold()
        for suffix in _DEFINITION_SUFFIXES:
            taken.setdefault(stem + suffix, f"the child {child.name}")
    for role, name in roles.items():
        node = root.member(role)
        if node is None or not name or (role == "parent" and name == boundaries.monolith):
            continue
        folded = name.casefold()
        if folded in taken:
            message = f"{role} is {describe(name)}, which is also the file of {taken[folded]}"
            node.report("ASL012", message, help="give each its own file name")
        taken.setdefault(folded, role)


def _one_name_each(root: Node, children: tuple[ChildBoundary, ...]) -> None:
    """Reports what two children share although each needs its own: file, workflow name, alias."""
    owner_of: dict[tuple[str, str], str] = {}
    for child in children:
        place = Node(root.source, child.pointer, root.source.data["children"][child.name], root.remarks)
        identities = {"file": child.name.casefold(), "workflow": child.workflow, "alias_arn": child.alias_arn}
        for kind, value in identities.items():
            first = owner_of.setdefault((kind, value), child.name)
            if first == child.name:
                continue
            both = f"the children {first} and {child.name}"
            help = f"{first} is at {root.source.span(('children', first), key=True)}; give each its own"
            written = place.member(kind)
            if kind == "file":
                place.report("ASL012", f"{both} would write the same file", help=help, key=True)
            elif written:
                written.report("ASL012", f"{both} have the same {kind}, {value}", help=help)
            else:
                place.report("ASL012", f"{both} have the same {kind}, {value}", help=help, key=True)


def _pascal_case(name: str) -> str:
    """
    >>> _pascal_case("fraud-check"), _pascal_case("fraudCheck")
    ('FraudCheck', 'FraudCheck')
    """
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[\W_]", name))
