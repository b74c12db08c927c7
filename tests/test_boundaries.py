"""The boundary map: what is read from it, every error in it with its place, and the schema that editors use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aslsplit.asl.source import Source, read_source
from aslsplit.findings import RULES, Finding, has_errors
from aslsplit.plan import child_reading, map_reading, prices, wiring, wiring_reading
from aslsplit.plan.boundaries import BoundaryMap, find_child, schema_text
from aslsplit.plan.map_reading import read_boundaries

CASES = Path(__file__).parent / "cases" / "boundaries"
ACCEPTED = yaml.safe_load((CASES / "accepted.yaml").read_text("utf-8"))
REFUSED = yaml.safe_load((CASES / "refused.yaml").read_text("utf-8"))
SCHEMA = json.loads(schema_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def titles(case: dict[str, Any]) -> str:
    return str(case["title"])


@pytest.mark.parametrize("case", ACCEPTED, ids=titles)
def test_a_map_without_errors(case: dict[str, Any]) -> None:
    boundaries, findings = read_boundaries(source_of(case["map"]))
    assert findings == ()
    assert boundaries is not None
    for name, expected in case["is"].items():
        holder = boundaries if name.startswith(".") else boundaries.children[0]
        assert (name, repr(getattr(holder, name.lstrip(".")))) == (name, expected)
    assert list(VALIDATOR.iter_errors(boundaries.source.data)) == []


@pytest.mark.parametrize("case", REFUSED, ids=titles)
def test_a_map_with_errors(case: dict[str, Any]) -> None:
    source = source_of(case["map"])
    boundaries, findings = read_boundaries(source)
    assert boundaries is None
    assert [f"{one.code} {place(one)}" for one in findings] == case["findings"]
    said = "\n".join(f"{one.message}\n{one.help}" for one in findings)
    for words in case.get("says", ()):
        assert words in said
    assert VALIDATOR.is_valid(source.data) == (case.get("schema") == "accepts")


def test_children_stand_in_the_order_of_the_file() -> None:
    read = valid("ship: {states: [B]}, pay: {states: [A]}, bill: {from: C}")
    assert [child.name for child in read.children] == ["ship", "pay", "bill"]


def test_a_child_overrides_the_defaults_one_by_one() -> None:
    read = valid("a: {from: A, style: explicit}, b: {from: B}", "defaults: {style: compact, errors: surface}")
    assert [(child.style, child.errors) for child in read.children] == [
        ("explicit", "surface"),
        ("compact", "surface"),
    ]


def test_an_unknown_child_on_the_command_line_gets_the_nearest_name() -> None:
    read = valid("payment: {states: [A]}, shipping: {states: [B]}")
    assert find_child(read, "payment") == (read.children[0], ())
    child, (remark,) = find_child(read, "payments")
    assert child is None
    assert (remark.code, remark.help) == ("ASL010", 'did you mean "payment"?')
    assert place(remark) == "3:1"
    assert find_child(read, "zzz")[1][0].help == "children of the map are payment, shipping"


def test_reader_and_schema_know_the_same_keys() -> None:
    definitions = SCHEMA["$defs"]
    assert keys(SCHEMA) == {*map_reading.MAP_KEYS}
    assert keys(SCHEMA["properties"]["meta"]) == {*map_reading.META_KEYS}
    assert keys(SCHEMA["properties"]["defaults"]) == {*child_reading.DEFAULTS_KEYS}
    assert keys(definitions["child"]) == {*child_reading.CHILD_KEYS}
    assert keys(definitions["prices"]) == {*prices.PRICES_KEYS}
    assert {*definitions["prices"]["required"]} == {*prices.PRICES_REQUIRED}
    assert keys(definitions["contract"]) == {*child_reading.CONTRACT_KEYS}
    for name in ("wiring", "logs", "deployment", "alarms"):
        assert keys(definitions[name]) == {*getattr(wiring_reading, f"{name.upper()}_KEYS")}
    assert keys(definitions["assume"]) == {*child_reading.ASSUME_KEYS}
    assert keys(definitions["site"]) == {*child_reading.SITE_KEYS}
    assert keys(definitions["elsewhere"]) == {*child_reading.ELSEWHERE_KEYS}
    assert keys(definitions["servedBy"]) == {*child_reading.SERVED_BY_KEYS}
    assert {*definitions["elsewhere"]["required"]} == {*definitions["servedBy"]["required"]} == {"map", "child"}


def test_reader_and_schema_allow_the_same_choices() -> None:
    definitions = SCHEMA["$defs"]
    for name in child_reading.DEFAULTS_KEYS:
        for value in definitions[name]["enum"]:
            assert valid(f"a: {{from: A, {name}: {value}}}")
        assert getattr(valid("a: {from: A}").children[0], name) == definitions[name]["default"]


def test_what_the_schema_says_of_wiring_is_what_it_is_without_a_word() -> None:
    usual = valid("a: {from: A}").wiring
    for part in (usual, usual.logs, usual.deployment, usual.alarms):
        name = type(part).__name__.removesuffix("Settings").lower()
        for key, described in SCHEMA["$defs"][name]["properties"].items():
            if "default" in described:
                assert (key, getattr(part, key)) == (key, described["default"])
    assert SCHEMA["$defs"]["logs"]["properties"]["retention_days"]["enum"] == [*wiring.RETENTIONS]


def test_the_schema_is_one_and_describes_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for holder in (SCHEMA, *SCHEMA["$defs"].values(), *SCHEMA["properties"].values()):
        for name, value in holder.get("properties", {}).items():
            referred = SCHEMA["$defs"].get(value.get("$ref", "").rpartition("/")[2], {})
            assert value.get("description") or referred.get("description"), name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_whatever_the_file_holds_reading_gives_a_map_or_says_why_not(data: Any) -> None:
    boundaries, findings = read_boundaries(Source("boundaries.yaml", "", "yaml", data, {}))
    assert (boundaries is None) is has_errors(findings)
    assert (boundaries is not None) is jsonschema.Draft202012Validator(SCHEMA).is_valid(data)
    assert all(remark.code.startswith("ASL0") and remark.span is not None for remark in findings)


@settings(max_examples=300)
@given(st.data())
def test_with_anything_in_place_of_any_part_the_reader_is_as_strict_as_the_schema(data: st.DataObject) -> None:
    sample = yaml.safe_load(data.draw(st.sampled_from(ACCEPTED))["map"])
    spot = data.draw(st.sampled_from(list(spots(sample))))
    holder = sample
    for part in spot[:-1]:
        holder = holder[part]
    words = st.sampled_from(["all", "sync", "$", "$.a", "$$.a", "$a", " $.a", "a/b", "..", "...", "./.", "A", "1.0"])
    if data.draw(st.booleans()):
        holder[spot[-1]] = data.draw(JSON | words | st.lists(words, max_size=2))
    else:
        del holder[spot[-1]]
    boundaries, findings = read_boundaries(Source("boundaries.yaml", "", "yaml", sample, {}))
    if boundaries is not None:
        assert [error.message for error in VALIDATOR.iter_errors(sample)] == []
    elif {one.code for one in findings} <= {"ASL001", "ASL002", "ASL003"}:
        assert not VALIDATOR.is_valid(sample)


def test_keys_that_are_no_text_are_findings() -> None:
    data = {"version": 1, "monolith": "m", 7: "x", "children": {True: {"states": ["A"]}, "a": {None: 1, "from": "A"}}}
    findings = read_boundaries(Source("boundaries.yaml", "", "yaml", data, {}))[1]
    assert [one.code for one in findings] == ["ASL002", "ASL002", "ASL002"]


def test_every_rule_is_in_its_place_and_written_in_full() -> None:
    rules = [rule for rule in RULES if rule.code.startswith("ASL0")]
    assert [rule.code for rule in rules] == [f"ASL{number:03}" for number in range(1, len(rules) + 1)]
    assert len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert all(text.endswith(".") for text in (rule.what, rule.why, rule.remedy)), rule.code


def source_of(text: str) -> Source:
    source, findings = read_source("boundaries.yaml", text.encode())
    if source is None:  # A map that is no mapping does not come this far on the command line.
        return Source("boundaries.yaml", text, "yaml", yaml.safe_load(text), {})
    assert findings == ()
    return source


def valid(children: str, more: str = "") -> BoundaryMap:
    text = f"version: 1\nmonolith: m.asl.json\nchildren: {{{children}}}\n{more}\n"
    boundaries, findings = read_boundaries(source_of(text))
    assert boundaries is not None, findings
    return boundaries


def place(remark: Finding) -> str:
    assert remark.span is not None
    return f"{remark.span.line}:{remark.span.column}"


def keys(schema: dict[str, Any]) -> set[str]:
    assert schema["additionalProperties"] is False
    return set(schema["properties"])


def spots(value: Any, above: tuple[Any, ...] = ()) -> Any:
    """Every place in the data that can be replaced."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, inner in members:
        yield (*above, part)
        yield from spots(inner, (*above, part))
