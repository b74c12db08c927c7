"""A shared child as one of its sites sees it: with that site's names and literals, as if it were a child of its own.

Whatever looks at a child (the way back, the proofs) looks at this instead, site by site, and need not know that there
are others. What a site wrote in another way than the first one, a comment or the order of fields, is recorded too.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from aslsplit.asl.fields import with_scopes
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.paths import CONTEXT, format_path
from aslsplit.asl.source import Json, Pointer
from aslsplit.plan.contract import members_inside
from aslsplit.plan.naming import free
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.edits import part_at
from aslsplit.rewrite.packing import expression, jsonata_path

__all__ = [
    "Layout",
    "Literal",
    "SiteRecord",
    "layouts_of",
    "literals_of",
    "named_as",
    "named_as_at",
    "reference_to",
    "seen_by",
    "seen_from",
    "setting_readers",
]

_SENT = ("Execution", "Input", "settings")
_READS_SETTING = re.compile(r"\$(\$|states\.context)\.Execution\.Input\.settings\b")


@dataclass(frozen=True, slots=True)
class Literal:
    """What a site has in place of the reference ``text`` that stands at ``at`` in the child's definition: ``value``,
    under ``key``, which in an object is the name of the field."""

    at: Pointer
    text: str
    key: str | int
    value: Json


@dataclass(frozen=True, slots=True)
class Layout:
    """The order of the fields at ``at`` in the site's states; ``own`` are those that the first site lacks or has
    otherwise."""

    at: Pointer
    keys: tuple[str, ...]
    own: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """``of`` is the child, None at the first site in a machine, which is ``number`` 1; ``names`` lead the moved states
    of the child, the inner ones included, to those of this site, unless its states became the child."""

    number: int
    of: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    literals: tuple[Literal, ...] = ()
    layouts: tuple[Layout, ...] = ()
    text: str = ""
    """The states of a site that did not become the child, for how they looked: their comments and their lines."""


def reference_to(setting: str, *, in_jsonata: bool) -> str:
    """
    >>> reference_to("tableName", in_jsonata=False)
    '$$.Execution.Input.settings.tableName'
    >>> reference_to("tableName", in_jsonata=True)
    '{% $states.context.Execution.Input.settings.tableName %}'
    """
    if in_jsonata:
        return expression(jsonata_path("$states.context", (*_SENT, setting)))
    return format_path(CONTEXT, (*_SENT, setting))


def literals_of(plan: ChildPlan, first: ChildPlan) -> Iterator[Literal]:
    """What ``plan`` has where the states of the first site read a setting."""
    if plan.site is None:
        return
    scope = first.region.scope
    states = {state.name: state for state in members_inside(scope.states[name] for name in first.region.members)}
    for spot, setting in plan.site.spots.items():
        state = states[spot.state]
        at = (*state.pointer[len(scope.pointer) :], *spot.field[:-1], spot.key)
        text = reference_to(setting, in_jsonata=state.query_language == "JSONata")
        yield Literal(at, text, spot.field[-1], plan.site.settings[setting])


def seen_from(machine: StateMachine, site: SiteRecord | None, generated: Collection[str]) -> StateMachine:
    """``generated`` are the child's states that no site has."""
    if site is None:
        return machine
    seen, _ = parse(replace(machine.source, data=seen_by(machine.source.data, site, generated)))
    assert seen is not None
    return seen


def seen_by(definition: Json, site: SiteRecord | None, generated: Collection[str]) -> Json:
    if site is None:
        return definition
    seen = copy.deepcopy(definition)
    for literal in site.literals:
        _put_back(seen, literal)
    if site.names:
        seen = named_as_at(seen, site, generated)
    for layout in site.layouts:
        _lay_out(seen, layout)
    return seen


def named_as_at(definition: Json, site: SiteRecord, generated: Collection[str]) -> Json:
    """With the names of another site. What the child's team has added since is there at each of them, and no two states
    are called the same."""
    added = [name for name in definition["States"] if name not in site.names and name not in generated]
    taken = {*definition["States"], *site.names.values()}
    return named_as(definition, {**site.names, **{name: free(f"{name}{site.number}", taken) for name in added}})


def setting_readers(seen: StateMachine, generated: Collection[str]) -> Iterator[str]:
    """The states that still read what a call sends after each literal was put back: somebody has changed them since."""
    for name, body in seen.source.data["States"].items():
        if name not in generated and _READS_SETTING.search(json.dumps(body)):
            yield name


def _put_back(definition: Json, literal: Literal) -> None:
    """Where the child still has the reference that was written for it."""
    holder, place = part_at(definition, literal.at[:-1]), literal.at[-1]
    if part_at(holder, (place,)) != literal.text:
        return
    if isinstance(holder, list) and isinstance(place, int):
        holder[place] = literal.value
    else:
        fields = [(literal.key, literal.value) if key == place else (key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(fields)


def _lay_out(definition: Json, layout: Layout) -> None:
    holder = part_at(definition, layout.at)
    if isinstance(holder, dict):
        fields = {**holder, **layout.own}
        ordered = {key: fields[key] for key in layout.keys if key in fields}
        rest = {key: value for key, value in fields.items() if key not in layout.keys and key != "Comment"}
        holder.clear()
        holder.update({**ordered, **rest})


def layouts_of(seen: Json, own: Mapping[str, Json]) -> Iterator[Layout]:
    """What a site's ``own`` states have in another order, or another comment, than as the child has them."""
    for name, body in own.items():
        yield from _layouts(seen["States"][name], body, ("States", name))


def _layouts(seen: Json, own: Json, at: Pointer) -> Iterator[Layout]:
    if isinstance(seen, dict) and isinstance(own, dict):
        # What ended the scope leads to an answer in the child.
        keys = tuple("Next" if key == "End" and key not in seen else key for key in own)
        there = dict(zip(keys, own.values(), strict=True))
        differing = [key for key in keys if key not in seen or (key == "Comment" and seen[key] != there[key])]
        missing = "Comment" in seen and "Comment" not in own
        if differing or missing or [key for key in seen if key in there] != list(keys):
            yield Layout(at, keys, {key: there[key] for key in differing})
        for key in keys:
            if key in seen:
                yield from _layouts(seen[key], there[key], (*at, key))
    elif isinstance(seen, list) and isinstance(own, list):
        for number, (mine, its) in enumerate(zip(seen, own, strict=False)):
            yield from _layouts(mine, its, (*at, number))


def named_as(definition: Json, names: Mapping[str, str]) -> Json:
    """The same machine with other names for states, wherever they stand."""
    return _scope_named(definition, lambda name: names.get(name, name))


def _scope_named(scope: Json, named: Callable[[str], str]) -> Json:
    found = {**scope, "States": {named(name): _state_named(body, named) for name, body in scope["States"].items()}}
    return {**found, "StartAt": named(found["StartAt"])}


_TARGETS = ("Next", "Default")
_RULES = ("Choices", "Catch")


def _state_named(body: Json, named: Callable[[str], str]) -> Json:
    found = {key: named(value) if key in _TARGETS and isinstance(value, str) else value for key, value in body.items()}
    for key in _RULES:
        if isinstance(found.get(key), list):
            found[key] = [_state_named(rule, named) if isinstance(rule, dict) else rule for rule in found[key]]
    return with_scopes(found, lambda scope: _scope_named(scope, named))
