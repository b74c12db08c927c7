"""YAML with positions, as the data that JSON would hold.

The text becomes a tree of nodes first (``compose``), which also tells the writer how each part is laid out; the tree
then becomes data. The tree is built from PyYAML's events, so that depth and size stay bounded while it grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, Literal

import yaml

from aslsplit.asl.cloudformation import LONG_NAMES
from aslsplit.asl.extents import Extent, Json, Pointer, Problem, Reading, line_and_column
from aslsplit.asl.limits import MAX_ALIASED, MAX_DEPTH, MAX_VALUES
from aslsplit.asl.yaml_scalars import UnusableScalar, read_plain, read_tagged

__all__ = ["Composition", "Entry", "Node", "compose", "read_yaml", "read_yaml_template"]


@dataclass(frozen=True, slots=True)
class Node:
    """One node as written. ``end`` of a block collection is the end of its last part: no comment belongs to it."""

    kind: Literal["mapping", "sequence", "scalar", "alias"]
    start: int
    end: int
    flow: bool = False
    style: str | None = None
    """Of a scalar: None for plain, or the character that opens it."""

    text: str = ""
    """The content of a scalar; the anchor's name of an alias."""

    tag: str | None = None
    anchor: str | None = None
    entries: tuple[Entry, ...] = ()
    target: Node | None = None
    """What an alias stands for."""

    values: int = 1
    """How many values this is with all aliases expanded; ``height`` counts levels likewise."""

    height: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of a mapping, or an item of a sequence (without key)."""

    key: Node | None
    value: Node


@dataclass(frozen=True, slots=True)
class Composition:
    root: Node | None
    problems: tuple[Problem, ...]
    anchors: tuple[Node, ...] = ()
    aliases: tuple[Node, ...] = ()


def read_yaml(text: str) -> Reading:
    """
    >>> read_yaml("Next: Pay\\nEnd: off\\n").data
    {'Next': 'Pay', 'End': 'off'}
    """
    return _read(text, short_tags=False)


def read_yaml_template(text: str) -> Reading:
    """With short tags, which are read as the long forms they stand for.

    >>> read_yaml_template("Arn: !GetAtt Charge.Arn\\n").data
    {'Arn': {'Fn::GetAtt': 'Charge.Arn'}}
    """
    return _read(text, short_tags=True)


def _read(text: str, *, short_tags: bool) -> Reading:
    composition = compose(text)
    if composition.root is None:
        return Reading(None, {}, composition.problems)
    build = _Build(text, short_tags)
    data = build.value(composition.root, (), None)
    shared = _shared_parts(text, composition)
    return Reading(data, build.extents, (*composition.problems, *build.problems, *shared))


@lru_cache(maxsize=8)
def compose(text: str) -> Composition:
    """The tree of nodes; with a problem that ends the reading there is no root."""
    if unprintable := _UNPRINTABLE.search(text):
        message = f"the character U+{ord(unprintable.group()):04X} cannot stand in a YAML file"
        help = "some readers end a line there and others do not" if unprintable.group() in "\x85\u2028\u2029" else None
        return Composition(None, (Problem("ASL101", message, unprintable.start(), unprintable.end(), help=help),))
    tree = _Tree(text)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            tree.take(event)
    except _Broken as broken:
        return Composition(None, (*tree.problems, broken.problem))
    except yaml.MarkedYAMLError as error:
        return Composition(None, (*tree.problems, _syntax_problem(text, error)))
    except yaml.YAMLError as error:
        return Composition(None, (*tree.problems, Problem("ASL101", f"this is not YAML: {error}", 0, 0)))
    if tree.root is None and not tree.problems:
        tree.problems.append(Problem("ASL101", "the file is empty", 0, 0))
    return Composition(tree.root, tuple(tree.problems), tuple(tree.anchors), tuple(tree.aliases))


# libyaml's parser is six times as fast, but not part of every PyYAML.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TOO_DEEP_FOR_LIBYAML: Final = "exceeded maximum nesting depth"
"""Newer versions of libyaml have a limit of their own, and look so far ahead that they reach it before ours."""

_YAML_TAG: Final = "tag:yaml.org,2002:"
_SHORT_TAG: Final = re.compile(r"!([A-Za-z][A-Za-z0-9:]*)")
_COLLECTION_TAGS: Final[dict[str, str]] = {"mapping": f"{_YAML_TAG}map", "sequence": f"{_YAML_TAG}seq"}


class _Broken(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(slots=True)
class _Open:
    event: Any
    start: int
    children: list[Node] = field(default_factory=list)


class _Tree:
    """Collects events into nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.anchors: list[Node] = []
        self.aliases: list[Node] = []
        self.by_name: dict[str, Node] = {}
        self.stack: list[_Open] = []
        self.count = 0

    def take(self, event: Any) -> None:
        start: int = event.start_mark.index
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self.place(self.scalar(event))
        elif kind is yaml.AliasEvent:
            self.place(self.alias(event))
        elif kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                raise _Broken(_too_deep(start))
            self.stack.append(_Open(event, start))
        elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            self.place(self.collection(self.stack.pop(), event.end_mark.index))
        elif kind is yaml.DocumentStartEvent and self.root is not None:
            message = "a second YAML document begins here"
            raise _Broken(Problem("ASL101", message, start, start, help="keep one definition per file"))

    def scalar(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if event.style in ("|", ">"):
            end = _block_scalar_end(self.text, start, end)
        tag = f"{_YAML_TAG}str" if event.tag == "!" else event.tag
        style = event.style or None
        return Node("scalar", start, end, style=style, text=event.value, tag=tag, anchor=event.anchor)

    def alias(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        target = self.by_name.get(event.anchor)
        known_since = target.start if target else -1
        if any(part.event.anchor == event.anchor and part.start > known_since for part in self.stack):
            message = f"the alias *{event.anchor} stands inside the part it refers to, which would never end"
            raise _Broken(Problem("ASL101", message, start, end))
        if target is None:
            message = f"the alias *{event.anchor} refers to an anchor that is not defined before it"
            raise _Broken(Problem("ASL101", message, start, end))
        return Node("alias", start, end, text=event.anchor, target=target, values=target.values, height=target.height)

    def collection(self, part: _Open, end: int) -> Node:
        children = part.children
        kind: Literal["mapping", "sequence"]
        if isinstance(part.event, yaml.MappingStartEvent):
            kind = "mapping"
            entries = tuple(Entry(*pair) for pair in zip(children[::2], children[1::2], strict=True))
        else:
            kind = "sequence"
            entries = tuple(Entry(None, item) for item in children)
        flow = bool(part.event.flow_style)
        if not flow and children:
            end = children[-1].end
        tag = part.event.tag
        values = 1 + sum(entry.value.values for entry in entries)
        height = 1 + max((entry.value.height for entry in entries), default=0)
        return Node(
            kind,
            part.start,
            end,
            flow,
            tag=tag,
            anchor=part.event.anchor,
            entries=entries,
            values=values,
            height=height,
        )

    def place(self, node: Node) -> None:
        self.count += 1
        if node.values > MAX_VALUES or self.count > 2 * MAX_VALUES:
            message = f"the file holds more than {MAX_VALUES} values, aliases counted as often as they are used"
            raise _Broken(Problem("ASL113", message, node.start, node.start))
        if node.values - self.count > MAX_ALIASED:
            message = f"aliases bring in more than {MAX_ALIASED} values"
            raise _Broken(Problem("ASL113", message, node.start, node.start))
        if node.height > MAX_DEPTH:
            raise _Broken(_too_deep(node.start))
        if node.kind == "alias":
            self.aliases.append(node)
        if node.anchor:
            self.by_name[node.anchor] = node
            self.anchors.append(node)
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node


class _Build:
    """Turns nodes into data. Depth and size were bounded when the tree was built."""

    def __init__(self, text: str, short_tags: bool) -> None:
        self.text = text
        self.short_tags = short_tags
        self.extents: dict[Pointer, Extent] = {}
        self.problems: list[Problem] = []

    def value(self, node: Node, pointer: Pointer, key: Node | None, *, placed: bool = True) -> Json:
        """``placed`` is False for what an alias brings in: it stands elsewhere, where it is reported on as well."""
        if placed:
            key_place = (key.start, key.end) if key else (None, None)
            self.extents[pointer] = Extent(node.start, node.end, *key_place)
        if self.short_tags and node.tag and (short := _SHORT_TAG.fullmatch(node.tag)):
            name = LONG_NAMES.get(short[1], f"Fn::{short[1]}")
            return {name: self.value(replace(node, tag=None), (*pointer, name), None, placed=placed)}
        self.check_tag(node, placed)
        match node.kind:
            case "scalar":
                return self.scalar(node, pointer, placed)
            case "sequence":
                return [
                    self.value(entry.value, (*pointer, index), None, placed=placed)
                    for index, entry in enumerate(node.entries)
                ]
            case "mapping":
                return self.mapping(node, pointer, placed)
            case "alias":
                assert node.target is not None
                return self.value(node.target, pointer, None, placed=False)

    def check_tag(self, node: Node, placed: bool) -> None:
        if node.kind in _COLLECTION_TAGS and node.tag not in (None, "!", _COLLECTION_TAGS[node.kind]):
            assert node.tag is not None
            what = f"the tag {node.tag.removeprefix(_YAML_TAG)} on a {node.kind} has no counterpart in JSON"
            self.report(placed, Problem("ASL101", what, node.start, node.start + 1))

    def scalar(self, node: Node, pointer: Pointer, placed: bool) -> Json:
        try:
            if node.tag is not None:
                value = read_tagged(node.tag, node.text)
            else:
                value = node.text if node.style else read_plain(node.text)
        except UnusableScalar as error:
            value = None
            self.report(placed, Problem("ASL101", str(error), node.start, node.end, pointer))
        if isinstance(value, str) and _SURROGATE.search(value):
            message = "the string holds half of a surrogate pair, which is not a character"
            self.report(placed, Problem("ASL101", message, node.start, node.end, pointer))
        return value

    def mapping(self, node: Node, pointer: Pointer, placed: bool) -> dict[str, Json]:
        """As PyYAML does it: what is merged comes first, earlier sources win, and the mapping's own members win."""
        members: dict[str, Json] = {}
        merges = [entry for entry in node.entries if _is_merge(entry)]
        for entry in reversed(merges):
            members.update(self.merged(entry, pointer, placed))
        first: dict[str, Node] = {}
        for entry in node.entries:
            if _is_merge(entry):
                continue
            key = self.key(entry, placed)
            if key in first:
                self.report_duplicate(placed, key, first[key], entry, pointer)
            elif entry.key is not None:
                first[key] = entry.key
            members[key] = self.value(entry.value, (*pointer, key), entry.key, placed=placed)
        return members

    def merged(self, entry: Entry, pointer: Pointer, placed: bool) -> dict[str, Json]:
        source = _resolved(entry.value)
        written = [item.value for item in source.entries] if source.kind == "sequence" else [entry.value]
        if any(part.kind == "mapping" for part in written):
            message = "the merge key << brings in members that are written out when this mapping changes"
            self.report(placed, Problem("ASL117", message, entry.value.start, entry.value.end, pointer))
        members: dict[str, Json] = {}
        for part in map(_resolved, reversed(written)):
            if part.kind == "mapping":
                members.update(self.value(part, pointer, None, placed=False))
            else:
                message = "the merge key << needs a mapping, or a list of mappings"
                self.report(placed, Problem("ASL101", message, entry.value.start, entry.value.end, pointer))
        return members

    def key(self, entry: Entry, placed: bool) -> str:
        """The text of the key as written: ASL keys are strings, whatever else they look like."""
        assert entry.key is not None
        node = _resolved(entry.key)
        if node.kind != "scalar" or _SURROGATE.search(node.text):
            message = f"a {node.kind} cannot be a key in JSON; keys are strings"
            self.report(placed, Problem("ASL101", message, entry.key.start, entry.key.end))
        return node.text

    def report_duplicate(self, placed: bool, key: str, first: Node, entry: Entry, pointer: Pointer) -> None:
        assert entry.key is not None
        line, _ = line_and_column(self.text, first.start)
        message = f'the key "{key[:60]}" was already given in line {line} of this file'
        help = "rename one of the two, or remove it; the last one counts"
        start, end = entry.key.start, entry.key.end
        self.report(placed, Problem("ASL102", message, start, end, (*pointer, key), help))

    def report(self, placed: bool, problem: Problem) -> None:
        if placed:
            self.problems.append(problem)


def _is_merge(entry: Entry) -> bool:
    key = entry.key
    return key is not None and key.kind == "scalar" and key.text == "<<" and not key.style and not key.tag


def _resolved(node: Node) -> Node:
    return node.target if node.target is not None else node


def _block_scalar_end(text: str, start: int, end: int) -> int:
    """Without the line break that ends the last line, and without empty lines unless the scalar keeps them."""
    content = text[start:end]
    if re.match(r"(?:[&!]\S*\s+)*[|>][0-9]*\+", content):
        return start + len(re.sub(r"(?:\r\n|\n|\r)\Z", "", content))
    return start + len(content.rstrip("\r\n"))


def _shared_parts(text: str, composition: Composition) -> Iterator[Problem]:
    """One remark for each anchor that is used."""
    users: dict[int, list[int]] = {}
    for alias in composition.aliases:
        assert alias.target is not None
        users.setdefault(alias.target.start, []).append(line_and_column(text, alias.start)[0])
    for node in composition.anchors:
        if lines := users.get(node.start):
            where = "line" if len(set(lines)) == 1 else "lines"
            listed = ", ".join(str(line) for line in dict.fromkeys(lines))
            message = f"the part with the anchor &{node.anchor} is used again in {where} {listed}"
            help = "it is written out in full where it has to move to another file"
            yield Problem("ASL117", message, node.start, node.start + 1 + len(node.anchor or ""), help=help)


def _too_deep(start: int) -> Problem:
    return Problem("ASL113", f"values are nested more than {MAX_DEPTH} levels deep", start, start + 1)


def _syntax_problem(text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = min(mark.index, len(text)) if mark else 0
    if error.problem == _TOO_DEEP_FOR_LIBYAML:
        return _too_deep(place)
    message = f"this is not YAML: {error.problem or error.context}"
    help = None
    if text.startswith("\t", place):
        help = "YAML cannot be indented with tabs; use spaces"
    elif text[place : place + 1] in ("@", "`", "%"):
        help = "put the value into quotes"
    return Problem("ASL101", message, place, min(place + 1, len(text)), help=help)
