"""Dumping, for any edit of any text: JSON and YAML as people might write them, changed at random."""

from __future__ import annotations

import copy
import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.source import Format, Json, Pointer, Source, read_source
from tests.dumping import dumped, places_in, same, source_of, value_at

leads = st.sampled_from(["", "", " ", "\n", "\n  ", "\r\n\t", "\n\n    ", "\t"])
names = st.sampled_from(["a", "b", "c", 'q"', "é", ""])
scalar_texts = st.sampled_from(["1", "1.0", "-0.0", "1e3", "true", "null", '"x"', '"\\u0078"', '"\\n"', '""'])


@st.composite
def json_texts(draw: st.DrawFn, depth: int = 3) -> str:
    """JSON in any formatting, duplicate keys included."""
    kind = draw(st.sampled_from(["scalar", "object", "array"])) if depth < 3 else "object"
    if not depth or kind == "scalar":
        return draw(scalar_texts)
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        key = json.dumps(draw(names), ensure_ascii=draw(st.booleans())) + draw(leads) + ":" + draw(leads)
        text = draw(json_texts(depth - 1))
        parts.append(draw(leads) + (key if kind == "object" else "") + text + draw(leads))
    opening, closing = "{}" if kind == "object" else "[]"
    text = opening + (",".join(parts) or draw(leads)) + closing
    return draw(leads) + text + draw(leads) if depth == 3 else text


class _YamlAuthor:
    """Writes data as a person might: block style with comments, several kinds of quotes, blank lines."""

    def __init__(self, choose: random.Random) -> None:
        self.choose = choose
        self.comments = 0
        self.anchors: dict[str, str] = {}

    def document(self, value: Json) -> str:
        head = self.choose.choice(["", "# head\n", "---\n", "--- # x\n\n"])
        return (
            head + self.block(value, self.choose.choice([0, 0, 0, 2]), "") + self.choose.choice(["\n", "", "\n# end\n"])
        )

    def block(self, value: Json, column: int, before: str) -> str:
        """``before`` is what stands in the line of the first entry, up to its column."""
        pieces: list[str] = []
        for name in value if isinstance(value, dict) else range(len(value)):
            if pieces or not before:
                lead = "" if not pieces and not before else "\n"
                if self.choose.random() < 0.3:
                    lead += (
                        self.choose.choice(["", "\n"]) + " " * self.choose.choice([column, 0]) + self.comment() + "\n"
                    )
                pieces.append(lead + " " * column)
            sign = f"{self.key(name)}:" if isinstance(name, str) else "-"
            pieces.append(sign + self.value(value[name], column, item=not isinstance(name, str)))
        return "".join(pieces)

    def value(self, value: Json, column: int, *, item: bool) -> str:
        written = json.dumps(value)
        if written in self.anchors and self.choose.random() < 0.5:
            return f" *{self.anchors[written]}"
        if not isinstance(value, (dict, list)) or not value or self.choose.random() < 0.2:
            anchor = self.anchor(written) if value not in (None, "") else ""
            text = self.in_line(value, column)
            return anchor + (text if text[:1] != "\n" else " " + text.lstrip())
        if item and self.choose.random() < 0.7:
            gap = self.choose.choice([1, 1, 3])
            return " " * gap + self.block(value, column + 1 + gap, "-")
        offset = self.choose.choice([0, 2] if isinstance(value, list) and not item else [2, 2, 4])
        tail = self.choose.choice(["", "", " " + self.comment()]) or self.anchor(written)
        return f"{tail}\n{' ' * (column + offset)}" + self.block(value, column + offset, "x")

    def in_line(self, value: Json, column: int) -> str:
        if value is None and self.choose.random() < 0.5:
            return self.choose.choice(["", " ~", " # nothing"])
        if isinstance(value, str) and "\n" in value and value == value.strip() + "\n" and "\n\n" not in value:
            indent = " " * (column + self.choose.choice([2, 2, 4]))
            empty = self.choose.choice(["", "", "\n"])
            return " |\n" + indent + value.strip().replace("\n", "\n" + indent) + empty
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, str) and value.isalpha() and value != "null":
            text = self.choose.choice([value, f"'{value}'", text])
        tail = self.choose.choice(["", "", " " + self.comment()])
        return self.choose.choice([" ", "  ", "\n" + " " * (column + 3)]) + text + tail

    def key(self, name: str) -> str:
        return self.choose.choice([name, f"'{name}'"]) if name.isalpha() else json.dumps(name, ensure_ascii=False)

    def anchor(self, written: str) -> str:
        if self.choose.random() < 0.9:
            return ""
        self.comments += 1
        self.anchors[written] = f"a{self.comments}"
        return f" &{self.anchors[written]}"

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments}"


