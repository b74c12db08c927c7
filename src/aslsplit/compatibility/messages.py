"""The two messages of a contract, request and result, judged form by form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aslsplit.asl.source import Pointer
from aslsplit.compatibility.changes import Change, Presence, changes
from aslsplit.compatibility.contract import VERSION, Message
from aslsplit.compatibility.directions import REQUEST, RESULT, Direction
from aslsplit.compatibility.remark import Order, Remark, remark
from aslsplit.compatibility.shift import Shift, Way
from aslsplit.difference.schema_fields import ITEMS, Fields, Steps

__all__ = ["about_requests", "about_results"]


def about_requests(child: str, before: Message, after: Message) -> Iterator[Remark]:
    judged = _Judged(child, REQUEST, before, after)
    if judged.cannot_be_paired:
        yield judged.unpaired()
    elif None in after.forms and None not in before.forms:
        text = f'the request of "{child}" no longer names its entry; before it was {_listed(before)}'
        yield judged.whole("CTR123", text, Order.CHILD_FIRST)
        yield from _no_longer_told_apart(judged)
    elif None in before.forms and None not in after.forms:
        text = f'the request of "{child}" has to name its entry now: {_listed(after)}'
        yield judged.whole("CTR122", text, Order.PARENT_FIRST)
    else:
        for name in after.forms:
            if name in before.forms:
                yield from judged.form(before.forms[name], after.forms[name], name)
            else:
                text = f'"{child}" has the new entry "{name}"'
                yield judged.whole("CTR121", text, Order.CHILD_FIRST, name)
        for name in before.forms:
            if name not in after.forms:
                yield judged.whole("CTR120", f'"{child}" no longer has the entry "{name}"', Order.PARENT_FIRST)


def about_results(child: str, before: Message, after: Message) -> Iterator[Remark]:
    judged = _Judged(child, RESULT, before, after)
    if judged.cannot_be_paired:
        yield judged.unpaired()
    elif None in after.forms and None not in before.forms:
        text = f'the result of "{child}" no longer tells its outcome; before it was {_listed(before)}'
        yield judged.whole("CTR222", text, Order.PARENT_FIRST)
    elif None in before.forms and None not in after.forms:
        text = f'the result of "{child}" tells its outcome now: {_listed(after)}'
        yield judged.whole("CTR221", text, Order.PARENT_FIRST)
    else:
        renamed = _renamed(before, after)
        for name in after.forms:
            if name in before.forms:
                yield from judged.form(before.forms[name], after.forms[name], name)
            elif name in renamed.values():
                old = next(one for one, other in renamed.items() if other == name)
                text = f'"{child}" answers with the outcome "{name}" where it answered with "{old}"'
                yield judged.whole("CTR220", text, Order.PARENT_FIRST, name)
            else:
                text = f'"{child}" may answer with the new outcome "{name}"'
                yield judged.whole("CTR218", text, Order.PARENT_FIRST, name)
        for name in before.forms:
            if name not in after.forms and name not in renamed:
                yield judged.whole("CTR219", f'"{child}" no longer answers with the outcome "{name}"', None)


def _listed(message: Message) -> str:
    return ", ".join(f'"{name}"' for name in message.forms)


def _renamed(before: Message, after: Message) -> dict[str | None, str | None]:
    """Outcomes of which one went and one came with the very same result, and no other did."""
    gone = [name for name in before.forms if name not in after.forms]
    come = [name for name in after.forms if name not in before.forms]
    same = [
        (one, other)
        for one in gone
        for other in come
        if not [*changes(_nameless(before.forms[one]), _nameless(after.forms[other]))]
    ]
    olds, news = [one for one, _ in same], [other for _, other in same]
    return {one: other for one, other in same if olds.count(one) == 1 and news.count(other) == 1}


def _nameless(fields: Fields) -> Fields:
    return {path: found for path, found in fields.items() if path not in (("outcome",), VERSION)}


def _no_longer_told_apart(judged: _Judged) -> Iterator[Remark]:
    """Each of the old requests must be one of the new kind."""
    seen: set[Remark] = set()
    (after,) = judged.after.forms.values()
    for before in judged.before.forms.values():
        for found in judged.form(before, after, None):
            if found not in seen and found.finding.code != "CTR103":
                seen.add(found)
                yield found


@dataclass(frozen=True, slots=True)
class _Judged:
    """One message of one child, read in one direction."""

    child: str
    direction: Direction
    before: Message
    after: Message

    @property
    def cannot_be_paired(self) -> bool:
        told_apart = self.before.told_apart and self.after.told_apart
        return not told_apart and self.before.source.data != self.after.source.data

    def unpaired(self) -> Remark:
        name = self.direction.told_apart_by
        message = (
            f'the {self.direction.part} of "{self.child}" has alternatives that no "{name}" of their own tells apart, '
            "so it cannot be judged"
        )
        return remark(self.direction.unknown, message, self.after.source, ("oneOf",), help=_COMPARE)

    def whole(self, code: str, message: str, order: Order | None, form: str | None = None) -> Remark:
        name = self.direction.told_apart_by
        found = self.after.forms.get(form, {}).get((name,))
        return remark(code, message, self.after.source, ("oneOf",) if found is None else found.pointer, (name,), order)

    def form(self, before: Fields, after: Fields, name: str | None) -> Iterator[Remark]:
        # Versions have rules of their own, as long as they stand where one looks for them.
        plain = self.before.has_plain_versions and self.after.has_plain_versions
        for change in changes(before, after):
            if not (plain and change.path == VERSION and isinstance(change.what, Shift)):
                code, order = self.direction.code(change), self.direction.order(change)
                help = _COMPARE if code == self.direction.unknown else None
                pointer = _place(after, change.path)
                yield remark(code, self._told(change, name), self.after.source, pointer, change.path, order, help)

    def _told(self, change: Change, name: str | None) -> str:
        at = "" if name is None else f' at "{name}"'
        value, part = _shown(change.path), f'the {self.direction.part} of "{self.child}"{at}'
        if isinstance(change.what, Shift):
            return f"{value} in {part} {_HOW[change.what.way]}: {change.what.before} → {change.what.after}"
        asks = self.direction is REQUEST
        match change.what:
            case Presence.ADDED if change.required:
                return f"{part} {'needs' if asks else 'has'} {value}, which is new"
            case Presence.ADDED:
                return f"{part} may have {value}, which is new"
            case Presence.REMOVED:
                only = " and takes no other fields there" if asks and change.closed else ""
                return f"{part} no longer has {value}{only}"
            case Presence.NOW_REQUIRED:
                return f"{part} {'needs' if asks else 'surely has'} {value}, which was optional"
            case Presence.NOW_OPTIONAL:
                return f"{part} {'no longer needs' if asks else 'may lack'} {value}"


_HOW = {
    Way.NARROWED: "is narrower",
    Way.WIDENED: "is wider",
    Way.CROSSED: "is another",
    Way.UNKNOWN: "cannot be judged",
}
_COMPARE = "compare the two versions by hand, and give the contract a new version if callers may have to change"


def _place(fields: Fields, path: Steps) -> Pointer:
    """Where the new side says something of the value, or of what is around it."""
    while path not in fields:
        path = path[:-1]
    return fields[path].pointer


def _shown(path: Steps) -> str:
    """
    >>> _shown(("request", "lines", "[]", "sku"))
    'request.lines[].sku'
    """
    text = "".join(step if step == ITEMS else f".{step}" for step in path).removeprefix(".")
    return text or "the whole"
