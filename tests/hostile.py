"""Hostile forms of text that is in order: each takes a text and makes something of it that nobody should send.

The fuzzer mutates with them, and the property tests draw from them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

__all__ = ["FORMS", "REFERENCES", "hostile", "mutated_tree"]

Form = Callable[[Random, str], bytes]

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_NUMBER = re.compile(r"(?<![\w\"'.-])-?\d+(?:\.\d+)?(?![\w\"'.])")
_WORD = re.compile(r"[A-Za-z$][\w.$]*")
_MEMBER = re.compile(r'"(?:[^"\\\n]|\\.)*"\s*:\s*(?:"(?:[^"\\\n]|\\.)*"|[-\w.]+)')


def _replaced(random: Random, text: str, pattern: re.Pattern[str], new: str) -> str:
    """One of the places that the pattern finds; at the end where it finds none."""
    found = list(pattern.finditer(text))
    if not found:
        return text + new
    place = random.choice(found)
    return text[: place.start()] + new + text[place.end() :]


def _size(random: Random, most: int) -> int:
    return min(most, int(2 ** (random.random() * most.bit_length())))


def deep_nesting(random: Random, text: str) -> bytes:
    depth = _size(random, 3000)
    opening, closing = random.choice(
        [("[", "]"), ('{"a":', "}"), ("[{a: ", "}]"), ('{"And":[', "]}"), ('{"Not":', "}")]
    )
    if random.random() < 0.3:
        closing = ""
    return _replaced(random, text, _STRING, opening * depth + "1" + closing * depth).encode(errors="replace")


def nested_scopes(random: Random, text: str) -> bytes:
    depth = _size(random, 120)
    one = '{"StartAt":"S%d","States":{"S%d":{"Type":"Parallel","End":true,"Branches":['
    inner = '{"StartAt":"X","States":{"X":{"Type":"Pass","End":true}}}'
    return ("".join(one % (n, n) for n in range(depth)) + inner + "]}}}" * depth).encode()


def huge_number(random: Random, text: str) -> bytes:
    digits = "9" * _size(random, 6000)
    number = random.choice([digits, f"-{digits}", f"1e{digits[:5]}", f"0.{digits}", f"1e-{digits[:4]}", f"{digits}.5",
    "-0", "0x1F", "1_000", "1e400", "-1E+999", "0o17", "1:30", ".5", "١٢"])  # fmt: skip
    return _replaced(random, text, random.choice([_NUMBER, _STRING]), number).encode(errors="replace")


def not_a_number(random: Random, text: str) -> bytes:
    odd = random.choice(
        ["NaN", "Infinity", "-Infinity", ".nan", ".inf", "nan", "undefined", "None", "True", "yes", "~"]
    )
    return _replaced(random, text, random.choice([_NUMBER, _STRING]), odd).encode(errors="replace")


def duplicate_key(random: Random, text: str) -> bytes:
    members = [found.group() for found in _MEMBER.finditer(text)] or ['"a": 1']
    lines = text.split("\n")
    if random.random() < 0.5 and len(lines) > 1:
        at = random.randrange(len(lines))
        return "\n".join([*lines[:at], lines[at], *lines[at:]]).encode(errors="replace")
    member = random.choice(members)
    return text.replace(member, f"{member}, {random.choice([member, random.choice(members)])}", 1).encode(
        errors="replace"
    )


def surrogate(random: Random, text: str) -> bytes:
    odd = random.choice(["\\ud800", "\\udc00", "\\ud83d\\ude00", "\\ude00\\ud83d", "\\u0000", "\\uffff", "\\U0001F600"])
    if random.random() < 0.2:
        raw = text.encode(errors="replace")
        at = random.randrange(len(raw) + 1)
        return raw[:at] + b"\xed\xa0\x80" + raw[at:]
    return _replaced(random, text, _STRING, f'"a{odd}b"').encode(errors="replace")


def odd_character(random: Random, text: str) -> bytes:
    odd = random.choice(
        "\u0000\u0001\u0007\u001b\u007f\u0085\u00a0\u00ad\u200b\u200e\u2028\u2029\u202e\ufeff\ufffe\uffff😀é\t\r\x0b\x0c"
    )
    at = random.randrange(len(text) + 1)
    return (text[:at] + odd + text[at:]).encode(errors="replace")


def byte_order_mark(random: Random, text: str) -> bytes:
    mark = random.choice([codecs.BOM_UTF8, codecs.BOM_UTF8 * 2, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE])
    return mark + text.encode(errors="replace")


def line_ends(random: Random, text: str) -> bytes:
    end = random.choice(["\r\n", "\r", "\n\r", "\u2028", "\x85", "\x0b", "\r\r\n"])
    return text.replace("\n", end).encode(errors="replace")


def other_encoding(random: Random, text: str) -> bytes:
    encoding = random.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-7", "shift_jis"])
    return text.replace("a", "ä", 1).encode(encoding, "replace")


def yaml_bomb(random: Random, text: str) -> bytes:
    width, depth = random.randint(1, 12), random.randint(1, 14)
    levels = [f"a0: &a0 [{', '.join(['x'] * width)}]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    if random.random() < 0.5:
        levels = [level.replace("[", "{b: ").replace("]", "}").split(", ")[0].rstrip("}") + "}" for level in levels]
    return ("\n".join(levels) + "\n" + (text if random.random() < 0.5 else "")).encode(errors="replace")


def merge_chain(random: Random, text: str) -> bytes:
    depth = _size(random, 400)
    lines = ["m0: &m0 {k0: 1}"] + [f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n // 2}], k{n}: 1}}" for n in range(1, depth)]
    return ("\n".join(lines) + "\n").encode()


def anchor(random: Random, text: str) -> bytes:
    new = random.choice(["&a x", "*a", "&a [*a]", "&a {b: *a}", "*\ud7ff", "& x", "&a", "<<: *a", "&a !!str x", "*a b"])
    return _replaced(random, text, random.choice([_STRING, _WORD]), new).encode(errors="replace")


def tag(random: Random, text: str) -> bytes:
    new = random.choice(["!!python/object:os.system x", "!!binary aGk=", "!!set {a, b}", "!!omap [a: 1]",
    "!!timestamp 2020-01-01",
                         "!!int 'x'", "!!float x", "!!null x", "!Ref A", "!Sub '${A}'", "!GetAtt A.B",
                         "!Join [a, [b, !Ref C]]", "!",
                         "!<tag:yaml.org,2002:str> 1", "!e!x y", "!!map [a]", "!!seq {a: b}", "!Fn::Sub x",
                         "!If [a, b, c]",
                         "!!merge x", "!!bool maybe", "!Sub [a]", "!GetAtt [a]", "!Ref {a: b}",
                         "!Sub !Ref A"])  # fmt: skip
    return _replaced(random, text, random.choice([_STRING, _WORD]), new).encode(errors="replace")


def long_name(random: Random, text: str) -> bytes:
    """Up to a megabyte in the place of a name, wherever else that name stands as well."""
    size = _size(random, 1_000_000)
    names = sorted({found.group() for found in _STRING.finditer(text)}) or ["a"]
    piece = random.choice(["x", "ab ", "é", "\\\\", "$.a", "[0]", "*", "Pay", "${A}", "%", "\\n", "😀"])
    return text.replace(random.choice(names), '"' + (piece * size)[:size].rstrip("\\") + '"').encode(errors="replace")


def many_members(random: Random, text: str) -> bytes:
    count = _size(random, 400)
    kind = random.choice(['"s%d": {"Type": "Pass", "Next": "s%d"}', '"k%d": %d', '"k%d.$": "$.a%d"'])
    members = ", ".join(kind % (n, n + 1) for n in range(count))
    return _replaced(random, text, re.compile('(?<={)(?=\\s*")'), members + ", ").encode(errors="replace")


def odd_reference(random: Random, text: str) -> bytes:
    reference = json.dumps(made_reference(random))
    return _replaced(random, text, _STRING, reference).encode(errors="replace")


def cut(random: Random, text: str) -> bytes:
    raw = text.encode(errors="replace")
    return raw[: random.randrange(len(raw) + 1)]


def tree(random: Random, text: str) -> bytes:
    """The text's data with a part of it deleted, replaced, repeated or moved."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return odd_reference(random, text)
    return json.dumps(mutated_tree(random, value), indent=random.choice([None, 2])).encode(errors="replace")