yaml_scalars = st.sampled_from(
    [1, 1.5, True, None, "x", "yy", "", "two words", "l\nm\n", "l\n  m\n", "n\no", "no", "é"]
)
yaml_data = st.dictionaries(
    names,
    st.recursive(
        yaml_scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def yaml_texts(draw: st.DrawFn) -> str:
    return _YamlAuthor(random.Random(draw(st.integers(0, 10**6)))).document(draw(yaml_data))


def edited(data: Json, choose: random.Random, source: Source, origins: dict[Pointer, Origin | None]) -> Json:
    """A few members deleted, inserted, replaced or moved about; with origins that are right, missing or nonsense."""
    data = copy.deepcopy(data)
    for _ in range(choose.randint(0, 5)):
        places = list(places_in(data))
        container = value_at(data, choose.choice([at for at, value in places if isinstance(value, (dict, list))]))
        some = value_at(data, choose.choice(places)[0])
        new: Json = choose.choice([copy.deepcopy(some), "new", 1, [1, "x"], {"k": {"l": ["m"]}}, {}, []])
        if isinstance(container, list):
            if container and choose.random() < 0.5:
                del container[choose.randrange(len(container))]
            else:
                container.insert(choose.randint(0, len(container)), new)
        elif container and choose.random() < 0.6:
            key = choose.choice(list(container))
            taken = container.pop(key)
            if choose.random() < 0.5:
                container[choose.choice([key, "moved"])] = choose.choice([taken, new])
        else:
            container["new"] = new
    for at, _ in list(places_in(data)):
        if choose.random() < 0.15:
            anywhere = choose.choice([*(place for place, _ in places_in(source.data)), ("nowhere", 7)])
            origins[at] = choose.choice([None, Origin(source, anywhere), Origin(source, at)])
    return data


@settings(max_examples=300, deadline=None)
@given(json_texts(), st.integers(0, 10**6))
def test_any_edit_of_any_json_reads_back(text: str, seed: int) -> None:
    check_edit(source_of(text), random.Random(seed))


@settings(max_examples=300, deadline=None)
@given(yaml_texts(), st.integers(0, 10**6))
def test_any_edit_of_any_yaml_reads_back(text: str, seed: int) -> None:
    check_edit(source_of(text, "yaml"), random.Random(seed))


def check_edit(source: Source, choose: random.Random) -> None:
    assert dump(source.data, same(source), like=source) == source.text
    origins = same(source) if choose.random() < 0.8 else {}
    dumped(edited(source.data, choose, source, origins), origins, source)
    data = edited(source.data, choose, source, {})
    text = dumped(data, same(source), source)
    if source.format == "json" or ("*" not in source.text and "&" not in source.text):
        assert_kept(data, source, text)


def assert_kept(data: Json, source: Source, text: str) -> None:
    """Members of the same objects that did not change are copied character by character.

    Except that a block scalar means something else once it no longer ends a file without a line break.
    """
    for at, value in places_in(data):
        extent = source.extents.get(at)
        if not at or extent is None or not all(isinstance(name, str) for name in at) or not is_alone(source, at):
            continue
        if source.format == "yaml" and extent.end == len(source.text):
            continue
        if strictly_equal(value, value_at(source.data, at)):
            assert source.text[extent.key_start : extent.end] in text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["json", "yaml"]), st.data(), st.integers(0, 10**6))
def test_one_changed_scalar_leaves_the_text_around_it(format: Format, data: st.DataObject, seed: int) -> None:
    source = source_of(data.draw(json_texts() if format == "json" else yaml_texts()), format)
    strings = [at for at, value in places_in(source.data) if isinstance(value, str) and value and "\n" not in value]
    strings = [at for at in strings if is_alone(source, at)]
    if not strings or (format == "yaml" and "*" in source.text):
        return
    at = random.Random(seed).choice(strings)
    value = copy.deepcopy(source.data)
    value_at(value, at[:-1])[at[-1]] = "changed"
    text = dumped(value, same(source), source)
    extent = source.extents[at]
    assert text.startswith(source.text[: extent.start])
    assert text.endswith(source.text[extent.end :])
    assert text[extent.start : len(text) - len(source.text) + extent.end].strip("\"'") == "changed"


def is_alone(source: Source, at: Pointer) -> bool:
    """Not inside a YAML flow collection, which is written anew as a whole; not in an object that has a key twice."""
    if source.format == "json":
        return "ASL102" not in {remark.code for remark in read_source("-", source.text.encode(), "json")[1]}
    if any(at[:count] not in source.extents for count in range(len(at) + 1)):
        return False
    return all(source.text[source.extents[at[:count]].start] not in "{[&*" for count in range(len(at)))
