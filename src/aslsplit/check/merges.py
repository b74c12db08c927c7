"""Merges of the document with an answer, followed member by member.

A value that is merged as a whole cannot be followed by the definition alone. What an answer may hold is known here, so
the merge is the same as putting each of its members into the document, if it is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aslsplit.analysis.calls import answer_of
from aslsplit.analysis.conditions import plain_value
from aslsplit.analysis.effects import Effects, Passage
from aslsplit.analysis.forms import Form, Forms, form_of
from aslsplit.analysis.shapes import Copy, New, Presence, Shape, Update
from aslsplit.asl import references
from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.jsonata_tree import Array, Block, Call, Conditional, Node, parse_jsonata
from aslsplit.asl.model import State, TransitionKind
from aslsplit.asl.paths import DOCUMENT
from aslsplit.asl.source import Json

__all__ = ["followed"]


def followed(effects: Effects, before: Forms, present: Presence) -> Effects | None:
    """The effects with every merge followed whose parts are known; None if there is none. ``present`` surely is."""
    ways = tuple(_followed(effects.state, way, before, present) for way in effects.passages)
    return replace(effects, passages=ways) if ways != effects.passages else None


def _followed(state: State, way: Passage, before: Forms, present: Presence) -> Passage:
    if not isinstance(way.document, New) or way.transition.kind is TransitionKind.CATCH:
        return way
    in_jsonata = state.query_language == "JSONata"
    parts = tuple(_parts_in_jsonata(state, way) if in_jsonata else _parts_in_jsonpath(state))
    merged = _merged(parts, before, present)
    return way if merged is None else replace(way, document=merged)


def _merged(parts: Sequence[Shape], before: Forms, present: Presence) -> Shape | None:
    if len(parts) < 2:
        return None
    merged = parts[0]
    for part in parts[1:]:
        form = form_of(part, before)
        if not isinstance(part, Copy) or not _is_known(form):
            return None
        for name in form.members:
            stem = (*part.stem, name)
            merged = Update(merged, (name,), Copy(part.root, stem), sure=stem in present.get(part.root, ()))
    return merged


def _is_known(form: Form) -> bool:
    return not form.open and (form.kinds is None or "object" in form.kinds)


def _parts_in_jsonpath(state: State) -> Iterator[Shape]:
    """``States.JsonMerge`` of two references, which becomes the document."""
    parameters, output = state.body.get("Parameters"), state.body.get("OutputPath")
    if not isinstance(parameters, Mapping) or len(parameters) != 1 or "InputPath" in state.body:
        return
    template, problems = references.parse_template(dict(parameters))
    if problems or not isinstance(template, references.Members):
        return
    ((name, made),) = template.members.items()
    if output != f"$.{name}" or not isinstance(made, references.Evaluated):
        return
    match made.expression:
        case references.Call("States.JsonMerge", (references.Reference() as one, references.Reference() as other, *_)):
            if one.path.stem == one.path.steps and other.path.stem == other.path.steps:
                yield Copy(one.path.root, one.path.stem)
                yield Copy(other.path.root, other.path.stem)
        case _:
            return


def _parts_in_jsonata(state: State, way: Passage) -> Iterator[Shape]:
    holder: Mapping[str, Json] = state.body
    if way.transition.kind is TransitionKind.CHOICE:
        holder = state.body["Choices"][way.transition.index or 0]
    text = holder.get("Output")
    expression = expression_in(text) if isinstance(text, str) else None
    node = None if expression is None else _merge_in(parse_jsonata(expression.strip()))
    for item in node or ():
        yield plain_value(item, answer_of(state))


def _merge_in(node: Node) -> tuple[Node, ...] | None:
    match node:
        case Call("merge", (Array(items),)):
            return items
        case Block((single,)):
            return _merge_in(single)
        # Where the document is no object it stays as it is.
        case Conditional(_, then, otherwise) if otherwise is not None and _is_input(otherwise):
            return _merge_in(then)
        case _:
            return None


def _is_input(node: Node) -> bool:
    return plain_value(node, "") == Copy(DOCUMENT)
