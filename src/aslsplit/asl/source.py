"""The file as written: its text, its data, and where each value stands.

A definition may be a part of its file. Then ``text`` is all of the file and ``extents`` are those of the part; only
where the definition stands as text in a string, ``text`` is that text and ``frame`` leads to the file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, Literal

from aslsplit.asl.extents import Extent, Json, Pointer, Problem, Reading, line_and_column
from aslsplit.asl.json_reading import read_json
from aslsplit.asl.limits import MAX_TEXT_BYTES
from aslsplit.asl.quoting import Frame
from aslsplit.asl.yaml_reading import read_yaml
from aslsplit.findings import Finding, Span, finding, in_order

__all__ = [
    "Embedded",
    "Extent",
    "Format",
    "Json",
    "Pointer",
    "Source",
    "as_source",
    "decoded",
    "format_of",
    "format_pointer",
    "read_source",
    "read_text",
    "span_in",
]

Format = Literal["json", "yaml"]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Where in a template a definition stands: the name of its state machine, and the place of the definition (none in
    Terraform's language, of which only the definition is read)."""

    kind: Literal["cloudformation", "serverless", "terraform"]
    resource: str
    pointer: Pointer
    substitutes: bool = False
    """The text goes through ``Fn::Sub``, so its tokens are names of the template."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """What tokens stand for that are no names of the template, spelled as the template does."""

    lists: frozenset[str] = frozenset()
    """Parameters of the template that are lists."""


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
    embedded: Embedded | None = None
    frame: Frame | None = None
    functions: bool = False
    """Intrinsic functions of CloudFormation were read as what they are."""

    @property
    def resource(self) -> str | None:
        """The state machine's name in its template."""
        return None if self.embedded is None else self.embedded.resource

    @property
    def title(self) -> str:
        """The file, and which of its machines it is if that is a question."""
        return self.name if self.resource is None else f"{self.resource} in {self.name}"

    @property
    def base(self) -> Pointer:
        """Where the definition lies in the data of ``text``."""
        return () if self.embedded is None or self.frame is not None else self.embedded.pointer

    @property
    def functions_move(self) -> bool:
        """Children may hold intrinsic functions too: the Serverless Framework includes their files in its template."""
        return self.functions and (self.embedded is None or self.embedded.kind == "serverless")

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        """Where the value (or, with ``key``, its key) stands; the nearest enclosing value if it stands nowhere."""
        while pointer and pointer not in self.extents:
            pointer, key = pointer[:-1], False
        extent = self.extents.get(pointer, Extent(0, 0))
        if key and extent.key_start is not None and extent.key_end is not None:
            return span_in(self.name, self.text, extent.key_start, extent.key_end, self.frame)
        return span_in(self.name, self.text, extent.start, extent.end, self.frame)


def read_source(name: str, raw: bytes, format: Format | None = None) -> tuple[Source | None, tuple[Finding, ...]]:
    """No source if the file is unreadable; with a source there may still be findings, such as duplicate keys.

    Without ``format`` the suffix of the name decides, and where that says nothing, the first character.
    """
    text, unreadable = decoded(name, raw)
    if unreadable:
        return None, unreadable
    format, reading = read_text(text, format or format_of(name, text))
    return as_source(Source(name, text, format, reading.data, reading.extents), reading.problems)


def decoded(name: str, raw: bytes) -> tuple[str, tuple[Finding, ...]]:
    """The text without a byte order mark, or what stands against reading it."""
    text, complaint = _decode(raw)
    if not complaint and text.startswith("\ufeff"):
        complaint = ("ASL101", "the file begins with two byte order marks; save it with one or none")
    if not complaint and not text.strip():
        complaint = ("ASL101", "the file is empty")
    if complaint:
        return "", (finding(complaint[0], complaint[1], span=Span(name, 1, 1, 1, 1)),)
    return text, ()


def as_source(source: Source, problems: Iterable[Problem]) -> tuple[Source | None, tuple[Finding, ...]]:
    """The source unless a problem ends its reading, and all problems as findings."""
    found = [*problems]
    found += _top_level(Reading(source.data, source.extents, tuple(found)))
    findings = in_order(_as_finding(source, problem) for problem in found)
    return (None if any(problem.code in _FATAL for problem in found) else source), findings


def span_in(name: str, text: str, start: int, end: int, frame: Frame | None = None) -> Span:
    """Offsets as an editor shows them, in the file around the text if there is one."""
    if frame is not None:
        text, start, end = frame.outer, frame.outer_offset(start), frame.outer_offset(end)
    return Span(name, *line_and_column(text, start), *line_and_column(text, end))


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


def format_of(name: str, text: str) -> Format:
    match PurePosixPath(name).suffix.lower():
        case ".json":
            return "json"
        case ".yaml" | ".yml":
            return "yaml"
        case _:
            return "json" if _JSON_START.match(text) else "yaml"


def read_text(text: str, format: Format) -> tuple[Format, Reading]:
    """As what it is read in the end, and what was found."""
    if format == "json":
        reading = read_json(text)
        if reading.problems and "${" in text:
            # Quotes in tokens are read only where nothing else makes sense: in JSON, a string ends at its quote.
            again = read_json(text, quotes_in_tokens=True)
            reading = again if not again.problems else reading
        return format, reading
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


def _as_finding(source: Source, problem: Problem) -> Finding:
    pointer = None if problem.pointer is None else format_pointer(problem.pointer)
    span = span_in(source.name, source.text, problem.start, problem.end, source.frame)
    return finding(problem.code, problem.message, span=span, pointer=pointer, help=problem.help)
