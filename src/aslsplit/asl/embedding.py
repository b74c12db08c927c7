"""Definitions read from where they stand: a file of their own, or a template around them.

What is read again after it was changed is found by the same way, so whoever writes need not know where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from aslsplit.asl.cloudformation import conflicting_fills, read_functions
from aslsplit.asl.extents import Extent, Json, Pointer, Problem, Reading
from aslsplit.asl.json_reading import read_json
from aslsplit.asl.limits import MAX_MACHINES
from aslsplit.asl.placeholders import Placeholder, is_intrinsic, placeholders_in
from aslsplit.asl.quoting import Frame, Quotes, framed
from aslsplit.asl.remarks import listed, nearest
from aslsplit.asl.source import (
    Embedded,
    Format,
    Source,
    as_source,
    decoded,
    format_of,
    format_pointer,
    read_source,
    read_text,
    span_in,
)
from aslsplit.asl.templates import Deployed, Unfit, is_template, list_parameters, machines_in, place_of_definition
from aslsplit.asl.terraform import Attribute, definitions_in, heredoc, is_terraform, made_by
from aslsplit.asl.yaml_reading import read_yaml_template
from aslsplit.findings import Finding, Span, finding, in_order

__all__ = ["machines_named_in", "read_again", "read_child", "read_definition", "read_definitions", "read_template"]

_Read = tuple[Source | None, tuple[Finding, ...]]


def read_definition(name: str, raw: bytes, resource: str | None = None, asked_at: Span | None = None) -> _Read:
    """The definition in a file, or that of the state machine ``resource`` in a template. ``asked_at`` is where people
    chose the machine in a boundary map, or could have; None if they are at the command line."""
    file, unreadable = _opened(name, raw)
    return (None, unreadable) if file is None else file.definition(resource, asked_at)


def read_definitions(name: str, raw: bytes) -> tuple[_Read, ...]:
    """The definition in a file, or those of all state machines of a template."""
    file, unreadable = _opened(name, raw)
    if file is None:
        return ((None, unreadable),)
    return tuple(file.definition(resource) for resource in file.machines) or (file.definition(),)


def machines_named_in(name: str, raw: bytes) -> tuple[str, ...]:
    """The state machines of a template, by which ``read_definition`` finds them; none where the file is no template."""
    file, _ = _opened(name, raw)
    return () if file is None else tuple(file.machines)


def read_again(like: Source, name: str, text: str) -> _Read:
    """The text of a file that holds a definition where ``like`` has it."""
    raw = text.encode("utf-8", "surrogatepass")
    if like.embedded is not None and like.embedded.kind == "terraform":
        # The name may say more than that of the file.
        return _terraform_file(name, raw, text).definition(like.embedded.resource)
    if like.embedded is not None:
        return read_definition(name, raw, like.embedded.resource)
    return read_child(like, name, raw) if like.functions else read_source(name, raw, like.format)


def read_child(monolith: Source, name: str, raw: bytes, format: Format | None = None) -> _Read:
    """A file that holds a child of the monolith. Without a ``format`` its name tells."""
    return _fragment(monolith.format, name, raw) if monolith.functions_move else read_source(name, raw, format)


def read_template(name: str, raw: bytes) -> _Read:
    """All of a template of CloudFormation, with its intrinsic functions as placeholders."""
    text, unreadable = decoded(name, raw)
    if unreadable:
        return None, unreadable
    is_json = text.lstrip().startswith("{") and not read_json(text).problems
    return _fragment("json" if is_json else format_of(name, text), name, raw)


@dataclass(frozen=True, slots=True)
class _File:
    """A file that may be a template, read once, however many machines are asked for."""

    name: str
    raw: bytes
    text: str
    format: Format | None
    """None: Terraform's, which is only searched."""

    outer: Reading | None = None
    """What the file says around definitions; None if it is no template, or cannot be read as one."""

    machines: Mapping[str, Deployed] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    """Where Terraform's machines have their definitions."""

    def definition(self, resource: str | None = None, asked_at: Span | None = None) -> _Read:
        if self.format is None:
            return self._in_terraform(resource, asked_at)
        if self.outer is None:
            source, findings = read_source(self.name, self.raw)
            if source is not None and resource is not None:
                message = f"{self.name} is a definition and no template, so there is no resource to choose in it"
                return None, (finding("ASL120", message, span=asked_at, help="leave resource out"),)
            return source, in_order((*findings, *_bare(source)))
        machine, remark = _chosen(self.name, self.machines, resource, asked_at)
        if machine is None:
            return None, remark
        place = place_of_definition(machine)
        if isinstance(place, Embedded):
            found = _embedded(self.name, self.text, self.format, self.outer, place)
            if not isinstance(found, Unfit):
                source, findings = found
                return source, in_order((*findings, *_conflicts(source), *_bare(source)))
            place = found
        return None, (_as_finding(self.name, self.text, self.outer, place),)

    def _in_terraform(self, resource: str | None, asked_at: Span | None) -> _Read:
        name, text = self.name, self.text
        machine, remark = _chosen(name, self.machines, resource, asked_at)
        if machine is None:
            return None, remark
        attribute = self.attributes[machine.resource]
        frame = heredoc(text, attribute.value)
        if frame is not None:
            format, reading = read_text(frame.inner, "json")
            place = Embedded("terraform", machine.resource, ())
            source, findings = as_source(
                Source(name, frame.inner, format, reading.data, reading.extents, place, frame), reading.problems
            )
            return source, in_order((*findings, *_bare(source)))
        made, file = made_by(text, attribute.value)
        if file is not None:
            code, message = "ASL121", f'the definition of "{machine.resource}" is not in this file but in {file}'
            help = f"write monolith: {file}, seen from the folder of the boundary map"
        else:
            code = "ASL122"
            message = f'the definition of "{machine.resource}" is made by {made}, which cannot be rewritten in place'
            help = "write it as a heredoc, definition = <<EOF, or in a file of its own that templatefile reads"
        return None, (finding(code, message, span=span_in(name, text, attribute.start, attribute.end), help=help),)


