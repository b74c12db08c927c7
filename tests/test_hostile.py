"""Hostile input: what the fuzzer found, kept; and every hostile form once more on the golden inputs.

``cases/hostile`` has the inputs, ``expected.yaml`` in it what is said about each. ``make fuzz`` goes on from here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aslsplit.asl.limits import MAX_EVALUATIONS, MAX_REFERENCE, limits
from aslsplit.asl.patterns import PatternError, compile_pattern, tries
from aslsplit.findings import RULES
from aslsplit.interpreter import jsonata, templates
from aslsplit.interpreter.errors import BudgetExhausted, StateFailure
from aslsplit.interpreter.paths import View
from tests.command_line import aslsplit, small_project
from tests.fuzz.guard import guarded
from tests.fuzz.targets import CONTEXT, DOCUMENT, NAMES, TARGETS, VARIABLES
from tests.hostile import FORMS, made_reference

FOLDER = Path(__file__).parent / "cases" / "hostile"
EXPECTED: dict[str, str] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))

# The first byte of what the fuzzer feeds chooses what is done with the rest.
_FIRST_BYTE = {".path": ("references", 0), ".intrinsic": ("references", 1), ".jsonata": ("references", 2)}


def test_everything_kept_is_expected_and_nothing_else() -> None:
    assert sorted(EXPECTED) == sorted(file.name for file in FOLDER.iterdir() if file.name != "expected.yaml")


@pytest.mark.parametrize("name", EXPECTED)
def test_what_was_found_once(name: str, tmp_path: Path) -> None:
    raw = (FOLDER / name).read_bytes()
    kind = Path(name).suffix
    if kind in _FIRST_BYTE:
        target, first = _FIRST_BYTE[kind]
        once(target, bytes([first]) + raw)
        once("references", b"\3" + raw)
        assert _said_of_reference(kind, raw.decode(), tmp_path) == EXPECTED[name]
    elif name.endswith(".boundaries.yaml"):
        once("map", b"\0" + raw)
        project = small_project(tmp_path)
        (project / "boundaries.yaml").write_bytes(raw)
        assert _codes("plan", "boundaries.yaml", folder=project) == EXPECTED[name]
    else:
        known = next((index for index, known in enumerate(NAMES) if name.endswith(known.removeprefix("machine"))), 0)
        once("readers", bytes([known]) + raw)
        (tmp_path / name).write_bytes(raw)
        assert _codes("inspect", name, folder=tmp_path) == EXPECTED[name]


def once(target: str, data: bytes) -> None:
    """Each takes seconds at most; without what was done about it, some would take minutes and others never end."""
    guarded(TARGETS[target].run, data, seconds=30)


def _said_of_reference(kind: str, text: str, folder: Path) -> str:
    """The findings of a machine that holds it; where there are none, what becomes of it when it is run."""
    state: Any = {"Type": "Pass", "End": True}
    if kind == ".jsonata":
        state |= {"QueryLanguage": "JSONata", "Output": f"{{%{text}%}}"}
    else:
        state |= {"Parameters": {"a.$": text}}
    (folder / "machine.asl.json").write_text(json.dumps({"StartAt": "A", "States": {"A": state}}))
    codes = _codes("inspect", "machine.asl.json", folder=folder)
    return codes if codes != "nothing" else _ran(kind, text)


def _ran(kind: str, text: str) -> str:
    try:
        if kind == ".jsonata":
            states = {"input": DOCUMENT, "context": CONTEXT, "result": {"a": 1}}
            jsonata.fill(f"{{%{text}%}}", jsonata.Query(states, VARIABLES, Random(0), 0), "Output")
        else:
            templates.fill({"a.$": text}, View(DOCUMENT, CONTEXT, VARIABLES), Random(0))
    except StateFailure as failure:
        return str(failure.error)
    except BudgetExhausted:
        return "undecided"
    return "a value"


def _codes(verb: str, name: str, folder: Path) -> str:
    ran = aslsplit(verb, name, "--format", "sarif", folder=folder)
    results = json.loads(ran.out)["runs"][0]["results"]
    codes = {result["ruleId"] for result in results if result["level"] == "error"}
    return " ".join(sorted(codes)) or "nothing"


# --- Every form, on inputs that are in order -------------------------------------------------------------------------

# The smaller ones: more of them say more than larger ones do.
SEEDS = {name: sorted(target.seeds(), key=lambda seed: (len(seed), seed))[:40] for name, target in TARGETS.items()}
few = settings(max_examples=4)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@few
@given(st.sampled_from(SEEDS["readers"]), st.integers(0, 2**32))
def test_a_hostile_definition(form: Callable[[Random, str], bytes], seed: bytes, number: int) -> None:
    TARGETS["readers"].run(seed[:1] + form(Random(number), seed[1:].decode()))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@few
@given(st.sampled_from(SEEDS["map"]), st.integers(0, 2**32))
def test_a_hostile_map(form: Callable[[Random, str], bytes], seed: bytes, number: int) -> None:
    TARGETS["map"].run(seed[:1] + form(Random(number), seed[1:].decode()))


@settings(max_examples=60)
@given(st.integers(0, 3), st.integers(0, 2**32))
def test_a_hostile_reference(kind: int, number: int) -> None:
    TARGETS["references"].run(bytes([kind]) + made_reference(Random(number)).encode("utf-8", "replace"))


@settings(max_examples=60)
@given(st.integers(0, 3), st.text(alphabet="$.@[]()'\"\\?*:=~/!&|{}%^#<>-+, a1\ud800\u2028é😀"))
def test_any_text_as_a_reference(kind: int, text: str) -> None:
    TARGETS["references"].run(bytes([kind]) + text.encode("utf-8", "surrogatepass"))


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_a_limit_has_a_rule() -> None:
    assert {limit.code for limit in limits()} - {None} <= {rule.code for rule in RULES}


def test_what_lies_within_the_limits_is_read() -> None:
    view = View(DOCUMENT, CONTEXT, VARIABLES)
    long = "States.Array('" + "x" * (MAX_REFERENCE - 16) + "')"
    assert len(long) == MAX_REFERENCE
    assert len(templates.read_field(long, view, Random(0), "a")[0]) == MAX_REFERENCE - 16
    nested = "$.a['line items'][?((((((@.id == 2))))))].p"
    assert templates.read_path(nested, view) == [1.0]


def test_an_expression_may_take_its_time() -> None:
    query = jsonata.Query({"input": DOCUMENT}, {}, Random(0), 0)
    rounds = MAX_EVALUATIONS // 20
    assert jsonata.fill(f"{{% $sum([1..{rounds}].($ * 2)) %}}", query, "Output") == rounds * (rounds + 1)


@pytest.mark.parametrize(
    "pattern",
    ["[a-z]+-[0-9]{4}", r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", "(foo|bar)", "(f|b)*", ".*a.*b", r"(\d+\.)?\d+", "(a{9}){9}"],
)
def test_a_usual_pattern_is_read(pattern: str) -> None:
    compile_pattern(pattern)


@given(st.from_regex(r"([ab]|a\*|b\+|a\?|\(a\)|\(ab\|b\)|\(a\*b\)\*|\(a\|ab\)\+|a\{1,3\}){1,8}", fullmatch=True))
def test_ways_are_never_counted_too_low(pattern: str) -> None:
    """Each way to match is one way to try."""
    text = "ab" * 3
    try:
        compiled = compile_pattern(pattern)
    except PatternError:
        return
    ends = {end for end in range(len(text) + 1) if compiled.fullmatch(text, 0, end)}
    assert tries(pattern, 0, len(text)) >= len(ends)
