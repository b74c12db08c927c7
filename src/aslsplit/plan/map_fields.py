"""Reading one field of the boundary map: a value of the right type, or a finding at its place in the file.

Absent fields give None without a remark; so do wrong ones, with a remark. Every reader goes on after an error,
so that one run names all of them. Nothing here knows which fields the map has: that is ``boundaries``.
"""

from __future__ import annotations

import difflib
import math
import posixpath
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from aslsplit.asl.paths import CONTEXT, DOCUMENT, AccessPath
from aslsplit.asl.references import ReferenceSyntaxError, parse_path
from aslsplit.asl.source import Json, Pointer, Source, format_pointer
from aslsplit.findings import Finding, finding

__all__ = [
    "Node",
    "amount",
    "check_keys",
    "choice",
    "describe",
    "file_name",
    "flag",
    "folder_complaint",
    "is_mapping",
    "is_reserved",
    "machine_name",
    "nearest",
    "number",
    "path",
    "paths",
    "renames",
    "text",
    "text_list",
    "text_or_list",
]

_Allowed = TypeVar("_Allowed", bound=str)
_UNSAFE_IN_MACHINE_NAMES = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\U0010fffe\U0010ffff]")
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the map and where it stands. All nodes of one reading share ``remarks``."""

    source: Source
    pointer: Pointer
    value: Json
    remarks: list[Finding]

    @property
    def label(self) -> str:
        """How a message names the place: ``children.payment.states[0]``."""
        words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.pointer)
        return words.removeprefix(".") or "the boundary map"

    def report(self, code: str, message: str, *, help: str | None = None, key: bool = False) -> None:
        place = self.source.span(self.pointer, key=key)
        self.remarks.append(finding(code, message, span=place, pointer=format_pointer(self.pointer), help=help))

    def member(self, name: str) -> Node | None:
        """None when the value is no mapping or lacks the key."""
        if not isinstance(self.value, dict) or name not in self.value:
            return None
        return self._inner(name, self.value[name])

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of a mapping whose keys are text; ``is_mapping`` reports the others."""
        for name, value in self.value.items():
            if isinstance(name, str):
                yield name, self._inner(name, value)

    def items(self) -> Iterator[Node]:
        for index, value in enumerate(self.value):
            yield self._inner(index, value)

    def _inner(self, part: str | int, value: Json) -> Node:
        return Node(self.source, (*self.pointer, part), value, self.remarks)


def nearest(name: str, names: Collection[str]) -> str | None:
    """The name that was probably meant; upper and lower case do not count.

    >>> nearest("monolit", ["monolith", "meta"])
    'monolith'
    """
    by_folded = {known.casefold(): known for known in names}
    found = difflib.get_close_matches(name[:_LONGEST_NAME].casefold(), list(by_folded), n=1)
    return by_folded[found[0]] if found else None


def describe(value: Json) -> str:
    """A value as a message quotes it: short, whatever it is."""
    match value:
        case str():
            return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return str(value)


def is_mapping(node: Node) -> bool:
    if not isinstance(node.value, dict):
        _wrong_type(node, "a mapping")
        return False
    for name in node.value:
        if not isinstance(name, str):
            shown = describe(name)
            node.report("ASL002", f"{node.label} has the key {shown}, which is not text", help="put the key in quotes")
    return True


def check_keys(node: Node, known: Collection[str], required: Collection[str] = ()) -> None:
    """Reports the keys of a mapping that mean nothing here, and those that are missing."""
    present = dict(node.members())
    for name, inner in present.items():
        if name not in known:
            close = nearest(name, known)
            help = f'did you mean "{close}"?' if close else f"known keys are {', '.join(known)}"
            inner.report("ASL002", f"unknown key {describe(name)} in {node.label}", help=help, key=True)
    for name in required:
        if name not in present:
            node.report("ASL003", f'{node.label} has no "{name}"', help=f'add "{name}"')