def _file(name: str, raw: bytes, text: str) -> _File:
    format, outer = _outer(name, text)
    if outer is None or not is_template(outer.data):
        return _File(name, raw, text, format)
    return _File(name, raw, text, format, outer, {machine.resource: machine for machine in machines_in(outer.data)})


def _terraform_file(name: str, raw: bytes, text: str) -> _File:
    attributes = {found.resource: found for found in definitions_in(text)}
    machines = {resource: Deployed("terraform", resource, (), {}) for resource in attributes}
    return _File(name, raw, text, None, machines=machines, attributes=attributes)


def _opened(name: str, raw: bytes) -> tuple[_File | None, tuple[Finding, ...]]:
    text, unreadable = decoded(name, raw)
    if unreadable:
        return None, unreadable
    file = _terraform_file(name, raw, text) if is_terraform(name) else _file(name, raw, text)
    if len(file.machines) > MAX_MACHINES:
        message = f"{name} holds {len(file.machines):,} state machines, more than {MAX_MACHINES}"
        help = "a stack of CloudFormation has no more resources; name the file that holds the definition"
        return None, (finding("ASL113", message, span=Span(name, 1, 1, 1, 1), help=help),)
    return file, ()


_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")
_TEMPLATE: Final = re.compile(r"Resources|stepFunctions|resources")
_QUOTES: Final[Mapping[str, Quotes]] = {'"': "double", "'": "single", "|": "literal", ">": "folded"}


def _outer(name: str, text: str) -> tuple[Format, Reading | None]:
    """The file around a definition; None if there cannot be one, or it cannot be read."""
    format = format_of(name, text)
    if not _TEMPLATE.search(text):
        return format, None
    if format == "json" or text.lstrip().startswith("{"):
        reading = read_json(text)
        is_broken = any(problem.code in ("ASL101", "ASL113") for problem in reading.problems)
        if format == "json" or not reading.problems:
            return "json", None if is_broken else reading
    reading = read_yaml_template(text)
    return "yaml", reading if isinstance(reading.data, dict) else None


def _chosen(
    name: str, machines: Mapping[str, Deployed], resource: str | None, asked_at: Span | None
) -> tuple[Deployed | None, tuple[Finding, ...]]:
    if not machines:
        message, help = f"{name} is a template without a state machine", "name the file that holds the definition"
    elif resource is None and len(machines) == 1:
        return next(iter(machines.values())), ()
    elif resource is None:
        message = f"{name} holds {len(machines)} state machines: {listed(machines)}"
        key = "--resource" if asked_at is None else "resource:"
        help = f"choose one: {key} {next(iter(machines))}"
    elif resource in machines:
        return machines[resource], ()
    else:
        message = f'{name} has no state machine "{resource}"'
        help = nearest(resource, machines) or f"state machines there: {listed(machines)}"
    return None, (finding("ASL120", message, span=asked_at, help=help),)


def _embedded(name: str, text: str, format: Format, outer: Reading, place: Embedded) -> _Read | Unfit:
    value, extent = _at(outer.data, place.pointer), outer.extents.get(place.pointer)
    if extent is None or text.startswith("*", extent.start):
        message = f'the definition of "{place.resource}" comes in by an alias, and is shared with another place'
        return Unfit("ASL122", message, place.pointer, "write it where it belongs")
    if isinstance(value, str):
        return _in_string(name, text, format, value, extent, place)
    own = [problem for problem in outer.problems if extent.start <= problem.start <= extent.end]
    start = _after_properties(text, extent.start) if format == "yaml" else extent.start
    if format == "yaml" and text.startswith("{", start):
        return _in_flow(name, text, extent, start, replace(place, lists=list_parameters(outer.data)))
    data, extents = read_functions(text, value, outer.extents, place.pointer)
    problems = [_relative(problem, place.pointer) for problem in own]
    shown = replace(place, pointer=_in_layout(outer, place.pointer), lists=list_parameters(outer.data))
    return as_source(Source(name, text, format, data, extents, shown, functions=True), problems)


