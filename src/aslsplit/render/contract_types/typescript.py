"""Types in TypeScript. Nothing of them is left at run time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from aslsplit.render.contract_types.declared import Declared
from aslsplit.render.contract_types.shapes import (
    Alternatives,
    Basic,
    Field,
    Listing,
    Literals,
    Mapped,
    Shape,
    Struct,
)

__all__ = ["typescript"]

_BASIC = {
    Basic.ANYTHING: "unknown",
    Basic.TEXT: "string",
    Basic.NUMBER: "number",
    Basic.INTEGER: "number",
    Basic.BOOLEAN: "boolean",
    Basic.NULL: "null",
}
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def typescript(contracts: Sequence[Declared]) -> str:
    blocks = ["// Made by aslsplit contract types. Make it again instead of changing it."]
    for contract in contracts:
        blocks.append(f"// {contract.title}")
        blocks += [_interface(struct) for struct in contract.structs]
        blocks += [f"export type {name} = {_type(shape)};" for name, shape in contract.aliases]
        blocks += _errors(contract)
    return "\n\n".join(blocks) + "\n"


def _interface(struct: Struct) -> str:
    fields = "\n".join(line for field in struct.fields for line in _field(field))
    return f"{_comment(struct.description, '')}export interface {struct.name} {{\n{fields}\n}}"


def _field(field: Field) -> Iterator[str]:
    name = field.name if _IDENTIFIER.fullmatch(field.name) else _text(field.name)
    yield f"{_comment(field.description, '  ')}  {name}{'' if field.required else '?'}: {_type(field.shape)};"


def _errors(contract: Declared) -> Iterator[str]:
    """Names that nobody knows yet are possible, and an editor still offers those that are known."""
    known = " | ".join(map(_text, contract.known_errors)) or "never"
    yield f"export type {contract.known_error} = {known};"
    fields = f"  Error?: {contract.known_error} | (string & {{}});\n  Cause?: string;"
    yield f"export interface {contract.failure} {{\n{fields}\n}}"


def _type(shape: Shape) -> str:
    match shape:
        case Basic():
            return _BASIC[shape]
        case Literals(values):
            return " | ".join(_text(value) for value in values)
        case Listing(item):
            inner = _type(item)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case Mapped(value):
            return f"{{ [key: string]: {_type(value)} }}"
        case Struct(name):
            return name
        case Alternatives(options):
            return " | ".join(map(_type, options))
        case _:
            assert_never(shape)


def _text(value: object) -> str:
    return json.dumps(value)


def _comment(text: str | None, indent: str) -> str:
    if text is None:
        return ""
    words = " ".join(text.split()).replace("*/", "*\\/")
    return f"{indent}/** {words} */\n"
