"""What the tests of dumping share: reading, dumping with a look at what the text means, and walking over data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.source import Format, Json, Pointer, Source, read_source


def source_of(text: str, format: Format = "json") -> Source:
    source, findings = read_source(f"machine.{format}", text.encode())
    assert source is not None, findings
    assert source.text == text
    return source


def same(source: Source) -> dict[Pointer, Origin | None]:
    return {(): Origin(source, ())}


def dumped(value: Json, origins: Mapping[Pointer, Origin | None], like: Source) -> str:
    """The text, once it is clear that it means the value."""
    text = dump(value, origins, like=like)
    again, findings = read_source("-", text.encode(), like.format)
    assert again is not None, (findings, text)
    assert strictly_equal(again.data, value), text
    if like.format == "json":
        assert strictly_equal(json.loads(text), value)
    return text


def places_in(value: Json, at: Pointer = ()) -> Iterator[tuple[Pointer, Json]]:
    yield at, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in items:
        yield from places_in(part, (*at, name))


def value_at(data: Json, pointer: Pointer) -> Json:
    for name in pointer:
        data = data[name]
    return data