def _in_flow(name: str, text: str, extent: Extent, start: int, place: Embedded) -> _Read | Unfit:
    """JSON inside YAML is edited as JSON."""
    reading = read_json(text[start : extent.end])
    if any(problem.code == "ASL101" for problem in reading.problems):
        message = f'the definition of "{place.resource}" is written in the flow style of YAML'
        return Unfit("ASL122", message, place.pointer, "write it in block style, or as JSON")
    moved = {
        pointer: Extent(
            part.start + start,
            part.end + start,
            None if part.key_start is None else part.key_start + start,
            None if part.key_end is None else part.key_end + start,
        )
        for pointer, part in reading.extents.items()
    }
    data, extents = read_functions(text, reading.data, moved, ())
    problems = [replace(problem, start=problem.start + start, end=problem.end + start) for problem in reading.problems]
    return as_source(Source(name, text, "json", data, extents, place, functions=True), problems)


def _in_string(name: str, text: str, format: Format, value: str, extent: Extent, place: Embedded) -> _Read | Unfit:
    start = _after_properties(text, extent.start) if format == "yaml" else extent.start
    quotes: Quotes | None = "json" if format == "json" else _QUOTES.get(text[start : start + 1])
    frame = framed(text, start, extent.end, quotes) if quotes else None
    if frame is None or not _says(frame, value):
        message = f'the definition of "{place.resource}" stands in a text whose lines YAML joins or escapes'
        return Unfit("ASL122", message, place.pointer, "write it as a block: DefinitionString: |")
    reading = read_json(frame.inner)
    source = Source(name, frame.inner, "json", reading.data, reading.extents, place, frame)
    return as_source(source, reading.problems)


def _says(frame: Frame, value: str) -> bool:
    """YAML has one kind of line break, and takes away those at the end of most blocks."""
    inner = re.sub(r"\r\n|\r", "\n", frame.inner) if frame.indent else frame.inner
    return inner.rstrip("\n") == value.rstrip("\n")


def _fragment(format: Format, name: str, raw: bytes) -> _Read:
    text, unreadable = decoded(name, raw)
    if unreadable:
        return None, unreadable
    reading = read_json(text) if format == "json" else read_yaml_template(text)
    data, extents = read_functions(text, reading.data, reading.extents, ())
    return as_source(Source(name, text, format, data, extents, functions=True), reading.problems)


def _at(data: Json, pointer: Pointer) -> Json:
    for part in pointer:
        data = data[part]
    return data


def _after_properties(text: str, start: int) -> int:
    """Behind a tag and an anchor."""
    properties = _PROPERTIES.match(text, start)
    return start if properties is None else properties.end()


def _in_layout(outer: Reading, pointer: Pointer) -> Pointer:
    """A short tag is no level of its own where the text is laid out."""
    above = outer.extents.get(pointer[:-1])
    return pointer[:-1] if above is not None and above.start == outer.extents[pointer].start else pointer


def _relative(problem: Problem, base: Pointer) -> Problem:
    if problem.pointer is None or problem.pointer[: len(base)] != base:
        return replace(problem, pointer=None)
    return replace(problem, pointer=problem.pointer[len(base) :])


def _as_finding(name: str, text: str, outer: Reading, unfit: Unfit) -> Finding:
    extent = outer.extents.get(unfit.pointer, Extent(0, 0))
    begin, end = extent.key_start, extent.key_end
    if begin is None or end is None:
        begin, end = extent.start, extent.start
    pointer = format_pointer(unfit.pointer)
    return finding(unfit.code, unfit.message, span=span_in(name, text, begin, end), pointer=pointer, help=unfit.help)


def _conflicts(source: Source | None) -> Iterator[Finding]:
    """Tokens that would have two meanings once the functions around them are gone."""
    if source is None or source.embedded is None or source.embedded.kind != "cloudformation":
        return
    for pointer, token, one, other in conflicting_fills(_with_plain_tokens(source)):
        yield finding(
            "ASL123",
            f"a child would know {one} and {other} by the same name, ${{{token}}}",
            span=source.span(pointer),
            pointer=format_pointer(pointer),
            help="give one of them another name, as a variable of Fn::Sub or in DefinitionSubstitutions",
        )


def _with_plain_tokens(source: Source) -> Iterator[tuple[Pointer, Placeholder]]:
    """Tokens in plain text stand for what DefinitionSubstitutions says."""
    assert source.embedded is not None
    for token, meaning in source.embedded.variables.items():
        if not source.embedded.substitutes and f"${{{token}}}" in source.text:
            yield (), Placeholder("", "", ((token, meaning),))
    yield from placeholders_in(source.data)


def _bare(source: Source | None) -> Iterator[Finding]:
    if source is None or source.format != "json":
        return
    bare = [(pointer, part) for pointer, part in placeholders_in(source.data) if not is_intrinsic(part)]
    if bare:
        pointer, first = bare[0]
        values = f"{len(bare)} values are" if len(bare) > 1 else "one value is"
        yield finding(
            "ASL124",
            f"{values} filled in when the machine is deployed, and could be anything: {first}",
            span=source.span(pointer),
            pointer=format_pointer(pointer),
        )
