"""The template that deploys the parent already, if there is one: the children are added to it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.cloudformation import function_in, meaning_of_value
from aslsplit.asl.embedding import read_template
from aslsplit.asl.json_reading import read_json
from aslsplit.asl.source import Embedded, Json, Pointer, Source
from aslsplit.asl.templates import Deployed, is_template, machines_in
from aslsplit.asl.yaml_reading import read_yaml_template
from aslsplit.errors import BoundaryError, DefinitionError, InputError
from aslsplit.findings import Finding, finding, has_errors
from aslsplit.project.load import Tree

__all__ = ["Site", "role_in", "site_of", "unfit_site"]


@dataclass(frozen=True, slots=True)
class Site:
    """``source`` is all of the template, its functions as placeholders; ``plain`` the same data with functions in the
    long form. ``resource`` is that of the parent."""

    file: str
    source: Source
    plain: Json
    resource: Deployed
    definition_key: str | None
    """Where the resource names the file of its definition; None if the definition stands in the template."""

    substitutes: bool = False
    """The parent's definition goes through ``Fn::Sub``, so its tokens are names of the template."""

    sub_variables: frozenset[str] = frozenset()
    """Of that ``Fn::Sub``, what is no name of the template."""

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.file) or "."

    @property
    def is_serverless(self) -> bool:
        kind: str = self.plain["Resources"][self.resource.resource]["Type"]
        return kind == "AWS::Serverless::StateMachine"

    def machine_of(self, file: str) -> Deployed | None:
        """The state machine of the template whose definition is in this file, relative to the folder of the map."""
        for resource in machines_in(self.plain):
            names = (resource.body.get(key) for key in _FILE_KEYS)
            if any(_file_named(self.file, name) == file for name in names):
                return resource
        return None

    def alias_of(self, logical_id: str) -> str | None:
        """What the alias of a state machine of the template is called, as far as the template says."""
        resources = self.plain["Resources"]
        published = (resources[logical_id].get("Properties") or {}).get("AutoPublishAlias")
        if isinstance(published, str):
            return f"{logical_id}Alias{published}"
        versions = _referring(resources, "AWS::StepFunctions::StateMachineVersion", {logical_id})
        return next(iter(sorted(_referring(resources, "AWS::StepFunctions::StateMachineAlias", versions))), None)

    def is_role(self, logical_id: str | int) -> bool:
        resource = self.plain["Resources"].get(logical_id)
        return isinstance(resource, dict) and resource.get("Type") == "AWS::IAM::Role"

    @property
    def pointer(self) -> Pointer:
        """Of the properties of the parent's resource."""
        return self.resource.pointer

    @property
    def variables(self) -> Mapping[str, str]:
        """What the parent's resource fills in for tokens, spelled as YAML on one line."""
        given = self.resource.body.get("DefinitionSubstitutions")
        return {name: meaning_of_value(value) for name, value in given.items()} if isinstance(given, dict) else {}


def site_of(tree: Tree) -> Site | None:
    """None if the parent is a file of its own, and the map names no template that deploys it.

    Raises BoundaryError, InputError or DefinitionError if there is a template and nothing can be added to it.
    """
    parent, named = tree.boundaries.parent_file, tree.boundaries.wiring.template
    if tree.parent.source.embedded is not None:
        return _site_of_embedded(tree, tree.parent.source.embedded)
    if named is None:
        return None
    source, plain = _read(tree, named)
    for resource in machines_in(plain):
        for key in _FILE_KEYS:
            # Where the monolith's file is deployed, the parent is to be.
            if _file_named(named, resource.body.get(key)) in (parent, tree.boundaries.monolith):
                return Site(named, source, plain, resource, key)
    message = f"{tree.workspace.shown(named)} has no state machine whose definition is {parent}"
    help = f"write DefinitionUri: {posixpath.relpath(parent, posixpath.dirname(named) or '.')} there"
    raise BoundaryError("the boundary map has errors", (_unfit(tree, message, help),))


