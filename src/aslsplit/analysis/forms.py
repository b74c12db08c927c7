"""Forms: what a value may be when a state begins (forward, may).

The counterpart of presence. Presence says what surely exists; a form says what certainly does not: an object that a
template builds has the members that stand there and no others. Literals keep their values, functions their types, and
of everything else a form says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import assert_never

from aslsplit.analysis.effects import Effects
from aslsplit.analysis.facts import Facts
from aslsplit.analysis.shapes import Copy, Given, New, Record, Shape, Update
from aslsplit.analysis.worklist import Worklist
from aslsplit.asl.model import Scope, ScopeKind, State, Transition
from aslsplit.asl.paths import DOCUMENT, Stem
from aslsplit.asl.source import Json

__all__ = [
    "ANYTHING",
    "NOTHING",
    "Form",
    "Forms",
    "form_of",
    "forms_before",
    "forms_behind",
    "json_type",
    "literal",
    "type_made_by",
]

_TYPES_OF_FUNCTIONS = {
    "States.Format": "string",
    "States.JsonToString": "string",
    "States.Array": "array",
    "States.ArrayPartition": "array",
    "States.ArrayContains": "boolean",
    "States.ArrayRange": "array",
    "States.ArrayLength": "number",
    "States.ArrayUnique": "array",
    "States.Base64Encode": "string",
    "States.Base64Decode": "string",
    "States.Hash": "string",
    "States.JsonMerge": "object",
    "States.MathRandom": "number",
    "States.MathAdd": "number",
    "States.StringSplit": "array",
    "States.UUID": "string",
    **{f"${name}": "string" for name in ("base64encode", "hash", "join", "lowercase", "now", "string", "trim", "uuid")},
    **{
        f"${name}": "number" for name in ("abs", "ceil", "count", "floor", "length", "millis", "random", "round", "sum")
    },
    **{f"${name}": "boolean" for name in ("boolean", "contains", "exists", "not")},
}

_DEEPEST = 8
"""How many names down forms are told apart; a loop may nest its document in itself."""

_MOST_VALUES = 24


def type_made_by(origin: str) -> str | None:
    """The JSON type of a new value, if the function that made it has only one."""
    return _TYPES_OF_FUNCTIONS.get(origin.split(" ", 1)[0])


def json_type(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case _:
            return "object"


_NO_MEMBERS: Mapping[str, Form] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Form:
    """``kinds`` are JSON types: None is any of them, and with none of them there is no value at all. ``open``: an
    object may have members beside ``members``. ``values`` are the only ones, as JSON texts; None is any."""

    kinds: frozenset[str] | None = None
    members: Mapping[str, Form] = field(default_factory=lambda: _NO_MEMBERS)
    open: bool = True
    values: frozenset[str] | None = None

    @property
    def absent(self) -> bool:
        return self.kinds is not None and not self.kinds

    def member(self, name: str) -> Form:
        if name in self.members:
            return self.members[name]
        # JSONata looks for a name in each item of an array.
        items = self.kinds is not None and "array" in self.kinds
        return ANYTHING if items or (self.open and self._may_be("object")) else NOTHING

    def at(self, stem: Stem) -> Form:
        form = self
        for name in stem:
            form = form.member(name)
        return form

    def with_member(self, stem: Stem, value: Form) -> Form:
        """With ``value`` put at ``stem``; whatever was there is an object afterwards."""
        if not stem:
            return value
        inner = self.member(stem[0]).with_member(stem[1:], value)
        holds = self._may_be("object")
        return Form(
            frozenset({"object"}),
            {**(self.members if holds else {}), stem[0]: inner},
            self.open and holds and not self.absent,
        )

    def __or__(self, other: Form) -> Form:
        if self == other or other.absent:
            return self
        if self.absent:
            return other
        kinds = None if self.kinds is None or other.kinds is None else self.kinds | other.kinds
        values = None if self.values is None or other.values is None else self.values | other.values
        if values is not None and len(values) > _MOST_VALUES:
            values = None
        holders = [form for form in (self, other) if form._may_be("object")]
        is_open = any(form.open for form in holders)
        names = dict.fromkeys(name for form in holders for name in form.members)
        members = {name: _joined(holders, name) for name in names}
        return Form(
            kinds, {name: form for name, form in members.items() if form != ANYTHING or not is_open}, is_open, values
        )

    def cut(self, depth: int) -> Form:
        """With nothing said of what is ``depth`` names down."""
        if not self.members:
            return self
        if depth == 0:
            return Form(self.kinds)
        return Form(
            self.kinds, {name: form.cut(depth - 1) for name, form in self.members.items()}, self.open, self.values
        )

    def _may_be(self, kind: str) -> bool:
        return self.kinds is None or kind in self.kinds


def _joined(forms: list[Form], name: str) -> Form:
    found = NOTHING
    for form in forms:
        found |= form.member(name)
    return found


ANYTHING = Form()
NOTHING = Form(frozenset(), open=False)

Forms = Mapping[str, Form]
"""By root; of what is not in it nothing is known."""


def literal(value: Json) -> Form:
    if isinstance(value, dict):
        return Form(frozenset({"object"}), {name: literal(member) for name, member in value.items()}, open=False)
    known = None if isinstance(value, list) else frozenset({json.dumps(value)})
    return Form(frozenset({json_type(value)}), open=False, values=known)


def form_of(shape: Shape, before: Forms) -> Form:
    match shape:
        case Copy(root, stem):
            return before.get(root, ANYTHING).at(stem)
        case New(origin):
            if origin.startswith("nothing"):
                return NOTHING
            kind = type_made_by(origin)
            return ANYTHING if kind is None else Form(frozenset({kind}), open=kind == "object")
        case Given(value):
            return literal(value)
        case Record(members, optional):
            forms = {name: form_of(member, before) for name, member in members.items()}
            kept = {name: form for name, form in forms.items() if not (name in optional and form.absent)}
            return Form(frozenset({"object"}), kept, open=False)
        case Update(base, stem, value, sure):
            old, new = form_of(base, before), form_of(value, before)
            return old.with_member(stem, new if sure else new | old.at(stem))
        case _ as unreachable:
            assert_never(unreachable)


Ways = Callable[[State, Transition, Forms], bool]
"""Whether control may take a transition, given the forms of what there is."""


def every_way(state: State, transition: Transition, before: Forms) -> bool:
    return True


def forms_before(
    facts: Facts, scope: Scope, starts: Mapping[str, Forms], ways: Ways = every_way
) -> Mapping[str, Forms]:
    """For each state that control reaches from ``starts``, in the scope and in those inside it."""
    effects = facts.of(scope).effects
    known = _in_scope(scope, effects, starts, ways)
    inner = [one for name, before in known.items() for one in _inside(effects[name], before)]
    for below, before in inner:
        known |= forms_before(facts, below, {below.start_at: before}, ways)
    return known


def _in_scope(
    scope: Scope, effects: Mapping[str, Effects], starts: Mapping[str, Forms], ways: Ways
) -> dict[str, Forms]:
    known = dict(starts)
    pending = Worklist(scope.states, starts)
    while pending:
        name = pending.pop()
        for way in effects[name].passages:
            target = way.transition.target
            if target is None or not ways(effects[name].state, way.transition, known[name]):
                continue
            after = forms_behind(way.document, way.variables, known[name])
            joined = _either(known[target], after) if target in known else after
            if joined != known.get(target):
                known[target] = joined
                pending.add(target)
    return known


def forms_behind(document: Shape, variables: Mapping[str, Shape], before: Forms) -> Forms:
    assigned = {root: form_of(shape, before).cut(_DEEPEST) for root, shape in variables.items()}
    return {**before, **assigned, DOCUMENT: form_of(document, before).cut(_DEEPEST)}


def _either(left: Forms, right: Forms) -> Forms:
    """What only one of them knows was not assigned on the other way, or is unknown there."""
    return {root: left[root] | right[root] for root in left if root in right}


def _inside(effects: Effects, before: Forms) -> Iterator[tuple[Scope, Forms]]:
    for inner, handed in zip(effects.state.scopes, effects.inputs, strict=True):
        seen = before if inner.kind is not ScopeKind.DISTRIBUTED else {}
        yield inner, {**seen, DOCUMENT: form_of(handed, before)}