FORMS: Mapping[str, Form] = {
    form.__name__: form
    for form in (
        deep_nesting, nested_scopes, huge_number, not_a_number, duplicate_key, surrogate, odd_character,
        byte_order_mark,
        line_ends, other_encoding, yaml_bomb, merge_chain, anchor, tag, long_name, many_members, odd_reference, cut,
        tree,
    )
}  # fmt: skip


def hostile(random: Random, raw: bytes) -> bytes:
    """One of the forms, of bytes that need not be text; ``tree`` more often than the others, as it gets further."""
    text = raw.decode("utf-8", "replace")
    form = tree if random.random() < 0.35 else random.choice(list(FORMS.values()))
    return form(random, text)


# --- References ----------------------------------------------------------------------------------------------------

REFERENCES: tuple[str, ...] = (
    "[", "]", "(", ")", "['", "']", "\\", "'", '"', "\\'", "?", "[?(", ")]", "@", "@.a", "$", "$$", "$x", "..", ".*",
    "[*]",
    "[-1]", "[1:2:3]", "[::0]", "['a','b']", " && ", " || ", "!", "==", "=~ /a/", "=~ /(a+)+b/", " in ", "{%", "%}",
    "${A}",
    "States.Format('{}', ", "States.Array(", "States.MathAdd(", "States.StringToJson(", ", ", "$states.input",
    "function($x){",
    "}", "{", "~>", "|", "^(", "#$i", "@$v", ":=", "/(a*)*b/", "`", "[[", "]]", "\\u0041", "\\ud800", "1e400",
    "99999999999",
    ".length()", ".sum()", ".foo($.a)", "null", "true", "-", "--", "+", "&", "$map(", "$match(", "$replace(", "$eval(",
    "[1..",
)  # fmt: skip


