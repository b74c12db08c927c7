"""The difference between two contracts, in lines."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.difference.contracts import ContractDifference, ContractFieldChange
from aslsplit.difference.schema_fields import ITEMS, ContractField
from aslsplit.render.difference_words import field_item
from aslsplit.render.outline import Code, Item, Mark, Words, codes

__all__ = ["contract_item"]


def contract_item(contract: ContractDifference) -> Item:
    old, new = contract.before, contract.after
    if old is None or new is None:
        mark, file, word = (Mark.ADDED, new, "new") if old is None else (Mark.REMOVED, old, "gone")
        return Item(mark, (Code(file or ""), f": {word}"), tuple(_fields(contract)))
    names: Words = (Code(old),) if old == new else (Code(old), " → ", Code(new))
    return Item(Mark.CHANGED, names, tuple(_fields(contract)))


def _fields(contract: ContractDifference) -> Iterator[Item]:
    for change in contract.fields:
        name = _path(change)
        field = change.after or change.before
        assert field is not None
        if change.before is None or change.after is None:
            mark = Mark.ADDED if change.before is None else Mark.REMOVED
            yield Item(mark, (*name, *_kind(field)) if change.path else ("alternative ", Code(change.form)))
        if change.now_required:
            yield Item(Mark.CHANGED, (*name, " is required now"))
        if change.no_longer_required:
            yield Item(Mark.CHANGED, (*name, " is no longer required"))
        for one in change.says:
            yield field_item(one, (*name, " "))


def _path(change: ContractFieldChange) -> Words:
    path = "".join(step if step == ITEMS else f".{step}" for step in change.path)
    form: Words = (Code(change.form), ": ") if change.form else ()
    return (*form, Code(f"${path}"))


def _kind(field: ContractField) -> Words:
    kind = field.says.get("type")
    kinds = kind if isinstance(kind, list) else [] if kind is None else [kind]
    required = "required" if field.required else "optional"
    return (" ", *codes(map(str, kinds)), f", {required}") if kinds else (f" {required}",)