def text(node: Node | None, *, pattern: re.Pattern[str] | None = None, shape: str = "") -> str | None:
    """``shape`` says in words what ``pattern`` asks for."""
    if node is None:
        return None
    if not isinstance(node.value, str):
        _wrong_type(node, "text")
        return None
    if not node.value:
        node.report("ASL004", f"{node.label} is empty", help="give it a value or leave the key out")
        return None
    if pattern and not pattern.fullmatch(node.value):
        node.report("ASL004", f"{node.label} is {describe(node.value)}; it must be {shape}")
        return None
    return node.value


def choice(node: Node | None, allowed: tuple[_Allowed, ...]) -> _Allowed | None:
    if node is None:
        return None
    for value in allowed:
        if node.value == value:
            return value
    close = nearest(node.value, allowed) if isinstance(node.value, str) else None
    node.report(
        "ASL004",
        f"{node.label} is {describe(node.value)}; allowed: {', '.join(allowed)}",
        help=f'did you mean "{close}"?' if close else None,
    )
    return None


def flag(node: Node | None) -> bool | None:
    if node is None:
        return None
    if not isinstance(node.value, bool):
        _wrong_type(node, "true or false")
        return None
    return node.value


def amount(node: Node | None) -> Decimal | None:
    """A sum of money or the like: a number that is not negative, to the digit as it is written."""
    if node is None:
        return None
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        _wrong_type(node, "a number")
        return None
    if not 0 <= value < math.inf:
        node.report("ASL004", f"{node.label} is {describe(value)}; it must be a number that is not negative")
        return None
    return Decimal(repr(value))


def number(node: Node | None, allowed: Sequence[int]) -> int | None:
    """A whole number: one of a range, or of those listed."""
    if node is None:
        return None
    value = node.value
    # As in JSON Schema, 5.0 is a whole number, and true is none.
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in allowed:
        known = f"{allowed[0]} to {allowed[-1]}" if isinstance(allowed, range) else ", ".join(map(str, allowed))
        node.report("ASL004", f"{node.label} is {describe(value)}; allowed: {known}")
        return None
    return int(value)


def text_list(node: Node | None, *, pattern: re.Pattern[str] | None = None, shape: str = "") -> tuple[str, ...] | None:
    """A list with at least one text."""
    if node is None or not _is_list(node, "a list of texts"):
        return None
    if not node.value:
        help = "name at least one, or leave the key out"
        node.report("ASL004", f"{node.label} is an empty list", help=help)
        return None
    values = [text(item, pattern=pattern, shape=shape) for item in node.items()]
    return tuple(value for value in values if value is not None)


def text_or_list(node: Node | None) -> tuple[str, ...] | None:
    if node is None or isinstance(node.value, list):
        return text_list(node)
    if not isinstance(node.value, str):
        _wrong_type(node, "a name or a list of names")
        return None
    value = text(node)
    return None if value is None else (value,)


def path(node: Node | None, *, variables: bool = False, whole: bool = True) -> AccessPath | None:
    """A path of plain fields. ``variables``: may it begin with one; ``whole``: may it be the whole document."""
    written = text(node)
    if node is None or written is None:
        return None
    try:
        parsed = parse_path(written)
    except ReferenceSyntaxError as error:
        node.report("ASL011", f"{node.label} is no path: {error.message} in {describe(written)}")
        return None
    complaint = _unsuitable(parsed, variables=variables, whole=whole)
    if complaint:
        start = "$.field or $variable" if variables else "$.field"
        help = f"write the path of one field of the document, such as {start}.inner"
        node.report("ASL011", f"{node.label} is {describe(written)}, {complaint}", help=help)
        return None
    return parsed


def paths(node: Node | None, *, variables: bool = False) -> tuple[AccessPath, ...] | None:
    """A list of paths; it may be empty."""
    if node is None or not _is_list(node, "a list of paths"):
        return None
    found = [path(item, variables=variables) for item in node.items()]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def renames(node: Node | None, *, variables: bool = False) -> Mapping[str, AccessPath] | None:
    """Contract field to path, without two names for one path."""
    if node is None or not is_mapping(node):
        return None
    chosen: dict[str, AccessPath] = {}
    name_of: dict[AccessPath, str] = {}
    for name, inner in node.members():
        if not _FIELD_NAME.match(name):
            inner.report(
                "ASL014",
                f"{node.label} has the field name {describe(name)}",
                help="use letters, digits and underscores, beginning with a letter or underscore",
                key=True,
            )
        target = path(inner, variables=variables)
        if target is None:
            continue
        if target in name_of:
            message = f'{node.label} gives {target} two names: "{name_of[target]}" and {describe(name)}'
            inner.report("ASL014", message, help="keep one of them", key=True)
        name_of.setdefault(target, name)
        chosen[name] = target
    return chosen


