"""Reading the boundary map: every key of it, with a finding for whatever is wrong, all at once."""

from __future__ import annotations

import posixpath
from typing import Final, Literal

from aslsplit.asl.paths import AccessPath
from aslsplit.asl.source import Source
from aslsplit.findings import Finding, has_errors, in_order
from aslsplit.plan.boundaries import (
    BoundaryMap,
    ChildBoundary,
    MachineType,
    Meta,
)
from aslsplit.plan.child_reading import children_in
from aslsplit.plan.group_reading import groups_in
from aslsplit.plan.map_fields import (
    Node,
    check_keys,
    choice,
    describe,
    file_name,
    is_mapping,
    path,
    paths,
    text,
)
from aslsplit.plan.prices import prices_in
from aslsplit.plan.wiring_reading import wiring_in

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
    "wiring",
    "prices",
    "defaults",
    "children",
    "parallel",
)
META_KEYS: Final = ("correlation_id", "entity_id")
_TYPES: Final[tuple[MachineType, ...]] = ("STANDARD", "EXPRESS")
_DEFINITION_SUFFIXES: Final = (".asl.json", ".asl.yaml", ".asl.yml", ".json", ".yaml", ".yml")


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
    check_keys(root, MAP_KEYS, required=("version", "monolith", "children"))
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
        wiring=wiring_in(root.member("wiring")),
        prices=prices_in(root.member("prices")),
        children=children_in(root.member("children"), root.member("defaults")),
        parallel=groups_in(root.member("parallel"), root.member("children")),
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


def _one_file_each(root: Node, boundaries: BoundaryMap) -> None:
    """Reports files of the map that would overwrite one another, on file systems that ignore case as well."""
    roles = {
        "monolith": boundaries.monolith,
        "input_schema": boundaries.input_schema,
        "parent": boundaries.parent,
    }
    taken = {posixpath.basename(root.source.name.replace("\\", "/")).casefold(): "the boundary map itself"}
    for child in boundaries.names:
        stem = posixpath.normpath(posixpath.join(boundaries.children_dir, child)).casefold()
        for suffix in _DEFINITION_SUFFIXES:
            taken.setdefault(stem + suffix, f"the child {child}")
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
    # What a child that another map writes is called is said there.
    for child in (child for child in children if child.site_of is None and child.served_by is None):
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