def made_reference(random: Random) -> str:
    """Pieces of references in any order, or one of them very often."""
    if random.random() < 0.25:
        count = _size(random, 4000)
        start, piece = random.choice(["$", "$.a", "", "$["]), random.choice(REFERENCES)
        mirrored = random.choice(["", ")", "]", "')", ")]", "}"]) * count
        return start + piece * count + random.choice(["", "a", "$.a", "1"]) + mirrored
    return random.choice(["$", "$.", "{% ", ""]) + "".join(random.choice(REFERENCES) for _ in range(_size(random, 30)))


# --- Data -------------------------------------------------------------------------------------------------------------

_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, 10**400, 1e300, 2**63, "", " ", "x", "../x", "\ud800", "\x1b[0m", "*", "[",
    "end", "$",
    "$.order", "$$", "$x", "$.a[*]", "$..a", "$.a[?(@.b)]", "{% $states.input %}", "{% ( %}", "{%%}",
    "States.Format('{}', $.a)",
    "States.Format(", "JSONata", "JSONPath", "Choice", "Map", "Parallel", "Wait", "Fail", "Task", "${A}", "${A", "1.0",
    "2.0",
    [], [[]], [None], {}, {"": {}}, {"Type": "Pass", "End": True}, {"Type": "Fail"}, {"a.$": "$.b"}, {"a.$": 1},
    {"Ref": "A"},
    {"Fn::Sub": "${A}"}, {"Fn::GetAtt": ["A", "Arn"]}, {"StartAt": "X", "States": {"X": {"Type": "Succeed"}}},
    "arn:aws:states:::lambda:invoke.waitForTaskToken", "arn:aws:states:::states:startExecution.sync:2",
    "arn:aws:states:::aws-sdk:s3:getObject", "arn:aws:lambda:eu-west-1:123456789012:function:f", "2020-01-01T00:00:00Z",
)  # fmt: skip
_KEYS = (
    "Type",
    "Next",
    "End",
    "Default",
    "Catch",
    "Retry",
    "Choices",
    "InputPath",
    "OutputPath",
    "ResultPath",
    "Parameters",
    "ResultSelector",
    "Assign",
    "Output",
    "Arguments",
    "QueryLanguage",
    "ItemProcessor",
    "Iterator",
    "Branches",
    "States",
    "StartAt",
    "Result",
    "Items",
    "ItemsPath",
    "ItemSelector",
    "Condition",
    "Variable",
    "And",
    "Or",
    "Not",
    "Error",
    "Cause",
    "CausePath",
    "Seconds",
    "SecondsPath",
    "Timestamp",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "MaxConcurrency",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ProcessorConfig",
    "Mode",
    "Comment",
    "Credentials",
    "Resource",
    "Resources",
    "Properties",
    "Definition",
    "DefinitionString",
    "DefinitionSubstitutions",
    "Transform",
    "stepFunctions",
    "stateMachines",
    "definition",
    "StringEquals",
    "NumericEquals",
    "IsPresent",
    "from",
    "until",
    "states",
    "contract",
    "request",
    "result",
    "exits",
    "assume",
    "reads",
    "present",
    "observe",
    "parent",
    "carrier",
    "style",
    "optional",
    "errors",
    "input_schema",
    "meta",
    "defaults",
    "type",
    "version",
    "accepts",
    "pattern",
    "wiring",
    "prices",
    "alias",
    "logs",
    "level",
    "shared",
    "names",
    "resource",
    "side_by_side",
    "groups",
    "owner",
    "workflow",
    "invoke_as",
    "rule",
    "pointer",
    "reason",
    "properties",
    "required",
    "$ref",
    "$defs",
    "allOf",
    "anyOf",
    "enum",
    "const",
)


