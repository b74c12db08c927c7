"""Children added to the template that deploys the parent: insertions, and nothing else.

What is there stays byte for byte as it is. A resource that is there already belongs to people, whoever wrote it first;
it is given no more than the tokens that it does not fill in yet.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from aslsplit.asl.cloudformation import function_in
from aslsplit.asl.embedding import read_template
from aslsplit.asl.source import Json, Pointer
from aslsplit.findings import Finding, finding, has_errors
from aslsplit.wiring.additions import Addition, Replacement, with_changes, written_for
from aslsplit.wiring.dialect import Dialect, rendered
from aslsplit.wiring.model import Machine, Token, Wiring
from aslsplit.wiring.rights import rights
from aslsplit.wiring.site import Site, unfit_site
from aslsplit.wiring.template_view import machine_view, parameter_view
from aslsplit.wiring.values import AliasOf, short, substitutions

__all__ = ["added_to"]

_MACHINES: Final = ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine")


def added_to(
    site: Site, wiring: Wiring, dialect: Dialect, user_templates: Path | None
) -> tuple[str | None, tuple[Finding, ...]]:
    """The text of the template with the children in it, and remarks; no text if there are errors among them."""
    names = _AliasNames(site, wiring, dialect)
    found = [
        *unfit_site(site, serverless=dialect.serverless, missing_in_sub=bool(names.missing_in_sub())),
        *names.without_alias(),
        *(part for child in wiring.children for part in _child(site, wiring, child, names, user_templates)),
        *_definition(site, wiring),
        *_parent_tokens(site, wiring, names),
        *rights(site, wiring, substitutions(wiring.parent, names.reference), user_templates),
        *_parameters(site, wiring),
    ]
    remarks = tuple(one for one in found if isinstance(one, Finding))
    if has_errors(remarks):
        return None, remarks
    return with_changes(site.source, (one for one in found if not isinstance(one, Finding))), remarks


class _AliasNames:
    """The logical ids of aliases. Under ``Fn::Sub`` a token is the name of a resource: there the alias is called so."""

    def __init__(self, site: Site, wiring: Wiring, dialect: Dialect) -> None:
        self.site, self.wiring, self.dialect = site, wiring, dialect

    def missing_in_sub(self) -> tuple[Token, ...]:
        if not self.site.substitutes:
            return ()
        resources = {**self.site.plain["Resources"], **(self.site.plain.get("Parameters") or {})}
        known = {*resources, *self.site.sub_variables}
        return tuple(token for token in self.wiring.parent.alias_tokens if token.name not in known)

    def of(self, machine: Machine) -> str:
        if self.is_there(machine):
            return self.site.alias_of(machine.logical_id) or self.dialect.alias_id(self.wiring, machine)
        if not self.dialect.serverless:
            for token in self.missing_in_sub():
                if token.child == machine.name:
                    return token.name
        return self.dialect.alias_id(self.wiring, machine)

    def is_there(self, machine: Machine) -> bool:
        there = self.site.plain["Resources"].get(machine.logical_id)
        return isinstance(there, dict) and there.get("Type") in _MACHINES

    def without_alias(self) -> Iterator[Finding]:
        """Children that people wrote into the template, without an alias by which they could be called."""
        for child in self.wiring.children:
            if self.is_there(child) and self.site.alias_of(child.logical_id) is None:
                yield finding(
                    "ASL574",
                    f"{child.logical_id} has no alias by which it could be called",
                    span=self.site.source.span(("Resources", child.logical_id), key=True),
                    help=f"give it an alias, in SAM with AutoPublishAlias: {self.wiring.settings.alias}",
                )

    def reference(self, child: str) -> Json:
        return {"Ref": self.of(self.wiring.child(child))}


def _child(
    site: Site, wiring: Wiring, child: Machine, names: _AliasNames, user_templates: Path | None
) -> Iterator[Addition | Finding]:
    resources = site.plain["Resources"]
    if names.is_there(child):
        pointer = ("Resources", child.logical_id, "Properties")
        yield from _missing_tokens(site, child, child.tokens, pointer, names.reference)
        return
    view = machine_view(wiring, child, names.of)
    values = {"settings": wiring.settings, "machine": view}
    made = rendered(f"{names.dialect.folder}/machine.yaml.j2", user_templates, values, below="Resources")
    for logical_id in made.data["Resources"]:
        if logical_id in resources or logical_id in (site.plain.get("Parameters") or ()):
            yield _taken(site, child, logical_id)
        else:
            yield Addition(("Resources", logical_id), *written_for(site.source, made, ("Resources", logical_id)))


def _taken(site: Site, child: Machine, logical_id: str) -> Finding:
    place = next(part for part in ("Resources", "Parameters") if logical_id in (site.plain.get(part) or ()))
    return finding(
        "ASL575",
        f'{site.source.name} has something else called "{logical_id}", which is needed for "{child.name}"',
        span=site.source.span((place, logical_id), key=True),
        help="give the child another workflow in the boundary map",
    )


def _definition(site: Site, wiring: Wiring) -> Iterator[Replacement]:
    """The parent's file, where the resource still names the monolith's."""
    key = site.definition_key
    file = posixpath.relpath(wiring.parent.file, site.folder)
    if key is not None and posixpath.normpath(site.resource.body[key]) != file:
        yield Replacement((*site.pointer, key), file)


def _parent_tokens(site: Site, wiring: Wiring, names: _AliasNames) -> Iterator[Addition | Finding]:
    # What the parent's other tokens stand for was told before there were children.
    if not site.substitutes:
        parent = wiring.parent
        yield from _missing_tokens(site, parent, parent.alias_tokens, site.pointer, names.reference)


def _missing_tokens(
    site: Site, machine: Machine, tokens: Iterable[Token], pointer: Pointer, alias_of: AliasOf
) -> Iterator[Addition | Finding]:
    """Those that the resource does not fill in yet."""
    properties = site.plain["Resources"][pointer[1]].get("Properties")
    given = properties.get("DefinitionSubstitutions", {}) if isinstance(properties, dict) else None
    missing = [token for token in tokens if not isinstance(given, dict) or token.name not in given]
    place = (*pointer, "DefinitionSubstitutions")
    if not missing:
        return
    if not isinstance(given, dict) or function_in(given):
        yield finding(
            "ASL574",
            f"the DefinitionSubstitutions of {pointer[1]} are not written out, and nothing can be added to them",
            span=site.source.span(place),
            help="write them as a mapping",
        )
        return
    values = substitutions(machine, alias_of)
    for token in missing:
        yield Addition((*place, token.name), _as_written(site, values[token.name]))


def _as_written(site: Site, value: Json) -> Json:
    made, _ = read_template("value", f"v: {short(value)}\n".encode())
    assert made is not None
    return written_for(site.source, made, ("v",))[0]


def _parameters(site: Site, wiring: Wiring) -> Iterator[Addition]:
    """For tokens of children about which the template says nothing."""
    known = {*site.plain["Resources"], *(site.plain.get("Parameters") or ())}
    tokens = {token.identifier: token for child in wiring.children for token in child.open_tokens}
    for identifier in sorted(tokens):
        view = parameter_view(tokens[identifier])
        if view is not None and identifier not in known:
            value = {"Type": "String", "Description": json.loads(view["description"])}
            yield Addition(("Parameters", identifier), value)
