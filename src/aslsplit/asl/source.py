"""The file as written: its text, its data, and where each value stands."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from aslsplit.asl.extents import MAX_TEXT_BYTES, Extent, Json, Pointer, Problem, Reading, line_and_column
from aslsplit.asl.json_reading import read_json
from aslsplit.asl.yaml_reading import read_yaml
from aslsplit.findings import Finding, Span, finding, in_order

__all__ = ["Extent", "Format", "Json", "Pointer", "Source", "format_pointer", "read_source"]

Format = Literal["json", "yaml"]


@dataclass(frozen=True, slots=True)
class Source:
    """``name`` is what people see: the path as they gave it, or ``<stdin>``.

    ``text`` is without a byte order mark. Values that a YAML alias or merge key brings in have no extent of
    their own.
    """

    name: str
    text: str
    format: Format
    data: Json
    extents: Mapping[Pointer, Extent]

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        """Where the value (or, with ``key``, its key) stands; the nearest enclosing value if it stands nowhere."""
        while pointer and pointer not in self.extents:
            pointer, key = pointer[:-1], False
        extent = self.extents.get(pointer, Extent(0, 0))
        if key and extent.key_start is not None and extent.key_end is not None:
            return _span(self.name, self.text, extent.key_start, extent.key_end)
        return _span(self.name, self.text, extent.start, extent.end)


def read_source(name: str, raw: bytes, format: Format | None = None) -> tuple[Source | None, tuple[Finding, ...]]:
    """No source if the file is unreadable; with a source there may still be findings, such as duplicate keys.

    Without ``format`` the suffix of the name decides, and where that says nothing, the first character.
    """
    text, complaint = _decode(raw)
    if complaint:
        return None, (finding(complaint[0], complaint[1], span=Span(name, 1, 1, 1, 1)),)
    if not text.strip():
        return None, (finding("ASL101", "the file is empty", span=Span(name, 1, 1, 1, 1)),)
    format, reading = _read(text, format or _format_of(name, text))
    problems = [*reading.problems, *_top_level(reading)]
    findings = in_order(_as_finding(name, text, problem) for problem in problems)
    if any(problem.code in _FATAL for problem in problems):
        return None, findings
    return Source(name, text, format, reading.data, reading.extents), findings


def format_pointer(pointer: Pointer) -> str:
    """As RFC 6901 writes it; the whole file is ``""``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


_FATAL: Final = frozenset({"ASL101", "ASL113"})
_JSON_START: Final = re.compile(r"\s*[{\[]")


def _decode(raw: bytes) -> tuple[str, tuple[str, str] | None]:
    """The text, and the code and message of what stands against it."""
    if len(raw) > MAX_TEXT_BYTES:
        return "", ("ASL113", f"the file has {len(raw)} bytes; more than {MAX_TEXT_BYTES} are not read")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "", ("ASL101", "the file is encoded as UTF-16; save it as UTF-8")
    if b"\0" in raw:
        return "", ("ASL101", "the file holds NUL bytes: it is binary, or text in an encoding other than UTF-8")
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"the file is not encoded as UTF-8: line {line} holds the byte 0x{raw[error.start]:02x}"
        return "", ("ASL101", message)


def _format_of(name: str, text: str) -> Format:
    match PurePosixPath(name).suffix.lower():
        case ".json":
            return "json"
        case ".yaml" | ".yml":
            return "yaml"
        case _:
            return "json" if _JSON_START.match(text) else "yaml"


def _read(text: str, format: Format) -> tuple[Format, Reading]:
    if format == "json":
        return format, read_json(text)
    if text.lstrip().startswith("{"):
        # YAML contains JSON, but PyYAML refuses tabs as indentation: what is JSON is read and written as JSON.
        reading = read_json(text)
        if not reading.problems:
            return "json", reading
    return format, read_yaml(text)


def _top_level(reading: Reading) -> list[Problem]:
    if isinstance(reading.data, dict) or any(problem.code in _FATAL for problem in reading.problems):
        return []
    extent = reading.extents.get((), Extent(0, 0))
    kinds = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    message = f"a definition is an object; this file holds {kinds.get(type(reading.data), 'a number')}"
    return [Problem("ASL101", message, extent.start, extent.end, ())]


def _as_finding(name: str, text: str, problem: Problem) -> Finding:
    pointer = None if problem.pointer is None else format_pointer(problem.pointer)
    span = _span(name, text, problem.start, problem.end)
    return finding(problem.code, problem.message, span=span, pointer=pointer, help=problem.help)


def _span(name: str, text: str, start: int, end: int) -> Span:
    return Span(name, *line_and_column(text, start), *line_and_column(text, end))