def _site_of_embedded(tree: Tree, embedded: Embedded) -> Site:
    """Of a parent that stands in a template itself. Raises as ``site_of``."""
    file, named = tree.boundaries.parent_file, tree.boundaries.wiring.template
    if named not in (None, file):
        message = f"the parent's definition stands in {file}, and cannot be deployed by {named}"
        raise BoundaryError("the boundary map has errors", (_unfit(tree, message, "leave template out"),))
    span = tree.boundaries.source.span(("monolith",))
    if embedded.kind != "cloudformation":
        message = f"the parent's definition stands in {file}, which is no template of CloudFormation"
        remark = finding("ASL574", message, span=span, help="move the definition into a file of its own")
        raise DefinitionError("nothing can be added to this file", (remark,))
    if tree.boundaries.resource is None:
        message = f"{file} will hold several state machines, and the map does not say which is the parent"
        remark = finding("ASL574", message, span=span, help=f"add resource: {embedded.resource}")
        raise BoundaryError("the boundary map has errors", (remark,))
    source, plain = _read(tree, file)
    resource = next(found for found in machines_in(plain) if found.resource == embedded.resource)
    return Site(file, source, plain, resource, None, embedded.substitutes, frozenset(embedded.variables))


_FILE_KEYS: Final = ("DefinitionUri", "DefinitionS3Location")


def _file_named(template: str, value: Json) -> str | None:
    """What a template names, relative to the folder of the map."""
    if not isinstance(value, str):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(template), value))


def _referring(resources: Mapping[str, Json], kind: str, targets: Set[str]) -> frozenset[str]:
    """The resources of a kind that refer to one of these."""
    return frozenset(
        name
        for name, resource in resources.items()
        if isinstance(resource, dict) and resource.get("Type") == kind and not targets.isdisjoint(_referred(resource))
    )


def _referred(value: Json) -> Iterator[str]:
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(text)}:
            yield text.partition(".")[0]
        case dict() | list():
            for part in value.values() if isinstance(value, dict) else value:
                yield from _referred(part)


def _read(tree: Tree, name: str) -> tuple[Source, Json]:
    raw, shown = tree.workspace.read(name), tree.workspace.shown(name)
    if raw is None:
        raise InputError(f"there is no file {shown}, which the boundary map names as template")
    source, findings = read_template(shown, raw)
    if source is None or has_errors(findings):
        raise InputError(f"{shown} cannot be read", findings)
    plain = (read_json(source.text) if source.format == "json" else read_yaml_template(source.text)).data
    if not is_template(plain) or not isinstance(plain.get("Resources"), dict):
        message = f"{shown} is no template with Resources"
        raise BoundaryError("the boundary map has errors", (_unfit(tree, message, None),))
    return source, plain


def _unfit(tree: Tree, message: str, help: str | None) -> Finding:
    span = tree.boundaries.source.span(("wiring", "template"))
    return finding("ASL574", message, span=span, help=help)


def unfit_site(site: Site, *, serverless: bool, missing_in_sub: bool) -> Iterator[Finding]:
    """Why the template cannot take children of this kind. ``missing_in_sub``: a token under ``Fn::Sub`` that only a
    resource of its own name could fill in."""
    place = site.source.span(site.pointer, key=True)
    if serverless and not _has_transform(site.plain.get("Transform")):
        message = f"{site.source.name} does not have the Transform of SAM, and cannot hold resources of SAM"
        yield finding("ASL574", message, span=place, help="wire with --target cloudformation")
    elif serverless and missing_in_sub:
        message = "the parent's definition goes through Fn::Sub, which cannot name an alias that SAM makes"
        yield finding("ASL574", message, span=place, help="wire with --target cloudformation")


def _has_transform(value: Json) -> bool:
    names = value if isinstance(value, list) else [value]
    return any(isinstance(name, str) and name.startswith("AWS::Serverless") for name in names)


def role_in(site: Site, value: Json) -> str | None:
    """The role of the template that a property refers to."""
    match function_in(value):
        case "Fn::GetAtt", [str(role), "Arn"]:
            found = role
        case "Fn::GetAtt", str(text) if text.endswith(".Arn"):
            found = text.removesuffix(".Arn")
        case _:
            return None
    return found if site.is_role(found) else None
