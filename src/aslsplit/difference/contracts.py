"""What two versions of a contract, as JSON Schema, promise differently. Whom a change breaks is not told here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.difference.fields import field_changes
from aslsplit.difference.model import FieldChange
from aslsplit.difference.schema_fields import ContractField, Steps, forms_of

__all__ = ["ContractDifference", "ContractFieldChange", "contract_differences", "is_schema"]


@dataclass(frozen=True, slots=True)
class ContractFieldChange:
    """``form`` names the alternative, by what tells it from the others; empty where there is only one. The contract
    itself, or the form, has no steps."""

    form: str
    path: Steps
    before: ContractField | None
    after: ContractField | None

    @property
    def now_required(self) -> bool:
        return self.before is not None and self.after is not None and self.after.required and not self.before.required

    @property
    def no_longer_required(self) -> bool:
        return self.before is not None and self.after is not None and self.before.required and not self.after.required

    @property
    def says(self) -> tuple[FieldChange, ...]:
        """What is told differently of a field that is on both sides."""
        if self.before is None or self.after is None:
            return ()
        return field_changes(self.before.says, self.after.says)


@dataclass(frozen=True, slots=True)
class ContractDifference:
    """``before`` and ``after`` are names of files."""

    before: str | None
    after: str | None
    fields: tuple[ContractFieldChange, ...]

    @property
    def differs(self) -> bool:
        return self.before is None or self.after is None or bool(self.fields)


def is_schema(data: Json) -> bool:
    """
    >>> is_schema({"type": "object", "properties": {}}), is_schema({"StartAt": "A", "States": {}})
    (True, False)
    """
    return isinstance(data, dict) and "States" not in data and bool({"$schema", "properties", "oneOf"} & data.keys())


Schemas = Mapping[str, tuple[str, Json]]
"""By key: the name of the file, and the schema in it."""


def contract_differences(before: Schemas, after: Schemas) -> tuple[ContractDifference, ...]:
    """Those there are now, in their order, then those that are gone."""
    found: list[ContractDifference] = []
    for key in (*after, *(key for key in before if key not in after)):
        old, old_fields = _read(before.get(key))
        new, new_fields = _read(after.get(key))
        names = (*new_fields, *(name for name in old_fields if name not in new_fields))
        changes = [ContractFieldChange(*name, old_fields.get(name), new_fields.get(name)) for name in names]
        differing = [change for change in _telling(changes) if _differs(change)]
        found.append(ContractDifference(old, new, tuple(differing)))
    return tuple(found)


_Fields = Mapping[tuple[str, Steps], ContractField]


def _read(named: tuple[str, Json] | None) -> tuple[str | None, _Fields]:
    if named is None:
        return None, {}
    file, schema = named
    return file, {(form, path): found for form, fields in forms_of(schema) for path, found in fields.items()}


def _telling(changes: Sequence[ContractFieldChange]) -> Iterator[ContractFieldChange]:
    """Without the fields of a form that came or went, and without the objects around fields that did."""
    alone = [change for change in changes if change.before is None or change.after is None]
    forms = {change.form for change in alone if not change.path} if len(alone) < len(changes) else set()
    around = {(change.form, change.path[:-1]) for change in alone if change.path and change.form not in forms}
    for change in changes:
        inside_form = change.form in forms and change.path
        if not inside_form and not (change in alone and (change.form, change.path) in around):
            yield change


def _differs(change: ContractFieldChange) -> bool:
    if change.before is None or change.after is None:
        return True
    return change.before.required != change.after.required or bool(change.says)
