"""What a file of types declares: each contract's input, output and errors, with the structures they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.render.contract_types.shapes import Reader, Shape, Struct, Title, pascal_case, structs_in
from aslsplit.verify.published import Published

__all__ = ["Declared", "declarations"]


@dataclass(frozen=True, slots=True)
class Declared:
    """Of one contract. ``structs`` stand before those that use them; ``aliases`` are names for what is none of them:
    a message that has several forms."""

    title: str
    structs: tuple[Struct, ...]
    aliases: tuple[tuple[str, Shape], ...]
    failure: str
    """What a failed execution of the child shows is called."""

    known_error: str
    known_errors: tuple[str, ...]


def declarations(contracts: Iterable[Published]) -> tuple[Declared, ...]:
    reader = Reader()
    return tuple(_declared(contract, reader) for contract in contracts)


def _declared(contract: Published, reader: Reader) -> Declared:
    child = reader.reserved(pascal_case(contract.child))
    failure, known_error = reader.reserved(f"{child}Failure"), reader.reserved(f"{child}KnownError")
    structs: dict[Struct, None] = {}
    aliases: list[tuple[str, Shape]] = []
    for part, schema in (("Input", contract.request), ("Output", contract.response)):
        shape = reader.shape_of(schema, Title(child, part))
        structs |= dict.fromkeys(structs_in(shape))
        if not isinstance(shape, Struct):
            aliases.append((reader.reserved(f"{child}{part}"), shape))
    names = _error_names(contract.errors)
    return Declared(_title(contract.request), tuple(structs), tuple(aliases), failure, known_error, names)


def _title(schema: Json) -> str:
    """As this project writes it: the workflow and the version."""
    title = schema.get("title") if isinstance(schema, dict) else None
    return title.replace(" request,", " contract,") if isinstance(title, str) else "a contract"


def _error_names(schema: Json) -> tuple[str, ...]:
    found = schema
    for part in ("properties", "Error", "examples"):
        found = found.get(part) if isinstance(found, dict) else None
    return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()
