"""What a YAML scalar means, and how a value is written so that it means the same to every reader.

Reading follows the core schema of YAML 1.2: only true, false, null and numbers are not strings, so timestamps and
words such as yes and off stay what ASL needs them to be. Writing also quotes what YAML 1.1 would misread.
"""

from __future__ import annotations

import json
import math
import re
from typing import Final

from aslsplit.asl.extents import Json
from aslsplit.asl.limits import MAX_DIGITS

__all__ = ["UnusableScalar", "read_plain", "read_tagged", "write_scalar"]


class UnusableScalar(ValueError):
    """A scalar that stands for something JSON does not have; the message says what."""


def read_plain(text: str) -> Json:
    """
    >>> [read_plain(text) for text in ("null", "off", "0x1F", "1e3", "2024-01-01")]
    [None, 'off', 31, 1000.0, '2024-01-01']
    """
    if text in _WORDS:
        return _WORDS[text]
    if not text or text[0] not in "+-.0123456789":
        return text
    if _DECIMAL.match(text):
        return _integer(text, 10)
    if text.startswith(("0o", "0x")) and _PREFIXED.match(text):
        return _integer(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.match(text):
        number = float(text)
        if math.isinf(number):
            raise UnusableScalar(f"the number {text[:60]} is too large")
        return number
    if _NOT_FINITE.match(text):
        raise UnusableScalar(f"{text} has no counterpart in JSON")
    return text


def read_tagged(tag: str, text: str) -> Json:
    """A scalar with one of YAML's own tags; any other tag leaves the text as it is."""
    kind = tag.removeprefix("tag:yaml.org,2002:")
    if kind not in ("int", "float", "bool", "null"):
        return text
    value = read_plain(text)
    if kind == "float" and type(value) is int:
        return float(value)
    if not isinstance(value, {"int": int, "float": float, "bool": bool, "null": type(None)}[kind]):
        raise UnusableScalar(f'"{text[:60]}" does not fit its tag !!{kind}')
    return value


def write_scalar(value: Json, *, style: str | None = None, indent: str | None = None, flow: bool = False) -> str:
    """``style`` is the quote to prefer. With ``indent`` a text of several lines may become a literal block there.

    >>> write_scalar("Pay"), write_scalar("no"), write_scalar("it's", style="'")
    ('Pay', '"no"', "'it''s'")
    """
    if not isinstance(value, str):
        return json.dumps(value, allow_nan=False)
    if indent is not None and style is None and _fits_literal_block(value):
        lines = [indent + line if line else "" for line in value.removesuffix("\n").split("\n")]
        return "\n".join(["|" if value.endswith("\n") else "|-", *lines])
    if style == "'" and _PRINTABLE_LINE.match(value):
        return "'" + value.replace("'", "''") + "'"
    if style == '"' or not _safe_as_plain(value, flow):
        return _double_quoted(value)
    return value


_WORDS: Final[dict[str, Json]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+\Z")
_PREFIXED: Final = re.compile(r"(?:0o[0-7]+|0x[0-9a-fA-F]+)\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE: Final = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")

# Words and numbers of YAML 1.1 and 1.2 in one: booleans, null, merge and value keys, numbers in all bases and with
# underscores, numbers in base 60, timestamps. Anything that begins like a number is quoted rather than analysed.
_MISREAD: Final = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null|~|<<|=|[-+]?\.(?:inf|nan))\Z|[-+]?\.?[0-9]")
_PLAIN: Final = re.compile(
    r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=~<\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
    r"[^\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*\Z"
)
_PRINTABLE_LINE: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*\Z")
_TO_ESCAPE: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


_TOO_LARGE: Final = 10**MAX_DIGITS
# With leading zeros a number may have more digits than its value needs.
_MOST_DIGITS: Final = 4 * MAX_DIGITS


def _integer(digits: str, base: int) -> int:
    # Python refuses to convert integers of several thousand digits, and others do not fit where numbers are floats.
    value = int(digits, base) if len(digits) <= _MOST_DIGITS else _TOO_LARGE
    if abs(value) >= _TOO_LARGE:
        raise UnusableScalar(f"the number {digits[:57]}… is too large")
    return value


def _safe_as_plain(text: str, flow: bool) -> bool:
    if not _PLAIN.match(text) or _MISREAD.match(text) or text.startswith(("---", "...")):
        return False
    if ": " in text or " #" in text or text[-1] in " :":
        return False
    return not (flow and re.search(r"[,:\[\]{}]", text))


def _fits_literal_block(text: str) -> bool:
    """Several printable lines, none of which would confuse the indentation or the end of the block."""
    if "\n" not in text or text[0] in " \n" or text.endswith("\n\n"):
        return False
    lines = text.removesuffix("\n").split("\n")
    return all(_PRINTABLE_LINE.match(line) and (line == "" or line[-1] != " ") for line in lines) and lines != [""]


def _double_quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