def mutated_tree(random: Random, value: Any) -> Any:
    for _ in range(random.randint(1, 4)):
        places = list(_places(value, ()))
        if not places:
            break
        place = random.choice(places)
        holder = _at(value, place[:-1])
        match random.choice(("delete", "replace", "copy", "copy", "insert", "rename", "text")):
            case "delete":
                del holder[place[-1]]
            case "replace":
                holder[place[-1]] = _odd(random)
            case "copy":
                copied = json.dumps(_at(value, random.choice(places)))
                # What is copied into itself over and over would only grow.
                if len(copied) < 20_000:
                    holder[place[-1]] = json.loads(copied)
            case "insert" if isinstance(holder, dict):
                holder[random.choice(_KEYS)] = _odd(random)
            case "insert":
                holder.insert(place[-1], _odd(random))
            case "rename" if isinstance(holder, dict):
                holder[random.choice(_KEYS)] = holder.pop(place[-1])
            case "text" if isinstance(holder[place[-1]], str):
                holder[place[-1]] = _edited(random, holder[place[-1]])
            case _:
                holder[place[-1]] = made_reference(random)
    return value


def _odd(random: Random) -> Any:
    return json.loads(json.dumps(random.choice(_ODD)))


def _edited(random: Random, text: str) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(REFERENCES) + text[at + random.randint(0, 3) :]


def _places(value: Any, place: tuple[Any, ...]) -> Any:
    if place:
        yield place
    if len(place) < 60:
        for part, one in (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        ):
            yield from _places(one, (*place, part))


def _at(value: Any, place: tuple[Any, ...]) -> Any:
    for part in place:
        value = value[part]
    return value
