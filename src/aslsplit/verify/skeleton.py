"""Inputs and task results to begin with: everything that anybody reads is there, under the names it is read by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.facts import Facts, ScopeFacts
from aslsplit.asl.model import Scope, State, StateType
from aslsplit.asl.paths import CONTEXT, DOCUMENT, Step
from aslsplit.asl.references import Evaluated, Items, Members, Template, parse_template, references_of
from aslsplit.asl.source import Json
from aslsplit.verify.vocabulary import Vocabulary, last_name

__all__ = ["Builder", "builder_of"]

_DEPTH = 6
_JSONATA_PATH = re.compile(r"\$states\.(?:input|result)((?:\.[A-Za-z_]\w*)+)")

Tail = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Builder:
    """``inside``: what is read below a field of this name. ``items``: what is read of the items of this array."""

    facts: Facts
    vocabulary: Vocabulary
    inside: Mapping[str, frozenset[Tail]]
    items: Mapping[str, frozenset[Tail]]

    def input(self) -> Json:
        top = self.facts.machine.top
        tails = set(_document_reads(self.facts, top))
        live = self.facts.of(top).live[top.start_at]
        tails |= {stem for stem in live[DOCUMENT].leaves() if stem} if DOCUMENT in live else set()
        sent = live[CONTEXT].at(("Execution", "Input")) if CONTEXT in live else None
        tails |= {stem for stem in sent.leaves() if stem} if sent is not None else set()
        return self._object(tails, _DEPTH)

    def result(self, scope: ScopeFacts, state: State) -> Json:
        """What a Task, or the reader of a Map, answers when all is well."""
        body = state.body
        if state.type is StateType.MAP:
            return [self._value(f"{state.name}-item", self.items.get(state.name, frozenset()), _DEPTH)] * 2
        tails = {*_template_reads(body.get("ResultSelector")), *_template_reads(body.get("Assign"))}
        tails |= {tuple(path.split(".")[1:]) for path in _JSONATA_PATH.findall(" ".join(_expressions(body)))}
        if "ResultSelector" not in body:
            path = body.get("ResultPath", "$")
            name = last_name(path) if isinstance(path, str) else None
            tails |= self.inside.get(name, frozenset()) if name else set(_document_reads(self.facts, scope.scope))
        found = {tail for tail in tails if tail}
        return self._object(found, _DEPTH) if found else {"ok": True}

    def value(self, name: str) -> Json:
        return self._value(name, frozenset(), _DEPTH)

    def _value(self, name: str, tails: Iterable[Tail], depth: int) -> Json:
        if name in self.items:
            item = self._value(f"{name}-item", self.items[name], depth - 1) if depth else "item"
            return [item, item]
        below = {*tails, *self.inside.get(name, frozenset())} - {()}
        hints = self.vocabulary.values.get(name, ())
        if below and depth:
            return self._object(below, depth - 1)
        return hints[0] if hints else f"{name} 1"

    def _object(self, tails: Iterable[Tail], depth: int) -> Json:
        fields: dict[str, set[Tail]] = {}
        elements: set[Tail] = set()
        for tail in tails:
            if isinstance(tail[0], str):
                fields.setdefault(tail[0], set()).add(tail[1:])
            else:
                elements.add(tail[1:])
        if fields:
            return {name: self._value(name, below, depth) for name, below in sorted(fields.items())}
        inner = {tail for tail in elements if tail}
        return [self._object(inner, depth - 1) if inner and depth else "element 1"] * 2


def builder_of(facts: Facts, vocabulary: Vocabulary) -> Builder:
    inside: dict[str, set[Tail]] = {}
    items: dict[str, set[Tail]] = {}
    for scope in facts.machine.scopes():
        for steps in _all_reads(facts, scope):
            for position, step in enumerate(steps[:-1]):
                if isinstance(step, str):
                    inside.setdefault(step, set()).add(steps[position + 1 :])
        for state in scope.states.values():
            if state.type is StateType.MAP and state.scopes:
                path = state.body.get("ItemsPath")
                name = last_name(path) if isinstance(path, str) else None
                reads = {steps for steps in _document_reads(facts, state.scopes[0]) if steps}
                own_item = _template_reads(state.body.get("ItemSelector"), root=CONTEXT)
                reads |= {tail[3:] for tail in own_item if tail[:3] == ("Map", "Item", "Value") and tail[3:]}
                items.setdefault(name or state.name, set()).update(reads)
    return Builder(
        facts,
        vocabulary,
        {name: frozenset(tails) for name, tails in inside.items()},
        {name: frozenset(tails) for name, tails in items.items()},
    )


def _document_reads(facts: Facts, scope: Scope) -> Iterator[Tail]:
    """What the states of a scope read of its document."""
    for effects in facts.of(scope).effects.values():
        yield from (read.path.steps for read in effects.reads if read.path.root == DOCUMENT and read.path.steps)
        for text in _expressions(effects.state.body):
            yield from (tuple(path.split(".")[1:]) for path in _JSONATA_PATH.findall(text) if "$states.input" in text)


def _all_reads(facts: Facts, scope: Scope) -> Iterator[Tail]:
    for effects in facts.of(scope).effects.values():
        yield from (read.path.steps for read in effects.reads if read.path.steps)
        for key in ("ResultSelector", "Assign"):
            yield from _template_reads(effects.state.body.get(key))
        for text in _expressions(effects.state.body):
            yield from (tuple(path.split(".")[1:]) for path in _JSONATA_PATH.findall(text))


def _template_reads(template: Json, root: str = DOCUMENT) -> set[Tail]:
    if template is None:
        return set()
    return {steps for steps in _references(parse_template(template)[0], root) if steps}


def _references(template: Template, root: str) -> Iterator[Tail]:
    match template:
        case Members(members):
            for member in members.values():
                yield from _references(member, root)
        case Items(items):
            for item in items:
                yield from _references(item, root)
        case Evaluated(expression=expression):
            for reference in references_of(expression):
                if reference.path.root == root:
                    yield reference.path.steps
        case _:
            return


def _expressions(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith("{%"):
            yield value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            if key not in ("Branches", "ItemProcessor", "Iterator"):
                yield from _expressions(member)
    elif isinstance(value, Sequence):
        for member in value:
            yield from _expressions(member)
