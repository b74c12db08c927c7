"""Flow collections of YAML that keep what was written between their brackets when something in them changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from aslsplit.asl.extents import Extent, Json, Pointer
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.placeholders import Placeholder
from aslsplit.asl.source import Source
from aslsplit.asl.yaml_scalars import write_scalar

__all__ = ["MAX_KEY", "changed_flow", "new_flow", "quote_in"]

MAX_KEY = 1000
"""A key that is longer must be announced by a question mark (the limit is 1024)."""


def new_flow(value: Json, quote: str | None) -> str:
    """On one line; ``quote`` is how strings are quoted, if they are."""
    if isinstance(value, list):
        return "[" + ", ".join(new_flow(item, quote) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(_new_member(key, item, quote) for key, item in value.items()) + "}"
    if isinstance(value, Placeholder):
        return value.indented("", "\n")
    return write_scalar(value, style=quote, flow=True)


def changed_flow(value: Json, source: Source, pointer: Pointer, old: Json) -> str:
    """The collection at ``pointer`` as it stands there, with another value in it. Parts are told by their keys, and
    where the keys differ by their positions, so that changing there and back ends with the same text."""
    return _Flow(source).changed(value, pointer, old)


def quote_in(text: str) -> str | None:
    """The quotes that a flow collection uses for its strings."""
    found = re.search("[\"']", text)
    return found.group() if found else None


def _new_member(key: str, value: Json, quote: str | None) -> str:
    text = write_scalar(key, flow=True)
    return f"{'? ' if len(text) > MAX_KEY else ''}{text}: {new_flow(value, quote)}"


@dataclass(frozen=True, slots=True)
class _Flow:
    source: Source

    def changed(self, value: Json, pointer: Pointer, old: Json) -> str:
        text, extent = self.source.text, self.source.extents[pointer]
        written = text[extent.start : extent.end]
        if strictly_equal(value, old):
            return written
        if not isinstance(value, (dict, list)):
            quote = written[:1] if written[:1] in ("'", '"') else None
            return new_flow(value, quote)
        parts = self.parts(pointer, old) if type(value) is type(old) and value and old else None
        if parts is None or written[:1] not in ("{", "["):
            return new_flow(value, quote_in(written))
        begins = [part.start if part.key_start is None else part.key_start for part in parts]
        between = [text[part.end : begin] for part, begin in zip(parts, begins[1:], strict=False)]
        pieces = [text[extent.start : begins[0]]]
        for index, member in enumerate(self.members(value, pointer, old, parts)):
            if index:
                pieces.append(between[index - 1] if index <= len(between) else between[0] if between else ", ")
            pieces.append(member)
        return "".join([*pieces, text[parts[-1].end : extent.end]])

    def parts(self, pointer: Pointer, old: Json) -> list[Extent] | None:
        """Of the members or items in their order; None if one of them stands elsewhere."""
        names = list(old) if isinstance(old, dict) else range(len(old))
        found = [self.source.extents.get((*pointer, name)) for name in names]
        parts = [part for part in found if part is not None]
        return parts if len(parts) == len(found) and all(a.end <= b.start for a, b in pairwise(parts)) else None

    def members(self, value: Json, pointer: Pointer, old: Json, parts: list[Extent]) -> list[str]:
        quote = quote_in(self.source.text[parts[0].start : parts[-1].end])
        if isinstance(value, list):
            return [
                self.changed(item, (*pointer, index), old[index]) if index < len(old) else new_flow(item, quote)
                for index, item in enumerate(value)
            ]
        names, texts = list(old), []
        for index, (key, item) in enumerate(value.items()):
            replaced = names[index] if index < len(names) and names[index] not in value else None
            known = key if key in old else replaced
            if known is None:
                texts.append(_new_member(key, item, quote))
            else:
                extent = parts[names.index(known)]
                texts.append(self.head(extent, key, known) + self.changed(item, (*pointer, known), old[known]))
        return texts

    def head(self, extent: Extent, key: str, known: str) -> str:
        """The key and its colon, as they are or as they are there for another key."""
        text = self.source.text
        assert extent.key_start is not None
        assert extent.key_end is not None
        written, colon = text[extent.key_start : extent.key_end], text[extent.key_end : extent.start]
        if key == known:
            return written + colon
        return write_scalar(key, style=written[0] if written[0] in ("'", '"') else None, flow=True) + colon