def file_name(node: Node | None, *, folder: bool = False, upward: bool = False) -> str | None:
    """A name relative to the folder of the map that stays inside it, unless it may lead ``upward``; without ``./`` and
    double slashes."""
    written = text(node)
    if node is None or written is None:
        return None
    complaint = _escapes(written, folder=folder, upward=upward)
    if complaint:
        inside = "relative to" if upward else "inside"
        help = f"name a place {inside} the folder of the map, with forward slashes"
        node.report("ASL009", f"{node.label} is {describe(written)}, {complaint}", help=help)
        return None
    return posixpath.normpath(written)


def folder_complaint(written: str) -> str | None:
    """What is wrong with the name of a folder that is to be inside that of the map."""
    return _escapes(written, folder=True)


def machine_name(node: Node | None) -> str | None:
    written = text(node)
    if node is None or written is None:
        return None
    unsafe = _UNSAFE_IN_MACHINE_NAMES.search(written)
    if unsafe:
        complaint = f"and AWS does not allow {unsafe.group()!a} in the name of a state machine"
    elif len(written) > _LONGEST_NAME:
        complaint = f"which has {len(written)} characters; AWS allows {_LONGEST_NAME}"
    elif not written.strip("."):
        complaint = "which cannot be the name of a file"
    else:
        return written
    node.report("ASL009", f"{node.label} is {describe(written)}, {complaint}", help="choose another name")
    return None


def _is_list(node: Node, wanted: str) -> bool:
    if isinstance(node.value, list):
        return True
    _wrong_type(node, wanted)
    return False


def _wrong_type(node: Node, wanted: str) -> None:
    value = node.value
    help = None
    if value is None:
        help = "give it a value or leave the key out"
    elif wanted == "text" and isinstance(value, bool | int | float):
        help = "put the value in quotes"
    elif wanted.startswith("a list") and isinstance(value, str):
        help = f"put it in brackets: [{value}]"
    node.report("ASL004", f"{node.label} is {describe(value)}; it must be {wanted}", help=help)


def _unsuitable(parsed: AccessPath, *, variables: bool, whole: bool) -> str | None:
    if parsed.root == CONTEXT:
        return "which leads into the context object and not into the document"
    if parsed.root != DOCUMENT and not variables:
        return "which leads into a variable and not into the document"
    if not all(isinstance(step, str) for step in parsed.steps):
        return "which selects with an index, a wildcard or a filter"
    if not parsed.steps and not whole:
        return "which is the whole document and not a field of it"
    return None


def _escapes(written: str, *, folder: bool, upward: bool = False) -> str | None:
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in written):
        return "which holds a control character"
    if "\\" in written:
        return "which holds a backslash"
    if written.startswith("/") or re.match(r"[A-Za-z]:", written):
        return "which is an absolute path"
    if ".." in written.split("/") and not upward:
        return 'which leads upward with ".."'
    names_folder = posixpath.normpath(written) == "." or (upward and posixpath.basename(written) in (".", ".."))
    if not folder and (written.endswith("/") or names_folder):
        return "which is a folder and not a file"
    for part in written.split("/"):
        if is_reserved(part):
            return f"and Windows keeps the name {part} for a device"
        if part not in (".", "..") and part.endswith((".", " ")):
            return "and Windows drops a dot or blank at the end of a name"
        if part.casefold() == ".git":
            return "which is inside the folder that git keeps for itself"
    return None


def is_reserved(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, whatever its suffix."""
    return _DEVICES.fullmatch(name.partition(".")[0].rstrip()) is not None


_DEVICES = re.compile("con|prn|aux|nul|(com|lpt)[1-9]", re.IGNORECASE)
