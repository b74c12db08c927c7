"""What the 18 intrinsic functions compute. Each takes the source of randomness first, then its arguments."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
import uuid
from collections.abc import Callable
from random import Random
from typing import Final

from aslsplit.interpreter.values import Json, compact, equal, is_number, java_text, type_name

__all__ = ["FUNCTIONS", "FunctionError", "arrange", "digest", "parse_json", "partition", "random_uuid"]


class FunctionError(ValueError):
    """The arguments do not fit; the message is what the cause of the failure ends with."""


_RANGE_LIMIT = 1000
_TEXT_LIMIT = 10_000
_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_PLACEHOLDER = re.compile(r"\\(['{}\\])|\{\}")


def partition(array: list[Json], length: int) -> list[list[Json]]:
    return [array[start : start + length] for start in range(0, len(array), length)]


def arrange(start: int, stop: int, step: int) -> list[int]:
    """The numbers from ``start`` to ``stop``, both included."""
    if step == 0:
        raise FunctionError("The third argument must not be zero")
    numbers = range(start, stop + (1 if step > 0 else -1), step)
    if len(numbers) > _RANGE_LIMIT:
        raise FunctionError(f"The range contains more than {_RANGE_LIMIT} elements")
    return list(numbers)


def digest(text: str, algorithm: str) -> str:
    if algorithm not in _ALGORITHMS:
        raise FunctionError(f"'{algorithm}' is not one of {', '.join(_ALGORITHMS)}")
    return hashlib.new(_ALGORITHMS[algorithm], encoded(text)).hexdigest()


def encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise FunctionError("The text holds half of a surrogate pair") from None


def parse_json(text: str) -> Json:
    """Empty text is null, as AWS reads it."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise FunctionError(f"Invalid JSON: {text}") from None


def random_uuid(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def _format(_: Random, template: Json, *values: Json) -> str:
    remaining = iter(values)

    def fill(found: re.Match[str]) -> str:
        if found.group(1):
            return found.group(1)
        try:
            return java_text(next(remaining))
        except StopIteration:
            raise FunctionError("The number of arguments does not match the occurrences of {}") from None

    text = _PLACEHOLDER.sub(fill, _text(template, "first"))
    if next(remaining, _NOTHING) is not _NOTHING:
        raise FunctionError("The number of arguments does not match the occurrences of {}")
    return text


_NOTHING = object()


def _string_to_json(_: Random, text: Json) -> Json:
    return parse_json(_text(text, "first"))


def _json_to_string(_: Random, value: Json) -> str:
    return compact(value)


def _array(_: Random, *values: Json) -> list[Json]:
    return list(values)


def _array_partition(_: Random, array: Json, length: Json) -> Json:
    chunk = _integer(length, "second")
    if chunk < 1:
        raise FunctionError("The second argument must be a positive integer")
    return partition(_list(array, "first"), chunk)


def _array_contains(_: Random, array: Json, value: Json) -> bool:
    return any(equal(item, value) for item in _list(array, "first"))


def _array_range(_: Random, start: Json, stop: Json, step: Json) -> Json:
    return arrange(_integer(start, "first"), _integer(stop, "second"), _integer(step, "third"))


def _array_get_item(_: Random, array: Json, index: Json) -> Json:
    items, position = _list(array, "first"), _integer(index, "second")
    if not 0 <= position < len(items):
        raise FunctionError(f"The index {position} is outside the array of length {len(items)}")
    return items[position]


def _array_length(_: Random, array: Json) -> int:
    return len(_list(array, "first"))


def _array_unique(_: Random, array: Json) -> Json:
    unique: list[Json] = []
    for item in _list(array, "first"):
        if not any(equal(item, seen) for seen in unique):
            unique.append(item)
    return unique


def _encode(_: Random, text: Json) -> str:
    return base64.b64encode(encoded(_short(text, "first"))).decode("ascii")


def _decode(_: Random, text: Json) -> str:
    try:
        return base64.b64decode(_short(text, "first"), validate=True).decode()
    except (binascii.Error, ValueError):
        raise FunctionError("The first argument is not Base64 text") from None


def _hash(_: Random, value: Json, algorithm: Json) -> str:
    text = value if isinstance(value, str) else compact(value)
    return digest(_short(text, "first"), _text(algorithm, "second"))


def _json_merge(_: Random, first: Json, second: Json, deep: Json) -> Json:
    if deep is not False:
        raise FunctionError("The third argument must be false: deep merging is not supported")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise FunctionError("The arguments to merge must be JSON objects")
    return {**first, **second}


def _math_random(random: Random, start: Json, end: Json, seed: Json = None) -> int:
    low, high = _integer(start, "first"), _integer(end, "second")
    if high <= low:
        raise FunctionError("The second argument must be greater than the first")
    source = random if seed is None else Random(_integer(seed, "third"))
    return source.randrange(low, high)


def _math_add(_: Random, first: Json, second: Json) -> int:
    return _integer(first, "first") + _integer(second, "second")


def _string_split(_: Random, text: Json, delimiters: Json) -> Json:
    characters = _text(delimiters, "second")
    content = _text(text, "first")
    if not characters:
        return [content] if content else []
    return [part for part in re.split("[" + re.escape(characters) + "]", content) if part]


def _uuid(random: Random) -> str:
    return random_uuid(random)


FUNCTIONS: Final[dict[str, Callable[..., Json]]] = {
    "States.Format": _format,
    "States.StringToJson": _string_to_json,
    "States.JsonToString": _json_to_string,
    "States.Array": _array,
    "States.ArrayPartition": _array_partition,
    "States.ArrayContains": _array_contains,
    "States.ArrayRange": _array_range,
    "States.ArrayGetItem": _array_get_item,
    "States.ArrayLength": _array_length,
    "States.ArrayUnique": _array_unique,
    "States.Base64Encode": _encode,
    "States.Base64Decode": _decode,
    "States.Hash": _hash,
    "States.JsonMerge": _json_merge,
    "States.MathRandom": _math_random,
    "States.MathAdd": _math_add,
    "States.StringSplit": _string_split,
    "States.UUID": _uuid,
}


def _text(value: Json, which: str) -> str:
    if not isinstance(value, str):
        raise FunctionError(f"The {which} argument must be a string, but was {type_name(value)}")
    return value


def _short(value: Json, which: str) -> str:
    text = _text(value, which)
    if len(text) > _TEXT_LIMIT:
        raise FunctionError(f"The {which} argument is longer than {_TEXT_LIMIT} characters")
    return text


def _list(value: Json, which: str) -> list[Json]:
    if not isinstance(value, list):
        raise FunctionError(f"The {which} argument must be an array, but was {type_name(value)}")
    return value


def _integer(value: Json, which: str) -> int:
    """Fractions are rounded half up, as Java rounds."""
    if not is_number(value):
        raise FunctionError(f"The {which} argument must be a number, but was {type_name(value)}")
    number: float = value
    try:
        return math.floor(number + 0.5)
    except (OverflowError, ValueError):
        raise FunctionError(f"The {which} argument is too large") from None
