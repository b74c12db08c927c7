"""Values of a CloudFormation or SAM template: what stands for tokens, as data and as YAML with short tags.

``${Tokens}`` of a definition are filled in by name; in a policy, which no substitution reaches, the same values stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from aslsplit.asl.cloudformation import LONG_NAMES, function_in, read_functions
from aslsplit.asl.placeholders import Placeholder
from aslsplit.asl.source import Json
from aslsplit.asl.yaml_reading import read_yaml_template
from aslsplit.asl.yaml_scalars import write_scalar
from aslsplit.rewrite.record import Function
from aslsplit.wiring.model import Machine, Token

__all__ = ["AliasOf", "filled_in", "meanings_of", "short", "substitutions"]

AliasOf = Callable[[str], Json]
"""The ARN of a child's alias, by the name of the child."""

_SPELLED: Final = re.compile(r"!([A-Za-z][A-Za-z0-9]*) (.+)", re.DOTALL)
_PSEUDO: Final = re.compile(r"AWS::[A-Za-z]+")
_TOKEN: Final = re.compile(r"\$\{([^!{}][^{}]*)\}")


def substitutions(machine: Machine, alias_of: AliasOf) -> Mapping[str, Json]:
    """What is filled in for each token of the definition."""
    return {token.name: _value(token, alias_of) for token in machine.tokens}


def _value(token: Token, alias_of: AliasOf) -> Json:
    if token.child is not None:
        return alias_of(token.child)
    if token.meaning is not None:
        return _as_data(token.meaning)
    return {"Ref": token.name if _PSEUDO.fullmatch(token.name) else token.identifier}


def _as_data(meaning: str) -> Json:
    """
    >>> _as_data("!GetAtt Charge.Arn"), _as_data('!ImportValue {"Fn::Sub": "${Stage}-bus"}'), _as_data("eu-west-1")
    ({'Fn::GetAtt': ['Charge', 'Arn']}, {'Fn::ImportValue': {'Fn::Sub': '${Stage}-bus'}}, 'eu-west-1')
    """
    found = _SPELLED.fullmatch(meaning)
    if found is None:
        return meaning
    name = LONG_NAMES.get(found[1], f"Fn::{found[1]}")
    if name == "Fn::GetAtt":
        return {name: found[2].split(".", 1)}
    return {name: _argument(found[2])}


def _argument(spelled: str) -> Json:
    """
    >>> _argument('["a", "b"]'), _argument("{{resolve:ssm:/${Stage}/bus}}")
    (['a', 'b'], '{{resolve:ssm:/${Stage}/bus}}')
    """
    try:
        return json.loads(spelled) if spelled[0] in "[{" else spelled
    except ValueError:
        return spelled


def filled_in(text: str, values: Mapping[str, Json]) -> Json:
    """A text with tokens, as a template says it where nothing fills them in: under ``Fn::Sub``.

    >>> filled_in("${ChargeArn}:*", {"ChargeArn": {"Fn::GetAtt": ["Charge", "Arn"]}})
    {'Fn::Sub': '${Charge.Arn}:*'}
    >>> filled_in("${Table}", {"Table": {"Ref": "Table"}}), filled_in("*", {})
    ({'Ref': 'Table'}, '*')
    """
    whole = _TOKEN.fullmatch(text)
    if whole is not None and whole[1] in values:
        return values[whole[1]]
    variables: dict[str, Json] = {}
    made = _TOKEN.sub(lambda found: _in_sub(found[1], values.get(found[1]), variables), text)
    if not _TOKEN.search(made):
        return made
    return {"Fn::Sub": [made, variables] if variables else made}


def _in_sub(token: str, value: Json, variables: dict[str, Json]) -> str:
    match function_in(value):
        case None if isinstance(value, str):
            return value
        case None:
            return f"${{{token}}}"
        case "Ref", target:
            return f"${{{target}}}"
        case "Fn::GetAtt", [str(target), str(attribute)]:
            return f"${{{target}.{attribute}}}"
        case "Fn::Sub", str(text):
            return text
        case _:
            name = f"V{len(variables)}"
            variables[name] = value
            return f"${{{name}}}"


def short(value: Json) -> str:
    """As YAML in one line, behind a key or a dash.

    >>> short({"Fn::GetAtt": ["Charge", "Arn"]}), short({"Fn::Sub": "${Bus}-a: b"}), short("yes")
    ('!GetAtt Charge.Arn', '!Sub "${Bus}-a: b"', '"yes"')
    """
    match function_in(value):
        case None if isinstance(value, str):
            return write_scalar(value)
        case None:
            return json.dumps(value, ensure_ascii=False)
        case "Fn::GetAtt", [str(target), str(attribute)]:
            return f"!GetAtt {target}.{attribute}"
        case name, str(argument):
            quote = '"' if "$" in argument else None
            return f"!{name.removeprefix('Fn::')} {write_scalar(argument, style=quote)}"
        case name, argument:
            return f"!{name.removeprefix('Fn::')} {json.dumps(argument, ensure_ascii=False)}"


def meanings_of(functions: Iterable[Function]) -> Mapping[str, str]:
    """What the tokens of a child stood for in the template out of which it was taken, spelled on one line."""
    found: dict[str, str] = {}
    for function in functions:
        for written in (f"v: {function.written}\n", f"v:\n  {function.written.replace(chr(10), chr(10) + '  ')}\n"):
            reading = read_yaml_template(written)
            data, _ = read_functions(written, reading.data, reading.extents, ())
            value = data.get("v") if isinstance(data, dict) else None
            if isinstance(value, Placeholder) and value == function.text:
                found.update(value.fills or ())
                break
    return found
