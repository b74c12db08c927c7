"""The intrinsic functions of CloudFormation inside a definition, as text that a plain definition file would hold.

``!Ref Table`` is ``${Table}`` there, ``!GetAtt Charge.Arn`` is ``${ChargeArn}``, and ``!Sub`` is its own text; each
other function becomes one token. Both spellings are known: the long form is a mapping with one key, and short tags
were read as that (see ``yaml_reading``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aslsplit.asl.extents import Extent, Json, Pointer, line_indent, line_start
from aslsplit.asl.placeholders import Placeholder, tokens_in

__all__ = [
    "LONG_NAMES",
    "conflicting_fills",
    "function_in",
    "meaning_of_token",
    "meaning_of_value",
    "read_functions",
    "substituted",
]

LONG_NAMES: Final = {"Ref": "Ref", "Condition": "Condition"}
"""Of the short tags whose long form does not begin with ``Fn::``."""


def function_in(value: Json) -> tuple[str, Json] | None:
    """
    >>> function_in({"Fn::GetAtt": ["Charge", "Arn"]})
    ('Fn::GetAtt', ['Charge', 'Arn'])
    """
    if not isinstance(value, dict) or len(value) != 1:
        return None
    [(name, argument)] = value.items()
    return (name, argument) if name == "Ref" or name.startswith("Fn::") else None


def read_functions(
    text: str, value: Json, extents: Mapping[Pointer, Extent], at: Pointer
) -> tuple[Json, Mapping[Pointer, Extent]]:
    """The value at ``at`` with a placeholder for each function, and where its parts stand, relative to ``at``."""
    reading = _Functions(text, extents, at)
    found = reading.value(value, at)
    return found, reading.found


def substituted(text: str, *, short_tag: bool) -> Placeholder:
    """The text with ``Fn::Sub`` around it.

    >>> substituted("arn:${AWS::Partition}:sns", short_tag=True).written
    '!Sub "arn:${AWS::Partition}:sns"'
    """
    quoted = json.dumps(text)
    return _text(text, {}, f"!Sub {quoted}" if short_tag else f'{{"Fn::Sub": {quoted}}}')


def meaning_of_token(token: str) -> str:
    """What ``Fn::Sub`` puts in the place of a token that it has no variable for."""
    return f"!GetAtt {token}" if "." in token else f"!Ref {token}"


@dataclass(slots=True)
class _Functions:
    text: str
    extents: Mapping[Pointer, Extent]
    at: Pointer
    found: dict[Pointer, Extent] = field(default_factory=dict)

    def value(self, value: Json, pointer: Pointer) -> Json:
        extent = self.extents.get(pointer)
        if extent is not None:
            below = pointer[len(self.at) :]
            # The key above the definition is no part of it.
            self.found[below] = extent if below else Extent(extent.start, extent.end)
        if function := function_in(value):
            written = json.dumps(value) if extent is None else _written(self.text, extent)
            return _placeholder(*function, written)
        if isinstance(value, dict):
            return {key: self.value(part, (*pointer, key)) for key, part in value.items()}
        if isinstance(value, list):
            return [self.value(part, (*pointer, index)) for index, part in enumerate(value)]
        return value


_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_IN_SUB: Final = re.compile(r"\$\{([^!{}][^{}]*)\}")


def _written(text: str, extent: Extent) -> str:
    """The text with its lines behind the first relative to the line's own beginning: where its key stands."""
    if extent.key_start is None:
        indent = len(line_indent(text, extent.start))
    else:
        indent = extent.key_start - line_start(text, extent.key_start)
    first, *rest = text[extent.start : extent.end].replace("\r\n", "\n").split("\n")
    return "\n".join([first, *(_relative(line, indent) for line in rest)])


def _relative(line: str, indent: int) -> str:
    """A line further left than its key, as flow collections may have them, would not be read in another place."""
    content = line.lstrip()
    return line[indent:] if len(line) - len(content) >= indent else f" {content}" if content else ""


def _placeholder(name: str, argument: Json, written: str) -> Placeholder:
    match name, argument:
        case "Ref", str(target):
            return _one_token(target, f"!Ref {target}", written)
        case "Fn::GetAtt", str(target):
            return _one_token(target, f"!GetAtt {target}", written)
        case "Fn::GetAtt", [str(target), str(attribute)]:
            return _one_token(f"{target}.{attribute}", f"!GetAtt {target}.{attribute}", written)
        case "Fn::Sub", str(text):
            return _text(text, {}, written)
        case "Fn::Sub", [str(text), dict(variables)]:
            return _text(text, variables, written)
        case _:
            spelled = json.dumps(argument, ensure_ascii=False)
            words = "".join(part[:1].upper() + part[1:] for part in _WORD.findall(spelled))[:40]
            mark = hashlib.sha256(f"{name} {spelled}".encode("utf-8", "surrogatepass")).hexdigest()[:6]
            token = f"{name.removeprefix('Fn::')}{words}{mark}"
            return Placeholder(f"${{{token}}}", written, ((token, _spelled(name, argument)),))


def _one_token(target: str, meaning: str, written: str) -> Placeholder:
    token = _token(target)
    return Placeholder(f"${{{token}}}", written, ((token, meaning),))


def _text(text: str, variables: Mapping[str, Json], written: str) -> Placeholder:
    fills = {_token(name): _meaning(name, variables) for name in tokens_in(text)}
    return Placeholder(
        _IN_SUB.sub(lambda found: f"${{{_token(found[1].strip())}}}", text), written, tuple(fills.items())
    )


def _token(target: str) -> str:
    """The name in letters and digits, which every kind of substitution takes."""
    return "".join(_WORD.findall(target)) or "Value"


def _meaning(name: str, variables: Mapping[str, Json]) -> str:
    return meaning_of_value(variables[name]) if name in variables else meaning_of_token(name)


def meaning_of_value(value: Json) -> str:
    """A value of a template on one line, short where it has a short form."""
    match function_in(value):
        case None:
            return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        case "Fn::GetAtt", [str(target), str(attribute)]:
            return f"!GetAtt {target}.{attribute}"
        case name, argument:
            return _spelled(name, argument)


def _spelled(name: str, argument: Json) -> str:
    text = argument if isinstance(argument, str) else json.dumps(argument, ensure_ascii=False)
    return f"!{name.removeprefix('Fn::')} {text}"


def conflicting_fills(placeholders: Iterator[tuple[Pointer, Placeholder]]) -> Iterator[tuple[Pointer, str, str, str]]:
    """Tokens that would stand for two things: where the second one is, the token, and both meanings."""
    meanings: dict[str, str] = {}
    for pointer, placeholder in placeholders:
        for token, meaning in placeholder.fills or ():
            if meanings.setdefault(token, meaning) != meaning:
                yield pointer, token, meanings[token], meaning
