"""Types in Python, as TypedDicts, which are plain dictionaries at run time."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
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

__all__ = ["python"]

_BASIC = {
    Basic.ANYTHING: "Any",
    Basic.TEXT: "str",
    Basic.NUMBER: "float",
    Basic.INTEGER: "int",
    Basic.BOOLEAN: "bool",
    Basic.NULL: "None",
}


def python(contracts: Sequence[Declared]) -> str:
    body: list[str] = []
    for contract in contracts:
        body.append(f"# {contract.title}")
        body += [_class(struct) for struct in contract.structs]
        aliases = [f"{name} = {_type(shape)}" for name, shape in contract.aliases]
        if contract.known_errors:
            aliases.append(f"{contract.known_error} = Literal[{', '.join(map(_text, contract.known_errors))}]")
        body.append("\n".join(aliases))
        body.append(_failure(contract))
    text = "\n\n\n".join(block for block in body if block)
    names = ["Any", "Literal", "NotRequired", "TypedDict"]
    names = [name for name in names if re.search(rf"\b{name}\b", text)]
    head = '"""Made by aslsplit contract types. Make it again instead of changing it."""'
    return f"{head}\n\nfrom typing import {', '.join(names)}\n\n{text}\n"


def _class(struct: Struct) -> str:
    if any(not _is_name(field.name) for field in struct.fields):
        return _called(struct)
    lines = [f"class {struct.name}(TypedDict):"]
    lines += [f'    """{_one_line(struct.description)}"""', ""] if struct.description else []
    for field in struct.fields:
        lines += [f"    # {_one_line(field.description)}"] if field.description else []
        lines.append(f"    {field.name}: {_field_type(field)}")
    return "\n".join(lines)


def _called(struct: Struct) -> str:
    """Keys that are no names can be given only in a call."""
    lines = [f"{struct.name} = TypedDict(", f'    "{struct.name}",', "    {"]
    lines += [f"        {_text(field.name)}: {_field_type(field)}," for field in struct.fields]
    return "\n".join([*lines, "    },", ")"])


def _field_type(field: Field) -> str:
    found = _type(field.shape)
    return found if field.required else f"NotRequired[{found}]"


def _failure(contract: Declared) -> str:
    """Names that nobody knows yet are possible."""
    return f"class {contract.failure}(TypedDict):\n    Error: NotRequired[str]\n    Cause: NotRequired[str]"


def _type(shape: Shape) -> str:
    match shape:
        case Basic():
            return _BASIC[shape]
        case Literals(values):
            # A type checker takes no literal for a number with a fraction.
            if any(isinstance(value, float) for value in values):
                return " | ".join(dict.fromkeys(_type_of_scalar(value) for value in values))
            return f"Literal[{', '.join(map(_text, values))}]"
        case Listing(item):
            return f"list[{_type(item)}]"
        case Mapped(value):
            return f"dict[str, {_type(value)}]"
        case Struct(name):
            return name
        case Alternatives(options):
            return " | ".join(map(_type, options))
        case _:
            assert_never(shape)


def _type_of_scalar(value: object) -> str:
    return "None" if value is None else type(value).__name__


def _text(value: object) -> str:
    """As ruff would write it."""
    if not isinstance(value, str):
        return repr(value)
    written = repr(value)
    return written if '"' in value or written.startswith('"') else '"' + written[1:-1] + '"'


def _is_name(name: str) -> bool:
    # Inside a class, two underscores in front would change the name.
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("\\", "\\\\").replace('"""', "'''")
